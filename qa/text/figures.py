"""The dates and figures of a sentence, as spans of its text, and what the figures count.

Made for marking and comparing them: what is unclear is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from footnote.index.search.query_words import STOP_WORDS, words
from footnote.qa.text.mentions import Mention
from footnote.qa.text.numerals import SCALES, TENS, UNITS
from footnote.qa.text.written_dates import Written, written_dates

_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_YEARS = re.compile(
    rf"\b{_YEAR}s?(?:[–-](?:{_YEAR}|\d\d))?\b(?!,\d)"
    r"|\b(?:1?\d)(?:st|nd|rd|th)[ -]century\b|\b\d{1,4} (?:BCE?|CE|AD)\b"
)
_PART_OF = re.compile(r"\b(?:early|late|mid)[ -]\Z")


@lru_cache(maxsize=4_000)
def dates(text: str) -> tuple[Mention, ...]:
    """Return days, months, years and centuries as the text prints them."""
    found = [_printed(text, each) for each in written_dates(text) if each.text != each.text.lower() or each.day]
    taken = [(each.start, each.end) for each in found]
    years = (Mention(*match.span(), match.group()) for match in _YEARS.finditer(text))
    found += [year for year in years if not any(start < year.end and year.start < end for start, end in taken)]
    return tuple(sorted(found, key=lambda each: each.start))


def _printed(text: str, written: Written) -> Mention:
    part = _PART_OF.search(text, max(0, written.start - _LOOK), written.start)
    start = part.start() if part else written.start
    return Mention(start, written.end, text[start : written.end])


_WORD_VALUES = {word: value for word, value in {**UNITS, **TENS}.items() if value}
_ABOUT = (
    r"about|around|approximately|roughly|nearly|almost|some|more than|over|at least|up to|as many as|an estimated"
    r"|fewer than|less than|under|close to|well over|just over|just under|at most|only|exactly|precisely"
)
_EXACTLY = ("only", "exactly", "precisely")
_UNITS_WRITTEN = rf"(?:{'|'.join(_WORD_VALUES)})"
_FIGURE = re.compile(
    rf"(?<![\w.,/-])(?P<about>(?:{_ABOUT}) )?(?P<money>[$€£¥]|US\$)?"
    rf"(?P<number>\d[\d,]*(?:\.\d+)?(?![\d/])|(?:{_UNITS_WRITTEN})(?:-(?:{_UNITS_WRITTEN}))?|an?(?= (?:hundred|thousand"
    rf"|million|billion|dozen)\b)|dozens|hundreds|thousands|millions|billions)\b"
    rf"(?P<scale>(?:[ -](?:{'|'.join(SCALES)})\b){{0,2}})(?P<share> ?%| percent\b| per cent\b)?",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(r"[ -](?:of )?([^\W\d_][\w'’]*)")
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

    ``value`` is 0 where the text names no figure ("dozens"). ``money`` is a currency's sign and ``share`` tells a
    percentage. ``units`` are the words after it that may say what is counted, nearest first, and where they end.
    ``about`` tells that the text hedges; ``part`` that it counts a part of something, or more of it.
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
    taken = dates(text)
    return tuple(
        _figure(text, match)
        for match in _FIGURE.finditer(text)
        if not any(d.start < match.end() and match.start("number") < d.end for d in taken)
        and not _names_something(text, match)
    )


def _names_something(text: str, match: re.Match[str]) -> bool:
    """Tell a figure that is part of a name or an ordinal: "RQ-4A", "3rd", "Route 66", "Resolution 2231"."""
    after = text[match.end() : match.end() + 2]
    if re.match(r"[^\W_]|-\d", after):
        return True
    before = re.search(
        r"(?<![.!?] )\b[A-Z][\w]*[ -]$", text[max(0, match.start("number") - _LOOK) : match.start("number")]
    )
    alone = not (match["about"] or match["money"] or match["scale"] or match["share"])
    return bool(before and alone and (before.start() > 0 or match.start() > _LOOK) and match["number"][0].isdigit())


def _figure(text: str, match: re.Match[str]) -> Figure:
    units: list[tuple[str, int]] = []
    at = match.end()
    while len(units) < 3 and (after := _UNIT_AFTER.match(text, at)):
        if (unit := words(after.group(1))[0]) in STOP_WORDS:
            break
        units.append((unit, after.end()))
        at = after.end()
    about = (match["about"] or "").strip().lower()
    part = bool(
        _PART_AFTER.match(text, match.end()) or _PART_BEFORE.search(text[max(0, match.start() - _LOOK) : match.start()])
    )
    return Figure(
        match.start(), match.end(), _value(match), match["money"] or "", bool(match["share"]), tuple(units),
        bool(about) and about not in _EXACTLY, part,
    )  # fmt: skip


def _value(match: re.Match[str]) -> float:
    number = match["number"].lower()
    if number[0].isdigit():
        value = float(number.rstrip(",").replace(",", ""))
    elif number in ("a", "an"):
        value = 1.0
    else:
        value = float(sum(_WORD_VALUES.get(part, 0) for part in number.split("-")))
    for scale in re.split(r"[ -]", match["scale"].lower().strip(" -")):
        value *= SCALES.get(scale, 1)
    return value
