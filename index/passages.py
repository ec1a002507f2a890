"""The index over a library: articles in, candidate passages out."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from corpus.article import Article
from corpus.errors import LibraryError
from corpus.settings import Settings
from corpus.sources import Found
from corpus.text import Span
from index.chunks import MAX_TITLE_PIECES, Chunk, pack
from index.derived import DerivedVectors
from index.encoder import Encoded, Encoder, Passage, SentenceTransformerEncoder, Vectors
from index.library import IndexedWith, Library, StoredChunk, mixed
from index.scope import Scope
from index.sentences import Sentence, split_sentences
from index.words import fts_query

CHUNKING = "sentences/1"
"""Names how articles are cut; raise the number when that changes, since vectors made otherwise do not mix."""

_WINDOW_CHARS = 60_000

Outcome = Literal["added", "unchanged", "new version"]


@dataclass(frozen=True, slots=True)
class Added:
    """What adding an article did: the id that it has in the library, and the outcome."""

    id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may hold the answer, with its article (without text) and how each engine scored it.

    ``similarity`` is the cosine of question and chunk, -1 to 1; ``bm25`` is 0 where no word matches.
    """

    chunk: StoredChunk
    article: Article
    similarity: float
    bm25: float


@dataclass(frozen=True)
class _Snapshot:
    """The live chunks at one generation: ids rising, the article of each, and their vectors as rows."""

    generation: int
    ids: npt.NDArray[np.int64]
    article_ids: tuple[str, ...]
    vectors: Vectors
    articles: dict[str, Article]
    versions: dict[str, str]
    digest: str

    @cached_property
    def row_of(self) -> dict[int, int]:
        return {int(n): row for row, n in enumerate(self.ids)}


