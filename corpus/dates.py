"""Dates as articles print them, to ISO 8601."""

from __future__ import annotations

import re
from datetime import date

MONTHS = "january february march april may june july august september october november december".split()
SHORT_MONTHS = "jan feb mar apr jun jul aug sept sep oct nov dec".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTH_PATTERN = "|".join([*MONTHS, *SHORT_MONTHS])
"""Any month's name, in lower case, for a regular expression; "may" has no shorter form."""

_MONTH = rf"(?P<month>{MONTH_PATTERN})\.?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>\d{{4}})\b",
        rf"\b{_MONTH},? (?P<year>\d{{4}})\b",
    )
)
_DIGITS = re.compile(r"(\d{4})[/.]?(\d{2})[/.]?(\d{2})(?!\d)")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def find_date(text: str) -> str:
    """Return the first date in ``text`` as ``YYYY-MM-DD`` or ``YYYY-MM``; empty when there is none."""
    for pattern in _PATTERNS:
        match = pattern.search(text[:1_000])
        if match:
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else month_number(parts["month"])
            found = f"{parts['year']}-{month:02d}" + (f"-{int(parts['day']):02d}" if "day" in parts else "")
            if partial_date(found):
                return found
    return ""


def any_date(value: str) -> str:
    """Return the date of a field that holds nothing else, in any usual form, as `partial_date` gives it; else empty.

    Read are ISO 8601 in both its forms, ``2020/05/21``, and dates in English words, as in mail headers.
    """
    value = value.strip()[:100]
    found = partial_date(value)
    if found:
        return found
    digits = _DIGITS.match(value)
    if digits:
        return partial_date("-".join(digits.groups()))
    return find_date(value)


def month_number(name: str) -> int:
    """Return 1 to 12 for the name of a month, or its first three letters."""
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))


def partial_date(value: str) -> str:
    """Return ``value`` as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty when it is not a real date.

    A time after the date is dropped: ``2020-05-21T08:00:00Z`` gives ``2020-05-21``.
    """
    value = value.strip()
    if len(value) > 10 and value[10] in "T ":
        value = value[:10]
    match = _PARTIAL.fullmatch(value)
    if match is None:
        return ""
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return value


def last_day(partial: str) -> str:
    """Return the last day, ``YYYY-MM-DD``, that a partial date may mean: 2020-02 gives 2020-02-29."""
    year, month, day = (int(part) if part else 0 for part in [*partial.split("-"), "", ""][:3])
    if day:
        return partial
    month = month or 12
    following = date(year + month // 12, month % 12 + 1, 1) if year < 9999 else date(9999, 12, 31)
    return date.fromordinal(following.toordinal() - 1).isoformat()


def first_day(partial: str) -> str:
    """Return the first day, ``YYYY-MM-DD``, that a partial date may mean: 2020-02 gives 2020-02-01."""
    return (partial + "-01-01")[:10] if len(partial) == 4 else (partial + "-01")[:10]
