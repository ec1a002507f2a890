"""The reader: a small transformer that reads a question together with a whole passage, and scores each sentence.

Vectors are made of a text before anyone asks; the reader looks at both together, so that it can tell a sentence that
answers from one that is about the same thing (Nogueira & Cho 2019), and reads "he" with whom it refers to.
`qa.rank.reader_network` has the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

PASSAGES = 4
"""How many passages are read, the likeliest ones."""
UNREAD = -7.0
"""The log odds of a sentence that was not read, or less where all that was read is."""
CLIP = 9.0


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """Sentences in a row, and the title of their article; empty where it has none."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The words of a sentence that answer, ``text[start:end]``; ``margin`` is their log odds over no answer at all."""

    start: int
    end: int
    margin: float


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """What the reader says of a passage, in log odds.

    ``sentences``, shape (s,): each one belongs to the answer. ``passage``: it answers at all. ``spans`` has the
    likeliest words of each sentence; None for one that was cut off.
    """

    sentences: Matrix
    passage: float
    spans: tuple[AnswerSpan | None, ...]


class Reader(Protocol):
    """What Footnote needs of a reader."""

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[ReaderOutput]:
        """Read each passage with the question."""


def chosen_passages(scores: Matrix, passage_of: Sequence[int]) -> list[int]:
    """Return the passages, likeliest first: by the best of their sentences' ``scores``, shape (n,)."""
    order = np.argsort(-scores, kind="stable")
    return list(dict.fromkeys(passage_of[int(n)] for n in order))
