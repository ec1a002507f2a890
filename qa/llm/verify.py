"""Verifies a sentence of a language model's answer against the sentences that it may cite.

A sentence is `supported` when the sentences that it is then shown to cite hold all its particulars
(`qa.llm.particulars`), and a `Relation` says that they support it: one of them, one with the sentence beside it in its
article, or all that the model named. Otherwise it is `not confirmed`, which is not to say false.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from footnote.index.embedding.encoder import Vectors
from footnote.index.search.query_words import STOP_WORDS, clean, content_words, words
from footnote.qa.answer import Verdict
from footnote.qa.interpret.question import stem
from footnote.qa.llm.faithfulness import distortions
from footnote.qa.llm.particulars import mismatches, particulars
from footnote.qa.llm.prompt import follows
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.reader import Matrix
from footnote.qa.text.lexicon import PRONOUN

SUPPORTED = 0.5
"""What a sentence cites supports it from this probability on."""
MOVED = 0.8
"""Another sentence is cited in place of none, or of one that does not support, from this probability on."""
REFUTED = 0.7
"""From this probability on, a sentence is said to contradict what it cites."""
_READ = 0.7
"""The probability from which the reader's word that a sentence is supported is taken."""
_LOOKED_AT = 5
"""So many other sentences are looked at for one that supports."""
_LEFT_OUT = "..."
_FRAGMENT_WORDS = 3
"""Fewer words that carry meaning, or names and numbers alone, are no statement: they are read with the question."""
_LIGHT = frozenset(
    stem(word)
    for word in """according report reports reported state states stated mention mentions mentioned indicate indicates
    indicated note notes noted sentence sentences source sources article articles provided answer information
    specifically approximately around located occurred happened took place event also who name called therefore thus
    within per including included""".split()
)
_JOINS = re.compile(r";\s|,\s(?:and|while|but|which)\s|\sand\s|\swhile\s|\sbut\s")
_PRONOUN = re.compile(rf"[\"“‘']?(?:{PRONOUN}|this|these)\b", re.IGNORECASE)
_ASKS = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n't)? ", re.IGNORECASE)

Probabilities = tuple[float, float, float]


class Relation(Protocol):
    """What is needed of what reads a claim and its evidence."""

    def relate(self, claim: str, evidence: Sequence[str]) -> Probabilities:
        """Return how probable it is that sentences of articles support a claim, refute it, and do neither.

        Sentences that follow each other in ``evidence`` do so in their article; "..." stands where some are left out.
        """


