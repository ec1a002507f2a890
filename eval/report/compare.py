"""Compare two runs over one suite, question by question, and say whether the second is worse.

A run is **worse** when a promise is broken, a gate's bound is crossed, or the interval of the difference in
a deciding measure lies wholly on the bad side of zero; **better** when one lies wholly on the good side and
none on the bad; else **unchanged**.

For that to mean something, an interval must not be surer than a test. A bootstrap over a few changed
questions is: four that broke and none fixed give an interval below zero, where an exact test gives p = 0.125.
So each interval is widened to reach zero where the test does not exclude it: the exact McNemar test where
the measure is yes or no, else a permutation test; for what is no mean over questions, AUROC and the
calibration error, the bootstrap's own standard error against Student's t. The headline is tested first, by
itself, at 5%; the other deciding measures together, at 5% after Holm's correction. Two-sided, that calls a
run that differs by noise alone worse at most once in twenty times.

A gate holds the values that a run's measures must keep to, from a JSON file::

    {"citation_f1_all": {"min": 0.55}, "wrong_on_unanswerable": {"max": 0.2}, "p95_ms": {"max": 400}}
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Strict, TypeAdapter, ValidationError

from footnote.corpus.errors import UsageError
from footnote.eval.jsonl import told
from footnote.eval.record import Record
from footnote.eval.report.loaded import LoadedRun
from footnote.eval.score.catalogue import BY_NAME, CATALOGUE, HEADLINE, Measure
from footnote.eval.score.confidence import Tally, auroc, calibration_error
from footnote.eval.score.paired import Pairs, mean_change, statistic_changes
from footnote.eval.score.stats import RESAMPLES, Interval, holm, mcnemar_p, permutation_p

ALPHA = 0.05
SEED = 0  # one comparison always gives the same intervals
CONFIDENCE: Mapping[str, Callable[[Tally], float]] = {"auroc": auroc, "ece": calibration_error}
"""The deciding measures that are no means over questions."""

TIMES = ("p50_ms", "p95_ms", "max_ms")

Verdict = Literal["worse", "unchanged", "better"]


class Bound(BaseModel):
    """The least and the most that a measure may be; ``None`` where it does not matter."""

    model_config = ConfigDict(extra="forbid")

    min: Annotated[float, Strict()] | None = None
    max: Annotated[float, Strict()] | None = None


Gate = Mapping[str, Bound]
_READER = TypeAdapter(dict[str, Bound])


def read_gate(path: Path) -> Gate:
    """Read a gate; raise :class:`UsageError` when it is not one, or names a measure that does not exist."""
    try:
        gate = _READER.validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise UsageError(f"{path}: not a gate: {told(error)}") from error
    for name in gate:
        if name not in BY_NAME and name not in TIMES:
            raise UsageError(f"{path}: no measure is called “{name}”; report.json names them all")
    return gate


def crossed(gate: Gate, values: Mapping[str, float]) -> list[str]:
    """Return a line for each bound that the values do not keep to; a measure without a value does not."""
    lines = []
    for name, bound in gate.items():
        value = values.get(name)
        if value is None:
            lines.append(f"{name} has no value here")
        elif bound.min is not None and value < bound.min:
            lines.append(f"{name} is {value:.4g}, below the floor of {bound.min:g}")
        elif bound.max is not None and value > bound.max:
            lines.append(f"{name} is {value:.4g}, above the ceiling of {bound.max:g}")
    return lines


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in both runs, over the questions that it applies to in both.

    ``p`` is two-sided; ``corrected_p`` is the p that decides: corrected for the measures tested beside it.
    """

    measure: Measure
    before: float
    after: float
    change: Interval
    p: float
    corrected_p: float
    count: int

    @property
    def direction(self) -> Verdict:
        """Which side of zero the interval lies on, the good side being that of a better run."""
        risen, fallen = self.change.low > 0, self.change.high < 0
        if not risen and not fallen:
            return "unchanged"
        return "better" if risen == (self.measure.better == "higher") else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs; each pair of records is (before, after)."""

    before: LoadedRun
    after: LoadedRun
    differences: tuple[Difference, ...]
    fixed: Pairs
    broken: Pairs
    unchanged: int
    unjudged: int
    missing: tuple[str, ...]
    added: tuple[str, ...]
    violations: tuple[str, ...]
    crossed: tuple[str, ...]

    @property
    def decided(self) -> tuple[Difference, ...]:
        """The deciding measures that have changed."""
        return tuple(d for d in self.differences if d.measure.decides and d.direction != "unchanged")

    @property
    def verdict(self) -> Verdict:
        """The one verdict, which the exit code equals."""
        directions = {difference.direction for difference in self.decided}
        if self.violations or self.crossed or "worse" in directions:
            return "worse"
        return "better" if "better" in directions else "unchanged"


def compare(before: LoadedRun, after: LoadedRun, *, gate: Gate | None = None, resamples: int = RESAMPLES) -> Comparison:
    """Compare two runs; raise :class:`UsageError` for runs over different suites, or with nothing in common."""
    if before.head.digest != after.head.digest:
        names = f"{before.head.name}, {after.head.name}"
        raise UsageError(f"the runs are over different suites ({names}), or versions of one")
    pairs = [(old, after.records[name]) for name, old in before.records.items() if name in after.records]
    if not pairs:
        raise UsageError("the runs have no question in common")
    fixed = tuple(pair for pair in pairs if flip(pair) == 1)
    broken = tuple(pair for pair in pairs if flip(pair) == -1)
    unjudged = sum(flip(pair) is None for pair in pairs)
    return Comparison(
        before=before,
        after=after,
        differences=tuple(differences(pairs, resamples)),
        fixed=fixed,
        broken=broken,
        unchanged=len(pairs) - len(fixed) - len(broken) - unjudged,
        unjudged=unjudged,
        missing=tuple(name for name in before.records if name not in after.records),
        added=tuple(name for name in after.records if name not in before.records),
        violations=tuple(f"{record.id}: {broken}" for record in after.records.values() for broken in record.violations),
        crossed=tuple(crossed(gate or {}, after.values)),
    )


def flip(pair: tuple[Record, Record]) -> float | None:
    """Return 1 for a question that was fixed, -1 for one that broke, 0 for neither; None without gold."""
    old, new = (record.value("right") for record in pair)
    return None if old is None or new is None else new - old


def differences(pairs: Pairs, resamples: int) -> list[Difference]:
    """Return the difference in every measure that can be paired, tested and corrected; what decides first."""
    confidence = confidences(pairs, resamples)
    measures = sorted(CATALOGUE, key=lambda measure: not measure.decides)
    each = (confidence.get(m.name) or paired(m, pairs, resamples) for m in measures)
    found = [difference for difference in each if difference is not None]
    family = {d.measure.name: d.p for d in found if d.measure.decides and d.measure.name != HEADLINE}
    corrected = holm(family)
    return [with_corrected_p(d, corrected.get(d.measure.name, d.p)) for d in found]


def paired(measure: Measure, pairs: Pairs, resamples: int) -> Difference | None:
    """Compare one measure over the questions that have it in both runs; None when there are none."""
    before, after, change = mean_change(measure.name, pairs, seed=SEED, resamples=resamples)
    if not len(before):
        return None
    moved = after - before
    if np.isin([before, after], (0.0, 1.0)).all():
        p = mcnemar_p(int((moved > 0).sum()), int((moved < 0).sum()))
    else:
        p = permutation_p(moved, seed=SEED, resamples=resamples)
    return Difference(measure, float(before.mean()), float(after.mean()), change, p, p, len(before))


def confidences(pairs: Pairs, resamples: int) -> dict[str, Difference]:
    """Compare the deciding measures of confidence over the questions that ran in both."""
    ran = [pair for pair in pairs if "failed" not in (pair[0].status, pair[1].status)]
    found = statistic_changes(CONFIDENCE, ran, seed=SEED, resamples=resamples)
    return {
        name: Difference(BY_NAME[name], *values, 1.0 if math.isnan(values[2].p) else values[2].p, 1.0, len(ran))
        for name, values in found.items()
        if not math.isnan(values[2].value)
    }


def with_corrected_p(difference: Difference, corrected_p: float) -> Difference:
    """Return the difference with the p that decides, its interval reaching zero where that does not hold."""
    change = difference.change
    if corrected_p > ALPHA and not math.isnan(change.low):
        change = Interval(change.value, min(0.0, change.low), max(0.0, change.high))
    return replace(difference, change=change, corrected_p=corrected_p)
