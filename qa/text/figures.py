"""The dates and figures of a sentence, as spans of its text, and what the figures count.

Made for marking and comparing them: what is unclear is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from footnote.index.search.query_words import STOP_WORDS, words
from footnote.qa.text.mentions import Mention
from footnote.qa.text.numbers import Number, numbers
from footnote.qa.text.written_dates import written_dates

_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_YEARS = re.compile(
    rf"\b{_YEAR}s?(?:[–-](?:{_YEAR}|\d\d))?\b(?!,\d)"
    r"|\b(?:1?\d)(?:st|nd|rd|th)[ -]century\b|\b\d{1,4} (?:BCE?|CE|AD)\b"
)
_PART_OF = re.compile(r"\b(?:early|late|mid)[ -]\Z")


@lru_cache(maxsize=4_000)
def dates(text: str) -> tuple[Mention, ...]:
    """Return days, months, years and centuries as the text prints them."""
    found: list[Mention] = []
    for each in written_dates(text):
        if each.text != each.text.lower() or each.day:
            part = _PART_OF.search(text, max(0, each.start - _LOOK), each.start)
            start = part.start() if part else each.start
            found.append(Mention(start, each.end, text[start : each.end]))
    years = (Mention(*match.span(), match.group()) for match in _YEARS.finditer(text))
    found += [year for year in years if not any(year.meets(each) for each in found)]
    return tuple(sorted(found, key=lambda each: each.start))


_ABOUT = (
    r"about|around|approximately|roughly|nearly|almost|some|more than|over|at least|up to|as many as|an estimated"
    r"|fewer than|less than|under|close to|well over|just over|just under|at most|only|exactly|precisely"
)
_EXACTLY = ("only", "exactly", "precisely")
_BEFORE = re.compile(rf"(?<![\w.,/-])(?:(?P<about>{_ABOUT}) )?(?P<money>[$€£¥]|US\$)?$", re.IGNORECASE)
_LONGEST_ABOUT = 24
_DIGITS = re.compile(r"[\d.,]+")
_ORDINAL = re.compile(r"\d[a-z]+$", re.IGNORECASE)
_GOES_ON = re.compile(r"[^\W_]|[-/]\d")
_OF_A_NAME = re.compile(r"(?<![.!?] )\b[A-Z][\w]*[ -]$")
_UNIT_AFTER = re.compile(r"[ -](?:of )?([^\W\d_][\w'’]*)")
_NO = re.compile(r"\bno(?= [a-z])", re.IGNORECASE)
_PART_AFTER = re.compile(
    r"(?:\s+\w+)?\s+(?:of (?:the|them|those|these|which|whom|its|his|her|their)|more|others?|additional)\b"
)
_PART_BEFORE = re.compile(
    r"\b(?:including|another|additional|an extra|of (?:which|whom|them)|among them)[^.;]{0,40}$", re.I
)
_LOOK = 60
"""What stands before a figure is read this many characters back."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of something: ``text[start:end]``, with "about" and "million" but without what is counted.

    ``money`` is a currency's sign and ``share`` tells a percentage. ``units`` are the words after it that may say what
    is counted, nearest first, and where they end. ``about`` tells that the text hedges; ``part`` that it counts a part
    of something, or more of it.
    """

    start: int
    end: int
    value: float
    money: str
    share: bool
    units: tuple[tuple[str, int], ...]
    about: bool
    part: bool


@lru_cache(maxsize=4_000)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of ``text`` in digits or words; days, years, ordinals and model numbers are none."""
    counted = (number for number in numbers(text) if not any(date.meets(number) for date in dates(text)))
    return tuple(figure for number in counted if (figure := _figure(text, number)))


def _figure(text: str, number: Number) -> Figure | None:
    """Return a number with what is beside it; None for part of a name or an ordinal: "RQ-4A", "3rd", "Route 66"."""
    head = text[max(0, number.start - _LOOK) : number.start]
    before = _BEFORE.search(head[-_LONGEST_ABOUT:])
    if before is None or _GOES_ON.match(text, number.end) or _ORDINAL.search(number.text):
        return None
    about, money = (before["about"] or "").lower(), before["money"] or ""
    alone = _DIGITS.fullmatch(number.text) and not (about or money)
    named = _OF_A_NAME.search(head) if alone else None
    if named and (named.start() > 0 or number.start > _LOOK):
        return None
    units = _units(text, number.end)
    part = bool(_PART_AFTER.match(text, number.end) or _PART_BEFORE.search(head))
    return Figure(
        number.start - len(before.group()), number.end, float(max(number.values)), money, number.percent,
        units, bool(about) and about not in _EXACTLY, part,
    )  # fmt: skip


def denied_figures(text: str) -> Iterator[Figure]:
    """Yield what ``text`` says there is none of, as figures of 0: "No people were injured"."""
    for no in _NO.finditer(text):
        yield Figure(*no.span(), 0.0, "", False, _units(text, no.end()), False, False)


def _units(text: str, at: int) -> tuple[tuple[str, int], ...]:
    """Return the words from a place on that may say what is counted, and where they end."""
    units: list[tuple[str, int]] = []
    while len(units) < 3 and (after := _UNIT_AFTER.match(text, at)):
        if (unit := words(after.group(1))[0]) in STOP_WORDS:
            break
        units.append((unit, after.end()))
        at = after.end()
    return tuple(units)