class QueryEncoder(Protocol):
    """What is needed of an embedding model here."""

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a text, shape (d,)."""


class WordRelation:
    """A `Relation` by words and similarity: it can confirm, and cannot accuse.

    A sentence supports that holds every word of the claim that carries meaning, turns and softens nothing differently
    (`qa.llm.faithfulness`), and is close to it; of several sentences, one for each clause. One that opens with a
    pronoun is read with the sentence before it. The probability is made of the cosine, so that .4 is `SUPPORTED` and .6
    `MOVED`.
    """

    def __init__(self, encoder: QueryEncoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    def relate(self, claim: str, evidence: Sequence[str]) -> Probabilities:
        """Return the probability of support, none of the contrary, and what is left; see `Relation`."""
        supported = self._alone(claim, evidence)
        clauses = [clause.strip() for clause in _JOINS.split(claim)]
        if not supported and len(clauses) > 1 and len(evidence) > 1 and not any(map(is_fragment, clauses)):
            supported = min(self._alone(clause, evidence) for clause in clauses)
        return supported, 0.0, 1.0 - supported

    def _alone(self, claim: str, evidence: Sequence[str]) -> float:
        return max((self._by(claim, evidence, n) for n in range(len(evidence))), default=0.0)

    def _by(self, claim: str, evidence: Sequence[str], n: int) -> float:
        source = evidence[n]
        if n and _PRONOUN.match(source) and mismatches(claim, source):  # what it says alone is lent no names
            source = f"{evidence[n - 1]} {source}"
        if not _holds(source, claim) or distortions(claim, source):
            return 0.0
        cosine = float(np.dot(self._vector(claim), self._vector(evidence[n])))
        return min(1.0, max(0.0, 1.5 * cosine - 0.1))

    def _vector(self, text: str) -> Vectors:
        if text not in self._vectors:
            self._vectors[text] = self._encoder.encode_query(text)
        return self._vectors[text]


@runtime_checkable
class PairReader(Protocol):
    """What is needed of a reader that knows claims and evidence."""

    def relations(self, pairs: Sequence[tuple[str, str]]) -> Matrix:
        """Return, of each claim and its evidence, the probabilities of supported, refuted and neither, shape (n, 3)."""


class ReadRelation:
    """A `Relation` by the reader's head for claims and evidence, beside that by words: a paraphrase may be supported.

    Not one that turns or softens anything differently. What the head alone supports is never cited in another's place.
    """

    def __init__(self, by_words: WordRelation, reader: PairReader) -> None:
        self._by_words = by_words
        self._reader = reader

    def relate(self, claim: str, evidence: Sequence[str]) -> Probabilities:
        """Return the probability of support by either, and what the head says of the contrary; see `Relation`."""
        by_words = self._by_words.relate(claim, evidence)[0]
        source = " ".join(evidence)
        supported, refuted, _ = self._reader.relations([(claim, source)])[0].tolist()
        read = 0.0 if distortions(claim, source) else supported * SUPPORTED / _READ
        best = max(by_words, read)
        return best, min(refuted, 1.0 - best), max(0.0, 1.0 - best - refuted)


def relation_by(reader: object, encoder: QueryEncoder) -> Relation:
    """Return what tells whether a sentence supports a claim: words, and the reader where it knows claims."""
    by_words = WordRelation(encoder)
    return ReadRelation(by_words, reader) if isinstance(reader, PairReader) else by_words


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What checking a sentence showed: the numbers (from 1) of what it rests on, and how it differs from that.

    A sentence that is `not confirmed` keeps the numbers that the model gave.
    """

    verdict: Verdict
    cited: tuple[int, ...]
    mismatches: tuple[str, ...] = ()


