"""Where in a quoted sentence the very words stand that answer: a name, a date, a figure, a place.

A mark helps the eye; a wrong one misleads. So where several things could be the answer, none is marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from index.words import words
from qa.figures import Figure, dates, figures
from qa.mentions import Mention, bare, names, person, tokens
from qa.question import Kind, Question, kind_of, stem

Marks = tuple[tuple[int, int], ...]
"""Spans (start, end) of a sentence's text, in order."""
MOST = 2
"""More things than this that could be meant are none."""

_NEAR = 4
"""A name that answers stands within this many words of a word of the question."""

_ASKS = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_BEFORE_PLACE = frozenset("in at near outside inside across around off".split())
_TOTAL = re.compile(r"\b(?:of (?:the|its|their|a)(?: \w+)?|out of|from|than) $", re.IGNORECASE)
_COUNTED = frozenset("people men women children troops percent police personnel feet staff dead aircraft crew".split())
_TIME = "second minute hour day night week month season year decade century"
_LENGTH = "inch foot feet yard mile metre meter kilometre kilometer centimetre centimeter km mi ft m cm"
_UNITS: dict[str, frozenset[str]] = {
    "long": frozenset(f"{_TIME} {_LENGTH}".split()),
    "old": frozenset(f"{_TIME} old".split()),
    "often": frozenset(f"{_TIME} time".split()),
    **dict.fromkeys(("far", "close", "high", "tall", "deep", "wide", "large", "big"), frozenset(_LENGTH.split())),
}
_EXTENT = re.compile(r"\bhow (\w+)|\b(?:what|which) (percent|percentage|share|proportion)\b", re.IGNORECASE)


_WHO_IS = re.compile(r"[Ww]ho (?:is|was|are|were) [A-Z]")


def markable(question: Question) -> bool:
    """Tell whether the question asks for what can be marked: a person, a time, a number or a place.

    "Who is Brian Hook?" asks what he is, and for no name.
    """
    return question.kind in _FINDERS and _asked_first(question) and not _WHO_IS.match(question.text)


def marks(question: Question, text: str, known: Collection[str] = ()) -> Marks:
    """Return the spans (start, end) of ``text`` that hold what ``question`` asks for, in order; at most `MOST`.

    Only questions for a person, a time, a number or a place have marks. ``known`` are lower-case words that are
    names (`qa.mentions.proper_words`).
    """
    if not markable(question):
        return ()
    found = _FINDERS[question.kind](question, text, known)
    distinct = {" ".join(words(mention.text)) for mention in found}
    return tuple((mention.start, mention.end) for mention in found) if 0 < len(found) <= MOST >= len(distinct) else ()


def _asked_first(question: Question) -> bool:
    """Tell whether the question asks for its kind of thing, and not "what ... when ..."."""
    first = _ASKS.search(question.text)
    return first is not None and kind_of(" ".join(question.text[first.start() :].split()[:3])) == question.kind


def _new(question: Question, mentions: Sequence[Mention]) -> list[Mention]:
    """Leave out what the question names itself."""
    asked = {*question.terms}
    return [m for m in mentions if not any(stem(word) in asked for word in words(m.text))]


def _who(question: Question, text: str, known: Collection[str]) -> list[Mention]:
    found = _new(question, names(text, known))
    people = [each for mention in found if (each := person(text, mention))]
    if _in_a_row(text, people) > MOST:
        return []
    lone = [name for name in found if _acts(text, name)] if len(found) == 1 else []
    return [mention for mention in people or lone if _distance(question, text, mention) <= _NEAR]


def _in_a_row(text: str, people: Sequence[Mention]) -> int:
    """Return how many people the longest list of them names: "Poole, Brandt and Marek"."""
    most = row = min(1, len(people))
    for one, other in pairwise(people):
        between = text[one.end : other.start].replace(",", " ").split()
        row = row + 1 if not set(between) - {"and", "or", "&"} else 1
        most = max(most, row)
    return most


def _acts(text: str, mention: Mention) -> bool:
    """Tell whether a name opens its sentence, or follows "by"."""
    before = [token.lower for token in tokens(text[: mention.start]) if token.text[0].isalnum()][-2:]
    return not before or before == ["the"] or "by" in before[-1:] or before[-2:] == ["by", "the"]


def _distance(question: Question, text: str, mention: Mention) -> int:
    """Return how many words lie between a mention and the nearest word that the question has, too."""
    asked = {*question.terms}
    sides = (tokens(text[: mention.start])[::-1], tokens(text[mention.end :]))
    beside = [[token.lower for token in side if token.text[0].isalnum()] for side in sides]
    return min((n for side in beside for n, word in enumerate(side) if stem(word) in asked), default=_NEAR + 1)


def _when(question: Question, text: str, known: Collection[str]) -> list[Mention]:
    return [m for m in dates(text) if not set(words(m.text)) <= {*words(question.text)}]


def _where(question: Question, text: str, known: Collection[str]) -> list[Mention]:
    found = _new(question, names(text, known))
    return [mention for mention in found if _preceded_by(text, mention, _BEFORE_PLACE)]


def _preceded_by(text: str, mention: Mention, wanted: Collection[str]) -> bool:
    before = [bare(token.text) for token in tokens(text[: mention.start])[-2:]]
    while before and before[-1] in ("the", "a"):
        before.pop()
    return bool(before) and before[-1] in wanted


def _number(question: Question, text: str, known: Collection[str]) -> list[Mention]:
    found = [figure for figure in figures(text) if _counts(text, figure)]
    extent = _EXTENT.search(question.text)
    how, share = (extent.group(1) or "", extent.group(2)) if extent else ("", None)
    spans = dict(_counted(question, found) or [(f.start, _measured(f)) for f in found])
    if share:
        spans = {f.start: f.end for f in found if f.share}
    elif how.lower() in _UNITS:
        wanted = _UNITS[how.lower()]
        spans = {
            f.start: end for f in found for word, end in f.units[:1] if word.rstrip("s") in wanted or word in wanted
        }
    return [Mention(start, end, text[start:end]) for start, end in spans.items()]


def _counts(text: str, figure: Figure) -> bool:
    if text[figure.start : figure.end].lower() in ("one", "a", "an"):
        return False
    return not _TOTAL.search(text[max(0, figure.start - 40) : figure.start])


def _counted(question: Question, found: Sequence[Figure]) -> list[tuple[int, int]]:
    """Return the figures that count what the question names, to the end of its word; the nearest word comes last."""
    asked = {*question.terms}
    return [(f.start, end) for f in found for word, end in reversed(f.units) if stem(word) in asked]


def _measured(figure: Figure) -> int:
    """Return where a figure ends, with the word of what it counts where that is plainly one."""
    if figure.units and not figure.share and (figure.units[0][0].endswith("s") or figure.units[0][0] in _COUNTED):
        return figure.units[0][1]
    return figure.end


_FINDERS: dict[Kind, Callable[[Question, str, Collection[str]], list[Mention]]] = {
    "who": _who,
    "when": _when,
    "where": _where,
    "number": _number,
}
