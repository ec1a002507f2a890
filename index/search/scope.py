"""Which articles a question is about: by date and publisher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import compress

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

    ``after``, ``before`` and ``as_of`` are dates as YYYY, YYYY-MM or YYYY-MM-DD, and include that day. An article
    that is dated to the month or year counts where any of its days would. One without a date is left out as soon
    as a date is asked for: nobody knows on which side it falls.

    ``period_start`` and ``period_end`` are dates of the same kind that were read out of a question's words. They limit
    nothing: what was published around them is looked for first (`Publications.around`).

    ``article`` is the id of an article and ``tag`` a tag that were asked for: ``only`` are the ids of what they name,
    and these are what limits.
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

    def allows(self, article: Article) -> bool:
        """Tell whether ``article`` is inside the limits."""
        if self.publisher and fold(self.publisher) not in fold(article.publisher):
            return False
        if self.only is not None and article.id not in self.only:
            return False
        if not article.published:
            return not (self.after or self.before or self.as_of)
        early, late = first_day(article.published), last_day(article.published)
        until = [last_day(limit) for limit in (self.before, self.as_of) if limit]
        return all(early <= limit for limit in until) and (not self.after or late >= first_day(self.after))

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
        """Return for each article whether ``scope`` allows it, as `Scope.allows` does."""
        inside = self._by(scope.publisher)
        if scope.only is not None:
            inside &= np.array([article.id in scope.only for article in self._articles], dtype=np.bool_)
        early, late = self._days
        dated = early != b""
        if scope.after or scope.before or scope.as_of:
            inside &= dated
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
        if not scope:
            return self._newest
        return max(compress(self._published, self.inside(scope)), default="")

    def _by(self, publisher: str) -> Mask:
        if not publisher:
            return np.ones(len(self._articles), dtype=np.bool_)
        wanted = fold(publisher)
        names = [article.publisher for article in self._articles]
        matching = {name for name in set(names) if wanted in fold(name)}
        return np.array([name in matching for name in names], dtype=np.bool_)

    @cached_property
    def _published(self) -> list[str]:
        return [article.published for article in self._articles]

    @cached_property
    def _newest(self) -> str:
        return max(self._published, default="")

    @cached_property
    def _days(self) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.bytes_]]:
        """The first and last day of each article, as bytes; empty for one without a date."""
        days = [_edges(published) for published in self._published]
        early, late = (np.array([each[n] for each in days], dtype="S10") for n in (0, 1))
        return early, late


@lru_cache(maxsize=10_000)
def _edges(published: str) -> tuple[bytes, bytes]:
    return (first_day(published).encode(), last_day(published).encode()) if published else (b"", b"")
