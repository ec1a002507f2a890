"""What a sentence mentions: names, who speaks, and what is quoted, as spans of its text.

Read from the words alone, in one pass over a sentence's tokens. Made for precision: what is unclear is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from footnote.corpus.dates import DAYS, MONTHS, SHORT_MONTHS
from footnote.index.search.query_words import STOP_WORDS
from footnote.qa.text.lexicon import GROUP_WORDS, PLACE_WORDS, PLACES, ROLES, TITLES

_TOKEN = re.compile(r"\b(?:[A-Z]\.){2,}|[^\W_](?:[\w'’.&,-]*[^\W_])?|[^\w\s]")
_CALENDAR = frozenset((*DAYS, *MONTHS, *SHORT_MONTHS))
_PARTICLES = frozenset("of de del der den di da du la le el al bin ibn van von y".split())
_BEFORE_STOP = frozenset(
    "Mr Mrs Ms Dr Gen Maj Lt Col Adm Sgt Capt Cmdr Sen Rep Gov Rev Prof Hon St Brig Jr Sr Fr Ft Mt".split()
)
_OPENERS = STOP_WORDS | frozenset(
    """according although another despite earlier even ever every former however including instead last later let like
    many meanwhile nearly never new next one several since still such though thus today together two unlike whether
    within without yesterday yet yes what's it's that's there's he's she's they're we're i'm i've don't
    critics experts officials people some others three four five six seven eight nine ten""".split()
)
_ROLE_PARTS = frozenset(
    """of the and . state states treasury interior affairs foreign defense defence air force army staff former prime
    supreme grand u.s. us""".split()
)
_ROLES = (ROLES | TITLES) - _ROLE_PARTS
_NO_PERSON = (
    GROUP_WORDS
    | PLACE_WORDS
    | PLACES
    | frozenset(
        """airport avenue road bridge tower school college hospital museum church cathedral park stadium hall
        theatre theater     act agreement award awards prize series cup championship war battle treaty airlines times
        journal east west""".split()
    )
)


class Token(NamedTuple):
    """A word or a mark, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case, without a possessive ending."""
        return bare(self.text)


@dataclass(frozen=True, slots=True)
class Mention:
    """A part of a sentence: ``text[start:end]``."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=2_000)
def tokens(text: str) -> tuple[Token, ...]:
    """Return words and marks in order; "U.S.", "al-Asad", "1,500" and "Iran's" are one word each."""
    return tuple(Token(match.group(), *match.span()) for match in _TOKEN.finditer(text))


def bare(word: str) -> str:
    """Return a word in lower case, without a possessive ending."""
    return word.lower().replace("’", "'").removesuffix("'s")


def proper_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words, in lower case, that stand with a capital inside a sentence, and never without one."""
    capital: set[str] = set()
    small: set[str] = set()
    for text in texts:
        found = tokens(text)
        for n, token in enumerate(found):
            if token.text[0].islower():
                small.add(token.lower)
            elif n and token.text[0].isupper() and found[n - 1].text[0].isalnum():
                capital.add(token.lower)
    return frozenset(capital - small - _OPENERS)


def names(text: str, known: Collection[str] = ()) -> list[Mention]:
    """Return the runs of capitalised words that are names, without months, days and pronouns.

    A lone word that opens the sentence has its capital from there: it counts when it is in ``known`` (lower case).
    """
    found = tokens(text)
    runs = list(_runs(found))
    opening = next((n for n, token in enumerate(found) if token.text[0].isalnum()), 0)
    kept = [run for run in runs if len(run) > 1 or run[0] != opening or found[opening].lower in known]
    return [_mention(text, found[run[0]], found[run[-1]]) for run in kept]


def _mention(text: str, first: Token, last: Token) -> Mention:
    shorter = re.sub(r"['’]s$", "", text[first.start : last.end])
    return Mention(first.start, first.start + len(shorter), shorter)


def _runs(found: Sequence[Token]) -> Iterator[list[int]]:
    run: list[int] = []
    for n, token in enumerate(found):
        if _is_name_word(found, n):
            run.append(n)
            if token.text.endswith(("'s", "’s")):
                yield run
                run = []
        elif run and not _joins(found, n):
            yield run
            run = []
        elif run:
            run.append(n)
    if run:
        yield run


def _is_name_word(found: Sequence[Token], n: int) -> bool:
    word = found[n].text
    if not word[0].isupper() and not re.match(r"(?:al|el|d)[-'’][A-Z]", word):
        return False
    opens = n == 0 or not (found[n - 1].text[0].isalnum() or found[n - 1].text in ",.-–")
    return found[n].lower not in (_OPENERS if opens else STOP_WORDS) and not _is_calendar(found, n)


def _is_calendar(found: Sequence[Token], n: int) -> bool:
    word = found[n].lower.rstrip(".")
    if word in ("may", "march", "august", "mar", "dec", "jan", "sun", "sat"):
        beside = [found[m].lower for m in (n - 1, n + 1) if 0 <= m < len(found)]
        return any(each[0].isdigit() or each in _BEFORE_DATE for each in beside)
    return word in _CALENDAR


_BEFORE_DATE = frozenset("in since until till by early late mid last next this of from between".split())


def _joins(found: Sequence[Token], n: int) -> bool:
    """Tell whether a token that is no name word goes on with the name around it."""
    if n + 1 >= len(found):
        return False
    word = found[n].text
    if word == ".":
        before = found[n - 1].text
        return (before in _BEFORE_STOP or len(before) == 1) and _is_name_word(found, n + 1)
    if word == "the":
        return found[n - 1].text == "of" and _is_name_word(found, n + 1)
    following = n + 2 if found[n + 1].text == "the" and word == "of" else n + 1
    return word in _PARTICLES and following < len(found) and _is_name_word(found, following)


def person(text: str, mention: Mention) -> Mention | None:
    """Return the part of a name of ``text`` that is a person's, without the title; None where it reads otherwise."""
    found = tokens(mention.text)
    first = max((n + 1 for n, token in enumerate(found) if token.lower in _ROLES), default=0)
    titled = first > 0
    while titled and first < len(found) and found[first].lower in _ROLE_PARTS:
        first += 1
    rest = found[first:]
    if not rest or not _person_like([token.text for token in rest], titled):
        return None
    if not titled and text[: mention.start].lower().endswith("the "):
        return None
    return Mention(mention.start + rest[0].start, mention.end, mention.text[rest[0].start :])


