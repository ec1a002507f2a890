"""Follow-ups: a question that leans on the conversation becomes one that stands alone, without a language model.

A complete question with a subject of its own carries nothing over: a wrong carry spoils a good question, a missed one
only leaves a short question short. So words are carried for three reasons alone: the question is a change to the last
one ("Why?", "What about Iraq?"), it has a pronoun that nothing in it explains, or it has no topic at all ("How many
died?").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.index.search.query_words import Token, clean, tokens
from footnote.qa.interpret.antecedents import Discourse, person, place, read_conversation, several, thing, topic
from footnote.qa.interpret.ellipsis import OPENERS, bare, instead, of_the_count, parallel
from footnote.qa.interpret.incomplete import lacks_topic
from footnote.qa.interpret.turns import Standalone, Turn
from footnote.qa.text.lexicon import ASKING, AUXILIARIES, HE, IT, OWNING, PRONOUNS, SAY, SHE, THEY
from footnote.qa.text.noun_phrases import phrases
from footnote.qa.text.pronouns import fitted, group_of, is_object, is_open, points_back

__all__ = ["Standalone", "Turn", "standalone"]

MAX_CHARS = 2_000
MAX_WORDS = 60
"""A longer question leans on nothing: whoever types that much says what it is about."""

_TOLD = frozenset("admit deny confirm announce report explain regret mean do claim accept".split())
"""After these, "it" is what happened, and no thing that a name could be put for."""


def standalone(question: str, history: Sequence[Turn]) -> Standalone:
    """Return ``question`` as one that needs no conversation, and what it took from ``history`` (oldest turn first).

    What needs nothing, or finds nothing, is returned as it was typed.
    """
    body = clean(question[:MAX_CHARS])
    if not history or not body or len(body.split()) > MAX_WORDS:
        return Standalone(question)
    talk = read_conversation(history)
    body, opened = _without_opening(body)
    text = (
        bare(body, talk)
        or of_the_count(body, talk)
        or instead(_resolved_name(body, talk), opened, talk)
        or parallel(body, talk)
    )
    made = (
        Standalone(text, _kept(text, body, talk))
        if text
        else _with_names(body, talk) or _with_topic(body, opened, talk)
    )
    if made is None or not made.carried or len(made.text) > MAX_CHARS:
        return Standalone(question)
    text = " ".join(made.text.split())
    return Standalone(text[0].upper() + text[1:], made.carried)


def _without_opening(body: str) -> tuple[str, bool]:
    """Return a question without "And" or "So then", and whether it opened like that."""
    first, _, rest = body.partition(" ")
    word = first.rstrip(",").lower()
    if word not in OPENERS or not rest:
        return body, False
    following = rest.split(maxsplit=1)[0].rstrip("?").lower()
    if word != "and" and word != "but" and following not in ASKING | AUXILIARIES:
        return body, False
    return rest, True


def _kept(text: str, body: str, talk: Discourse) -> tuple[str, ...]:
    """Return the phrases of the last question that ``text`` still holds; the whole of it where it has none."""
    said = [phrase.text for phrase in talk.turns[0].question_phrases]
    return tuple(dict.fromkeys(each for each in said if each in text and each not in body)) or (talk.last,)


# --- pronouns


@dataclass(frozen=True, slots=True)
class _Put:
    """Words to put in the place of ``[start, end)`` of a question."""

    start: int
    end: int
    text: str


def _resolved_name(body: str, talk: Discourse) -> str:
    """Return "what about him?" with his name; anything else as it is."""
    words = body.rstrip(" ?.!").lower().split()
    if len(words) == 3 and words[:2] in (["what", "about"], ["how", "about"]) and words[2] in PRONOUNS:
        name = _antecedent(words[2], talk)
        return f"what about {name}?" if name else body
    return body


def _with_names(body: str, talk: Discourse) -> Standalone | None:
    """Return the question with names for its pronouns, or its topic for those without; None when none needs any."""
    found = tokens(body)
    own = phrases(body, talk.people)
    puts: dict[frozenset[str], _Put] = {}
    names: list[str] = []
    points = whole = False
    for n, token in enumerate(found):
        group = group_of(token.lower)
        if group not in puts and is_open(n, found, own):
            told = token.lower == "it" and n > 0 and found[n - 1].lower in _TOLD
            name = "" if told else _antecedent(token.lower, talk, n, found)
            if name:
                puts[group] = _Put(token.start, token.end, fitted(name, n, found))
                names.append(name)
            points = points or (not name and group not in (THEY, {"there"}))
            whole = whole or told
        points = points or points_back(n, found, own)
    text = body
    for put in sorted(puts.values(), key=lambda put: -put.start):
        text = text[: put.start] + put.text + text[put.end :]
    if (points and not puts) or whole:
        return _about(talk.first(topic), text)
    return Standalone(text, tuple(names)) if puts else None


def _antecedent(pronoun: str, talk: Discourse, at: int = 0, found: Sequence[Token] = ()) -> str:
    agent = bool(found) and _acts(at, found)
    if pronoun in HE | SHE:
        is_done_to = pronoun == "him" or (pronoun == "her" and is_object(at, found or tokens(pronoun)))
        return person(talk, pronoun in SHE, is_done_to, [token.lower for token in found])
    if pronoun in IT:
        return talk.first(lambda said: thing(said, agent))
    return talk.first(place) if pronoun == "there" else talk.first(lambda said: several(said, agent))


def _acts(at: int, found: Sequence[Token]) -> bool:
    """Tell whether what the pronoun means says or decides something: "what did it announce?"."""
    return any(token.lower in SAY for token in found[at + 1 : at + 4]) and found[at].lower not in OWNING


# --- no topic of its own


def _with_topic(body: str, opened: bool, talk: Discourse) -> Standalone | None:
    """Return a question that has no topic with the last one; None when it has its own, or is none."""
    return _about(talk.first(topic), body) if lacks_topic(body, opened, talk.people) else None


def _about(subject: str, body: str) -> Standalone | None:
    first = body.split(" ", 1)[0]
    text = body if first[1:2].isupper() or first in ("I",) else f"{body[:1].lower()}{body[1:]}"
    return Standalone(f"About {subject}: {text}", (subject,)) if subject else None
