"""Whether one sentence says what another says already."""

from footnote.index.search.query_words import words
from footnote.qa.interpret.question import numbers
from footnote.qa.text.lexicon import DENYING, NEGATIONS

SAME = 0.7
"""Sentences that share this part of their words say nearly the same."""


def repeats(one: str, other: str, share: float = SAME) -> bool:
    """Tell whether two sentences say nearly the same: they share that part of their words, figures and denials."""
    a, b = words(one), words(other)
    held = set(a) & set(b)
    if len(held) < share * len(set(a) | set(b)):
        return False
    figures = [set(numbers(text)) for text in (one, other)]
    denials = [bool((NEGATIONS | DENYING).intersection(text)) for text in (a, b)]
    return (figures[0] <= figures[1] or figures[1] <= figures[0]) and denials[0] == denials[1]
