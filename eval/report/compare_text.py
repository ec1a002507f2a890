"""A comparison in words: for the terminal, and as JSON."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from footnote.eval.record import Record
from footnote.eval.report.compare import Comparison, Difference
from footnote.eval.report.loaded import fitted_words
from footnote.eval.report.report import signed
from footnote.eval.suite import shortened

SHOWN = 20


def terminal(found: Comparison, *, everything: bool = False) -> str:
    """Return the verdict, what decided it, and the flips with both answers; every difference with ``everything``."""
    shown = [each for each in found.differences if everything or each.measure.decides]
    return "\n".join([*verdict_lines(found), "", *difference_lines(shown), "", *flip_lines(found)]) + "\n"


def verdict_lines(found: Comparison) -> Iterator[str]:
    """Yield the verdict and its reasons, and what could not be compared."""
    yield f"{found.verdict.upper()}: {found.after.name} against {found.before.name}"
    yield from (f"  broken promise: {broken}" for broken in found.violations[:SHOWN])
    yield from (f"  gate: {line}" for line in found.crossed)
    yield from (f"  {change_text(difference)}" for difference in found.decided)
    yield f"  {counts(found)}"
    for name, run in (("before", found.before), ("after", found.after)):
        yield f"  {name}: {fitted_words(run.head.fitted)}"
    if found.missing:
        yield f"  only in the first: {', '.join(found.missing[:SHOWN])}{' …' if len(found.missing) > SHOWN else ''}"


def change_text(difference: Difference) -> str:
    """Say which way a measure has changed, and by how much."""
    return f"{difference.direction}: {difference.measure.title} {signed(difference.change.value)}"


def counts(found: Comparison) -> str:
    """Say how many questions changed, and how many could not be compared."""
    always = {"fixed": len(found.fixed), "broken": len(found.broken), "unchanged": found.unchanged}
    apart = {
        "without gold to tell by": found.unjudged,
        "only in the first": len(found.missing),
        "only in the second": len(found.added),
    }
    some = {what: count for what, count in apart.items() if count}
    return ", ".join(f"{count} {what}" for what, count in (always | some).items())


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
        "before": found.before.name,
        "after": found.after.name,
        "fitted_on": {"before": found.before.head.fitted, "after": found.after.head.fitted},
        "measures": {d.measure.name: difference_json(d) for d in found.differences},
        "fixed": [pair_json(*pair) for pair in found.fixed],
        "broken": [pair_json(*pair) for pair in found.broken],
        "unchanged": found.unchanged,
        "unjudged": found.unjudged,
        "missing": found.missing,
        "added": found.added,
        "violations": found.violations,
        "crossed": found.crossed,
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    """Return a difference as JSON; NaN becomes null."""
    decides, change = difference.measure.decides, difference.change
    numbers = {"before": difference.before, "after": difference.after, "change": change.value}
    numbers |= {"low": change.low, "high": change.high, "p": difference.p}
    numbers["p_deciding"] = difference.corrected_p if decides else math.nan
    rounded = {name: None if math.isnan(value) else round(value, 6) for name, value in numbers.items()}
    return rounded | {"direction": difference.direction, "decides": decides, "count": difference.count}


def pair_json(old: Record, new: Record) -> dict[str, Any]:
    """Return a question with both its answers and citations."""
    before, after = (
        {"status": r.status, "text": r.text, "citations": r.answer.get("citations", []), "stage": r.stage}
        for r in (old, new)
    )
    return {"id": old.id, "question": old.question, "before": before, "after": after}
