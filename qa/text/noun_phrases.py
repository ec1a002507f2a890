"""The noun phrases of a question or a cited sentence, and what kind of thing each names.

Made for short questions about news: a phrase is a run of words between function words and verbs. No parser is needed
for "When did the oil waivers end?", and one that is wrong costs no more than a question that is searched as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from footnote.corpus.dates import DAYS, MONTHS
from footnote.index.search.query_words import STOP_WORDS, Token, tokens
from footnote.qa.text.lexicon import (
    ARTICLES,
    AUXILIARIES,
    DO,
    GROUP_WORDS,
    NAME_PARTICLES,
    PASTS,
    PEOPLES,
    PLACE_NAMES,
    PLACE_WORDS,
    PLACES,
    PREPOSITIONS,
    ROLES,
    SAY_BASE,
    SAYING,
    TITLES,
    VERBS,
)
from footnote.qa.text.numbers import SMALL

MAX_CHARS = 2_000
"""What is read of one text."""

Kind = Literal["person", "role", "place", "group", "thing", "time"]

_NUMBER_WORDS = frozenset((*SMALL, "many"))
_LIMITS = (
    STOP_WORDS
    | AUXILIARIES
    | PREPOSITIONS
    | frozenset(
        """much many else along away together ago later according rather instead still far down up out least earlier yet
    early late exactly meanwhile lately""".split()
    )
)
_WEAK_ENDS = ("ing", "ly")
_NOUNS_ING = frozenset(
    "killing meeting building warning bombing shooting hearing briefing ruling crossing funding training".split()
)
_ADJUNCTS = frozenset("foreign defense defence air force former supreme grand prime".split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: ``text[start:end]``, with its article, if it has one, and without a possessive ending."""

    text: str
    start: int
    end: int
    kind: Kind
    named: bool
    plural: bool

    @property
    def bare(self) -> str:
        """The phrase without its article."""
        first, _, rest = self.text.partition(" ")
        return rest if rest and first.lower() in ARTICLES else self.text


def phrases(text: str, people: Iterable[str] = ()) -> list[Phrase]:
    """Return the noun phrases of ``text`` in order; ``people`` are full names that are known from elsewhere."""
    return list(_phrases(text[:MAX_CHARS], frozenset(name.split()[-1].lower() for name in people)))


@lru_cache(maxsize=4_000)  # a conversation's turns are read anew with each question
def _phrases(text: str, surnames: frozenset[str]) -> tuple[Phrase, ...]:
    found = tokens(text)
    return tuple(
        _phrase(text, run, found, surnames) for run in _runs(found) if not all(_is_counting(token) for token in run)
    )


def _is_counting(token: Token) -> bool:
    """Tell whether a word is an article or a number that is no year: alone, these are no phrase."""
    number = token.word.replace(",", "").isdecimal() and (len(token.word) < 4 or "," in token.word)
    return number or token.word in ARTICLES or token.word in _NUMBER_WORDS


