"""Yes/no questions made of statements: the sets have few, and people ask many.

"The ministry had denied it in May" becomes "Had the ministry denied it in May?", and its sentence decides it. With
another number in its place it is still the sentence that decides, for no.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

_AUXILIARIES = frozenset("is are was were has have had will would can could should".split())
_IRREGULAR = {
    "said": "say", "made": "make", "took": "take", "became": "become", "began": "begin", "won": "win", "gave": "give",
    "went": "go", "came": "come", "led": "lead", "left": "leave", "lost": "lose", "met": "meet", "sent": "send",
    "told": "tell", "wrote": "write", "found": "find", "held": "hold", "kept": "keep", "knew": "know", "saw": "see",
    "sold": "sell", "spoke": "speak", "stood": "stand", "thought": "think", "fell": "fall", "rose": "rise",
    "grew": "grow", "built": "build", "bought": "buy", "brought": "bring", "broke": "break", "chose": "choose",
    "fought": "fight", "flew": "fly", "hit": "hit", "set": "set", "cut": "cut", "put": "put", "paid": "pay",
    "ran": "run", "shot": "shoot", "struck": "strike", "withdrew": "withdraw", "agreed": "agree",
}  # fmt: skip
_NO_SUBJECT = frozenset(
    "in on at by for from with after before when while as although though but and or however there this that these"
    " those it he she they we i you his her its their who which what if since during under because".split()
)
_BEFORE_NO_VERB = frozenset("the a an of and or to in on by with his her its their".split())
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_END = re.compile(r",|;| – | — | -- | \(| which | who | where | while | although | but ")
_SUBJECT = 6
_WORDS = range(5, 22)


class YesNo:
    """Makes yes/no questions; verbs are put back into their base form as the words of ``texts`` show it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = Counter(word for text in texts for word in text.lower().split())

    def question(self, sentence: str, rng: random.Random) -> str | None:
        """Return a question that a sentence decides; None where none can be made of it."""
        words = _clause(sentence).split()
        if len(words) not in _WORDS or words[0].lower() in _NO_SUBJECT or not words[0][0].isalnum():
            return None
        for place, word in enumerate(words[1 : _SUBJECT + 1], 1):
            lowered = word.lower()
            if lowered in _AUXILIARIES:
                made = [lowered.capitalize(), *words[:place], *words[place + 1 :]]
                break
            if words[place - 1].lower() not in _BEFORE_NO_VERB and (base := self._base(lowered)):
                made = ["Did", *words[:place], base, *words[place + 1 :]]
                break
        else:
            return None
        if rng.random() < 0.15:
            made = ["Is", "it", "true", "that", *words]
        return _other_number(" ".join(made), rng) + "?"

    def _base(self, verb: str) -> str | None:
        if verb in _IRREGULAR:
            return _IRREGULAR[verb]
        if not verb.endswith("ed") or len(verb) < 5:
            return None
        stem = verb[:-2]
        forms = [stem, stem + "e", *([stem[:-1] + "y"] if stem.endswith("i") else [])]
        forms += [stem[:-1]] if stem[-1] == stem[-2] else []
        best = max(forms, key=lambda form: self._known[form])
        return best if self._known[best] else None


def _clause(sentence: str) -> str:
    """Return the first clause of a sentence that is long enough, without its stop."""
    for match in _END.finditer(sentence):
        if len(sentence[: match.start()].split()) in _WORDS:
            return sentence[: match.start()]
    return sentence.rstrip(" .!")


def _other_number(question: str, rng: random.Random) -> str:
    """Return the question, one time in three with another number in the place of one of its own."""
    found = list(_NUMBER.finditer(question))
    if not found or rng.random() > 1 / 3:
        return question
    match = rng.choice(found)
    digits = [rng.choice("123456789") if char.isdigit() else char for char in match.group()]
    return question[: match.start()] + "".join(digits) + question[match.end() :]
