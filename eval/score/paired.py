"""Two records of each question, compared pair by pair: of two runs, or of a run and the simplest answerers."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from footnote.eval.record import Record
from footnote.eval.score.confidence import Floats, Outcomes, Tally, auroc
from footnote.eval.score.stats import CHANGE, RESAMPLES, Change, Interval, Weights, ratio_intervals, statistic_intervals

BASELINE_MEASURES = ("right_first", "draft_f1", "auroc")
"""What an answerer that never declines, and whose confidence is no probability, can be measured by."""

Pairs = Sequence[tuple[Record, Record]]
BaselineRecords = Mapping[str, Sequence[Record]]
"""The records of the simplest answerers, by their names."""


@dataclass(frozen=True, slots=True)
class BaselineDelta:
    """A measure of one of the simplest answerers, and how much more of it the run has, with its interval.

    Numbers are rounded to six places.
    """

    value: Change
    more: Change
    low: Change
    high: Change


def against(
    records: Sequence[Record], simplest: BaselineRecords, *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, dict[str, BaselineDelta]]:
    """Compare a run's records with those of the simplest answerers to the same questions, in the same order.

    Returns the delta of each measure that has one, by answerer and measure.
    """
    deltas: dict[str, dict[str, BaselineDelta]] = {}
    for answerer, theirs in simplest.items():
        pairs = [(other, own) for own, other in zip(records, theirs, strict=True) if own.status != "failed"]
        for name in BASELINE_MEASURES:
            if name == "auroc":
                value, _, more = statistic_changes({name: auroc}, pairs, seed=seed, resamples=resamples)[name]
            else:
                values, _, more = mean_change(name, pairs, seed=seed, resamples=resamples)
                value = float(sum(values)) / max(1, len(values))
            if not math.isnan(more.value):
                rounded = (round(number, 6) for number in (value, more.value, more.low, more.high))
                deltas.setdefault(answerer, {})[name] = BaselineDelta(*rounded)
    return deltas


def mean_change(name: str, pairs: Pairs, *, seed: int, resamples: int) -> tuple[Floats, Floats, Interval]:
    """Return a measure's values, over the pairs that have it in both records, and the change of their mean."""
    values = [(old.cluster, old.value(name), new.value(name)) for old, new in pairs]
    rows = [(cluster, old, new) for cluster, old, new in values if old is not None and new is not None]
    before, after = np.array([old for _, old, _ in rows]), np.array([new for *_, new in rows])
    moved = (after - before).reshape(-1, 1)
    clusters = [cluster for cluster, *_ in rows]
    ones = np.ones_like(moved)
    (change,) = ratio_intervals(moved, ones, clusters, seed=seed, resamples=resamples, bounds=CHANGE)
    return before, after, change


def statistic_changes(
    statistics: Mapping[str, Callable[[Tally], float]], pairs: Pairs, *, seed: int, resamples: int
) -> dict[str, tuple[float, float, Interval]]:
    """Return measures of how well confidences tell what can be answered, for either side, and their change."""
    before, after = (answerable_outcomes([pair[n] for pair in pairs]) for n in (0, 1))

    def moved(statistic: Callable[[Tally], float], weights: Weights) -> float:
        return statistic(after.tally(weights)) - statistic(before.tally(weights))

    moves = {name: partial(moved, statistic) for name, statistic in statistics.items()}
    clusters = [old.cluster for old, _ in pairs]
    changes = statistic_intervals(moves, clusters, seed=seed, resamples=resamples, bounds=CHANGE)
    return {name: (each(before.tally()), each(after.tally()), changes[name]) for name, each in statistics.items()}


def answerable_outcomes(records: Sequence[Record]) -> Outcomes:
    """Return confidence against whether the question can be answered, which is what it estimates."""
    return Outcomes([r.confidence for r in records], [r.answerable for r in records])
