"""The live chunks of a library in memory, at one moment: what searching compares a question with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library
from footnote.index.search.scope import Mask, Publications, Scope

_ROOM = 8
"""One part in so many of the vectors' memory is kept free for what is added."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The live chunks at one generation: ids rising, their vectors as rows, and the article of each.

    ``owners[row]`` is the place of a chunk's article in ``articles``, which are without text and in the order of
    their ids, ``publications`` when and by whom they were published; ``versions`` gives the version of each article,
    by id, and ``origins`` the article that it shares its text with, itself if none. ``index`` numbers what the vectors
    were made with.
    """

    generation: int
    index: int
    ids: npt.NDArray[np.int64]
    vectors: Vectors
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

    def allowed(self, scope: Scope) -> Mask:
        """Return for each row whether its article is inside ``scope``."""
        if not scope:
            return np.ones(len(self.ids), dtype=np.bool_)
        return np.asarray(self.publications.inside(scope)[self.owners], dtype=np.bool_)


def load(library: Library, dimension: int, old: Snapshot | None = None) -> Snapshot:
    """Read the library as it is now; what ``old`` holds and is still so is not read again."""
    with library.reading():
        generation, index = library.generation(), library.index_number
        if old is not None and old.index != index:
            old = None
        keys = library.chunk_keys()
        newest = int(old.ids[-1]) if old is not None and len(old.ids) else 0
        fresh = [_checked(n, vector, dimension) for n, vector in library.chunk_vectors(after=newest)]
        versions, origins = library.versions(), library.origins()
        digest = library.digest()
        changed = library.changed_since(old.generation) if old else set()
        articles = library.articles(changed) if old else library.articles()
    if old:
        kept = [article for article in old.articles if article.id in versions and article.id not in changed]
        articles = sorted([*kept, *articles], key=lambda article: article.id)
    ids = np.fromiter((n for n, _ in keys), np.int64, len(keys))
    place = {article.id: n for n, article in enumerate(articles)}
    owners = np.fromiter((place[article_id] for _, article_id in keys), np.int32, len(keys))
    vectors = _rows(old, ids[: len(ids) - len(fresh)], fresh, dimension)
    published = Publications(articles)
    return Snapshot(generation, index, ids, vectors, owners, tuple(articles), published, versions, origins, digest)


def _checked(chunk_id: int, vector: Vectors, dimension: int) -> Vectors:
    if len(vector) != dimension:
        raise LibraryError(
            f"chunk {chunk_id} has a vector of {len(vector)} numbers instead of {dimension};"
            " run `footnote doctor --repair`"
        )
    return vector


def _rows(old: Snapshot | None, kept: npt.NDArray[np.int64], fresh: Sequence[Vectors], dimension: int) -> Vectors:
    """Return the vectors of ``kept`` chunks and then ``fresh``, in place after those of ``old`` where there is room.

    An article that is added to a large library would else cost a copy of all vectors.
    """
    size = len(kept) + len(fresh)
    room = old.vectors.base if old is not None and len(kept) == len(old.ids) else None
    if room is None or len(room) < size:
        room = np.empty((size + size // _ROOM + 1, dimension), dtype=np.float32)
        if old is not None and len(kept):
            np.take(old.vectors, np.searchsorted(old.ids, kept), axis=0, out=room[: len(kept)])
    if fresh:
        room[len(kept) : size] = fresh
    return room[:size]
