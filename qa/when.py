"""Time in a question: the limits that its words put on dates, and whether it wants the newest there is.

Only expressions that count from the day of asking are read: "last week", "in May", "since Friday". A date with its year
says when something happened, and an article about it may be of any later day, so it limits nothing.

What happened in a period is reported from its first day on, and for a while after it. The limit on publication is
therefore the period and as many days again, at least `SLACK`, but never after the day of asking. A bare month, as in
"killed in December", often dates one event in a question about what came of it, months later: it limits from its first
day on only. "Before", "until" and "by" say nothing about when an article appeared, and limit nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import MO, relativedelta, weekday

from corpus.dates import DAYS, MONTHS, last_day, month_number, partial_date
from qa.answer import Inferred
from qa.numerals import SMALL

SLACK = 3
"""The fewest days after a period on which it is still reported."""

MAX_CHARS = 2_000
"""What is read of a question; a longer one is refused elsewhere."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a phrase means, both included; ``question[start:end]`` is the phrase.

    A ``last`` of None leaves the end open. ``told_later`` is for a month: articles long after it may tell of it.
    """

    phrase: str
    start: int
    end: int
    first: date
    last: date | None
    told_later: bool = False

    @property
    def text(self) -> str:
        """The days for a reader: "11-17 May 2020", "May 2020", "since 1 January 2020"."""
        return days_text(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Time:
    """What a question says about time.

    ``periods`` are the phrases that were found, in order; ``limits`` what they ask of an article's date; all are
    empty in most questions. ``prefers_newest`` tells that a newer article answers better: "latest", "still".
    """

    periods: tuple[Period, ...] = ()
    limits: tuple[Inferred, ...] = ()
    prefers_newest: bool = False


Days = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with quoted words blanked out, and the days that it counts from."""

    text: str
    today: date
    newest: date


def read_time(question: str, today: date, newest: str = "") -> Time:
    """Read what ``question`` says about time, counted from ``today`` (the as-of date where there is one).

    ``newest`` is the date of the newest article, as YYYY, YYYY-MM or YYYY-MM-DD: a month without a year is the latest
    one that is not after ``today``, nor after ``newest``. Nothing is changed in the question.
    """
    text = _QUOTED.sub(lambda match: "_" * len(match.group()), question[:MAX_CHARS])
    if text[1:2].islower():  # a capital inside a question is a title's: "Last Week Tonight"
        text = text[:1].lower() + text[1:]
    known = partial_date(newest)
    asked = _Asked(text, today, min(today, date.fromisoformat(last_day(known))) if known else today)
    periods = tuple(_periods(asked, question))
    return Time(periods, _limits(periods, today), _prefers_newest(text))


def days_text(first: date, last: date | None) -> str:
    """Return a range of days for a reader, as short as it goes; a ``last`` of None leaves its end open."""
    if last is None:
        return f"since {_day(first)}"
    if first == last:
        return _day(first)
    whole = first.day == 1 and (last + timedelta(1)).day == 1
    if whole and (first.month, last.month) == (1, 12) and first.year == last.year:
        return f"{first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return _month(first) if whole else f"{first.day}-{_day(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1].capitalize()} - {_day(last)}"
    return f"{_day(first)} - {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {_month(day)}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1].capitalize()} {day.year}"


# --- limits on publication


def _limits(periods: Sequence[Period], today: date) -> tuple[Inferred, ...]:
    """Return a limit for each period, or one around all of them when no article could meet them all."""
    found = [Inferred(p.phrase, p.first.isoformat(), _until(p, today)) for p in periods]
    after = max((limit.after for limit in found), default="")
    before = min((limit.before for limit in found if limit.before), default="")
    if len(found) < 2 or not before or after <= before:
        return tuple(found)
    last = max(limit.before for limit in found) if all(limit.before for limit in found) else ""
    return (Inferred(" … ".join(p.phrase for p in periods), min(limit.after for limit in found), last),)


def _until(period: Period, today: date) -> str:
    """Return the last day on which what happened in a period is reported; empty when there is none."""
    if period.last is None or period.told_later:
        return ""
    slack = max(SLACK, (period.last - period.first).days + 1)
    return min(today, period.last + timedelta(slack)).isoformat()


# --- phrases

_QUOTED = re.compile(r"[\"“][^\"“”]{1,200}[\"”]")
_NUMBER = rf"(?:a|an|{'|'.join(SMALL)}|\d{{1,3}}|a couple of|a few|several)"
_VAGUE = {"a couple of": (2, 3), "a few": (2, 6), "several": (3, 8)}
_SPAN = r"(?:week|month|year)"
_WEEKDAYS = [day.capitalize() for day in DAYS]
_WEEKDAY = "|".join(f"{day}|{day.lower()}" for day in _WEEKDAYS)
_MONTH = "|".join(month.capitalize() for month in MONTHS)
_EDGE = r"(?:since|until|till|before|after|by)"
_YEAR = re.compile(r"\b(?:1\d|20)\d\d(?:s\b|\b)")
_HABIT = re.compile(r"\b(?:does|do|is|are|every|each|usually|always|often|celebrated?|annual(?:ly)?|will)\b")
_ALSO_A_NAME = frozenset({"May", "April", "June", "August"})

