"""A text as words in order, read once for all that is measured of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
    lower: list[str] = []
    stems: list[str] = []
    named: list[bool] = []
    for n, token in enumerate(tokens(text)):
        capital = token[0].isdigit() or (n > 0 and token[0].isupper())
        for word, own in _parts(token):
            lower.append(word)
            stems.append(own)
            named.append(capital)
    return Wording(tuple(lower), tuple(stems), tuple(named), tuple(own for own in stems if own))


@lru_cache(maxsize=20_000)
def _parts(token: str) -> tuple[tuple[str, str], ...]:
    return tuple((word, "" if word in STOP_WORDS else stem(word)) for word in words(token))
