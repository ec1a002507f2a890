"""Every invariant of a library and what is derived from it: checked, and mended where that can be done."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from footnote.corpus.errors import LibraryError
from footnote.index.database import integrity
from footnote.index.database.purge import needs_scrub, scrub
from footnote.index.database.records import spans_of
from footnote.index.library import StoredChunk
from footnote.index.passages import PassageIndex

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one article: in its chunks, which can be made anew, or in its ``text``, which cannot."""

    article_id: str
    what: str
    text: bool = False

    def __str__(self) -> str:
        return f"{self.article_id}: {self.what}"


def problems(index: PassageIndex) -> list[str]:
    """Return what is wrong, in words; empty when every invariant holds.

    Each stored text matches its version, each article has all of its chunks, each of them lies in its article's text
    and is what the full-text index holds, its sentences lie in it in order, it has one vector of length one and one
    for each sentence, nothing is orphaned, articles that share a text have one origin, and Chroma holds each live
    chunk's vector once, and the same.
    """
    index.derived.wait()  # what a crash left behind is mended as it is opened
    return [*index.library.problems(), *map(str, faults(index)), *index.derived.problems()]


def repair(index: PassageIndex) -> list[str]:
    """Mend what can be made anew from the articles' texts; returns what was done, in words.

    Raises ``LibraryError`` or ``ModelError`` where it cannot be mended; a copy of the library is needed.
    """
    index.derived.wait()
    done = []
    if index.library.problems():
        index.library.repair()
        done.append("the full-text index and the origins were made anew")
    damaged = {fault.article_id for fault in faults(index) if not fault.text}
    articles = [  # all read before the first is written, and only those whose text is what it was
        article
        for article_id, version in index.library.versions().items()
        if article_id in damaged and (article := index.library.article(article_id)).version == version
    ]
    for article in articles:
        index.library.renew(article, index.cut_and_encode([article])[0], index.made_with())
        done.append(f"{article.id}: its sentences and vectors were made anew")
    if needs_scrub(index.library) and scrub(index.library):
        done.append("a purge was finished")
    index.derived.rebuild()
    return done


def faults(index: PassageIndex) -> Iterator[Fault]:
    """Yield what is wrong with single articles."""
    current = index.library.versions()
    lengths: dict[str, int] = {}
    for article_id, version, text in index.library.texts():
        if current.get(article_id) == version:
            lengths[article_id] = len(text)
        if hashlib.sha256(text.encode("utf-8")).hexdigest() != version:
            which = "its text" if current.get(article_id) == version else "the text of an earlier version"
            yield Fault(article_id, f"{which} does not match its version", text=True)
    for article_id in integrity.missing_chunks(index.library):
        yield Fault(article_id, "it has more or fewer chunks than were made of it")
    yield from _chunk_faults(index, lengths)


def _chunk_faults(index: PassageIndex, lengths: dict[str, int]) -> Iterator[Fault]:
    made = index.library.indexed_with()
    for chunk in _chunks(index):
        if isinstance(chunk, Fault):
            yield chunk
            continue
        for what in _faults(chunk, lengths.get(chunk.article_id, 0)):
            yield Fault(chunk.article_id, f"chunk {chunk.id} {what}")
        if made and chunk.vector.shape != (made.dimension,):
            yield Fault(chunk.article_id, f"chunk {chunk.id} has a vector of another model")


def _chunks(index: PassageIndex) -> Iterator[StoredChunk | Fault]:
    """Yield the chunks, or what is wrong with those that cannot be read."""
    keys = index.library.chunk_keys()
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        try:
            yield from index.library.chunks([chunk_id for chunk_id, _ in batch])
        except LibraryError:
            for chunk_id, article_id in batch:
                try:
                    yield from index.library.chunks([chunk_id])
                except LibraryError:
                    yield Fault(article_id, f"chunk {chunk_id} is damaged")


def _faults(chunk: StoredChunk, length: int) -> Iterator[str]:
    spans = spans_of(chunk)
    edges = [edge for span in spans for edge in span]
    if not spans or edges != sorted(edges) or edges[0] != chunk.start or edges[-1] != chunk.end or chunk.end > length:
        yield "has sentences outside its span"
    if len(chunk.sentence_vectors) != len(spans):
        yield "has more or fewer vectors than sentences"
    own, others = np.linalg.norm(chunk.vector), np.linalg.norm(chunk.sentence_vectors, axis=1)
    if not (np.allclose(own, 1, atol=0.01) and np.allclose(others, 1, atol=0.01)):
        yield "has a vector that is not of length one"
