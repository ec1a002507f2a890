"""The difference between a run and the simplest answerers, question by question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.eval.record import Record
from footnote.eval.score.confidence import Outcomes, auroc
from footnote.eval.score.stats import CHANGE, RESAMPLES, Change, Interval, Weights, ratio_intervals, statistic_intervals

BASELINE_MEASURES = ("right_first", "draft_f1", "auroc")
"""What an answerer that never declines, and whose confidence is no probability, can be measured by."""

Pairs = Sequence[tuple[Record, Record]]


@dataclass(frozen=True, slots=True)
class BaselineDelta:
    """A measure of one of the simplest answerers, and how much more of it the run has, with its interval."""

    value: Change
    more: Change
    low: Change
    high: Change

    @classmethod
    def of(cls, value: float, more: Interval) -> BaselineDelta:
        """Return the delta, rounded to six places."""
        return cls(*(round(number, 6) for number in (value, more.value, more.low, more.high)))


def against(
    records: Sequence[Record], simplest: Mapping[str, Sequence[Record]], *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, dict[str, BaselineDelta]]:
    """Compare a run's records with those of the simplest answerers to the same questions, in the same order.

    Returns the delta of each measure that has one, by answerer and measure.
    """
    deltas: dict[str, dict[str, BaselineDelta]] = {}
    for answerer, theirs in simplest.items():
        pairs = [(own, other) for own, other in zip(records, theirs, strict=True) if own.status != "failed"]
        means = {name: mean_delta(name, pairs, seed, resamples) for name in BASELINE_MEASURES if name != "auroc"}
        both = means | {"auroc": auroc_delta(pairs, seed, resamples)}
        deltas[answerer] = {name: delta for name, delta in both.items() if not math.isnan(delta.more)}
    return {answerer: rows for answerer, rows in deltas.items() if rows}


def mean_delta(name: str, pairs: Pairs, seed: int, resamples: int) -> BaselineDelta:
    """Compare a mean over questions."""
    values = [(own.cluster, own.value(name), other.value(name)) for own, other in pairs]
    rows = [(cluster, own, other) for cluster, own, other in values if own is not None and other is not None]
    more = np.array([[own - other] for _, own, other in rows]).reshape(-1, 1)
    clusters = [cluster for cluster, *_ in rows]
    ones = np.ones_like(more)
    (interval,) = ratio_intervals(more, ones, clusters, seed=seed, resamples=resamples, bounds=CHANGE)
    return BaselineDelta.of(sum(other for *_, other in rows) / max(1, len(rows)), interval)


def auroc_delta(pairs: Pairs, seed: int, resamples: int) -> BaselineDelta:
    """Compare how well the two confidences tell questions that can be answered from those that cannot."""
    own, other = (
        Outcomes([pair[n].confidence for pair in pairs], [pair[n].answerable for pair in pairs]) for n in (0, 1)
    )

    def more(weights: Weights) -> float:
        return auroc(own.tally(weights)) - auroc(other.tally(weights))

    clusters = [record.cluster for record, _ in pairs]
    intervals = statistic_intervals({"auroc": more}, clusters, seed=seed, resamples=resamples, bounds=CHANGE)
    return BaselineDelta.of(auroc(other.tally()), intervals["auroc"])
