"""Whether a sentence answers what asks for a name alone: "Who is Tim Kaine?", "What did Tim Kaine say?".

A name is in no model's vocabulary, so that neither similarity nor the reader is sure of it; the words beside it are
plain.
"""

from __future__ import annotations

import re

from footnote.index.search.query_words import tokens
from footnote.qa.interpret.question import Question
from footnote.qa.select.claims import lacking, stems_of
from footnote.qa.text.lexicon import NAME_PARTICLES, ROLES, TITLES
from footnote.qa.text.mentions import Mention, names, speaker

_WHO_IS = re.compile(r"^\W*who(?: is|'s| was| were| are) (?!the\b|an?\b)", re.IGNORECASE)
_BESIDE = re.compile(r"^(?:,| \((?=[a-z]))? ?(?:who|an?|the|one of|of the|was an?|is an?|was the|is the|former|then)\b")
_SAYS_OF = ROLES | TITLES
_BEFORE = 3
"""A title or an office is among so many words before a name."""


def answers_by_name(question: Question, text: str) -> bool:
    """Tell whether ``text`` answers a question that asks for a name alone: who that is, or what he or she said.

    It has all of the name; what somebody is stands right beside it, and what somebody said is said there.
    """
    wanted, terms = frozenset(question.names), {*question.terms} - NAME_PARTICLES
    if not wanted or not terms <= wanted:
        return False
    if question.speaker:
        return not lacking(wanted, stems_of(speaker(text)))
    return bool(_WHO_IS.match(question.text)) and any(
        not lacking(wanted, stems_of(name.text)) and _is_described(text, name) for name in names(text)
    )


def _is_described(text: str, name: Mention) -> bool:
    if " of " in name.text or _BESIDE.match(text[name.end :]):
        return True
    before = [token.word for token in tokens(text[: name.end]) if token.is_word]
    return not _SAYS_OF.isdisjoint(before[-_BEFORE - len(name.text.split()) :])
