"""The library's database: opened, read and changed from several threads and processes.

Each thread has a connection of its own. Readers never wait; a change is one transaction, waits for another process's,
and raises ``generation``, so that other processes see that something has changed.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from footnote.corpus.errors import LibraryError, NewerLibraryError
from footnote.index.database.engine import BusyError, Connection, Engine
from footnote.index.database.schema import SCHEMA_VERSION, create, migrate
from footnote.index.database.sqlite import FILE_NAME as FILE_NAME
from footnote.index.database.sqlite import SQLiteFile

Found = TypeVar("Found")

_BUSY_SECONDS = 60
_PATIENCE_SECONDS = 1.0  # who waits longer than this for another writer is told so


def engine_of(home: Path, server: str = "") -> Engine:
    """Return where a library is: in a folder, or on a PostgreSQL server of this address.

    Raises ``UsageError`` where the address is none; ``LibraryError`` where psycopg is not installed.
    """
    if not server:
        return SQLiteFile(home)
    try:
        from footnote.index.database.postgresql import PostgreSQLServer  # an optional extra
    except ImportError:
        raise LibraryError("a library on PostgreSQL needs psycopg: pip install 'footnote[postgresql]'") from None
    return PostgreSQLServer(server)


class Database:
    """An open library. Safe to use from several threads and processes."""

    def __init__(
        self, home: Path, server: str = "", create: bool = True, notify: Callable[[str], None] = lambda line: None
    ) -> None:
        """Open, or make, the library in ``home``, or on a ``server``, which leaves ``home`` to what belongs to it.

        ``notify`` gets a line when a change has to wait for another process. Raises ``NewerLibraryError`` for one of a
        later Footnote; ``LibraryError`` where it is not there (with ``create`` false), is damaged, or cannot be used.
        """
        self.home = home
        self.engine = engine_of(home, server)
        self.where = self.engine.where  # for people: its folder, or its server without a password
        self._failures: tuple[type[Exception], ...] = (*self.engine.errors, BusyError)
        self._notify = notify
        self._local = threading.local()
        self._connections: dict[threading.Thread, tuple[Connection, threading.RLock]] = {}
        self._guard = threading.Lock()
        self.closed = False
        if not create and not self.engine.exists():
            raise LibraryError(f"there is no library in {self.where}; add articles first: footnote add FILE")
        unusable: tuple[type[Exception], ...] = (OSError, UnicodeDecodeError, *self._failures)
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._prepare()
        except unusable as error:
            self.close()
            raise self._error(error) from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection, once what others do at this moment is done; nothing must be used afterwards."""
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

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a query. Raises ``LibraryError`` where the library cannot be read."""
        return self.ask(lambda connection: connection.execute(sql, values).fetchall())

    def column(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the first value of each row of a query. Raises what `read` does."""
        return [row[0] for row in self.read(sql, values)]

    def ask(self, question: Callable[[Connection], Found]) -> Found:
        """Return what a connection finds; one that a server has ended meanwhile is replaced, and asked again.

        Raises ``LibraryError`` where the library cannot be read.
        """
        try:
            with self._locked() as connection:
                inside = connection.in_transaction
                try:
                    return question(connection)
                except self.engine.errors:
                    if inside or connection.alive:
                        raise
            with self._locked() as connection:
                return question(connection)
        except self.engine.errors as error:
            raise self._error(error) from None

    def meta(self, key: str) -> str:
        """Return a value of the ``meta`` table that every library has."""
        rows = self.read("SELECT value FROM meta WHERE key = ?", (key,))
        if not rows:
            raise LibraryError(self.engine.explain(ValueError(f"it has no {key}")))
        return str(rows[0][0])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See one state of the library in all that is read inside, whatever other processes change meanwhile."""
        self.ask(lambda connection: connection.begin_reading())
        try:
            yield self.connection()
        finally:
            _roll_back(self.connection())

    @contextmanager
    def change(self, visible: bool = True, erasing: bool = False) -> Iterator[Connection]:
        """Change the library in one transaction: all that is done inside, or, when it raises, nothing.

        A change that is not ``visible`` to who searches leaves the generation as it is. One that is ``erasing``
        overwrites what it deletes, where the database can. Raises ``LibraryError`` where it cannot be written, or
        another process is writing for over a minute.
        """
        try:
            with self._locked() as connection:
                connection = self._begin(connection)
                try:
                    if erasing:
                        connection.erase_bytes()
                    yield connection
                    if visible:
                        raise_number(connection, "generation")
                    connection.execute("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
        except self._failures as error:
            raise self._error(error) from None

    def scrub(self, seconds: float) -> bool:
        """Write the library anew without unused bytes; False when others were in the way; raises ``LibraryError``."""
        return self.ask(lambda connection: connection.scrub(seconds))

    def connection(self) -> Connection:
        """Return this thread's connection, a new one where it has none that can be used."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None or not connection.alive:
            connection = self.engine.connect(_BUSY_SECONDS)
            with self._guard:
                for gone in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(gone)[0].close()
                self._local.lock = getattr(self._local, "lock", None) or threading.RLock()
                self._connections[threading.current_thread()] = connection, self._local.lock
            self._local.connection = connection
        return connection

    @contextmanager
    def _locked(self) -> Iterator[Connection]:
        """Give this thread's connection, which is not closed meanwhile."""
        connection = self.connection()
        with self._local.lock:
            yield connection

    def _begin(self, connection: Connection) -> Connection:
        """Begin to write; who has to wait for another process for more than a second is told so."""
        try:
            connection.begin(_PATIENCE_SECONDS)
        except BusyError:
            self._notify("another process is writing to this library; waiting for it to finish")
            connection.begin(_BUSY_SECONDS - _PATIENCE_SECONDS)
        except self.engine.errors:
            if connection.alive:
                raise
            connection = self.connection()  # the server has ended it since it was last used
            connection.begin(_BUSY_SECONDS)
        return connection

    def _prepare(self) -> None:
        connection = self.connection()
        version = connection.schema_version()
        if version > SCHEMA_VERSION:
            raise NewerLibraryError(
                f"the library in {self.where} was made by a newer Footnote (schema {version}, this one knows"
                f" {SCHEMA_VERSION}); update Footnote, or choose another folder with --home"
            )
        if not version:
            self.engine.check_new(connection)
            create(connection, _BUSY_SECONDS)
        elif version < SCHEMA_VERSION:
            self._notify(f"bringing the library in {self.where} to this version of Footnote")
            migrate(connection, _BUSY_SECONDS)

    def _error(self, error: Exception) -> LibraryError:
        if isinstance(error, BusyError):
            return LibraryError("another process is writing to this library; try again in a moment")
        return LibraryError(self.engine.explain(error))


def raise_number(connection: Connection, key: str) -> None:
    """Add one to a number that the ``meta`` table keeps, as all it keeps, as text."""
    connection.execute("UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = ?", (key,))


def now() -> str:
    """Return the time, as the tables keep it: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _roll_back(connection: Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
