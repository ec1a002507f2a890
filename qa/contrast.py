"""Where a sentence is at odds with a question whose words it holds: a denial, an opposite, another name in its place.

"What is not the main court?" is not answered by the sentence on the main court, nor "When did Elizabeth I open it?" by
the one on Elizabeth II. Word by word both look like answers: nearly all is met, and what is not is one word of many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np

from index.words import STOP_WORDS
from qa.opposites import AXES, Side
from qa.question import forms
from qa.trees import Matrix
from qa.wording import Wording, wording
from qa.wordlists import LIMITS, NEGATIONS, REFUSALS, TITLES

CONTRASTS: tuple[str, ...] = (
    "not_asked", "not_said", "opposite", "name_replaced", "word_replaced", "other_year", "limits_missing",
)  # fmt: skip
"""The columns of `contrasts`.

``not_asked``: 1 where the question says "not" of a word that the sentence holds without any denial; ``not_said``: 1 the
other way round. ``opposite``: how many words of the question have their opposite in the sentence. ``name_replaced``,
``word_replaced``: how many of them are missing while the word beside them is there, next to another. ``other_year``: 1
where the question has years and the sentence only others. ``limits_missing``: the share of its words like "first",
"only" and "largest" that are missing.
"""

_YEAR = re.compile(r"1\d{3}|20\d{2}")
_DENIALS = NEGATIONS | REFUSALS
_TURNED = 2
"""In a question, "not" turns this many of the words that carry meaning after it."""
_REACH = 4
"""In a sentence, a denial turns one of this many words after it, whatever they are."""
_PREFIXES = ("non", "un", "in", "im", "ir", "dis", "anti")
_SHORT = 4
_MOST = 2


def contrasts(question: str, texts: Sequence[str]) -> dict[str, Matrix]:
    """Return the columns `CONTRASTS` of the sentences ``texts``, each of shape (len(texts),)."""
    asked = _Asked.of(wording(question))
    rows = np.array([_row(asked, wording(text)) for text in texts], dtype=np.float64)
    return dict(zip(CONTRASTS, rows.reshape(-1, len(CONTRASTS)).T, strict=True))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, with what its sentences are looked through for.

    ``denies`` tells that there is a denial of any kind, ``negated`` are the stems of what it says "not" of. ``against``
    has, for each word with opposites of which it holds none, what is on its side and on the other. ``watched`` are all
    words that a sentence is looked through for; ``pairs`` are the places of words that carry meaning and stand side by
    side.
    """

    wording: Wording
    stems: frozenset[str]
    denies: bool
    negated: frozenset[str]
    years: frozenset[str]
    limits: frozenset[str]
    against: tuple[tuple[Side, Side], ...]
    watched: frozenset[str]
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, asked: Wording) -> _Asked:
        sides = dict.fromkeys(chain.from_iterable(map(_against, asked.words)))
        against = tuple((side, other) for side, other in sides if other.isdisjoint(asked.words))
        years = frozenset(filter(_YEAR.fullmatch, asked.words))
        limits = frozenset(filter(_limits, asked.words))
        return cls(
            asked,
            frozenset(asked.meaning),
            not _DENIALS.isdisjoint(asked.words),
            _negated(asked),
            years,
            limits,
            against,
            _DENIALS.union(years, limits, *chain.from_iterable(against)),
            tuple((n, n + 1) for n, (one, other) in enumerate(pairwise(asked.stems)) if one and other),
        )


def _row(asked: _Asked, said: Wording) -> tuple[float, ...]:
    held, shared = asked.watched.intersection(said.words), asked.stems.intersection(said.meaning)
    denied = not _DENIALS.isdisjoint(held)
    names, others = _replaced(asked, said, shared) if shared else (0, 0)
    return (
        float(not denied and not asked.negated.isdisjoint(shared)),
        float(denied and not asked.denies and _turned(asked, said)),
        float(min(_MOST, _opposed(asked, held) if held else 0)),
        float(min(_MOST, names)),
        float(min(_MOST, others)),
        float(
            bool(asked.years)
            and asked.years.isdisjoint(held)
            and any(map(_YEAR.fullmatch, filter(str.isdigit, said.words)))
        ),
        len(asked.limits - held) / len(asked.limits) if asked.limits else 0.0,
    )


def _negated(asked: Wording) -> frozenset[str]:
    """Return the stems of the words that a question says "not" of; "not to come" may be told as "to keep away"."""
    places = [n for n, word in enumerate(asked.words) if word in NEGATIONS and asked.words[n + 1 : n + 2] != ("to",)]
    return frozenset(own for n in places for own in list(filter(None, asked.stems[n + 1 :]))[:_TURNED])


def _turned(asked: _Asked, said: Wording) -> bool:
    """Tell whether a denial stands shortly before a word of the question."""
    places = [n for n, word in enumerate(said.words) if word in _DENIALS]
    return any(not asked.stems.isdisjoint(said.stems[n + 1 : n + 1 + _REACH]) for n in places)


def _opposed(asked: _Asked, held: Collection[str]) -> int:
    """Count the words of the question whose opposite a sentence holds, where neither text has both."""
    return sum(side.isdisjoint(held) and not other.isdisjoint(held) for side, other in asked.against)


def _replaced(asked: _Asked, said: Wording, shared: Collection[str]) -> tuple[int, int]:
    """Count the names and the other words of the question in whose place the sentence has another.

    ``shared`` are the stems that both hold.
    """
    question = asked.wording
    replaced: dict[int, bool] = {}
    for left, right in asked.pairs:
        if (question.stems[left] in shared) == (question.stems[right] in shared):
            continue
        missing, kept, step = (left, right, -1) if question.stems[right] in shared else (right, left, 1)
        if missing not in replaced and question.words[missing] not in TITLES:
            beside = (n + step for n in _places(said.stems, question.stems[kept]))
            other = next((n for n in beside if _is_other(asked, said, n)), None)
            if other is not None and said.stems[other] not in forms(question.stems[missing]):
                replaced[missing] = question.named[missing] and said.named[other]
    names = sum(replaced.values())
    return names, len(replaced) - names


def _places(stems: Sequence[str], wanted: str) -> Iterator[int]:
    n = -1
    for _ in range(stems.count(wanted)):
        n = stems.index(wanted, n + 1)
        yield n


def _is_other(asked: _Asked, said: Wording, n: int) -> bool:
    """Tell whether the word at ``n`` carries meaning and is none of the question's."""
    inside = 0 <= n < len(said.stems)
    return inside and bool(said.stems[n]) and said.stems[n] not in asked.stems and said.words[n] not in TITLES


@lru_cache(maxsize=4_096)
def _against(word: str) -> tuple[tuple[Side, Side], ...]:
    sides = [pair for one, other in AXES for pair in ((one, other), (other, one)) if word in pair[0]]
    if word not in STOP_WORDS and len(word) >= _SHORT:
        bare = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)]
        others = {prefix + word for prefix in _PREFIXES} | {rest for rest in bare if len(rest) > _SHORT}
        sides.append((frozenset((word,)), frozenset(others)))
    return tuple(sides)


def _limits(word: str) -> bool:
    return word in LIMITS or (word.endswith("est") and len(word) > _SHORT + 1)
