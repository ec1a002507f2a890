"""The reader: a small transformer that reads a question together with a whole passage, and scores each sentence.

Vectors are made of a text before anyone asks; the reader looks at both together, so that it can tell a sentence that
answers from one that is about the same thing (Nogueira & Cho 2019), and reads "he" with whom it refers to.
`qa.rank.reader_network` has the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

PASSAGES, WITHIN = 4, 0.2
"""How many passages are read at most, the likeliest ones, and how far below the likeliest one the others may score.

On the development suites 2.9 are read by that on average, and hold the evidence of .951 of the questions; four,
whatever they score, that of .952. What is asked in other words than the articles' lies closer together: with .1 and up
to six passages, evidence is read as often, and five of a reporter's 37 questions are lost.
"""
FOUND, FURTHER = 0.0, 4
"""Where no sentence that was read has these log odds, so many passages more are read, the next likely ones.

So it is with what is asked in other words than the articles'.
"""
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


def passage_scores(scores: Matrix, passage_of: Sequence[int]) -> dict[int, float]:
    """Return the passages, likeliest first, each with the best of its sentences' ``scores``, which have shape (n,)."""
    best: dict[int, float] = {}
    for n in np.argsort(-scores, kind="stable").tolist():
        best.setdefault(passage_of[n], float(scores[n]))
    return best
