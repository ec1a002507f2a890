"""From what people said about answers to candidate questions, in the form of a suite, for a person to accept.

A candidate is a guess: whether the question can be answered, and which quotes answer it, is read from what somebody
clicked. Each is marked ``"draft": true``, and no run takes it until a person has removed that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from footnote.index.database.feedback import Feedback

WRONG_CITATION = "wrong citation"
Row = dict[str, Any]


def drafts(entries: Iterable[Feedback]) -> list[Row]:
    """Return one candidate for each answer that something was said about, oldest first.

    An entry whose record holds no question makes none. What was said of one answer several times is one candidate.
    """
    made = (draft(group) for group in by_answer(entries))
    return [row for row in made if row["question"]]


def by_answer(entries: Iterable[Feedback]) -> list[list[Feedback]]:
    """Return the entries in groups: those about one answer together, in the order of the first of each."""
    groups: dict[str, list[Feedback]] = {}
    for entry in entries:
        name = entry.answer.get("id")
        groups.setdefault(f"answer {name}" if name and isinstance(name, str) else f"entry {entry.id}", []).append(entry)
    return list(groups.values())


def draft(entries: Sequence[Feedback]) -> Row:
    """Return the candidate that the entries about one answer make; ``entries`` must not be empty."""
    first = entries[0]
    answer = first.answer
    answerable = any(is_answerable(entry) for entry in entries)
    wrong = {entry.citation for entry in entries if entry.kind == WRONG_CITATION and entry.citation is not None}
    return {
        "id": f"draft-{first.id}",
        "question": text_of(answer, "standalone_question") or text_of(answer, "question"),
        "answerable": answerable,
        "answers": [],
        "evidence": list(candidates(answer, wrong)) if answerable else [],
        "tags": ["draft", *dict.fromkeys(entry.kind for entry in entries)],
        "draft": True,
        "note": "\n".join(entry.note for entry in entries if entry.note.strip()),
    }


def is_answerable(entry: Feedback) -> bool:
    """Guess whether a question can be answered: what was answered, and what was wrongly declined."""
    return entry.kind == "should have answered" or entry.answer.get("status") == "answered"


def candidates(answer: Mapping[str, Any], wrong: set[int]) -> Iterator[Row]:
    """Yield each quote that may be evidence once: the cited ones that nobody called wrong, else the nearest."""
    cited = [item for item in objects(answer, "citations") if item.get("n") not in wrong]
    found: dict[tuple[str, str], Row] = {}
    for item in cited or objects(answer, "nearest"):
        article_id, quote = text_of(item, "article_id"), text_of(item, "quote")
        if article_id and quote:
            found.setdefault((article_id, quote), {"article_id": article_id, "quote": quote})
    yield from found.values()


def objects(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return a field's objects; none when it is no list."""
    value = record.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(record: Mapping[str, Any], name: str) -> str:
    """Return a field's text without white space around it; empty when it is no text."""
    value = record.get(name)
    return value.strip() if isinstance(value, str) else ""


def as_jsonl(rows: Iterable[Row]) -> str:
    """Return candidates as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
