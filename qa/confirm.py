"""Verifies a sentence of a language model's answer against the sentences that it may cite.

A sentence is `supported` when one cited sentence alone holds its particulars (`qa.particulars`), turns and softens
nothing differently (`qa.stance`), holds all its other words, and is close to it in meaning. Otherwise it is `not
confirmed`, which is not to say false: a word-overlap check can confirm, and cannot accuse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.encoder import Vectors
from index.words import STOP_WORDS, clean, words
from qa.answer import Verdict
from qa.evidence import Sentence
from qa.particulars import mismatches, particulars
from qa.question import stem
from qa.stance import slips

CLOSE = 0.4
"""A cited sentence supports from this cosine on, when all else holds."""
CLEAR = 0.6
"""Another sentence is cited in place of none, or of one that does not support, from this cosine on."""
_FRAGMENT_WORDS = 3
"""Fewer words that carry meaning, or names and numbers alone, are no statement: they are read with the question."""
_GAP = 3
"""Sentences that follow each other are at most this many characters of white space apart."""
_LIGHT = frozenset(
    stem(word)
    for word in """according report reports reported state states stated mention mentions mentioned indicate indicates
    indicated note notes noted sentence sentences source sources article articles provided answer information
    specifically approximately around located occurred happened took place event also who name called therefore thus
    within per including included""".split()
)
_JOINS = re.compile(r";\s|,\s(?:and|while|but|which)\s|\sand\s|\swhile\s|\sbut\s")
_PRONOUN = re.compile(r"[\"“‘']?(?:he|she|it|they|this|these|his|her|its|their)\b", re.IGNORECASE)


class QueryEncoder(Protocol):
    """What is needed of an embedding model here."""

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a text, shape (d,)."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What checking a sentence showed: the numbers (from 1) of what it rests on, and how it differs from that.

    A sentence that is `not confirmed` keeps the numbers that the model gave. ``moved`` tells that it is supported by
    another sentence than the model cited, or that it cited none.
    """

    verdict: Verdict
    cited: tuple[int, ...]
    mismatches: tuple[str, ...] = ()
    moved: bool = False


class Confirmer:
    """Checks the sentences of one answer; vectors are made when they are first needed, and kept."""

    def __init__(self, question: str, offered: Sequence[Sentence], encoder: QueryEncoder) -> None:
        self._question = question
        self._offered = offered
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    def confirm(self, text: str, cited: Sequence[int]) -> Confirmed:
        """Check a sentence that cites ``cited``, numbers from 1 that were offered."""
        found = self._by(text, cited, CLOSE)
        if found:
            return Confirmed("supported", found)
        moved = self._by(text, [n for n in self._order(text) if n not in cited], CLEAR)
        if moved:
            return Confirmed("supported", moved, moved=True)
        return Confirmed("not confirmed", tuple(cited), self._differences(text, cited))

    def _by(self, text: str, cited: Sequence[int], close: float) -> tuple[int, ...]:
        """Return the fewest of ``cited`` that support the sentence: one, or one for each of its clauses."""
        for n in cited:
            if self._supports(text, n, cited, close):
                return self._with_antecedent(text, n, cited)
        clauses = [clause.strip() for clause in _JOINS.split(text)]
        if len(clauses) < 2 or len(cited) < 2 or any(map(is_fragment, clauses)):
            return ()
        parts = [next((n for n in cited if self._supports(clause, n, cited, close)), 0) for clause in clauses]
        return tuple(dict.fromkeys(parts)) if all(parts) else ()

    def _supports(self, text: str, n: int, cited: Sequence[int], close: float) -> bool:
        source = " ".join(self._offered[m - 1].text for m in self._with_antecedent(text, n, cited))
        if not _content(text) or mismatches(text, source) or uncovered(text, source) or slips(text, source):
            return False
        if is_fragment(text):
            asked = _content(self._question)
            return bool(asked) and not (uncovered(self._question, source) or mismatches(self._question, source))
        return float(np.dot(self._vector(text), self._vector(self._offered[n - 1].text))) >= close

    def _with_antecedent(self, text: str, n: int, cited: Sequence[int]) -> tuple[int, ...]:
        """Return ``n``, after the cited sentence just before it in its article where it opens with a pronoun.

        Only where the sentence needs it: what ``n`` says alone is not lent another's names.
        """
        here = self._offered[n - 1]
        if not _PRONOUN.match(here.text) or not mismatches(text, here.text):
            return (n,)
        before = (m for m in cited if m != n and _follows(here, self._offered[m - 1]))
        return (*list(before)[:1], n)

    def _order(self, text: str) -> list[int]:
        """Return the numbers of what was offered, the closest in meaning first."""
        vector = self._vector(text)
        similar = [float(np.dot(vector, self._vector(sentence.text))) for sentence in self._offered]
        return sorted(range(1, len(similar) + 1), key=lambda n: (-similar[n - 1], n))

    def _differences(self, text: str, cited: Sequence[int]) -> tuple[str, ...]:
        """Return what is wrong with the cited sentence that comes closest; nothing when none is cited."""
        found = []
        for n in cited:
            source = self._offered[n - 1].text
            missing = uncovered(text, source)
            words_missing = (f"not in the source: {', '.join(missing[:4])}",) if missing else ()
            found.append((*mismatches(text, source), *slips(text, source), *words_missing))
        return min(found, key=len, default=())

    def _vector(self, text: str) -> Vectors:
        if text not in self._vectors:
            self._vectors[text] = self._encoder.encode_query(text)
        return self._vectors[text]


def uncovered(text: str, source: str) -> list[str]:
    """Return the words of ``text`` that carry meaning, are no particulars, and have no like in ``source``, in order."""
    held = {stem(word) for word in words(source)}
    return [word for word in _plain_words(text) if not _akin(stem(word), held)]


def _akin(word: str, held: set[str]) -> bool:
    """Tell whether a stem, or one that shares all but its ending, is among ``held``."""
    if word in held or word in _LIGHT:
        return True
    least = max(5, len(word) - 3)
    return len(word) >= least and any(
        other[:least] == word[:least] and abs(len(other) - len(word)) <= 3 for other in held
    )


def _plain_words(text: str) -> list[str]:
    """Return the words that carry meaning but those that the gate reads: names, numbers, months."""
    read = particulars(text)
    gated = set(words(" ".join([*read.names, *(n.text for n in read.numbers), *(d.text for d in read.dates)])))
    return [word for word in dict.fromkeys(words(clean(text))) if word not in STOP_WORDS and word not in gated]


def is_fragment(text: str) -> bool:
    """Tell whether a text is a name or a number rather than a statement."""
    return len(_content(text)) < _FRAGMENT_WORDS or not _plain_words(text)


def _content(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS]


def _follows(here: Sentence, other: Sentence) -> bool:
    """Tell whether ``here`` is the next sentence after ``other`` in one version of an article."""
    same = (here.article.id, here.version) == (other.article.id, other.version)
    return same and 0 <= here.start - other.end <= _GAP
