"""What becomes known of a question while it is answered: `Writing`, `Growing`, and at the end `FinalAnswer`."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from footnote.qa.answer import Answer, Quote


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that was read: ``start`` and ``end`` count in its article's text; a higher score is better."""

    article_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """An answer, what it would have quoted if nothing were ever declined, and the passages read, best first."""

    answer: Answer
    selected: tuple[Quote, ...]
    passages: tuple[RankedPassage, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """A language model was asked, and has not written a sentence yet."""


@dataclass(frozen=True, slots=True)
class Growing:
    """An answer as far as it has come: its last sentence has just been checked. What follows may replace it.

    While a language model has written nothing, it is the articles' own.
    """

    answer: Answer


Event = Writing | Growing | FinalAnswer


def last_of(events: Iterable[Event]) -> FinalAnswer:
    """Return the answer that the events of a question end with."""
    for event in events:
        if isinstance(event, FinalAnswer):
            return event
    raise AssertionError("the events of a question end with its answer")


class Clock:
    """The milliseconds of each step of an answer, and of all of it."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._started = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note how long the step took that ends now; one that is done several times takes all of them together."""
        now = time.perf_counter()
        self.laps[name] = round(self.laps.get(name, 0.0) + 1e3 * (now - self._last), 1)
        self.laps["total"] = round(1e3 * (now - self._started), 1)
        self._last = now
