"""What adding an article would do: under which id it goes into the library, and whether it is there already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from corpus.article import Article
from corpus.sources import Found
from index.library import Library

Outcome = Literal["added", "unchanged", "new version"]


@dataclass(frozen=True, slots=True)
class Added:
    """What adding an article did: the id that it has in the library, and the outcome."""

    id: str
    outcome: Outcome


def settle(library: Library, found: Found) -> tuple[Article, Added | None]:
    """Return the article with its final id and metadata, and the outcome when nothing is to be done."""
    article = _identified(library, found)
    if library.version_of(article.id) == article.version:
        known = library.article(article.id)
        article = _enriched(article, known)
        same = replace(article, source=known.source) == known
        return article, Added(article.id, "unchanged") if same else None
    if not found.named and (held := library.ids_with_version(article.version)):
        return article, Added(held[0], "unchanged")
    return article, None


def _identified(library: Library, found: Found) -> Article:
    """Keep two sources apart that would get one id from their file names."""
    article = found.article
    if found.named or library.source_of(article.id) in (None, article.source):
        return article
    if library.version_of(article.id) == article.version:
        return article
    number = 2
    while library.source_of(f"{article.id}-{number}") not in (None, article.source):
        number += 1
    return replace(article, id=f"{article.id}-{number}")


def _enriched(article: Article, known: Article) -> Article:
    """Keep what is known of an article where a second reading of the same text does not say."""
    fields = ("title", "authors", "publisher", "published", "url", "source")
    return replace(article, **{name: getattr(article, name) or getattr(known, name) for name in fields})
