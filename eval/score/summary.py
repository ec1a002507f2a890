"""From the records of a run to its measures, tables and curves. Nothing here reads a clock or a file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from footnote.eval.record import Record
from footnote.eval.score.baseline_delta import BaselineDelta, against
from footnote.eval.score.catalogue import CATALOGUE, HEADLINE
from footnote.eval.score.confidence import (
    Bin,
    Outcomes,
    Point,
    area_under_risk,
    auroc,
    brier,
    calibration_error,
    reliability,
    risk_coverage,
)
from footnote.eval.score.stats import RATE, RESAMPLES, Interval, ratio_intervals, statistic_intervals

CURVES = ("auroc", "aurc", "ece", "brier")
CURVE_POINTS = 240


@dataclass(frozen=True, slots=True)
class Result:
    """A measure of a whole run, with its 95% interval and the number of questions that it is over."""

    name: str
    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """The 2×2 of answering; questions that failed to run are in neither column."""

    answerable_answered: int
    answerable_abstained: int
    unanswerable_answered: int
    unanswerable_abstained: int
    failed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a report shows of a run, apart from its single questions and its timings.

    ``simplest`` has what the simplest answerers made of the same questions, where they were asked.
    """

    questions: int
    answerable: int
    results: tuple[Result, ...]
    table: Table
    stages: Mapping[str, int]
    violations: int
    tags: Mapping[str, tuple[Result, ...]]
    curve: tuple[Point, ...]
    bins: tuple[Bin, ...]
    simplest: tuple[BaselineDelta, ...] = ()

    def value(self, name: str) -> float:
        """Return a measure's value; NaN when it applies to no question."""
        return next((result.value for result in self.results if result.name == name), math.nan)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; NaN becomes ``null``."""
        values = asdict(self)
        values["results"] = {result.name: result_dict(result) for result in self.results}
        values["tags"] = {
            tag: {result.name: result_dict(result) for result in results} for tag, results in self.tags.items()
        }
        values["simplest"] = {
            answerer: {each.measure: each.to_dict() for each in self.simplest if each.answerer == answerer}
            for answerer in dict.fromkeys(each.answerer for each in self.simplest)
        }
        return values


def result_dict(result: Result) -> dict[str, float | int | None]:
    """Return a result as JSON, rounded to six places."""
    numbers = {"value": result.value, "low": result.low, "high": result.high}
    return {
        **{name: None if math.isnan(value) else round(value, 6) for name, value in numbers.items()},
        "count": result.count,
    }


def summarise(
    records: Sequence[Record],
    simplest: Mapping[str, Sequence[Record]] | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Summary:
    """Aggregate a run's records; one seed always gives the same intervals.

    ``simplest`` has the records of the simplest answerers, by their names.
    """
    ran = [record for record in records if record.status != "failed"]
    return Summary(
        questions=len(records),
        answerable=sum(record.answerable for record in records),
        results=(
            *mean_results(records, seed=seed, resamples=resamples),
            *confidence_results(ran, seed=seed, resamples=resamples),
        ),
        table=table_of(records),
        stages=dict(sorted(Counter(record.stage for record in records if record.stage).items())),
        violations=sum(len(record.violations) for record in records),
        tags=tag_results(records, seed=seed, resamples=min(resamples, 2_000)),
        curve=thinned(risk_coverage(wrong_outcomes(ran).tally())) if ran else (),
        bins=tuple(reliability(answerable_outcomes(ran).tally())) if ran else (),
        simplest=against(records, simplest or {}, seed=seed, resamples=resamples),
    )


def thinned(curve: Sequence[Point]) -> tuple[Point, ...]:
    """Return no more points than a plot can show, the last of them always."""
    step = max(1, -(-len(curve) // CURVE_POINTS))
    return tuple(curve[::-1][::step][::-1])


def table_of(records: Sequence[Record]) -> Table:
    """Count the four outcomes, and the failures."""
    counts = Counter((record.answerable, record.status) for record in records)
    return Table(
        counts[True, "answered"],
        counts[True, "abstained"],
        counts[False, "answered"],
        counts[False, "abstained"],
        counts[True, "failed"] + counts[False, "failed"],
    )


def parts(record: Record, name: str) -> tuple[float, float]:
    """Return what a record adds to the top and the bottom of a measure's ratio.

    Abstention F1 is twice the right abstentions over that plus the wrong and the missed ones; every other
    measure is a mean over the questions that it applies to.
    """
    if name == "abstain_f1":
        abstained = record.status == "abstained"
        both = abstained and not record.answerable
        return 2.0 * both, float(abstained) + float(not record.answerable)
    value = record.value(name)
    return (0.0, 0.0) if value is None else (value, 1.0)


def mean_results(records: Sequence[Record], *, seed: int, resamples: int, names: Sequence[str] = ()) -> list[Result]:
    """Return the measures that are ratios of sums, those that apply to some question."""
    wanted = names or [measure.name for measure in CATALOGUE if measure.name not in CURVES]
    pairs = np.array([[parts(record, name) for name in wanted] for record in records], dtype=np.float64)
    if not len(records):
        return []
    top, bottom = pairs[:, :, 0], pairs[:, :, 1]
    clusters = [record.cluster for record in records]
    found = ratio_intervals(top, bottom, clusters, seed=seed, resamples=resamples, bounds=RATE)
    counts = (bottom > 0).sum(axis=0)
    return [as_result(name, one, int(count)) for name, one, count in zip(wanted, found, counts, strict=True) if count]


def confidence_results(records: Sequence[Record], *, seed: int, resamples: int) -> list[Result]:
    """Return the measures of confidence, over the questions that ran.

    The calibration error has no interval: noise only ever adds to it, so a bootstrap's lies above it.
    """
    if not records:
        return []
    known, wrong = answerable_outcomes(records), wrong_outcomes(records)
    clusters = [record.cluster for record in records]
    found = statistic_intervals(
        {
            "auroc": lambda weights: auroc(known.tally(weights)),
            "aurc": lambda weights: area_under_risk(wrong.tally(weights)),
            "brier": lambda weights: brier(known.tally(weights)),
        },
        clusters,
        seed=seed,
        resamples=resamples,
        bounds=RATE,
    )
    found["ece"] = Interval(calibration_error(known.tally()), math.nan, math.nan)
    return [as_result(name, found[name], len(records)) for name in CURVES if not math.isnan(found[name].value)]


def values_of(records: Sequence[Record]) -> dict[str, float]:
    """Return every measure that applies to some question, without intervals."""
    values = {}
    for name in (measure.name for measure in CATALOGUE if measure.name not in CURVES):
        pairs = [parts(record, name) for record in records]
        bottom = sum(pair[1] for pair in pairs)
        if bottom:
            values[name] = sum(pair[0] for pair in pairs) / bottom
    ran = [record for record in records if record.status != "failed"]
    if ran:
        known, wrong = answerable_outcomes(ran).tally(), wrong_outcomes(ran).tally()
        values |= {"auroc": auroc(known), "aurc": area_under_risk(wrong)}
        values |= {"ece": calibration_error(known), "brier": brier(known)}
    return {name: value for name, value in values.items() if not math.isnan(value)}


def answerable_outcomes(records: Sequence[Record]) -> Outcomes:
    """Return confidence against whether the question can be answered, which is what it estimates."""
    return Outcomes([r.confidence for r in records], [r.answerable for r in records])


def wrong_outcomes(records: Sequence[Record]) -> Outcomes:
    """Return confidence against whether an answer would be wrong: no gold sentence in the draft."""
    return Outcomes(
        [r.confidence for r in records],
        [not r.answerable or (bool(r.gold) and not r.value("draft_precision")) for r in records],
    )


def tag_results(records: Sequence[Record], *, seed: int, resamples: int) -> dict[str, tuple[Result, ...]]:
    """Return the headline and the outcome for each tag, tags in alphabetical order."""
    tags = sorted({tag for record in records for tag in record.tags})
    return {
        tag: tuple(
            mean_results(
                [record for record in records if tag in record.tags],
                seed=seed,
                resamples=resamples,
                names=("right", HEADLINE),
            )
        )
        for tag in tags
    }


def as_result(name: str, found: Interval, count: int) -> Result:
    """Return an interval as the result of a measure.

    When every resample gives one value, the questions say nothing of the spread: there is no interval.
    """
    if math.isnan(found.low) or found.low == found.high:
        return Result(name, found.value, math.nan, math.nan, count)
    return Result(name, found.value, found.low, found.high, count)
