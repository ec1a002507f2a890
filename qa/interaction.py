"""How well a question's single words are met by a sentence, by what is around it, and by its passage.

Each word of the question takes its best match among the words there (Khattab & Zaharia 2020), by vectors in context,
so "killed" meets "assassination". What matters is the average, weighted by how rare a word is, and the worst: a word
that nothing meets is a detail that the text does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

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
        passage = np.array([s.passage for s in sentences])
        edges = np.flatnonzero(np.diff(passage, prepend=passage[0] - 1))  # sentences come passage by passage
        own = _met(asked, sentences, candidates, [*edges.tolist(), len(sentences)])
        table[:, :9] = _columns(own, share, passage, edges)
        table[:, 9] = table[:, 0] - table[:, 0].max()
        table[:, 10] = table[:, 6] - table[:, 6].max()
    return dict(zip(MATCHES, table.T, strict=True))


def _met(
    asked: Vectors, sentences: Sequence[Sentence], candidates: Sequence[Candidate], edges: Sequence[int]
) -> Matrix:
    """Return how well each sentence meets each word, shape (n, k); 0 where the library keeps no words.

    The sentences from one of ``edges`` to the next are of one passage.
    """
    own = np.zeros((len(sentences), len(asked)))
    for start, end in pairwise(edges):
        chunk = candidates[sentences[start].passage].chunk
        held = unpack_words(chunk.words, asked.shape[1], chunk.start)
        if not len(held.starts):
            continue
        spans = [edge for s in sentences[start:end] for edge in (s.start, s.end)]
        places = np.searchsorted(held.starts, spans)
        # a column for the end, which no sentence has: `reduceat` wants each place to be one
        cosines = np.zeros((len(asked), len(held.starts) + 1), dtype=np.float32)
        np.matmul(asked, held.vectors.T, out=cosines[:, :-1])
        best = np.maximum.reduceat(cosines, places, axis=1)[:, ::2].T
        own[start:end] = np.where((places[1::2] > places[::2])[:, None], best, 0.0)
    return own


def _columns(own: Matrix, share: Matrix, passage: npt.NDArray[np.int64], edges: npt.NDArray[np.intp]) -> Matrix:
    """Return the columns of each sentence without those that compare it with all others, shape (n, 9)."""
    beside = (passage[1:] == passage[:-1])[:, None]
    near = own.copy()
    near[1:] = np.maximum(near[1:], np.where(beside, own[:-1], own[1:]))
    near[:-1] = np.maximum(near[:-1], np.where(beside, own[1:], own[:-1]))
    counts = np.diff(edges, append=len(own))
    whole = np.repeat(np.maximum.reduceat(own, edges, axis=0), counts, axis=0)
    rarest = int(np.argmax(share))
    lowest = np.sort(own, axis=1)[:, :2].mean(axis=1)
    columns = [own @ share, own.min(axis=1), lowest, own[:, rarest], near @ share, near.min(axis=1)]
    return np.column_stack([*columns, whole @ share, whole.min(axis=1), whole[:, rarest]])


def _shares(question: Question, count: int, weights: Mapping[str, float]) -> Matrix:
    """Return how much each of the question's first ``count`` words counts, together 1."""
    found = [question.text[start:end] for start, end in word_spans(question.text)][:count]
    raw = np.array([max((weights.get(stem(part), 0.0) for part in words(word)), default=0.0) for word in found])
    total = raw.sum()
    return np.asarray(raw / total if total else np.full(count, 1 / count))
