"""A run read back from its folder, to be shown.

Anybody may have put anything into such a folder: what is read is checked, and what does not fit is a
:class:`~corpus.errors.FootnoteError` with one line, never another exception.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footnote.corpus.errors import FootnoteError
from footnote.eval.jsonl import kind_of
from footnote.eval.record import Record, read_records
from footnote.eval.score.baseline_delta import delta_from
from footnote.eval.score.catalogue import BY_NAME
from footnote.eval.score.confidence import Bin, Point
from footnote.eval.score.summary import Result, Summary, Table
from footnote.eval.score.timing import Timings, read_timings
from footnote.eval.suite import GoldSpan
from footnote.eval.training_data import fitted_on

ABOUT, REPORT, RECORDS, TIMINGS = "run.json", "report.json", "records.jsonl", "timings.jsonl"
LIMITS = {ABOUT: 1 << 20, REPORT: 32 << 20, RECORDS: 512 << 20, TIMINGS: 64 << 20}
"""The most bytes that are read of each file."""
_STATUSES = ("answered", "abstained", "failed")
_DAY_MS = 86_400_000.0
_MOST = 10**9


@dataclass(frozen=True, slots=True)
class RunHead:
    """What ``run.json`` says of a run: name and digest of its suite, and how many articles and questions that has.

    ``fitted`` names what the models that answered were fitted on.
    """

    suite: str
    digest: str
    articles: int
    questions: int
    about: Mapping[str, Any]
    fitted: tuple[str, ...] = ()


def read_head(folder: Path) -> RunHead:
    """Read ``run.json``; raise :class:`FootnoteError` when it is missing or says something else."""
    with reading(folder, ABOUT):
        about = _json(folder, ABOUT)
        suite = about["suite"]
        counts = _count(suite["articles"]), _count(suite["questions"])
        fitted = tuple(map(_text, fitted_on(about.get("engine", {}))))
        return RunHead(_text(suite["name"]), _text(suite["digest"]), *counts, about, fitted)


def read_summary(folder: Path) -> Summary:
    """Read ``report.json``; measures that this Footnote does not know are left out."""
    with reading(folder, REPORT):
        values = _json(folder, REPORT)
        return Summary(
            questions=_count(values["questions"]),
            answerable=_count(values["answerable"]),
            results=_results(values["results"]),
            table=Table(**{name: _count(values["table"][name]) for name in Table.__slots__}),
            stages={_text(stage): _count(count) for stage, count in values["stages"].items()},
            violations=_count(values["violations"]),
            tags={_text(tag): _results(results) for tag, results in values["tags"].items()},
            curve=tuple(
                Point(float(row["threshold"]), _share(row["coverage"]), _share(row["risk"])) for row in values["curve"]
            ),
            bins=tuple(
                Bin(_share(row["confidence"]), _share(row["observed"]), _count(row["count"])) for row in values["bins"]
            ),
            simplest=tuple(
                delta_from(_text(answerer), name, row)
                for answerer, rows in values.get("simplest", {}).items()
                for name, row in rows.items()
                if name in BY_NAME
            ),
        )


def read_times(folder: Path) -> Timings:
    """Read ``timings.jsonl``; a time that cannot be one is left out."""
    with reading(folder, TIMINGS):
        times = read_timings(folder / TIMINGS, total=0.0).milliseconds
        return Timings(tuple(ms for ms in times if 0 <= ms <= _DAY_MS), 0.0)


def read_questions(folder: Path) -> tuple[Record, ...]:
    """Read ``records.jsonl``, each record checked."""
    with reading(folder, RECORDS):
        records = read_records(folder / RECORDS)
        for record in records:
            _check(record)
        return tuple(records)


@contextmanager
def reading(folder: Path, name: str) -> Iterator[None]:
    """Turn whatever is wrong with a file of a run into one line about it; the folder's path is not in it."""
    try:
        size = (folder / name).stat().st_size
        if size > LIMITS[name]:
            raise FootnoteError(f"{name} is larger than {LIMITS[name] >> 20} MB")
        yield
    except OSError as error:
        raise FootnoteError(f"{name} cannot be read: {error.strerror}") from error
    except FootnoteError as error:
        raise FootnoteError(str(error).replace(f"{folder}/", "")) from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise FootnoteError(f"{name} is not that of a run: {_line(error)}") from error


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())[:120]
    return f"{text} is missing" if isinstance(error, KeyError) else text or type(error).__name__


def _json(folder: Path, name: str) -> dict[str, Any]:
    value = json.loads((folder / name).read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"an object was expected, not {kind_of(value)}")
    return value


def _results(values: Mapping[str, Any]) -> tuple[Result, ...]:
    return tuple(
        Result(name, _share(row["value"]), _share(row["low"]), _share(row["high"]), _count(row["count"]))
        for name, row in values.items()
        if name in BY_NAME
    )


def _check(record: Record) -> None:
    """Raise when a record holds something that cannot be shown or compared."""
    plain = (record.id, record.question, record.cluster, record.stage, record.error)
    for text in (*plain, *record.tags, *record.accepted, *record.violations):
        _text(text)
    if record.status not in _STATUSES or not isinstance(record.answerable, bool):
        raise ValueError("a question is neither answered nor declined, or not known to be answerable")
    _share(_number(record.confidence))
    for score in record.scores.values():
        _share(_number(score.value))
        _text(score.reason)
    _check_answer(record.answer)
    _check_spans([*record.cited, *record.draft, *record.passages])
    for evidence in record.gold:
        _text(evidence.quote)
        _check_spans(evidence.spans)


def _check_answer(answer: Mapping[str, Any]) -> None:
    for name in ("text", "standalone_question"):
        _text(answer.get(name, ""))
    for citation in answer.get("citations", ()):
        _text(citation["article_id"])
        _text(citation["quote"])


def _check_spans(spans: Sequence[GoldSpan]) -> None:
    for span in spans:
        _text(span.article_id)
        if _count(span.start) > _count(span.end):
            raise ValueError("a span ends before it begins")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {kind_of(value)}")
    value.encode("utf-8")  # half a surrogate pair cannot be sent to a browser
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise TypeError(f"a count was expected, not {kind_of(value)}")
    return value


def _share(value: object) -> float:
    """Return a number from 0 to 1; NaN for ``null``."""
    if value is None:
        return math.nan
    if not 0 <= (number := _number(value)) <= 1:
        raise ValueError(f"{number:g} is not between 0 and 1")
    return number


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError(f"a number was expected, not {kind_of(value)}")
    return float(value)
