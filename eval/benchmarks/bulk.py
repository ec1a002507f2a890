"""A large library made quickly, to time what its size costs: real vectors, moved, over texts made of real words.

The shipped articles are embedded, and their chunks put together in ever new ways: words are swapped for others of the
same length, so that spans still fit, and each vector is moved towards another's. Everything else is as
when articles are added: each goes into the library by its own transaction, full text, origins and all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from footnote.corpus.article import Article
from footnote.index.embedding.encoder import Vectors, unit
from footnote.index.library import Library, StoredChunk
from footnote.index.passages import PassageIndex

CHUNKS_EACH = 5
"""About as many as a news story has."""
_PREFIX = "bulk-"
_SWAPPED = 0.5
"""How many of the words are swapped: more than this is left of no two texts, so that few count as copies."""
_OWN = (0.3, 1.0)
_NOISE = 0.1
"""A vector is as much of its own as a number between these, for the rest another's, and a little chance.

Chance alone would make a star of each real vector, which no approximate index can search; news does not look so.
"""
_FIRST, _DAYS = date(2018, 1, 1), 1_000
_PUBLISHERS = tuple(f"The {place} {kind}" for place in ("Harbour", "Valley", "Capital") for kind in ("Post", "Wire"))
_WORD = re.compile(r"[A-Za-z]{4,}")


@dataclass(frozen=True, slots=True)
class Template:
    """A chunk of a real article, with its text and its article's title."""

    title: str
    text: str
    chunk: StoredChunk


def fill(index: PassageIndex, chunks: int, seed: int = 0) -> Iterator[int]:
    """Fill a library that holds some real articles until it has ``chunks`` chunks; yields how many it has.

    The disk is not waited for, so this is not for a library that anybody needs.
    """
    made, maker = index.made_with(), Maker(read_templates(index.library), seed)
    size, number = index.size(), len(index.library.versions())
    index.library.connection().execute("PRAGMA synchronous = OFF")
    while size < chunks:
        article, stored = maker.article(number, min(CHUNKS_EACH, chunks - size))
        index.library.put(article, stored, made)
        size, number = size + len(stored), number + 1
        yield size
    index.library.connection().execute("PRAGMA synchronous = FULL")


def read_templates(library: Library) -> list[Template]:
    """Return the chunks of the articles in a library that were not made here."""
    ids = [article_id for article_id in library.versions() if not article_id.startswith(_PREFIX)]
    articles = {article_id: library.article(article_id) for article_id in ids}
    chunks = library.chunks([chunk_id for chunk_id, article_id in library.chunk_keys() if article_id in articles])
    return [Template(articles[c.article_id].title, articles[c.article_id].text[c.start : c.end], c) for c in chunks]


class Maker:
    """Makes articles of templates; the same seed makes the same ones."""

    def __init__(self, templates: Sequence[Template], seed: int) -> None:
        self._templates = templates
        self._chance = np.random.default_rng(seed)
        self._words: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for template in templates:
            for word in _WORD.findall(template.text):
                self._words[len(word), word[0].isupper()].append(word)

    def article(self, number: int, count: int) -> tuple[Article, list[StoredChunk]]:
        """Return an article of ``count`` chunks, as they are stored."""
        chosen = [self._templates[n] for n in self._chance.integers(len(self._templates), size=count)]
        texts = [self._swapped(template.text) for template in chosen]
        day = _FIRST + timedelta(int(self._chance.integers(_DAYS)))
        article = Article(
            f"{_PREFIX}{number}",
            "\n\n".join(texts),
            self._swapped(chosen[0].title),
            publisher=_PUBLISHERS[number % len(_PUBLISHERS)],
            published=day.isoformat(),
        )
        stored, start, paragraph = [], 0, 0
        for template, text in zip(chosen, texts, strict=True):
            stored.append(self._placed(template.chunk, article.id, start, paragraph))
            start, paragraph = start + len(text) + 2, int(stored[-1].spans[-1, 2]) + 1
        return article, stored

    def _swapped(self, text: str) -> str:
        """Swap words for others of their length; which, and for which, is as frequent as in the real articles."""

        def swap(match: re.Match[str]) -> str:
            word = match.group()
            others = self._words.get((len(word), word[0].isupper()))
            if others is None or self._chance.random() > _SWAPPED:
                return word
            return others[int(self._chance.integers(len(others)))]

        return _WORD.sub(swap, text)

    def _placed(self, chunk: StoredChunk, article_id: str, start: int, paragraph: int) -> StoredChunk:
        """Put a chunk at ``start`` of another article, its vectors moved."""
        spans = chunk.spans + np.array([start - chunk.start] * 2 + [paragraph - chunk.spans[0, 2]], dtype=np.int32)
        other = self._templates[int(self._chance.integers(len(self._templates)))].chunk.vector
        own = float(self._chance.uniform(*_OWN))
        return replace(
            chunk,
            article_id=article_id,
            start=start,
            end=start + chunk.end - chunk.start,
            spans=spans,
            vector=self._moved(chunk.vector, other, own),
            sentence_vectors=self._moved(chunk.sentence_vectors, other, own),
            id=0,
        )

    def _moved(self, vectors: Vectors, other: Vectors, own: float) -> Vectors:
        noise = self._chance.normal(scale=_NOISE / np.sqrt(vectors.shape[-1]), size=vectors.shape)
        return unit((own * vectors + (1 - own) * other + noise).astype(np.float32))
