"""What can be measured of a sentence as the answer to a question: one row of numbers each, without an engine's say.

Similarities come from the vectors, the rest from the words. Shares are weighted by how rare a word is in the
library, so that "Macron" counts for more than "said".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corpus.dates import MONTH_PATTERN
from index.passages import WORDS, Candidate
from qa.contrast import CONTRASTS, contrasts
from qa.evidence import Sentence
from qa.interaction import MATCHES
from qa.mentions import says
from qa.numerals import SMALL
from qa.question import Question, forms, numbers, stem
from qa.trees import Matrix
from qa.wording import wording

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

GROUPS: dict[str, tuple[str, ...]] = {
    "similarity": ("similarity", "chunk_similarity", "neighbour_similarity", "mean_similarity"),
    "words": (
        "bm25", "cover", "cover_near", "cover_chunk", "cover_title", "cover_carried", "plain_cover", "pairs",
        "sentence_cover",
    ),
    "names and numbers": (
        "names", "names_near", "names_chunk", "names_carried", "refers_back", "numbers", "numbers_chunk",
        "numbers_article",
    ),
    "word by word": MATCHES,
    "kind of answer": (
        "kind_fits", "new_names", "new_numbers", "asks_who", "asks_when", "asks_number", "asks_why", "asks_yes_no",
    ),
    "at odds": CONTRASTS,
    "form": ("length", "place", "opens_with_pronoun", "is_question", "has_quote"),
    "standing out": (
        "above_similarity", "above_chunk", "above_cover", "above_score", "bm25_share", "rank_similarity", "rank_chunk",
    ),
}  # fmt: skip
NAMES: tuple[str, ...] = tuple(name for group in GROUPS.values() for name in group)

_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|\b1\d{3}\b|\b20\d{2}\b|\b\d{1,2}th centur"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|yesterday|tomorrow|centur(?:y|ies))\b|\b\d0s\b"
)
_NUMBER = re.compile(
    rf"\d|\b(?:{'|'.join(SMALL)}|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|half|third|quarter|twice|double|several|percent|nearly)\b"
)
_ASKS_AGE = re.compile(r"\bhow old\b|\b(?:what|which) age\b")
_AGE = re.compile(
    r"\bage[ds]?\b|\b(?:year|month|week|day)s?[ -]olds?\b|\bborn\b|\bbirth|, \d{1,3}, |\b\w+(?:ties|teens)\b"
    r"|\b\d+ years\b|\bcentur(?:y|ies)\b|\bdat(?:es|ed|ing) (?:back|from)\b|\b(?:founded|established|built) in\b"
)
_ASKS_COUNT = re.compile(r"\bhow (?:many|much)\b|\b(?:what|which) (?:number|amount|share|proportion|percent)")
_WHEN = re.compile(
    rf"\b(?:{MONTH_PATTERN})\b\.? ?\d{{1,2}}(?:st|nd|rd|th)?\b(?:, \d{{4}}\b)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTH_PATTERN})\b"
    rf"|\b(?:in|since|by|until|from|during|before|after|early|late|mid|{MONTH_PATTERN})[ ,-]+(?:1\d{{3}}|20\d\d)s?\b"
)
"""What is a date, though it has figures: no count."""
_CAUSE = re.compile(
    r"\b(?:because|due to|since|as a result|in order to|so that|owing to|thanks to|caused? by|led to|to avoid"
    r"|therefore|after|reasons?|accus\w+|blam\w+|in response|prompted|fear\w*|concern\w*|want\w*)\b"
)
_PLACE = re.compile(r"\b(?:in|at|near|from|to|of|on|across|north|south|east|west|located)\b")
_PATTERNS = {"when": _DATE, "number": _NUMBER, "why": _CAUSE, "where": _PLACE}
_REFERS = frozenset("he she it they him her them his hers its their this these those such there".split())
_PRONOUN = re.compile(r"[\"'“‘(]*(?:he|she|it|they|this|that|these|those|his|her|its|their|the latter|such)\b", re.I)
_QUOTES = re.compile(r"[\"“”]|\baccording to\b", re.IGNORECASE)
_SATURATION, _BY_LENGTH, _TITLE = 1.2, 0.75, 0.6
"""Of BM25: its k1 and b, and what a word of the title counts."""
_NAMED = 0.5
"""The weighted share of somebody's name and office that names them."""
# what must not stand before the capital is looked at after it: the search for capitals is then a quick one
_CAPITALISED = re.compile(r"[A-Z](?<!\w[A-Z])(?<![.!?“\"] [A-Z])(?<!^[A-Z])[\w’'-]+")


