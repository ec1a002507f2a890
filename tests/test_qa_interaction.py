"""The question's words against the words of sentences, neighbours and passages."""

from dataclasses import dataclass

import numpy as np
import pytest
from qa.interaction import MATCHES, matches

from index.late import pack_words
from index.words import word_spans
from qa.question import read_question
from tests.evidence import sentences

AXES = np.linalg.qr(np.random.default_rng(0).standard_normal((384, 8)))[0].T.astype(np.float32)
PLACES = {"killed": 0, "commander": 1, "airport": 2, "oil": 3, "rose": 4, "friday": 5}


@dataclass
class FakeChunk:
    words: bytes
    start: int


@dataclass
class FakeCandidate:
    chunk: FakeChunk


def candidate(text):
    """A candidate whose words have a direction each."""
    spans = list(word_spans(text))
    vectors = np.array([AXES[PLACES[text[start:end].lower()]] for start, end in spans])
    return FakeCandidate(FakeChunk(pack_words([span.start for span in spans], vectors), 0))


def measured(question, texts, weights=None):
    read = read_question(question)
    asked = np.array([AXES[PLACES[read.text[a:b].lower()]] for a, b in word_spans(read.text)])
    found = sentences(texts)
    given = weights or dict.fromkeys(read.terms, 1.0)
    columns = matches(read, asked, found, [candidate(" ".join(texts))], given)
    assert tuple(columns) == MATCHES
    return {name: np.round(column, 1).tolist() for name, column in columns.items()}


def test_a_sentence_that_has_all_words_is_met_and_another_less():
    found = measured("Commander killed airport?", ["Commander killed airport.", "Oil rose Friday."])
    assert found["met"][0] > 0.9
    assert abs(found["met"][1]) <= 0.2
    assert found["above_met"] == [0.0, pytest.approx(found["met"][1] - found["met"][0], abs=0.11)]


def test_what_no_word_meets_is_the_least():
    found = measured("Commander killed airport?", ["Commander killed.", "Oil rose."])
    assert found["met_least"][0] <= 0.2
    assert found["met_two_least"][0] > found["met_least"][0]


def test_neighbours_and_passage_help_out():
    found = measured("Commander killed airport?", ["Commander killed.", "Airport.", "Oil rose."])
    assert found["met_near_least"][0] > 0.9 > found["met_least"][0]
    assert found["met_near_least"][2] < 0.9
    assert min(found["met_chunk_least"]) > 0.9


def test_the_rarest_word_counts_most():
    rare = measured("Commander airport?", ["Commander.", "Airport."], {"command": 0.1, "airport": 5.0})
    assert rare["met"][1] > 0.9 > 0.2 > rare["met"][0]
    assert rare["met_rarest"][1] > 0.9 > rare["met_rarest"][0]


def test_a_question_without_words_measures_nothing():
    columns = matches(read_question("Who is it?"), np.zeros((0, 384), np.float32), sentences(["Oil rose."]), [], {})
    assert all(column.tolist() == [0.0] for column in columns.values())
