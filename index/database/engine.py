"""What a database must do to hold a library: SQLite and PostgreSQL each in their own way, under the same names.

All other SQL is one text for both: what both understand, with ``?`` for values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from footnote.index.database.postgresql import PostgreSQLConnection, PostgreSQLServer
    from footnote.index.database.sqlite import SQLiteConnection, SQLiteFile

COUNTERS = ("chunks", "shelf", "feedback", "news")
"""The tables that number their rows, and never use a number again."""
ROW_ORDER = ("versions", "articles")
"""The tables whose ``rowid`` tells the order in which their rows came."""
META_NUMBER = "(SELECT CAST(value AS BIGINT) FROM meta WHERE key = '{}')"
"""A number that the ``meta`` table keeps, as all it keeps, as text."""

Connection: TypeAlias = "SQLiteConnection | PostgreSQLConnection"
"""One thread's connection: what it executes takes effect at once, but between ``begin`` and COMMIT or ROLLBACK."""
Engine: TypeAlias = "SQLiteFile | PostgreSQLServer"
"""Where a library is, and how it is reached; ``where`` names it in messages, without a password."""


class BusyError(Exception):
    """Another process has been writing for longer than one wants to wait."""
