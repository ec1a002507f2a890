"""What speaks against an answer whatever else is alike: names, figures and numbers that are not there.

The scorer weighs how many of a question's words a passage has; one name among many counts little there. But a question
about somebody or somewhere that no article names is rarely answered by them, however much else they share. And a
sentence without any number does not tell how many, how much, or how old; nor one without any date in what year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from index.words import words
from qa.features import NAMES, long_numbers
from qa.question import Question, stem
from qa.trees import Matrix

UNKNOWN_NAME = 1.5
"""What a name that occurs nowhere takes from the log odds of an answer; a full name of which no part does, twice that.

Set by hand. Names in capitals (UN, IMF) and short ones are left out: articles often write them in full.
"""

Lack = Literal["number", "date", "words", "figure"]
"""What quoted sentences do not hold: a number, a date or somebody's words where these are asked for, or a figure of the
question."""

LACKING: Mapping[Lack, float] = {"number": 1.5, "date": 1.5, "words": 1.5, "figure": 1.5}
"""What each of these takes from the log odds. Set by hand."""

_KIND_FITS, _IN_ARTICLE = NAMES.index("kind_fits"), NAMES.index("numbers_article")
_ASKS_DATE = re.compile(r"\b(?:what|which) (?:year|date|month|day)\b", re.IGNORECASE)
_RUN = re.compile(r"(?<=\s)[A-Z][\w’'-]{2,40}(?: [A-Z][\w’'-]{2,40}){0,4}")
_SHORT = 4


def doubt(question: Question, frequencies: Mapping[str, int]) -> float:
    """Return how much to take from the log odds that a question is answered; 0 for most.

    ``frequencies`` tell in how many passages of the library each of the question's stems occurs.
    """
    if question.text.isupper() or question.text.istitle():
        return 0.0
    found = 0.0
    for match in _RUN.finditer(question.text):
        parts = match.group().split()
        unknown = [part for part in parts if not _occurs(part, frequencies)]
        if any(len(part) >= _SHORT and not part.isupper() for part in unknown):
            found = max(found, UNKNOWN_NAME * (2 if len(parts) > 1 and len(unknown) == len(parts) else 1))
    return found


def lacking(question: Question, quoted: Matrix) -> list[Lack]:
    """Return what the quoted sentences should hold, and do not.

    That is a number, a date or somebody's words where these are asked for (an age is looked for as an age), and,
    anywhere in their articles, the figures of the question. ``quoted`` has a row of `qa.features.NAMES` for each quoted
    sentence.
    """
    if not len(quoted):
        return []
    found: list[Lack] = []
    if long_numbers(question) and quoted[:, _IN_ARTICLE].max() < 1:
        found.append("figure")
    if not quoted[:, _KIND_FITS].any():
        if question.speaker:
            found.append("words")
        elif question.kind == "number":
            found.append("number")
        elif _ASKS_DATE.search(question.text):
            found.append("date")
    return found


def unfit(lacks: Sequence[Lack]) -> float:
    """Return how much to take from the log odds for what is `lacking`."""
    return sum(LACKING[each] for each in lacks)


def _occurs(part: str, frequencies: Mapping[str, int]) -> bool:
    stems = [stem(word) for word in words(part)]
    return not stems or any(frequencies.get(each) for each in stems)
