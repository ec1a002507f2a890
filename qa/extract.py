"""From scored sentences to an answer: which to quote, in which order, and when to quote none."""

from __future__ import annotations

from collections.abc import Sequence

from index.words import words
from qa.answer import AnswerSentence, Citation
from qa.evidence import Sentence
from qa.features import Matrix

_SAME = 0.7
NEAREST = 3


def choose(sentences: Sequence[Sentence], probabilities: Matrix, keep: float, limit: int) -> list[Sentence]:
    """Return one to ``limit`` sentences, most direct first: the best, and others from ``keep`` up.

    None repeats another; those of one article stay together, in the order of its text. Empty input gives none.
    """
    order = sorted(range(len(sentences)), key=lambda n: (-probabilities[n], n))
    chosen: list[int] = []
    for n in order:
        if len(chosen) == limit or (chosen and probabilities[n] < keep):
            break
        if not any(repeats(sentences[n].text, sentences[m].text) for m in chosen):
            chosen.append(n)
    return readable([sentences[n] for n in chosen])


def readable(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Put the best sentence first, then what else its article says in the order of its text, then the others."""
    articles = list(dict.fromkeys(s.article.id for s in chosen))
    rest = sorted(chosen[1:], key=lambda s: (articles.index(s.article.id), s.start))
    return [*chosen[:1], *rest]


def repeats(one: str, other: str) -> bool:
    """Tell whether two sentences say nearly the same in nearly the same words."""
    a, b = set(words(one)), set(words(other))
    return len(a & b) >= _SAME * len(a | b)


def footnoted(chosen: Sequence[Sentence]) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Return the sentences verbatim, each with its own footnote, numbered from 1 in order."""
    sentences = tuple(AnswerSentence(s.text, (n,)) for n, s in enumerate(chosen, 1))
    return sentences, tuple(Citation(n, s.quote()) for n, s in enumerate(chosen, 1))


def nearest(sentences: Sequence[Sentence], probabilities: Matrix, limit: int = NEAREST) -> list[Sentence]:
    """Return the sentences of an abstention: the best of as many different passages, best first."""
    found: dict[int, Sentence] = {}
    for n in sorted(range(len(sentences)), key=lambda n: (-probabilities[n], n)):
        found.setdefault(sentences[n].passage, sentences[n])
        if len(found) == limit:
            break
    return list(found.values())


def missing(unknown: Sequence[str], empty: bool) -> str:
    """Return why there is no answer, in words for the user; ``unknown`` are words that occur nowhere."""
    if empty:
        return "There are no articles to answer from."
    if unknown:
        listed = ", ".join(f"“{word}”" for word in unknown[:3])
        verb = "occurs" if len(unknown) == 1 else "occur"
        return f"The articles do not answer this: {listed} {verb} nowhere in them."
    return "The articles do not answer this: they mention what it asks about, but no sentence says it."
