"""A second index beside the one that answers: filled article by article, and then put in its place in one step.

Until then nothing that searches sees it. It outlives a crash, and is filled on from where it was.
"""

from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.index.database import chunk_table
from footnote.index.database.connection import Database, raise_number
from footnote.index.database.engine import META_NUMBER, Connection
from footnote.index.database.records import CURRENT, IndexedWith, StoredChunk
from footnote.index.database.schema import CHUNK_COLUMNS, make_words

_IDS_APART = 1 << 40  # each index counts its chunks from a number of its own, so that an id never means two chunks
_TABLES = ("next_chunks", "next_articles")
_WAITING = (
    f"SELECT a.id FROM {CURRENT} LEFT JOIN next_articles n"
    " ON n.article_id = a.id AND n.version = a.version AND n.title = v.title"
    " WHERE a.withdrawn_at IS NULL AND n.article_id IS NULL ORDER BY a.id"
)


def begin(database: Database, wanted: IndexedWith) -> None:
    """Start a second index made with ``wanted``; one that was begun with that is gone on with."""
    with database.change(visible=False) as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = 'next_indexed_with'").fetchone()
        if row is not None and IndexedWith.from_json(row[0]) == wanted:
            return
        _drop(connection)
        connection.execute(f"CREATE TABLE next_chunks {CHUNK_COLUMNS}")
        connection.execute(
            "CREATE TABLE next_articles (article_id TEXT PRIMARY KEY, version TEXT NOT NULL, title TEXT NOT NULL,"
            " chunks INTEGER NOT NULL) WITHOUT ROWID"
        )
        number = int(connection.execute(f"SELECT {META_NUMBER.format('index')} + 1").fetchone()[0])
        connection.count_from("next_chunks", number * _IDS_APART)
        connection.execute("INSERT INTO meta VALUES ('next_indexed_with', ?)", (wanted.to_json(),))


def waiting(database: Database) -> list[str]:
    """Return the live articles that the second index does not hold as they are now."""
    return database.column(_WAITING)


def store(database: Database, article: Article, chunks: Sequence[StoredChunk]) -> None:
    """Put an article into the second index, in one transaction; one that is purged meanwhile is left out."""
    with database.change(visible=False) as connection:
        if connection.execute("SELECT 1 FROM articles WHERE id = ?", (article.id,)).fetchone() is None:
            return
        forget(connection, article.id)
        for chunk in chunks:
            chunk_table.keep(connection, "next_chunks", chunk)
        row = (article.id, article.version, article.title, len(chunks))
        connection.execute("INSERT INTO next_articles VALUES (?, ?, ?, ?)", row)


def switch(database: Database) -> bool:
    """Let it answer from now on, in one transaction; False, and nothing is changed, when there is more `waiting`."""
    with database.change() as connection:
        if connection.execute(_WAITING).fetchone():
            return False
        for table in _TABLES:
            live = f"SELECT 1 FROM articles a WHERE a.id = {table}.article_id AND a.withdrawn_at IS NULL"
            connection.execute(f"DELETE FROM {table} WHERE NOT EXISTS ({live})")
        raise_number(connection, "index")
        connection.execute(
            f"UPDATE articles SET chunks = n.chunks, made = {META_NUMBER.format('index')}, changed ="
            f" {META_NUMBER.format('generation')} + 1 FROM next_articles n WHERE n.article_id = articles.id"
        )
        connection.execute("DELETE FROM shelf")
        connection.execute("DROP VIEW chunk_words")
        connection.execute("DROP TABLE chunks")
        connection.execute("ALTER TABLE next_chunks RENAME TO chunks")
        connection.execute("CREATE INDEX chunks_article ON chunks (article_id)")
        make_words(connection)
        connection.execute("DROP TABLE next_articles")
        connection.execute(
            "INSERT INTO meta SELECT 'indexed_with', value FROM meta WHERE key = 'next_indexed_with'"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        connection.execute("DELETE FROM meta WHERE key = 'next_indexed_with'")
    return True


def abandon(database: Database) -> None:
    """Throw away a second index that was begun and not finished, if there is one."""
    with database.change(visible=False) as connection:
        _drop(connection)


def forget(connection: Connection, article_id: str) -> None:
    """Take an article out of the second index."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))


def _drop(connection: Connection) -> None:
    for table in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute("DELETE FROM meta WHERE key = 'next_indexed_with'")
