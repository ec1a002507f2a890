"""Time in a question: the days that its words mean, and whether it wants the newest there is.

Read are expressions that count from the day of asking ("last week", "in May", "since Friday") and dates that are
written out ("on March 25, 2020", "in 2019"). What happened in a period is reported on any later day, so nothing here
hides an article: what was published around the days that are meant is looked for first and weighs more
(`qa.text.written_dates`). "Before", "until" and "by" say nothing about when an article appeared, and are left alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.relativedelta import MO, relativedelta, weekday

from footnote.corpus.dates import DAYS, MONTHS, last_day, month_number, partial_date
from footnote.index.search.query_words import content_words, words
from footnote.qa.interpret.question import stem
from footnote.qa.text.lexicon import word_set
from footnote.qa.text.numbers import SMALL
from footnote.qa.text.written_dates import Days, Written, days_and_months

MAX_CHARS = 2_000
"""What is read of a question; a longer one is refused elsewhere."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a phrase means, both included; ``question[start:end]`` is the phrase.

    A ``last`` of None leaves the end open. ``written`` tells that the phrase is a date with its year, and nothing had
    to be inferred.
    """

    phrase: str
    start: int
    end: int
    first: date
    last: date | None
    written: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """What a question says about time.

    ``periods`` are the phrases that were found, in order; none in most questions. ``asks_for_events`` tells that it
    asks for what happened then, as in "What happened on March 25, 2020?". ``prefers_newest`` tells that a newer article
    answers better: "latest", "still". ``as_of`` is a day that the question itself wants to be asked on. ``topic`` has
    the stems of what else it asks about, where it asks for events: "What happened in Iraq in May?".
    """

    periods: tuple[Period, ...] = ()
    asks_for_events: bool = False
    prefers_newest: bool = False
    as_of: date | None = None
    topic: frozenset[str] = frozenset()

    @property
    def days(self) -> Days | None:
        """The days that all periods share, or those from the first to the last of them; None where there are none."""
        if not self.periods:
            return None
        first = max(period.first for period in self.periods)
        ends = [period.last for period in self.periods if period.last]
        if not ends or first <= min(ends):
            return first, min(ends, default=None)
        return min(period.first for period in self.periods), max(ends) if len(ends) == len(self.periods) else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with quoted words blanked out, and the days that it counts from."""

    text: str
    today: date
    newest: date


def read_time(question: str, today: date, newest: str = "") -> Time:
    """Read what ``question`` says about time, counted from ``today`` (the as-of date where there is one).

    A question that says "as of June 1, 2020" counts from that day. ``newest`` is the date of the newest article, as
    YYYY, YYYY-MM or YYYY-MM-DD: a month without a year is the latest one that is not after ``today``, nor after
    ``newest``. Nothing is changed in the question.
    """
    text = _QUOTED.sub(lambda match: "_" * len(match.group()), question[:MAX_CHARS])
    if text[1:2].islower():  # a capital inside a question is a title's: "Last Week Tonight"
        text = text[:1].lower() + text[1:]
    said = (each for each in days_and_months(text) if each.year and _AS_OF.search(text[: each.start]))
    as_of = next((days[1] for each in said if (days := each.in_year(each.year))), None)
    today = as_of or today
    known = partial_date(newest)
    asked = _Asked(text, today, min(today, date.fromisoformat(last_day(known))) if known else today)
    periods = tuple(_periods(asked, question))
    rest = text
    for period in reversed(periods):
        rest = rest[: period.start] + " " + rest[period.end :]
    asks = bool(periods) and _asks_for_events(rest)
    others = content_words(_HAPPENED.sub(" ", rest)) if asks else ()
    topic = frozenset(stem(word) for word in others if word not in _NOTHING_ELSE)
    return Time(periods, asks, _NEWEST.search(text) is not None, as_of, topic)


def _asks_for_events(text: str) -> bool:
    """Tell whether a question without its periods asks for what happened: "What took place …?", "Any news of …?"."""
    return bool(_HAPPENED.search(text) and not _OTHERWISE.search(text)) or _NOTHING_ELSE.issuperset(words(text))


# --- phrases

_QUOTED = re.compile(r"[\"“][^\"“”]{1,200}[\"”]")
_NUMBER = rf"(?:a|an|{'|'.join(SMALL)}|\d{{1,3}}|a couple of|a few|several)"
_VAGUE = {"a couple of": (2, 3), "a few": (2, 6), "several": (3, 8)}
_SPAN = r"(?:week|month|year)"
_WEEKDAY = "|".join(f"{day.capitalize()}|{day}" for day in DAYS)
_MONTH = "|".join(month.capitalize() for month in MONTHS)
_EDGE = r"(?:since|until|till|before|after|by)"
_YEAR = re.compile(r"\b(?:1\d|20)\d\d(?:s\b|\b)")
_HABIT = re.compile(r"\b(?:does|do|is|are|every|each|usually|always|often|celebrated?|annual(?:ly)?|will)\b")
_ALSO_A_NAME = frozenset({"May", "April", "June", "August"})

