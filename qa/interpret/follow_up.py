"""Follow-ups: a question that leans on the conversation becomes one that stands alone, without a language model.

A complete question with a subject of its own carries nothing over: a wrong carry spoils a good question, a missed one
only leaves a short question short. So words are carried for three reasons alone: the question is a change to the last
one ("Why?", "What about Iraq?"), it has a pronoun that nothing in it explains, or it has no topic at all ("How many
died?").
"""

import re
from collections.abc import Sequence

from footnote.index.search.query_words import Token, clean, content_words, tokens
from footnote.qa.interpret.antecedents import Discourse, person, place, read_conversation, several, thing, topic
from footnote.qa.interpret.ellipsis import OPENERS, bare, instead, lowered, of_the_count, parallel
from footnote.qa.interpret.turns import Standalone, Turn
from footnote.qa.text import lexicon as lex
from footnote.qa.text.noun_phrases import Phrase, phrases
from footnote.qa.text.pronouns import fitted, group_of, is_object, is_open, points_back

__all__ = ["Standalone", "Turn", "standalone"]

MAX_CHARS = 2_000
MAX_WORDS = 60
"""A longer question leans on nothing: whoever types that much says what it is about."""

_TOLD = frozenset("admit deny confirm announce report explain regret mean do claim accept".split())
"""After these, "it" is what happened, and no thing that a name could be put for."""
_ANSWERING = lex.word_set("respond react reply retaliate answer object disagree agree vote comply apologize apologise")
_REACTIONS = lex.word_set("response reaction answer reply reason reasons position explanation verdict")
_ONWARD = re.compile(
    r".* (?:.* (?:later|afterwards?|next|then|thereafter|so)|(?:after|before) that|in (?:response|return))"
)
_AMONG = re.compile(r" of the (?:dead|victims|wounded|injured|survivors|killed|passengers|others|total)", re.IGNORECASE)
_SHORT = 8


def standalone(question: str, history: Sequence[Turn]) -> Standalone:
    """Return ``question`` as one that needs no conversation, and what it took from ``history`` (oldest turn first).

    What needs nothing, or finds nothing, is returned as it was typed.
    """
    body = clean(question[:MAX_CHARS])
    if not history or not body or len(body.split()) > MAX_WORDS:
        return Standalone(question)
    talk = read_conversation(history)
    body, opened = _without_opening(body)
    text = bare(body, talk) or of_the_count(body, talk)
    text = text or instead(_resolved_name(body, talk), opened, talk) or parallel(body, talk)
    if text:  # carried are the phrases of the last question that it still holds, or all of that
        said = (phrase.text for phrase in talk.turns[0].question_phrases)
        kept = dict.fromkeys(each for each in said if each in text and each not in body)
        made: Standalone | None = Standalone(text, tuple(kept) or (talk.last,))
    else:
        made = _with_names(body, talk)
        if made is None and _lacks_topic(body, opened, talk.people):
            made = _about(talk.first(topic), body)
    if made is None or not made.carried or len(made.text) > MAX_CHARS:
        return Standalone(question)
    text = " ".join(made.text.split())
    return Standalone(text[0].upper() + text[1:], made.carried)


def _without_opening(body: str) -> tuple[str, bool]:
    """Return a question without "And" or "So then", and whether it opened like that."""
    first, _, rest = body.partition(" ")
    word, following = first.rstrip(",").lower(), rest.partition(" ")[0].rstrip("?").lower()
    opened = bool(rest) and word in OPENERS and (word in ("and", "but") or following in lex.ASKING | lex.AUXILIARIES)
    return rest if opened else body, opened


def _resolved_name(body: str, talk: Discourse) -> str:
    """Return "what about him?" with his name; anything else as it is."""
    words = body.rstrip(" ?.!").lower().split()
    asks = len(words) == 3 and words[:2] in (["what", "about"], ["how", "about"]) and words[2] in lex.PRONOUNS
    name = _antecedent(words[2], talk) if asks else ""
    return f"what about {name}?" if name else body


def _with_names(body: str, talk: Discourse) -> Standalone | None:
    """Return the question with names for its pronouns, or its topic for those without; None when none needs any."""
    found = tokens(body)
    own = phrases(body, talk.people)
    names: dict[frozenset[str], str] = {}
    text, end = "", 0
    points = whole = False
    for n, token in enumerate(found):
        group = group_of(token.lower)
        if group not in names and is_open(n, found, own):
            told = token.lower == "it" and n > 0 and found[n - 1].lower in _TOLD
            name = "" if told else _antecedent(token.lower, talk, n, found)
            if name:
                names[group] = name
                text, end = text + body[end : token.start] + fitted(name, n, found), token.end
            points = points or (not name and group not in (lex.THEY, {"there"}))
            whole = whole or told
        points = points or points_back(n, found, own)
    text += body[end:]
    if (points and not names) or whole:
        return _about(talk.first(topic), text)
    return Standalone(text, tuple(names.values())) if names else None


