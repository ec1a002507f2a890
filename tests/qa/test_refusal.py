"""A refusal says what was missing, and shows the nearest passages."""

import numpy as np
import pytest
from evidence import sentences

from footnote.qa.interpret.question import read_question, stem
from footnote.qa.refusal import missing, nearest, reason

VIENNA = sentences(["The deal was signed in Vienna.", "Inspectors may visit."], "a", passage=0)
LYON = sentences(["Macron spoke in Lyon."], "b", passage=1)
FLU = sentences(["The vaccine reached Lyon."], "c", passage=2, title="Health")
ALL = [*VIENNA, *LYON, *FLU]


def said(question, frequencies, rows=ALL, limited=False):
    stems = {stem(word): count for word, count in frequencies.items()}
    return reason(read_question(question), rows, stems, limited)


def test_a_name_that_occurs_nowhere_is_named_as_it_was_typed():
    assert "“Putin” occurs nowhere" in said("Did Putin sign the deal?", {"sign": 1, "deal": 1})


def test_without_a_missing_name_the_missing_words_are_named():
    assert "“ratified” occurs nowhere" in said("Was the deal ratified?", {"deal": 1})


def test_a_verb_that_is_missing_tells_nothing():
    assert "occurs nowhere" not in said("Who became the signer of the deal?", {"signer": 1, "deal": 1})


def test_more_than_three_are_not_listed():
    assert missing(list("abcd")).count("“") == 3


def test_two_words_that_never_occur_together():
    text = said("What did Macron say about the vaccine?", {"macron": 1, "vaccine": 1})
    assert "“Macron” and “vaccine” both occur" in text
    assert "never in one passage" in text


def test_two_words_of_which_one_tells_nothing():
    assert "no sentence says it" in said("What happened to Macron?", {"macron": 1, "happened": 1})


def test_the_title_counts_as_part_of_the_passage():
    assert "no sentence says it" in said(
        "What about Health and the vaccine in Lyon?", {"health": 1, "vaccine": 1, "lyon": 2}
    )


def test_nothing_is_said_of_words_whose_passages_were_not_all_read():
    assert "no sentence says it" in said("What did Macron say about the vaccine?", {"macron": 5, "vaccine": 7})


def test_words_that_occur_together_but_do_not_answer():
    assert "no sentence says it" in said("Who signed the deal in Vienna?", {"sign": 1, "deal": 1, "vienna": 1})


@pytest.mark.parametrize(("limited", "words"), [(False, "no articles"), (True, "limits")])
def test_nothing_to_answer_from(limited, words):
    assert words in said("Who signed?", {}, [], limited)


def test_the_nearest_are_of_different_passages_best_first():
    assert nearest(ALL, np.array([0.5, 0.9, 0.6, 0.7])) == [VIENNA[1], FLU[0], LYON[0]]
    assert nearest([], np.zeros(0)) == []


def test_the_nearest_are_of_different_origins_for_choice():
    wire = {"a": "wire", "b": "wire", "c": "own"}.__getitem__
    probabilities = np.array([0.9, 0.1, 0.8, 0.2])
    assert nearest(ALL, probabilities, 2, wire) == [VIENNA[0], FLU[0]]
    assert nearest(ALL, probabilities, 3, wire) == [VIENNA[0], FLU[0], LYON[0]]
