"""A large library made quickly, to time what its size costs: real vectors, moved, over texts made of real words.

Real articles are embedded, and their chunks put together in ever new ways: words are swapped for others of the same
length, names for made-up ones that are as unequally frequent as names are, so that spans still fit, and each vector is
moved towards another's. Everything else is as when articles are added, full text, origins and all.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from footnote.corpus.article import Article
from footnote.index.embedding.encoder import Vectors, unit
from footnote.index.library import Library, StoredChunk
from footnote.index.passages import PassageIndex

CHUNKS_EACH = 5
"""About as many as a news story has."""
_TOGETHER = 200
"""So many articles are written at once."""
_PREFIX = "bulk-"
_SWAPPED, _NAMED = 0.5, 0.2
"""Of the words, so many are swapped: more than this is left of no two texts, so that few count as copies. Of those with
a capital, so many more become a name that was made up."""
_RARE = 1.2
"""How fast names get rarer: the n-th occurs about n to the power of -1.8 as often as the first, as names in news do."""
_OWN = (0.3, 1.0)
_NOISE = 0.1
"""A vector is as much of its own as a number between these, for the rest some real sentence's, and a little chance.

So 738 made of 738 real ones lie as those do: two at random have a cosine of .06 (real ones: .04), the nearest .69
(.63), the tenth nearest .39 (.41). Chance alone would leave vectors that are near to no other, which no approximate
index finds; of 4,758 real sentences, Chroma finds every one.
"""
_FIRST, _DAYS = date(2018, 1, 1), 1_000
_PUBLISHERS = tuple(f"The {place} {kind}" for place in ("Harbour", "Valley", "Capital") for kind in ("Post", "Wire"))
_WORD = re.compile(r"([A-Za-z]{4,})")
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvz", "aeiou"
_PAGES = "PRAGMA cache_size = -500000"


@dataclass(frozen=True, slots=True)
class Template:
    """A chunk of a real article: its title and text as pieces, of which every second is a word to swap."""

    title: Sequence[str]
    text: Sequence[str]
    chunk: StoredChunk
    vectors: Vectors


def fill(index: PassageIndex, chunks: int, seed: int = 0) -> Iterator[int]:
    """Fill a library that holds some real articles until it has ``chunks`` chunks; yields how many it has.

    The disk is not waited for, so this is not for a library that anybody needs.
    """
    made, maker = index.made_with(), Maker(read_templates(index.library), seed)
    size, number = index.size(), len(index.library.versions())
    connection = index.library.connection()
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(_PAGES)
    while size < chunks:
        together: list[tuple[Article, Sequence[StoredChunk], None]] = []
        while len(together) < _TOGETHER and size < chunks:
            article, stored = maker.article(number, min(CHUNKS_EACH, chunks - size))
            together.append((article, stored, None))
            size, number = size + len(stored), number + 1
        index.library.put_all(together, made)
        yield size
    connection.execute("PRAGMA synchronous = FULL")


def read_templates(library: Library) -> list[Template]:
    """Return the chunks of the articles in a library that were not made here."""
    articles = {name: library.article(name) for name in library.versions() if not name.startswith(_PREFIX)}
    keys = [chunk_id for chunk_id, article_id in library.chunk_keys() if article_id in articles]
    found = []
    for start in range(0, len(keys), 500):
        for chunk in library.chunks(keys[start : start + 500]):
            article = articles[chunk.article_id]
            vectors = np.vstack([chunk.vector, chunk.sentence_vectors])
            text = _WORD.split(article.text[chunk.start : chunk.end])
            found.append(Template(_WORD.split(article.title), text, chunk, vectors))
    return found


class Maker:
    """Makes articles of templates; the same seed makes the same ones."""

    def __init__(self, templates: Sequence[Template], seed: int) -> None:
        self._templates = templates
        self._chance = random.Random(seed)
        self._numbers = np.random.default_rng(seed)
        self._sentences = np.concatenate([template.chunk.sentence_vectors for template in templates])
        self._words: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for template in templates:
            for word in template.text[1::2]:
                self._words[len(word), word[0].isupper()].append(word)

    def article(self, number: int, count: int) -> tuple[Article, list[StoredChunk]]:
        """Return an article of ``count`` chunks, as they are stored."""
        chosen = self._chance.choices(self._templates, k=count)
        texts = [self._swapped(template.text) for template in chosen]
        day = (_FIRST + timedelta(self._chance.randrange(_DAYS))).isoformat()
        title, publisher = self._swapped(chosen[0].title), _PUBLISHERS[number % len(_PUBLISHERS)]
        article = Article(f"{_PREFIX}{number}", "\n\n".join(texts), title, publisher=publisher, published=day)
        stored, start, paragraph = [], 0, 0
        for template, text in zip(chosen, texts, strict=True):
            stored.append(self._placed(template, article.id, start, paragraph))
            start, paragraph = start + len(text) + 2, int(stored[-1].spans[-1, 2]) + 1
        return article, stored

    def _swapped(self, pieces: Sequence[str]) -> str:
        """Swap words for others of their length; which, and for which, is as frequent as in the real articles."""
        made = list(pieces)
        chance = self._chance.random
        for n in range(1, len(made), 2):
            word, drawn = made[n], chance()
            if drawn < _SWAPPED:
                others = self._words.get((len(word), word[0].isupper()), (word,))
                made[n] = others[int(chance() * len(others))]
            elif drawn < _SWAPPED + _NAMED and word[0].isupper():
                made[n] = _name(int((1 - chance()) ** -_RARE), len(word))
        return "".join(made)

    def _placed(self, template: Template, article_id: str, start: int, paragraph: int) -> StoredChunk:
        """Put a chunk at ``start`` of another article, its vectors moved."""
        chunk = template.chunk
        spans = chunk.spans + np.array([start - chunk.start] * 2 + [paragraph - chunk.spans[0, 2]], dtype=np.int32)
        other, own = self._chance.choice(self._sentences), np.float32(self._chance.uniform(*_OWN))
        noise = self._numbers.standard_normal(template.vectors.shape, dtype=np.float32)
        noise *= np.float32(_NOISE / np.sqrt(noise.shape[-1]))
        vectors = unit(own * template.vectors + (1 - own) * other + noise)
        moved = replace(chunk, vector=vectors[0], sentence_vectors=vectors[1:], spans=spans, id=0)
        return replace(moved, article_id=article_id, start=start, end=start + chunk.end - chunk.start)


@lru_cache(maxsize=100_000)
def _name(rank: int, length: int) -> str:
    """Return a made-up name of so many letters, always the same for a rank."""
    left, letters = rank * 0x9E3779B97F4A7C15 % 2**64, ""
    for n in range(length):
        left, drawn = divmod(left, len(kind := _VOWELS if n % 2 else _CONSONANTS))
        letters += kind[drawn]
    return letters.capitalize()