_DAY = re.compile(rf"\b(?:({_EDGE}) )?(the day before yesterday|yesterday|last night)\b(?!-)")
_TODAY = re.compile(r"\b(today|tonight|this morning|this afternoon|this evening)\b(?!-)")
_NAMED = re.compile(
    rf"\b(?:({_EDGE}) )?(?:earlier )?((?:last|this|this past|the previous) (?:{_SPAN}|weekend))\b(?!-)"
    r"(?! (?:of|before|as|at|when|where|in office|on record|ever|he|she|they|it|you|we|I|[A-Z]\w*[a-z]$)\b)"
)
_PAST = re.compile(
    rf"\b(?:in|over|during|within|for) (?:the )?(?:past|last|previous) "
    rf"(?:(few|couple of|several|{'|'.join(SMALL)}|\d{{1,3}}) (days?|weeks?|months?|years?)|(day|week|month|year))\b"
    r"(?! of (?:the|his|her|its|their))(?!-)"
)
_AGO = re.compile(rf"(?<!than )(?<!over )\b({_NUMBER}) (day|week|month|year)s? ago\b")
_ON_WEEKDAY = re.compile(
    rf"\b(?:({_EDGE}) )?(?:(on|last|this past|this) )?({_WEEKDAY})\b(?!['’-])(?! (?:[A-Z]|the \d|nights?\b))"
)
_IN_MONTH = re.compile(
    rf"\b(in|during|throughout|last|this|this past|{_EDGE})(?: the (?:start|beginning|middle|end) of)? "
    rf"(?:early |late |mid-)?({_MONTH}|{_MONTH.lower()})\b(?!['’-])(?! (?:[A-Z]|\d{{3}}))"
    r"(?: (\d{1,2})(?:st|nd|rd|th)?\b)?"
    r"(?:,? (?:of )?(last|this) year\b)?"
)
_OWNED = re.compile(r"\b(?:the|its|his|her|their|my|our|your|first and|[a-z]+'s)$")


def _periods(asked: _Asked, question: str) -> Iterator[Period]:
    """Yield the periods of a question from left to right; where two overlap, the first that was found stays."""
    taken: list[Period] = []
    for pattern, days_of in _READERS:
        for match in pattern.finditer(asked.text):
            start, end = match.span()
            start += len(match.group()) - len(match.group().lstrip())
            days = None if any(p.start < end and start < p.end for p in taken) else days_of(match, asked)
            if days is not None:
                taken.append(Period(question[start:end], start, end, *days, pattern is _IN_MONTH))
    yield from sorted(taken, key=lambda period: period.start)


def _edged(edge: str | None, first: date, last: date) -> Days | None:
    """Return the days that some days mean after "since", "before" or nothing; None when they limit nothing."""
    if edge is None:
        return first, last
    return (first, None) if edge in ("since", "after") else None


def _day_named(match: re.Match[str], asked: _Asked) -> Days | None:
    day = asked.today - timedelta(2 if "before" in match.group(2) else 1)
    return _edged(match.group(1), day, day)


def _today(match: re.Match[str], asked: _Asked) -> Days | None:
    """Read "today" as a day only beside something that happened: "known today as" means nowadays."""
    told = re.search(r"\b(?:did|happened|said|announced|reported)\b", asked.text[: match.start()])
    at_the_end = not asked.text[match.end() :].strip(" ?.!")
    return (asked.today, asked.today) if told and at_the_end else None


def _span_named(match: re.Match[str], asked: _Asked) -> Days | None:
    if _OWNED.search(asked.text[: match.start()].rstrip()):
        return None
    back = 0 if match.group(2).startswith("this ") and "past" not in match.group(2) else 1
    unit = match.group(2).split()[-1]
    return _edged(match.group(1), *_calendar(unit, back, asked.today))


def _calendar(unit: str, back: int, today: date) -> tuple[date, date]:
    """Return the first and last day of a week (from Monday), weekend, month or year, ``back`` of them ago."""
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    if unit == "month":
        first = today.replace(day=1) - relativedelta(months=back)
        return first, first + relativedelta(months=1, days=-1)
    monday = today + relativedelta(weekday=MO(-1)) - timedelta(weeks=back)
    return monday + timedelta(5 if unit == "weekend" else 0), monday + timedelta(6)


