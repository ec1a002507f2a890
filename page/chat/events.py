"""What the browser sends, turned into records or refused: nothing of it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl

from footnote.corpus.dates import partial_date
from footnote.corpus.errors import UsageError
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.conversations import MAX_QUESTION
from footnote.page.chat.highlights import Mark

Kind = Literal["footnote", "passage", "read", "found"]
View = Literal["article", "changes", "read"]
Drop = Literal["", "carry", "dates", "outlet", "after", "before", "publisher", "tag", "article", "as_of"]
Form = Literal["markdown", "evidence"]

MAX_NOTE = 1000
"""The longest note on an answer, in characters."""

_MAX_SPANS = 100
_MAX_ID = 1000
_MAX_ADDRESS = 16_000
_MAX_NUMBER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """What goes with a question: limits on the articles, and the number of the turn that it takes the place of.

    By its ``token`` the page that asks knows the turn again.
    """

    scope: Scope = field(default_factory=Scope)
    replaces: int | None = None
    token: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """What the page's address asks for: a conversation by its id, or a single answer by its link."""

    conversation: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What the pane shall show: an article, what changed in it, or what was read for an answer.

    Of an article: ``cited`` is the span to highlight, ``also`` the answer's other spans in it, and ``n`` of ``count``
    the place among the footnotes, or nearest passages, of one answer; a span of the kind ``read`` was read for an
    answer and not quoted, and one of the kind ``found`` is what a search has met. An empty ``article`` asks for the
    list of articles. The changes are those from ``version`` on, or from the version before it where ``n`` is 0. What
    was read is that for the answer of ``turn``. ``token`` comes back with the pane.
    """

    article: str
    version: str = ""
    cited: Mark | None = None
    also: tuple[Mark, ...] = ()
    kind: Kind = "footnote"
    n: int = 1
    count: int = 1
    token: int = 0
    view: View = "article"
    turn: int = 0


@dataclass(frozen=True, slots=True)
class AgainRequest:
    """A turn to ask again, without a part of how it was understood or limited; ``drop`` is empty to drop nothing."""

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


def options(data: object) -> QuestionOptions:
    """Return what goes with a question; nothing at all, where nothing was sent.

    Raises ``UsageError`` for anything that is not of the documented form, such as a date that is none.
    """
    if data is None or data == "":
        return QuestionOptions()
    fields = fields_of(data)
    replaces = fields.get("replaces")
    publisher, tag, article = (_name(fields.get(name, "")) for name in ("publisher", "tag", "article"))
    after, before, as_of = (_date(fields.get(name, "")) for name in ("after", "before", "as_of"))
    return QuestionOptions(
        Scope(after, before, publisher, as_of, tag=tag, article=article),
        None if replaces is None else number_of(replaces),
        token(fields),
    )


def token(data: object) -> int:
    """Return the token that goes with a question; 0 for anything else."""
    given = data.get("token") if isinstance(data, Mapping) else None
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _MAX_NUMBER else 0


def address(query: object) -> Address:
    """Return what the query of the page's address asks for; nothing, where that is not of this form."""
    found = dict(parse_qsl(query.removeprefix("?"))) if isinstance(query, str) and len(query) <= _MAX_ADDRESS else {}
    return Address(found.get("c", ""), found.get("a", ""))


def conversation(data: object) -> str:
    """Return the id of the conversation to go back to; an empty string for anything else."""
    wanted = data.get("conversation") if isinstance(data, Mapping) else None
    return wanted if isinstance(wanted, str) else ""


def open_request(data: object) -> OpenRequest:
    """Return the request to show an article.

    Raises ``UsageError`` for anything that is not of the documented form.
    """
    data = fields_of(data)
    others = data.get("also", [])
    if not isinstance(others, list) or len(others) > _MAX_SPANS:
        raise UsageError(strings.BAD_REQUEST)
    cited = data.get("cited")
    return OpenRequest(
        article=_name(data.get("article")),
        version=_name(data.get("version", "")),
        cited=None if cited is None else _span(cited),
        also=tuple(_span(other) for other in others),
        kind=_choice(data.get("kind", "footnote"), get_args(Kind)),
        n=number_of(data.get("n", 1)),
        count=number_of(data.get("count", 1)),
        token=number_of(data.get("token", 0)),
        view=_choice(data.get("view", "article"), get_args(View)),
        turn=number_of(data.get("turn", 0)),
    )


def again_request(data: object) -> AgainRequest:
    """Return which turn to ask again, and how. Raises ``UsageError`` for anything else."""
    fields = fields_of(data)
    return AgainRequest(number_of(fields.get("turn")), _choice(fields.get("drop"), get_args(Drop)))


def feedback_request(data: object) -> FeedbackRequest:
    """Return what somebody says about an answer.

    Raises ``UsageError`` for anything else, and for a note that is longer than ``MAX_NOTE`` characters.
    """
    fields = fields_of(data)
    note = fields.get("note", "")
    if not isinstance(note, str):
        raise UsageError(strings.BAD_REQUEST)
    if len(note) > MAX_NOTE:
        raise UsageError(strings.NOTE_TOO_LONG.format(count=len(note), most=MAX_NOTE))
    kind = _choice(fields.get("kind"), tuple(strings.FEEDBACK))
    return FeedbackRequest(number_of(fields.get("turn")), kind, number_of(fields.get("citation", 0)), note.strip())


def take_request(data: object) -> TakeRequest:
    """Return what to save, and as what. Raises ``UsageError`` for anything else."""
    fields = fields_of(data)
    turn = fields.get("turn")
    return TakeRequest(None if turn is None else number_of(turn), _choice(fields.get("form"), get_args(Form)))


def fields_of(data: object) -> Mapping[str, object]:
    """Return the fields of what a page sent. Raises ``UsageError`` for anything else."""
    if not isinstance(data, Mapping):
        raise UsageError(strings.BAD_REQUEST)
    return data


def _choice(value: object, words: tuple[Any, ...]) -> Any:  # noqa: ANN401  (one of the words of a Literal)
    """Return the value where it is one of these words."""
    if not isinstance(value, str) or value not in words:
        raise UsageError(strings.BAD_REQUEST)
    return value


def _date(value: object) -> str:
    """Return a date as YYYY, YYYY-MM or YYYY-MM-DD, or an empty string."""
    if not isinstance(value, str) or (value and partial_date(value[:20]) != value):
        raise UsageError(strings.BAD_DATE)
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_ID:
        raise UsageError(strings.BAD_REQUEST)
    return value


def number_of(value: object) -> int:
    """Return a number that a page sent, 0 or more. Raises ``UsageError`` for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_NUMBER:
        raise UsageError(strings.BAD_REQUEST)
    return value


def _span(value: object) -> Mark:
    if not isinstance(value, list) or len(value) != 2:
        raise UsageError(strings.BAD_REQUEST)
    return Mark(number_of(value[0]), number_of(value[1]))
