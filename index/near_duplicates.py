"""Which texts are copies of one another: MinHash signatures of their word sequences, and what two of them share.

A wire story that ten papers print is one origin, however each cuts it, heads it and signs it. Broder 1997, "On the
resemblance and containment of documents"; the bands are Leskovec et al., "Mining of Massive Datasets", chapter 3.

It is written here, and not taken from a library such as datasketch, because signatures are kept on disk: they must
not change with a library's version, and their bands must be found in SQLite, which no library offers. Who makes them
otherwise has to make those of existing libraries anew, in `index.database.schema`.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from footnote.corpus.text import fold

HASHES = 128
SHINGLE = 3
"""A shingle is so many words in a row."""
FEW = 25
"""A text of fewer different shingles shares too much with others by chance: only the same words make it a copy."""
SHARED = 0.4
"""Of the shorter text, at least this part must be in the longer one. `docs/origins.md` tells how that was measured."""

_BAND_ROWS = 2
_BLOCK = 4_096
_WORD = re.compile(r"\w+")

Shingles = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text to find its copies: ``minima`` of shape (`HASHES`,), and how many shingles it has."""

    minima: Numbers
    size: int

    def keys(self) -> list[int]:
        """Return the 64-bit keys of its bands, signed: texts that share none of them are not compared.

        A text of few shingles has one key for all, since only the same one is its copy.
        """
        if self.size < FEW:
            return [int.from_bytes(_digest(self.minima.tobytes()), "little", signed=True)]
        bands = self.minima.reshape(-1, _BAND_ROWS)
        numbered = np.column_stack([np.arange(len(bands), dtype=np.uint32), bands])
        return [int.from_bytes(_digest(row.tobytes()), "little", signed=True) for row in numbered]


def signature(text: str) -> Signature:
    """Return the signature of a text; one without words has no shingles."""
    shingles = _shingles(text)
    minima = np.full(HASHES, 0xFFFFFFFF, dtype=np.uint32)
    for start in range(0, len(shingles), _BLOCK):
        block = shingles[start : start + _BLOCK, None] * _FACTORS + _OFFSETS
        minima = np.minimum(minima, (block >> np.uint64(32)).astype(np.uint32).min(axis=0))
    return Signature(minima, len(shingles))


def shared(one: Signature, others: Sequence[Signature]) -> npt.NDArray[np.float64]:
    """Return what part of the shorter text's shingles is in the longer one, estimated: 0 to 1, for each of ``others``.

    The share of equal minima estimates the part that the two have in common of all that they have, with a standard
    error of at most .044; the sizes make that a part of the shorter one.
    """
    if not others or not one.size:
        return np.zeros(len(others))
    sizes = np.array([other.size for other in others], dtype=np.float64)
    both = np.mean(np.stack([other.minima for other in others]) == one.minima, axis=1)
    common = both * (sizes + one.size) / (1 + both)
    return np.where(sizes > 0, np.minimum(common / np.maximum(np.minimum(sizes, one.size), 1), 1.0), 0.0)


def are_copies(one: Signature, others: Sequence[Signature]) -> npt.NDArray[np.bool_]:
    """Tell of each of ``others`` whether it and ``one`` are copies of one text, in whole or in large part."""
    parts = shared(one, others)
    few = np.array([min(one.size, other.size) < FEW for other in others], dtype=np.bool_)
    same = np.array([one.size == other.size for other in others], dtype=np.bool_) & (parts == 1)
    return np.where(few, same & (one.size > 0), parts >= SHARED)


def _shingles(text: str) -> Shingles:
    """Return the different shingles of a text, as hashes; a text of fewer words is one shingle."""
    words = _WORD.findall(fold(text))
    if not words:
        return np.empty(0, dtype=np.uint64)
    hashes = np.array([_number(word) for word in words], dtype=np.uint64)
    count = max(1, len(hashes) - SHINGLE + 1)
    mixed = np.zeros(count, dtype=np.uint64)
    for n in range(min(SHINGLE, len(hashes))):
        mixed = (mixed ^ hashes[n : n + count]) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed)


@lru_cache(maxsize=50_000)
def _number(word: str) -> int:
    return int.from_bytes(_digest(word.encode("utf-8", "replace")), "little")


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8).digest()


_MIX = np.uint64(0x9E3779B97F4A7C15)
_NUMBERS = [int.from_bytes(_digest(f"footnote {n}".encode()), "little") for n in range(2 * HASHES)]
_FACTORS, _OFFSETS = np.array(_NUMBERS, dtype=np.uint64).reshape(2, HASHES)
_FACTORS |= np.uint64(1)
"""The hash functions' factors (odd) and offsets: multiply-shift, Dietzfelbinger et al. 1997."""
