"""What the browser sends, turned into records or refused: nothing of it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.errors import UsageError
from page import strings
from page.conversations import MAX_QUESTION
from page.marks import Span

Kind = Literal["footnote", "passage"]
Drop = Literal["carry", "dates"]
Form = Literal["markdown", "evidence"]

MAX_NOTE = 1000
"""The longest note on an answer, in characters."""

_MAX_SPANS = 100
_MAX_ID = 1000
_MAX_NUMBER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An article to show: the span to highlight, the answer's other spans in it, and where one is.

    ``n`` of ``count`` is the place among the footnotes, or nearest passages, of one answer. ``token`` comes
    back with the pane. An empty ``article`` asks for the list of articles.
    """

    article: str
    version: str = ""
    cited: Span | None = None
    also: tuple[Span, ...] = ()
    kind: Kind = "footnote"
    n: int = 1
    count: int = 1
    token: int = 0


@dataclass(frozen=True, slots=True)
class AgainRequest:
    """A turn to ask again, without what it took from the conversation, or without limits on dates."""

    turn: int
    drop: Drop


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """What somebody says about the answer of a turn, or about one of its footnotes (0: about none)."""

    turn: int
    kind: str
    citation: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """A turn's answer to save, or the whole conversation where ``turn`` is None."""

    turn: int | None
    form: Form


def question(value: object) -> str:
    """Return the question without white space around it.

    Raises ``UsageError`` when it is no text, empty, or longer than ``MAX_QUESTION`` characters.
    """
    if not isinstance(value, str):
        raise UsageError(strings.BAD_REQUEST)
    if len(value) > MAX_QUESTION:
        raise UsageError(strings.QUESTION_TOO_LONG.format(count=len(value), most=MAX_QUESTION))
    asked = value.strip()
    if not asked:
        raise UsageError(strings.EMPTY_QUESTION)
    return asked


def open_request(data: object) -> OpenRequest:
    """Return the request to show an article.

    Raises ``UsageError`` for anything that is not of the documented form.
    """
    data = _fields(data)
    others = data.get("also", [])
    if not isinstance(others, list) or len(others) > _MAX_SPANS:
        raise UsageError(strings.BAD_REQUEST)
    cited = data.get("cited")
    return OpenRequest(
        article=_name(data.get("article")),
        version=_name(data.get("version", "")),
        cited=None if cited is None else _span(cited),
        also=tuple(_span(other) for other in others),
        kind="passage" if data.get("kind") == "passage" else "footnote",
        n=_number(data.get("n", 1)),
        count=_number(data.get("count", 1)),
        token=_number(data.get("token", 0)),
    )


def again_request(data: object) -> AgainRequest:
    """Return which turn to ask again, and how. Raises ``UsageError`` for anything else."""
    fields = _fields(data)
    return AgainRequest(_number(fields.get("turn")), "carry" if _choice(fields, "drop", "carry", "dates") else "dates")


def feedback_request(data: object) -> FeedbackRequest:
    """Return what somebody says about an answer.

    Raises ``UsageError`` for anything else, and for a note that is longer than ``MAX_NOTE`` characters.
    """
    fields = _fields(data)
    note = fields.get("note", "")
    if not isinstance(note, str):
        raise UsageError(strings.BAD_REQUEST)
    if len(note) > MAX_NOTE:
        raise UsageError(strings.NOTE_TOO_LONG.format(count=len(note), most=MAX_NOTE))
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in strings.FEEDBACK:
        raise UsageError(strings.BAD_REQUEST)
    return FeedbackRequest(_number(fields.get("turn")), kind, _number(fields.get("citation", 0)), note.strip())


def take_request(data: object) -> TakeRequest:
    """Return what to save, and as what. Raises ``UsageError`` for anything else."""
    fields = _fields(data)
    turn = fields.get("turn")
    form: Form = "markdown" if _choice(fields, "form", "markdown", "evidence") else "evidence"
    return TakeRequest(None if turn is None else _number(turn), form)


def _fields(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise UsageError(strings.BAD_REQUEST)
    return data


def _choice(fields: Mapping[str, object], name: str, first: str, second: str) -> bool:
    """Tell whether a field is the first of the two values that it may have."""
    value = fields.get(name)
    if value != first and value != second:
        raise UsageError(strings.BAD_REQUEST)
    return bool(value == first)


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_ID:
        raise UsageError(strings.BAD_REQUEST)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_NUMBER:
        raise UsageError(strings.BAD_REQUEST)
    return value


def _span(value: object) -> Span:
    if not isinstance(value, list) or len(value) != 2:
        raise UsageError(strings.BAD_REQUEST)
    return Span(_number(value[0]), _number(value[1]))
