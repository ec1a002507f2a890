"""Which articles a question is about: by date and publisher."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from footnote.corpus.article import Article
from footnote.corpus.dates import first_day, last_day
from footnote.corpus.text import fold

Mask = npt.NDArray[np.bool_]

REPORTED = 28
"""For so many days after a period, what happened in it is news."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Limits on the articles an answer may rest on; empty fields do not limit.

    ``after``, ``before`` and ``as_of`` are dates as YYYY, YYYY-MM or YYYY-MM-DD, and include that day. An article that
    is dated to the month or year counts where any of its days would; one without a date is left out as soon as a date
    is asked for: nobody knows on which side it falls.

    ``period_start`` and ``period_end`` are dates of the same kind that were read out of a question's words. They limit
    nothing: what was published around them is looked for first (`Publications.around`). ``article`` is the id of an
    article and ``tag`` a tag that were asked for: ``only`` are the ids of what they name, and these are what limits.
    """

    after: str = ""
    before: str = ""
    publisher: str = ""
    as_of: str = ""
    period_start: str = ""
    period_end: str = ""
    article: str = ""
    tag: str = ""
    only: frozenset[str] | None = None

    def __bool__(self) -> bool:
        return any((self.after, self.before, self.publisher, self.as_of, self.only is not None))

    @property
    def period_day(self) -> date | None:
        """The day that the question's words mean; None where they mean another period, or none."""
        single = self.period_start == self.period_end and len(self.period_start) == 10
        return date.fromisoformat(self.period_start) if single else None


class Publications:
    """When and by whom some articles were published, so that a scope is held against all of them at once."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles

    def inside(self, scope: Scope) -> Mask:
        """Return for each article whether it is inside the limits of ``scope``."""
        inside = np.ones(len(self._articles), dtype=np.bool_)
        if scope.publisher:
            names, numbers = self._publishers
            wanted = fold(scope.publisher)
            inside &= np.array([wanted in fold(name) for name in names], dtype=np.bool_)[numbers]
        if scope.only is not None:
            named = np.zeros(len(self._articles), dtype=np.bool_)
            named[[n for each in scope.only if (n := self._places.get(each)) is not None]] = True
            inside &= named
        if scope.after or scope.before or scope.as_of:
            early, late = self._days
            inside &= early != b""
            for limit in filter(None, (scope.before, scope.as_of)):
                inside &= early <= last_day(limit).encode()
            if scope.after:
                inside &= late >= first_day(scope.after).encode()
        return inside

    def since(self, scope: Scope) -> Mask:
        """Return for each article whether it may be of the period that a question's words mean, or later."""
        early, late = self._days
        return np.asarray((early == b"") | (late >= first_day(scope.period_start).encode()), dtype=np.bool_)

    def around(self, scope: Scope) -> Mask:
        """Return for each article whether it is dated inside that period, or the `REPORTED` days after it."""
        around = self.since(scope) & (self._days[0] != b"")
        if scope.period_end:
            last = date.fromisoformat(last_day(scope.period_end)) + timedelta(REPORTED)
            around &= self._days[0] <= last.isoformat().encode()
        return np.asarray(around, dtype=np.bool_)

    def newest(self, scope: Scope) -> str:
        """Return the latest date, as it is written, of the articles inside ``scope``; empty when none has one."""
        inside = self._by_date[self.inside(scope)[self._by_date]] if scope else self._by_date
        return self._articles[inside[-1]].published if len(inside) else ""

    @cached_property
    def _places(self) -> dict[str, int]:
        return {article.id: n for n, article in enumerate(self._articles)}

    @cached_property
    def _publishers(self) -> tuple[list[str], npt.NDArray[np.int32]]:
        """Return the names of all publishers, and for each article the number of its own."""
        numbers: dict[str, int] = {}
        of = [numbers.setdefault(article.publisher, len(numbers)) for article in self._articles]
        return list(numbers), np.array(of, np.int32)

    @cached_property
    def _by_date(self) -> npt.NDArray[np.intp]:
        """The places of all articles, by date as it is written."""
        return np.argsort(np.array([article.published for article in self._articles], dtype="U10"), kind="stable")

    @cached_property
    def _days(self) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.bytes_]]:
        """The first and last day of each article, as bytes; empty for one without a date."""
        days = [_edges(article.published) for article in self._articles]
        early, late = (np.array([each[n] for each in days], dtype="S10") for n in (0, 1))
        return early, late


@lru_cache(maxsize=10_000)
def _edges(published: str) -> tuple[bytes, bytes]:
    return (first_day(published).encode(), last_day(published).encode()) if published else (b"", b"")
