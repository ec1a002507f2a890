"""A gate: the values that a run's measures must keep to, from a JSON file.

::

    {"citation_f1_all": {"min": 0.55}, "wrong_on_unanswerable": {"max": 0.2}, "p95_ms": {"max": 400}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from footnote.corpus.errors import UsageError
from footnote.eval.jsonl import kind_of, parse_object
from footnote.eval.score.catalogue import BY_NAME

TIMES = ("p50_ms", "p95_ms", "max_ms")


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the most that a measure may be; ``None`` where it does not matter."""

    name: str
    least: float | None = None
    most: float | None = None


def read_gate(path: Path) -> tuple[Bound, ...]:
    """Read a gate; raise :class:`UsageError` when it is not one, or names a measure that does not exist."""
    try:
        rows = parse_object(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    return tuple(bound_from(path, name, row) for name, row in rows.items())


def bound_from(path: Path, name: str, row: object) -> Bound:
    """Return one bound, or raise :class:`UsageError`."""
    if name not in BY_NAME and name not in TIMES:
        raise UsageError(f"{path}: no measure is called “{name}”; report.json names them all")
    if not isinstance(row, dict) or not row or set(row) - {"min", "max"}:
        raise UsageError(f"{path}: “{name}” must be an object with “min”, “max” or both")
    for end, value in row.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError(f"{path}: “{end}” of “{name}” must be a number, not {kind_of(value)}")
    return Bound(name, row.get("min"), row.get("max"))


def crossed(gate: Sequence[Bound], values: Mapping[str, float]) -> list[str]:
    """Return a line for each bound that the values do not keep to; a measure without a value does not."""
    lines = []
    for bound in gate:
        value = values.get(bound.name)
        if value is None:
            lines.append(f"{bound.name} has no value here")
        elif bound.least is not None and value < bound.least:
            lines.append(f"{bound.name} is {value:.4g}, below the floor of {bound.least:g}")
        elif bound.most is not None and value > bound.most:
            lines.append(f"{bound.name} is {value:.4g}, above the ceiling of {bound.most:g}")
    return lines
