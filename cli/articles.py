"""``add``, ``list``, ``show`` and ``remove``: the articles of a library."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

from tqdm import tqdm

from cli.output import note, record, result
from cli.progress import expected
from cli.versions import came_from, full_version, show_difference, show_versions
from corpus.article import Article
from corpus.found import Found, Refusal
from corpus.settings import Settings
from corpus.sources import read_sources
from corpus.text import one_line
from index.library import Library
from index.passages import PassageIndex
from index.settle import Added, foreseen


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Add what the sources hold; 1 when any of it was refused."""
    items = read_sources(args.sources, allow_private=args.allow_private)
    if args.dry_run:
        return _dry_run(items, settings)
    index = PassageIndex(settings, notify=note)
    refusals: list[Refusal] = []
    bar = tqdm(desc="adding", unit=" articles", total=expected(args.sources), delay=2, disable=None)
    try:
        for done, added in enumerate(index.add(_articles(items, refusals)), 1):
            result(f"{added.id}\t{added}")
            bar.update(done + len(refusals) - bar.n)
        index.derived.sync()
    finally:
        bar.close()
        index.close()
    return 1 if refusals else 0


def _articles(items: Iterable[Found | Refusal], refusals: list[Refusal]) -> Iterator[Found]:
    """Yield what can be added; say at once what cannot, and keep it."""
    for item in items:
        if isinstance(item, Refusal):
            refusals.append(item)
            _refuse(item)
        else:
            yield item


def _refuse(refusal: Refusal) -> None:
    source = one_line(refusal.source, 1_000)
    result(f"{source}\trefused: {refusal.reason}")
    if not sys.stdout.isatty():  # the results go to a file or another program: tell the person, too
        note(f"{source}: refused: {refusal.reason}")


def _dry_run(items: Iterable[Found | Refusal], settings: Settings) -> int:
    library = _existing(settings)
    refusals: list[Refusal] = []
    for found in _articles(items, refusals):
        would = foreseen(library, found) if library else Added(found.article.id, "added")
        result(f"{would.id}\twould be {would}")
    if library:
        library.close()
    return 1 if refusals else 0


def _existing(settings: Settings) -> Library | None:
    return Library(settings.home) if (settings.home / "library.sqlite").is_file() else None


def show_list(args: argparse.Namespace, settings: Settings) -> int:
    """Print the articles, one a line, or as a JSON array."""
    library = _existing(settings)
    articles = (library.withdrawn() if args.withdrawn else library.articles()) if library else []
    if library:
        library.close()
    if args.json:
        record([_described(article) for article in articles], indent=1)
        return 0
    for article in articles:
        result("\t".join([article.id, article.published or "-", article.publisher or "-", article.label]))
    if not articles and args.withdrawn:
        note("no article is withdrawn")
    elif not articles:
        note(f"the library in {settings.home} is empty; add articles with: footnote add FILE")
    return 0


def _described(article: Article) -> dict[str, Any]:
    return {name: value for name, value in asdict(article).items() if name != "text"}


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print one article, its versions, or what changed between two of them; or a JSON object with ``text``."""
    with closing(Library(settings.home, create=False, notify=note)) as library:
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
    with closing(Library(settings.home, create=False)) as library:
        library.withdraw(args.ids)
    for article_id in dict.fromkeys(args.ids):
        result(f"{article_id}\tremoved")
    return 0
