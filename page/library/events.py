"""What the library page sends, turned into records or refused: nothing of it is trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from footnote.corpus.dates import partial_date
from footnote.corpus.errors import UsageError
from footnote.index.database.tags import MAX_TAG
from footnote.index.library import METADATA
from footnote.index.listing import ListingQuery
from footnote.page import strings
from footnote.page.markup import MAX_WORDS
from footnote.page.web import Name, Number, validated

MAX_TOGETHER = 1_000  # with so many articles something is done at a time
MAX_FIELD = 2_000  # the longest value of a field of metadata, in characters
MAX_AUTHORS = 100


def _day(value: str) -> str:
    if value.strip() and not partial_date(value.strip()):
        raise UsageError(strings.LIBRARY_BAD_DATE.format(date=value))
    return value.strip()


def metadata(data: object) -> dict[str, str | list[str]]:
    """Return fields of metadata that somebody filled in, authors a line each; else raises ``UsageError``."""
    if not isinstance(data, Mapping) or data.keys() - set(METADATA):
        raise UsageError(strings.BAD_REQUEST)
    values: dict[str, str | list[str]] = {}
    for name, value in data.items():
        if not isinstance(value, str) or len(value) > MAX_FIELD * (5 if name == "authors" else 1):
            raise UsageError(strings.BAD_REQUEST)
        lines = [line.strip() for line in value.splitlines()[: MAX_AUTHORS + 1]]
        values[name] = [line for line in lines if line] if name == "authors" else value.strip()
    return values


Day = Annotated[str, Field(max_length=20), AfterValidator(_day)]
Hash = Annotated[str, Field(max_length=64)]
Metadata = Annotated[Mapping[str, str | Sequence[str]], BeforeValidator(metadata)]
Tag = Annotated[str, Field(max_length=MAX_TAG)]


@dataclass(frozen=True, slots=True)
class Open:
    """An article to show, or what changed with one of its versions; an empty ``version`` is the current one."""

    article: Name = ""
    version: Hash = ""
    view: str = "text"


@dataclass(frozen=True, slots=True)
class Change:
    """Something to do with an article; ``fields`` are those to set, and ``seen`` marks what the editor saw."""

    doing: Literal["edit", "withdraw", "restore", "purge"]
    article: Annotated[Name, Field(min_length=1)]
    fields: Metadata = field(default_factory=dict)
    seen: Hash = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something to do with several articles; ``tag`` is the one to give or take."""

    doing: Literal["withdraw", "tag", "untag", "export"]
    articles: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MAX_TOGETHER)]
    tag: Tag = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits and is to go, by number or all, or to ``correct`` with ``fields``; what was too large to be sent."""

    leave: Number | None = None
    clear: bool = False
    refused: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    correct: Number | None = None
    fields: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typed:
    """A web address to read, or the text of an article and its metadata."""

    address: str = ""
    text: str = ""
    fields: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filters(ListingQuery):
    """Which page of the table an address asks for."""

    words: Annotated[str, Field(max_length=MAX_WORDS), AfterValidator(str.strip)] = ""
    publisher: Annotated[str, Field(max_length=MAX_FIELD)] = ""
    tag: Tag = ""
    after: Day = ""
    before: Day = ""
    page: Annotated[int, Field(ge=0, lt=10**9)] = 0


def wanted(asked: Mapping[str, str]) -> Filters:
    """Return which page of the table an address asks for. Raises ``UsageError`` for what is not of that form."""
    order, _, way = (asked.get("order") or "published descending").partition(" ")
    fields = {"order": order, "descending": way != "ascending", "withdrawn": bool(asked.get("withdrawn"))}
    return validated(Filters, {**asked, **fields, "page": asked.get("page") or "0"})