_AS_OF = re.compile(r"\bas (?:of|at)(?: the)? ?$", re.IGNORECASE)
_HAPPENED = re.compile(
    r"\b(?:happen\w*|occur\w*|(?:take|took|taking|taken) place\b|(?:went|go|going|goes) on\b)", re.IGNORECASE
)
_OTHERWISE = re.compile(r"\b(?:when|why|how|where|who)\b", re.IGNORECASE)
_NOTHING_ELSE = word_set("""a about all and any anything are articles at can day did do event events for from give
    happenings i in is it list made me news of on reported reports s show story stories summarise summarize summary tell
    that the there things this was were what which""")
_LEAD = re.compile(rf"(?:\b({_EDGE}) )?(?:\b(?:on|in|of|during|throughout|from|the) )*$", re.IGNORECASE)
_YEARLY = re.compile(r"\b(?:every|each|usually|always|often|celebrated?|annual(?:ly)?|born|birthday|holiday)\b")

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
    rf"(?:early |late |mid-)?({_MONTH}|{_MONTH.lower()})\b(?!['’-])(?! (?:[A-Z]|\d))"
    r"(?:,? (?:of )?(last|this) year\b)?"
)
_IN_YEAR = re.compile(
    r"\b(in|during|throughout|since|after|between|from) (?:all of )?((?:19|20)\d\d)"
    r"(?:(?: and | to |-)((?:19|20)\d\d))?\b(?![-'’])"
)
_OWNED = re.compile(r"\b(?:the|its|his|her|their|my|our|your|first and|[a-z]+'s)$")


def _periods(asked: _Asked, question: str) -> Iterator[Period]:
    """Yield the periods of a question from left to right; where two overlap, the first that was found stays."""
    taken = list(_written(asked, question))
    for pattern, days_of in _READERS:
        for match in pattern.finditer(asked.text):
            start, end = match.span()
            start += len(match.group()) - len(match.group().lstrip())
            days = None if any(p.start < end and start < p.end for p in taken) else days_of(match, asked)
            if days is not None:
                taken.append(Period(question[start:end], start, end, *days, pattern is _IN_YEAR))
    yield from sorted(taken, key=lambda period: period.start)


def _written(asked: _Asked, question: str) -> Iterator[Period]:
    """Yield the dates that are written out; one without a year is of the year that is named, or the latest such day."""
    year = _YEAR.search(asked.text)
    for each in days_and_months(asked.text):
        before = asked.text[max(0, each.start - 40) : each.start]
        if _AS_OF.search(before) or (not each.year and _YEARLY.search(asked.text)):
            continue
        lead = _LEAD.search(before)
        dated = replace(each, year=each.year or int(year.group()[:4] if year else 0))
        days = _edged(lead.group(1) if lead else None, *(dated.latest(asked.newest) or (date.max, date.min)))
        start = each.start - len(lead.group().lstrip() if lead else "")
        if days and (days[1] is None or days[0] <= days[1]) and days[0] < date.max:
            yield Period(question[start : each.end], start, each.end, *days, bool(dated.year))


def _edged(edge: str | None, first: date, last: date) -> Days | None:
    """Return the days that some days mean after "since", "before" or nothing; None when they limit nothing."""
    if edge is None:
        return first, last
    return (first, None) if edge in ("since", "after") else None


def _day_named(match: re.Match[str], asked: _Asked) -> Days | None:
    day = asked.today - timedelta(2 if "before" in match[2] else 1)
    return _edged(match[1], day, day)


def _today(match: re.Match[str], asked: _Asked) -> Days | None:
    """Read "today" as a day only beside something that happened: "known today as" means nowadays."""
    told = re.search(r"\b(?:did|happened|said|announced|reported)\b", asked.text[: match.start()])
    at_the_end = not asked.text[match.end() :].strip(" ?.!")
    return (asked.today, asked.today) if told and at_the_end else None


