"""From candidates to probabilities: what is read, what is measured, and how sure that makes of an answer."""

from collections import deque

import numpy as np
import pytest
from articles import found

from footnote.index.search.scope import Scope
from footnote.qa.interpret.question import read_question, stem
from footnote.qa.rank.calibration import ANSWERED, SENTENCE, Calibration, Logistic, sigmoid
from footnote.qa.rank.rank import SentenceFeatures, extract_features, question_inputs, rank
from footnote.qa.rank.reader import CLIP, FOUND, FURTHER, PASSAGES, UNREAD, AnswerSpan, ReaderOutput, passage_scores

PLAIN = Calibration(Logistic({"read": 1.0}, 0.0), Logistic({"best": 1.0}, -1.0), 0.5)


class Queue:
    """Gives each passage the next of its readings, and keeps what it was shown."""

    def __init__(self, *scores):
        self.scores = deque(scores)
        self.shown = []

    def read(self, question, passages):
        self.shown += passages
        readings = []
        for passage in passages:
            score = self.scores.popleft() if self.scores else -3.0
            spans = tuple(AnswerSpan(0, 4, score) for _ in passage.sentences)
            readings.append(ReaderOutput(np.full(len(passage.sentences), score), score - 1, spans))
        return readings


def measured_by(index, reader, text="Who spoke at the U.N. Assembly in Lyon?", limit=40, original_of=str):
    question = read_question(text)
    vector = index.encoder.encode_query(question.text)
    candidates = index.search(vector, question.text, Scope(), limit)
    return extract_features(index, question, vector, candidates, reader, None, original_of)


def test_words_that_full_text_stems_or_cuts_in_another_way_are_counted(exact):
    list(exact.add([found("a", "Macron spoke at the U.N. General Assembly. He met Rouhani there.")]))
    measured = measured_by(exact, Queue())
    counts = measured.frequencies
    assert {word: counts.get(stem(word), 0) for word in ("spoke", "un", "assembly", "lyon")} == {
        "spoke": 1,
        "un": 1,
        "assembly": 1,
        "lyon": 0,
    }


def test_passages_come_by_their_best_sentence_once_each():
    scores = np.array([0.1, 0.9, 0.8, 0.9, 0.2])
    assert [*passage_scores(scores, [0, 2, 2, 1, 3]).items()] == [(2, 0.9), (1, 0.9), (3, 0.2), (0, 0.1)]
    assert passage_scores(np.zeros(0), []) == {}


def test_a_passage_far_below_the_likeliest_one_is_not_read(exact):
    list(exact.add([found("a", "The port of Vardo opened. It rained."), found("b", "Bread is baked at night.")]))
    reader = Queue(2.0, 1.0)
    measured = measured_by(exact, reader, "When did the port of Vardo open?")
    assert len(measured.candidates) == 2
    assert [passage.sentences[0] for passage in reader.shown] == ["The port of Vardo opened."]


def test_what_was_not_read_is_unlikely_and_has_no_words(exact):
    count = PASSAGES + 3
    list(
        exact.add(
            found(f"a{n}", f"The port of Vardo opened quay {n}. It rained.", title=f"Quay {n}") for n in range(count)
        )
    )
    reader = Queue(*[2.0] * count)
    measured = measured_by(exact, reader, "Who opened the port of Vardo?")
    assert len(reader.shown) == PASSAGES
    assert all(passage.title.startswith("Quay") and len(passage.sentences) == 2 for passage in reader.shown)
    unread = [n for n, span in enumerate(measured.spans) if span is None]
    assert len(unread) == 2 * (len(measured.candidates) - PASSAGES) > 0
    for name in ("read", "passage"):
        assert set(measured.inputs[name][unread]) == {UNREAD}
    read = np.setdiff1d(np.arange(len(measured.sentences)), unread)
    assert set(measured.inputs["read"][read]) == {2.0}
    assert set(measured.inputs["passage"][read]) == {1.0}
    assert measured.inputs.keys() == {*SENTENCE, "similarity"}


def test_where_nothing_was_found_the_next_likely_passages_are_read_once(exact):
    count = PASSAGES + FURTHER + 2
    list(exact.add(found(f"a{n}", f"The port of Vardo opened quay {n}.", title=f"Quay {n}") for n in range(count)))
    asked = "Who opened the port of Vardo?"
    assert measured_by(exact, (first := Queue(FOUND, *[FOUND - 1] * count)), asked).inputs["read"].max() == FOUND
    assert len(first.shown) == PASSAGES
    reader = Queue(*[FOUND - 1] * (count - 3), 2.0)
    measured = measured_by(exact, reader, asked)
    assert len(reader.shown) == len({passage.title for passage in reader.shown}) == PASSAGES + FURTHER
    assert measured.inputs["read"].max() == 2.0
    assert sum(span is not None for span in measured.spans) == PASSAGES + FURTHER


def test_of_copies_one_is_read_and_beside_it_the_first_text_however_far_below_it_is(exact):
    near = ["The port of Vardo opened on Monday.", "On Monday the port of Vardo opened."]
    texts = {"copy1": near[0], "copy2": near[1], "first": "Ships may land again.", "other": "Bread is baked at night."}
    list(exact.add(found(name, text) for name, text in texts.items()))
    reader = Queue(2.0, 1.0)
    asked = "When did the port of Vardo open?"
    measured_by(exact, reader, asked, original_of=lambda name: "other" if name == "other" else "first")
    read = [passage.sentences[0] for passage in reader.shown]
    assert read in [[one, texts["first"]] for one in near]


def test_what_the_reader_says_is_clipped(exact):
    list(exact.add([found("a", "The port of Vardo opened. It rained.")]))
    measured = measured_by(exact, Queue(99.0))
    assert measured.inputs["read"].tolist() == [CLIP, CLIP]


def by_hand(read, spans):
    count = len(read)
    inputs = {
        "read": np.array(read),
        "passage": np.arange(count, dtype=float),
        "similarity": np.linspace(0.2, 0.4, count),
        "chunk_similarity": np.full(count, 0.6),
    }
    return SentenceFeatures((), ("a sentence",) * count, spans, inputs, {})


def test_the_inputs_of_a_question_by_hand():
    measured = by_hand([-1.0, 3.0, 2.0], (None, AnswerSpan(0, 1, 1.5), AnswerSpan(0, 1, -4.0)))
    view = question_inputs(measured, np.array([0.5, 4.0, 2.5]))
    assert {name: float(value) for name, value in view.items()} == {"best": 4.0, "passage": 2.0}
    assert {*ANSWERED} == {*view}


def test_log_odds_become_probabilities_and_a_confidence():
    probabilities, confidence = rank(by_hand([0.0, 2.0], (None, None)), PLAIN)
    assert probabilities == pytest.approx([0.5, float(sigmoid(np.array(2.0)))])
    assert confidence == pytest.approx(float(sigmoid(np.array(1.0))))


def test_without_sentences_nothing_is_read_and_the_confidence_is_0(exact):
    reader = Queue()
    probabilities, confidence = rank(measured_by(exact, reader), PLAIN)
    assert (confidence, len(probabilities), reader.shown) == (0.0, 0, [])
