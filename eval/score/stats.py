"""The statistics: bootstrap intervals by cluster, paired tests, and Holm's correction.

Intervals are expanded percentile intervals (Hesterberg, *What Teachers Should Know about the Bootstrap*,
2015): the percentiles of the resamples, taken a little further out, as Student's t does, because a bootstrap
over few clusters is too sure of itself. With many clusters they are the plain percentiles; with fewer than
ten, too few for percentiles, they are Student's, with the bootstrap's standard error: on the scale of the log odds
where a statistic has bounds, so that the interval keeps within them (for a difference of rates, Fisher's z).
"""

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Strict
from scipy import special, stats

from footnote.eval.score.confidence import Floats

RESAMPLES = 10_000
LEVEL = 0.95
FEW = 10
"""With fewer clusters than this, percentiles of resamples say little."""
BLOCK = 250
"""How many resamples are held in memory at a time."""

Weights = NDArray[np.int64]
Clusters = Sequence[Hashable]
"""What each item belongs to; the items of one are resampled together."""
Statistics = Mapping[str, Callable[[Weights], float]]
Bounds = tuple[float, float]
RATE: Bounds = (0.0, 1.0)
CHANGE: Bounds = (-1.0, 1.0)
"""What a rate, and a difference of two, can be."""


def _within(bounds: Bounds) -> AfterValidator:
    def check(value: float) -> float:
        if value < bounds[0] or value > bounds[1]:
            raise ValueError(f"{value:g} is not between {bounds[0]:g} and {bounds[1]:g}")
        return value

    return AfterValidator(check)


_NULL_IS_NAN = BeforeValidator(lambda value: math.nan if value is None else value)
Rate = Annotated[float, Strict(), _NULL_IS_NAN, _within(RATE)]
Change = Annotated[float, Strict(), _NULL_IS_NAN, _within(CHANGE)]
"""A rate and a difference as pydantic reads them back, ``null`` being NaN."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the interval around it; NaN where there is nothing to estimate.

    ``p`` is the two-sided one of its being zero, by the bootstrap's standard error (Wald).
    """

    value: float
    low: float
    high: float
    p: float = math.nan


def resampled(clusters: Clusters, *, seed: int, resamples: int = RESAMPLES) -> Iterator[Weights]:
    """Yield blocks of weights, one row a resample: how often each item's cluster was drawn.

    As many clusters are drawn as there are, with replacement; the items of one always go together.
    """
    numbers: dict[Hashable, int] = {}
    member = np.array([numbers.setdefault(cluster, len(numbers)) for cluster in clusters], dtype=np.int64)
    rng = np.random.default_rng(seed)
    for start in range(0, resamples, BLOCK):
        rows = min(BLOCK, resamples - start)
        drawn = rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), size=rows)
        yield drawn[:, member]


def ratio_intervals(
    top: Floats,
    bottom: Floats,
    clusters: Clusters,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    bounds: Bounds | None = None,
) -> list[Interval]:
    """Estimate the ratio of each column's sums, with intervals: means over a part of the items, for instance.

    ``top`` and ``bottom`` have one row for each item and one column for each measure; a mean over some items
    has their values in ``top``, 1 in ``bottom``, and 0 in both elsewhere.
    """
    if not len(clusters):
        return [Interval(math.nan, math.nan, math.nan) for _ in range(top.shape[1])]
    blocks = (drawn.astype(np.float64) for drawn in resampled(clusters, seed=seed, resamples=resamples))
    draws = np.concatenate([divided(block @ top, block @ bottom) for block in blocks])
    estimates = divided(top.sum(axis=0), bottom.sum(axis=0))
    return [
        interval(float(estimates[i]), draws[:, i], cluster_count(clusters, bottom[:, i] != 0), bounds)
        for i in range(top.shape[1])
    ]


def statistic_intervals(
    statistics: Statistics, clusters: Clusters, *, seed: int, resamples: int = RESAMPLES, bounds: Bounds | None = None
) -> dict[str, Interval]:
    """Estimate what is not a ratio of sums: each statistic is a function of the items' weights."""
    draws: dict[str, list[float]] = {name: [] for name in statistics}
    if len(clusters):
        for block in resampled(clusters, seed=seed, resamples=resamples):
            for name, statistic in statistics.items():
                draws[name].extend(statistic(weights) for weights in block)
    once = np.ones(len(clusters), dtype=np.int64)
    count = cluster_count(clusters, once > 0)
    return {
        name: interval(statistic(once), np.array(draws[name]), count, bounds) for name, statistic in statistics.items()
    }


def divided(top: Floats, bottom: Floats) -> Floats:
    """Divide, with NaN where there is nothing to divide by."""
    shares: Floats = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom != 0)
    return shares


def cluster_count(clusters: Clusters, kept: NDArray[np.bool_]) -> int:
    """Count the clusters that have an item which is kept."""
    return len({cluster for cluster, keep in zip(clusters, kept, strict=True) if keep})


def interval(estimate: float, draws: Floats, clusters: int, bounds: Bounds | None = None) -> Interval:
    """Return the interval around an estimate; one cluster alone tells nothing of the spread."""
    draws = draws[~np.isnan(draws)]
    if clusters < 2 or not len(draws):
        return Interval(estimate, math.nan, math.nan)
    wider = float(np.sqrt(clusters / (clusters - 1)))
    reach, error = float(stats.t.ppf((1 + LEVEL) / 2, clusters - 1) * wider), float(np.std(draws))
    p = 2 * float(stats.t.sf(abs(estimate) / (error * wider), clusters - 1)) if error else 1.0
    if clusters < FEW:
        return Interval(estimate, *students(estimate, reach, error, bounds), p)
    tail = float(stats.norm.cdf(-reach))
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Interval(estimate, float(low), float(high), p)


def students(estimate: float, reach: float, error: float, bounds: Bounds | None) -> tuple[float, float]:
    """Return the ends of an interval of ``reach`` standard errors to either side, on the scale of the log odds.

    Without bounds it is on the statistic's own scale.
    """
    if bounds is None:
        return estimate - reach * error, estimate + reach * error
    low, width = bounds[0], bounds[1] - bounds[0]
    share = (estimate - low) / width
    if not error or not 0 < share < 1:
        return estimate, estimate
    half = reach * error / width / (share * (1 - share))
    ends = special.expit(special.logit(share) + np.array([-half, half]))
    return float(low + width * ends[0]), float(low + width * ends[1])


def permutation_p(differences: Floats, *, seed: int, resamples: int = RESAMPLES) -> float:
    """Return the two-sided p of paired differences by flipping signs; 1 when there is at most one.

    Exact when that takes no more than ``resamples`` flips, else drawn at random, with the observed one
    counted in.
    """
    moved = differences[differences != 0]
    if len(moved) < 2:
        return 1.0
    rng = np.random.default_rng(seed)
    found = stats.permutation_test(
        (moved,), np.sum, permutation_type="samples", vectorized=True, n_resamples=resamples, batch=BLOCK, rng=rng
    )
    return min(1.0, float(found.pvalue))


def mcnemar_p(fixed: int, broken: int) -> float:
    """Return the exact two-sided p of McNemar's test; 1 when nothing flipped."""
    if not fixed + broken:
        return 1.0
    return float(stats.binomtest(broken, fixed + broken, 0.5).pvalue)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return Holm's adjusted p-values: below 0.05, the difference holds beside all the others tested."""
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        least = max(least, min(1.0, p * (len(p_values) - rank)))
        adjusted[name] = least
    return {name: adjusted[name] for name in p_values}
