"""Questions that say too little to be asked alone: "How many died?", "What happened next?", "How did Iran respond?"."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.index.search.query_words import content_words, tokens
from footnote.qa.interpret.antecedents import is_person
from footnote.qa.text.lexicon import AUXILIARIES, PASTS, PEOPLES, ROLES, US, VAGUE
from footnote.qa.text.noun_phrases import Phrase, phrases

_ANSWERING = frozenset(
    "respond react reply retaliate answer object disagree agree vote comply apologize apologise".split()
)
_REACTIONS = frozenset("response reaction answer reply reason reasons position explanation verdict".split())
_ONWARD = frozenset("later afterwards afterward next then thereafter so".split())
_ONWARD_PAIRS = frozenset({("after", "that"), ("before", "that"), ("in", "response"), ("in", "return")})
_SOME = ("dead", "victims", "wounded", "injured", "survivors", "killed", "passengers", "others", "total")
_SHORT = 8


def lacks_topic(body: str, opened: bool, people: Sequence[str]) -> bool:
    """Tell whether a question says nothing of what it is about; ``opened`` when it began with "And" or the like."""
    found = tokens(body)
    words = [token.lower for token in found if token.is_word]
    own = phrases(body, people)
    if US & set(words) or any(character.isdigit() for character in body):
        return False
    if _stops_short(words, own) or _goes_on(words, own) or _counts_among(body, own) or _reacts(body, own):
        return True
    return _is_vague(body, words, own, opened)


def _is_vague(body: str, words: Sequence[str], own: Sequence[Phrase], opened: bool) -> bool:
    """Tell whether no word names a topic: "What was the reason?", "Which commander took responsibility?"."""
    named = [phrase for phrase in own if phrase.named or phrase.kind == "time"]
    held = {word for phrase in named for word in content_words(phrase.text)}
    content = [word for word in content_words(body) if word not in held and word not in AUXILIARIES]
    if not (words and content) or (named and not opened):
        return False
    if len(words) <= 3 and words[0] in ("who", "how") and (words[-1] in PASTS or words[-1].endswith("ed")):
        return not named  # "Who abstained?"
    telling = [w for w in content if w not in VAGUE and w not in ROLES and w.removesuffix("s") not in ROLES]
    return len(telling) <= (1 if opened and not named else 0)


def _stops_short(words: Sequence[str], own: Sequence[Phrase]) -> bool:
    """Tell whether the verb at the end lacks what it is about: "How did Iran respond?", "What did the Navy say?"."""
    if not 3 <= len(words) <= _SHORT or "not" in words:
        return False
    asks = words[0] in ("what", "how", "why", "when") and words[1] in ("did", "does", "do")
    if asks and words[-1] in ("say", "claim"):
        return len(words) > 3 and bool(own) and not any(_may_be_person(phrase, own) for phrase in own)
    return words[-1] in _ANSWERING and (asks or words[0] in ("did", "does", "do", "will", "would"))


def _may_be_person(phrase: Phrase, own: Sequence[Phrase]) -> bool:
    """Tell whether a phrase is a person, or may be one where all is written in small letters."""
    common = phrase.kind != "thing" or phrase.bare != phrase.text or any(other.named for other in own)
    return is_person(phrase) or not common


def _goes_on(words: Sequence[str], own: Sequence[Phrase]) -> bool:
    """Tell whether the end of a question without names counts from what was said: "two days later"."""
    ends = bool(words) and (words[-1] in _ONWARD or tuple(words[-2:]) in _ONWARD_PAIRS)
    return ends and len(words) > 2 and not any(phrase.named for phrase in own)


def _counts_among(body: str, own: Sequence[Phrase]) -> bool:
    """Tell whether a question asks for a part of some who were not named: "How many of the dead were Swedes?"."""
    lower = body.lower()
    others = [p for p in own if p.named and p.bare.split()[-1].lower() not in PEOPLES]
    return not others and any(f" of the {word}" in lower for word in _SOME)


def _reacts(body: str, own: Sequence[Phrase]) -> bool:
    """Tell whether it asks what somebody answered and not to what: "What was Trump's response?"."""
    last = own[-1] if own else None
    text = body.rstrip(" ?.!")
    owned = last is not None and last.end == len(text) and text[: last.start].replace("’", "'").endswith("'s ")
    return owned and last is not None and last.bare.lower() in _REACTIONS
