"""What the browser sends, turned into records or refused: nothing of it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.errors import UsageError
from page import strings
from page.marks import Span
from page.talk import MAX_QUESTION

Kind = Literal["footnote", "passage"]

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
    if not isinstance(data, Mapping):
        raise UsageError(strings.BAD_REQUEST)
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
