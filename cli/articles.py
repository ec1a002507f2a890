"""``add``, ``list``, ``show`` and ``remove``: the articles of a library."""

from __future__ import annotations

import argparse
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from footnote.cli.output import note, record, result
from footnote.cli.versions import came_from, full_version, show_difference, show_versions
from footnote.corpus.errors import RefusedError, UsageError
from footnote.corpus.fields import with_fields
from footnote.corpus.file_types import SUFFIXES
from footnote.corpus.folder import article_files
from footnote.corpus.result import Item, Refusal, SourcedArticle
from footnote.corpus.settings import Settings
from footnote.corpus.text import one_line
from footnote.index.database.connection import engine_of
from footnote.index.identify import Added, foreseen
from footnote.index.library import METADATA, Library

if TYPE_CHECKING:
    from footnote.index.passages import PassageIndex

Adder = Callable[[Iterable[SourcedArticle]], Iterator[Added | Refusal]]
_BLOCK = 1 << 20


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Add what the sources hold; 1 when any of it was refused."""
    from footnote.corpus.sources import read_sources  # what reads and encodes is not loaded to list articles
    from footnote.index.passages import PassageIndex

    if args.engine == "ray" and not args.dry_run:
        return _add_on_ray(args, settings)
    items = _described_by(args, read_sources(args.sources, allow_private=args.allow_private))
    if args.dry_run:
        return _dry_run(items, settings)
    with closing(PassageIndex(settings, notify=note)) as index:
        return _add(args.sources, items, index, index.add)


def _add_on_ray(args: argparse.Namespace, settings: Settings) -> int:
    from footnote.index.bulk.engine import RayEngine
    from footnote.index.passages import PassageIndex

    address = args.ray_address or os.environ.get("RAY_ADDRESS", "")
    with (
        closing(PassageIndex(settings, notify=note)) as index,
        RayEngine(index, address, settings.allow_download) as engine,
    ):
        items = _described_by(args, engine.read(args.sources, allow_private=args.allow_private))
        return _add(args.sources, items, index, engine.add)


def _add(sources: list[str], items: Iterable[Item], index: PassageIndex, add: Adder) -> int:
    """Add ``items`` by ``add``, and print a line for each once it is committed; 1 when any was refused."""
    done = 0
    refusals: list[Refusal] = []
    cautions: deque[str] = deque()
    with tqdm(desc="adding", unit=" articles", total=expected(sources), delay=2, disable=None) as bar:
        for added in add(_articles(items, refusals, cautions)):
            caution = cautions.popleft()
            if isinstance(added, Refusal):
                refusals.append(added)
                _refuse(added)
            else:
                done += 1
                result(_outcome(added.id, str(added), caution))
            bar.update(done + len(refusals) - bar.n)
        index.derived.sync()
    return 1 if refusals else 0


def expected(sources: Iterable[str]) -> int | None:
    """Return how many articles the sources hold, good or bad; None when that shows only as they are read."""
    total = 0
    for source in sources:
        path = Path(source)
        if source == "-" or "://" in source or SUFFIXES.get(path.suffix.lower()) == "feed":
            return None
        try:
            files = article_files(path) if path.is_dir() else [path]
            total += sum(_lines_in(file) for file in files if isinstance(file, Path))
        except OSError:
            return None
    return total


def _lines_in(file: Path) -> int:
    """Return how many lines a JSONL file has; any other file counts as one."""
    if SUFFIXES.get(file.suffix.lower()) != "jsonl" or not file.is_file():
        return 1
    count, last = 0, b"\n"
    with file.open("rb") as lines:
        while block := lines.read(_BLOCK):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")


def _described_by(args: argparse.Namespace, items: Iterator[Item]) -> Iterator[Item]:
    """Return what the sources hold with the fields that the command sets, which are those of a single article.

    Raises ``UsageError`` when fields are set, and there are several articles, or the date is none.
    """
    given = {name: value for name in METADATA if (value := getattr(args, name)) is not None}
    if not given:
        return items
    first = [*islice(items, 2)]
    if len(first) > 1:
        raise UsageError("--title, --author and the like are for a single article; add the others by themselves")
    try:
        for n, item in enumerate(first):
            if isinstance(item, SourcedArticle):
                first[n] = replace(item, article=with_fields(item.article, given))
        return iter(first)
    except RefusedError as error:
        raise UsageError(str(error)) from None


def _outcome(article_id: str, outcome: str, caution: str) -> str:
    return "\t".join(part for part in (article_id, outcome, caution) if part)


def _articles(items: Iterable[Item], refusals: list[Refusal], cautions: deque[str]) -> Iterator[SourcedArticle]:
    """Yield what can be added, and keep what is to be checked in it; say at once what cannot, and keep it."""
    for item in items:
        if isinstance(item, Refusal):
            refusals.append(item)
            _refuse(item)
        else:
            cautions.append(item.caution)
            yield item


def _refuse(refusal: Refusal) -> None:
    source = one_line(refusal.source, 1_000)
    result(f"{source}\trefused: {refusal.reason}")
    if not sys.stdout.isatty():  # the results go to a file or another program: tell the person, too
        note(f"{source}: refused: {refusal.reason}")


def _dry_run(items: Iterable[Item], settings: Settings) -> int:
    library = _existing(settings)
    refusals: list[Refusal] = []
    for found in _articles(items, refusals, deque()):
        would = foreseen(library, found) if library else Added(found.article.id, "added")
        result(_outcome(would.id, f"would be {would}", found.caution))
        read = found.article  # what was read besides its text, to be put right before it is added
        said = [read.title or "no title", ", ".join(read.authors) or "no author", read.published or "no date"]
        note(f"{read.id}: {' | '.join(said)} (set others with --title, --author, --date)")
    if library:
        library.close()
    return 1 if refusals else 0


def _existing(settings: Settings) -> Library | None:
    there = engine_of(settings.home, settings.library).exists()
    return Library(settings.home, settings.library) if there else None


def show_list(args: argparse.Namespace, settings: Settings) -> int:
    """Print the articles, one a line, or as a JSON array."""
    library = _existing(settings)
    articles = (library.withdrawn() if args.withdrawn else library.articles()) if library else []
    if library:
        library.close()
    if args.json:
        described = [asdict(article) for article in articles]
        for fields in described:
            del fields["text"]
        record(described, indent=1)
        return 0
    for article in articles:
        result("\t".join([article.id, article.published or "-", article.publisher or "-", article.label]))
    if not articles and args.withdrawn:
        note("no article is withdrawn")
    elif not articles:
        where = engine_of(settings.home, settings.library).where
        note(f"the library in {where} is empty; add articles with: footnote add FILE")
    return 0


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print one article, its versions, or what changed between two of them; or a JSON object with ``text``."""
    with closing(Library(settings.home, settings.library, create=False, notify=note)) as library:
        if args.versions:
            return show_versions(library.history(args.id), args.json)
        versions = library.history(args.id) if args.version or args.diff else []
        version = full_version(versions, args.version)
        if args.diff:
            return show_difference(library, versions, version)
        article = library.article(args.id, version)
        kept = next(each for each in library.history(args.id) if each.version == article.version)
    if args.json:
        record({**asdict(article), "version": article.version, "provenance": asdict(kept.provenance)}, indent=1)
        return 0
    head = [article.title, ", ".join(article.authors), " ".join((article.publisher, article.published)).strip()]
    result("\n".join(line for line in [*head, article.url, came_from(kept)] if line) + "\n")
    for line in article.text.split("\n"):
        result(line)
    return 0


def remove(args: argparse.Namespace, settings: Settings) -> int:
    """Withdraw articles from every answer: all that are named, or none."""
    with closing(Library(settings.home, settings.library, create=False)) as library:
        library.withdraw(args.ids)
    for article_id in dict.fromkeys(args.ids):
        result(f"{article_id}\tremoved")
    return 0
