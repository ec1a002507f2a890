"""A comparison in words: for the terminal, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from footnote.eval.record import Record
from footnote.eval.report.compare import Comparison, Difference
from footnote.eval.report.report import signed
from footnote.eval.suite import shortened
from footnote.eval.training_data import fitted_on, fitted_words

SHOWN = 20


def terminal(found: Comparison, *, everything: bool = False) -> str:
    """Return the verdict, what decided it, and the flips with both answers; every difference with ``everything``."""
    shown = [each for each in found.differences if everything or each.measure.decides]
    return "\n".join([*verdict_lines(found), "", *difference_lines(shown), "", *flip_lines(found)]) + "\n"


def verdict_lines(found: Comparison) -> Iterator[str]:
    """Yield the verdict and its reasons, and what could not be compared."""
    yield f"{found.verdict.upper()}: {found.after.folder} against {found.before.folder}"
    for broken in found.violations[:SHOWN]:
        yield f"  broken promise: {broken}"
    for line in found.crossed:
        yield f"  gate: {line}"
    for difference in found.differences:
        if difference.measure.decides and difference.direction != "unchanged":
            yield f"  {difference.direction}: {difference.measure.title} {signed(difference.change.value)}"
    yield (
        f"  {len(found.fixed)} fixed, {len(found.broken)} broken, {found.unchanged} unchanged, "
        f"{found.unjudged} without gold to tell by, {len(found.missing)} missing, {len(found.added)} only in the second"
    )
    for name, run in (("before", found.before), ("after", found.after)):
        yield f"  {name}: {fitted_words(fitted_on(run.engine))}"
    if found.missing:
        yield f"  missing: {', '.join(found.missing[:SHOWN])}{' …' if len(found.missing) > SHOWN else ''}"


def difference_lines(found: Sequence[Difference]) -> Iterator[str]:
    """Yield a line for each measure; those marked * decide."""
    yield f"  {'measure':<44}{'before':>7}{'after':>8}{'change':>9}  {'95% interval':<19}{'p':>7}{'decides':>9}"
    for difference in found:
        measure, change = difference.measure, difference.change
        corrected_p = f"{difference.corrected_p:.4f}" if measure.decides else ""
        yield (
            f"{'*' if measure.decides else ' '} {measure.title:<44}{difference.before:>7.3f}{difference.after:>8.3f}"
            f"{signed(change.value):>9}  {interval_text(difference):<19}{difference.p:>7.4f}{corrected_p:>9}"
        )


def interval_text(difference: Difference) -> str:
    """Return the interval of a change, or a dash when there is none."""
    low, high = difference.change.low, difference.change.high
    return "–" if math.isnan(low) else f"{signed(low)} to {signed(high)}"


def flip_lines(found: Comparison) -> Iterator[str]:
    """Yield the questions that broke, then those that were fixed, each with both answers."""
    for name, pairs in (("broken", found.broken), ("fixed", found.fixed)):
        for old, new in pairs[:SHOWN]:
            yield f"{name}  {old.id}: {shortened(old.question, 100)}"
            yield f"    before  {said(old)}"
            yield f"    after   {said(new)}"
        if len(pairs) > SHOWN:
            yield f"    and {len(pairs) - SHOWN} more {name}: --json lists them all"


def said(record: Record) -> str:
    """Return what was said, on one line, where its citations point and where it went wrong."""
    places = ", ".join(f"{span.article_id}:{span.start}–{span.end}" for span in record.cited)
    lost = f" (lost at {record.stage})" if record.stage else ""
    return f"{record.status}{lost}: {shortened(record.text, 160)}" + (f"  [{places}]" if places else "")


def as_json(found: Comparison) -> dict[str, Any]:
    """Return everything as plain JSON values."""
    return {
        "schema": "footnote.comparison/1",
        "verdict": found.verdict,
        "before": str(found.before.folder),
        "after": str(found.after.folder),
        "fitted_on": {"before": fitted_on(found.before.engine), "after": fitted_on(found.after.engine)},
        "measures": {d.measure.name: difference_json(d) for d in found.differences},
        "fixed": [pair_json(pair) for pair in found.fixed],
        "broken": [pair_json(pair) for pair in found.broken],
        "unchanged": found.unchanged,
        "unjudged": found.unjudged,
        "missing": list(found.missing),
        "added": list(found.added),
        "violations": list(found.violations),
        "crossed": list(found.crossed),
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    """Return a difference as JSON; NaN becomes null."""
    change = {"change": difference.change.value, "low": difference.change.low, "high": difference.change.high}
    return {
        "before": round(difference.before, 6),
        "after": round(difference.after, 6),
        **{name: None if math.isnan(value) else round(value, 6) for name, value in change.items()},
        "p": round(difference.p, 6),
        "p_deciding": round(difference.corrected_p, 6) if difference.measure.decides else None,
        "direction": difference.direction,
        "decides": difference.measure.decides,
        "count": difference.count,
    }


def pair_json(pair: tuple[Record, Record]) -> dict[str, Any]:
    """Return a question with both its answers and citations."""
    old, new = pair
    return {"id": old.id, "question": old.question, "before": side_json(old), "after": side_json(new)}


def side_json(record: Record) -> dict[str, Any]:
    """Return one run's side of a question."""
    return {
        "status": record.status,
        "text": record.text,
        "citations": list(record.answer.get("citations", [])),
        "stage": record.stage,
    }
