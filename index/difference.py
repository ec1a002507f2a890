"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

_MOST_WORDS = 20_000
"""Above this, texts are compared by line first, since comparing words takes time with the square of their number."""
_TOKEN = re.compile(r"(?:\w+|[^\w\s])\s*|\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A run of text that both versions have, or that only the old or the new one has."""

    kind: Literal["same", "removed", "added"]
    text: str


def difference(old: str, new: str) -> list[DiffPiece]:
    """Return the pieces that ``old`` and ``new`` are made of, in order.

    The pieces that are not ``added`` make up ``old``, those that are not ``removed`` make up ``new``.
    """
    if old == new:
        return [DiffPiece("same", old)] if old else []
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) <= _MOST_WORDS:
        return _joined(_compare(before, after))
    return _joined(_by_line(old, new))


def _by_line(old: str, new: str) -> Iterator[DiffPiece]:
    """Compare lines, and the words of those runs that differ and are not too long for it."""
    lines = _compare(_LINE.findall(old), _LINE.findall(new))
    for same, run in groupby(lines, lambda piece: piece.kind == "same"):
        pieces = list(run)
        removed, added = ("".join(p.text for p in pieces if p.kind == kind) for kind in ("removed", "added"))
        yield from pieces if same else _compare(*_bounded(removed, added))


def _bounded(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) <= _MOST_WORDS // 4:
        return before, after
    return [old] if old else [], [new] if new else []


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffPiece]:
    for kind, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield DiffPiece("same", "".join(old[first:last]))
            continue
        if last > first:
            yield DiffPiece("removed", "".join(old[first:last]))
        if end > start:
            yield DiffPiece("added", "".join(new[start:end]))


def _joined(pieces: Iterator[DiffPiece]) -> list[DiffPiece]:
    """Join neighbours of a kind, and leave out empty ones."""
    runs = groupby((piece for piece in pieces if piece.text), lambda piece: piece.kind)
    return [DiffPiece(kind, "".join(piece.text for piece in run)) for kind, run in runs]
