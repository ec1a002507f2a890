"""Chunks in and out of what is searched: SQL inside a transaction.

All searching reads ``chunks`` and ``words``. The full-text index keeps no text: it takes the words of a chunk that is
erased from the article's, so that chunks go before these change. What is withdrawn moves to the shelf, and comes back
under new ids, since who follows the library by rising ids would miss an old one.
"""

from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.index.database.engine import Connection
from footnote.index.database.records import CHUNK_FIELDS, StoredChunk, chunk_row

SOFT_HYPHEN = "\u00ad"
"""Stands in the stored text of an article, and in no word that is searched."""

_COLUMNS = CHUNK_FIELDS.removeprefix("id, ")


def insert(connection: Connection, article: Article, chunks: Sequence[StoredChunk]) -> None:
    """Make an article's chunks live, and findable by words."""
    _add_words(connection, article, [(keep(connection, "chunks", chunk), chunk.start, chunk.end) for chunk in chunks])


def keep(connection: Connection, table: str, chunk: StoredChunk) -> int:
    """Put a chunk into a table of chunks; returns its id there."""
    marks = ",".join("?" * len(row := chunk_row(chunk)))
    adding = f"INSERT INTO {table} ({_COLUMNS}) VALUES ({marks}) RETURNING id"
    return int(connection.execute(adding, row).fetchone()[0])


def erase(connection: Connection, article_id: str) -> int:
    """Throw an article's chunks away, live and shelved; returns how many."""
    done = _take_out(connection, article_id)
    return done + connection.execute("DELETE FROM shelf WHERE article_id = ?", (article_id,)).rowcount


def shelve(connection: Connection, article_id: str) -> None:
    """Take an article's chunks out of what is searched, and keep them."""
    _copy(connection, article_id, "chunks", "shelf")
    _take_out(connection, article_id)


def unshelve(connection: Connection, article: Article) -> None:
    """Make an article's shelved chunks live again, under new ids."""
    _copy(connection, article.id, "shelf", "chunks")
    live = connection.execute('SELECT id, start, "end" FROM chunks WHERE article_id = ?', (article.id,))
    _add_words(connection, article, live.fetchall())
    connection.execute("DELETE FROM shelf WHERE article_id = ?", (article.id,))


def _copy(connection: Connection, article_id: str, source: str, target: str) -> None:
    """Put an article's chunks into another table of chunks, under new ids."""
    rows = f"SELECT {_COLUMNS} FROM {source} WHERE article_id = ? ORDER BY id"
    connection.execute(f"INSERT INTO {target} ({_COLUMNS}) {rows}", (article_id,))


def _add_words(connection: Connection, article: Article, chunks: Sequence[tuple[int, int, int]]) -> None:
    """Make chunks, each an id, a start and an end, findable by words."""
    connection.add_words(
        [(chunk_id, article.title, article.text[start:end].replace(SOFT_HYPHEN, "")) for chunk_id, start, end in chunks]
    )


def _take_out(connection: Connection, article_id: str) -> int:
    connection.remove_words(article_id)
    return connection.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,)).rowcount