def _runs(found: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the runs of tokens that make a phrase."""
    run: list[Token] = []
    verb_due = False
    for n, token in enumerate(found):
        verb_due = verb_due or token.lower in DO
        follower = found[n + 1] if n + 1 < len(found) else None
        asked = n > 0 and found[n - 1].word == "who"
        following: list[Token] = []
        if _is_verb(token, run, verb_due, follower) or _is_present(token, run, asked, follower):
            verb_due = False
        elif token.word in ARTICLES and token.text != "A.":
            following = [token]
        elif _links(token, run, follower):
            run.append(token)
            continue
        elif run and token.capital and not run[-1].capital and run[-1].word in ROLES:
            following = [token]
        elif not _ends_phrase(token, n, found):
            run.append(token)
            if not token.owns:
                continue
        yield from _ended(run)
        run = following
    yield from _ended(run)


def _ends_phrase(token: Token, n: int, found: Sequence[Token]) -> bool:
    """Tell whether no phrase goes over a word: a mark, "on board", or a small word that is no name here (May, Will)."""
    aboard = token.text == "board" and n > 0 and found[n - 1].lower == "on"
    is_name = n > 0 and token.capital and token.text not in ("I", "A")
    return not token.text[0].isalnum() or aboard or (token.lower in _LIMITS and not is_name)


def _ended(run: list[Token]) -> Iterator[list[Token]]:
    """Yield a run without linking words at its end."""
    while run and run[-1].word in NAME_PARTICLES and not run[-1].capital:
        run = run[:-1]
    if run:
        yield run


def _links(token: Token, run: Sequence[Token], follower: Token | None) -> bool:
    """Tell whether a small word stands inside a name: Strait of Hormuz, Haitham bin Tariq."""
    if not run or token.word not in NAME_PARTICLES or not run[-1].capital or follower is None or not follower.capital:
        return False
    return token.word != "of" or run[-1].word in GROUP_WORDS | PLACE_WORDS


def _is_verb(token: Token, run: Sequence[Token], verb_due: bool, follower: Token | None) -> bool:
    word = token.lower
    described = len(run) == 1 and run[0].word in ARTICLES
    if token.capital or not word[0].isalpha() or described:
        return False
    if verb_due and (word in VERBS or (run and run[-1].capital and word not in ROLES | GROUP_WORDS)):
        return follower is None or follower.lower not in VERBS
    if word in PASTS or word in SAYING or (word.endswith("ed") and len(word) > 4):
        return True
    return word.endswith(_WEAK_ENDS) and len(word) > 4 and word not in _NOUNS_ING


def _is_present(token: Token, run: Sequence[Token], asked: bool, follower: Token | None) -> bool:
    """Tell whether a word is what somebody does, as in "Grossi leads the agency" and "who leads it", and no plural."""
    word = token.text
    if not word.islower() or not word.endswith("s") or not (word[:-1] in VERBS or word[:-2] in VERBS):
        return False
    before = asked or (bool(run) and all(each.capital for each in run))
    return before and follower is not None and (follower.capital or follower.word in ARTICLES | {"his", "her", "its"})


def _phrase(text: str, run: Sequence[Token], found: Sequence[Token], surnames: frozenset[str]) -> Phrase:
    end = run[-1].end - (2 if run[-1].owns else 0)
    first = next(token for token in run if token.word not in ARTICLES or len(run) == 1)
    named = any(
        token.capital and (token.start > 0 or _starts_name(token, found)) for token in run if token.end > first.start
    )
    last = run[-1].word
    counted = not run[-1].capital or run[0].word in ARTICLES
    plural = last in PEOPLES or (counted and last.endswith("s") and not last.endswith(("ss", "us", "is")))
    plural = plural and not run[-1].owns
    kind = _kind(run, found, surnames)
    start = _after_titles(run) if kind == "person" else run[0].start
    return Phrase(
        text[start:end], start, end, kind, named or kind == "place", plural and kind not in ("person", "place")
    )


def _starts_name(token: Token, found: Sequence[Token]) -> bool:
    """Tell whether the first word of a text is a name, and not only capitalised because it comes first."""
    if token.word in PLACES or token.word in PEOPLES or token.text[1:2].isupper():
        return True
    after = found[1] if len(found) > 1 else token
    follows = after.lower in AUXILIARIES | PASTS | SAYING or after.text.endswith("ed")
    return token.owns or (after is not token and after.capital) or (follows and not token.word.endswith("s"))


def _after_titles(run: Sequence[Token]) -> int:
    """Return where a person's name starts after articles, offices and ranks."""
    last_title = max((n for n, token in enumerate(run) if token.word in TITLES and token.capital), default=-1)
    names = [token for token in run[last_title + 1 :] if token.capital]
    return names[0].start if names else run[0].start


def _kind(run: Sequence[Token], found: Sequence[Token], surnames: frozenset[str]) -> Kind:
    body = [token for token in run if token.word not in ARTICLES]
    words = [token.word for token in body]
    last = words[-1]
    if all(_is_time(token) for token in body) and not (len(body) == 1 and len(last) < 3):
        return "time"
    if last in PLACES and not any(token.capital for token in found[1:]):
        return "place"
    if not body[-1].capital and not last.isdecimal():
        return (
            "role" if last in ROLES or last.removesuffix("s") in ROLES else "group" if last in GROUP_WORDS else "thing"
        )
    return _kind_of_name(run, body, found, surnames)


def _is_time(token: Token) -> bool:
    return (
        token.word in DAYS
        or (token.word in MONTHS and token.capital)
        or _is_year(token.word)
        or (token.word.isdecimal() and len(token.word) < 3)
    )


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal() and word[:2] in ("18", "19", "20")


def _kind_of_name(
    run: Sequence[Token], body: Sequence[Token], found: Sequence[Token], surnames: frozenset[str]
) -> Kind:
    words = [token.word for token in body]
    if words[-1] in PLACES or "_".join(words) in PLACE_NAMES:
        return "place"
    titled = len(words) > 1 and any(word in TITLES - _ADJUNCTS for word in words[:-1])
    if words[-1] in surnames or (titled and words[-1] not in GROUP_WORDS | PLACE_WORDS | TITLES):
        return "person"
    if words[-1] in PEOPLES or any(word in GROUP_WORDS for word in words) or _is_acronym(body):
        return "group"
    if any(word in PLACE_WORDS for word in words):
        return "place"
    if words[-1].isdecimal() or run[0].word in ARTICLES or any(not token.capital for token in body):
        return "thing"
    return _name_in_context(body, found)


def _is_acronym(body: Sequence[Token]) -> bool:
    return len(body) == 1 and body[0].text.isupper() and len(body[0].text) > 1


def _name_in_context(body: Sequence[Token], found: Sequence[Token]) -> Kind:
    """Tell a person from a place or thing by the words beside the name."""
    first = next(n for n, token in enumerate(found) if token.start == body[0].start)
    before = [token.word for token in found[max(0, first - 2) : first]]
    after = found[first + len(body)].word if first + len(body) < len(found) else ""
    if not body[-1].owns and before and before[-1] in ("in", "at", "near", "off", "to", "from") and after not in SAYING:
        return "place"
    says = after in SAYING or (after in SAY_BASE and any(word in DO for word in before))
    if len(body) > 1 or says or (before[:1] == ["who"] and before[-1] in ("is", "was")):
        return "person"
    return "thing"


def full_names(texts: Iterable[str]) -> list[str]:
    """Return the people that are named with more than one word in ``texts``, each once, in order."""
    named = (phrase.text for text in texts for phrase in phrases(text) if phrase.kind == "person" and phrase.named)
    return list(dict.fromkeys(name for name in named if " " in name))
