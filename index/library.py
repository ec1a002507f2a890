"""The library: the one source of truth, in one SQLite file, and all of Footnote's SQL.

Articles, their versions, chunks with the spans and vectors of their sentences, and a full-text index live in
``library.sqlite`` in WAL mode. One transaction adds, replaces or withdraws an article: a crash leaves the old
state or the new one. Every change raises ``generation``, so that other processes see it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.article import Article
from corpus.errors import LibraryError, NewerLibraryError, NotFoundError
from corpus.text import Span
from index.encoder import Vectors

SCHEMA_VERSION = 1
FILE_NAME = "library.sqlite"
_BUSY_SECONDS = 60

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE versions (
    article_id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL,
    publisher TEXT NOT NULL, published TEXT NOT NULL, url TEXT NOT NULL, source TEXT NOT NULL,
    added_at TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (article_id, version)
);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, withdrawn_at TEXT,
    FOREIGN KEY (id, version) REFERENCES versions (article_id, version)
);
CREATE INDEX articles_version ON articles (version);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    spans BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL
);
CREATE INDEX chunks_article ON chunks (article_id);
CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""
_FIELDS = "v.article_id, v.title, v.authors, v.publisher, v.published, v.url, v.source"


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as the library keeps it.

    ``spans`` has a row (start, end, paragraph) for each sentence, counted in the article's text; ``vector`` has
    shape (d,), ``sentence_vectors`` (n, d), both of unit length up to half precision. ``id`` is 0 before storing.
    """

    article_id: str
    start: int
    end: int
    spans: npt.NDArray[np.int32]
    vector: Vectors
    sentence_vectors: Vectors
    id: int = 0


@dataclass(frozen=True, slots=True)
class IndexedWith:
    """What the vectors of a library were made with; two of these never mix in one library."""

    model: str
    digest: str
    dimension: int
    chunking: str


