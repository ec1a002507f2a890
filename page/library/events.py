"""What the library page sends, turned into records or refused: nothing of it is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from footnote.corpus.dates import partial_date
from footnote.corpus.errors import UsageError
from footnote.index.database.tags import MAX_TAG
from footnote.index.library import METADATA
from footnote.index.listing import ListingQuery, Order
from footnote.page import strings
from footnote.page.chat.events import fields_of, number_of

View = Literal["text", "changes"]
Doing = Literal["edit", "withdraw", "restore", "purge"]
Together = Literal["withdraw", "tag", "untag", "export"]

MAX_TOGETHER = 1_000
"""With so many articles something is done at a time."""

MAX_WORDS = 200
"""The longest search, in characters."""

MAX_FIELD = 2_000
"""The longest value of a field of metadata, in characters."""

MAX_AUTHORS = 100

_MAX_ID = 1_000
_MAX_REFUSED = 200


@dataclass(frozen=True, slots=True)
class Open:
    """An article to show, or what changed with one of its versions; an empty ``version`` is the current one."""

    article: str
    version: str = ""
    view: View = "text"


@dataclass(frozen=True, slots=True)
class Change:
    """Something to do with an article; ``fields`` are those to set, and ``seen`` marks what the editor saw."""

    doing: Doing
    article: str
    fields: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something to do with several articles; ``tag`` is the one to give or take."""

    doing: Together
    articles: tuple[str, ...]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What became of what waits to be added: a number to leave out, or all; files that were too large to be sent.

    ``correct`` is the number of one whose ``fields`` are to be set.
    """

    leave: int | None = None
    clear: bool = False
    refused: Sequence[str] = ()
    correct: int | None = None
    fields: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def wanted(asked: Mapping[str, str]) -> ListingQuery:
    """Return which page of the table an address asks for. Raises ``UsageError`` for what is not of that form."""
    order, _, way = (asked.get("order") or "published descending").partition(" ")
    if order not in get_args(Order):
        raise UsageError(strings.BAD_REQUEST)
    page = asked.get("page") or "0"
    return ListingQuery(
        words=_text(asked, "words", MAX_WORDS).strip(),
        publisher=_text(asked, "publisher", MAX_FIELD),
        tag=_text(asked, "tag", MAX_TAG),
        after=_date(asked, "after"),
        before=_date(asked, "before"),
        order=order,  # type: ignore[arg-type]
        descending=way != "ascending",
        withdrawn=bool(asked.get("withdrawn")),
        page=number_of(int(page) if page.isascii() and page.isdigit() and len(page) < 10 else None),
    )


def opened(asked: Mapping[str, str]) -> Open:
    """Return which article an address asks for, if any. Raises ``UsageError`` for anything else."""
    view: View = "changes" if asked.get("view") == "changes" else "text"
    return Open(_text(asked, "article", _MAX_ID), _text(asked, "version", 64), view)


def change(data: object) -> Change:
    """Return what to do with an article. Raises ``UsageError`` for anything else."""
    fields = fields_of(data)
    doing = fields.get("doing")
    article = _text(fields, "article", _MAX_ID)
    if doing not in get_args(Doing) or not article:
        raise UsageError(strings.BAD_REQUEST)
    values = metadata(fields.get("fields", {}))
    return Change(doing, article, values, _text(fields, "seen", 64))  # type: ignore[arg-type]


def bulk(data: object) -> Bulk:
    """Return what to do with several articles. Raises ``UsageError`` for anything else."""
    fields = fields_of(data)
    doing, articles = fields.get("doing"), fields.get("articles")
    if doing not in get_args(Together) or not isinstance(articles, list) or not 0 < len(articles) <= MAX_TOGETHER:
        raise UsageError(strings.BAD_REQUEST)
    if not all(isinstance(article, str) and len(article) <= _MAX_ID for article in articles):
        raise UsageError(strings.BAD_REQUEST)
    return Bulk(doing, tuple(articles), _text(fields, "tag", MAX_TAG))  # type: ignore[arg-type]


def waiting(data: object) -> Waiting:
    """Return what became of what waits to be added. Raises ``UsageError`` for anything else."""
    if data is None:
        return Waiting()
    fields = fields_of(data)
    refused = fields.get("refused", [])
    if not isinstance(refused, list) or len(refused) > _MAX_REFUSED or not all(isinstance(n, str) for n in refused):
        raise UsageError(strings.BAD_REQUEST)
    leave = fields.get("leave")
    number = None if leave is None else number_of(leave)
    correct = fields.get("correct")
    return Waiting(
        number,
        fields.get("clear", False) is True,
        [name[:_MAX_ID] for name in refused],
        None if correct is None else number_of(correct),
        metadata(fields.get("fields", {})),
    )


def metadata(data: object) -> dict[str, str | list[str]]:
    """Return fields of metadata that somebody filled in; authors are a line each, the names of the rest are known.

    Raises ``UsageError`` for anything else.
    """
    fields = fields_of(data)
    if fields.keys() - set(METADATA):
        raise UsageError(strings.BAD_REQUEST)
    values: dict[str, str | list[str]] = {}
    for name in fields:
        if name == "authors":
            lines = _text(fields, name, MAX_FIELD * 5).splitlines()[: MAX_AUTHORS + 1]
            values[name] = [line.strip() for line in lines if line.strip()]
        else:
            values[name] = _text(fields, name, MAX_FIELD).strip()
    return values


def _text(fields: Mapping[str, object], name: str, most: int) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise UsageError(strings.BAD_REQUEST)
    return value


def _date(fields: Mapping[str, object], name: str) -> str:
    value = _text(fields, name, 20).strip()
    if value and not partial_date(value):
        raise UsageError(strings.LIBRARY_BAD_DATE.format(date=value))
    return value
