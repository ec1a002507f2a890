"""Tags: names that people give to articles, so that a question or the list can be about those alone."""

from collections.abc import Iterable
from dataclasses import replace

from footnote.corpus.errors import UsageError
from footnote.corpus.text import storable
from footnote.index.database.connection import Database
from footnote.index.search.scope import Scope

MAX_TAG = 60
"""The longest tag, in characters."""


def tags(database: Database) -> list[tuple[str, int]]:
    """Return each tag with its number of live articles, by name."""
    return database.read(
        "SELECT t.tag, count(*) FROM tags t JOIN articles a ON a.id = t.article_id"
        " WHERE a.withdrawn_at IS NULL GROUP BY t.tag ORDER BY lower(t.tag)"
    )


def tagged(database: Database, tag: str) -> frozenset[str]:
    """Return the articles, live or withdrawn, that have a tag."""
    return frozenset(database.column("SELECT article_id FROM tags WHERE tag = ?", (tag,)))


def tags_of(database: Database, article_id: str) -> list[str]:
    """Return the tags of an article, by name."""
    return database.column("SELECT tag FROM tags WHERE article_id = ? ORDER BY tag", (article_id,))


def tag_articles(database: Database, article_ids: Iterable[str], tag: str, on: bool = True) -> int:
    """Give articles a tag, or take it from them; returns how many of them the library has.

    Raises ``UsageError`` for a tag that is empty or longer than `MAX_TAG`.
    """
    name = " ".join(storable(tag).split())
    if not 0 < len(name) <= MAX_TAG:
        raise UsageError(f"a tag has 1 to {MAX_TAG} characters")
    with database.change(visible=False) as connection:
        done = 0
        adding = "INSERT INTO tags VALUES (?, ?) ON CONFLICT DO NOTHING"
        change = adding if on else "DELETE FROM tags WHERE tag = ? AND article_id = ?"
        for article_id in article_ids:
            if connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone():
                connection.execute(change, (name, article_id))
                done += 1
    return done


def resolved(scope: Scope, library: object) -> Scope:
    """Return the limits with the articles that a tag or an article's id stands for."""
    only: frozenset[str] | None = frozenset([scope.article]) if scope.article else None
    if scope.tag:
        having = tagged(library, scope.tag) if isinstance(library, Database) else frozenset()
        only = having if only is None else only & having
    return replace(scope, only=only)
