"""Which pronouns of a question are open: explained by nothing in the question itself.

In doubt a pronoun is not open: "Who moved his court to Warsaw?" asks for the owner, and needs no name from before.
"""

from collections.abc import Sequence

from footnote.index.search.query_words import STOP_WORDS, Token
from footnote.qa.text import lexicon as lex
from footnote.qa.text.noun_phrases import Phrase

_CLAUSE = lex.word_set("""that if because when while after before until once whether as who which and but or than though
    although unless said says where since what how why""")
_EMPTY_AFTER = lex.word_set("true possible likely clear rain snow important necessary legal illegal safe normal")
_TIMES = lex.word_set("year week month day time morning century decade weekend who responsible")
_LONG = 8


def group_of(word: str) -> frozenset[str]:
    """Return the forms of the same pronoun."""
    return next((group for group in (lex.HE, lex.SHE, lex.IT, lex.THEY) if word in group), frozenset({word}))


def is_open(at: int, found: Sequence[Token], own: Sequence[Phrase]) -> bool:
    """Tell whether the word ``at`` is a pronoun that nothing before it in its question explains.

    ``found`` are the tokens of the question, ``own`` its phrases.
    """
    word = found[at].lower
    if word not in lex.PRONOUNS or (found[at].text.isupper() and len(word) == 2):  # IT is an abbreviation
        return False
    if word == "there":
        return _is_there(at, found)
    if (word in lex.IT and _is_empty(at, found)) or _who_explains(word, at, found, own):
        return False
    before = [p for p in own if p.end <= found[at].start and p.kind != "time" and not p.is_vague]
    if not before or _in_a_clause(at, found, before[0]):
        return not before
    fitting = [phrase for phrase in before if _may_mean(word, phrase, found)]
    if _owns(at, found):
        return word in lex.HE | lex.SHE and not fitting
    things = any(phrase.kind == "thing" for phrase in fitting)
    return not ((word == "it" and things) or (fitting and _to_do(at, found)))


def _owns(at: int, found: Sequence[Token]) -> bool:
    """Tell whether the pronoun says whose something is."""
    return found[at].lower in lex.OWNING or (found[at].lower == "her" and not is_object(at, found))


def _who_explains(word: str, at: int, found: Sequence[Token], own: Sequence[Phrase]) -> bool:
    """Tell whether "who" or "which country" may be what the pronoun means: "who announced she would resign?"."""
    if found[0].lower not in ("who", "which", "whose") or len(found) == 1:
        return False
    if found[1].lower in lex.AUXILIARIES - lex.BE and found[0].lower == "who":
        return False  # "who did he meet?"
    rich = any(phrase.named for phrase in own) or len(found) > _LONG
    embedded = _is_subject(at, found) and found[at - 1].lower not in lex.AUXILIARIES
    return rich and (word in lex.OWNING or word == "her" or embedded or _to_do(at, found))


def _in_a_clause(at: int, found: Sequence[Token], first: Phrase) -> bool:
    """Tell whether a clause begins between a phrase and the pronoun: "did Iran admit that it", "the raid he had"."""
    before = found[at - 1].lower
    embedded = _is_subject(at, found) and before not in lex.AUXILIARIES | lex.ASKING and before[0].isalnum()
    parts = [(token.lower, found[n].lower) for n, token in enumerate(found[:at], 1) if token.start > first.end]
    return embedded or any(word == "," or (word in _CLAUSE and after != "of") for word, after in parts)


def _is_subject(at: int, found: Sequence[Token]) -> bool:
    """Tell whether the pronoun does something; of "it", whether a verb follows."""
    word, after = found[at].lower, _after(at, found)
    follows = after in lex.AUXILIARIES | lex.PASTS or after.endswith(("ed", "es"))
    return word in lex.SUBJECTS and (word != "it" or follows)


def _after(at: int, found: Sequence[Token]) -> str:
    return found[at + 1].lower if at + 1 < len(found) else ""


def _to_do(at: int, found: Sequence[Token]) -> bool:
    """Tell whether an infinitive stands before the pronoun: "who asked Washington to dine with him?"."""
    return any(token.lower == "to" for token in found[1 : at - 1])


def _may_mean(word: str, phrase: Phrase, found: Sequence[Token]) -> bool:
    """Tell whether a pronoun may mean a phrase of its own question."""
    if word in lex.HE | lex.SHE:
        definite = phrase.bare != phrase.text and not phrase.named
        return not phrase.plural and (phrase.kind in ("person", "role") or (phrase.kind == "thing" and not definite))
    if word in lex.THEY:
        return phrase.plural or phrase.named or phrase.kind in ("group", "role")
    asked = len(found) > 1 and phrase.start == found[1].start and found[0].lower in ("which", "what")
    return phrase.kind != "time" and not phrase.may_be_person and (phrase.named or asked or phrase.bare != phrase.text)


def _is_there(at: int, found: Sequence[Token]) -> bool:
    """Tell "who was killed there?" from "was there a vote?"."""
    named = any(token.word in lex.PLACES for token in found[:at])
    return at > 0 and not (named or lex.AUXILIARIES & {found[at - 1].lower, _after(at, found)})


def _is_empty(at: int, found: Sequence[Token]) -> bool:
    """Tell whether "it" stands for nothing: "is it true that", "how long does it take to", "how far is it to"."""
    rest = [token.lower for token in found[at + 1 :]]
    takes = _after(at, found) in ("take", "took", "takes", "taken", "cost", "mean", "matter") and "to" in rest
    being = at > 0 and found[at - 1].lower in lex.BE and not {"to", "that", "from"}.isdisjoint(rest)
    return takes or being or not _EMPTY_AFTER.isdisjoint(rest[:2])


def is_object(at: int, found: Sequence[Token]) -> bool:
    """Tell whether "her" is not followed by what is hers."""
    after = _after(at, found)
    return not after[:1].isalnum() or after in lex.PREPOSITIONS | lex.AUXILIARIES | STOP_WORDS


def points_back(at: int, found: Sequence[Token], own: Sequence[Phrase]) -> bool:
    """Tell whether "that", "those" and the like point to what was said before, in a question without its own topic."""
    before = found[at - 1].lower if at else "."
    leads = before in lex.AUXILIARIES | lex.PREPOSITIONS | lex.ASKING | {"than", "like", "do"}
    if found[at].lower not in lex.DEMONSTRATIVES or _after(at, found) in _TIMES or not leads:
        return False
    at_the_end = not any(token.is_word for token in found[at + 1 :])
    return at_the_end or not any(phrase.named or phrase.bare != phrase.text for phrase in own)


def fitted(name: str, at: int, found: Sequence[Token]) -> str:
    """Return a name in the form of the pronoun that it replaces: "Abe's" for "his", "in Tehran" for "there"."""
    word = found[at].lower
    if _owns(at, found):
        return name + ("'" if name.endswith("s") and word in lex.THEY else "'s")
    bare = word == "there" and not (at and found[at - 1].lower in lex.PREPOSITIONS)
    return f"in {name}" if bare else name
