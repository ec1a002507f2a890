"""Exact search over vectors in the library: where few chunks are left to search, and where Chroma cannot be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from footnote.corpus.errors import LibraryError
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library

FEW = 5_000
"""So many chunks are searched exactly, whatever else there is,"""
SHARE = 50
"""and one in so many of a large library. Of more, Chroma is asked for more than is wanted, and the rest left out."""
HELD = 20_000
"""The vectors of a library of at most so many chunks are kept in memory; those of a larger one are read each time."""
_PAGE = 2_000


class Exact:
    """Searches the vectors of a library one by one. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._held: tuple[int, Page] | None = None

    def nearest(self, vector: Vectors, limit: int, among: Sequence[int] | None = None) -> list[int]:
        """Return the ids of the nearest live chunks, of ``among`` where that is given, nearest first.

        Raises:
            LibraryError: a vector is not of the question's length.
        """
        best: list[tuple[float, int]] = []
        for ids, vectors in self._all() if among is None else self._some(among):
            if vectors.shape[1] != len(vector):
                raise LibraryError(
                    f"chunk {ids[0]} has a vector of {vectors.shape[1]} numbers instead of {len(vector)};"
                    " run `footnote doctor --repair`"
                )
            scores = vectors @ vector
            best += [(-float(scores[n]), int(ids[n])) for n in top(scores, limit)]
        return [n for _, n in sorted(best)[:limit]]

    def _some(self, among: Sequence[int]) -> Iterator[Page]:
        for start in range(0, len(among), _PAGE):
            yield from _pages([*self._library.vectors_of(among[start : start + _PAGE]).items()])

    def _all(self) -> Iterator[Page]:
        generation = self._library.generation()
        with self._guard:
            held = self._held
        if held is not None and held[0] == generation:
            yield held[1]
            return
        kept: list[Page] = []
        size = 0
        pairs = self._library.chunk_vectors()
        while batch := list(islice(pairs, _PAGE)):
            size += len(batch)
            for page in _pages(batch):
                kept = [*kept, page] if size <= HELD else []
                yield page
        if kept and len({vectors.shape[1] for _, vectors in kept}) == 1:
            one = np.concatenate([ids for ids, _ in kept]), np.concatenate([vectors for _, vectors in kept])
            with self._guard:
                self._held = generation, one


Page = tuple[npt.NDArray[np.int64], Vectors]
"""Ids of chunks, shape (n,), and their vectors, (n, d)."""


def _pages(pairs: Sequence[tuple[int, Vectors]]) -> Iterator[Page]:
    """Yield the pairs together, those whose vectors have one length."""
    for width in dict.fromkeys(len(vector) for _, vector in pairs):
        some = [(n, vector) for n, vector in pairs if len(vector) == width]
        yield np.array([n for n, _ in some], np.int64), np.stack([vector for _, vector in some])


def top(scores: Vectors, limit: int) -> npt.NDArray[np.intp]:
    """Return the indices of the ``limit`` highest scores, highest first; ties by index."""
    limit = min(limit, len(scores))
    some = np.argpartition(-scores, limit - 1)[:limit] if limit else np.arange(0)
    return some[np.lexsort((some, -scores[some]))]