def rarity(question: Question, count: int, frequencies: dict[str, int]) -> dict[str, float]:
    """Return each term's weight: high where few of the library's ``count`` chunks hold it (Robertson's idf)."""
    return {
        term: float(np.log1p((count + 1) / (frequencies.get(term, 0) + 0.5)))
        * (1.3 if term in question.names or term in question.numbers else 1.0)
        for term in question.terms
    }


def long_numbers(question: Question) -> tuple[str, ...]:
    """Return the question's figures but those of one digit, which articles often write in words or as "II"."""
    return tuple(number for number in question.numbers if len(number) > 1)


def measure(
    question: Question,
    matched: Mapping[str, Matrix],
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    weights: dict[str, float],
    figures: Mapping[str, Collection[str]],
) -> Matrix:
    """Return a row of the features `NAMES` for each sentence, shape (len(sentences), len(NAMES)).

    ``matched`` are the columns of `qa.interaction.matches`; ``figures`` are those of each article by its id, needed
    only for a question that has `long_numbers`.
    """
    if not sentences:
        return np.zeros((0, len(NAMES)))
    texts = [wording(s.text).meaning for s in sentences]
    passage = np.array([s.passage for s in sentences])
    own = _Held.of(question, texts, weights)
    titled = [wording(candidate.article.title).meaning for candidate in candidates]
    titles = _Held.of(question, titled, weights)
    refers = np.array(
        [_refers(s.text, question.terms if any_of else ()) for s, any_of in zip(sentences, own.any(), strict=True)]
    )
    near = own.with_rows(_near(own.rows, passage))
    chunks = own.with_rows(_together(titles.rows, own.rows, passage))
    terms, names = question.terms, question.names
    similarity = np.array([s.similarity for s in sentences])
    passage_similarity = np.array([candidate.similarity for candidate in candidates])
    chunk_similarity = passage_similarity[passage]
    bm25 = _bm25(terms, titled, texts, passage, weights)
    share = bm25 / (bm25.max() or 1.0)
    score = passage_similarity + WORDS * share
    carried = own.with_rows(_carried(own.rows, titles.rows, refers, passage))
    cover = own.share(terms)
    held = [numbers(s.text) for s in sentences]
    long = long_numbers(question)
    asked = frozenset(terms)
    new_names = [len(_new_names(s.text, asked)) for s in sentences]
    if question.speaker:
        fits = _spoken(sentences, _named(question, near), _published(question, candidates)[passage])
    else:
        fits = _fitness(question, sentences, new_names)
    columns: dict[str, Sequence[float] | Matrix] = {
        "similarity": similarity,
        "chunk_similarity": chunk_similarity,
        "neighbour_similarity": _neighbours(similarity, passage),
        "mean_similarity": (similarity + chunk_similarity) / 2,
        "bm25": bm25[passage] / max(1.0, sum(weights.values())),
        "cover": cover,
        "cover_near": near.share(terms),
        "cover_chunk": chunks.share(terms)[passage],
        "cover_title": titles.share(terms)[passage],
        "cover_carried": carried.share(terms),
        "plain_cover": own.share([term for term in terms if term not in names]),
        "pairs": [_pairs(terms, text) if n > 1 else 0.0 for text, n in zip(texts, own.count(terms), strict=True)],
        "sentence_cover": own.count(terms) / np.array([max(1, len(set(text))) for text in texts]),
        "names": own.share(names),
        "names_near": near.share(names),
        "names_chunk": chunks.share(names)[passage],
        "names_carried": carried.share(names),
        "refers_back": refers,
        "numbers": [_held(question.numbers, found) for found in held],
        "numbers_chunk": _held_together(question.numbers, held, passage),
        "numbers_article": [_held(long, figures.get(s.article.id, ())) for s in sentences],
        **matched,
        "kind_fits": fits,
        "new_names": np.minimum(3, new_names),
        "new_numbers": [min(3, len(set(found) - set(question.numbers))) for found in held],
        **{f"asks_{kind.replace('-', '_')}": np.full(len(sentences), float(question.kind == kind))
           for kind in ("who", "when", "number", "why", "yes-no")},
        **contrasts(question.text, [s.text for s in sentences]),
        "length": np.log1p([len(text) for text in texts]),
        "place": [1.0 / (1 + s.place) for s in sentences],
        "opens_with_pronoun": [float(bool(_PRONOUN.match(s.text))) for s in sentences],
        "is_question": [float(s.text.rstrip("\"'”’").endswith("?")) for s in sentences],
        "has_quote": [float("“" in s.text or '"' in s.text) for s in sentences],
        "above_similarity": similarity - _best_other(similarity),
        "above_chunk": chunk_similarity - chunk_similarity.max(),
        "above_cover": cover - cover.max(),
        "above_score": (score - _best_other(score))[passage],
        "bm25_share": share[passage],
        "rank_similarity": reciprocal_rank(similarity),
        "rank_chunk": 1.0 / (1 + passage),
    }  # fmt: skip
    return np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in NAMES])


