"""Answers that the words alone tell: of the very date or person that is asked for.

"Who is Tim Kaine?", "How old is he?", "What did Tim Kaine say?". A name is in no model's vocabulary, so that neither
similarity nor the reader is sure of it; the words beside it are plain.
"""

import re
from collections.abc import Iterable

from footnote.index.search.query_words import tokens
from footnote.qa.interpret.interpret import Interpretation
from footnote.qa.interpret.question import Question
from footnote.qa.rank.candidates import Sentence
from footnote.qa.select.claims import lacking, stems_of
from footnote.qa.text.lexicon import NAME_PARTICLES, PEOPLES, ROLES, TITLES
from footnote.qa.text.mentions import Mention, names, says, speaker

_SURE = 0.75
_WHO_IS = re.compile(r"^\W*who(?: is|'s| was| were| are) (?!the\b|an?\b)", re.IGNORECASE)
_HOW_OLD = re.compile(r"^\W*how old (?:is|was|were|are) ", re.IGNORECASE)
_YEARS_OLD = re.compile(r"\b\d{1,3}[ -]years?[ -]old\b")
_AGE_BESIDE = re.compile(r",? (?:aged? )?\(?\d{1,3}(?=[,.;)]|$)")
_BESIDE = re.compile(r"^(?:,| \((?=[a-z]))? ?(?:who|an?|the|one of|of the|was an?|is an?|was the|is the|former|then)\b")
_SAYS_OF = ROLES | TITLES
_BEFORE = 3
"""A title or an office is among so many words before a name."""


def confidence_floor(interpretation: Interpretation, quoted: Iterable[Sentence]) -> float:
    """Return how sure an answer is, at least, that quotes these sentences; 0 where the words alone do not tell."""
    plain = any(
        interpretation.is_of_event_days(each.article.published, each.text)
        or answers_plainly(interpretation.question, each.text, each.article.title)
        for each in quoted
    )
    return _SURE if plain else 0.0


def answers_plainly(question: Question, text: str, title: str = "") -> bool:
    """Tell whether ``text``, of an article with that title, says who or how old somebody is, or what somebody said.

    The question asks for nothing else, and the text has all of the name. What somebody is stands right beside it; an
    age, with the name, or without any in an article with the last name in its title; and what somebody said is said
    there, of all that is asked about.
    """
    terms = frozenset(term for term in question.terms if len(term) > 1) - NAME_PARTICLES
    if question.speaker:
        spoken_of = terms - frozenset(question.speaker)
        return _speaks(question, text) and not lacking(spoken_of, stems_of(text) | stems_of(title))
    wanted = frozenset(question.names)
    if not wanted:
        return False
    if _HOW_OLD.match(question.text):
        return terms - wanted == {"old"} and _gives_age(question, text, title)
    return bool(_WHO_IS.match(question.text) and terms <= wanted) and any(
        not lacking(wanted, stems_of(name.text)) and _is_described(text, name) for name in names(text)
    )


def _gives_age(question: Question, text: str, title: str) -> bool:
    """Tell whether a text gives the age of whom a question names: "Tim Kaine, 62", "the 62-year-old Democrat"."""
    wanted, found = frozenset(question.names), names(text)
    if any(not lacking(wanted, stems_of(name.text)) and _AGE_BESIDE.match(text[name.end :]) for name in found):
        return True
    others = [name for name in found if f"{name.text.lower()}s" not in PEOPLES]
    named = not lacking(wanted, stems_of(text)) or (not others and question.names[-1] in stems_of(title))
    return named and bool(_YEARS_OLD.search(text))


def _speaks(question: Question, text: str) -> bool:
    """Tell whether the one whose words are asked for says something: by name, or right before "said"."""
    if question.names and frozenset(question.speaker) <= frozenset(question.names):
        return not lacking(frozenset(question.speaker), stems_of(speaker(text)))
    verb = says(text)
    return verb is not None and not lacking(frozenset(question.speaker), stems_of(text[: verb.start]))


def _is_described(text: str, name: Mention) -> bool:
    if " of " in name.text or _BESIDE.match(text[name.end :]):
        return True
    before = [token.word for token in tokens(text[: name.end]) if token.is_word]
    return not _SAYS_OF.isdisjoint(before[-_BEFORE - len(name.text.split()) :])
