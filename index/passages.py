"""The index over a library: articles in, candidate passages out."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, combinations, zip_longest
from pathlib import Path
from typing import TypeVar

import numpy as np

from footnote.corpus.article import Article
from footnote.corpus.dates import MONTHS
from footnote.corpus.errors import LibraryError
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.index.database.purge import Purged, purge, scrub
from footnote.index.database.records import mixed
from footnote.index.edits import cleaned
from footnote.index.embedding.encoder import Encoder, Vectors
from footnote.index.embedding.minilm import NAME as SHIPPED
from footnote.index.embedding.minilm import open_encoder
from footnote.index.embedding.plan import CHUNKING, cut_and_encode
from footnote.index.identify import Added as Added
from footnote.index.identify import identify
from footnote.index.library import IndexedWith, Library, StoredChunk
from footnote.index.search.derived import DerivedVectors
from footnote.index.search.exact import Exact
from footnote.index.search.full_text import Finder
from footnote.index.search.query_words import fts_query, query_words
from footnote.index.search.scope import Mask, Scope
from footnote.index.search.snapshot import Snapshot, load

_Item = TypeVar("_Item")
_WINDOW_CHARS = 60_000
_MOST_MATCHES = 2_000  # ranking by BM25 takes 1 to 5 microseconds for each chunk that matches
_COMMON, _PAIRED = 20_000, 4
"""Where each word of a question matches more chunks than are ranked, so many of the rarest are looked for in pairs; one
in so many chunks tells nothing even then."""
_MOST_TEXTS = 500  # so many articles' texts, and those of one question, are kept in memory
FEW = 5_000
"""So many chunks are searched exactly, and read each time, whatever else there is. Of more, Chroma is asked for more
than is wanted, and the rest left out; what is then found to be left out too often is asked for once more,"""
_DEEPER_STILL = 4  # so many times deeper
_DEEPER = 2
"""Full text looks so many times deeper than what is kept; a chunk that it does not find needs to be near anyway."""
WORDS = 0.25
"""What the best BM25 is worth in cosine."""
_AHEAD = 2  # so many articles are cut and encoded at once, while others are stored
_AT_ONCE = 4  # so many questions are looked for in the full text at once


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may hold the answer, with its article (without text) and its scores.

    ``version`` is the version of the article that the chunk's offsets count in; ``similarity`` the cosine of question
    and chunk, -1 to 1; ``score`` is that and its words' together (`fused`).
    """

    chunk: StoredChunk
    article: Article
    version: str
    similarity: float
    score: float


