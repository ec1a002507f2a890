"""What a database must be able to do to hold a library: SQLite and PostgreSQL each do it in their own way.

All other SQL is one text for both: what both understand, with ``?`` for values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

COUNTERS = ("chunks", "shelf", "feedback", "news")
"""The tables that number their rows, and never use a number again."""
ROW_ORDER = ("versions", "articles")
"""The tables whose ``rowid`` tells the order in which their rows came."""
META_NUMBER = "(SELECT CAST(value AS BIGINT) FROM meta WHERE key = '{}')"
"""A number that the ``meta`` table keeps, as all it keeps, as text."""


class BusyError(Exception):
    """Another process has been writing for longer than one wants to wait."""


class Cursor(Protocol):
    """What a statement gives."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    @property
    def description(self) -> Any:  # noqa: ANN401 - a sequence of tuples
        """The columns, each a tuple that begins with its name."""

    def fetchone(self) -> Any:  # noqa: ANN401 - a row, or None
        """Return the next row."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""


class Connection(Protocol):
    """One thread's connection: what it executes takes effect at once, but between ``begin`` and COMMIT or ROLLBACK."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    @property
    def alive(self) -> bool:
        """Whether it can be used; a server may have ended it."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        """Run a statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement for each row of values."""

    def stream(self, sql: str) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query, inside a transaction, without holding all of them."""

    def close(self) -> None:
        """Let go of the database."""

    # --- transactions ---

    def begin_reading(self) -> None:
        """See one state of the library from the first query on."""

    def begin(self, seconds: float) -> None:
        """Begin to write, as the only one; raises `BusyError` when others write for longer than ``seconds``."""

    def erase_bytes(self) -> None:
        """Overwrite what this transaction deletes, as far as the database can."""

    def scrub(self, seconds: float) -> bool:
        """Write the tables anew without unused bytes; False where others were in the way for ``seconds``."""

    # --- tables ---

    def schema_version(self) -> int:
        """Return the version of the library's tables; 0 where there are none."""

    def set_schema_version(self, version: int) -> None:
        """Keep the version of the library's tables."""

    def begin_new(self, seconds: float) -> None:
        """Begin to write, and make what the first table needs."""

    def order_rows(self) -> None:
        """See to it that the tables of `ROW_ORDER` have a ``rowid``."""

    def count_from(self, table: str, number: int) -> None:
        """Let the rows of a table be numbered from the one after ``number``."""

    def counted_to(self, table: str) -> int:
        """Return the highest number that a row of a table ever had."""

    def make_indexes(self) -> None:
        """Make the indexes of the tables anew."""

    def damage(self) -> list[str]:
        """Return what is wrong that only the database itself can tell, in words."""

    # --- full text ---

    words_ids: str
    """A query for the ids of the chunks that the full-text index holds."""

    def make_words(self) -> None:
        """Make the full-text index anew, from the view ``chunk_words``."""

    def add_words(self, chunks: Sequence[tuple[int, str, str]]) -> None:
        """Make chunks, each an id, a title and a text, findable by words."""

    def remove_words(self, article_id: str) -> None:
        """Take an article's chunks out of the full-text index, while they and its text are as they were added."""

    def forget_words(self) -> None:
        """Leave no word in the full-text index that is in no chunk."""

    def match_words(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Return (chunk id, BM25 score) of the best chunks, best (highest) first."""

    def count_matches(self, query: str, most: int) -> int:
        """Return how many chunks match, counting no further than ``most``."""

    def terms(self) -> list[str]:
        """Return the stemmed words of the live chunks."""

    def document_frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many live chunks each stem occurs; those in none are left out."""


class Engine(Protocol):
    """Where a library is, and how it is reached."""

    where: str
    """Names it in messages; no password is in it."""
    errors: tuple[type[Exception], ...]
    """What its connections raise."""

    def exists(self) -> bool:
        """Tell whether there is a library, without making one."""

    def connect(self, busy: float) -> Connection:
        """Return a new connection, whose statements wait for others no longer than ``busy`` seconds."""

    def check_new(self, connection: Connection) -> None:
        """Raise ``LibraryError`` where a new library must not be made."""

    def explain(self, error: Exception) -> str:
        """Return what is wrong, and what to do, on one line."""

    def one_at_a_time(self, what: str) -> AbstractContextManager[bool]:
        """Do something that no other process does meanwhile; gives False where one does."""
