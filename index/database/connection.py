"""The library's SQLite file: opened, read and changed from several threads and processes.

Each thread has a connection of its own. Readers never wait; a change is one transaction, waits for another process's,
and raises ``generation``, so that other processes see that something has changed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from footnote.corpus.errors import LibraryError, NewerLibraryError
from footnote.index.database.schema import SCHEMA_VERSION, create, is_empty, migrate, version_of

FILE_NAME = "library.sqlite"
_BUSY_SECONDS = 60
_PATIENCE_SECONDS = 1.0
"""Who waits longer than this for another writer is told so."""


class Database:
    """An open library file. Safe to use from several threads and processes."""

    def __init__(self, home: Path, create: bool = True, notify: Callable[[str], None] = lambda line: None) -> None:
        """Open, or make, the file in ``home``; ``notify`` gets a line when a change has to wait for another process.

        Raises:
            NewerLibraryError: a later version of Footnote made it.
            LibraryError: it is not there (with ``create`` false), is damaged, or the folder cannot be used.
        """
        self.home = home
        self.path = home / FILE_NAME
        self._notify = notify
        self._local = threading.local()
        self._connections: dict[threading.Thread, tuple[sqlite3.Connection, threading.RLock]] = {}
        self._guard = threading.Lock()
        self.closed = False
        if not create and not self.path.is_file():
            raise LibraryError(f"there is no library in {home}; add articles first: footnote add FILE")
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._prepare()
        except (sqlite3.DatabaseError, OSError, UnicodeDecodeError) as error:
            self.close()
            raise LibraryError(explain(self.path, error)) from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection, once what others do at this moment is done; the file must not be used afterwards."""
        self.closed = True
        with self._guard:
            opened = list(self._connections.values())
            self._connections.clear()
        self._local = threading.local()
        for connection, lock in opened:
            if lock.acquire(timeout=_BUSY_SECONDS):  # SQLite's memory is not for two threads while one closes it
                connection.close()
                lock.release()

    def generation(self) -> int:
        """Return the number of changes so far; another process's are counted too."""
        return int(self.meta("generation"))

    def read(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[Any]:
        """Return all rows of a query.

        Raises:
            LibraryError: the file cannot be read.
        """
        try:
            with self._lock():
                return self.connection().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LibraryError(explain(self.path, error)) from None

    def meta(self, key: str) -> str:
        """Return a value of the ``meta`` table that every library has."""
        rows = self.read("SELECT value FROM meta WHERE key = ?", (key,))
        if not rows:
            raise LibraryError(explain(self.path, sqlite3.DatabaseError(f"it has no {key}")))
        return str(rows[0][0])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the library in all that is read inside, whatever other processes change meanwhile."""
        self.read("BEGIN")
        try:
            yield
        finally:
            _roll_back(self.connection())

    @contextmanager
    def change(self, visible: bool = True) -> Iterator[sqlite3.Connection]:
        """Change the library in one transaction: all that is done inside, or, when it raises, nothing.

        A change that is not ``visible`` to who searches leaves the generation as it is.

        Raises:
            LibraryError: it cannot be written, or another process is writing for over a minute.
        """
        connection = self.connection()
        with self._lock():
            try:
                self._begin(connection)
                yield connection
                if visible:
                    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                _roll_back(connection)
                raise LibraryError(explain(self.path, error)) from None
            except BaseException:
                _roll_back(connection)
                raise

    def trial(self, sql: str) -> str:
        """Run a statement that checks something, undo it, and return what SQLite had against it, or nothing."""
        connection = self.connection()
        with self._lock():
            try:
                self._begin(connection)
                connection.execute(sql)
            except sqlite3.Error as error:
                return str(error)
            finally:
                _roll_back(connection)
        return ""

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            with self._guard:
                for gone in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(gone)[0].close()
                self._local.lock = threading.RLock()
                self._connections[threading.current_thread()] = connection, self._local.lock
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def _lock(self) -> threading.RLock:
        """Return what this thread holds while its connection must not be closed."""
        self.connection()
        lock: threading.RLock = self._local.lock
        return lock

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Let this thread's statements wait for another process no longer than this."""
        _patience(self.connection(), seconds)
        try:
            yield
        finally:
            _patience(self.connection(), _BUSY_SECONDS)

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Begin to write; who has to wait for another process for more than a second is told so."""
        try:
            _patience(connection, _PATIENCE_SECONDS)
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            self._notify("another process is writing to this library; waiting for it to finish")
            _patience(connection, _BUSY_SECONDS - _PATIENCE_SECONDS)
            connection.execute("BEGIN IMMEDIATE")
        finally:
            _patience(connection, _BUSY_SECONDS)

    def _prepare(self) -> None:
        connection = self.connection()
        version = version_of(connection)
        if version > SCHEMA_VERSION:
            raise NewerLibraryError(
                f"the library in {self.home} was made by a newer Footnote (schema {version}, this one knows"
                f" {SCHEMA_VERSION}); update Footnote, or choose another folder with --home"
            )
        if version:
            if version < SCHEMA_VERSION:
                self._notify(f"bringing the library in {self.home} to this version of Footnote")
                migrate(connection)
            return
        if not is_empty(connection):
            # made by another process a moment ago, or never ours
            if version_of(connection) == SCHEMA_VERSION:
                return
            raise LibraryError(f"{self.path} is a database of something else; choose another folder with --home")
        if (self.home / "chroma").is_dir():
            raise LibraryError(f"the library at {self.path} is empty, and was not before; restore it from a copy")
        create(connection)


def _patience(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1_000)}")


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


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
