"""Which sentences are quoted, in which order."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.article import Article
from qa.evidence import Sentence
from qa.extract import choose, footnoted, missing, nearest, repeats


def sentence(text: str, start: int = 0, article: str = "a", passage: int = 0) -> Sentence:
    return Sentence(Article(article, ""), "v", start, start + len(text), text, passage, 0, 0, 0.5)


A1 = sentence("The deal was signed in Vienna in July.", 10, "a", 0)
A2 = sentence("It limits enrichment to low levels.", 60, "a", 0)
A3 = sentence("Inspectors may visit declared sites.", 120, "a", 1)
B1 = sentence("Critics in Congress opposed the accord.", 5, "b", 2)
COPY = sentence("The deal was signed in Vienna in July .", 300, "b", 2)


def test_the_best_comes_first_then_its_article_in_order_then_the_others():
    chosen = choose([A1, A2, A3, B1], np.array([0.5, 0.9, 0.6, 0.7]), keep=0.4, limit=4)
    assert chosen == [A2, A1, A3, B1]


def test_only_the_best_is_sure_of_its_place():
    assert choose([A1, A2, B1], np.array([0.2, 0.1, 0.15]), keep=0.4, limit=4) == [A1]


def test_no_more_than_the_limit():
    assert len(choose([A1, A2, A3, B1], np.full(4, 0.9), keep=0.1, limit=2)) == 2


def test_a_sentence_that_repeats_another_is_left_out():
    assert choose([A1, COPY, A2], np.array([0.9, 0.8, 0.7]), keep=0.1, limit=4) == [A1, A2]


def test_nothing_to_choose_from():
    assert choose([], np.zeros(0), keep=0.1, limit=4) == []
    assert nearest([], np.zeros(0)) == []


def test_footnotes_run_from_one_and_quote_their_sentence():
    sentences, citations = footnoted([A2, B1])
    assert [s.citations for s in sentences] == [(1,), (2,)]
    assert [(c.n, c.source.quote, c.source.start) for c in citations] == [(1, A2.text, 60), (2, B1.text, 5)]
    assert all(s.verdict == "verbatim" for s in sentences)


def test_the_nearest_are_of_different_passages():
    assert nearest([A1, A2, A3, B1], np.array([0.5, 0.9, 0.6, 0.7])) == [A2, B1, A3]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("a b c d e f g", "a b c d e f g", True), ("a b c d e f g h", "A b c d e f g", True), ("a b c", "a d e", False)],
)
def test_repeats(one, other, same):
    assert repeats(one, other) is same


def test_a_refusal_says_what_is_missing():
    assert "“Putin” occurs nowhere" in missing(["Putin"], empty=False)
    assert "no sentence says it" in missing([], empty=False)
    assert "no articles" in missing([], empty=True)
