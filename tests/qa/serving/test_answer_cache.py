"""Answers that are given again, and when they are not."""

from dataclasses import replace
from datetime import date

import pytest

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.index.search.scope import Scope
from footnote.qa.answer import Answer
from footnote.qa.events import FinalAnswer, Writing
from footnote.qa.interpret.turns import Turn
from footnote.qa.retriever import ScopedQuery
from footnote.qa.serving.answer_cache import AnswerCache
from footnote.qa.serving.shared_engine import SharedEngine

ASKED = ScopedQuery("Who fell?", scope=Scope(after="2020"), history=(Turn("Who?", "Who?"),))


class Maker:
    """Makes answers, each with a number of its own, and counts them."""

    def __init__(self):
        self.state, self.day, self.made = 1, date(2021, 1, 1), 0
        self.changes = False

    def __call__(self):
        self.made += 1
        yield Writing()
        self.state += self.changes
        yield FinalAnswer(Answer(f"id-{self.made}", "", "", "abstained", 0.5, timings_ms={"embedding": 7.0}), (), ())


@pytest.fixture
def maker():
    return Maker()


@pytest.fixture
def repeats(maker):
    return AnswerCache(2, lambda: maker.state, lambda: maker.day)


def answer(repeats, maker, query=ASKED):
    *_, final = repeats.events(query, maker)
    return final.answer


def test_the_same_question_gets_the_same_answer_with_a_time_of_its_own(repeats, maker):
    first, again = answer(repeats, maker), answer(repeats, maker, replace(ASKED))
    assert maker.made == 1
    assert replace(again, timings_ms=first.timings_ms) == first
    assert first.timings_ms == {"embedding": 7.0}
    assert set(again.timings_ms) == {"total"}
    assert again.timings_ms["total"] >= 0


@pytest.mark.parametrize(
    "other",
    [
        {"query_str": "Who rose?"},
        {"scope": Scope(before="2020")},
        {"scope": Scope(after="2020", publisher="Post")},
        {"read_dates": False},
        {"carry": False},
        {"answer_id": "mine"},
    ],
)
def test_what_is_asked_otherwise_is_answered_anew(repeats, maker, other):
    answer(repeats, maker)
    assert answer(repeats, maker, replace(ASKED, **other)).id == "id-2"


def test_of_what_was_said_before_only_what_the_question_takes_from_it_counts(repeats, maker):
    answer(repeats, maker)
    assert answer(repeats, maker, replace(ASKED, history=())).id == "id-1"
    asked = ("How many ships sank in 2018?", "Who left the port in 2018?")
    ships, port = (ScopedQuery("And in 2019?", history=(Turn(each, each),)) for each in asked)
    assert [answer(repeats, maker, each).id for each in (ships, port, replace(ships))] == ["id-2", "id-3", "id-2"]


def test_a_library_that_has_changed_and_another_day_are_asked_anew(repeats, maker):
    answer(repeats, maker)
    maker.state = 2
    assert answer(repeats, maker).id == "id-2"
    maker.day = date(2021, 1, 2)
    assert answer(repeats, maker).id == "id-3"
    assert answer(repeats, maker).id == "id-3"


def test_what_was_answered_while_the_library_changed_is_not_kept(repeats, maker):
    maker.changes = True
    answer(repeats, maker)
    maker.changes = False
    assert answer(repeats, maker).id == "id-2"


def test_the_one_that_was_not_asked_for_longest_goes_first(repeats, maker):
    first, second, third = (replace(ASKED, query_str=text) for text in ("one?", "two?", "three?"))
    for query in (first, second, first, third):
        answer(repeats, maker, query)
    assert answer(repeats, maker, first).id == "id-1"
    assert answer(repeats, maker, second).id == "id-4"


def test_an_error_is_not_kept(repeats, maker):
    def fails():
        yield Writing()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(repeats.events(ASKED, fails))
    assert answer(repeats, maker).id == "id-1"


def test_an_engine_gives_an_answer_again_until_an_article_is_added(tmp_path, encoder):
    told = "The port of Vardo opened its second quay on Tuesday, Mayor Ingrid Solheim said."
    query = ScopedQuery("Who is the mayor of Vardo?")
    engine = SharedEngine.open(Settings(tmp_path, min_confidence=0.0), encoder=encoder, repeats=4)
    try:
        list(engine.add_many([Article("quay", told)]))
        first, again = (list(engine.events(query)) for _ in range(2))
        assert "retrieval" not in again[-1].answer.timings_ms
        assert again[-1].answer.sentences == first[-1].answer.sentences
        list(engine.add_many([Article("mayor", "Per Hansen became mayor of Vardo on Monday, the council said.")]))
        assert {c.source.article_id for c in list(engine.events(query))[-1].answer.citations} >= {"mayor"}
        assert engine.answer(query.query_str).answer.timings_ms["retrieval"] > 0
    finally:
        engine.close()
