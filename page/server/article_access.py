"""What somebody may read of the library: a withdrawn article is for who may edit."""

from __future__ import annotations

from footnote.corpus.article import Article
from footnote.corpus.errors import NotFoundError
from footnote.page import strings
from footnote.page.ports import ArticleStore


def readable(library: ArticleStore, edits: bool, article: str, version: str = "") -> Article:
    """Return an article, or an earlier version of it; of a withdrawn one only to somebody who ``edits``.

    Raises:
        NotFoundError: there is none, or none for them.
    """
    if not edits and library.version_of(article) is None:
        raise NotFoundError(strings.GONE)
    return library.article(article, version)
