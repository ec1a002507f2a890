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
from footnote.index.search.query_words import STOP_WORDS, Token, tokens
from footnote.qa.text import lexicon as lex
from footnote.qa.text.numbers import Number

_CALENDAR = frozenset((*DAYS, *MONTHS, *SHORT_MONTHS))
_CALENDAR_OR_NAME = lex.word_set("may march august mar dec jan sun sat")
_BEFORE_DATE = lex.word_set("in since until till by early late mid last next this of from between")
_BEFORE_STOP = lex.word_set(
    "Mr Mrs Ms Dr Gen Maj Lt Col Adm Sgt Capt Cmdr Sen Rep Gov Rev Prof Hon St Brig Jr Sr Fr Ft Mt"
)
_OPENERS = STOP_WORDS | lex.OPENERS
_ROLE_PARTS = lex.word_set("""of the and . state states treasury interior affairs foreign defense defence air force army
    staff former prime supreme grand us""")
_ROLES = (lex.ROLES | lex.TITLES) - _ROLE_PARTS
_NO_PERSON = lex.word_set("""airport avenue road bridge tower school college hospital museum church cathedral park
    stadium hall theatre theater act agreement award awards prize series cup championship war battle treaty airlines
    times journal east west""").union(lex.GROUP_WORDS, lex.PLACE_WORDS, lex.PLACES)


@dataclass(frozen=True, slots=True)
class Mention:
    """A part of a sentence: ``text[start:end]``."""

    start: int
    end: int
    text: str

    def meets(self, other: Mention | Number) -> bool:
        """Tell whether they have some of the text in common."""
        return self.start < other.end and other.start < self.end


def proper_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words, in lower case, that stand with a capital inside a sentence, and never without one."""
    capital: set[str] = set()
    small: set[str] = set()
    for text in texts:
        found = tokens(text)
        for n, token in enumerate(found):
            if token.text[0].islower():
                small.add(token.word)
            elif n and token.text[0].isupper() and found[n - 1].is_word:
                capital.add(token.word)
    return frozenset(capital - small - _OPENERS)


def names(text: str, known: Collection[str] = ()) -> list[Mention]:
    """Return the runs of capitalised words that are names, without months, days and pronouns.

    A lone word that opens the sentence has its capital from there: it counts when it is in ``known`` (lower case).
    """
    return list(_names(text, frozenset(known)))


@lru_cache(maxsize=4_000)
def _names(text: str, known: frozenset[str]) -> tuple[Mention, ...]:
    found = tokens(text)
    opening = next((n for n, token in enumerate(found) if token.is_word), 0)
    sure = bool(found) and (found[opening].word in known or "." in found[opening].text[:-1])
    kept = (run for run in _runs(found) if len(run) > 1 or run[0] != opening or sure)
    spans = ((found[run[0]].start, found[run[-1]].end - 2 * found[run[-1]].owns) for run in kept)
    return tuple(Mention(start, end, text[start:end]) for start, end in spans)


def _runs(found: Sequence[Token]) -> Iterator[list[int]]:
    run: list[int] = []
    for n, token in enumerate(found):
        name = _is_name_word(found, n)
        goes_on = name or (bool(run) and _joins(found, n))
        if goes_on:
            run.append(n)
        if run and (not goes_on or (name and token.owns)):
            yield run
            run = []
    if run:
        yield run


def _is_name_word(found: Sequence[Token], n: int) -> bool:
    word = found[n].text
    if not word[0].isupper() and not re.match(r"(?:al|el|d)[-'’][A-Z]", word):
        return False
    opens = n == 0 or not (found[n - 1].is_word or found[n - 1].text in ",.-–")
    small = found[n].word in (_OPENERS if opens else STOP_WORDS) and "." not in word  # "U.S." is no pronoun
    if small or found[n].word not in _CALENDAR_OR_NAME:
        return not small and found[n].word not in _CALENDAR
    beside = (found[m].word for m in (n - 1, n + 1) if 0 <= m < len(found))
    return not any(each[0].isdigit() or each in _BEFORE_DATE for each in beside)


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
    return word in lex.NAME_PARTICLES and following < len(found) and _is_name_word(found, following)


def person(text: str, mention: Mention) -> Mention | None:
    """Return the part of a name of ``text`` that is a person's, without the title; None where it reads otherwise."""
    found = tokens(mention.text)
    first = max((n + 1 for n, token in enumerate(found) if token.word in _ROLES), default=0)
    titled = first > 0
    while titled and first < len(found) and found[first].word in _ROLE_PARTS:
        first += 1
    parts = [token.text for token in found[first:]]
    if not parts or parts[-1].lower() in _NO_PERSON or parts[-1].isupper() or "of" in parts:
        return None
    if not titled and (len(parts) == 1 or text[: mention.start].lower().endswith("the ")):
        return None
    start = found[first].start
    return Mention(mention.start + start, mention.end, mention.text[start:])


_SOURCE = re.compile(r"\baccording to ((?:the |an? )?[^,.;]{2,80})", re.IGNORECASE)


def says(text: str) -> Token | None:
    """Return the first verb of ``text`` that reports what somebody says, or None."""
    return next((token for token in tokens(text) if token.word in lex.REPORTING), None)


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
    for mark in re.findall('[“”«»"]', text):
        now = mark in "“«" or (mark == '"' and not now)
    return Quoting(inside, now)
