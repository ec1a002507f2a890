"""Candidates to sentences with their features: the one way there, for answering and for fitting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.encoder import Encoded, Encoder
from index.passages import Candidate, PassageIndex
from index.words import fts_query, query_words, word_spans, words
from qa.evidence import Sentence, sentences_of
from qa.features import long_numbers, measure, rarity
from qa.interaction import matches
from qa.question import Question, numbers, stem
from qa.reader import Reader, Window, reading
from qa.trees import Matrix
from qa.windows import closest

_COUNTED = 2_000
"""A word that is looked for as it was typed is counted in this many chunks at most."""


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


def measured(
    index: PassageIndex,
    question: Question,
    asked: Encoded,
    candidates: Sequence[Candidate],
    reader: Reader | None = None,
) -> Measured:
    """Measure the sentences of ``candidates``; ``asked`` is of `encoded_question`.

    With a ``reader``, the columns `qa.reader.READ` come after the other features.
    """
    sentences = sentences_of(candidates, asked.chunk, index.text)
    frequencies = _frequencies(index, question)
    weights = rarity(question, index.size(), frequencies)
    matched = matches(question, asked.words, sentences, candidates, weights) if sentences else {}
    figures = _figures(index, question, candidates)
    read = _reading(reader, question, sentences, candidates, matched) if reader else None  # beside what is next
    features = measure(question, matched, sentences, candidates, weights, figures)
    if read:
        features = np.column_stack([features, read()])
    return Measured(tuple(candidates), tuple(sentences), features, frequencies)


def _reading(
    reader: Reader,
    question: Question,
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    matched: Mapping[str, Matrix],
) -> Callable[[], Matrix]:
    places = [(sentence.article.id, sentence.start, sentence.end) for sentence in sentences]
    similarity = np.array([sentence.similarity for sentence in sentences])
    chunks = np.array([candidates[sentence.passage].similarity for sentence in sentences])
    seeds = closest(similarity, chunks, matched["met"]) if sentences else []

    def window_of(some: Sequence[int]) -> Window:
        return Window(sentences[some[0]].article.title, tuple(sentences[n].text for n in some))

    return reading(reader, question.text, places, window_of, seeds)


def _figures(index: PassageIndex, question: Question, candidates: Sequence[Candidate]) -> dict[str, set[str]]:
    """Return the figures of each article, and of when it was published; nothing where the question has none itself."""
    articles = {c.article.id: c for c in candidates} if long_numbers(question) else {}
    return {
        each: set(numbers(index.text(each, c.version))) | set(c.article.published.split("-"))
        for each, c in articles.items()
    }


def _frequencies(index: PassageIndex, question: Question) -> dict[str, int]:
    """Return in how many chunks each term of the question occurs; those in none are left out.

    The full-text index stems some words in another way (assembly) and cuts others (U.N.), so a term that seems to be
    in no chunk is looked for as it was typed.
    """
    counts = dict(index.library.document_frequencies(question.terms))
    missing = set(question.terms) - counts.keys()
    for typed in query_words(question.text) if missing else ():
        for term in missing.intersection(stem(word) for word in words(typed)):
            if count := index.library.count_matches(fts_query([typed]), _COUNTED):
                counts[term] = count
    return counts
