"""The library's tables: made new, or brought from an earlier version, in one transaction."""

import uuid
from contextlib import suppress

import numpy as np

from footnote.index.database.engine import Connection
from footnote.index.database.origin_table import join
from footnote.index.database.records import CURRENT, packed, packed_sentences
from footnote.index.near_duplicates import signature

SCHEMA_VERSION = 4

CHUNK_COLUMNS = """(
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    spans BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL
)"""
_CHUNK_WORDS = """CREATE VIEW chunk_words AS
    SELECT c.id, v.title, replace(substr(v.text, CAST(c.start + 1 AS INTEGER), CAST(c."end" - c.start AS INTEGER)),
        '\u00ad', '') AS text
    FROM chunks c JOIN articles a ON a.id = c.article_id
    JOIN versions v ON v.article_id = a.id AND v.version = a.version"""

_ADDED_IN_2 = f"""
CREATE TABLE shelf {CHUNK_COLUMNS};
CREATE INDEX shelf_article ON shelf (article_id);
CREATE TABLE signatures (
    article_id TEXT PRIMARY KEY REFERENCES articles (id), minima BLOB NOT NULL, size INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE bands (key INTEGER NOT NULL, article_id TEXT NOT NULL, PRIMARY KEY (key, article_id)) WITHOUT ROWID;
CREATE INDEX articles_origin ON articles (origin);
CREATE INDEX versions_url ON versions (url) WHERE url != '';
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TEXT NOT NULL, kind TEXT NOT NULL, citation INTEGER,
    note TEXT NOT NULL, answer TEXT NOT NULL
);
"""
_ADDED_IN_3 = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', pinned INTEGER NOT NULL DEFAULT 0,
    used_at TEXT NOT NULL, deleted_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_owner ON conversations (owner, used_at);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    question TEXT NOT NULL, record TEXT NOT NULL, words TEXT NOT NULL, link TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS turns_link ON turns (link);
CREATE TABLE IF NOT EXISTS watches (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, question TEXT NOT NULL, scope TEXT NOT NULL, record TEXT NOT NULL,
    asked_at TEXT NOT NULL, generation INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS news (
    id INTEGER PRIMARY KEY AUTOINCREMENT, watch TEXT NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
    told_at TEXT NOT NULL, record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tags (
    tag TEXT NOT NULL, article_id TEXT NOT NULL REFERENCES articles (id), PRIMARY KEY (tag, article_id)
) WITHOUT ROWID;
"""
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE versions (
    article_id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL,
    publisher TEXT NOT NULL, published TEXT NOT NULL, url TEXT NOT NULL, source TEXT NOT NULL,
    added_at TEXT NOT NULL, text TEXT NOT NULL,
    reader TEXT NOT NULL DEFAULT '', read_at TEXT NOT NULL DEFAULT '', bytes_sha256 TEXT NOT NULL DEFAULT '',
    edited TEXT NOT NULL DEFAULT '{{}}', number INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (article_id, version)
);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, withdrawn_at TEXT, origin TEXT NOT NULL DEFAULT '',
    changed INTEGER NOT NULL DEFAULT 0, chunks INTEGER NOT NULL DEFAULT 0, made INTEGER NOT NULL DEFAULT 0,
    FOREIGN KEY (id, version) REFERENCES versions (article_id, version)
);
CREATE INDEX articles_version ON articles (version);
CREATE TABLE chunks {CHUNK_COLUMNS};
CREATE INDEX chunks_article ON chunks (article_id);
{_ADDED_IN_2}{_ADDED_IN_3}"""
"""What the columns hold that their names do not say.

``versions``: ``edited`` is JSON of the fields that a person has set, each with what the source had said; ``number``
counts an article's versions in the order in which they became its current one. ``articles``: ``origin`` is the article
that it shares its text with, itself if none; ``changed`` the generation of its last change; ``chunks`` how many it has,
live or shelved; ``made`` the number of the index that they belong to (``meta`` has the current one). ``shelf`` keeps
the chunks of withdrawn articles. ``turns``: ``words`` is what a search looks at, folded; ``record`` is JSON of what
became of a question, and empty once an article that it rested on was purged, as are those of ``watches`` and ``news``.
"""

_FROM_1 = f"""
ALTER TABLE versions ADD COLUMN reader TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN read_at TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN bytes_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN edited TEXT NOT NULL DEFAULT '{{}}';
ALTER TABLE versions ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN chunks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
{_ADDED_IN_2}
UPDATE versions SET number = (
    SELECT count(*) FROM versions AS o WHERE o.article_id = versions.article_id AND o.rowid <= versions.rowid
);
UPDATE articles SET origin = id, made = -(withdrawn_at IS NOT NULL),
    chunks = (SELECT count(*) FROM chunks WHERE article_id = articles.id);
INSERT INTO meta VALUES ('index', '0'), ('epoch', '0');
"""


def create(connection: Connection, seconds: float) -> None:
    """Make the tables in an empty database, unless another process was faster; waits so long for others."""
    connection.begin_new(seconds)
    if connection.schema_version() == 0:
        _run(connection, _SCHEMA)
        make_words(connection)
        first = [("generation", "0"), ("uid", uuid.uuid4().hex), ("index", "0"), ("epoch", "0")]
        connection.executemany("INSERT INTO meta VALUES (?, ?)", first)
        connection.set_schema_version(SCHEMA_VERSION)
    connection.execute("COMMIT")


def migrate(connection: Connection, seconds: float) -> None:
    """Bring a library of an earlier version (all SQLite) to this one; a crash on the way leaves the earlier one."""
    connection.begin(seconds)
    if connection.schema_version() == 1:
        _run(connection, _FROM_1)
        live = connection.execute("SELECT id FROM articles WHERE withdrawn_at IS NULL ORDER BY rowid").fetchall()
        for (article_id,) in live:
            rows = connection.execute(f"SELECT v.text FROM {CURRENT} WHERE a.id = ?", (article_id,))
            join(connection, article_id, signature(rows.fetchone()[0]))
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE name IN ('chunks', 'shelf', 'next_chunks')"
    ).fetchall()
    if connection.schema_version() == 2:  # vectors of single words, which nothing reads
        for (table,) in tables:
            if "word_vectors" in {row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()}:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN word_vectors")
    if connection.schema_version() < SCHEMA_VERSION:
        _run(connection, _ADDED_IN_3)
        connection.execute("DROP TABLE IF EXISTS next_words")
        for (table,) in tables:
            _pack(connection, table)
        make_words(connection)
        connection.set_schema_version(SCHEMA_VERSION)
    connection.execute("COMMIT")


def make_words(connection: Connection) -> None:
    """Make the full-text index anew from the chunks and the texts of their articles."""
    connection.execute("DROP VIEW IF EXISTS chunk_words")
    connection.execute(_CHUNK_WORDS)
    connection.make_words()


def _pack(connection: Connection, table: str) -> None:
    """Store the vectors of a table of chunks in fewer bits than before; damaged ones stay."""
    for (chunk_id,) in connection.execute(f"SELECT id FROM {table}").fetchall():
        vector, sentences = connection.execute(
            f"SELECT vector, sentence_vectors FROM {table} WHERE id = ?", (chunk_id,)
        ).fetchone()
        with suppress(ValueError, TypeError):
            own = np.frombuffer(vector, "<f2")
            rows = np.frombuffer(sentences, "<f2").reshape(-1, len(own))
            connection.execute(
                f"UPDATE {table} SET vector = ?, sentence_vectors = ? WHERE id = ?",
                (packed(own), packed_sentences(rows), chunk_id),
            )


def _run(connection: Connection, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
