"""What a question means here and now: by itself, and with what its words say about time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from corpus.dates import first_day, last_day
from index.scope import Publications, Scope
from qa.answer import Inferred
from qa.evidence import Sentence
from qa.followup import standalone
from qa.question import Question, read_question
from qa.retriever import ScopedQuery
from qa.scorer import logits_of, sigmoid
from qa.trees import Matrix
from qa.when import read_time

_NEWER = 2.0
"""How much the newest dated article gains in log odds over the oldest, where the newest is asked for."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched with, inside which limits, and which of those its own words put there."""

    question: Question
    scope: Scope
    inferred: tuple[Inferred, ...] = ()
    prefers_newest: bool = False


def understand(query: ScopedQuery, articles: Publications, today: date, rewrite: str = "") -> Understood:
    """Read a question in its conversation; ``rewrite`` is a standalone form of it that was made already.

    ``articles`` are those of the library: a month that is named without a year is one in which there were some.

    Raises:
        UsageError: the question is empty, or too long.
    """
    typed = read_question(query.query_str)
    text = rewrite or (standalone(typed.text, query.history).text if query.carry else "")
    question = read_question(text) if text and text != typed.text else typed
    if not query.read_dates:
        return Understood(question, query.scope)
    newest = articles.newest(Scope(as_of=query.scope.as_of))
    now = date.fromisoformat(last_day(query.scope.as_of)) if query.scope.as_of else today
    time = read_time(question.text, now, newest)
    after = max((limit.after for limit in time.limits), default="")
    before = min((limit.before for limit in time.limits if limit.before), default="")
    scope = replace(query.scope, told_after=after, told_before=before)
    return Understood(question, scope, time.limits, time.prefers_newest)


def newer_first(probabilities: Matrix, sentences: Iterable[Sentence]) -> Matrix:
    """Return the probabilities with those of newer articles raised; articles without a date stay as they are.

    The best is as high as before: this is about the order, not about whether there is an answer.
    """
    dates = [sentence.article.published for sentence in sentences]
    days = np.array([date.fromisoformat(first_day(d)).toordinal() if d else -1 for d in dates], dtype=np.float64)
    dated = days >= 0
    if dated.sum() < 2 or days[dated].max() == days[dated].min():
        return probabilities
    share = np.where(dated, (days - days[dated].min()) / (days[dated].max() - days[dated].min()), 0.5)
    logits = logits_of(probabilities) + _NEWER * share
    logits += logits_of(probabilities).max() - logits.max()
    return sigmoid(logits)
