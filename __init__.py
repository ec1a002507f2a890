"""Footnote: questions about news articles, answered with a footnote for every sentence.

>>> import footnote
>>> with footnote.open_library("news") as library:
...     for outcome in footnote.add(library, "articles/"):
...         print(outcome)
...     print(footnote.ask(library, "When did the bridge reopen?").text)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footnote.corpus.result import Refusal
    from footnote.index.passages import Added
    from footnote.qa.answer import Answer
    from footnote.qa.engine import Engine

__all__ = ["add", "ask", "open_library"]


@contextmanager
def open_library(home: str | Path) -> Iterator[Engine]:
    """Open the library in a folder, making it when it is new.

    Raises:
        footnote.corpus.errors.FootnoteError: the library cannot be opened, or is of another model.
    """
    from footnote.corpus.settings import Settings
    from footnote.qa.engine import Engine

    engine = Engine.open(Settings(home=Path(home)))
    try:
        yield engine
    finally:
        engine.close()


def add(library: Engine, *sources: str | Path) -> Iterator[Added | Refusal]:
    """Add files, folders and web addresses, yielding what became of each article once it is committed.

    Nothing is read before the first is asked for; one that cannot be read is a `Refusal`, and the others go on.
    """
    from footnote.corpus.result import Refusal
    from footnote.corpus.sources import read_sources

    for item in read_sources(str(source) for source in sources):
        if isinstance(item, Refusal):
            yield item
        else:
            yield from library.add_many([item])


def ask(library: Engine, question: str) -> Answer:
    """Answer a question with footnotes, or decline to: see `footnote.qa.answer.Answer`.

    Raises:
        footnote.corpus.errors.UsageError: the question is empty or over 2,000 characters.
    """
    return library.ask(question)