def _person_like(parts: Sequence[str], titled: bool) -> bool:
    if len(parts) == 1 and not titled:
        return False
    return parts[-1].lower() not in _NO_PERSON and not parts[-1].isupper() and "of" not in parts


_SAYS = frozenset(
    """said says say saying told tells asked asks added adds wrote writes reported reports claimed claims denied denies
    denying announced announces argued argues warned warns insisted insists stated states explained explains called
    noted notes acknowledged confirmed replied responded declared recalled suggested conceded admitted maintained
    tweeted estimated testified rejected disputed dismissed contended alleged alleges blamed accused put""".split()
)
_SOURCE = re.compile(r"\baccording to ((?:the |an? )?[^,.;]{2,80})", re.IGNORECASE)


def says(text: str) -> Token | None:
    """Return the first verb of ``text`` that reports what somebody says, or None."""
    return next((token for token in tokens(text) if token.lower in _SAYS), None)


_INVERTED = re.compile(r"[,.;]|$| of ")
"""What follows a name after "said" that is not what was said."""


def speaker(text: str, known: Collection[str] = ()) -> str:
    """Return the name of the one whose words or count ``text`` gives; empty where it names nobody.

    It is the name nearest to the first reporting verb, before it or (as in “...,” said Hook) right after, the first
    name where a remark stands between ("Hook, the envoy for Iran, said"), the one word that opens the sentence
    ("Reuters reported"), or what follows "according to". Where somebody without a name says it at the end ("rose to 19
    in Lorvina, the fire service said"), nobody is named.
    """
    if source := _SOURCE.search(text):
        return source.group(1)
    verb = says(text)
    if verb is None:
        return ""
    found = names(text, known)
    after = next((name for name in found if 0 < name.start - verb.end <= 5), None)
    before = [name for name in found if name.end <= verb.start]
    lead = text[: verb.start].rstrip()
    if after and (lead.endswith(("”", '"')) or (lead.endswith(",") and _INVERTED.match(text, after.end))):
        return after.text
    if not before:
        return lead if lead.isalpha() and lead.lower() not in _OPENERS else ""
    at_the_end = not any(character.isalnum() for character in text[verb.end :])
    if at_the_end and before[-1].end <= lead.rfind(", ") and not lead.endswith(","):
        return ""
    return before[0 if lead.endswith(",") else -1].text


class Quoting(NamedTuple):
    """Whether a sentence opens inside a quotation that began before it, and whether one is open at its end."""

    before: bool
    after: bool


def quoting(text: str, inside: bool) -> Quoting:
    """Follow the double quotation marks of ``text``; ``inside`` tells whether one is open before it."""
    now = inside
    for mark in text:
        if mark in "“«":
            now = True
        elif mark in "”»":
            now = False
        elif mark == '"':
            now = not now
    return Quoting(inside, now)
