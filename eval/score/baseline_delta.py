"""The difference between a run and the simplest answerers, question by question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from footnote.eval.record import Record
from footnote.eval.score.confidence import Outcomes, auroc
from footnote.eval.score.stats import CHANGE, RESAMPLES, Interval, Weights, ratio_intervals, statistic_intervals

BASELINE_MEASURES = ("right_first", "draft_f1", "auroc")
"""What an answerer that never declines, and whose confidence is no probability, can be measured by."""

Pairs = Sequence[tuple[Record, Record]]


@dataclass(frozen=True, slots=True)
class BaselineDelta:
    """A measure of one of the simplest answerers, and how much more of it the run has, with its interval."""

    answerer: str
    measure: str
    value: float
    more: Interval

    def to_dict(self) -> dict[str, float | None]:
        """Return the numbers as JSON, rounded to six places; NaN becomes ``null``."""
        numbers = {"value": self.value, "more": self.more.value, "low": self.more.low, "high": self.more.high}
        return {name: None if math.isnan(number) else round(number, 6) for name, number in numbers.items()}


def against(
    records: Sequence[Record], simplest: Mapping[str, Sequence[Record]], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[BaselineDelta, ...]:
    """Compare a run's records with those of the simplest answerers to the same questions, in the same order."""
    found = []
    for answerer, theirs in simplest.items():
        pairs = [(own, other) for own, other in zip(records, theirs, strict=True) if own.status != "failed"]
        means = (mean_delta(answerer, name, pairs, seed, resamples) for name in BASELINE_MEASURES if name != "auroc")
        found += [*means, auroc_delta(answerer, pairs, seed, resamples)]
    return tuple(each for each in found if not math.isnan(each.more.value))


def mean_delta(answerer: str, name: str, pairs: Pairs, seed: int, resamples: int) -> BaselineDelta:
    """Compare a mean over questions."""
    values = [(own.cluster, own.value(name), other.value(name)) for own, other in pairs]
    rows = [(cluster, own, other) for cluster, own, other in values if own is not None and other is not None]
    more = np.array([[own - other] for _, own, other in rows]).reshape(-1, 1)
    clusters = [cluster for cluster, *_ in rows]
    ones = np.ones_like(more)
    (found,) = ratio_intervals(more, ones, clusters, seed=seed, resamples=resamples, bounds=CHANGE)
    return BaselineDelta(answerer, name, sum(other for *_, other in rows) / max(1, len(rows)), found)


def auroc_delta(answerer: str, pairs: Pairs, seed: int, resamples: int) -> BaselineDelta:
    """Compare how well the two confidences tell questions that can be answered from those that cannot."""
    own, other = (
        Outcomes([pair[n].confidence for pair in pairs], [pair[n].answerable for pair in pairs]) for n in (0, 1)
    )

    def more(weights: Weights) -> float:
        return auroc(own.tally(weights)) - auroc(other.tally(weights))

    clusters = [record.cluster for record, _ in pairs]
    found = statistic_intervals({"auroc": more}, clusters, seed=seed, resamples=resamples, bounds=CHANGE)
    return BaselineDelta(answerer, "auroc", auroc(other.tally()), found["auroc"])


def delta_from(answerer: str, measure: str, row: Mapping[str, Any]) -> BaselineDelta:
    """Return what :meth:`BaselineDelta.to_dict` wrote.

    Raises :class:`ValueError`, :class:`KeyError` or :class:`TypeError` for anything else.
    """
    numbers = {name: math.nan if row[name] is None else float(row[name]) for name in ("value", "more", "low", "high")}
    if any(abs(number) > 1 for number in numbers.values()):
        raise ValueError(f"a difference of {measure} is not between -1 and 1")
    return BaselineDelta(
        answerer, measure, numbers["value"], Interval(numbers["more"], numbers["low"], numbers["high"])
    )
