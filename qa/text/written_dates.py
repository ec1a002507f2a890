"""Dates written out in a text, and how near a sentence is to the days that a question means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from footnote.corpus.dates import DAYS, MONTH_PATTERN, MONTHS, first_day, last_day, month_number
from footnote.index.search.scope import REPORTED

Days = tuple[date, date | None]
"""The first and last day of a period, both included; a last day of None leaves it open."""

_MONTH = rf"(?:{MONTH_PATTERN})"
_YEAR = r"(?:1\d|20)\d\d"
_DATE = re.compile(
    rf"\b(?=[\djfmasond])(?:(?P<y1>{_YEAR})-(?P<n1>\d\d)(?:-(?P<d1>\d\d))?\b"
    rf"|(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>{_YEAR})\b)?"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m3>{_MONTH})\b\.?(?:,? (?P<y3>{_YEAR})\b)?"
    rf"|(?P<m4>{_MONTH})\b\.?,? (?:of )?(?P<y4>{_YEAR})\b|(?P<m5>{_MONTH})\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\b(?:in|of|by|since|until|early|late|last) $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A day or month that is written out, at ``[start, end)`` of a text; a ``year`` or ``day`` of 0 is not given."""

    start: int
    end: int
    year: int
    month: int
    day: int
    text: str = ""

    def within(self, other: Written) -> bool:
        """Tell whether everything that this date says, ``other`` says too."""
        return self.year in (0, other.year) and self.month == other.month and self.day in (0, other.day)

    def in_year(self, year: int) -> tuple[date, date] | None:
        """Return its first and last day in a year; None where there is no such day, as 31 June."""
        try:
            first = date(year, self.month, self.day or 1)
        except ValueError:
            return None
        return first, first if self.day else first + relativedelta(months=1, days=-1)

    def latest(self, until: date) -> tuple[date, date] | None:
        """Return its days in the year that is given, or else in the latest in which it is not after ``until``."""
        years = (self.year,) if self.year else range(until.year, until.year - 9, -1)
        found = (self.in_year(year) for year in years)
        return next((days for days in found if days and (self.year or days[0] <= until)), None)

    def nearest(self, day: date) -> tuple[date, date] | None:
        """Return its days in the year that is given, or else in the one that brings it nearest to ``day``."""
        years = (self.year,) if self.year else range(max(1, day.year - 1), min(9999, day.year + 1) + 1)
        found = [days for year in years if (days := self.in_year(year))]
        return min(found, key=lambda days: abs((days[0] - day).days), default=None)


@lru_cache(maxsize=4_000)
def written_dates(text: str) -> tuple[Written, ...]:
    """Return the days and months that ``text`` writes out, from left to right: "March 25", "3 May 2020", "in May"."""
    found: list[Written] = []
    for match in _DATE.finditer(text):
        part = {key[0]: value for key, value in match.groupdict().items() if value}
        month = int(part["n"]) if "n" in part else month_number(part["m"])
        year, day = int(part.get("y", 0)), int(part.get("d", 0))
        name = match["m5"] or ""
        named = name.lower() in MONTHS and (
            name.lower() not in ("march", "may") or _LEAD.search(text, max(0, match.start() - 8), match.start())
        )
        if 1 <= month <= 12 and day <= 31 and (named or not name):
            found.append(Written(*match.span(), year, month, day, match.group()))
    return tuple(found)


def days_and_months(text: str) -> Iterator[Written]:
    """Yield the dates that name a day or a year; "may 20" in small letters, and what goes on with a hyphen, is none."""
    for written in written_dates(text):
        small = written.text.lower().startswith(("may", "march")) and written.text[0].islower() and not written.year
        if (written.year or written.day) and not small and not text.startswith(("-", "'", "’"), written.end):
            yield written


# --- how near a sentence is

_SOON = 3
_EARLY = 7
_PUBLISHED = 1.0
"""Log odds of an article published in the period, against one long after; twice that against one long before."""
_NAMED = 1.5
"""Log odds of a sentence that names the period's date."""
_ASKED = 2.0
"""So many times more counts where the question asks for what happened then, and for nothing else."""


def nearness(days: Days, asked: bool, published: str, text: str) -> float:
    """Return the log odds that a sentence gains, for ordering alone, by how near it is to the ``days`` meant.

    It is near by the date of its article (``published``, in part or empty), and by the date that it names itself.
    ``asked`` tells that the question is for those days: "What happened on March 25, 2020?".
    """
    near = _PUBLISHED * _by_article(days, published) + _NAMED * names_date(days, published, text)
    return near * (_ASKED if asked else 1.0)


def _by_article(days: Days, published: str) -> float:
    """Return 1 for an article of the days or right after, falling to 0 for later ones, and to -1 for earlier ones."""
    if not published:
        return 0.0
    first, last = days
    early, late = date.fromisoformat(first_day(published)), date.fromisoformat(last_day(published))
    if late < first:
        return float(0.5 ** ((first - late).days / _EARLY) - 1)
    return float(0.5 ** (max(0, (early - last).days - _SOON if last else 0) / REPORTED))


def names_date(days: Days, published: str, text: str) -> float:
    """Return 1 for a text that names a day or month inside ``days``, a third for one that names a month around them."""
    first, last = days
    day = date.fromisoformat(last_day(published)) if published else last or first
    best = 0.0
    for written in days_and_months(text) if _may_name(days, text) else ():
        found = written.nearest(day)
        if found and first <= found[0] and (last is None or found[1] <= last):
            return 1.0
        if found and found[0] <= first and last is not None and last <= found[1]:
            best = 1 / 3
    if first != last or not published:
        return best
    told = date.fromisoformat(first_day(published)) if len(published) == 10 else first - timedelta(1)
    weekday = f"on {DAYS[first.weekday()].capitalize()}"  # in an article of the week after it
    return 1.0 if 0 <= (told - first).days < 7 and weekday in text else best


def _may_name(days: Days, text: str) -> bool:
    """Tell, sooner than by reading its dates, whether a text may name a day of these months."""
    first, last = days
    over = (last.year - first.year) * 12 + last.month - first.month if last else 12
    months = {MONTHS[(first.month - 1 + n) % 12][:3] for n in range(min(over, 11) + 1)}
    lower = text.lower()
    named = f"{first.year}-" in text or any(month in lower for month in months)
    return named and any(map(str.isdigit, text))
