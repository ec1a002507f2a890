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

Mask = npt.NDArray[np.bool_]

MATCHES: tuple[str, ...] = (
    "met", "met_least", "met_two_least", "met_rarest", "met_near", "met_near_least", "met_chunk", "met_chunk_least",
    "met_chunk_rarest", "met_plain", "met_plain_least", "met_carried", "above_met", "above_met_chunk",
    "above_met_carried",
)  # fmt: skip
"""The columns of `matches`, each -1 to 1.

``plain`` words are no names; ``carried`` counts a name that the passage has as met. The last three are how far below
the best of all sentences, 0 or less.
"""
_LEAST = 1e-3
"""What a word without a weight counts."""
_COMPARED = ("met", "met_chunk", "met_carried")


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
    if not len(asked):
        return dict.fromkeys(MATCHES, np.zeros(len(sentences)))
    shown = [question.text[start:end] for start, end in word_spans(question.text)][: len(asked)]
    share = _shares(shown, weights)
    named = np.array([any(stem(part) in question.names for part in words(word)) for word in shown])
    passage = np.array([s.passage for s in sentences])
    edges = np.flatnonzero(np.diff(passage, prepend=passage[0] - 1))  # sentences come passage by passage
    own = _met(asked, sentences, candidates, [*edges.tolist(), len(sentences)])
    columns = _columns(own, share, named, passage, edges)
    return columns | {f"above_{name}": columns[name] - columns[name].max() for name in _COMPARED}


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


def _columns(
    own: Matrix, share: Matrix, named: Mask, passage: npt.NDArray[np.int64], edges: npt.NDArray[np.intp]
) -> dict[str, Matrix]:
    """Return the columns of each sentence without those that compare it with all others."""
    beside = (passage[1:] == passage[:-1])[:, None]
    near = own.copy()
    near[1:] = np.maximum(near[1:], np.where(beside, own[:-1], own[1:]))
    near[:-1] = np.maximum(near[:-1], np.where(beside, own[1:], own[:-1]))
    counts = np.diff(edges, append=len(own))
    whole = np.repeat(np.maximum.reduceat(own, edges, axis=0), counts, axis=0)
    rarest = int(np.argmax(share))
    plain = ~named if not named.all() else named
    return {
        "met": own @ share,
        "met_least": own.min(axis=1),
        "met_two_least": np.sort(own, axis=1)[:, :2].mean(axis=1),
        "met_rarest": own[:, rarest],
        "met_near": near @ share,
        "met_near_least": near.min(axis=1),
        "met_chunk": whole @ share,
        "met_chunk_least": whole.min(axis=1),
        "met_chunk_rarest": whole[:, rarest],
        "met_plain": own[:, plain] @ share[plain] / share[plain].sum(),
        "met_plain_least": own[:, plain].min(axis=1),
        "met_carried": np.where(named, whole, own) @ share,
    }


def _shares(shown: Sequence[str], weights: Mapping[str, float]) -> Matrix:
    """Return how much each of the question's words counts, above 0 and together 1."""
    raw = [max((weights.get(stem(part), 0.0) for part in words(word)), default=0.0) for word in shown]
    counted = np.maximum(raw, _LEAST)
    return np.asarray(counted / counted.sum())
