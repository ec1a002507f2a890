"""Exact search over the library's own vectors: where few chunks are to be searched, or Chroma cannot be asked."""

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from footnote.corpus.errors import LibraryError
from footnote.index.database.records import SCALE_BYTES, unpacked
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library

_PAGE = 2_000

Ids = npt.NDArray[np.int64]
Page = tuple[Ids, npt.NDArray[np.uint8]]
"""Ids of chunks, rising, and their vectors as they are stored, a row each."""


class Exact:
    """Searches the vectors of a library one by one. Safe to use from several threads.

    Who searches all of them keeps them in memory, a byte for each number, and reads only what is new.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._held: tuple[str, Page] | None = None

    def nearest(self, vector: Vectors, limit: int, among: Ids, hold: bool = False) -> list[int]:
        """Return the ids of the nearest of the chunks ``among`` which to search, nearest first.

        They are read by their ids, or, where many are to be searched again and again, once, to ``hold`` them in memory.
        Raises ``LibraryError`` where a vector is not of the question's length.
        """
        best: list[tuple[float, int]] = []
        width = len(vector) + SCALE_BYTES
        for ids, stored in self._among(among, width) if hold else self._read(among, width):
            scores = unpacked(stored, len(ids)) @ vector
            best += [(-float(scores[n]), int(ids[n])) for n in top(scores, limit)]
        return [n for _, n in sorted(best)[:limit]]

    def _read(self, among: Ids, width: int) -> Iterator[Page]:
        for start in range(0, len(among), _PAGE):
            yield _page(self._library.packed_vectors_of(among[start : start + _PAGE].tolist()), width)

    def _among(self, among: Ids, width: int) -> Iterator[Page]:
        held, stored = self._all(width)
        places = np.searchsorted(held, among)
        places = places[np.isin(among, held, assume_unique=True)]
        for start in range(0, len(places), _PAGE):
            rows = places[start : start + _PAGE]
            yield held[rows], stored[rows]

    def _all(self, width: int) -> Page:
        """Return the vectors of all live chunks, and of some that were."""
        identity = self._library.identity()
        with self._guard:
            kept = self._held[1] if self._held is not None and self._held[0] == identity else _page([], width)
            newest = int(kept[0][-1]) if len(kept[0]) else 0
            fresh = [_page(rows, width) for rows in self._library.packed_vectors(newest)]
            if fresh:
                ids, stored = zip(kept, *fresh, strict=True)
                kept = np.concatenate(ids), np.concatenate(stored)
            self._held = identity, kept
            return kept


def _page(rows: Sequence[tuple[int, bytes]], width: int) -> Page:
    for chunk_id, stored in rows:
        if len(stored) != width:
            raise LibraryError(
                f"chunk {chunk_id} has a vector of {len(stored) - SCALE_BYTES} numbers instead of"
                f" {width - SCALE_BYTES}; run `footnote doctor --repair`"
            )
    stacked = np.frombuffer(b"".join(stored for _, stored in rows), np.uint8).reshape(-1, width)
    return np.array([n for n, _ in rows], np.int64), stacked


def top(scores: Vectors, limit: int) -> npt.NDArray[np.intp]:
    """Return the indices of the ``limit`` highest scores, highest first; ties by index."""
    limit = min(limit, len(scores))
    some = np.argpartition(-scores, limit - 1)[:limit] if limit else np.arange(0)
    return some[np.lexsort((some, -scores[some]))]
