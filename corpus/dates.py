"""Dates as articles print them, to ISO 8601."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

MONTHS = "january february march april may june july august september october november december".split()
SHORT_MONTHS = "jan feb mar apr jun jul aug sept sep oct nov dec".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTH_PATTERN = "|".join([*MONTHS, *SHORT_MONTHS])
"""Any month's English name, in lower case, for a regular expression; "may" has no shorter form."""

_NAMES = (
    "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro",
    "february feb februar feber februari février fevrier févr fév febrero febbraio fevereiro fev",
    "march mar märz maerz mrz mär mars maart mrt marzo março marco",
    "april apr avril avr abril abr aprile",
    "may mai mei mayo maggio mag maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug augustus août aout agosto ago",
    "september sept sep septembre septiembre setiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
_NUMBERS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""The months of English, German, Dutch, French, Spanish, Italian and Portuguese."""

_MONTH = rf"(?P<month>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\.?"
_ALONE = rf"(?P<month>{MONTH_PATTERN})\.?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<number>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号]",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.º°ª])?(?: (?:of|de|di)|-)? ?{_MONTH}-?,? ?"
        r"(?:(?:de|del|of) )?(?P<year>\d{4})\b",
        r"(?<![\d./-])(?P<year>(?:19|20)\d{2})(?P<mark>[./-])(?P<number>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?<![\d./-])(?P<first>\d{1,2})(?P<mark>[./-]) ?(?P<second>\d{1,2})(?P=mark) ?"
        r"(?P<year>\d{4}|\d{2})(?![\d/-]|\.\d)",
        rf"\b{_ALONE},? (?P<year>\d{{4}})\b",
    )
)
_ERAS = {"令和": 2018, "平成": 1988}
_ERA = re.compile(r"(令和|平成)(\d{1,2})年")
_HAN = re.compile(r"[〇零一二三四五六七八九十元]{1,4}(?=\s?[年月日号])")
_DIGITS = re.compile(r"(\d{4})[/.]?(\d{2})[/.]?(\d{2})(?!\d)")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_CHANGED = re.compile(
    r"(?i)(?:updated?|modified|changed|aktualisiert|geändert|bearbeitet|stand|mis(?:e)? à jour|modifiée?|actualizado"
    r"|modificado|aggiornat[oa]|atualizado|bijgewerkt|gewijzigd|更新)\W{0,3}(?:\w{1,4} ){0,3}\W{0,3}$"
)
_MONTH_FIRST = re.compile(r"en-(?:us|ph)\b", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(?!en\b)[a-z]{2,3}\b|en-(?!us|ph|ca)", re.IGNORECASE)
_AMERICAN = re.compile(r"\b(?:[ECMP][SD]?T|U\.S\.)\b")


def find_date(text: str, language: str = "", changes: bool = True) -> str:
    """Return the first date in ``text`` as ``YYYY-MM-DD`` or ``YYYY-MM``; empty when there is none.

    One that is called the date of a change is taken only when there is no other, or, without ``changes``, never.
    ``language`` is the page's, as in ``en-US``: it says which number of 03/04/2020 is the month; when it does not, such
    a date is none.
    """
    text = _HAN.sub(lambda number: _in_digits(number[0]), unicodedata.normalize("NFKC", text[:1_000]))
    text = _ERA.sub(lambda era: f"{_ERAS[era[1]] + int(era[2])}年", text)
    found = sorted(_dates_in(text, language))
    other = found[0][1] if found and changes else ""
    return next((day for start, day in found if not _CHANGED.search(text[:start][-40:])), other)


def _in_digits(number: str) -> str:
    """Return a number of a date, written in Chinese characters, in digits: 二〇二五 is 2025, and 二十二 is 22."""
    digits = {**{sign: n for n, sign in enumerate("〇一二三四五六七八九")}, "零": 0, "元": 1}
    tens, ten, ones = number.rpartition("十")
    if ten:
        return str(10 * digits.get(tens, 1) + digits.get(ones, 0))
    return "".join(str(digits[sign]) for sign in number)


def _dates_in(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield where dates start in ``text``, and what they are; of a pattern's matches, the first few."""
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for n, match in enumerate(pattern.finditer(text)):
            if n > 5 or any(start < match.end() and match.start() < end for start, end in taken):
                continue
            parts = match.groupdict()
            if "first" in parts:
                found = _by_order(parts, language, text)
            else:
                month = int(parts["number"]) if parts.get("number") else _NUMBERS[parts["month"].lower()]
                found = f"{parts['year']}-{month:02d}" + (f"-{int(parts['day']):02d}" if "day" in parts else "")
            if partial_date(found):
                taken.append(match.span())
                yield match.start(), found


def _by_order(parts: dict[str, str], language: str, text: str) -> str:
    """Return a date of three numbers, the year last; which other is the day, its size or ``language`` says."""
    first, second, year = int(parts["first"]), int(parts["second"]), int(parts["year"])
    if len(parts["year"]) == 2:
        if parts["mark"] == "-":
            return ""
        year += 2000 if year < 70 else 1900
    day_first = parts["mark"] == "." or bool(_DAY_FIRST.match(language))
    month_first = not day_first and (bool(_MONTH_FIRST.match(language)) or bool(_AMERICAN.search(text)))
    if first > 12 or (day_first and second <= 12) or first == second:
        day, month = first, second
    elif second > 12 or month_first:
        day, month = second, first
    else:
        return ""
    return f"{year}-{month:02d}-{day:02d}"


def any_date(value: str, language: str = "") -> str:
    """Return the date of a field that holds nothing else, in any usual form, as `partial_date` gives it; else empty.

    Read are ISO 8601 in both its forms, ``2020/05/21``, and dates in words, as in mail headers.
    """
    value = value.strip()[:100]
    digits = _DIGITS.match(value)
    return partial_date(value) or (partial_date("-".join(digits.groups())) if digits else find_date(value, language))


def plausible(found: str) -> str:
    """Return a date that an article can have been published on; empty for what programs fill in, and for the future."""
    latest = (date.today() + timedelta(days=1)).isoformat()
    return found if "1600" <= found <= latest and not found.startswith("1970-01-01") else ""


def near(stamp: str, seen: str) -> bool:
    """Tell whether two whole dates are one day apart."""
    are_whole = len(stamp) == len(seen) == 10
    return are_whole and abs((date.fromisoformat(stamp) - date.fromisoformat(seen)).days) == 1


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
    if match := _PARTIAL.fullmatch(value):
        with suppress(ValueError):
            date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
            return value
    return ""


def last_day(partial: str) -> str:
    """Return the last day, ``YYYY-MM-DD``, that a partial date may mean: 2020-02 gives 2020-02-29."""
    if len(partial) == 10:
        return partial
    year, month = int(partial[:4]), int(partial[5:] or 12)
    return f"{year:04d}-{month:02d}-{monthrange(year, month)[1]}"


def first_day(partial: str) -> str:
    """Return the first day, ``YYYY-MM-DD``, that a partial date may mean: 2020-02 gives 2020-02-01."""
    return (partial + "-01-01")[:10]