@dataclass(frozen=True, slots=True)
class _Held:
    """Which of a question's ``terms`` some texts hold: ``rows`` has one for each text, shape (n, len(terms))."""

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    rows: Mask

    @classmethod
    def of(cls, question: Question, texts: Sequence[tuple[str, ...]], weights: Mapping[str, float]) -> _Held:
        """A name is held in any of its `forms`."""
        once = tuple(dict.fromkeys((*question.terms, *question.names)))
        wanted = [forms(term) if term in question.names else frozenset((term,)) for term in once]
        rows = [[not any_of.isdisjoint(held) for any_of in wanted] for held in map(frozenset, texts)]
        return cls(once, weights, np.array(rows, dtype=np.bool_).reshape(len(texts), len(once)))

    def any(self) -> Mask:
        """Tell of each text whether it holds any of the terms, shape (n,)."""
        return np.asarray(self.rows.any(axis=1))

    def with_rows(self, rows: Mask) -> _Held:
        return replace(self, rows=rows)

    def count(self, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return how many of the terms each text holds, shape (n,)."""
        return np.asarray(self.rows[:, [self.terms.index(term) for term in terms]].sum(axis=1))

    def share(self, terms: Sequence[str]) -> Matrix:
        """Return the weighted share of the terms that each text holds, 0 to 1; 0.5 when none is asked for."""
        found, total = np.zeros(len(self.rows)), 0.0
        for term in terms:
            weight = self.weights.get(term, 1.0)
            total += weight
            found += np.where(self.rows[:, self.terms.index(term)], weight, 0.0)
        return found / total if total else np.full(len(self.rows), 0.5)


def _bm25(
    terms: Sequence[str],
    titles: Sequence[tuple[str, ...]],
    texts: Sequence[tuple[str, ...]],
    passage: Places,
    weights: Mapping[str, float],
) -> Matrix:
    """Return each passage's BM25 (Robertson & Zaragoza 2009), shape (len(titles),).

    Words are as rare as the ``weights`` say: the full-text index gives those in half the passages of a library no
    weight at all, which leaves nothing to tell the passages of a small library by.
    """
    wanted = frozenset(terms)
    counts = np.array([[_TITLE * (term in title) for term in terms] for title in titles])
    for n, text in zip(passage.tolist(), texts, strict=True):
        if not wanted.isdisjoint(text):
            counts[n] += [text.count(term) for term in terms]
    length = np.bincount(passage, [len(text) for text in texts], len(titles))
    relative = length / max(1.0, length.mean())
    saturating = _SATURATION * (1 - _BY_LENGTH + _BY_LENGTH * relative)[:, None]
    rare = np.array([weights.get(term, 1.0) for term in terms])
    return np.asarray((counts * (1 + _SATURATION) / (counts + saturating)) @ rare)


def _carried(rows: Mask, titles: Mask, refers: Mask, passage: Places) -> Mask:
    """Return what each sentence holds; one that refers back, also what its title and the sentences before it hold."""
    carried = rows.copy()
    before = titles[:0]
    for n, (here, back) in enumerate(zip(passage.tolist(), refers.tolist(), strict=True)):
        if n == 0 or here != passage[n - 1]:
            before = titles[here].copy()
        if back:
            carried[n] |= before
        before |= rows[n]
    return carried


def _refers(text: str, terms: Collection[str]) -> bool:
    """Tell whether a sentence has a pronoun, or speaks of "the dam" where a dam is asked about."""
    read = wording(text)
    if not _REFERS.isdisjoint(read.words):
        return True
    after_the = (n for n, word in enumerate(read.words[:-1], 1) if word == "the" and not read.named[n])
    return bool(terms) and any(read.stems[n] in terms for n in after_the)


def _near(rows: Mask, passage: Places) -> Mask:
    """Return what each sentence and the two beside it in its passage hold."""
    beside = (passage[1:] == passage[:-1])[:, None]
    near = rows.copy()
    near[1:] |= rows[:-1] & beside
    near[:-1] |= rows[1:] & beside
    return near


def _together(titles: Mask, rows: Mask, passage: Places) -> Mask:
    """Return what each passage holds, its title included."""
    together = titles.copy()
    np.logical_or.at(together, passage, rows)
    return together


def _neighbours(similarity: Matrix, passage: Places) -> Matrix:
    """Return the highest similarity beside each sentence; a passage's only sentence has its own."""
    beside = passage[1:] == passage[:-1]
    before, after = np.full((2, len(similarity)), -np.inf)
    before[1:][beside] = similarity[:-1][beside]
    after[:-1][beside] = similarity[1:][beside]
    highest = np.maximum(before, after)
    return np.where(np.isinf(highest), similarity, highest)


def _pairs(terms: Sequence[str], order: Sequence[str]) -> float:
    """Return the share of the question's neighbouring terms that stand beside each other in the sentence."""
    wanted = set(pairwise(terms))
    return len(wanted & set(pairwise(order))) / len(wanted) if wanted else 0.0


def _held(wanted: Sequence[str], held: Collection[str]) -> float:
    return sum(number in held for number in wanted) / len(wanted) if wanted else 0.5


def _held_together(wanted: Sequence[str], figures: Sequence[Sequence[str]], passage: Places) -> list[float]:
    """Return for each sentence the share of the wanted figures that its passage holds."""
    together: dict[int, list[str]] = {}
    for n, held in zip(passage.tolist(), figures, strict=True):
        together.setdefault(n, []).extend(held)
    shares = {n: _held(wanted, held) for n, held in together.items()}
    return [shares[n] for n in passage.tolist()]


def _new_names(text: str, asked: frozenset[str]) -> set[str]:
    return {name for name in _CAPITALISED.findall(text) if stem(name.lower()) not in asked}


def _fitness(question: Question, sentences: Sequence[Sentence], new_names: Sequence[int]) -> list[float]:
    """Tell of each sentence whether it holds the kind of thing that is asked for: 1 or 0, or 0.5 when any will do."""
    if question.kind == "who":
        return [float(count > 0) for count in new_names]
    asked = question.text.lower()
    pattern = _AGE if _ASKS_AGE.search(asked) else _PATTERNS.get(question.kind)
    if not pattern:
        return [0.5] * len(sentences)
    texts = [s.text.lower() for s in sentences]
    if _ASKS_COUNT.search(asked):
        texts = [_WHEN.sub(" ", text) for text in texts]
    return [float(bool(pattern.search(text))) for text in texts]


def _spoken(sentences: Sequence[Sentence], named: Matrix, published: Mask) -> list[float]:
    """Tell of each sentence whether it may give the words of whom a question asks them of: 1 or 0.

    It does where it reports what somebody says, and the speaker is ``named`` (a share) in it or beside it; or where the
    speaker ``published`` it.
    """
    enough = (named >= _NAMED).tolist()
    return [
        float(own or (near and (says(s.text) is not None or bool(_QUOTES.search(s.text)))))
        for s, near, own in zip(sentences, enough, published.tolist(), strict=True)
    ]


def _named(question: Question, near: _Held) -> Matrix:
    """Return the share of the speaker that each sentence or one beside it names; the last word alone is enough."""
    return np.maximum(near.share(question.speaker), near.share(question.speaker[-1:]))


def _published(question: Question, candidates: Sequence[Candidate]) -> Mask:
    """Tell of each passage whether its publisher is whom the question asks the words of."""
    publishers = [frozenset(wording(candidate.article.publisher).meaning) for candidate in candidates]
    return np.array([not publisher.isdisjoint(question.speaker) for publisher in publishers], dtype=np.bool_)


def _best_other(values: Matrix) -> Matrix:
    """Return for each value the highest of the others; its own where there is no other."""
    if len(values) < 2:
        return values.copy()
    second, first = np.sort(values)[-2:]
    return np.asarray(np.where(values == first, second, first))


def reciprocal_rank(values: Matrix) -> Matrix:
    """Return 1 for the highest value, 1/2 for the next, and so on; the first of equals comes first."""
    ranks = np.empty(len(values))
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return np.asarray(1.0 / ranks)
