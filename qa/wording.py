"""A text as words in order, read once for all that is measured of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from index.words import STOP_WORDS, tokens, words
from qa.question import stem


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text: three tuples of the same length, and the stems of those that carry meaning.

    ``stems`` holds "" for a word that carries none; ``named`` tells which are written as names or figures.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    named: tuple[bool, ...]
    meaning: tuple[str, ...]


@lru_cache(maxsize=8_192)
def wording(text: str) -> Wording:
    """Return the words of ``text``; the capital of its first word makes no name."""
    pieces = iter(text.split())  # no word goes across a space, so pieces of articles need be read only once
    opening = next((found for found in map(tokens, pieces) if found), [""])
    first = opening[0][:1].lower() + opening[0][1:]
    parts = [*chain.from_iterable(map(_PARTS.__getitem__, chain((first,), opening[1:], pieces)))]
    if not parts:
        return Wording((), (), (), ())
    lower, stems, named = zip(*parts, strict=True)
    return Wording(lower, stems, named, tuple(filter(None, stems)))


class _Parts(dict[str, tuple[tuple[str, str, bool], ...]]):
    """The words of what stands between two spaces, each with its stem and whether it is named.

    A plain look-up, being asked for so often.
    """

    def __missing__(self, piece: str) -> tuple[tuple[str, str, bool], ...]:
        if len(self) >= _MOST:
            self.clear()
        self[piece] = found = tuple(
            (word, "" if word in STOP_WORDS else stem(word), token[:1].isdigit() or token[:1].isupper())
            for token in tokens(piece)
            for word in words(token)
        )
        return found


_MOST = 50_000
_PARTS = _Parts()
