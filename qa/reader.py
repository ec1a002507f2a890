"""The reader: a small transformer that reads a question together with a few sentences in a row, and scores each.

Vectors are made of a text before anyone asks; the reader looks at both together, so that it can tell a sentence that
answers from one that is about the same thing (Nogueira & Cho 2019). It reads neighbours at once, as a person would, and
takes the average over each sentence's tokens. It is MiniLM with its upper layers taught by `eval.reading`; those and
what turns a sentence's vector into its log odds are in ``reader.safetensors``.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from qa.trees import Matrix
from qa.windows import Place, windows

if TYPE_CHECKING:
    from qa.reading_model import TransformerReader

READ: tuple[str, ...] = ("read", "above_read", "most_read")
"""The columns of `reading`: log odds by the reader, how far above the best other sentence, and the most of all."""
FILE_NAME = "reader.safetensors"
CLIP = 8.0
_UNREAD = 7.0
"""A sentence that was not read counts as if its log odds were minus this, or less where all that was read is."""


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences in a row, and the title of their article; empty where it has none."""

    title: str
    sentences: tuple[str, ...]


WindowOf = Callable[[Sequence[int]], Window]
"""Gives what is read of sentences by their index."""


class Reader(Protocol):
    """What Footnote needs of a reader."""

    def logits(self, question: str, shown: Sequence[Window]) -> Iterable[Matrix]:
        """Start to read, and give for each window the log odds that each of its sentences answers the question."""


def reading(
    reader: Reader, question: str, places: Sequence[Place], window_of: WindowOf, seeds: Sequence[int]
) -> Callable[[], Matrix]:
    """Start to read; what this returns waits for it, and gives the columns `READ`, shape (len(places), len(READ)).

    Only the windows around the first of ``seeds`` are read; see `qa.windows`.
    """
    chosen = windows(seeds, places)
    logits = reader.logits(question, [*map(window_of, chosen)])

    def finish() -> Matrix:
        own = np.full(len(places), np.nan)
        for window, found in zip(chosen, logits, strict=True):
            own[window] = np.clip(found, -CLIP, CLIP)
        return _columns(own) if len(places) else np.zeros((0, len(READ)))

    return finish


def _columns(own: Matrix) -> Matrix:
    most = float(np.nanmax(own))
    filled = np.where(np.isnan(own), min(-_UNREAD, most - 2), own)
    highest = np.sort(filled)[::-1]
    others = np.where(filled == highest[0], highest[1] if len(highest) > 1 else -CLIP, highest[0])
    return np.column_stack([filled, filled - others, np.full(len(own), most)])


@cache
def load_reader(file: str = "") -> TransformerReader:
    """Return the reader in a ``file``, or the one that ships.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """
    from qa.reading_model import TransformerReader  # torch takes seconds to load

    return TransformerReader(Path(file) if file else Path(str(importlib.resources.files("qa").joinpath(FILE_NAME))))
