"""Measures of confidence over all questions: ranking, calibration, and the risk of answering.

Each is a function of a :class:`Tally`, the count of questions and of outcomes at each confidence that occurs:
ties are therefore treated alike, and the order of the questions never matters. An empty tally gives NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footnote.eval.jsonl import Count, Share

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """Distinct confidences in 0..1, rising; how many questions have each, and how many of those are true."""

    confidence: Floats
    count: Floats
    true: Floats

    @property
    def total(self) -> float:
        """How many questions there are."""
        return float(self.count.sum())


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the reliability plot: how sure it was on average, and how often it was so."""

    confidence: Share
    observed: Share
    count: Count


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the risk–coverage curve: answering the surest ``coverage`` share errs ``risk`` often."""

    threshold: float
    coverage: Share
    risk: Share


class Outcomes:
    """The confidence of each question and whether it turned out true, to be tallied under any weights."""

    def __init__(self, confidence: Sequence[float], true: Sequence[bool]) -> None:
        values, group = np.unique(np.asarray(confidence, dtype=np.float64), return_inverse=True)
        self.values = values
        self.group = group
        self.true = np.asarray(true, dtype=np.float64)

    def tally(self, weights: NDArray[Any] | None = None) -> Tally:
        """Count each question as often as its weight says; once, without weights."""
        weights = np.ones(len(self.true)) if weights is None else weights
        count = np.bincount(self.group, weights, len(self.values)).astype(np.float64)
        true = np.bincount(self.group, weights * self.true, len(self.values)).astype(np.float64)
        kept = count > 0
        return Tally(self.values[kept], count[kept], true[kept])


def auroc(tally: Tally) -> float:
    """Return how often a true one is more confident than a false one, ties counting half (Mann–Whitney)."""
    false = tally.count - tally.true
    pairs = tally.true.sum() * false.sum()
    if not pairs:
        return float("nan")
    below = np.cumsum(false) - false / 2
    return float((tally.true * below).sum() / pairs)


def brier(tally: Tally) -> float:
    """Return the mean squared distance from the outcome: 0 is best, 0.25 is what a constant half gets."""
    if not tally.total:
        return float("nan")
    missed = tally.true * (1 - tally.confidence) ** 2 + (tally.count - tally.true) * tally.confidence**2
    return float(missed.sum() / tally.total)


def calibration_error(tally: Tally, bins: int = 10) -> float:
    """Return the expected calibration error over equal-mass bins: 0 is best, 1 is worst."""
    found = reliability(tally, bins)
    if not found:
        return float("nan")
    return sum(item.count * abs(item.confidence - item.observed) for item in found) / tally.total


def reliability(tally: Tally, bins: int = 10) -> list[Bin]:
    """Return up to ``bins`` bins of about equal size, least confident first; equal confidences share one."""
    if not tally.total:
        return []
    middle = np.cumsum(tally.count) - tally.count / 2
    place = np.minimum((middle * bins / tally.total).astype(int), bins - 1)
    counts = np.bincount(place, tally.count, bins)
    sure = np.bincount(place, tally.count * tally.confidence, bins)
    true = np.bincount(place, tally.true, bins)
    return [Bin(float(sure[i] / n), float(true[i] / n), int(n)) for i, n in enumerate(counts) if n]


def area_under_risk(wrong: Tally) -> float:
    """Return the area under the risk–coverage curve, 0 to 1, lower better (Geifman and El-Yaniv 2017).

    It is the mean, over k, of the share that is wrong among the k most confident; within a tie, every order
    counts alike.
    """
    if not wrong.total:
        return float("nan")
    share = wrong.true / wrong.count
    expected = np.repeat(share[::-1], wrong.count[::-1].astype(int))
    return float(np.mean(np.cumsum(expected) / np.arange(1, len(expected) + 1)))


def risk_coverage(wrong: Tally) -> list[Point]:
    """Return the curve, one point for each confidence that occurs, surest first."""
    answered = np.cumsum(wrong.count[::-1])
    errors = np.cumsum(wrong.true[::-1])
    return [
        Point(float(threshold), float(count / wrong.total), float(error / count))
        for threshold, count, error in zip(wrong.confidence[::-1], answered, errors, strict=True)
    ]