def _antecedent(pronoun: str, talk: Discourse, at: int = 0, found: Sequence[Token] = ()) -> str:
    # whether it says or decides something: "what did it announce?"
    says = any(token.lower in lex.SAY for token in found[at + 1 : at + 4])
    agent = says and found[at].lower not in lex.OWNING
    if pronoun in lex.HE | lex.SHE:
        is_done_to = pronoun == "him" or (pronoun == "her" and is_object(at, found or tokens(pronoun)))
        return person(talk, pronoun in lex.SHE, is_done_to, [token.lower for token in found])
    if pronoun in lex.IT:
        return talk.first(lambda said: thing(said, agent))
    return talk.first(place) if pronoun == "there" else talk.first(lambda said: several(said, agent))


def _about(subject: str, body: str) -> Standalone | None:
    """Return a question with the topic of the last one; None where that has none."""
    as_it_is = body[1:2].isupper() or body.partition(" ")[0] == "I"
    text = f"About {subject}: {body if as_it_is else lowered(body)}"
    return Standalone(text, (subject,)) if subject else None


# --- no topic of its own: "How many died?", "What happened next?", "How did Iran respond?"


def _lacks_topic(body: str, opened: bool, people: Sequence[str]) -> bool:
    """Tell whether a question says nothing of what it is about; ``opened`` when it began with "And" or the like."""
    words = [token.lower for token in tokens(body) if token.is_word]
    own = phrases(body, people)
    if lex.US & set(words) or any(map(str.isdigit, body)):
        return False
    leans = _stops_short(words, own) or _goes_on(words, own) or _counts_among(body, own) or _reacts(body, own)
    return leans or _is_vague(body, words, own, opened)


def _is_vague(body: str, words: Sequence[str], own: Sequence[Phrase], opened: bool) -> bool:
    """Tell whether no word names a topic: "What was the reason?", "Which commander took responsibility?"."""
    named = [phrase for phrase in own if phrase.named or phrase.kind == "time"]
    held = lex.AUXILIARIES.union(*(content_words(phrase.text) for phrase in named))
    content = [word for word in content_words(body) if word not in held]
    if not (words and content) or (named and not opened):
        return False
    if len(words) <= 3 and words[0] in ("who", "how") and (words[-1] in lex.PASTS or words[-1].endswith("ed")):
        return not named  # "Who abstained?"
    telling = [w for w in content if w not in lex.VAGUE and w not in lex.ROLES and w.removesuffix("s") not in lex.ROLES]
    return len(telling) <= (1 if opened and not named else 0)


def _stops_short(words: Sequence[str], own: Sequence[Phrase]) -> bool:
    """Tell whether the verb at the end lacks what it is about: "How did Iran respond?", "What did the Navy say?"."""
    if not 3 <= len(words) <= _SHORT or "not" in words:
        return False
    asks = words[0] in ("what", "how", "why", "when") and words[1] in ("did", "does", "do")
    if asks and words[-1] in ("say", "claim"):
        small = not any(phrase.named for phrase in own)  # a bare word may then be somebody's name
        people = (p.may_be_person or (small and p.kind == "thing" and p.bare == p.text) for p in own)
        return len(words) > 3 and bool(own) and not any(people)
    return words[-1] in _ANSWERING and (asks or words[0] in ("did", "does", "do", "will", "would"))


def _goes_on(words: Sequence[str], own: Sequence[Phrase]) -> bool:
    """Tell whether the end of a question without names counts from what was said: "two days later"."""
    return _ONWARD.fullmatch(" ".join(words)) is not None and not any(phrase.named for phrase in own)


def _counts_among(body: str, own: Sequence[Phrase]) -> bool:
    """Tell whether a question asks for a part of some who were not named: "How many of the dead were Swedes?"."""
    others = (phrase for phrase in own if phrase.named and phrase.bare.split()[-1].lower() not in lex.PEOPLES)
    return not any(others) and _AMONG.search(body) is not None


def _reacts(body: str, own: Sequence[Phrase]) -> bool:
    """Tell whether it asks what somebody answered and not to what: "What was Trump's response?"."""
    ends = [phrase for phrase in own[-1:] if phrase.end == len(body.rstrip(" ?.!"))]
    return any(p.bare.lower() in _REACTIONS and body[: p.start].endswith(("'s ", "’s ")) for p in ends)
