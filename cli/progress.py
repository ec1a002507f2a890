"""How much there is to do, where that can be told without reading it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from footnote.corpus.file_types import SUFFIXES
from footnote.corpus.folder import article_files

_BLOCK = 1 << 20


def expected(sources: Iterable[str]) -> int | None:
    """Return how many articles the sources hold, good or bad; None when that shows only as they are read."""
    total = 0
    for source in sources:
        path = Path(source)
        if source == "-" or "://" in source or SUFFIXES.get(path.suffix.lower()) == "feed":
            return None
        try:
            total += sum(_articles(file) for file in _files(path))
        except OSError:
            return None
    return total


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in article_files(path) if isinstance(file, Path))
    else:
        yield path


def _articles(file: Path) -> int:
    if SUFFIXES.get(file.suffix.lower()) != "jsonl" or not file.is_file():
        return 1
    count, last = 0, b"\n"
    with file.open("rb") as lines:
        while block := lines.read(_BLOCK):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")
