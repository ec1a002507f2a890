"""Every invariant of a library and what is derived from it, checked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corpus.errors import LibraryError
from index.library import StoredChunk, spans_of
from index.passages import PassageIndex

_BATCH = 500


def problems(index: PassageIndex) -> list[str]:
    """Return what is wrong, in words; empty when every invariant holds.

    Each stored text matches its version, each chunk lies in its article's text and is what the full-text index
    holds, its sentences lie in it in order, it has one vector of length one and one for each sentence, nothing is
    orphaned, and Chroma holds every live chunk.
    """
    library = index.library
    found = library.problems()
    texts = {}
    for article_id, version in library.versions().items():
        article = library.article(article_id)
        texts[article_id] = article.text
        if article.version != version:
            found.append(f"{article_id}: its text does not match its version")
    word_texts = dict(library.word_texts())
    made = library.indexed_with()
    for chunk in _chunks(index, found):
        text = texts.get(chunk.article_id, "")
        if word_texts.get(chunk.id) != text[chunk.start : chunk.end]:
            found.append(f"{chunk.article_id}: chunk {chunk.id} is not what the full-text index holds")
        found.extend(f"{chunk.article_id}: chunk {chunk.id} {what}" for what in _faults(chunk, len(text)))
        if made and chunk.vector.shape != (made.dimension,):
            found.append(f"{chunk.article_id}: chunk {chunk.id} has a vector of another model")
    return found + index.derived.problems()


def _chunks(index: PassageIndex, found: list[str]) -> Iterator[StoredChunk]:
    """Yield the chunks; those that cannot be read are told in ``found``."""
    ids = [chunk_id for chunk_id, _ in index.library.chunk_keys()]
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        try:
            yield from index.library.chunks(batch)
        except LibraryError:
            for chunk_id in batch:
                try:
                    yield from index.library.chunks([chunk_id])
                except LibraryError as error:
                    found.append(str(error))


def _faults(chunk: StoredChunk, length: int) -> Iterator[str]:
    spans = spans_of(chunk)
    edges = [edge for span in spans for edge in span]
    if not spans or edges != sorted(edges) or edges[0] != chunk.start or edges[-1] != chunk.end or chunk.end > length:
        yield "has sentences outside its span"
    if len(chunk.sentence_vectors) != len(spans):
        yield "has more or fewer vectors than sentences"
    norms = [np.linalg.norm(vector) for vector in (chunk.vector, *chunk.sentence_vectors)]
    if not np.allclose(norms, 1, atol=0.01):
        yield "has a vector that is not of length one"
