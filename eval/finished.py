"""A finished run, as its reports read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.record import Record
from eval.suite import Suite
from eval.summary import Summary
from eval.timing import Timings


@dataclass(frozen=True, slots=True)
class RunReport:
    """A finished run: its folder, the suite, what ``run.json`` says, the records and their measures."""

    folder: Path
    suite: Suite
    about: dict[str, Any]
    records: tuple[Record, ...]
    summary: Summary
    timings: Timings
