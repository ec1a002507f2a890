"""Which sentences are read together with a question: runs of neighbours around those that come closest to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from qa.trees import Matrix

Place = tuple[str, int, int]
"""Of a sentence: its article's id, and where it starts and ends in that article's text."""

WINDOWS = 3
_CHARS = 360
_GAP = 10
"""Sentences further apart than so many characters are no neighbours: what is between them was not found."""
_SIMILARITY, _CHUNK_SIMILARITY, _MET = 0.5, 0.3, 0.5


def closest(similarity: Matrix, chunk_similarity: Matrix, met: Matrix) -> list[int]:
    """Return the sentences by how close they are to the question, by vectors and word by word, closest first.

    Each argument is the column of that name in `qa.features.NAMES`, shape (n,).
    """
    score = _SIMILARITY * similarity + _CHUNK_SIMILARITY * chunk_similarity + _MET * met
    return [int(n) for n in np.argsort(-score, kind="stable")]


def windows(seeds: Sequence[int], places: Sequence[Place], limit: int = WINDOWS) -> list[list[int]]:
    """Return up to ``limit`` windows of sentences by their index, each in the order of its article; none overlap.

    A window grows from the first of ``seeds`` that no other holds, by the sentence before it and the one after it in
    turn, up to some 360 characters.
    """
    shelf = _Shelf(places)
    found: list[list[int]] = []
    for seed in seeds:
        if len(found) == limit:
            break
        if seed not in shelf.taken:
            found.append(shelf.take_around(seed))
    return found


@dataclass(slots=True)
class _Shelf:
    """Sentences in the order of their articles, and which of them are taken."""

    places: Sequence[Place]
    taken: set[int] = field(default_factory=set)
    order: list[int] = field(init=False)
    nth: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = sorted(range(len(self.places)), key=self.places.__getitem__)
        self.nth = {n: at for at, n in enumerate(self.order)}

    def take_around(self, seed: int) -> list[int]:
        first = last = self.nth[seed]
        size = self._length(first)
        growing = True
        while growing:
            growing = False
            for step in (-1, 1):
                at = first - 1 if step < 0 else last + 1
                if self._beside(first, last, at) and size + self._length(at) <= _CHARS:
                    size += self._length(at)
                    first, last = min(first, at), max(last, at)
                    growing = True
        window = self.order[first : last + 1]
        self.taken.update(window)
        return window

    def _beside(self, first: int, last: int, at: int) -> bool:
        """Tell whether the sentence at a place of the order is free, and a neighbour of those from first to last."""
        if not 0 <= at < len(self.order) or self.order[at] in self.taken:
            return False
        before, after = (at, first) if at < first else (last, at)
        (article, _, end), (other, start, _) = (self.places[self.order[each]] for each in (before, after))
        return article == other and start - end < _GAP

    def _length(self, at: int) -> int:
        _, start, end = self.places[self.order[at]]
        return end - start
