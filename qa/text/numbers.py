"""The numbers of a text, in digits and in words: 3.1m, 3,100,000, "three million one hundred thousand"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

_TO_NINETEEN = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
UNITS = {word: n for n, word in enumerate(_TO_NINETEEN.split())}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
SMALL = {word: n for word, n in UNITS.items() if 1 <= n <= 12}
"""The numbers that running text writes in words: one to twelve."""
ORDINALS = ("st", "nd", "rd", "th")

_PARTS = re.compile(r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,9})?|\d{1,18}(?:\.\d{1,9})?|[^\W\d_]{1,40}")
_SUFFIXES = {"k": 1_000, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "trn": 10**12}
_PERCENT = re.compile(r"[ -]?(?:%|(?:per ?cent|pct|percentage)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, ``text[start:end]``, and the values that the writing may mean.

    ``100m`` is metres or millions. The end takes in "percent", where that follows.
    """

    text: str
    start: int
    end: int
    values: frozenset[Decimal]
    percent: bool = False


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers of a text from left to right; a bare scale ("hundreds") is none, but for "dozen"."""
    parts = list(_PARTS.finditer(text))
    n = 0
    while n < len(parts):
        values, used = _figure(parts, n, text) if parts[n].group()[0].isdecimal() else _spelled(parts, n, text)
        if used:
            start, end = parts[n].start(), parts[n + used - 1].end()
            percent = _PERCENT.match(text, end)
            written = text[start:end] + ("%" if percent else "")
            yield Number(written, start, percent.end() if percent else end, values, percent is not None)
        n += max(1, used)


def _figure(parts: Sequence[re.Match[str]], n: int, text: str) -> tuple[frozenset[Decimal], int]:
    """Return the values of digits with the scale behind them, and the number of parts."""
    value = Decimal(parts[n].group().replace(",", ""))
    if n + 1 < len(parts):
        following, gap = parts[n + 1].group().lower(), text[parts[n].end() : parts[n + 1].start()]
        if following in SCALES and gap in (" ", "-"):
            return frozenset((value * SCALES[following],)), 2
        if following in ORDINALS and not gap:
            return frozenset((value,)), 2
        if following in _SUFFIXES and not gap:
            return frozenset((value, value * _SUFFIXES[following])), 2
    return frozenset((value,)), 1


def _spelled(parts: Sequence[re.Match[str]], n: int, text: str) -> tuple[frozenset[Decimal], int]:
    """Return the value of number words, and how many parts they are; none where there are no such words."""
    words = [part.group().lower() for part in parts[n : n + 12]]
    first = 1 if words[0] in ("a", "an") and words[1:2] and words[1] in SCALES else 0  # a hundred
    total, current, used = 0, first, first
    while used < len(words):
        word = words[used].removesuffix("s" if used else "")
        gap = text[parts[n + used - 1].end() : parts[n + used].start()] if used else " "
        step = _step(word, current) if gap in (" ", "-") else None
        if step is None and not (word == "and" and current >= 100 and set(words[used + 1 : used + 2]) & _AFTER_AND):
            break
        if step is not None:
            current = step
            if SCALES.get(word, 0) >= 1_000:
                total, current = total + current, 0
        used += 1
    bare = used == 1 and words[0] in SCALES and words[0] != "dozen"
    return frozenset((Decimal(total + current),)), 0 if bare else used


_AFTER_AND = UNITS.keys() | TENS.keys()
"""These tell the "and" of "one hundred and five" from any other."""


def _step(word: str, current: int) -> int | None:
    """Return the running value with one more number word; None when the word cannot follow."""
    if word in SCALES:
        return max(current, 1) * SCALES[word]
    value = UNITS.get(word, TENS.get(word))
    fits = current % 100 == 0 or (value is not None and value < 10 and current % 100 in TENS.values())
    return current + value if value is not None and fits else None
