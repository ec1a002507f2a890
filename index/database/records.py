"""What the library keeps, as records, and their form in its tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, NotFoundError
from footnote.corpus.text import Span
from footnote.index.embedding.encoder import Vectors

FIELDS = "v.article_id, v.title, v.authors, v.publisher, v.published, v.url, v.source"
"""The columns of an article, as `article_from` takes them."""
CURRENT = "articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
"""Where each article's row and that of its current version are."""
CHUNK_FIELDS = 'id, article_id, start, "end", spans, vector, sentence_vectors'
"""The columns of a chunk, as `chunk_from` takes them."""

SCALE_BYTES = 4
_LEAST = 1e-30  # what stands for the length of a vector of zeros


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


def no_article(article_id: str, which: str = "") -> NotFoundError:
    """Return the error for an article that is not in the library."""
    return NotFoundError(f"there is no {which}article {article_id!r}; `footnote list` shows what there is")


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
    spans, vector = np.asarray(chunk.spans, "<i4").tobytes(), packed(chunk.vector)
    return (chunk.article_id, chunk.start, chunk.end, spans, vector, packed_sentences(chunk.sentence_vectors))


def chunk_from(row: Sequence[Any]) -> StoredChunk:
    """Return the chunk of a row of `CHUNK_FIELDS`; raises ``LibraryError`` where that cannot be one."""
    chunk_id, article_id, start, end, spans, vector, sentence_vectors = row
    try:
        span_rows = np.frombuffer(spans, "<i4").reshape(-1, 3)
        vectors = unpacked_sentences(sentence_vectors, len(span_rows))
        return StoredChunk(article_id, start, end, span_rows, unpacked(vector)[0], vectors, chunk_id)
    except (ValueError, TypeError, BufferError):
        raise LibraryError(
            f"{article_id}: chunk {chunk_id} is damaged; run `footnote doctor --repair`, or restore a copy"
        ) from None


def packed(vector: Vectors) -> bytes:
    """Return a vector, shape (d,), as it is stored: whole numbers of 8 bits, and what to multiply them by."""
    return _rounded(vector[None, :], 127).tobytes()


def unpacked(stored: bytes | npt.NDArray[np.uint8], count: int = 1) -> Vectors:
    """Return ``count`` vectors that `packed` stored, shape (count, d); raises ``ValueError`` or ``TypeError``."""
    raw = np.frombuffer(stored, np.uint8).reshape(count, -1)
    return _scaled(raw[:, :-SCALE_BYTES].view(np.int8), raw)


def packed_sentences(vectors: Vectors) -> bytes:
    """Return vectors, shape (n, d), d even, as they are stored: 4 bits a number, two of them in a byte."""
    raw = _rounded(vectors, 7)
    halves = raw[:, :-SCALE_BYTES] & 0xF
    return np.hstack([halves[:, ::2] << 4 | halves[:, 1::2], raw[:, -SCALE_BYTES:]]).tobytes()


def unpacked_sentences(stored: bytes, count: int) -> Vectors:
    """Return the ``count`` vectors that `packed_sentences` stored; raises what `unpacked` does."""
    raw = np.frombuffer(stored, np.uint8).reshape(count, -1)
    pairs = raw[:, :-SCALE_BYTES, None].view(np.int8)
    # the shift to the right keeps the sign; the one to the left puts the second number where the first was
    return _scaled((np.concatenate([pairs, pairs << 4], axis=2) >> 4).reshape(count, -1), raw)


def _rounded(vectors: Vectors, most: int) -> npt.NDArray[np.uint8]:
    """Return vectors as whole numbers up to ``most``, and at the end of each a factor that keeps its length."""
    rows = np.asarray(vectors, np.float32)
    whole = np.rint(rows * (most / np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0), _LEAST)))
    length = np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), _LEAST)
    scale = (np.linalg.norm(rows, axis=1, keepdims=True) / length).astype("<f4")
    return np.hstack([whole.astype(np.int8).view(np.uint8), scale.view(np.uint8)])


def _scaled(whole: npt.NDArray[np.int8], raw: npt.NDArray[np.uint8]) -> Vectors:
    scale = np.ascontiguousarray(raw[:, -SCALE_BYTES:]).view("<f4")
    return np.asarray(whole * scale, np.float32)


def spans_of(chunk: StoredChunk) -> list[Span]:
    """Return the spans of a chunk's sentences, in order."""
    return [Span(int(start), int(end)) for start, end, _ in chunk.spans]
