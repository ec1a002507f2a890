"""Full-text search of the live articles: tolerant of spelling, and of a name that is spelled in several ways."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError
from footnote.corpus.text import Span
from footnote.index.database.records import spans_of
from footnote.index.library import Library
from footnote.index.search.query_words import content_words, fts_query, words

if TYPE_CHECKING:
    from spellchecker import SpellChecker

SHOWN = 20
"""How many articles a search gives by default."""
SENTENCES = 3
"""How many sentences of an article are shown."""

_MOST_CHUNKS = 4_000
_MOST_VARIANTS = 6
_LEAST_NAME = 5
_LONG, _RARELY = 0.5, 50
"""Where reading all words takes more seconds of a processor than this, as in a library of 100,000 chunks, those read
before do until they are read again, which is done when so many times as long has passed."""
_CHANGED = (("ph", "f"), ("kh", "k"), ("gh", "g"), ("ck", "k"), ("q", "k"), ("c", "k"), ("z", "s"), ("w", "v"))
_VOWELS = re.compile(r"[aeiouyh'’]")
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, without its text, and the sentences that have the words; ``version`` is its text's."""

    article: Article
    version: str
    sentences: Sequence[tuple[Span, str]]


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first: ``ids`` are all of the articles, ``read_as`` what a word stood for."""

    hits: Sequence[Hit] = ()
    ids: frozenset[str] = frozenset()
    read_as: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Finder:
    """Searches a library. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._guard = threading.Lock()
        self._read_at = -1
        self._took = self._not_before = 0.0
        self._terms: list[str] = []
        self._names: dict[str, list[str]] = {}

    def find(self, sought: str, limit: int = SHOWN) -> Hits:
        """Return the articles in which every word occurs, in any of its spellings."""
        asked = content_words(sought) or list(dict.fromkeys(words(sought)))
        if not asked:
            return Hits()
        spelled = {word: self.spellings(word) for word in asked[: _MOST_VARIANTS * 2]}
        chunks = [self._library.match_words(fts_query(each), _MOST_CHUNKS) for each in spelled.values()]
        owners = self._library.owners_of({chunk for found in chunks for chunk, _ in found})
        met = [{owners[chunk] for chunk, _ in found if chunk in owners} for found in chunks]
        articles = set.intersection(*met)
        scores: dict[str, dict[int, float]] = {owner: defaultdict(float) for owner in articles}
        for chunk, score in chain.from_iterable(chunks):
            if (owner := owners.get(chunk)) in articles:
                scores[owner][chunk] += score
        best = sorted(scores, key=lambda owner: (-max(scores[owner].values()), owner))
        hits = [self._hit(owner, scores[owner], spelled) for owner in best[:limit]]
        other = {word: spellings for word, spellings in spelled.items() if spellings != [word]}
        return Hits([hit for hit in hits if hit], frozenset(best), other)

    def spellings(self, word: str) -> list[str]:
        """Return how the collection spells a word: itself, and a name's other spellings; else what is nearest to it."""
        self._read()
        there = self._library.count_matches(fts_query([word]), 1) > 0
        found = [word] if there else []
        most = 1 if len(word) < 6 else 2
        if len(word) >= _LEAST_NAME and not _english(word):
            alike = self._names.get(skeleton(word), [])
            found += [
                term for term in alike if term != word and OSA.distance(term, word) <= most and not _english(term)
            ]
        if not found:
            near = process.extract(word, self._terms, scorer=OSA.distance, score_cutoff=most, limit=_MOST_VARIANTS)
            least = min((distance for _, distance, _ in near), default=0)
            found = [term for term, distance, _ in near if distance == least]
        return found[:_MOST_VARIANTS] or [word]

    def _read(self) -> None:
        """Read the words of the library, where it has changed: what takes long is done beside, once in a while."""
        generation = self._library.generation()
        with self._guard:
            if self._read_at == generation or time.monotonic() < self._not_before:
                return
            if self._took < _LONG:
                self._read_words(generation)
                return
            self._not_before = time.monotonic() + _RARELY * self._took
        threading.Thread(target=self._read_beside, args=(generation,), name="words", daemon=True).start()

    def _read_beside(self, generation: int) -> None:
        with suppress(LibraryError):  # closed meanwhile
            self._read_words(generation)

    def _read_words(self, generation: int) -> None:
        began = time.thread_time()
        terms = [term for term in self._library.terms() if len(term) > 3 and term.isalpha()]
        names: dict[str, list[str]] = defaultdict(list)
        for term in terms:
            if len(term) >= _LEAST_NAME:
                names[skeleton(term)].append(term)
        self._terms, self._names, self._read_at = terms, names, generation
        self._took = time.thread_time() - began

    def _hit(self, article_id: str, scores: dict[int, float], spelled: dict[str, list[str]]) -> Hit | None:
        """Return an article with the best of its sentences; None where it is gone by now."""
        version = self._library.version_of(article_id)
        if version is None:
            return None
        article = self._library.article(article_id, version)
        pattern = _pattern([term for each in spelled.values() for term in each])
        chunks = self._library.chunks(sorted(scores, key=lambda chunk: -scores[chunk])[:SENTENCES])
        found: list[tuple[int, Span, str]] = []
        for chunk in chunks:
            for span in spans_of(chunk):
                text = article.text[span.start : span.end]
                count = len({match.group()[:_LEAST_NAME] for match in pattern.finditer(_plain(text))})
                if count and all(span != other for _, other, _ in found):
                    found.append((count, span, text))
        best = sorted(found, key=lambda each: (-each[0], each[1].start))[:SENTENCES]
        return Hit(article, version, [(span, text) for _, span, text in best])


def marked(text: str, hits: Hits, sought: str) -> list[tuple[int, int]]:
    """Return the spans of ``text`` that are words of a search, in any of their spellings."""
    asked = content_words(sought) or words(sought)
    terms = [*asked, *(term for each in hits.read_as.values() for term in each)]
    plain = _plain(text)
    return [match.span() for match in _pattern(terms).finditer(plain)] if len(plain) == len(text) else []


def _pattern(terms: Sequence[str]) -> re.Pattern[str]:
    """Return what meets words that begin as one of the terms does: "injur" and "injuries" for "injury"."""
    stems = sorted({re.escape(_plain(term[: max(4, len(term) - 2)])) for term in terms}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(stems)})\w*" if stems else r"(?!)")


def _plain(text: str) -> str:
    """Return text in lower case without accents, letter by letter where that is possible."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)


def skeleton(word: str) -> str:
    """Return what the spellings of a name have in common: its first letter and its consonants, as they sound."""
    sound = _plain(word)
    for written, heard in _CHANGED:
        sound = sound.replace(written, heard)
    return sound[:1] + _DOUBLE.sub(r"\1", _VOWELS.sub("", _DOUBLE.sub(r"\1", sound[1:])))


@cache
def _dictionary() -> SpellChecker:
    from spellchecker import SpellChecker  # one who asks once may not need it

    return SpellChecker()


def _english(word: str) -> bool:
    """Tell whether a word, or what the full-text index makes of it, is an ordinary one: no name."""
    return bool(_dictionary().known([word, f"{word}e", f"{word}y", f"{word.removesuffix('i')}y"]))
