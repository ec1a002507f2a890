"""Moves a library to another model, or to another way of cutting: the old index answers until the new one is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.index import shadow_index
from footnote.index.passages import PassageIndex

_WINDOW_CHARS = 60_000


def reindex(index: PassageIndex) -> Iterator[int]:
    """Build a second index with the model of ``index``, and let it answer once it holds every article.

    Yields, after each article, how many are left: what an interrupted run has done is not done again, and articles
    that come in or change meanwhile are taken along. The last step is one transaction.

    Raises:
        LibraryError: another process is doing the same, or the library cannot be written.
        ModelError: the model cannot be loaded.
    """
    library = index.library
    with library.engine.one_at_a_time("reindex") as alone:
        if not alone:
            raise LibraryError("another process is reindexing this library; wait until it is done")
        shadow_index.begin(library, index.made_with())
        while not shadow_index.switch(library):
            yield from _fill(index, shadow_index.waiting(library))


def _fill(index: PassageIndex, ids: Sequence[str]) -> Iterator[int]:
    left = len(ids)
    for window in _windows(index, ids):
        for article, chunks in zip(window, index.cut_and_encode(window), strict=True):
            shadow_index.store(index.library, article, chunks)
            left -= 1
            yield left


def _windows(index: PassageIndex, ids: Sequence[str]) -> Iterator[list[Article]]:
    """Read articles, in groups that give the model full batches; those that are gone meanwhile are left out."""
    window: list[Article] = []
    for article_id in ids:
        try:
            window.append(index.library.article(article_id))
        except NotFoundError:
            continue
        if sum(len(article.text) for article in window) >= _WINDOW_CHARS:
            yield window
            window = []
    if window:
        yield window
