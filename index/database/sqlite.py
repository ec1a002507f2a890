"""A library in one SQLite file, in WAL mode: readers never wait, and writers wait for one another."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from footnote.corpus.errors import LibraryError
from footnote.index.database.engine import ROW_ORDER, BusyError, Connection

FILE_NAME = "library.sqlite"
_PAGE_BYTES = 16_384  # several chunks lie in a page, each with all of its vectors
_WORDS = """CREATE VIRTUAL TABLE words USING fts5 (title, text, content = 'chunk_words', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2')"""


class SQLiteConnection(sqlite3.Connection):
    """A connection to the file."""

    alive = True  # it can be used; a server may have ended its own
    words_ids = "SELECT id FROM words_docsize"  # a query for the ids of the chunks that the full-text index holds
    busy = 60.0
    """So many seconds a statement waits for another process."""

    def stream(self, sql: str) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query."""
        return iter(self.execute(sql))

    def begin_reading(self) -> None:
        """See one state of the library from the first query on."""
        self.execute("BEGIN")

    def begin(self, seconds: float) -> None:
        """Begin to write, as the only one."""
        with self._patience(seconds):
            self.execute("BEGIN IMMEDIATE")

    def erase_bytes(self) -> None:
        """Overwrite with zeros what this connection deletes from now on."""
        self.execute("PRAGMA secure_delete = ON")

    def scrub(self, seconds: float) -> bool:
        """Write the file anew, and empty its log; needs as much free space as the library has."""
        with suppress(BusyError), self._patience(seconds):
            self.execute("VACUUM")
            return not self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return False

    def schema_version(self) -> int:
        """Return the version that the file's head tells."""
        return int(self.execute("PRAGMA user_version").fetchone()[0])

    def set_schema_version(self, version: int) -> None:
        """Write the version into the file's head."""
        self.execute(f"PRAGMA user_version = {version}")

    def begin_new(self, seconds: float) -> None:
        """Set the size of pages, and WAL mode, which stay with the file, and begin to write."""
        self.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        self.execute("PRAGMA journal_mode = WAL")
        self.begin(seconds)

    def count_from(self, table: str, number: int) -> None:
        """Set the counter of a table; it has none before its first row, and a ``rowid`` has none."""
        if table in ROW_ORDER:
            return
        self.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))

    def counted_to(self, table: str) -> int:
        """Return the counter of a table."""
        if table in ROW_ORDER:
            return int(self.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0])
        row = self.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return int(row[0]) if row else 0

    def make_indexes(self) -> None:
        """Make all indexes of the file anew."""
        self.execute("REINDEX")

    def damage(self) -> list[str]:
        """Return what SQLite's own checks find, in pages, keys and full text."""
        found = [f"SQLite: {row[0]}" for row in self.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in self.execute("PRAGMA foreign_key_check")]
        try:
            self.begin(self.busy)
            # the check is written as an insert, though it changes nothing
            self.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        except (sqlite3.Error, BusyError) as error:
            found.append(f"the full-text index is damaged ({error})")
        finally:
            if self.in_transaction:
                self.execute("ROLLBACK")
        return found

    def make_words(self) -> None:
        """Make the full-text index anew; it keeps no text, and reads that of the view."""
        self.execute("DROP TABLE IF EXISTS words")
        self.execute(_WORDS)
        self.execute("INSERT INTO words (words) VALUES ('rebuild')")

    def add_words(self, chunks: Sequence[tuple[int, str, str]]) -> None:
        """Make chunks, each an id, a title and a text, findable by words."""
        self.executemany("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", chunks)

    def remove_words(self, article_id: str) -> None:
        """Take an article's chunks out; what their words were is read from the view."""
        self.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)", (article_id,))

    def forget_words(self) -> None:
        """Merge the parts of the full-text index, which leaves out what was deleted."""
        self.execute("INSERT INTO words (words) VALUES ('optimize')")

    def match_words(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Return (chunk id, BM25 score) of the best chunks, best (highest) first."""
        return self.execute(
            "SELECT rowid, -bm25(words, 0.6, 1.0) FROM words WHERE words MATCH ? ORDER BY 2 DESC, rowid LIMIT ?",
            (query, limit),
        ).fetchall()

    def count_matches(self, query: str, most: int) -> int:
        """Return how many chunks match, counting no further than ``most``."""
        counting = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        return int(self.execute(counting, (query, most)).fetchone()[0])

    def terms(self) -> list[str]:
        """Return the words of the full-text index."""
        self._make_vocabulary()
        return [term for (term,) in self.execute("SELECT term FROM temp.vocabulary")]

    def document_frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many chunks each stem occurs."""
        self._make_vocabulary()
        marks = ",".join("?" * len(stems))
        return dict(self.execute(f"SELECT term, doc FROM temp.vocabulary WHERE term IN ({marks})", list(stems)))

    def _make_vocabulary(self) -> None:
        self.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row)")

    @contextmanager
    def _patience(self, seconds: float) -> Iterator[None]:
        """Let statements wait for another process no longer than this, and raise `BusyError` then."""
        self.execute(f"PRAGMA busy_timeout = {round(seconds * 1_000)}")
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise BusyError(str(error)) from None
        finally:
            self.execute(f"PRAGMA busy_timeout = {round(self.busy * 1_000)}")


class SQLiteFile:
    """The file in a library's folder."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(self, home: Path) -> None:
        self._home = home
        self.path = home / FILE_NAME
        self.where = str(home)

    def exists(self) -> bool:
        """Tell whether there is a file."""
        return self.path.is_file()

    def connect(self, busy: float) -> SQLiteConnection:
        """Return a new connection, for one thread, that any thread may close."""
        connection = sqlite3.connect(
            self.path, timeout=busy, isolation_level=None, check_same_thread=False, factory=SQLiteConnection
        )
        connection.busy = busy
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def check_new(self, connection: Connection) -> None:
        """Refuse a file of something else, and one that has lost what it held."""
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            if connection.schema_version():  # made by another process a moment ago
                return
            raise LibraryError(f"{self.path} is a database of something else; choose another folder with --home")
        if (self._home / "chroma").is_dir():
            raise LibraryError(f"the library at {self.path} is empty, and was not before; restore it from a copy")

    def explain(self, error: Exception) -> str:
        """Return what is wrong with the library, and what to do, on one line."""
        return explain(self.path, error)

    @contextmanager
    def one_at_a_time(self, what: str) -> Iterator[bool]:
        """Hold a lock file meanwhile."""
        lock = FileLock(str(self._home / f"{what}.lock"), blocking=False)
        with suppress(Timeout):
            lock.acquire()
        try:
            yield lock.is_locked
        finally:
            lock.release()


def explain(path: Path, error: Exception) -> str:
    """Return what is wrong with the library at ``path``, and what to do, on one line."""
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
