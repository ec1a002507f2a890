"""What people said about answers, kept in the library beside the articles that it is about."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from footnote.corpus.errors import UsageError
from footnote.corpus.text import storable
from footnote.index.database.connection import Database, now

Kind = Literal["helpful", "not helpful", "wrong answer", "wrong citation", "should have answered"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MAX_NOTE_CHARS = 2_000
MAX_ANSWER_CHARS = 1_000_000

_TEXTLESS = ("schema", "id", "status")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said about an answer; ``answer`` is its record (``footnote.answer/1``), ``citation`` a footnote."""

    id: int
    created_at: str
    kind: Kind
    answer: dict[str, Any]
    citation: int | None
    note: str


def add_feedback(database: Database, kind: str, answer: dict[str, Any], citation: int | None, note: str) -> int:
    """Keep what somebody said about an answer; returns its number.

    Of an answer that names what the library does not hold, or not any more, no text is kept: it may have been purged.
    Raises ``UsageError`` for an unknown kind, a footnote that is not the answer's, or what is too long.
    """
    if kind not in KINDS:
        raise UsageError(f"{kind[:40]!r} is not a kind of feedback; it is one of: {', '.join(KINDS)}")
    if citation is not None and citation not in _footnotes(answer):
        raise UsageError(f"the answer has no footnote {citation}")
    try:
        record = storable(json.dumps(answer, ensure_ascii=False))
    except (TypeError, ValueError, RecursionError):
        raise UsageError("the answer is not a record that can be kept") from None
    if len(note) > MAX_NOTE_CHARS or len(record) > MAX_ANSWER_CHARS:
        raise UsageError(f"the note is over {MAX_NOTE_CHARS:,} characters, or the answer over {MAX_ANSWER_CHARS:,}")
    with database.change(visible=False) as connection:
        held = "SELECT 1 FROM versions WHERE article_id = ? AND ? IN ('', version)"
        if not all(connection.execute(held, each).fetchone() for each in _named(json.loads(record))):
            record, note = json.dumps({name: answer[name] for name in _TEXTLESS if name in answer}), ""
        row = (now(), kind, citation, storable(note), record)
        adding = "INSERT INTO feedback (created_at, kind, citation, note, answer) VALUES (?, ?, ?, ?, ?) RETURNING id"
        return int(connection.execute(adding, row).fetchone()[0])


def feedback(database: Database) -> list[Feedback]:
    """Return all that was said, oldest first."""
    rows = database.read("SELECT id, created_at, kind, answer, citation, note FROM feedback ORDER BY id")
    return [Feedback(n, at, kind, json.loads(answer), citation, note) for n, at, kind, answer, citation, note in rows]


def quotes(record: object, article_ids: set[str]) -> bool:
    """Tell whether a record names one of the articles anywhere."""
    return any(article in article_ids for article, _ in _named(record))


def _named(record: object) -> Iterator[tuple[str, str]]:
    """Yield each article that a record names anywhere, and the version of it or an empty string."""
    waiting = [record]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            article, version = value.get("article_id"), value.get("version")
            if isinstance(article, str):
                yield article, version if isinstance(version, str) else ""
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _footnotes(answer: dict[str, Any]) -> set[int]:
    citations = answer.get("citations")
    numbers = [each.get("n") for each in citations if isinstance(each, dict)] if isinstance(citations, list) else []
    return {n for n in numbers if isinstance(n, int)}
