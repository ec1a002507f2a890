"""What can be measured of a sentence as the answer to a question: one row of numbers each, without an engine's say.

Similarities come from the vectors, the rest from the words. Shares are weighted by how rare a word is in the
library, so that "Macron" counts for more than "said".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.encoder import Vectors
from index.passages import Candidate
from index.words import STOP_WORDS, words
from qa.evidence import Sentence
from qa.interaction import MATCHES, matches
from qa.question import Kind, Question, numbers, stem

Matrix = npt.NDArray[np.float64]

GROUPS: dict[str, tuple[str, ...]] = {
    "similarity": ("similarity", "chunk_similarity", "neighbour_similarity", "mean_similarity"),
    "words": ("bm25", "cover", "cover_near", "cover_chunk", "cover_title", "pairs", "sentence_cover"),
    "names and numbers": ("names", "names_near", "names_chunk", "numbers", "numbers_chunk"),
    "word by word": MATCHES,
    "kind of answer": (
        "kind_fits", "new_names", "new_numbers", "asks_who", "asks_when", "asks_number", "asks_why", "asks_yes_no",
    ),
    "form": ("length", "place", "opens_with_pronoun", "is_question", "has_quote"),
    "standing out": ("above_similarity", "above_chunk", "above_cover", "rank_similarity", "rank_chunk"),
}  # fmt: skip
NAMES: tuple[str, ...] = tuple(name for group in GROUPS.values() for name in group)

_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|\b1\d{3}\b|\b20\d{2}\b|\b\d{1,2}th centur"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|yesterday|tomorrow|centur(?:y|ies))\b|\b\d0s\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|half|third|quarter|twice|double|several|percent|nearly)\b"
)
_CAUSE = re.compile(
    r"\b(?:because|due to|since|as a result|in order to|so that|owing to|thanks to|caused? by|led to|to avoid"
    r"|therefore|after|reasons?|accus\w+|blam\w+|in response|prompted|fear\w*|concern\w*|want\w*)\b"
)
_PLACE = re.compile(r"\b(?:in|at|near|from|to|of|on|across|north|south|east|west|located)\b")
_PRONOUN = re.compile(r"[\"'“‘(]*(?:he|she|it|they|this|that|these|those|his|her|its|their|the latter|such)\b", re.I)
_CAPITALISED = re.compile(r"(?<![.!?“\"] )(?<!^)\b[A-Z][\w’'-]+")


@dataclass(frozen=True, slots=True)
class _Words:
    """A text's stems: in order, and as a set."""

    order: tuple[str, ...]
    all: frozenset[str]


@lru_cache(maxsize=8_192)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of ``text`` that carry meaning, in order."""
    return tuple(stem(word) for word in words(text) if word not in STOP_WORDS)


def rarity(question: Question, count: int, frequencies: dict[str, int]) -> dict[str, float]:
    """Return each term's weight: high where few of the library's ``count`` chunks hold it (Robertson's idf)."""
    return {
        term: float(np.log1p((count + 1) / (frequencies.get(term, 0) + 0.5)))
        * (1.3 if term in question.names or term in question.numbers else 1.0)
        for term in question.terms
    }


def measure(
    question: Question,
    asked_words: Vectors,
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    weights: dict[str, float],
) -> Matrix:
    """Return a row of the features `NAMES` for each sentence, shape (len(sentences), len(NAMES)).

    ``asked_words`` are the vectors of the question's words, as `qa.interaction.matches` takes them.
    """
    if not sentences:
        return np.zeros((0, len(NAMES)))
    texts = [_Words(order := stems(s.text), frozenset(order)) for s in sentences]
    titles = [frozenset(stems(candidate.article.title)) for candidate in candidates]
    chunks = _chunk_words(sentences, texts, titles)
    near = _near_words(sentences, texts)
    share = _sharer(weights)
    terms, names = question.terms, question.names
    similarity = np.array([s.similarity for s in sentences])
    chunk_similarity = np.array([candidates[s.passage].similarity for s in sentences])
    bm25 = np.array([candidates[s.passage].bm25 for s in sentences]) / max(1.0, sum(weights.values()))
    cover = np.array([share(terms, text.all) for text in texts])
    fits = _fitness(question.kind)
    asked = frozenset(terms)
    columns: dict[str, Sequence[float] | Matrix] = {
        "similarity": similarity,
        "chunk_similarity": chunk_similarity,
        "neighbour_similarity": _neighbours(sentences, similarity),
        "mean_similarity": (similarity + chunk_similarity) / 2,
        "bm25": bm25,
        "cover": cover,
        "cover_near": [share(terms, near[n]) for n in range(len(sentences))],
        "cover_chunk": [share(terms, chunks[s.passage]) for s in sentences],
        "cover_title": [share(terms, titles[s.passage]) for s in sentences],
        "pairs": [_pairs(terms, text.order) for text in texts],
        "sentence_cover": [len(asked & text.all) / max(1, len(text.all)) for text in texts],
        "names": [share(names, text.all) for text in texts],
        "names_near": [share(names, near[n]) for n in range(len(sentences))],
        "names_chunk": [share(names, chunks[s.passage]) for s in sentences],
        "numbers": [_held(question.numbers, s.text) for s in sentences],
        "numbers_chunk": [_held(question.numbers, _passage_text(sentences, s)) for s in sentences],
        **matches(question, asked_words, sentences, candidates, weights),
        "kind_fits": [fits(s.text, asked) for s in sentences],
        "new_names": [min(3, len(_new_names(s.text, asked))) for s in sentences],
        "new_numbers": [min(3, len(set(numbers(s.text)) - set(question.numbers))) for s in sentences],
        **{f"asks_{kind.replace('-', '_')}": np.full(len(sentences), float(question.kind == kind))
           for kind in ("who", "when", "number", "why", "yes-no")},
        "length": [float(np.log1p(len(text.order))) for text in texts],
        "place": [1.0 / (1 + s.place) for s in sentences],
        "opens_with_pronoun": [float(bool(_PRONOUN.match(s.text))) for s in sentences],
        "is_question": [float(s.text.rstrip("\"'”’").endswith("?")) for s in sentences],
        "has_quote": [float("“" in s.text or '"' in s.text) for s in sentences],
        "above_similarity": similarity - _best_other(similarity),
        "above_chunk": chunk_similarity - chunk_similarity.max(),
        "above_cover": cover - cover.max(),
        "rank_similarity": _reciprocal_rank(similarity),
        "rank_chunk": 1.0 / (1 + np.array([s.passage for s in sentences])),
    }  # fmt: skip
    return np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in NAMES])


