"""Time in questions: what limits dates, what does not, and which days are meant."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.suite import load_suite
from index.scope import Scope
from qa.when import days_text, read_time

TODAY = date(2020, 5, 22)  # a Friday


def limits(question, today=TODAY, newest=""):
    return [(each.phrase, each.after, each.before) for each in read_time(question, today, newest).limits]


@pytest.mark.parametrize(
    ("question", "phrase", "text", "after", "before"),
    [
        ("What did Iran say yesterday?", "yesterday", "21 May 2020", "2020-05-21", "2020-05-22"),
        ("What did Iran say the day before yesterday?", "the day before yesterday", "20 May 2020", "2020-05-20", None),
        ("What happened today?", "today", "22 May 2020", "2020-05-22", "2020-05-22"),
        ("Who met Hook last week?", "last week", "11-17 May 2020", "2020-05-11", "2020-05-22"),
        ("Last week, who met Hook?", "Last week", "11-17 May 2020", "2020-05-11", "2020-05-22"),
        ("Who met Hook this week?", "this week", "18-24 May 2020", "2020-05-18", "2020-05-22"),
        ("Who met Hook last weekend?", "last weekend", "16-17 May 2020", "2020-05-16", "2020-05-20"),
        ("What was blacklisted last month?", "last month", "April 2020", "2020-04-01", "2020-05-22"),
        ("What was blacklisted this month?", "this month", "May 2020", "2020-05-01", "2020-05-22"),
        ("What was seized last year?", "last year", "2019", "2019-01-01", "2020-05-22"),
        ("Who resigned in the past three days?", "in the past three days", "19-22 May 2020", "2020-05-19", None),
        ("Who resigned over the last week?", "over the last week", "15-22 May 2020", "2020-05-15", None),
        ("Who resigned two days ago?", "two days ago", "20 May 2020", "2020-05-20", "2020-05-22"),
        ("Who resigned two weeks ago?", "two weeks ago", "5-11 May 2020", "2020-05-05", "2020-05-18"),
        ("Who resigned a year ago?", "a year ago", "2019", "2019-01-01", "2020-05-22"),
        ("Who resigned a few days ago?", "a few days ago", "15-21 May 2020", "2020-05-15", "2020-05-22"),
        ("What has Iran done since January?", "since January", "since 1 January 2020", "2020-01-01", ""),
        ("What has Iran done since January 3?", "since January 3", "since 3 January 2020", "2020-01-03", ""),
        ("What has Iran done since last Friday?", "since last Friday", "since 15 May 2020", "2020-05-15", ""),
        ("What did Iran announce on Tuesday?", "on Tuesday", "19 May 2020", "2020-05-19", "2020-05-22"),
        ("What did Iran announce on Friday?", "on Friday", "15 May 2020", "2020-05-15", "2020-05-18"),
        ("Which swap did Iran offer in April?", "in April", "April 2020", "2020-04-01", ""),
        ("Which swap did Iran offer in December?", "in December", "December 2019", "2019-12-01", ""),
        ("What did Iran offer in may?", "in may", "May 2020", "2020-05-01", ""),
        ("What happened in May last year?", "in May last year", "May 2019", "2019-05-01", ""),
        ("What happened last May?", "last May", "May 2019", "2019-05-01", ""),
    ],
)
def test_what_counts_from_today(question, phrase, text, after, before):
    found = read_time(question, TODAY)
    assert [(p.phrase, p.text) for p in found.periods] == [(phrase, text)]
    assert limits(question) == [(phrase, after, TODAY.isoformat() if before is None else before)]


@pytest.mark.parametrize(
    "question",
    [
        "What happened in 1998?",
        "What did Iran announce on 3 January 2020?",
        "What did Trump announce in May 2019?",
        "In March of 1974, what was the price of oil?",
        "What happened on May 19?",
        "What may happen next?",
        "Who led the march on the second of two bases?",
        "In march madness, who plays?",
        "Who hosts Last Week Tonight?",
        "Who sang “Last Friday Night” first?",
        "Who succeeded Theresa May?",
        "Who was prime minister after May?",
        "What did May say in the march?",
        "What was his last year in office like?",
        "What happened in the last year of the war?",
        "Who lived there 500 years ago?",
        "What happened more than two years ago?",
        "By what name is that church known today?",
        "How many Huguenots live in France today?",
        "What time does the game start on Sunday?",
        "What is Good Friday?",
        "What holiday is celebrated in October?",
        "Who had died by March?",
        "What had Iran done before last week?",
        "What did infrastructure do over the past years?",
        "What is a two-day-old lamb called?",
        "",
    ],
)
def test_what_limits_nothing(question):
    assert limits(question) == []


def test_a_month_is_the_latest_that_has_articles():
    assert limits("Who was freed in June?", date(2026, 11, 22), "2020-05") == [("in June", "2019-06-01", "")]
    assert limits("Who was freed in May?", date(2026, 11, 22), "2020-05") == [("in May", "2020-05-01", "")]
    assert limits("Who was freed in May?", date(2026, 11, 22), "2020-05-21") == [("in May", "2020-05-01", "")]
    assert limits("Who was freed in May?", TODAY, "2021-01-01") == [("in May", "2020-05-01", "")]
    assert limits("Who was freed in May?", TODAY, "nonsense") == [("in May", "2020-05-01", "")]


def test_periods_that_no_article_can_meet_together_become_one():
    found = limits("Did Iran say yesterday what it said two weeks ago?")
    assert found == [("yesterday … two weeks ago", "2020-05-05", "2020-05-22")]
    assert len(limits("What did Iran say last week and yesterday?")) == 2


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2020, 5, 30), date(2020, 6, 2), "30 May - 2 June 2020"),
        (date(2019, 12, 30), date(2020, 1, 2), "30 December 2019 - 2 January 2020"),
        (date(2020, 2, 1), date(2020, 2, 29), "February 2020"),
        (date(2020, 2, 1), date(2020, 2, 28), "1-28 February 2020"),
        (date(2020, 1, 1), date(2020, 12, 31), "2020"),
        (date(2020, 1, 1), None, "since 1 January 2020"),
    ],
)
def test_days_for_a_reader(first, last, text):
    assert days_text(first, last) == text


@pytest.mark.parametrize(
    ("question", "newest"),
    [
        ("What is the latest on the embargo?", True),
        ("Is Michael White still in Iranian hands?", True),
        ("So far, has INSTEX done any business?", True),
        ("Who is currently the speaker?", True),
        ("Who is the current speaker?", True),
        ("How many have died now?", True),
        ("What is the most recent count?", True),
        ("When at the latest must it end?", False),
        ("What is a direct current?", False),
        ("Describe the components of current in transistors.", False),
        ("In what is now France, who ruled?", False),
        ("It's now or never, by whom?", False),
        ("Who painted the still life?", False),
        ("Who killed Suleimani?", False),
    ],
)
def test_what_prefers_newer_articles(question, newest):
    assert read_time(question, TODAY).prefers_newest is newest


def test_no_question_of_the_gold_set_is_shut_out_of_its_evidence():
    suite = load_suite(Path(__file__).parent.parent / "eval/gold")
    articles = {article.id: article for article in suite.articles}
    newest = max(article.published for article in suite.articles)
    read = 0
    for question in suite.questions:
        today = date.fromisoformat(question.as_of) if len(question.as_of) == 10 else date(2026, 1, 1)
        for limit in read_time(question.question, today, newest).limits:
            read += 1
            scope = Scope(after=limit.after, before=limit.before)
            assert all(scope.allows(articles[item.article_id]) for item in question.evidence), question.question
    assert read >= 8


@given(st.text(alphabet="aelstwikmonthy ago3since inMay.\"“'-yrdu", max_size=80), st.dates(date(1990, 1, 1)))
def test_any_text_gives_periods_in_their_place(text, today):
    found = read_time(text, today)
    assert all(text[p.start : p.end] == p.phrase for p in found.periods)
    assert all(p.last is None or p.first <= p.last for p in found.periods)
    assert all(limit.before <= today.isoformat() for limit in found.limits)


@pytest.mark.parametrize("piece", ["since ", "last ", "in the past ", "a few days ", "“", "in May ", "'s "])
def test_long_questions_are_read_at_once(piece):
    started = time.perf_counter()
    read_time(piece * 100_000, TODAY)
    assert time.perf_counter() - started < 1
