"""What the browser sends, turned into records or refused: nothing of it is trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BeforeValidator, Field

from footnote.corpus.dates import partial_date
from footnote.corpus.errors import UsageError
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.conversations import MAX_QUESTION
from footnote.page.chat.pane import Mark
from footnote.page.web import Name, Number, validated

Kind = Literal["footnote", "passage", "read", "found"]
View = Literal["article", "changes", "read"]
Drop = Literal["", "carry", "dates", "outlet", "after", "before", "publisher", "tag", "article", "as_of"]
Form = Literal["markdown", "evidence"]

MAX_NOTE = 1000  # the longest note on an answer, in characters
_MAX_ADDRESS = 16_000


def _day(value: object) -> str:
    """Return a date as YYYY, YYYY-MM or YYYY-MM-DD, or an empty string."""
    if not isinstance(value, str) or (value and partial_date(value[:20]) != value):
        raise UsageError(strings.BAD_DATE)
    return value


def _note(value: str) -> str:
    if len(value) > MAX_NOTE:
        raise UsageError(strings.NOTE_TOO_LONG.format(count=len(value), most=MAX_NOTE))
    return value.strip()


Day = Annotated[str, BeforeValidator(_day)]


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """What goes with a question: limits, the turn that it replaces, and the ``token`` by which its page knows it."""

    after: Day = ""
    before: Day = ""
    as_of: Day = ""
    publisher: Name = ""
    tag: Name = ""
    article: Name = ""
    replaces: Number | None = None
    token: Number = 0

    @property
    def scope(self) -> Scope:
        """The limits."""
        return Scope(self.after, self.before, self.publisher, self.as_of, article=self.article, tag=self.tag)


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What the pane shall show: an article, what changed in it, or what was read for an answer.

    Of an article: ``cited`` is the span to highlight, ``also`` the answer's other spans in it, and ``n`` of ``count``
    the place among the footnotes, or nearest passages, of one answer; a span of the kind ``read`` was read for an
    answer and not quoted, and one of the kind ``found`` is what a search has met. An empty ``article`` asks for the
    list of articles. The changes are those from ``version`` on, or from the version before it where ``n`` is 0. What
    was read is that for the answer of ``turn``. ``token`` comes back with the pane.
    """

    article: Name
    version: Name = ""
    cited: Mark | None = None
    also: Annotated[tuple[Mark, ...], Field(max_length=100)] = ()
    kind: Kind = "footnote"
    n: Number = 1
    count: Number = 1
    token: Number = 0
    view: View = "article"
    turn: Number = 0


@dataclass(frozen=True, slots=True)
class AgainRequest:
    """A turn to ask again, without a part of how it was understood or limited; ``drop`` is empty to drop nothing."""

    turn: Number
    drop: Drop


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """What somebody says about the answer of a turn, or about one of its footnotes (0: about none)."""

    turn: Number
    kind: Annotated[str, Field(pattern=f"^({'|'.join(strings.FEEDBACK)})$")]
    citation: Number = 0
    note: Annotated[str, AfterValidator(_note)] = ""


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """A turn's answer to save, or the whole conversation where ``turn`` is None."""

    form: Form
    turn: Number | None = None


def question(value: object) -> str:
    """Return the question without white space around it; raises ``UsageError`` for none, and over `MAX_QUESTION`."""
    if not isinstance(value, str):
        raise UsageError(strings.BAD_REQUEST)
    if len(value) > MAX_QUESTION:
        raise UsageError(strings.QUESTION_TOO_LONG.format(count=len(value), most=MAX_QUESTION))
    if not value.strip():
        raise UsageError(strings.EMPTY_QUESTION)
    return value.strip()


def options(data: object) -> QuestionOptions:
    """Return what goes with a question; nothing at all, where nothing was sent. Raises ``UsageError``."""
    return validated(QuestionOptions, {} if data in (None, "") else data)


def token(data: object) -> int:
    """Return the token that goes with a question that is refused; 0 where there is none."""
    try:
        return options({"token": data["token"]} if isinstance(data, Mapping) and "token" in data else {}).token
    except UsageError:
        return 0


def address(query: object) -> tuple[str, str]:
    """Return the id of a conversation, and the link of a single answer, that a query asks for; empty for neither."""
    asked = dict(parse_qsl(query.removeprefix("?"))) if isinstance(query, str) and len(query) <= _MAX_ADDRESS else {}
    return asked.get("c", ""), asked.get("a", "")


def conversation(data: object) -> str:
    """Return the id of the conversation to go back to; an empty string for anything else."""
    wanted = data.get("conversation") if isinstance(data, Mapping) else None
    return wanted if isinstance(wanted, str) else ""