def _sharer(weights: dict[str, float]) -> Callable[[Sequence[str], frozenset[str]], float]:
    """Return a function that gives the weighted share of terms found, 0 to 1; 0.5 when none is asked for."""

    def share(terms: Sequence[str], found: frozenset[str]) -> float:
        total = sum(weights.get(term, 1.0) for term in terms)
        return sum(weights.get(term, 1.0) for term in terms if term in found) / total if total else 0.5

    return share


def _chunk_words(
    sentences: Sequence[Sentence], texts: Sequence[_Words], titles: Sequence[frozenset[str]]
) -> list[frozenset[str]]:
    found = [set(title) for title in titles]
    for sentence, text in zip(sentences, texts, strict=True):
        found[sentence.passage] |= text.all
    return [frozenset(each) for each in found]


def _near_words(sentences: Sequence[Sentence], texts: Sequence[_Words]) -> list[frozenset[str]]:
    """Return the words of each sentence and the two beside it."""
    return [frozenset().union(*(texts[m].all for m in _near(sentences, n))) for n in range(len(sentences))]


def _near(sentences: Sequence[Sentence], n: int) -> list[int]:
    around = range(max(0, n - 1), min(len(sentences), n + 2))
    return [m for m in around if sentences[m].passage == sentences[n].passage]


def _neighbours(sentences: Sequence[Sentence], similarity: Matrix) -> list[float]:
    """Return the highest similarity beside each sentence; a passage's only sentence has its own."""
    return [
        max((float(similarity[m]) for m in _near(sentences, n) if m != n), default=float(similarity[n]))
        for n in range(len(sentences))
    ]


def _pairs(terms: Sequence[str], order: Sequence[str]) -> float:
    """Return the share of the question's neighbouring terms that stand beside each other in the sentence."""
    wanted = set(pairwise(terms))
    return len(wanted & set(pairwise(order))) / len(wanted) if wanted else 0.0


def _held(wanted: Sequence[str], text: str) -> float:
    if not wanted:
        return 0.5
    held = set(numbers(text))
    return sum(number in held for number in wanted) / len(wanted)


def _passage_text(sentences: Sequence[Sentence], sentence: Sentence) -> str:
    return " ".join(s.text for s in sentences if s.passage == sentence.passage)


def _new_names(text: str, asked: frozenset[str]) -> set[str]:
    return {name for name in _CAPITALISED.findall(text) if stem(name.lower()) not in asked}


def _fitness(kind: Kind) -> Callable[[str, frozenset[str]], float]:
    """Return a function that tells whether a sentence holds the kind of thing that is asked for."""
    patterns = {"when": _DATE, "number": _NUMBER, "why": _CAUSE, "where": _PLACE}
    if kind in patterns:
        return lambda text, asked: float(bool(patterns[kind].search(text.lower())))
    if kind == "who":
        return lambda text, asked: float(bool(_new_names(text, asked)))
    return lambda text, asked: 0.5


def _best_other(values: Matrix) -> Matrix:
    """Return for each value the highest of the others; its own where there is no other."""
    if len(values) < 2:
        return values.copy()
    second, first = np.sort(values)[-2:]
    return np.asarray(np.where(values == first, second, first))


def _reciprocal_rank(values: Matrix) -> Matrix:
    ranks = np.empty(len(values))
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return np.asarray(1.0 / ranks)