def _past(match: re.Match[str], asked: _Asked) -> Days | None:
    count, unit = match.group(1) or "one", (match.group(2) or match.group(3)).removesuffix("s")
    if not _in_reach(_count(count), unit):
        return None
    return asked.today - _delta(_count(count), unit), asked.today


def _ago(match: re.Match[str], asked: _Asked) -> Days | None:
    """Return about when it was: the day, days either side of a week or month, or the year."""
    least, most = _VAGUE.get(match.group(1), (_count(match.group(1)),) * 2)
    unit = match.group(2)
    if not _in_reach(most, unit):
        return None
    early, late = asked.today - _delta(most, unit), asked.today - _delta(least, unit)
    if unit == "year":
        return date(early.year, 1, 1), date(late.year, 12, 31)
    around = timedelta({"day": 0 if most <= 3 else 1, "week": 3, "month": 15}[unit])
    return early - around, min(late + around, asked.today)


def _count(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return SMALL.get(word, {"a": 1, "an": 1, "couple of": 2, "few": 4}.get(word, 7))


def _in_reach(count: int, unit: str) -> bool:
    """Tell whether news may be meant: "500 years ago" is history."""
    return 0 < count * {"day": 1, "week": 7, "month": 30, "year": 365}[unit] <= 10 * 365


def _delta(count: int, unit: str) -> relativedelta:
    return relativedelta(
        days=count if unit == "day" else 0,
        weeks=count if unit == "week" else 0,
        months=count if unit == "month" else 0,
        years=count if unit == "year" else 0,
    )


def _on_weekday(match: re.Match[str], asked: _Asked) -> Days | None:
    """Return the latest such day before today; bare "Friday" and what happens every Friday are no day."""
    edge, lead, name = match.groups()
    if (edge is None and lead is None) or (lead != "last" and _HABIT.search(asked.text)) or _YEAR.search(asked.text):
        return None
    back = asked.today - timedelta(1)
    day = back + relativedelta(weekday=weekday(_WEEKDAYS.index(name.capitalize()))(-1))
    return _edged(edge, day, day)


def _in_month(match: re.Match[str], asked: _Asked) -> Days | None:
    """Return the latest such month, or day, that is over or has begun and has articles."""
    lead, name, day, of_year = match.groups()
    if not _is_month(match, asked):
        return None
    edge = None if lead in ("in", "during", "throughout", "last", "this", "this past") else lead
    if day and edge is None:  # "in May 19" is no English; "on May 19" is a date, which limits nothing
        return None
    latest = asked.today if lead in ("last", "this", "this past") or of_year else asked.newest
    first = _latest(month_number(name), int(day or 1), latest)
    if first is None:
        return None
    if of_year:
        first = first.replace(year=asked.today.year - (of_year == "last"), day=min(first.day, 28))
    elif lead == "last" and (first.year, first.month) == (asked.today.year, asked.today.month):
        first -= relativedelta(years=1)
    last = first if day else first + relativedelta(months=1, days=-1)
    return None if first > asked.today else _edged(edge, first, last)


def _is_month(match: re.Match[str], asked: _Asked) -> bool:
    """Tell whether a month's name is one, of no year that is named, and not what happens every year."""
    lead, name, _, of_year = match.groups()
    if not of_year and (_YEAR.search(asked.text) or _HABIT.search(asked.text)):
        return False
    if name in ("may", "march") and not re.match(r"\s*(?:[?.,;!]|$)", asked.text[match.end() :]):
        return False
    return not (lead == "after" and name.capitalize() in _ALSO_A_NAME and not match.group(3))


def _latest(month: int, day: int, until: date) -> date | None:
    """Return the latest such day that is not after ``until``; None for one that does not exist, as 31 June."""
    for year in range(until.year, until.year - 9, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= until:
            return found
    return None


_Reader = Callable[[re.Match[str], _Asked], Days | None]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_DAY, _day_named),
    (_TODAY, _today),
    (_PAST, _past),
    (_AGO, _ago),
    (_IN_MONTH, _in_month),
    (_NAMED, _span_named),
    (_ON_WEEKDAY, _on_weekday),
)

# --- the newest

_NEWEST = re.compile(
    r"\b(?:(?<!at the )latest(?= [a-z]+)(?! most)|newest|most recent|so far|to date"
    r"|currently|at the moment|right now|as of now|these days"
    r"|(?<!what is )(?<!what are )(?<!which is )(?<!until )(?<!by )now"
    r"(?! (?:called|known|part|the site|home|or|that|[A-Z]))"
    r"|still(?! (?:life|image|photo|water|birth|frame))"
    r"|(?:(?:the|its|his|her|their|whose|'s) |^)current(?= [a-z]+)(?! (?:flow|in|through|of|is|was|events)))\b(?!-)"
)


def _prefers_newest(text: str) -> bool:
    return _NEWEST.search(text) is not None
