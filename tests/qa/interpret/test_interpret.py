"""A question in its conversation and at its time; and newer articles first, where they are asked for."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from evidence import sentences

from footnote.corpus.article import Article
from footnote.corpus.errors import UsageError
from footnote.index.search.scope import Publications, Scope
from footnote.qa.interpret.interpret import interpret, reordered, time_log_odds
from footnote.qa.interpret.time import Time, read_time
from footnote.qa.interpret.turns import Turn
from footnote.qa.retriever import ScopedQuery

TODAY = date(2020, 6, 10)
ARTICLES = [Article("a", "", published="2020-05-21"), Article("b", "", published="2019-03"), Article("c", "")]
PUBLISHED = Publications(ARTICLES)
TURN = Turn(
    "Who leads the IAEA?",
    "Who leads the IAEA?",
    ("Rafael Grossi, its head, said so on Monday.",),
    ("The IAEA",),
)


def test_a_question_that_needs_nothing_stays_as_it_is():
    found = interpret(ScopedQuery("Who leads the IAEA?"), PUBLISHED, TODAY)
    assert found.question.text == "Who leads the IAEA?"
    assert not found.scope
    assert not found.inferred
    assert found.time == Time()
    assert found.event_days is None


def test_a_follow_up_takes_its_subject_from_the_conversation():
    found = interpret(ScopedQuery("Where was he born?", history=(TURN,)), PUBLISHED, TODAY)
    assert "Grossi" in found.question.text
    bare = interpret(ScopedQuery("Where was he born?", history=(TURN,), carry=False), PUBLISHED, TODAY)
    assert bare.question.text == "Where was he born?"


@pytest.mark.parametrize(
    ("question", "limits", "told", "newest"),
    [
        ("What happened last week?", {}, ("2020-05-11", "2020-05-17"), "2020-05-21"),
        ("What happened last week?", {"as_of": "2020-01-15"}, ("2020-01-06", "2020-01-12"), ""),
        ("What happened last week?", {"as_of": "2020-01"}, ("2020-01-20", "2020-01-26"), ""),
        ("As of June 1, 2020, what happened last week?", {}, ("2020-05-25", "2020-05-31"), ""),
        ("What was decided in May?", {}, ("2020-05-01", "2020-05-31"), "2020-05-21"),
        ("What has been decided since May?", {}, ("2020-05-01", ""), "2020-05-21"),
    ],
)
def test_words_about_time_tell_the_days_meant_and_limit_nothing(question, limits, told, newest):
    asked = ScopedQuery(question, scope=Scope(**limits))
    found = interpret(asked, PUBLISHED, date(2026, 11, 22))
    assert (found.scope.period_start, found.scope.period_end) == told
    assert [(each.after, each.before, each.newest) for each in found.inferred] == [(*told, newest)]
    assert PUBLISHED.inside(found.scope).tolist() == PUBLISHED.inside(Scope(**limits)).tolist()


def test_words_about_time_are_not_read_where_that_is_not_wanted():
    found = interpret(ScopedQuery("What happened last week?", read_dates=False), PUBLISHED, TODAY)
    assert (found.scope, found.inferred, found.event_days) == (Scope(), (), None)


def test_nothing_is_inferred_from_a_date_that_is_written_out():
    found = interpret(ScopedQuery("What happened on May 8, 2018?"), PUBLISHED, TODAY)
    assert found.event_days == (date(2018, 5, 8), date(2018, 5, 8))
    assert found.scope == Scope(period_start="2018-05-08", period_end="2018-05-08")
    assert found.inferred == ()


@pytest.mark.parametrize(
    ("question", "course"),
    [("What happened in May 2018?", True), ("What happened on May 8, 2018?", False), ("Who won in May 2018?", False)],
)
def test_a_course_of_events_is_asked_for_over_more_than_a_day(question, course):
    assert interpret(ScopedQuery(question), PUBLISHED, TODAY).asks_for_course is course


def test_of_a_months_events_first_sentences_come_first():
    time = interpret(ScopedQuery("What happened in May 2018?"), PUBLISHED, TODAY).time
    found = sentences(["The quay opened on May 8, 2018.", "It rained on May 9, 2018."], "a", "2018-05-10")
    first, second = time_log_odds(time, found)
    assert first > second


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Summarise what happened in the Gulf in April 2020.", {"gulf"}),
        ("what took place in iraq between may and june 2020", {"iraq"}),
        ("What happened in April 2020?", set()),
        ("When did the Gulf freeze in April 2020?", set()),
    ],
)
def test_the_topic_is_what_else_is_asked_about(question, topic):
    assert read_time(question, TODAY).topic == topic


def test_events_of_another_topic_do_not_come_first_for_their_date():
    time = interpret(ScopedQuery("What happened in the Gulf in May 2018?"), PUBLISHED, TODAY).time
    found = [
        *sentences(["The school opened on May 8, 2018."], "a", "2018-05-10"),
        *sentences(["Ships met on May 9, 2018.", "That was in the Gulf."], "b", "2018-05-10", passage=1),
    ]
    school, ships, gulf = time_log_odds(time, found)
    assert school <= 0 < gulf < ships
    assert time_log_odds(replace(time, topic=frozenset({"opera"})), found)[0] > 0, "nothing is about it"


@pytest.mark.parametrize(
    ("articles", "counted"),
    [
        ([], "2020-06-01"),
        ([Article("c", "")], "2020-06-01"),
        ([*ARTICLES, Article("wrong", "", published="2062-01-01")], "2020-05-11"),
    ],
)
def test_without_a_date_to_count_from_it_is_the_clock_and_never_later(articles, counted):
    found = interpret(ScopedQuery("What happened last week?"), Publications(articles), TODAY)
    assert found.scope.period_start == counted


def test_an_empty_question_is_refused():
    with pytest.raises(UsageError, match="empty"):
        interpret(ScopedQuery(" ?! "), PUBLISHED, TODAY)


def test_newer_articles_come_first_among_equals_and_the_best_stays_as_sure():
    found = [
        *sentences(["Old."], "old", "2019-01-01"),
        *sentences(["New."], "new", "2020-01-01", passage=1),
        *sentences(["Undated."], "none", passage=2),
    ]
    before = np.array([0.6, 0.55, 0.1])
    after = reordered(before, time_log_odds(Time(prefers_newest=True), found))
    assert after.argmax() == 1
    assert after.max() == pytest.approx(before.max())
    assert after[2] < 0.2


def test_one_date_changes_nothing():
    found = sentences(["One.", "Two."], "a", "2020-01-01")
    before = np.array([0.6, 0.3])
    assert reordered(before, time_log_odds(Time(prefers_newest=True), found)) is before
    assert reordered(np.array([]), time_log_odds(Time(), [])).size == 0


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("What happened on March 25, 2020?", "named"),
        ("What happened on 14 March 2020?", "weekday"),
        ("As of March 31, 2020, what is known?", "then"),
    ],
)
def test_what_is_of_the_time_meant_comes_first(question, best):
    found = [
        *sentences(["The port was busy."], "before", "2019-11-01"),
        *sentences(["It shut on March 25."], "named", "2020-06-01", passage=1),
        *sentences(["Rain fell on Saturday."], "weekday", "2020-03-16", passage=2),
        *sentences(["It was noted."], "then", "2020-03-20", passage=3),
        *sentences(["Nothing is known."], "none", passage=4),
    ]
    time = read_time(question, date(2020, 3, 20))
    before = np.array([0.5, 0.4, 0.4, 0.5, 0.5]) if time.days else np.array([0.4, 0.4, 0.4, 0.5, 0.4])
    after = reordered(before, time_log_odds(time, found))
    assert found[int(after.argmax())].article.id == best
    assert after.max() == pytest.approx(0.5)
