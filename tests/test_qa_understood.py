"""A question in its conversation and at its time; and newer articles first, where they are asked for."""

from datetime import date

import numpy as np
import pytest

from corpus.article import Article
from corpus.errors import UsageError
from index.scope import Publications, Scope
from qa.retriever import ScopedQuery
from qa.turns import Turn
from qa.understood import newer_first, understand
from tests.evidence import sentences

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
    found = understand(ScopedQuery("Who leads the IAEA?"), PUBLISHED, TODAY)
    assert found.question.text == "Who leads the IAEA?"
    assert not found.scope
    assert not found.inferred
    assert not found.prefers_newest


def test_a_follow_up_takes_its_subject_from_the_conversation():
    found = understand(ScopedQuery("Where was he born?", history=(TURN,)), PUBLISHED, TODAY)
    assert "Grossi" in found.question.text
    bare = understand(ScopedQuery("Where was he born?", history=(TURN,), carry=False), PUBLISHED, TODAY)
    assert bare.question.text == "Where was he born?"


def test_words_about_time_limit_the_dates_unless_told_not_to():
    found = understand(ScopedQuery("What happened last week?"), PUBLISHED, TODAY)
    assert found.scope.told_after == "2020-06-01"
    assert found.inferred[0].phrase == "last week"
    assert not understand(ScopedQuery("What happened last week?", read_dates=False), PUBLISHED, TODAY).scope


def test_the_as_of_date_is_what_they_count_from():
    found = understand(ScopedQuery("What happened last week?", scope=Scope(as_of="2020-01-15")), PUBLISHED, TODAY)
    assert found.scope.told_after == "2020-01-06"
    assert found.scope.as_of == "2020-01-15"


def test_a_bare_month_is_one_in_which_there_were_articles():
    found = understand(ScopedQuery("What was decided in May?"), PUBLISHED, date(2026, 11, 22))
    assert found.scope.told_after == "2020-05-01"


def test_articles_without_a_date_are_not_shut_out_by_a_word():
    scope = understand(ScopedQuery("What happened last week?"), PUBLISHED, TODAY).scope
    assert [article.id for article in ARTICLES if scope.allows(article)] == ["c"]


def test_an_empty_question_is_refused():
    with pytest.raises(UsageError, match="empty"):
        understand(ScopedQuery(" ?! "), PUBLISHED, TODAY)


def test_newer_articles_come_first_among_equals_and_the_best_stays_as_sure():
    found = [
        *sentences(["Old."], "old", "2019-01-01"),
        *sentences(["New."], "new", "2020-01-01", passage=1),
        *sentences(["Undated."], "none", passage=2),
    ]
    before = np.array([0.6, 0.55, 0.1])
    after = newer_first(before, found)
    assert after.argmax() == 1
    assert after.max() == pytest.approx(before.max())
    assert after[2] < 0.2


def test_one_date_changes_nothing():
    found = sentences(["One.", "Two."], "a", "2020-01-01")
    before = np.array([0.6, 0.3])
    assert newer_first(before, found) is before