def _span_named(match: re.Match[str], asked: _Asked) -> Days | None:
    if _OWNED.search(asked.text[: match.start()].rstrip()):
        return None
    edge, named = match.groups()
    back = 0 if named.startswith("this ") and "past" not in named else 1
    unit = named.split()[-1]
    if unit == "year":
        year = asked.today.year - back
        return _edged(edge, date(year, 1, 1), date(year, 12, 31))
    if unit == "month":
        first = asked.today + relativedelta(day=1, months=-back)
        return _edged(edge, first, first + relativedelta(months=1, days=-1))
    monday = asked.today + relativedelta(weekday=MO(-1)) - timedelta(weeks=back)
    return _edged(edge, monday + timedelta(5 if unit == "weekend" else 0), monday + timedelta(6))


_DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}


def _past(match: re.Match[str], asked: _Asked) -> Days | None:
    first = _back(_count(match[1] or "one"), (match[2] or match[3]).removesuffix("s"), asked.today)
    return (first, asked.today) if first else None


def _ago(match: re.Match[str], asked: _Asked) -> Days | None:
    """Return about when it was: the day, days either side of a week or month, or the year."""
    least, most = _VAGUE.get(match[1], (_count(match[1]),) * 2)
    unit = match[2]
    early, late = _back(most, unit, asked.today), _back(least, unit, asked.today)
    if early is None or late is None:
        return None
    if unit == "year":
        return date(early.year, 1, 1), date(late.year, 12, 31)
    around = timedelta({"day": 0 if most <= 3 else 1, "week": 3, "month": 15}[unit])
    return early - around, min(late + around, asked.today)


def _count(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return SMALL.get(word, {"a": 1, "an": 1, "couple of": 2, "few": 4}.get(word, 7))


def _back(count: int, unit: str, today: date) -> date | None:
    """Return the day so many weeks or the like ago; None where that is no news: "500 years ago" is history."""
    in_reach = 0 < count * _DAYS_OF[unit] <= 10 * 365
    return today - relativedelta(**{f"{unit}s": count}) if in_reach else None  # type: ignore[arg-type]


def _on_weekday(match: re.Match[str], asked: _Asked) -> Days | None:
    """Return the latest such day before today; bare "Friday" and what happens every Friday are no day."""
    edge, lead, name = match.groups()
    dated = _HABIT.search(asked.text) or _YEAR.search(asked.text)
    if (edge is None and lead is None) or (lead != "last" and dated):
        return None
    day = asked.today + relativedelta(days=-1, weekday=weekday(DAYS.index(name.lower()))(-1))
    return _edged(edge, day, day)


def _in_month(match: re.Match[str], asked: _Asked) -> Days | None:
    """Return the latest such month that is over or has begun and has articles."""
    lead, name, of_year = match.groups()
    yearly = not of_year and (_YEAR.search(asked.text) or _HABIT.search(asked.text))
    verb = name in ("may", "march") and not re.match(r"\s*(?:[?.,;!]|$)", asked.text[match.end() :])
    if yearly or verb or (lead == "after" and name.capitalize() in _ALSO_A_NAME):
        return None
    counted = lead in ("last", "this", "this past")
    month = Written(0, 0, 0, month_number(name), 0)
    if of_year:
        found = month.in_year(asked.today.year - (of_year == "last"))
    else:
        is_this = lead == "last" and month.month == asked.today.month
        found = month.latest((asked.today if counted else asked.newest) - relativedelta(years=int(is_this)))
    edge = None if counted or lead in ("in", "during", "throughout") else lead
    return None if found is None or found[0] > asked.today else _edged(edge, *found)


def _in_year(match: re.Match[str], asked: _Asked) -> Days | None:
    lead, first, last = match.groups()
    start, end = date(int(first), 1, 1), date(int(last or first), 12, 31)
    return _edged(lead if lead in ("since", "after") else None, start, end) if start < end else None


_Reader = Callable[[re.Match[str], _Asked], Days | None]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_DAY, _day_named),
    (_TODAY, _today),
    (_PAST, _past),
    (_AGO, _ago),
    (_IN_MONTH, _in_month),
    (_IN_YEAR, _in_year),
    (_NAMED, _span_named),
    (_ON_WEEKDAY, _on_weekday),
)

# --- the newest

_NEWEST = re.compile(
    r"\b(?:(?<!at the )latest(?= [a-z]+)(?! most)|newest|most recent|so far|to date"
    r"|final (?:number|count|figure|toll|tally)"
    r"|currently|at the moment|right now|as of now|these days"
    r"|(?<!what is )(?<!what are )(?<!which is )(?<!until )(?<!by )now"
    r"(?! (?:called|known|part|the site|home|or|that|[A-Z]))"
    r"|still(?! (?:life|image|photo|water|birth|frame))"
    r"|(?:(?:the|its|his|her|their|whose|'s) |^)current(?= [a-z]+)(?! (?:flow|in|through|of|is|was|events)))\b(?!-)"
)
