"""Candidates to sentences with their features: the one way there, for answering and for fitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.encoder import Encoded, Encoder
from index.passages import Candidate, PassageIndex
from index.words import word_spans
from qa.evidence import Sentence, sentences_of
from qa.features import measure, rarity
from qa.question import Question
from qa.trees import Matrix


@dataclass(frozen=True, slots=True)
class Measured:
    """The sentences that may answer, their features (shape (n, features)), and how often each term occurs."""

    candidates: tuple[Candidate, ...]
    sentences: tuple[Sentence, ...]
    features: Matrix
    frequencies: Mapping[str, int]


def encoded_question(encoder: Encoder, question: Question) -> Encoded:
    """Return the vectors of a question, as ``chunk``, and of its words that carry meaning."""
    return encoder.encode_question(question.text, list(word_spans(question.text)))


def measured(index: PassageIndex, question: Question, asked: Encoded, candidates: Sequence[Candidate]) -> Measured:
    """Measure the sentences of ``candidates``; ``asked`` is of `encoded_question`."""
    sentences = sentences_of(candidates, asked.chunk, index.text)
    frequencies = index.library.document_frequencies(question.terms)
    features = measure(question, asked.words, sentences, candidates, rarity(question, index.size(), frequencies))
    return Measured(tuple(candidates), tuple(sentences), features, frequencies)
