"""The articles of a library as a table: searched, filtered, sorted, and given out a page at a time."""

import math
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from footnote.corpus.article import Article
from footnote.corpus.text import fold
from footnote.index.database.connection import Database
from footnote.index.database.records import CURRENT, FIELDS, article_from
from footnote.index.database.tags import tagged
from footnote.index.search.scope import Publications, Scope

Order = Literal["title", "publisher", "published", "added"]

PAGE_ROWS = 50
"""How many articles a page of the table has."""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article of the table, without its text.

    ``added_at`` is when its current version came in, ISO 8601 in UTC; ``withdrawn_at`` is empty while it is live;
    ``versions`` counts the versions that are kept; ``words`` is what a search looks at, folded.
    """

    article: Article
    added_at: str
    withdrawn_at: str = ""
    origin: str = ""
    versions: int = 1
    words: str = ""


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """Which articles to show, and in what order; empty fields do not limit.

    Every word of ``words`` has to occur in the title, an author, the publisher, the id or the address, or the article
    is one of those found by its text. ``publisher`` is a whole name; ``after`` and ``before`` are dates as in
    `index.search.scope.Scope`. ``withdrawn`` shows the withdrawn articles instead. ``page`` counts from 0.
    """

    words: str = ""
    publisher: str = ""
    tag: str = ""
    after: str = ""
    before: str = ""
    order: Order = "published"
    descending: bool = True
    withdrawn: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page of the table: its rows, how many articles there are on all pages, which page it is, and of how many."""

    rows: Sequence[ArticleRow]
    total: int
    page: int
    pages: int


class ArticleTable:
    """The rows of a library, read again when it has changed. Safe to use from several threads."""

    def __init__(self, library: Database) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._read_at = -1
        self._rows: list[ArticleRow] = []

    def rows(self) -> list[ArticleRow]:
        """Return a row for every article, live or withdrawn, by id; another process's changes are there."""
        generation = self._library.generation()
        with self._guard:
            if self._read_at < generation:
                self._rows, self._read_at = read_rows(self._library), generation
            return self._rows

    def row(self, article_id: str) -> ArticleRow | None:
        """Return the row of an article."""
        return next((row for row in self.rows() if row.article.id == article_id), None)

    def of_origin(self, origin: str) -> list[ArticleRow]:
        """Return the live articles that share an origin, the first added first."""
        return sorted((row for row in self.rows() if row.origin == origin and not row.withdrawn_at), key=_KEYS["added"])

    def publishers(self) -> list[tuple[str, int]]:
        """Return each publisher with its number of live articles, by name."""
        count = Counter(row.article.publisher for row in self.rows() if row.article.publisher and not row.withdrawn_at)
        return sorted(count.items(), key=lambda each: _plain(each[0]))

    def listed(self, wanted: ListingQuery, size: int = PAGE_ROWS, found: Collection[str] = ()) -> ArticlePage:
        """Return the wanted page, or the last; ``found`` are the articles that a search of the text has met."""
        having = tagged(self._library, wanted.tag) if wanted.tag else None
        return choose(self.rows(), wanted, size, found, having)


def read_rows(library: Database) -> list[ArticleRow]:
    """Return a row for every article, live or withdrawn, by id."""
    found = library.read(
        f"SELECT {FIELDS}, v.added_at, coalesce(a.withdrawn_at, ''), a.origin,"
        f" (SELECT count(*) FROM versions WHERE article_id = a.id) FROM {CURRENT} ORDER BY a.id"
    )
    rows = []
    for *fields, added_at, withdrawn_at, origin, count in found:
        article = article_from(fields)
        rows.append(ArticleRow(article, added_at, withdrawn_at, origin, count, searched(article)))
    return rows


def searched(article: Article) -> str:
    """Return what a search for words looks at."""
    return fold("\n".join((article.title, *article.authors, article.publisher, article.id, article.url)))


def choose(
    rows: Sequence[ArticleRow],
    wanted: ListingQuery,
    size: int = PAGE_ROWS,
    found_in_text: Collection[str] = (),
    only: frozenset[str] | None = None,
) -> ArticlePage:
    """Return a page of ``size`` of the wanted rows, in order; ``found_in_text`` and ``only`` (of a tag) are ids."""
    words = fold(wanted.words).split()
    inside = Publications([row.article for row in rows]).inside(Scope(wanted.after, wanted.before, only=only))
    found = [
        row
        for row, within in zip(rows, inside, strict=True)
        if within
        and bool(row.withdrawn_at) == wanted.withdrawn
        and wanted.publisher in ("", row.article.publisher)
        and (row.article.id in found_in_text or all(word in row.words for word in words))
    ]
    found = ordered(found, wanted.order, wanted.descending)
    pages = max(1, math.ceil(len(found) / size))
    page = min(max(wanted.page, 0), pages - 1)
    return ArticlePage(found[page * size : (page + 1) * size], len(found), page, pages)


def ordered(rows: Sequence[ArticleRow], order: Order, descending: bool) -> list[ArticleRow]:
    """Return the rows in order; those that lack what they are ordered by are last, whichever way it goes."""
    key = _KEYS[order]
    by_title = sorted(rows, key=lambda row: (_plain(row.article.label), row.article.id))
    known = sorted((row for row in by_title if key(row)), key=key, reverse=descending)
    return [*known, *(row for row in by_title if not key(row))]


_KEYS: dict[Order, Callable[[ArticleRow], str]] = {
    "title": lambda row: _plain(row.article.label),
    "publisher": lambda row: _plain(row.article.publisher),
    "published": lambda row: row.article.published,
    "added": lambda row: row.added_at,
}


def _plain(name: str) -> str:
    """Return a name as it is put in alphabetical order: without case, accents, and what opens it that is no letter."""
    bare = name.casefold()
    if not bare.isascii():
        letters = unicodedata.normalize("NFD", bare)
        bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    start = next((n for n, letter in enumerate(bare) if letter.isalnum()), 0)
    return bare[start:]
