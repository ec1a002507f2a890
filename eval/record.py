"""The record of one question in a run: what was asked, said and expected, and how it was scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Strict, TypeAdapter, ValidationError

from footnote.corpus.errors import SuiteError
from footnote.eval.jsonl import Share, Text, told
from footnote.eval.suite import Evidence, GoldSpan

Status = Literal["answered", "abstained", "failed"]
Stage = Literal["", "error", "retrieval", "selection", "abstention", "verification"]


def _shown(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an answer record; raise ValueError where what is shown of it is not text."""
    texts = [answer.get("text", ""), answer.get("standalone_question", "")]
    for citation in answer.get("citations", ()):
        if not isinstance(citation, dict):
            raise ValueError("a citation is no object")
        texts += [citation.get("article_id"), citation.get("quote")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text is none")
    return answer


def _forward(spans: tuple[GoldSpan, ...]) -> tuple[GoldSpan, ...]:
    if any(span.start > span.end for span in spans):
        raise ValueError("a span ends before it begins")
    return spans


Spans = Annotated[tuple[GoldSpan, ...], AfterValidator(_forward)]


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value for one question, and what it was read from, in words."""

    value: Share
    reason: Text


@dataclass(frozen=True, slots=True)
class Record:
    """One question of a run.

    ``answer`` is the answer record without its timings, and empty when the question failed. ``stage`` names
    where a question that was not got right went wrong. ``violations`` are broken promises: a citation that
    does not resolve, a quote that is not verbatim, a citation on an abstention.
    """

    id: Text
    question: Text
    answerable: Annotated[bool, Strict()]
    status: Status
    confidence: Share
    cluster: Text
    tags: tuple[Text, ...] = ()
    accepted: tuple[Text, ...] = ()
    gold: tuple[Evidence, ...] = ()
    answer: Annotated[Mapping[str, Any], AfterValidator(_shown)] = field(default_factory=dict)
    cited: Spans = ()
    draft: Spans = ()
    passages: Spans = ()
    scores: Mapping[str, Score] = field(default_factory=dict)
    stage: Stage = ""
    violations: tuple[Text, ...] = ()
    error: Text = ""

    @property
    def text(self) -> str:
        """What was said, with its footnote markers."""
        return str(self.answer.get("text", "")) or self.error

    def value(self, name: str) -> float | None:
        """Return a score's value; ``None`` when the measure does not apply to this question."""
        score = self.scores.get(name)
        return None if score is None else score.value


READER = TypeAdapter(Record)
"""Reads a record back that was written as JSON; raises :class:`pydantic.ValidationError` for anything else."""


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
            records.append(READER.validate_json(line))
        except ValidationError as error:
            raise SuiteError(f"{path}:{number}: not a record of a run: {told(error)}") from error
    return records
