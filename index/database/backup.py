"""A copy of the library that is taken while it is in use, and opens elsewhere: in a folder, or on PostgreSQL."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

from footnote.corpus.errors import LibraryError, UsageError
from footnote.index.database.connection import FILE_NAME, Database
from footnote.index.database.engine import COUNTERS, ROW_ORDER
from footnote.index.database.schema import make_words
from footnote.index.database.sqlite import SQLiteFile, explain

_PAGES = 2_000
_ROWS = 500
_SUFFIXES = (".sqlite", ".db")
_TABLES = ("meta", "versions", "articles", "chunks", "shelf", "signatures", "bands", "feedback", "conversations",
           "turns", "watches", "news", "tags")  # fmt: skip
"""What a library is, each after what it refers to; the rest is made of it, and a reindexing under way begins anew."""

Progress = Callable[[int, int], None]


def backup(database: Database, target: Path, progress: Progress = lambda done, total: None) -> Path:
    """Copy the library to ``target``, a file when it ends in .sqlite or .db, else a folder; returns the file.

    The copy is one state of the library, whatever is changed meanwhile, and is checked before it gets its name.
    ``progress`` is told how many pages or rows are done, and of how many. Raises ``UsageError`` where there is such a
    file already, or a library in the folder; ``LibraryError`` where the copy cannot be written, or is not sound.
    """
    file = target if target.suffix.lower() in _SUFFIXES and not target.is_dir() else target / FILE_NAME
    partial = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        if file.exists():
            raise FileExistsError(file)
        partial.mkdir(parents=True)
        if isinstance(database.engine, SQLiteFile):
            _copy_pages(database, partial / FILE_NAME, progress)
        else:
            with closing(Database(partial)) as copy:
                _copy_rows(database, copy, progress)
        _check(partial / FILE_NAME)
        _name(partial / FILE_NAME, file)
    except FileExistsError:
        raise UsageError(f"{file} is there already; choose another name, nothing is overwritten") from None
    except (sqlite3.Error, OSError) as error:
        raise LibraryError(explain(file, error)) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return file


def copy_to_server(database: Database, address: str, progress: Progress = lambda done, total: None) -> str:
    """Copy the library, as `backup` does, into a PostgreSQL database; returns where that is, without a password.

    Raises ``UsageError`` where it holds a library, or the address is none; ``LibraryError`` where it cannot be written.
    """
    with closing(Database(database.home, address)) as copy:
        if copy.read("SELECT 1 FROM versions LIMIT 1"):
            raise UsageError(f"{copy.where} holds a library already; choose another, nothing is overwritten")
        _copy_rows(database, copy, progress)
        return copy.where


def _copy_pages(database: Database, file: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(file)) as copy, database.reading() as connection:
        database.generation()  # the state to copy is the one that is read first
        assert isinstance(connection, sqlite3.Connection)
        connection.backup(
            copy, pages=_PAGES, progress=lambda status, left, total: progress(total - left, total), sleep=0
        )


def _check(file: Path) -> None:
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise LibraryError(f"the copy is not sound ({found}); run `footnote doctor` on the library")
        copy.execute("PRAGMA journal_mode = WAL")


def _copy_rows(database: Database, target: Database, progress: Progress) -> None:
    """Put all rows of one library into another, new one, in one transaction."""
    with database.reading() as source, target.change(visible=False) as copy:
        total = sum(source.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES)
        done = 0
        copy.execute("DELETE FROM meta")
        for table in _TABLES:
            columns = [column[0] for column in source.execute(f"SELECT * FROM {table} LIMIT 0").description]
            if table in ROW_ORDER and "rowid" not in columns:
                columns.insert(0, "rowid")
            marks = ",".join("?" * len(columns))
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = source.stream(f"SELECT {listed} FROM {table}")
            while some := list(islice(rows, _ROWS)):
                copy.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", some)
                done += len(some)
                progress(done, total)
        copy.execute("DELETE FROM meta WHERE key = 'next_indexed_with'")
        for table in (*COUNTERS, *ROW_ORDER):
            copy.count_from(table, source.counted_to(table))
        make_words(copy)


def _name(partial: Path, file: Path) -> None:
    """Give the copy its name, unless somebody else has made a file of that name meanwhile."""
    try:
        os.link(partial, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as a memory stick's
        if file.exists():
            raise FileExistsError(file) from None
        partial.rename(file)
