"""How long answers took: kept apart from all else, so that equal runs are equal files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds for each question, in the order asked, and the seconds that this sitting took."""

    milliseconds: tuple[float, ...]
    total_seconds: float

    def quantile(self, share: float) -> float:
        """Return the time within which this share of the questions was answered; 0 without any."""
        return float(np.quantile(self.milliseconds, share)) if self.milliseconds else 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the quantiles that are reported, in milliseconds."""
        return {
            "p50_ms": round(self.quantile(0.5), 1),
            "p95_ms": round(self.quantile(0.95), 1),
            "max_ms": round(self.quantile(1.0), 1),
            "total_seconds": round(self.total_seconds, 1),
        }


def read_timings(path: Path, *, total: float) -> Timings:
    """Read ``timings.jsonl``, passing over a line that was cut short; the last time of a question counts."""
    found: dict[str, float] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            row = json.loads(line)
            found[str(row["id"])] = float(row["ms"])
        except (ValueError, KeyError, TypeError):
            continue
    return Timings(tuple(found.values()), total)
