"""What the library keeps, as records, and their form in its tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError
from footnote.corpus.text import Span
from footnote.index.embedding.encoder import Vectors

FIELDS = "v.article_id, v.title, v.authors, v.publisher, v.published, v.url, v.source"
"""The columns of an article, as `article_from` takes them."""
CHUNK_FIELDS = 'id, article_id, start, "end", spans, vector, sentence_vectors'
"""The columns of a chunk, as `chunk_from` takes them."""

SCALE_BYTES = 4
_LEAST = 1e-30
"""What a vector of zeros is divided by."""


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as the library keeps it.

    ``spans`` has a row (start, end, paragraph) for each sentence, counted in the article's text; ``vector`` has
    shape (d,), ``sentence_vectors`` (n, d), both of unit length up to rounding. ``id`` is 0 before storing.
    """

    article_id: str
    start: int
    end: int
    spans: npt.NDArray[np.int32]
    vector: Vectors
    sentence_vectors: Vectors
    id: int = 0


@dataclass(frozen=True, slots=True)
class IndexedWith:
    """What the vectors of a library were made with; two of these never mix in one library.

    ``location`` is where the model was found, a folder or a name, and empty for the one that ships: a library that
    is opened without naming a model uses it. The same model at another place is the same model.
    """

    model: str
    digest: str
    dimension: int
    chunking: str
    location: str = field(default="", compare=False, repr=False)

    def to_json(self) -> str:
        """Return the record as the library keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, value: str) -> IndexedWith:
        """Read what `to_json` wrote."""
        return cls(**json.loads(value))


def mixed(current: IndexedWith, wanted: IndexedWith) -> str:
    """Return the message for a library whose vectors were made with something else."""
    if (current.model, current.digest) == (wanted.model, wanted.digest):
        return (
            f"this library's articles are cut as {current.chunking}, and this Footnote cuts them as {wanted.chunking};"
            " run `footnote reindex`"
        )
    return (
        f"this library was made with {current.model} ({current.digest[:8]}, {current.chunking}) and cannot mix in"
        f" {wanted.model} ({wanted.digest[:8]}, {wanted.chunking}); name that model with --model, use another --home,"
        " or move the library with `footnote reindex --model`"
    )


def article_row(article: Article) -> tuple[str, ...]:
    """Return an article's columns, in the order of `FIELDS`, without its text."""
    authors = json.dumps(list(article.authors), ensure_ascii=False)
    return (article.id, article.title, authors, article.publisher, article.published, article.url, article.source)


def article_from(row: Sequence[str], text: str = "") -> Article:
    """Return the article of a row of `FIELDS`."""
    article_id, title, authors, publisher, published, url, source = row
    return Article(article_id, text, title, tuple(json.loads(authors)), publisher, published, url, source)


def chunk_row(chunk: StoredChunk) -> tuple[object, ...]:
    """Return a chunk's columns, in the order of `CHUNK_FIELDS`, without its id."""
    return (
        chunk.article_id,
        chunk.start,
        chunk.end,
        np.asarray(chunk.spans, "<i4").tobytes(),
        packed(chunk.vector),
        packed(chunk.sentence_vectors),
    )


def chunk_from(row: Sequence[Any]) -> StoredChunk:
    """Return the chunk of a row of `CHUNK_FIELDS`.

    Raises:
        LibraryError: what the row holds cannot be a chunk.
    """
    chunk_id, article_id, start, end, spans, vector, sentence_vectors = row
    try:
        span_rows = np.frombuffer(spans, "<i4").reshape(-1, 3)
        vectors = unpacked(sentence_vectors, len(span_rows))
        return StoredChunk(article_id, start, end, span_rows, unpacked(vector)[0], vectors, chunk_id)
    except (ValueError, TypeError, BufferError):
        raise LibraryError(
            f"{article_id}: chunk {chunk_id} is damaged; run `footnote doctor --repair`, or restore a copy"
        ) from None


def packed(vectors: Vectors) -> bytes:
    """Return vectors, shape (n, d) or (d,), as they are stored: whole numbers of 8 bits, and what to multiply them by.

    A vector of length one is off by less than a hundredth of its length; its cosine with another one, by .0004.
    """
    rows = np.atleast_2d(np.asarray(vectors, np.float32))
    scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0) / 127, _LEAST).astype("<f4")
    return np.hstack([np.rint(rows / scale).astype(np.int8).view(np.uint8), scale.view(np.uint8)]).tobytes()


def unpacked(stored: bytes | npt.NDArray[np.uint8], count: int = 1) -> Vectors:
    """Return the ``count`` vectors that `packed` stored, shape (count, d).

    Raises:
        ValueError, TypeError: it cannot have stored that.
    """
    raw = np.frombuffer(stored, np.uint8).reshape(count, -1)
    scale = np.ascontiguousarray(raw[:, -SCALE_BYTES:]).view("<f4")
    return np.asarray(raw[:, :-SCALE_BYTES].view(np.int8) * scale, np.float32)


def spans_of(chunk: StoredChunk) -> list[Span]:
    """Return the spans of a chunk's sentences, in order."""
    return [Span(int(start), int(end)) for start, end, _ in chunk.spans]
