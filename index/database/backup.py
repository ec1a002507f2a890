"""A copy of the library that is taken while it is in use, and opens elsewhere."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from footnote.corpus.errors import LibraryError, UsageError
from footnote.index.database.connection import FILE_NAME, Database, explain

_PAGES = 2_000
_SUFFIXES = (".sqlite", ".db")


def backup(database: Database, target: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Path:
    """Copy the library to ``target``, a file when it ends in .sqlite or .db, else a folder; returns the file.

    The copy is one state of the library, whatever is changed meanwhile, and is checked before it gets its name.
    ``progress`` is told how many pages are done, and of how many. A folder can be opened with ``--home``.

    Raises:
        UsageError: there is such a file already, or a library in the folder.
        LibraryError: the copy cannot be written, or is not sound.
    """
    file = target if target.suffix.lower() in _SUFFIXES and not target.is_dir() else target / FILE_NAME
    if file.exists():
        raise UsageError(f"{file} is there already; choose another name, nothing is overwritten")
    partial = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _copy(database, partial, progress)
        _name(partial, file)
    except FileExistsError:
        raise UsageError(f"{file} is there already; choose another name, nothing is overwritten") from None
    except (sqlite3.Error, OSError) as error:
        raise LibraryError(explain(file, error)) from None
    finally:
        for leftover in partial.parent.glob(f"{partial.name}*"):
            leftover.unlink()
    return file


def _copy(database: Database, file: Path, progress: Callable[[int, int], None]) -> None:
    with closing(sqlite3.connect(file)) as copy, database.reading():
        database.generation()  # the state to copy is the one that is read first
        database.connection().backup(
            copy, pages=_PAGES, progress=lambda status, left, total: progress(total - left, total), sleep=0
        )
        copy.execute("PRAGMA journal_mode = DELETE")
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise LibraryError(f"the copy is not sound ({found}); run `footnote doctor` on the library")
        copy.execute("PRAGMA journal_mode = WAL")


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