class PassageIndex:
    """A library opened for adding and searching. Safe to use from several threads."""

    def __init__(
        self, settings: Settings, encoder: Encoder | None = None, notify: Callable[[str], None] = lambda line: None
    ) -> None:
        """Open the library of ``settings.home``; the model is loaded when it is first needed.

        Raises:
            LibraryError: the library cannot be opened.
        """
        self.library = Library(settings.home)
        self._settings = settings
        self._encoder = encoder
        self._guard = threading.RLock()
        self._snapshot: _Snapshot | None = None
        self._texts: dict[tuple[str, str], str] = {}
        try:
            self.derived = DerivedVectors(self.library, notify)
        except BaseException:
            self.library.close()
            raise

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded at first use.

        Raises:
            ModelError: it cannot be loaded.
            LibraryError: it is not the one that the library was made with.
        """
        with self._guard:
            if self._encoder is None:
                self._encoder = SentenceTransformerEncoder(self._settings.model, self._settings.allow_download)
            return self._encoder

    @property
    def chunking(self) -> str:
        """How articles are cut, by name."""
        return CHUNKING

    def close(self) -> None:
        """Release everything; what was added is kept."""
        self.derived.close()
        self.library.close()

    # --- adding ---

    def add(self, found: Iterable[Found]) -> Iterator[Added]:
        """Add articles, each in a transaction of its own, and yield each outcome once it is committed.

        A few are read ahead, so that the model gets full batches.
        """
        for window in _windows(found):
            fresh = [item for item in window if not self._settle(item)[1]]
            articles = [self._settle(item)[0] for item in fresh]
            encoded = {id(item): chunks for item, chunks in zip(fresh, self._chunks(articles), strict=True)}
            for item in window:
                yield self._commit(item, encoded.get(id(item)))

    def _settle(self, found: Found) -> tuple[Article, Added | None]:
        """Return the article with its final id and metadata, and the outcome when nothing is to be done."""
        article = self._identified(found)
        if self.library.version_of(article.id) == article.version:
            known = self.library.article(article.id)
            article = _enriched(article, known)
            return article, Added(article.id, "unchanged") if article == known else None
        if not found.named and (same := self.library.ids_with_version(article.version)):
            return article, Added(same[0], "unchanged")
        return article, None

    def _commit(self, found: Found, chunks: list[StoredChunk] | None) -> Added:
        article, done = self._settle(found)  # again: what came before it may have changed the answer
        if done:
            return done
        known = self.library.version_of(article.id)
        chunks = chunks if chunks is not None else self._chunks([article])[0]
        if not self.library.put(article, chunks, self._made_with()):
            return Added(article.id, "unchanged")
        return Added(article.id, "new version" if known else "added")

    def _identified(self, found: Found) -> Article:
        """Keep two sources apart that would get one id from their file names."""
        article = found.article
        if found.named:
            return article
        source = self.library.source_of(article.id)
        if source is None or source == article.source:
            return article
        if self.library.version_of(article.id) == article.version:
            return article
        number = 2
        while self.library.source_of(f"{article.id}-{number}") not in (None, article.source):
            number += 1
        return replace(article, id=f"{article.id}-{number}")

    def _made_with(self) -> IndexedWith:
        encoder = self.encoder
        return IndexedWith(encoder.name, encoder.digest, encoder.dimension, CHUNKING)

    def _chunks(self, articles: Sequence[Article]) -> list[list[StoredChunk]]:
        """Cut and encode articles together; returns the chunks of each."""
        plans = [plan(article, self.encoder) for article in articles]
        passages = [
            _passage(_short_title(article.title, self.encoder), article.text, chunk, sentences)
            for article, (sentences, chunks) in zip(articles, plans, strict=True)
            for chunk in chunks
        ]
        vectors = iter(self.encoder.encode_passages(passages))
        return [
            [_stored(article.id, chunk, sentences, next(vectors)) for chunk in chunks]
            for article, (sentences, chunks) in zip(articles, plans, strict=True)
        ]

    # --- searching ---

    def search(self, vector: Vectors | Sequence[float], question: str, scope: Scope, limit: int) -> list[Candidate]:
        """Return the chunks that either engine ranks among its first ``limit``, best similarity first.

        Raises:
            LibraryError: the library was made with another model.
        """
        vector = np.asarray(vector, dtype=np.float32)
        made = self.library.indexed_with()
        if made is not None and made != self._made_with():
            raise LibraryError(mixed(made, self._made_with()))
        snapshot = self.snapshot()
        if not len(snapshot.ids):
            return []
        allowed = self._allowed(snapshot, scope)
        similarity = snapshot.vectors @ vector
        near = self._nearest(snapshot, vector, similarity, allowed, limit)
        words = self._matching(snapshot, question, allowed, limit, bool(scope))
        ids = list(dict.fromkeys([*near, *words]))
        rows = [snapshot.row_of[n] for n in ids]
        by_id = {chunk.id: chunk for chunk in self.library.chunks(ids)}
        candidates = [
            Candidate(by_id[n], snapshot.articles[snapshot.article_ids[row]], float(similarity[row]), words.get(n, 0.0))
            for n, row in zip(ids, rows, strict=True)
            if n in by_id
        ]
        return sorted(candidates, key=lambda c: (-c.similarity, c.chunk.id))

    def snapshot(self) -> _Snapshot:
        """Return the live chunks as they are now, another process's changes included."""
        generation = self.library.generation()
        with self._guard:
            if self._snapshot is None or self._snapshot.generation != generation:
                self._snapshot = self._load(self._snapshot, generation)
            return self._snapshot

    def text(self, article_id: str, version: str) -> str:
        """Return the stored text of one version of an article, from memory where it was read before."""
        key = (article_id, version)
        text = self._texts.get(key)
        if text is None:
            text = self.library.article(article_id, version).text
            if len(self._texts) > 500:
                self._texts.clear()
            self._texts[key] = text
        return text

    def _load(self, old: _Snapshot | None, generation: int) -> _Snapshot:
        keys = self.library.chunk_keys()
        ids = np.array([n for n, _ in keys], dtype=np.int64)
        known = old.row_of if old else {}
        newest = int(old.ids[-1]) if old is not None and len(old.ids) else 0
        fresh = dict(self.library.chunk_vectors(after=newest))
        width = self.encoder.dimension
        vectors = np.zeros((len(ids), width), dtype=np.float32)
        for row, n in enumerate(ids):
            key = int(n)
            vectors[row] = old.vectors[known[key]] if old is not None and key in known else fresh.get(key, 0)
        articles = {article.id: article for article in self.library.articles()}
        return _Snapshot(
            generation,
            ids,
            tuple(article_id for _, article_id in keys),
            vectors,
            articles,
            self.library.versions(),
            self.library.digest(),
        )

    def _allowed(self, snapshot: _Snapshot, scope: Scope) -> npt.NDArray[np.bool_]:
        inside = {article_id for article_id, article in snapshot.articles.items() if scope.allows(article)}
        return np.array([article_id in inside for article_id in snapshot.article_ids], dtype=np.bool_)

    def _nearest(
        self,
        snapshot: _Snapshot,
        vector: Vectors,
        similarity: Vectors,
        allowed: npt.NDArray[np.bool_],
        limit: int,
    ) -> list[int]:
        """Ask Chroma, and check what it says against the exact best; search exactly where it cannot be asked."""
        if allowed.all():
            found = self.derived.query(vector, limit + limit // 2)
            if found is not None:
                live = [n for n in found if n in snapshot.row_of][:limit]
                best = float(similarity.max())
                if live and float(similarity[snapshot.row_of[live[0]]]) >= best - 1e-3:
                    return live
                if live or len(snapshot.ids) <= limit:
                    self.derived.distrust("missed a passage that it should have found")
        return [int(n) for n in snapshot.ids[top(np.where(allowed, similarity, -2.0), limit)] if allowed.any()]

    def _matching(
        self, snapshot: _Snapshot, question: str, allowed: npt.NDArray[np.bool_], limit: int, scoped: bool
    ) -> dict[int, float]:
        query = fts_query(question)
        if not query:
            return {}
        matches = self.library.match_words(query, limit * 20 if scoped else limit)
        inside = [(n, s) for n, s in matches if n in snapshot.row_of and allowed[snapshot.row_of[n]]]
        return dict(inside[:limit])


def plan(article: Article, encoder: Encoder) -> tuple[list[Sentence], list[Chunk]]:
    """Cut an article into sentences and chunks that ``encoder`` reads to the end."""
    title = _short_title(article.title, encoder)
    budget = encoder.budget - len(encoder.pieces(title)) - (2 if title else 0)
    starts = [piece.start for piece in encoder.pieces(article.text)]
    sentences: list[Sentence] = []
    for sentence in split_sentences(article.text, article.title):
        sentences.extend(_cut(sentence, starts, budget))
    pieces = [_count(starts, sentence) for sentence in sentences]
    return sentences, pack(sentences, pieces, budget)


def _windows(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Group articles to about as much text as makes full batches; a single one is not held back for long."""
    window: list[Found] = []
    size = 0
    for item in found:
        window.append(item)
        size += len(item.article.text)
        if size >= _WINDOW_CHARS:
            yield window
            window, size = [], 0
    if window:
        yield window


def _stored(article_id: str, chunk: Chunk, sentences: Sequence[Sentence], encoded: Encoded) -> StoredChunk:
    inside = sentences[chunk.first : chunk.last]
    spans = np.array([(s.start, s.end, s.paragraph) for s in inside], dtype=np.int32)
    return StoredChunk(article_id, chunk.start, chunk.end, spans, encoded.chunk, encoded.sentences)


def _cut(sentence: Sentence, starts: Sequence[int], budget: int) -> Iterator[Sentence]:
    """Cut a sentence of more than ``budget`` pieces between pieces."""
    first = bisect_left(starts, sentence.start)
    last = bisect_left(starts, sentence.end)
    start = sentence.start
    while last - first > budget:
        first += budget
        yield replace(sentence, start=start, end=starts[first])
        start = starts[first]
    yield replace(sentence, start=start)


def _count(starts: Sequence[int], sentence: Sentence) -> int:
    return bisect_left(starts, sentence.end) - bisect_left(starts, sentence.start)


def _short_title(title: str, encoder: Encoder) -> str:
    pieces = encoder.pieces(title)
    return title if len(pieces) <= MAX_TITLE_PIECES else title[: pieces[MAX_TITLE_PIECES].start].rstrip()


def _passage(title: str, text: str, chunk: Chunk, sentences: Sequence[Sentence]) -> Passage:
    spans = tuple(Span(s.start - chunk.start, s.end - chunk.start) for s in sentences[chunk.first : chunk.last])
    return Passage(title, text[chunk.start : chunk.end], spans)


def _enriched(article: Article, known: Article) -> Article:
    """Keep what is known of an article where a second reading of the same text does not say."""
    fields = ("title", "authors", "publisher", "published", "url", "source")
    return replace(article, **{name: getattr(article, name) or getattr(known, name) for name in fields})


def top(scores: Vectors, limit: int) -> npt.NDArray[np.intp]:
    """Return the indices of the ``limit`` highest scores, highest first; ties by index."""
    limit = min(limit, len(scores))
    some = np.argpartition(-scores, limit - 1)[:limit] if limit else np.arange(0)
    return some[np.lexsort((some, -scores[some]))]
