"""Which chunks of a library are live at one moment, and whose they are; their vectors stay on disk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.corpus.article import Article
from footnote.index.library import Library
from footnote.index.search.scope import Mask, Publications, Scope


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The live chunks at one generation: ids rising, and the article of each.

    ``owners[row]`` is the place of a chunk's article in ``articles``, which are without text and in the order of
    their ids, ``publications`` when and by whom they were published; ``versions`` gives the version of each article,
    by id, and ``origins`` the article that it shares its text with, itself if none. ``identity`` is the library's, as
    derived stores carry it.
    """

    generation: int
    identity: str
    ids: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int32]
    articles: tuple[Article, ...]
    publications: Publications
    versions: dict[str, str]
    origins: dict[str, str]
    digest: str

    def row(self, chunk_id: int) -> int | None:
        """Return the row of a chunk; None when it is not live."""
        row = int(np.searchsorted(self.ids, chunk_id))
        return row if row < len(self.ids) and self.ids[row] == chunk_id else None

    def article(self, row: int) -> Article:
        """Return the article, without text, of the chunk in this row."""
        return self.articles[int(self.owners[row])]

    def allowed(self, scope: Scope) -> Mask | None:
        """Return for each row whether its article is inside ``scope``; None where that limits nothing."""
        if not scope:
            return None
        return np.asarray(self.publications.inside(scope)[self.owners], dtype=np.bool_)


def load(library: Library, old: Snapshot | None = None) -> Snapshot:
    """Read the library as it is now; of what ``old`` holds, only the articles that have changed are read again."""
    with library.reading():
        generation, identity = library.generation(), library.identity()
        if old is not None and old.identity != identity:  # purged, or moved to another model: all ids may be others
            old = None
        changed = library.changed_since(old.generation) if old else None
        keys, articles = library.chunk_keys(changed), library.articles(changed)
        versions, origins = library.versions(), library.origins()
        digest = library.digest()
    kept = [each for each in old.articles if each.id in versions and each.id not in (changed or ())] if old else []
    articles = sorted([*kept, *articles], key=lambda article: article.id)
    place = {article.id: n for n, article in enumerate(articles)}
    ids = np.fromiter((n for n, _ in keys), np.int64, len(keys))
    owners = np.fromiter((place[article_id] for _, article_id in keys), np.int32, len(keys))
    if old:
        now = np.full(len(old.articles), -1, np.int32)
        there = {article.id: n for n, article in enumerate(old.articles)}
        now[[there[article.id] for article in kept]] = [place[article.id] for article in kept]
        moved = now[old.owners]
        ids, owners = np.concatenate([old.ids[moved >= 0], ids]), np.concatenate([moved[moved >= 0], owners])
        rising = np.argsort(ids, kind="stable")
        ids, owners = ids[rising], owners[rising]
    return Snapshot(
        generation, identity, ids, owners, tuple(articles), Publications(articles), versions, origins, digest
    )
