"""What speaks against an answer whatever else is alike: names that no article holds, a number that is not quoted.

The scorer weighs how many of a question's words a passage has; one name among many counts little there. But a question
about somebody or somewhere that no article names is rarely answered by them, however much else they share. And a
sentence without any number does not tell how many, how much, or how old.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.words import words
from qa.features import NAMES
from qa.question import Question, stem
from qa.trees import Matrix

UNKNOWN_NAME = 1.5
"""What a name that occurs nowhere takes from the log odds of an answer; a full name of which no part does, twice that.

Set by hand. Names in capitals (UN, IMF) and short ones are left out: articles often write them in full.
"""

NO_NUMBER = 1.5
"""What an answer that should hold a number, and does not, takes from the log odds. Set by hand."""

_KIND_FITS = NAMES.index("kind_fits")
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


def unfit(question: Question, quoted: Matrix) -> float:
    """Return how much to take from the log odds where a number is asked for and no quoted sentence holds one.

    ``quoted`` has a row of `qa.features.NAMES` for each quoted sentence; an age is looked for as an age.
    """
    missing = question.kind == "number" and len(quoted) > 0 and not quoted[:, _KIND_FITS].any()
    return NO_NUMBER if missing else 0.0


def _occurs(part: str, frequencies: Mapping[str, int]) -> bool:
    stems = [stem(word) for word in words(part)]
    return not stems or any(frequencies.get(each) for each in stems)
