"""A gate: the values that a run's measures must keep to, from a JSON file.

::

    {"citation_f1_all": {"min": 0.55}, "wrong_on_unanswerable": {"max": 0.2}, "p95_ms": {"max": 400}}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Strict, TypeAdapter, ValidationError

from footnote.corpus.errors import UsageError
from footnote.eval.jsonl import told
from footnote.eval.score.catalogue import BY_NAME

TIMES = ("p50_ms", "p95_ms", "max_ms")


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
