"""Moves a library to another model, or to another way of cutting: the old index answers until the new one is whole."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.index import shadow_index
from footnote.index.passages import PassageIndex, windows


def reindex(index: PassageIndex) -> Iterator[int]:
    """Build a second index with the model of ``index``, and let it answer once it holds every article.

    Yields, after each article, how many are left: what an interrupted run has done is not done again, and articles that
    come in or change meanwhile are taken along. The last step is one transaction. Raises ``LibraryError`` where another
    process is doing the same, or the library cannot be written; ``ModelError`` where the model cannot be loaded.
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
    for window in windows(_articles(index, ids), lambda article: len(article.text)):
        for article, chunks in zip(window, index.cut_and_encode(window), strict=True):
            shadow_index.store(index.library, article, chunks)
            left -= 1
            yield left


def _articles(index: PassageIndex, ids: Sequence[str]) -> Iterator[Article]:
    """Read articles; those that are gone meanwhile are left out."""
    for article_id in ids:
        with suppress(NotFoundError):
            yield index.library.article(article_id)
