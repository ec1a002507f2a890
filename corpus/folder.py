"""The articles of a folder: which of its files are read, and in what order."""

import os
from pathlib import Path

from footnote.corpus.file_types import SUFFIXES
from footnote.corpus.result import Refusal

FOLDER_SUFFIXES = frozenset(suffix for suffix, kind in SUFFIXES.items() if kind != "feed")
"""Feeds are read when they are named alone: a folder of files needs no network."""


def article_files(folder: Path) -> list[Path | Refusal]:
    """Return the files of articles below ``folder``, by name, and a refusal for each folder that cannot be read.

    Passed over are hidden files and folders, README files, linked folders, and links that lead out of the folder.
    """
    root = folder.resolve()
    files: list[Path] = []
    refused: list[Path | Refusal] = []
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in (each for each in entries if not each.name.startswith(".")):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(here / entry.name)
                    elif _is_article(entry, root):
                        files.append(here / entry.name)
        except OSError as error:
            refused.append(Refusal(str(here), f"the folder cannot be read: {(error.strerror or str(error)).lower()}"))
    return [*sorted(files), *refused]


def _is_article(entry: os.DirEntry[str], root: Path) -> bool:
    path = Path(entry.path)
    if path.suffix.lower() not in FOLDER_SUFFIXES or path.stem.upper().startswith("README"):
        return False
    if entry.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):  # resolve() fails on a loop
        return False
    return path.is_file()
