"""Which pronouns of a question are open: explained by nothing in the question itself.

In doubt a pronoun is not open: "Who moved his court to Warsaw?" asks for the owner, and needs no name from before.
"""

from __future__ import annotations

from collections.abc import Sequence

from footnote.index.search.query_words import STOP_WORDS, Token
from footnote.qa.interpret.antecedents import is_person, is_vague
from footnote.qa.text.lexicon import (
    ASKING,
    AUXILIARIES,
    BE,
    DEMONSTRATIVES,
    HE,
    IT,
    OWNING,
    PASTS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    SHE,
    SUBJECTS,
    THEY,
)
from footnote.qa.text.noun_phrases import Phrase

_CLAUSE = frozenset(
    """that if because when while after before until once whether as who which and but or than though although unless
    said says where since what how why""".split()
)
_EMPTY_AFTER = frozenset("true possible likely clear rain snow important necessary legal illegal safe normal".split())
_TIMES = frozenset("year week month day time morning century decade weekend who responsible".split())
_LONG = 8


def group_of(word: str) -> frozenset[str]:
    """Return the forms of the same pronoun."""
    return next((group for group in (HE, SHE, IT, THEY) if word in group), frozenset({word}))


def is_open(at: int, found: Sequence[Token], own: Sequence[Phrase]) -> bool:
    """Tell whether the word ``at`` is a pronoun that nothing before it in its question explains.

    ``found`` are the tokens of the question, ``own`` its phrases.
    """
    word = found[at].lower
    if word not in PRONOUNS or (found[at].text.isupper() and len(word) == 2):  # IT is an abbreviation
        return False
    if word == "there":
        return _is_there(at, found)
    if word in IT and _is_empty(at, found):
        return False
    before = [p for p in own if p.end <= found[at].start and p.kind != "time" and not is_vague(p)]
    if _who_explains(word, at, found, own):
        return False
    if not before:
        return True
    if _in_a_clause(at, found, before[0]):
        return False
    fitting = [phrase for phrase in before if _may_mean(word, phrase, found)]
    if word in OWNING or (word == "her" and not is_object(at, found)):
        return not (fitting or word not in HE | SHE)
    things = [phrase for phrase in fitting if phrase.kind == "thing"]
    return not ((word == "it" and things) or (fitting and _to_do(at, found)))


def _who_explains(word: str, at: int, found: Sequence[Token], own: Sequence[Phrase]) -> bool:
    """Tell whether "who" or "which country" may be what the pronoun means: "who announced she would resign?"."""
    if found[0].lower not in ("who", "which", "whose") or found[1:2] == []:
        return False
    if found[1].lower in AUXILIARIES and found[1].lower not in BE and found[0].lower == "who":
        return False  # "who did he meet?"
    rich = any(phrase.named for phrase in own) or len(found) > _LONG
    embedded = _is_subject(at, found) and found[at - 1].lower not in AUXILIARIES
    return rich and (word in OWNING or word == "her" or embedded or _to_do(at, found))


def _in_a_clause(at: int, found: Sequence[Token], first: Phrase) -> bool:
    """Tell whether a clause begins between a phrase and the pronoun: "did Iran admit that it", "the raid he had"."""
    before = found[at - 1].lower
    embedded = _is_subject(at, found) and before not in AUXILIARIES | ASKING and before[0].isalnum()
    parts = [(token.lower, found[n].lower) for n, token in enumerate(found[:at], 1) if token.start > first.end]
    return embedded or any(word == "," or (word in _CLAUSE and after != "of") for word, after in parts)


def _is_subject(at: int, found: Sequence[Token]) -> bool:
    """Tell whether the pronoun does something; of "it", whether a verb follows."""
    word = found[at].lower
    after = found[at + 1].lower if at + 1 < len(found) else ""
    follows = after in AUXILIARIES | PASTS or after.endswith(("ed", "es"))
    return word in SUBJECTS and (word != "it" or follows)


def _to_do(at: int, found: Sequence[Token]) -> bool:
    """Tell whether an infinitive stands before the pronoun: "who asked Washington to dine with him?"."""
    return any(token.lower == "to" for token in found[1 : at - 1])


def _may_mean(word: str, phrase: Phrase, found: Sequence[Token]) -> bool:
    """Tell whether a pronoun may mean a phrase of its own question."""
    if word in HE | SHE:
        definite = phrase.bare != phrase.text and not phrase.named
        return not phrase.plural and (phrase.kind in ("person", "role") or (phrase.kind == "thing" and not definite))
    if word in THEY:
        return phrase.plural or phrase.named or phrase.kind in ("group", "role")
    asked = len(found) > 1 and phrase.start == found[1].start and found[0].lower in ("which", "what")
    return phrase.kind != "time" and not is_person(phrase) and (phrase.named or asked or phrase.bare != phrase.text)


def _is_there(at: int, found: Sequence[Token]) -> bool:
    """Tell "who was killed there?" from "was there a vote?"."""
    before = found[at - 1].lower if at else ""
    after = found[at + 1].lower if at + 1 < len(found) else ""
    named = any(token.word in PLACES for token in found[:at])
    return not (before in AUXILIARIES or after in AUXILIARIES or at == 0 or named)


def _is_empty(at: int, found: Sequence[Token]) -> bool:
    """Tell whether "it" stands for nothing: "is it true that", "how long does it take to", "how far is it to"."""
    after = [token.lower for token in found[at + 1 : at + 3]]
    if any(word in _EMPTY_AFTER for word in after):
        return True
    rest = {token.lower for token in found[at + 1 :]}
    takes = after[:1] and after[0] in ("take", "took", "takes", "taken", "cost", "mean", "matter")
    being = at > 0 and found[at - 1].lower in BE
    return bool((takes and "to" in rest) or (being and rest & {"to", "that", "from"}))


def is_object(at: int, found: Sequence[Token]) -> bool:
    """Tell whether "her" is not followed by what is hers."""
    if at + 1 == len(found):
        return True
    after = found[at + 1].lower
    return not after[0].isalnum() or after in PREPOSITIONS | AUXILIARIES | STOP_WORDS


def points_back(at: int, found: Sequence[Token], own: Sequence[Phrase]) -> bool:
    """Tell whether "that", "those" and the like point to what was said before, in a question without its own topic."""
    word = found[at].lower
    before = found[at - 1].lower if at else "."
    after = found[at + 1].lower if at + 1 < len(found) else ""
    if (
        word not in DEMONSTRATIVES
        or after in _TIMES
        or before not in AUXILIARIES | PREPOSITIONS | ASKING | {"than", "like", "do"}
    ):
        return False
    at_the_end = not any(token.is_word for token in found[at + 1 :])
    return at_the_end or not any(phrase.named or phrase.bare != phrase.text for phrase in own)


def fitted(name: str, at: int, found: Sequence[Token]) -> str:
    """Return a name in the form of the pronoun that it replaces: "Abe's" for "his", "in Tehran" for "there"."""
    word = found[at].lower
    if word in OWNING or (word == "her" and not is_object(at, found)):
        return name + ("'" if name.endswith("s") and word in THEY else "'s")
    before = found[at - 1].lower if at else ""
    return f"in {name}" if word == "there" and before not in PREPOSITIONS else name
