"""Forgetting articles for good: out of every table first, then out of the files' unused bytes."""

from collections.abc import Iterable
from dataclasses import dataclass

from footnote.index import shadow_index
from footnote.index.database import chunk_table, conversations, feedback, origin_table
from footnote.index.database.connection import Database, raise_number
from footnote.index.database.records import no_article

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Purged:
    """What was erased: articles, their versions and chunks (each with its vectors and words), and feedback on them."""

    articles: int
    versions: int
    chunks: int
    feedback: int


def purge(database: Database, article_ids: Iterable[str]) -> Purged:
    """Erase articles, live or withdrawn, all or none, in one transaction; then call `scrub`.

    Feedback on answers that quote one of them goes, too, and what conversations hold of such answers. What Chroma holds
    is to be built anew (its identity changes). Raises ``NotFoundError`` where one of them is not in the library.
    """
    ids = list(dict.fromkeys(article_ids))
    versions = chunks = 0
    with database.change(erasing=True) as connection:
        under_way = connection.execute("SELECT 1 FROM meta WHERE key = 'next_indexed_with'").fetchone()
        for article_id in ids:
            if not connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone():
                raise no_article(article_id)
            origin_table.leave(connection, article_id)
            chunks += chunk_table.erase(connection, article_id)
            if under_way:
                shadow_index.forget(connection, article_id)
            connection.execute("DELETE FROM tags WHERE article_id = ?", (article_id,))
            connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
            versions += connection.execute("DELETE FROM versions WHERE article_id = ?", (article_id,)).rowcount
        said = [entry.id for entry in feedback.feedback(database) if feedback.quotes(entry.answer, set(ids))]
        connection.executemany("DELETE FROM feedback WHERE id = ?", [(n,) for n in said])
        conversations.forget(connection, set(ids))
        raise_number(connection, "epoch")
        connection.execute("INSERT INTO meta VALUES ('scrub', '1') ON CONFLICT DO NOTHING")
        connection.forget_words()
    return Purged(len(ids), versions, chunks, len(said))


def needs_scrub(database: Database) -> bool:
    """Tell whether a purge was not followed by a `scrub` that came to its end."""
    return bool(database.read("SELECT 1 FROM meta WHERE key = 'scrub'"))


def scrub(database: Database) -> bool:
    """Write the file anew without its unused bytes, and empty its log; needs as much free space as the library has.

    Returns False when another process was in the way for ten seconds: call it again later.
    Raises ``LibraryError`` where the disk is full, or the library cannot be written.
    """
    if not database.scrub(_PATIENCE_SECONDS):
        return False
    with database.change(visible=False) as connection:
        connection.execute("DELETE FROM meta WHERE key = 'scrub'")
    return True
