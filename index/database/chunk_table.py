"""Chunks in and out of what is searched: SQL inside a transaction.

All searching reads ``chunks`` and ``words``. What is withdrawn moves to the shelf, and comes back under new ids, since
who follows the library by rising ids would miss an old one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.index.database.records import CHUNK_FIELDS, StoredChunk, chunk_row

SOFT_HYPHEN = "\u00ad"
"""Stands in the stored text of an article, and in no word that is searched."""

_COLUMNS = CHUNK_FIELDS.removeprefix("id, ")


def insert(
    connection: sqlite3.Connection, article: Article, chunks: Sequence[StoredChunk], into: tuple[str, str] | None = None
) -> int:
    """Make an article's chunks live, and findable by words; returns how many. ``into`` names other tables for both."""
    table, words = into or ("chunks", "words")
    for chunk in chunks:
        marks = ",".join("?" * len(row := chunk_row(chunk)))
        done = connection.execute(f"INSERT INTO {table} ({_COLUMNS}) VALUES ({marks})", row)
        text = article.text[chunk.start : chunk.end].replace(SOFT_HYPHEN, "")
        connection.execute(
            f"INSERT INTO {words} (rowid, title, text) VALUES (?, ?, ?)", (done.lastrowid, article.title, text)
        )
    return len(chunks)


def erase(connection: sqlite3.Connection, article_id: str) -> int:
    """Throw an article's chunks away, live and shelved; returns how many."""
    done = _take_out(connection, article_id)
    return done + connection.execute("DELETE FROM shelf WHERE article_id = ?", (article_id,)).rowcount


def shelve(connection: sqlite3.Connection, article_id: str) -> None:
    """Take an article's chunks out of what is searched, and keep them."""
    connection.execute(
        f"INSERT INTO shelf ({_COLUMNS}) SELECT {_COLUMNS} FROM chunks WHERE article_id = ? ORDER BY id", (article_id,)
    )
    _take_out(connection, article_id)


def unshelve(connection: sqlite3.Connection, article: Article) -> None:
    """Make an article's shelved chunks live again, under new ids."""
    last = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'chunks'").fetchone()[0]
    connection.execute(
        f"INSERT INTO chunks ({_COLUMNS}) SELECT {_COLUMNS} FROM shelf WHERE article_id = ? ORDER BY id", (article.id,)
    )
    for chunk_id, start, end in connection.execute(
        'SELECT id, start, "end" FROM chunks WHERE article_id = ? AND id > ?', (article.id, last)
    ).fetchall():
        row = (chunk_id, article.title, article.text[start:end].replace(SOFT_HYPHEN, ""))
        connection.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", row)
    connection.execute("DELETE FROM shelf WHERE article_id = ?", (article.id,))


def fill_words(connection: sqlite3.Connection, words: str = "words", chunks: str = "chunks") -> None:
    """Fill an empty full-text table from the chunks and the texts of their articles."""
    connection.execute(
        f"INSERT INTO {words} (rowid, title, text)"
        " SELECT c.id, v.title, replace(substr(v.text, c.start + 1, c.\"end\" - c.start), char(173), '')"
        f" FROM {chunks} c JOIN articles a ON a.id = c.article_id"
        " JOIN versions v ON v.article_id = a.id AND v.version = a.version ORDER BY c.id"
    )


def _take_out(connection: sqlite3.Connection, article_id: str) -> int:
    connection.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)", (article_id,))
    return connection.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,)).rowcount