class PassageIndex:
    """A library opened for adding and searching. Safe to use from several threads."""

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder | None = None,
        notify: Callable[[str], None] = lambda line: None,
        create: bool = True,
        chroma: bool = True,
    ) -> None:
        """Open the library that the settings name; the model is loaded when it is first needed.

        Without ``chroma``, the Chroma folder is left to another process, and searching is exact here. Raises
        ``LibraryError`` where the library cannot be opened, or is not there and ``create`` is false.
        """
        self.library = Library(settings.home, settings.library, create=create, notify=notify)
        self._settings = settings
        self._notify = notify
        self._encoder = encoder
        self._follows = encoder is None and not settings.model
        self._loaded_for: IndexedWith | None = None
        self._guard = threading.RLock()
        self._snapshot: Snapshot | None = None
        self.finder = Finder(self.library)
        self._exact = Exact(self.library)
        self._texts: dict[tuple[str, str], str] = {}
        self._texts_of = ""
        # full text and vectors are searched side by side: both leave Python's lock while they do
        self._searching = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="full text")
        self._encoding = ThreadPoolExecutor(_AHEAD, thread_name_prefix="encode ahead")
        try:
            server, token = settings.chroma, settings.chroma_token
            self.derived = DerivedVectors(self.library, notify, take=chroma, server=server, token=token)
        except BaseException:
            self.library.close()
            raise

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded at first use; raises ``ModelError`` where it cannot be.

        When the settings name none, it is the one that the library was made with, also when that is moved to another.
        """
        with self._guard:
            made = self.library.indexed_with() if self._follows else None
            if self._encoder is None or (made is not None and made != self._loaded_for):
                if self._encoder is None or made is None or made.digest != self._encoder.digest:
                    model = self._settings.model or (made.location if made else "")
                    download = self._settings.allow_download
                    self._encoder = open_encoder("" if model == SHIPPED else model, download, self._notify)
                self._loaded_for = made
            return self._encoder

    @property
    def chunking(self) -> str:
        """How articles are cut, by name."""
        return CHUNKING

    def close(self) -> None:
        """Release everything; what was added is kept."""
        self._searching.shutdown()
        self._encoding.shutdown(cancel_futures=True)
        self.derived.close()
        self.library.close()

    def add(self, found: Iterable[SourcedArticle]) -> Iterator[Added]:
        """Add articles, each in a transaction, and yield each outcome once it is committed; a few are read ahead."""
        for window in windows(found, lambda item: len(item.article.text)):
            settled = [(item, *identify(self.library, item)) for item in window]
            ahead = [done or self._encoding.submit(self.cut_and_encode, [article]) for _, article, done in settled]
            for (item, article, _), chunks in zip(settled, ahead, strict=True):
                yield self.commit(item) if isinstance(chunks, Added) else self.commit(item, article, chunks.result()[0])

    def commit(
        self, found: SourcedArticle, encoded: Article | None = None, chunks: Sequence[StoredChunk] = ()
    ) -> Added:
        """Add one article in a transaction; ``chunks`` were made of it as `identify` gave it before: ``encoded``."""
        article, done = identify(self.library, found)  # again: what came before it may have changed the answer
        if done:
            return done
        known = self.library.version_of(article.id)
        if encoded is None or (encoded.title, encoded.text) != (article.title, article.text):
            chunks = self.cut_and_encode([article])[0]
        elif encoded.id != article.id:  # an article with its id came between
            chunks = [replace(chunk, article_id=article.id) for chunk in chunks]
        put = self.library.put(article, chunks, self.made_with(), found.provenance)
        if not put:
            return Added(article.id, "unchanged")
        if known:
            return Added(article.id, "new version", put.near)
        return Added(article.id, "near-duplicate" if put.near else "added", put.near)

    def edit(self, article_id: str, fields: Mapping[str, str | Sequence[str]]) -> Article:
        """Set some of a live article's ``title``, ``authors``, ``publisher``, ``published`` and ``url``.

        Text and version stay. A new title is part of what the model reads, so the article is encoded again for it; the
        change is one transaction. Returns the article as it is now, with its text. Raises ``UsageError`` or
        ``RefusedError`` where a field is unknown, or its value cannot be one; ``NotFoundError`` where there is no such
        live article; ``LibraryError`` or ``ModelError`` where the change cannot be made.
        """
        known = self.library.article(article_id)
        changed = cleaned(known, fields)
        if changed:
            article = replace(known, **changed)
            chunks = self.cut_and_encode([article])[0] if "title" in changed else None
            self.library.edit(known, changed, chunks, None if chunks is None else self.made_with())
        return self.library.article(article_id)

    def restore(self, article_ids: Iterable[str]) -> None:
        """Let withdrawn articles answer again, all or none; one that the model has not read is encoded for it.

        Raises ``NotFoundError`` where one is not withdrawn; ``LibraryError`` or ``ModelError`` where it cannot be done.
        """
        ids = list(dict.fromkeys(article_ids))
        unread = [article_id for article_id in ids if not self.library.is_shelved(article_id)]
        articles = [self.library.article(each, self.library.history(each)[-1].version) for each in unread]
        fresh = dict(zip(unread, self.cut_and_encode(articles), strict=True))
        self.library.restore(ids, fresh, self.made_with() if fresh else None)

    def purge(self, article_ids: Iterable[str]) -> Purged:
        """Forget articles for good, with all that was made of them: see `index.database.purge`.

        Raises ``NotFoundError``, and changes nothing, where one of them is not in the library; ``LibraryError`` where
        it cannot be done, or not to the end: running `footnote doctor --repair` ends it.
        """
        purged = purge(self.library, article_ids)
        if not scrub(self.library):
            raise LibraryError(
                "the articles are gone from the library, but other processes are reading it, and bytes of them may be"
                " left in its files; close those, and run `footnote doctor --repair`"
            )
        self.derived.sync()
        return purged

    def made_with(self) -> IndexedWith:
        """Return what vectors are made with here, loading the model; raises ``ModelError`` where that cannot be."""
        encoder = self.encoder
        location = "" if self._settings.model == SHIPPED else self._settings.model
        folder = Path(location).expanduser()
        where = str(folder.absolute()) if location and folder.is_dir() else location
        return IndexedWith(encoder.name, encoder.digest, encoder.dimension, CHUNKING, where)

    def cut_and_encode(self, articles: Sequence[Article]) -> list[list[StoredChunk]]:
        """Cut and encode articles together, so that the model gets full batches; returns the chunks of each."""
        return cut_and_encode(articles, self.encoder) if articles else []  # for none, the model is not even loaded

    def search(self, vector: Vectors | Sequence[float], question: str, scope: Scope, limit: int) -> list[Candidate]:
        """Return the ``limit`` best chunks of both engines' together, best first.

        The engines' scores are added (`fused`), since ranks say less: a chunk that is far ahead in one of them should
        not be put beside one that leads by a hair. Where the question's words mean a period (``scope.period_start``),
        the best of it and the best of all take turns, the period's first: either is found however the list is cut.
        Raises ``LibraryError`` where the library was made with another model.
        """
        vector = np.asarray(vector, dtype=np.float32)
        made = self.library.indexed_with()
        if made is not None and made != self.made_with():
            raise LibraryError(mixed(made, self.made_with()))
        if made is not None and len(vector) != made.dimension:
            raise LibraryError("the library has moved to another model meanwhile; ask again")
        snapshot = self.snapshot()
        if not len(snapshot.ids):
            return []
        pools = self._pools(snapshot, scope)
        wide = bool(scope) or len(pools) > 1
        matching = self._searching.submit(self._matching, snapshot, question, pools, limit * _DEEPER, wide)
        near = [n for pool in pools for n in self._nearest(snapshot, vector, pool, limit)]
        bm25 = matching.result()
        rows = {n: row for n in (*near, *bm25) if (row := snapshot.row(n)) is not None}
        vectors = self.library.vectors_of(list(rows))
        similarity = {n: float(own @ vector) for n, own in vectors.items() if len(own) == len(vector)}
        scores = fused(similarity, bm25)
        ranked = sorted(scores, key=lambda n: (-scores[n], n))
        best = in_turn([[n for n in ranked if pool is None or pool[rows[n]]] for pool in pools], limit)
        chunks = {chunk.id: chunk for chunk in self.library.chunks(best)}
        articles = {n: snapshot.article(rows[n]) for n in best if n in chunks}
        return [
            Candidate(chunks[n], article, snapshot.versions[article.id], similarity[n], scores[n])
            for n, article in articles.items()
        ]

    def size(self) -> int:
        """Return how many chunks are live."""
        return len(self.snapshot().ids)

    def snapshot(self) -> Snapshot:
        """Return the live chunks as they are now, another process's changes included."""
        generation = self.library.generation()
        with self._guard:
            if self._snapshot is None or self._snapshot.generation < generation:
                self._snapshot = load(self.library, self._snapshot)
                if (identity := self.library.identity()) != self._texts_of:  # texts may have been purged meanwhile
                    self._texts_of = identity
                    self._texts.clear()
            return self._snapshot

    def text(self, article_id: str, version: str) -> str:
        """Return the stored text of one version of an article, from memory where it was read before."""
        return self.texts([(article_id, version)])[0]

    def texts(self, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """Return the stored text of each (article id, version), with one look for all; raises ``NotFoundError``."""
        found = {key: text for key in wanted if (text := self._texts.get(key)) is not None}
        if fresh := [key for key in dict.fromkeys(wanted) if key not in found]:
            found |= self.library.texts_of(fresh)
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            self._texts |= {key: found[key] for key in fresh}
        return [found[key] for key in wanted]

    def _pools(self, snapshot: Snapshot, scope: Scope) -> list[Mask | None]:
        """Return which chunks to look for: those around the period that the question's words mean, and all allowed.

        None is every chunk. Around a single day are also chunks that name it, of later articles or ones without a date.
        """
        allowed = snapshot.allowed(scope)
        if not scope.period_start:
            return [allowed]
        around = snapshot.publications.around(scope)[snapshot.owners]
        if day := scope.period_day:
            since = snapshot.publications.since(scope)[snapshot.owners]
            month = MONTHS[day.month - 1]  # as "March 25" or "25 March"
            matches = self.library.match_words(f'"{month} {day.day}" OR "{day.day} {month}"', _MOST_MATCHES)
            named = [row for n, _ in matches if (row := snapshot.row(n)) is not None]
            around[named] |= since[named]
        if allowed is not None:
            around &= allowed
        return [around, allowed] if around.any() else [allowed]

    def _nearest(self, snapshot: Snapshot, vector: Vectors, allowed: Mask | None, limit: int) -> list[int]:
        """Ask Chroma, and search exactly where few chunks are allowed, or Chroma has too few of them."""
        total = len(snapshot.ids)
        count = total if allowed is None else int(allowed.sum())
        if not count:
            return []
        found: list[int] | None = []
        if allowed is None or count > FEW:
            # some that it finds are withdrawn, or not allowed; where those are far away, it is asked for more once
            asked = limit + limit // 2 if allowed is None else limit * -(-2 * total // count)
            for more in (asked, asked * _DEEPER_STILL):
                found = self.derived.query(vector, more)
                rows = [(n, row) for n in found or () if (row := snapshot.row(n)) is not None]
                near = [n for n, row in rows if allowed is None or allowed[row]][:limit]
                if len(near) == min(limit, count):
                    return near
                if found is None:
                    break
        among = snapshot.ids if allowed is None else snapshot.ids[allowed]
        return self._exact.nearest(vector, limit, among, hold=allowed is None or found is None)

    def _matching(
        self, snapshot: Snapshot, question: str, pools: Sequence[Mask | None], limit: int, wide: bool
    ) -> dict[int, float]:
        """Return the BM25 of the ``limit`` chunks of each pool that match the words best."""
        asked = query_words(question)
        rare = self._rarest(asked) if len(snapshot.ids) > _MOST_MATCHES else asked
        query = fts_query(rare) if rare else self._together(asked)
        if not query:
            return {}
        matches = self.library.match_words(query, limit * 20 if wide else limit)
        live = [(n, score, row) for n, score in matches if (row := snapshot.row(n)) is not None]
        of = [[(n, s) for n, s, row in live if pool is None or pool[row]][:limit] for pool in pools]
        return dict(chain.from_iterable(of))

    def _rarest(self, asked: Sequence[str]) -> list[str]:
        """Keep the rarest words, as many as match a bounded number of chunks; none where each matches more."""
        kept: list[str] = []
        matches = 0
        for word, count in self._counted(asked, _MOST_MATCHES + 1):
            matches += count
            if matches > _MOST_MATCHES:
                break
            kept.append(word)
        return kept

    def _together(self, asked: Sequence[str]) -> str:
        """Return a query for chunks that hold two of the rarest of words that are all common; empty for fewer."""
        rarest = [word for word, count in self._counted(asked, _COMMON) if count < _COMMON][:_PAIRED]
        return " OR ".join(f'("{one}" AND "{other}")' for one, other in combinations(rarest, 2))

    def _counted(self, asked: Sequence[str], most: int) -> list[tuple[str, int]]:
        """Return the words that occur, with how many chunks they match, up to ``most``; the rarest first."""
        counts = [(word, self.library.count_matches(fts_query([word]), most)) for word in asked]
        return sorted(((word, count) for word, count in counts if count), key=lambda each: each[1])


def windows(items: Iterable[_Item], characters: Callable[[_Item], int]) -> Iterator[list[_Item]]:
    """Group articles to about as much text as makes full batches; a single one is not held back for long."""
    window: list[_Item] = []
    size = 0
    for item in items:
        window.append(item)
        size += characters(item)
        if size >= _WINDOW_CHARS:
            yield window
            window, size = [], 0
    if window:
        yield window


def fused(similarity: Mapping[int, float], bm25: Mapping[int, float]) -> dict[int, float]:
    """Return each chunk's cosine plus `WORDS` times its share of the highest BM25, by id."""
    highest = max(bm25.values(), default=0.0) or 1.0
    return {n: cosine + WORDS * bm25.get(n, 0.0) / highest for n, cosine in similarity.items()}


def in_turn(lists: Iterable[Iterable[int]], limit: int) -> list[int]:
    """Return ``limit`` numbers, from each list in turn, each once."""
    turns = chain.from_iterable(zip_longest(*lists))
    return list(dict.fromkeys(n for n in turns if n is not None))[:limit]