class ClaimVerifier:
    """Checks the sentences of one answer, by what ``relation`` says and the particulars gate."""

    def __init__(self, question: str, offered: Sequence[Sentence], relation: Relation) -> None:
        self._question = question
        self._offered = offered
        self._relation = relation

    def confirm(self, text: str, cited: Sequence[int]) -> ClaimVerdict:
        """Check a sentence that cites ``cited``, numbers from 1 that were offered."""
        for some in self._evidence(cited):
            if self._supports(text, some, SUPPORTED):
                return ClaimVerdict("supported", self._needed(text, some))
        if moved := next((n for n in self._like(text, cited) if self._supports(text, (n,), MOVED)), 0):
            return ClaimVerdict("supported", (moved,))
        return ClaimVerdict("not confirmed", tuple(cited), self._differences(text, cited))

    def decides(self, yes: bool, cited: Sequence[int]) -> bool:
        """Tell whether the sentences ``cited`` answer the question, one that is answered by yes or no, with that."""
        asked = _ASKS.match(self._question)
        if not asked or not cited:
            return False
        claim = self._question[asked.end() :].rstrip(" ?")
        source = self._texts(cited)
        supported, refuted, _ = self._relation.relate(claim, source)
        return not mismatches(claim, " ".join(source)) and (supported if yes else refuted) >= SUPPORTED

    def _evidence(self, cited: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Yield what may support a sentence: each of ``cited``, each with the sentence beside it, and all of them."""
        yield from ((n,) for n in cited)
        for n in cited:
            yield from ((m, m + 1) for m in (n - 1, n) if self._adjoin(m))
        if len(cited) > 1:
            yield tuple(cited)

    def _adjoin(self, n: int) -> bool:
        """Tell whether the sentence after number ``n`` follows it in its article."""
        return 0 < n < len(self._offered) and follows(self._offered[n], self._offered[n - 1])

    def _supports(self, text: str, some: Sequence[int], least: float) -> bool:
        source = self._texts(some)
        if not content_words(text) or mismatches(text, " ".join(source)):
            return False
        if is_fragment(text):
            asked = self._question
            return bool(content_words(asked)) and all(_holds(" ".join(source), each) for each in (text, asked))
        return self._relation.relate(text, source)[0] >= least

    def _needed(self, text: str, some: tuple[int, ...]) -> tuple[int, ...]:
        """Return those of ``some`` without which the others do not support the sentence."""
        for n in some if len(some) > 2 else ():
            rest = tuple(m for m in some if m != n)
            if self._supports(text, rest, SUPPORTED):
                return self._needed(text, rest)
        return some

    def _like(self, text: str, cited: Sequence[int]) -> list[int]:
        """Return the numbers of other sentences that share words with the text, most first."""
        own = set(map(stem, content_words(text)))
        shared = {n: len(own.intersection(map(stem, content_words(s.text)))) for n, s in enumerate(self._offered, 1)}
        return sorted((n for n in shared if shared[n] and n not in cited), key=lambda n: -shared[n])[:_LOOKED_AT]

    def _differences(self, text: str, cited: Sequence[int]) -> tuple[str, ...]:
        """Return what is wrong with the cited sentence that comes closest; nothing when none is cited."""

        def differences(source: str) -> tuple[str, ...]:
            refuted = not is_fragment(text) and self._relation.relate(text, [source])[1] >= REFUTED
            contrary = ["the source says otherwise"] if refuted else []
            missing = uncovered(text, source)
            absent = [f"not in the source: {', '.join(missing[:4])}"] if missing else []
            return (*contrary, *mismatches(text, source), *distortions(text, source), *absent)

        return min((differences(self._offered[n - 1].text) for n in cited), key=len, default=())

    def _texts(self, some: Sequence[int]) -> list[str]:
        """Return the sentences of these numbers as they stand in their articles, with a mark for what is left out."""
        texts: list[str] = []
        for n in sorted(some):
            texts += [_LEFT_OUT] if texts and not (n - 1 in some and self._adjoin(n - 1)) else []
            texts.append(self._offered[n - 1].text)
        return texts


def _holds(source: str, text: str) -> bool:
    """Tell whether all words of a text that carry meaning stand in ``source``."""
    return not (mismatches(text, source) or uncovered(text, source))


def uncovered(text: str, source: str) -> list[str]:
    """Return the words of ``text`` that carry meaning, are no particulars, and have no like in ``source``, in order."""
    held = set(map(stem, words(source)))
    return [word for word in _plain_words(text) if not _akin(stem(word), held)]


def _akin(word: str, held: set[str]) -> bool:
    """Tell whether a stem, or one that shares all but its ending, is among ``held``."""
    least = max(5, len(word) - 3)
    alike = (other[:least] == word[:least] and abs(len(other) - len(word)) <= 3 for other in held)
    return word in held or word in _LIGHT or (len(word) >= least and any(alike))


def _plain_words(text: str) -> list[str]:
    """Return the words that carry meaning but those that the gate reads: names, numbers, months."""
    read = particulars(text)
    gated = set(words(" ".join([*read.names, *(n.text for n in read.numbers), *(d.text for d in read.dates)])))
    return [word for word in content_words(clean(text)) if word not in gated]


def is_fragment(text: str) -> bool:
    """Tell whether a text is a name or a number rather than a statement."""
    return sum(word not in STOP_WORDS for word in words(text)) < _FRAGMENT_WORDS or not _plain_words(text)
