"""How well a question's single words are met by a sentence, by what is around it, and by its passage.

Each word of the question takes its best match among the words there (Khattab & Zaharia 2020), by vectors in context,
so "killed" meets "assassination". What matters is the average, weighted by how rare a word is, and the worst: a word
that nothing meets is a detail that the text does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.encoder import Vectors
from index.late import unpack_words
from index.passages import Candidate
from index.words import word_spans, words
from qa.evidence import Sentence
from qa.question import Question, stem
from qa.trees import Matrix

MATCHES: tuple[str, ...] = (
    "met", "met_least", "met_two_least", "met_rarest", "met_near", "met_near_least", "met_chunk", "met_chunk_least",
    "met_chunk_rarest", "above_met", "above_met_chunk",
)  # fmt: skip
"""The columns of `matches`, each -1 to 1; the last two are how far below the best of all sentences, 0 or less."""


def matches(
    question: Question,
    asked: Vectors,
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    weights: Mapping[str, float],
) -> dict[str, Matrix]:
    """Return the columns `MATCHES`, each of shape (len(sentences),).

    ``asked`` holds the vectors of the question's words that carry meaning, in order, shape (k, d); ``weights`` tells
    how rare each stem is. All is 0 where the question has no such word, or the library keeps none.
    """
    table = np.zeros((len(sentences), len(MATCHES)))
    if len(asked):
        share = _shares(question, len(asked), weights)
        for rows in _passages(sentences):
            table[rows[0] : rows[-1] + 1, :9] = _in_passage([sentences[n] for n in rows], candidates, asked, share)
        table[:, 9] = table[:, 0] - table[:, 0].max()
        table[:, 10] = table[:, 6] - table[:, 6].max()
    return dict(zip(MATCHES, table.T, strict=True))


def _in_passage(inside: Sequence[Sentence], candidates: Sequence[Candidate], asked: Vectors, share: Matrix) -> Matrix:
    chunk = candidates[inside[0].passage].chunk
    held = unpack_words(chunk.words, asked.shape[1], chunk.start)
    if not len(held.starts):
        return np.zeros((len(inside), 9))
    cosines = asked @ held.vectors.T
    first = np.searchsorted(held.starts, [s.start for s in inside])
    last = np.searchsorted(held.starts, [s.end for s in inside])
    own = np.zeros((len(inside), len(asked)))
    for n, (start, end) in enumerate(zip(first, last, strict=True)):
        if end > start:
            own[n] = cosines[:, start:end].max(axis=1)
    before = np.vstack([own[:1], own[:-1]])
    after = np.vstack([own[1:], own[-1:]])
    near = np.maximum(own, np.maximum(before, after))
    whole = np.broadcast_to(own.max(axis=0), own.shape)
    rarest = int(np.argmax(share))
    lowest = np.sort(own, axis=1)[:, :2].mean(axis=1)
    columns = [own @ share, own.min(axis=1), lowest, own[:, rarest], near @ share, near.min(axis=1)]
    return np.column_stack([*columns, whole @ share, whole.min(axis=1), whole[:, rarest]])


def _passages(sentences: Sequence[Sentence]) -> list[list[int]]:
    """Group the indices of ``sentences``, which come passage by passage."""
    groups: dict[int, list[int]] = {}
    for n, sentence in enumerate(sentences):
        groups.setdefault(sentence.passage, []).append(n)
    return list(groups.values())


def _shares(question: Question, count: int, weights: Mapping[str, float]) -> Matrix:
    """Return how much each of the question's first ``count`` words counts, together 1."""
    found = [question.text[start:end] for start, end in word_spans(question.text)][:count]
    raw = np.array([max((weights.get(stem(part), 0.0) for part in words(word)), default=0.0) for word in found])
    total = raw.sum()
    return np.asarray(raw / total if total else np.full(count, 1 / count))
