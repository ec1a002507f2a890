"""A finished run, as its reports read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footnote.eval.record import Record
from footnote.eval.score.summary import Summary
from footnote.eval.score.timing import Timings
from footnote.eval.suite import Suite


@dataclass(frozen=True, slots=True)
class RunReport:
    """A finished run: its folder, the suite, what ``run.json`` says, the records and their measures."""

    folder: Path
    suite: Suite
    about: dict[str, Any]
    records: tuple[Record, ...]
    summary: Summary
    timings: Timings
