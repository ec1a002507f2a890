"""What the page needs of the rest of Footnote, in its own words; ``qa.engine.Engine`` has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from corpus.article import Article
from qa.answer import Answer


class Library(Protocol):
    """The articles."""

    def articles(self) -> Sequence[Article]:
        """Return the live articles; their text may be left out."""

    def article(self, article_id: str, version: str = "", /) -> Article:
        """Return an article with its text, or an earlier version; raises ``NotFoundError``."""


class Asked(Protocol):
    """What answers."""

    @property
    def library(self) -> Library:
        """The articles that answers come from."""

    def ask(self, question: str) -> Answer:
        """Answer a question; raises ``FootnoteError`` with one line for the user."""

    def suggestions(self, limit: int = 4) -> Sequence[str]:
        """Return example questions that the library answers."""

    def warm_up(self) -> None:
        """Load what the first answer needs."""

    def close(self) -> None:
        """Let go of the library."""