class Library:
    """An open library. Safe to use from several threads and processes; each thread has its own connection."""

    def __init__(self, home: Path, create: bool = True) -> None:
        """Open, or make, the library in ``home``.

        Raises:
            NewerLibraryError: a later version of Footnote made it.
            LibraryError: it is not there (with ``create`` false), is damaged, or the folder cannot be used.
        """
        self.home = home
        self.path = home / FILE_NAME
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self.closed = False
        if not create and not self.path.is_file():
            raise LibraryError(f"there is no library in {home}; add articles first: footnote add FILE")
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._prepare()
        except (sqlite3.DatabaseError, OSError) as error:
            self.close()
            raise LibraryError(_explain(self.path, error)) from None
        except LibraryError:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection; the library must not be used afterwards."""
        self.closed = True
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    # --- reading ---

    def generation(self) -> int:
        """Return the number of changes so far; another process's are counted too."""
        return int(self._meta("generation"))

    @property
    def uid(self) -> str:
        """The library's own random name, which its derived stores carry."""
        return self._meta("uid")

    def indexed_with(self) -> IndexedWith | None:
        """Return what the vectors were made with, or None in a library that never had one."""
        rows = self._read("SELECT value FROM meta WHERE key = 'indexed_with'")
        return IndexedWith(**json.loads(rows[0][0])) if rows else None

    def articles(self, only: Iterable[str] | None = None) -> list[Article]:
        """Return the live articles without their text, by id; with ``only``, those of them."""
        named = "" if only is None else " AND a.id IN (SELECT value FROM json_each(?))"
        rows = self._read(
            f"SELECT {_FIELDS} FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
            f" WHERE a.withdrawn_at IS NULL{named} ORDER BY a.id",
            () if only is None else (json.dumps(list(only)),),
        )
        return [_article(row, "") for row in rows]

    def article(self, article_id: str, version: str = "") -> Article:
        """Return an article with its text: the live version, or the one named, even when it was replaced.

        Raises:
            NotFoundError: there is none.
        """
        where = "v.version = ?" if version else "v.version = a.version AND a.withdrawn_at IS NULL"
        rows = self._read(
            f"SELECT {_FIELDS}, v.text FROM articles a JOIN versions v ON v.article_id = a.id"
            f" WHERE a.id = ? AND {where}",
            (article_id, version) if version else (article_id,),
        )
        if not rows:
            what = f"version {version[:12]} of " if version else ""
            raise NotFoundError(f"there is no {what}article {article_id!r}; `footnote list` shows what there is")
        return _article(rows[0][:-1], rows[0][-1])

    def versions(self) -> dict[str, str]:
        """Return the version of each live article, by id."""
        return dict(self._read("SELECT id, version FROM articles WHERE withdrawn_at IS NULL ORDER BY id"))

    def version_of(self, article_id: str) -> str | None:
        """Return the version of a live article; None when there is none."""
        rows = self._read("SELECT version FROM articles WHERE id = ? AND withdrawn_at IS NULL", (article_id,))
        return str(rows[0][0]) if rows else None

    def ids_with_version(self, version: str) -> list[str]:
        """Return the live articles whose stored text has this SHA-256."""
        rows = self._read("SELECT id FROM articles WHERE version = ? AND withdrawn_at IS NULL ORDER BY id", (version,))
        return [row[0] for row in rows]

    def source_of(self, article_id: str) -> str | None:
        """Return where the latest version of an article, live or withdrawn, came from; None when there is none."""
        rows = self._read(
            "SELECT v.source FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
            " WHERE a.id = ?",
            (article_id,),
        )
        return str(rows[0][0]) if rows else None

    def digest(self) -> str:
        """Return SHA-256 over the live articles' ids and versions and what indexed them."""
        held = "".join(f"{article_id}\0{version}\0" for article_id, version in self.versions().items())
        return hashlib.sha256(f"{self.indexed_with()!r}{held}".encode()).hexdigest()

    def chunk_keys(self) -> list[tuple[int, str]]:
        """Return (chunk id, article id) of all live chunks, by chunk id."""
        # the index holds both, and is read ten times as fast as the table with its vectors
        return sorted(self._read("SELECT id, article_id FROM chunks INDEXED BY chunks_article"))

    def chunk_vectors(self, after: int = 0) -> Iterator[tuple[int, Vectors]]:
        """Yield (chunk id, vector) of the live chunks with an id above ``after``, by id."""
        page = "SELECT id, vector FROM chunks WHERE id > ? ORDER BY id LIMIT 2000"
        while rows := self._read(page, (after,)):
            for chunk_id, blob in rows:
                yield chunk_id, _vectors(blob)
            after = rows[-1][0]

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Return the chunks that are still live, in the order of ``ids``."""
        return [chunk for chunk in self._chunks(ids) if chunk is not None]

    def _chunks(self, ids: Sequence[int]) -> Iterator[StoredChunk | None]:
        marks = ",".join("?" * len(ids))
        rows = self._read(
            f'SELECT id, article_id, start, "end", spans, vector, sentence_vectors FROM chunks WHERE id IN ({marks})',
            [int(n) for n in ids],
        )
        found = {row[0]: _chunk(row) for row in rows}
        for n in ids:
            yield found.get(int(n))

    def match_words(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Return (chunk id, BM25 score) of the best chunks for an FTS5 query, best (highest) first."""
        rows = self._read(
            "SELECT rowid, -bm25(words, 0.6, 1.0) FROM words WHERE words MATCH ? ORDER BY 2 DESC, rowid LIMIT ?",
            (query, limit),
        )
        return [(int(rowid), float(score)) for rowid, score in rows]

    def count_matches(self, query: str, most: int) -> int:
        """Return how many chunks an FTS5 query matches, counting no further than ``most``."""
        counting = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        return int(self._read(counting, (query, most))[0][0])

    def document_frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many live chunks (title included) each stem occurs; those in none are left out."""
        self._read("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row)")
        marks = ",".join("?" * len(stems))
        rows = self._read(f"SELECT term, doc FROM temp.vocabulary WHERE term IN ({marks})", list(stems))
        return {str(term): int(count) for term, count in rows}

    # --- changing ---

    def put(self, article: Article, chunks: Sequence[StoredChunk], indexed_with: IndexedWith) -> bool:
        """Add an article, or replace it by this version, in one transaction.

        Returns False, and changes nothing, when the live version is already this one with the same metadata
        (another process may have added it meanwhile).

        Raises:
            LibraryError: the vectors were made with something else than this library's, or the write failed.
        """
        with self._change() as connection:
            self._same_index(connection, indexed_with)
            if self._is_live(connection, article):
                return False
            _erase_chunks(connection, article.id)
            row = (*_row(article), datetime.now(UTC).isoformat(timespec="seconds"), article.text)
            connection.execute("INSERT OR REPLACE INTO versions VALUES (?,?,?,?,?,?,?,?,?,?)", row)
            connection.execute(
                "INSERT INTO articles VALUES (?, ?, NULL)"
                " ON CONFLICT (id) DO UPDATE SET version = excluded.version, withdrawn_at = NULL",
                (article.id, article.version),
            )
            for chunk in chunks:
                _insert_chunk(connection, chunk, article)
            return True

    def withdraw(self, article_ids: Iterable[str]) -> None:
        """Take articles out of every answer, all or none; their versions stay readable.

        Raises:
            NotFoundError: one of them is not in the library.
        """
        with self._change() as connection:
            for article_id in dict.fromkeys(article_ids):
                done = connection.execute(
                    "UPDATE articles SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
                    (datetime.now(UTC).isoformat(timespec="seconds"), article_id),
                )
                if not done.rowcount:
                    raise NotFoundError(f"there is no article {article_id!r}; `footnote list` shows what there is")
                _erase_chunks(connection, article_id)

    # --- checking ---

    def problems(self) -> list[str]:
        """Return what is wrong inside the SQLite file, in words; empty when all is well."""
        found = [f"SQLite: {row[0]}" for row in self._read("PRAGMA quick_check(5)") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in self._read("PRAGMA foreign_key_check")]
        orphans = self._read(
            "SELECT count(*) FROM chunks c LEFT JOIN articles a ON a.id = c.article_id AND a.withdrawn_at IS NULL"
            " WHERE a.id IS NULL"
        )[0][0]
        if orphans:
            found.append(f"{orphans} chunks belong to no live article")
        unmatched = self._read(
            "SELECT (SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM chunks))"
            " + (SELECT count(*) FROM chunks WHERE id NOT IN (SELECT rowid FROM words))"
        )[0][0]
        if unmatched:
            found.append(f"{unmatched} chunks differ between the full-text index and the library")
        return found + self._full_text_problems()

    def _full_text_problems(self) -> list[str]:
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")  # the check is written as an insert, though it changes nothing
            connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        except sqlite3.Error as error:
            return [f"the full-text index is damaged ({error})"]
        finally:
            _roll_back(connection)
        return []

    def word_texts(self) -> Iterator[tuple[int, str]]:
        """Yield (chunk id, text) as the full-text index holds it."""
        yield from self._read("SELECT rowid, text FROM words ORDER BY rowid")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the library in all that is read inside, whatever other processes change meanwhile."""
        self._read("BEGIN")
        try:
            yield
        finally:
            _roll_back(self._connection())

    # --- inside ---

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            with self._guard:
                self._connections.append(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._connection().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LibraryError(_explain(self.path, error)) from None

    def _meta(self, key: str) -> str:
        rows = self._read("SELECT value FROM meta WHERE key = ?", (key,))
        if not rows:
            raise LibraryError(_explain(self.path, sqlite3.DatabaseError(f"it has no {key}")))
        return str(rows[0][0])

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            raise LibraryError(_explain(self.path, error)) from None
        except BaseException:
            _roll_back(connection)
            raise

    def _prepare(self) -> None:
        connection = self._connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise NewerLibraryError(
                f"the library in {self.home} was made by a newer Footnote (schema {version}, this one knows"
                f" {SCHEMA_VERSION}); update Footnote, or choose another folder with --home"
            )
        if version == SCHEMA_VERSION:
            return
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            # made by another process a moment ago, or never ours
            if connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
                return
            raise LibraryError(f"{self.path} is a database of something else; choose another folder with --home")
        if (self.home / "chroma").is_dir():
            raise LibraryError(f"the library at {self.path} is empty, and was not before; restore it from a copy")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody else was faster
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", [("generation", "0"), ("uid", uuid.uuid4().hex)])
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")

    def _same_index(self, connection: sqlite3.Connection, wanted: IndexedWith) -> None:
        current = self.indexed_with()
        if current is None:
            value = json.dumps({name: getattr(wanted, name) for name in IndexedWith.__slots__})
            connection.execute("INSERT INTO meta VALUES ('indexed_with', ?)", (value,))
        elif current != wanted:
            raise LibraryError(mixed(current, wanted))

    def _is_live(self, connection: sqlite3.Connection, article: Article) -> bool:
        row = connection.execute(
            f"SELECT {_FIELDS}, v.version FROM articles a"
            " JOIN versions v ON v.article_id = a.id AND v.version = a.version"
            " WHERE a.id = ? AND a.withdrawn_at IS NULL",
            (article.id,),
        ).fetchone()
        return row is not None and row[-1] == article.version and _same_metadata(_article(row[:-1], ""), article)


def mixed(current: IndexedWith, wanted: IndexedWith) -> str:
    """Return the message for a library whose vectors were made with something else."""
    return (
        f"this library was made with {current.model} ({current.digest[:8]}, {current.chunking}) and cannot mix in"
        f" {wanted.model} ({wanted.digest[:8]}, {wanted.chunking}); name that model with --model, or use another --home"
    )


def _same_metadata(one: Article, other: Article) -> bool:
    names = ("title", "authors", "publisher", "published", "url")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _erase_chunks(connection: sqlite3.Connection, article_id: str) -> None:
    connection.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)", (article_id,))
    connection.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,))


