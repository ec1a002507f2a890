"""What a question means here and now: by itself, and with what its words say about time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from footnote.corpus.dates import first_day, last_day
from footnote.index.search.query_words import words
from footnote.index.search.scope import Publications, Scope
from footnote.qa.answer import Inferred
from footnote.qa.interpret.follow_up import standalone
from footnote.qa.interpret.question import Question, read_question, stem
from footnote.qa.interpret.time import Time, read_time
from footnote.qa.rank.calibration import log_odds_of, sigmoid
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.reader import Matrix
from footnote.qa.retriever import ScopedQuery
from footnote.qa.text.written_dates import Days, names_date, nearness

_LEAD = 5.0
"""What an article's first sentence gains where it is of the days whose events are asked for: it says what happened."""
_NEWER = 2.0
"""How much the newest dated article gains in log odds over the oldest, where the newest is asked for."""
_TOO_LATE = 2.0
"""How much an article loses that came after the day on which the question itself wants to be asked."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A question as it is searched with, inside which limits, and what its own words say about time.

    ``inferred`` are the periods for which more was needed than its words: what "last week" or "in May" means.
    ``notices`` say what was read otherwise than it was typed.
    """

    question: Question
    scope: Scope
    inferred: tuple[Inferred, ...] = ()
    time: Time = field(default_factory=Time)
    notices: tuple[str, ...] = ()

    @property
    def event_days(self) -> Days | None:
        """The days whose events it asks for, as in "What happened on May 8, 2018?"; None for most questions."""
        return self.time.days if self.time.asks_for_events else None

    @property
    def asks_for_course(self) -> bool:
        """Tell whether it asks for the events of more than a day: several articles tell of them."""
        return self.event_days is not None and self.event_days[0] != self.event_days[1]

    def is_of_event_days(self, published: str, text: str) -> bool:
        """Tell whether a sentence of an article of a date is of the days that are asked for."""
        return self.event_days is not None and names_date(self.event_days, published, text) == 1.0


def interpret(query: ScopedQuery, articles: Publications, today: date, rewrite: str = "") -> Interpretation:
    """Read a question in its conversation; ``rewrite`` is a standalone form of it that was made already.

    ``articles`` are those of the library. "Last week" counts from the as-of date; without one, from the newest of
    them, or from ``today`` where none before that has a date.

    Raises:
        UsageError: the question is empty, or too long.
    """
    typed = read_question(query.query_str)
    text = rewrite or (standalone(typed.text, query.history).text if query.carry else "")
    question = read_question(text) if text and text != typed.text else typed
    if not query.read_dates:
        return Interpretation(question, query.scope)
    as_of = query.scope.as_of
    newest = articles.newest(Scope(as_of=as_of))
    if not as_of and first_day(newest or "1900") > today.isoformat():  # an article may be dated wrongly
        newest = articles.newest(Scope(as_of=today.isoformat()))
    counted = as_of or newest
    until = date.fromisoformat(last_day(counted)) if counted else today
    time = read_time(question.text, until if as_of else min(until, today), newest)
    if time.days is None:
        return Interpretation(question, query.scope, time=time)
    basis = newest if not as_of and time.as_of is None else ""
    inferred = tuple(
        Inferred(each.phrase, *_iso(each.first, each.last), basis) for each in time.periods if not each.written
    )
    start, end = _iso(*time.days)
    return Interpretation(question, replace(query.scope, period_start=start, period_end=end), inferred, time)


def _iso(first: date, last: date | None) -> tuple[str, str]:
    return first.isoformat(), last.isoformat() if last else ""


def time_log_odds(time: Time, sentences: Sequence[Sentence]) -> Matrix:
    """Return for each sentence the log odds that it gains or loses by what a question says about time.

    They are for ordering; how sure an answer is depends on them only where a day is what is asked for.
    """
    dates = [sentence.article.published for sentence in sentences]
    found = _newness(dates) if time.prefers_newest else np.zeros(len(sentences))
    if time.days is not None:
        days, asked = time.days, time.asks_for_events
        found = found + [nearness(days, asked, s.article.published, s.text) for s in sentences]
        if asked:
            led = (not s.start and names_date(days, s.article.published, s.text) == 1.0 for s in sentences)
            found = found + [_LEAD * each for each in led]
            found = np.where(_on_topic(time.topic, sentences), found, np.minimum(found, 0.0))
    if time.as_of is not None:
        too_late = time.as_of.isoformat()
        found = found - [_TOO_LATE * bool(day and first_day(day) > too_late) for day in dates]
    return found


def _on_topic(topic: frozenset[str], sentences: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """Tell of each sentence whether its passage or title has one of the words; all do, where none has."""
    texts: dict[int, str] = {}
    for sentence in sentences:
        texts[sentence.passage] = f"{texts.get(sentence.passage, sentence.article.title)} {sentence.text}"
    told = {passage for passage, text in texts.items() if not topic.isdisjoint(map(stem, words(text)))}
    return np.array([not told or sentence.passage in told for sentence in sentences], dtype=np.bool_)


def _newness(dates: Sequence[str]) -> Matrix:
    """Return more for newer articles; one without a date is taken to be of the middle."""
    days = np.array([date.fromisoformat(first_day(d)).toordinal() if d else -1 for d in dates], dtype=np.float64)
    dated = days >= 0
    if dated.sum() < 2 or days[dated].max() == days[dated].min():
        return np.zeros(len(days))
    since = (days - days[dated].min()) / (days[dated].max() - days[dated].min())
    return np.where(dated, _NEWER * since, _NEWER / 2)


def reordered(probabilities: Matrix, log_odds: Matrix) -> Matrix:
    """Return the probabilities with ``log_odds`` added, the best as high as before: this is about the order alone."""
    if not len(log_odds) or np.ptp(log_odds) == 0:
        return probabilities
    before = log_odds_of(probabilities)
    logits = before + log_odds
    return sigmoid(logits + before.max() - logits.max())
