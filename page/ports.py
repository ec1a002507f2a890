"""What the page needs of the rest of Footnote, in its own words; ``qa.engine.Engine`` has it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from footnote.corpus.article import Article
from footnote.corpus.errors import NotFoundError
from footnote.index.database.version_table import Version
from footnote.page import strings
from footnote.qa.events import Event
from footnote.qa.retriever import ScopedQuery


class ArticleStore(Protocol):
    """The articles."""

    def articles(self) -> Sequence[Article]:
        """Return the live articles; their text may be left out."""

    def article(self, article_id: str, version: str = "", /) -> Article:
        """Return an article with its text, or an earlier version; raises ``NotFoundError``."""

    def history(self, article_id: str, /) -> Sequence[Version]:
        """Return the versions of an article, oldest first; none for an article that is not known."""

    def version_of(self, article_id: str, /) -> str | None:
        """Return the version of a live article."""

    def add_feedback(self, kind: str, answer: dict[str, Any], citation: int | None = None, note: str = "") -> int:
        """Keep what somebody said about an answer; raises ``UsageError``."""


class Answerer(Protocol):
    """What answers."""

    @property
    def library(self) -> ArticleStore:
        """The articles that answers come from."""

    @property
    def streams(self) -> bool:
        """Whether an answer comes about so slowly that it is worth showing on the way."""

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = ..., /) -> Iterator[Event]:
        """Yield the steps of answering and at last the answer; raises ``FootnoteError`` with one line for the user."""

    def suggestions(self, limit: int = 4) -> Sequence[str]:
        """Return example questions that the library answers."""

    def warm_up(self) -> None:
        """Load what the first answer needs."""

    def close(self) -> None:
        """Let go of the library."""


def readable(library: ArticleStore, edits: bool, article: str, version: str = "") -> Article:
    """Return an article, or an earlier version of it; of a withdrawn one only to somebody who ``edits``.

    Raises ``NotFoundError``: there is none, or none for them.
    """
    if not edits and library.version_of(article) is None:
        raise NotFoundError(strings.GONE)
    return library.article(article, version)
