"""What adding an article would do: under which id it goes into the library, and whether it is there already."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from footnote.corpus.article import Article
from footnote.corpus.result import SourcedArticle
from footnote.corpus.text import fold
from footnote.index.library import METADATA, Library
from footnote.index.near_duplicates import are_copies, signature

Outcome = Literal["added", "unchanged", "new version", "near-duplicate"]

_MOST_NAMESAKES = 20


@dataclass(frozen=True, slots=True)
class Added:
    """What adding an article did: the id that it has in the library, and the outcome.

    A ``near-duplicate`` is added, too, and answers; ``near`` names the article whose text it shares.
    """

    id: str
    outcome: Outcome
    near: str = ""

    def __str__(self) -> str:
        return f"near-duplicate of {self.near}" if self.outcome == "near-duplicate" else self.outcome


def identify(library: Library, found: SourcedArticle) -> tuple[Article, Added | None]:
    """Return the article with its final id and metadata, and the outcome when nothing is to be done."""
    article = _identified(library, found)
    version = library.version_of(article.id)
    if version is not None:
        known = library.article(article.id)
        article = _as_edited(article, known, library.edited(article.id))
        if version == article.version:
            article = _enriched(article, known)
            same = replace(article, source=known.source) == known
            return article, Added(article.id, "unchanged") if same else None
    if not found.named and (held := library.ids_with_version(article.version)):
        return article, Added(held[0], "unchanged")
    return article, None


def foreseen(library: Library, found: SourcedArticle) -> Added:
    """Return what adding an article would do, without doing it; that it is a near-duplicate shows only then."""
    article, done = identify(library, found)
    return done or Added(article.id, "added" if library.version_of(article.id) is None else "new version")


def as_new_version(library: Library, found: SourcedArticle) -> SourcedArticle:
    """Name the article that ``found`` is a new version of, where no folder or address tells what it belongs to.

    That is one whose id was made of the same file name, if it has the same title or most of the same text: many files
    are called ``article.pdf``. What came with an id, or from an address, or is nobody's new version stays as it is.
    """
    if found.named or library.ids_with_url(found.article.url) or library.ids_with_version(found.article.version):
        return found
    stem = found.article.id  # and with a number, as `_identified` makes ids
    for namesake in library.articles([stem, *(f"{stem}-{n}" for n in range(2, _MOST_NAMESAKES + 1))]):
        known = library.article(namesake.id)
        same_title = bool(found.article.title) and fold(found.article.title) == fold(known.title)
        if same_title or are_copies(signature(found.article.text), [signature(known.text)])[0]:
            return replace(found, article=replace(found.article, id=known.id), named=True)
    return found


def _identified(library: Library, found: SourcedArticle) -> Article:
    """Keep two sources apart that would get one id from their file names, and one address's articles together."""
    article = found.article
    if found.named:
        return article
    if held := library.ids_with_url(article.url):
        return article if article.id in held else replace(article, id=held[0])
    if library.source_of(article.id) in (None, article.source) or library.version_of(article.id) == article.version:
        return article
    number = 2
    while library.source_of(f"{article.id}-{number}") not in (None, article.source):
        number += 1
    return replace(article, id=f"{article.id}-{number}")


def _as_edited(article: Article, known: Article, edited: Mapping[str, Any]) -> Article:
    """Keep what a person has set, where the source says nothing or the same as it said then."""
    then = {name: tuple(said) if isinstance(said, list) else said for name, said in edited.items()}
    kept = {name: getattr(known, name) for name in then if getattr(article, name) in (then[name], "", ())}
    return replace(article, **kept)


def _enriched(article: Article, known: Article) -> Article:
    """Keep what is known of an article where a second reading of the same text does not say."""
    fields = (*METADATA, "source")
    return replace(article, **{name: getattr(article, name) or getattr(known, name) for name in fields})
