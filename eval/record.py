"""The record of one question in a run: what was asked, said and expected, and how it was scored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from footnote.corpus.errors import SuiteError
from footnote.eval.suite import Evidence, GoldSpan

Status = Literal["answered", "abstained", "failed"]
Stage = Literal["", "error", "retrieval", "selection", "abstention", "verification"]


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value for one question, and what it was read from, in words."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """One question of a run.

    ``answer`` is the answer record without its timings, and empty when the question failed. ``stage`` names
    where a question that was not got right went wrong. ``violations`` are broken promises: a citation that
    does not resolve, a quote that is not verbatim, a citation on an abstention.
    """

    id: str
    question: str
    answerable: bool
    status: Status
    confidence: float
    cluster: str
    tags: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    gold: tuple[Evidence, ...] = ()
    answer: Mapping[str, Any] = field(default_factory=dict)
    cited: tuple[GoldSpan, ...] = ()
    draft: tuple[GoldSpan, ...] = ()
    passages: tuple[GoldSpan, ...] = ()
    scores: Mapping[str, Score] = field(default_factory=dict)
    stage: Stage = ""
    violations: tuple[str, ...] = ()
    error: str = ""

    @property
    def text(self) -> str:
        """What was said, with its footnote markers."""
        return str(self.answer.get("text", "")) or self.error

    def value(self, name: str) -> float | None:
        """Return a score's value; ``None`` when the measure does not apply to this question."""
        score = self.scores.get(name)
        return None if score is None else score.value

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, keys in the order above."""
        return {
            "id": self.id,
            "question": self.question,
            "answerable": self.answerable,
            "status": self.status,
            "confidence": self.confidence,
            "cluster": self.cluster,
            "tags": list(self.tags),
            "accepted": list(self.accepted),
            "gold": [
                {"article_id": e.article_id, "quote": e.quote, "spans": [[s.start, s.end] for s in e.spans]}
                for e in self.gold
            ],
            "answer": dict(self.answer),
            "cited": [plain(span) for span in self.cited],
            "draft": [plain(span) for span in self.draft],
            "passages": [plain(span) for span in self.passages],
            "scores": {name: {"value": s.value, "reason": s.reason} for name, s in self.scores.items()},
            "stage": self.stage,
            "violations": list(self.violations),
            "error": self.error,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Record:
        """Return the record that :meth:`to_dict` wrote."""
        fields: dict[str, Any] = {name: values[name] for name in PLAIN}
        fields |= {name: tuple(values[name]) for name in ("tags", "accepted", "violations")}
        fields |= {name: tuple(GoldSpan(*item) for item in values[name]) for name in ("cited", "draft", "passages")}
        fields["gold"] = tuple(gold_from(item) for item in values["gold"])
        fields["scores"] = {name: Score(s["value"], s["reason"]) for name, s in values["scores"].items()}
        return cls(**fields)


PLAIN = ("id", "question", "answerable", "status", "confidence", "cluster", "answer", "stage", "error")


def plain(span: GoldSpan) -> list[str | int]:
    """Return a span as JSON: article, start, end."""
    return [span.article_id, span.start, span.end]


def gold_from(item: Mapping[str, Any]) -> Evidence:
    """Return the evidence of a stored record."""
    article_id = item["article_id"]
    return Evidence(article_id, item["quote"], tuple(GoldSpan(article_id, start, end) for start, end in item["spans"]))


def write_lines(records: Iterable[Record]) -> str:
    """Return records as JSON lines."""
    return "".join(json.dumps(record.to_dict(), ensure_ascii=False) + "\n" for record in records)


def read_records(path: Path) -> list[Record]:
    """Return the records of a run; a last line that was cut short when the run was stopped is left out.

    Raises :class:`SuiteError` for any other line that is not a record, or a file that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error
    records = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            records.append(Record.from_dict(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise SuiteError(f"{path}:{number}: not a record of a run: {error}") from error
    return records
