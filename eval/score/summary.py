"""From the records of a run to its measures, tables and curves. Nothing here reads a clock or a file."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, TypeAdapter

from footnote.eval.jsonl import Count, Text
from footnote.eval.record import Record
from footnote.eval.score import confidence
from footnote.eval.score.catalogue import BY_NAME, CATALOGUE, HEADLINE
from footnote.eval.score.paired import BaselineDelta, BaselineRecords, against, answerable_outcomes
from footnote.eval.score.stats import RATE, RESAMPLES, Interval, Rate, Weights, ratio_intervals, statistic_intervals

CURVES = ("auroc", "aurc", "ece", "brier")
MEANS = tuple(measure.name for measure in CATALOGUE if measure.name not in CURVES)
CURVE_POINTS = 240


@dataclass(frozen=True, slots=True)
class Result:
    """A measure of a whole run, with its 95% interval and the number of questions that it is over.

    Numbers are rounded to six places, and NaN where there is none.
    """

    value: Rate
    low: Rate
    high: Rate
    count: Count


@dataclass(frozen=True, slots=True)
class Table:
    """The 2×2 of answering; questions that failed to run are in neither column."""

    answerable_answered: Count
    answerable_abstained: Count
    unanswerable_answered: Count
    unanswerable_abstained: Count
    failed: Count


def _known(rows: object) -> object:
    """Leave out measures that this Footnote does not know."""
    return {name: row for name, row in rows.items() if name in BY_NAME} if isinstance(rows, dict) else rows


Results = Annotated[Mapping[Text, Result], BeforeValidator(_known)]
Deltas = Annotated[Mapping[Text, BaselineDelta], BeforeValidator(_known)]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a report shows of a run, apart from its single questions and its timings.

    ``results`` has each measure that applies to some question, ``tags`` the main ones of each tag, ``simplest`` what
    the simplest answerers made of the same questions, by their names, where they were asked.
    """

    questions: Count
    answerable: Count
    results: Results
    table: Table
    stages: Mapping[Text, Count]
    violations: Count
    tags: Mapping[Text, Results]
    curve: tuple[confidence.Point, ...]
    bins: tuple[confidence.Bin, ...]
    simplest: Mapping[Text, Deltas] = field(default_factory=dict)

    def value(self, name: str) -> float:
        """Return a measure's value; NaN when it applies to no question."""
        return self.results[name].value if name in self.results else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; NaN becomes ``null``."""
        values: dict[str, Any] = json.loads(READER.dump_json(self))
        return values


READER = TypeAdapter(Summary)
"""Reads a summary back from JSON; raises :class:`pydantic.ValidationError` for anything else."""


def summarise(
    records: Sequence[Record], simplest: BaselineRecords | None = None, *, seed: int = 0, resamples: int = RESAMPLES
) -> Summary:
    """Aggregate a run's records; one seed always gives the same intervals.

    ``simplest`` has the records of the simplest answerers, by their names.
    """
    ran = [record for record in records if record.status != "failed"]
    results = mean_results(records, seed=seed, resamples=resamples)
    results |= confidence_results(ran, seed=seed, resamples=resamples)
    return Summary(
        questions=len(records),
        answerable=sum(record.answerable for record in records),
        results=results,
        table=table_of(records),
        stages=dict(sorted(Counter(record.stage for record in records if record.stage).items())),
        violations=sum(len(record.violations) for record in records),
        tags=tag_results(records, seed=seed, resamples=min(resamples, 2_000)),
        curve=thinned(confidence.risk_coverage(wrong_outcomes(ran).tally())),
        bins=tuple(confidence.reliability(answerable_outcomes(ran).tally())),
        simplest=against(records, simplest or {}, seed=seed, resamples=resamples),
    )


def thinned(curve: Sequence[confidence.Point]) -> tuple[confidence.Point, ...]:
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


def mean_results(
    records: Sequence[Record], *, seed: int, resamples: int, names: Sequence[str] = MEANS
) -> dict[str, Result]:
    """Return the measures that are ratios of sums, those that apply to some question."""
    if not records:
        return {}
    pairs = np.array([[parts(record, name) for name in names] for record in records], dtype=np.float64)
    top, bottom = pairs[:, :, 0], pairs[:, :, 1]
    clusters = [record.cluster for record in records]
    intervals = ratio_intervals(top, bottom, clusters, seed=seed, resamples=resamples, bounds=RATE)
    counts = (bottom > 0).sum(axis=0)
    rows = zip(names, intervals, counts, strict=True)
    return {name: as_result(interval, int(count)) for name, interval, count in rows if count}


def confidence_results(records: Sequence[Record], *, seed: int, resamples: int) -> dict[str, Result]:
    """Return the measures of confidence, over the questions that ran.

    The calibration error has no interval: noise only ever adds to it, so a bootstrap's lies above it.
    """
    statistics = curve_statistics(records)
    error = statistics.pop("ece")
    clusters = [record.cluster for record in records]
    intervals = statistic_intervals(statistics, clusters, seed=seed, resamples=resamples, bounds=RATE)
    intervals["ece"] = Interval(error(None), math.nan, math.nan)
    return {name: as_result(intervals[name], len(records)) for name in CURVES if not math.isnan(intervals[name].value)}


def values_of(records: Sequence[Record]) -> dict[str, float]:
    """Return every measure that applies to some question, without intervals."""
    values = {}
    for name in MEANS:
        pairs = [parts(record, name) for record in records]
        bottom = sum(pair[1] for pair in pairs)
        if bottom:
            values[name] = sum(pair[0] for pair in pairs) / bottom
    ran = [record for record in records if record.status != "failed"]
    values |= {name: statistic(None) for name, statistic in curve_statistics(ran).items()}
    return {name: value for name, value in values.items() if not math.isnan(value)}


def curve_statistics(records: Sequence[Record]) -> dict[str, Callable[[Weights | None], float]]:
    """Return the measures of confidence, each a function of the records' weights."""
    known, wrong = answerable_outcomes(records), wrong_outcomes(records)
    return {
        "auroc": lambda weights: confidence.auroc(known.tally(weights)),
        "aurc": lambda weights: confidence.area_under_risk(wrong.tally(weights)),
        "ece": lambda weights: confidence.calibration_error(known.tally(weights)),
        "brier": lambda weights: confidence.brier(known.tally(weights)),
    }


def wrong_outcomes(records: Sequence[Record]) -> confidence.Outcomes:
    """Return confidence against whether an answer would be wrong: no gold sentence in the draft."""
    return confidence.Outcomes(
        [r.confidence for r in records],
        [not r.answerable or (bool(r.gold) and not r.value("draft_precision")) for r in records],
    )


def tag_results(records: Sequence[Record], *, seed: int, resamples: int) -> dict[str, dict[str, Result]]:
    """Return the headline and the outcome for each tag, tags in alphabetical order."""
    tags = sorted({tag for record in records for tag in record.tags})
    tagged = {tag: [record for record in records if tag in record.tags] for tag in tags}
    names = ("right", HEADLINE)
    return {tag: mean_results(some, seed=seed, resamples=resamples, names=names) for tag, some in tagged.items()}


def as_result(interval: Interval, count: int) -> Result:
    """Return an interval as the result of a measure.

    When every resample gives one value, the questions say nothing of the spread: there is no interval.
    """
    low, high = (math.nan, math.nan) if interval.low == interval.high else (interval.low, interval.high)
    return Result(round(interval.value, 6), round(low, 6), round(high, 6), count)