def _insert_chunk(connection: sqlite3.Connection, chunk: StoredChunk, article: Article) -> None:
    done = connection.execute(
        'INSERT INTO chunks (article_id, start, "end", spans, vector, sentence_vectors) VALUES (?,?,?,?,?,?)',
        (
            article.id,
            chunk.start,
            chunk.end,
            np.asarray(chunk.spans, "<i4").tobytes(),
            np.asarray(chunk.vector, "<f2").tobytes(),
            np.asarray(chunk.sentence_vectors, "<f2").tobytes(),
        ),
    )
    connection.execute(
        "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
        (done.lastrowid, article.title, article.text[chunk.start : chunk.end]),
    )


def _row(article: Article) -> tuple[str, ...]:
    authors = json.dumps(list(article.authors), ensure_ascii=False)
    return (
        article.id,
        article.version,
        article.title,
        authors,
        article.publisher,
        article.published,
        article.url,
        article.source,
    )


def _article(row: Sequence[str], text: str) -> Article:
    article_id, title, authors, publisher, published, url, source = row
    return Article(article_id, text, title, tuple(json.loads(authors)), publisher, published, url, source)


def _chunk(row: Sequence[Any]) -> StoredChunk:
    chunk_id, article_id, start, end, spans, vector, sentence_vectors = row
    try:
        span_rows = np.frombuffer(spans, "<i4").reshape(-1, 3)
        vectors = _vectors(sentence_vectors).reshape(len(span_rows), -1)
        return StoredChunk(article_id, start, end, span_rows, _vectors(vector), vectors, chunk_id)
    except ValueError:
        raise LibraryError(
            f"{article_id}: chunk {chunk_id} is damaged; remove the article and add it again, or restore a copy"
        ) from None


def _vectors(blob: object) -> Vectors:
    return np.frombuffer(blob, "<f2").astype(np.float32)  # type: ignore[call-overload, no-any-return]


def spans_of(chunk: StoredChunk) -> list[Span]:
    """Return the spans of a chunk's sentences, in order."""
    return [Span(int(start), int(end)) for start, end, _ in chunk.spans]


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _explain(path: Path, error: Exception) -> str:
    text = str(error).lower()
    if isinstance(error, PermissionError) or "readonly" in text or "unable to open" in text:
        return f"the library at {path} cannot be written or opened; check the folder's permissions ({error})"
    if "disk is full" in text or "no space" in text:
        return f"the disk is full, nothing was changed; free some space for {path.parent}"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{path.parent} is not a folder; choose another with --home"
    if "locked" in text:
        return "another process is writing to this library; try again in a moment"
    return f"the library at {path} is damaged or not a library ({error}); restore it from a copy, or use another --home"
