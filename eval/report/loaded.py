"""A run read back from its folder, to be shown and compared.

Anybody may have put anything into such a folder: what is read is checked, and what does not fit is a
:class:`~corpus.errors.FootnoteError` with one line, never another exception.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from footnote.corpus.errors import FootnoteError
from footnote.eval.jsonl import Count, Text, told
from footnote.eval.record import Record, read_records
from footnote.eval.score.summary import READER, Summary, values_of

ABOUT, REPORT, RECORDS, TIMINGS = "run.json", "report.json", "records.jsonl", "timings.jsonl"
LIMITS = {ABOUT: 1 << 20, REPORT: 32 << 20, RECORDS: 512 << 20, TIMINGS: 64 << 20}
"""The most bytes that are read of each file."""
_DAY_MS = 86_400_000.0


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds for each question, in the order asked, and the seconds that this sitting took.

    They are kept apart from all else, so that equal runs are equal files.
    """

    milliseconds: tuple[float, ...]
    total_seconds: float

    def quantile(self, share: float) -> float:
        """Return the time within which this share of the questions was answered; 0 without any."""
        return float(np.quantile(self.milliseconds, share)) if self.milliseconds else 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the quantiles that are reported, in milliseconds."""
        shares = {"p50_ms": 0.5, "p95_ms": 0.95, "max_ms": 1.0}
        quantiles = {name: round(self.quantile(share), 1) for name, share in shares.items()}
        return {**quantiles, "total_seconds": round(self.total_seconds, 1)}


@dataclass(frozen=True, slots=True)
class RunHead:
    """What ``run.json`` says of a run: name and digest of its suite, and how many articles and questions that has.

    ``fitted`` names what the models that answered were fitted on.
    """

    name: Text
    digest: Text
    articles: Count
    questions: Count
    fitted: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """A run to be compared: ``values`` are its measures and times."""

    name: str
    head: RunHead
    records: Mapping[str, Record]
    values: Mapping[str, float]


_HEAD = TypeAdapter(RunHead)


def fitted_on(engine: Mapping[str, object]) -> tuple[str, ...]:
    """Return what an engine's models were fitted on, by its description: figures on those questions flatter."""
    names = engine.get("fitted_on")
    return tuple(map(str, names)) if isinstance(names, Iterable) and not isinstance(names, str) else ()


def fitted_words(names: Iterable[str]) -> str:
    """Return the line that each table has on what the models were fitted on."""
    return f"models fitted on: {', '.join(names) or 'not stated'}"


def load_run(folder: Path) -> LoadedRun:
    """Read a run's folder; raise :class:`FootnoteError` when it does not hold one."""
    try:
        head = read_head(folder)
    except FootnoteError as error:
        raise FootnoteError(f"{folder}: holds no run; make one with footnote eval run ({error})") from error
    try:
        times = read_times(folder) if (folder / TIMINGS).exists() else Timings((), 0.0)
        return run_from(str(folder), head, read_questions(folder), times)
    except FootnoteError as error:
        raise FootnoteError(f"{folder}: {error}") from error


def run_from(name: str, head: RunHead, records: tuple[Record, ...], times: Timings) -> LoadedRun:
    """Return a run of what was read of it; raise :class:`FootnoteError` when no question was finished."""
    if not records:
        raise FootnoteError("holds no finished question")
    return LoadedRun(name, head, {record.id: record for record in records}, times.to_dict() | values_of(records))


def read_head(folder: Path) -> RunHead:
    """Read ``run.json``; raise :class:`FootnoteError` when it is missing or says something else."""
    with reading(folder, ABOUT):
        about: Any = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return _HEAD.validate_python({**about["suite"], "fitted": fitted_on(about.get("engine", {}))})


def read_summary(folder: Path) -> Summary:
    """Read ``report.json``; measures that this Footnote does not know are left out."""
    with reading(folder, REPORT):
        return READER.validate_json((folder / REPORT).read_bytes())


def read_times(folder: Path) -> Timings:
    """Read ``timings.jsonl``; a time that cannot be one is left out."""
    with reading(folder, TIMINGS):
        times = read_timings(folder / TIMINGS, total=0.0).milliseconds
        return Timings(tuple(ms for ms in times if 0 <= ms <= _DAY_MS), 0.0)


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


def read_questions(folder: Path) -> tuple[Record, ...]:
    """Read ``records.jsonl``, each record checked."""
    with reading(folder, RECORDS):
        return tuple(read_records(folder / RECORDS))


@contextmanager
def reading(folder: Path, name: str) -> Iterator[None]:
    """Turn whatever is wrong with a file of a run into one line about it; the folder's path is not in it."""
    try:
        if (folder / name).stat().st_size > LIMITS[name]:
            raise FootnoteError(f"{name} is larger than {LIMITS[name] >> 20} MB")
        yield
    except OSError as error:
        raise FootnoteError(f"{name} cannot be read: {error.strerror}") from error
    except FootnoteError as error:
        raise FootnoteError(str(error).replace(f"{folder}/", "")) from error
    except ValidationError as error:
        raise FootnoteError(f"{name} is not that of a run: {told(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120]
        raise FootnoteError(f"{name} is not that of a run: {type(error).__name__}: {reason}") from error
