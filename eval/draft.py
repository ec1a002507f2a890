"""From what people said about answers to candidate questions, in the form of a suite, for a person to accept.

A candidate is a guess: whether the question can be answered, and which quotes answer it, is read from what somebody
clicked. Each is marked ``"draft": true``, and no run takes it until a person has removed that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from footnote.index.database.feedback import Feedback

Row = dict[str, Any]


def drafts(entries: Iterable[Feedback]) -> list[Row]:
    """Return one candidate for each answer that something was said about, oldest first.

    An entry whose record holds no question makes none. What was said of one answer several times is one candidate.
    """
    by_answer: dict[str | int, list[Feedback]] = defaultdict(list)
    for entry in entries:
        by_answer[_text(entry.answer, "id") or entry.id].append(entry)
    return [row for row in map(_draft, by_answer.values()) if row["question"]]


def _draft(entries: Sequence[Feedback]) -> Row:
    """Return the candidate that the entries about one answer make."""
    answer = entries[0].answer
    answerable = answer.get("status") == "answered" or any(entry.kind == "should have answered" for entry in entries)
    wrong = {entry.citation for entry in entries if entry.kind == "wrong citation" and entry.citation is not None}
    return {
        "id": f"draft-{entries[0].id}",
        "question": _text(answer, "standalone_question") or _text(answer, "question"),
        "answerable": answerable,
        "answers": [],
        "evidence": list(_evidence(answer, wrong)) if answerable else [],
        "tags": ["draft", *dict.fromkeys(entry.kind for entry in entries)],
        "draft": True,
        "note": "\n".join(entry.note for entry in entries if entry.note.strip()),
    }


def _evidence(answer: Mapping[str, Any], wrong: set[int]) -> Iterator[Row]:
    """Yield each quote that may be evidence once: the cited ones that nobody called wrong, else the nearest."""
    cited = [item for item in _objects(answer, "citations") if item.get("n") not in wrong]
    places = [(_text(item, "article_id"), _text(item, "quote")) for item in cited or _objects(answer, "nearest")]
    for article_id, quote in dict.fromkeys(places):
        if article_id and quote:
            yield {"article_id": article_id, "quote": quote}


def _objects(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = record.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value.strip() if isinstance(value, str) else ""
