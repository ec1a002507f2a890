"""The noun phrases of a question or a cited sentence, and what kind of thing each names.

Made for short questions about news: a phrase is a run of words between function words and verbs. No parser is needed
for "When did the oil waivers end?", and one that is wrong costs no more than a question that is searched as it stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from footnote.corpus.dates import DAYS, MONTHS
from footnote.index.search.query_words import STOP_WORDS, Token, content_words, tokens
from footnote.qa.text import lexicon as lex
from footnote.qa.text.numbers import SMALL

MAX_CHARS = 2_000
"""What is read of one text."""

Kind = Literal["person", "role", "place", "group", "thing", "time"]

_NUMBER_WORDS = frozenset((*SMALL, "many"))
_ALSO_LIMITS = """much many else along away together ago later according rather instead still far down up out least
    earlier yet early late exactly meanwhile lately"""
_LIMITS = STOP_WORDS | lex.AUXILIARIES | lex.PREPOSITIONS | set(_ALSO_LIMITS.split())
_NOUNS_ING = lex.word_set("""killing meeting building warning bombing shooting hearing briefing ruling crossing funding
    training""")
_ADJUNCTS = lex.word_set("foreign defense defence air force former supreme grand prime")


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
        return rest if rest and first.lower() in lex.ARTICLES else self.text

    @property
    def is_vague(self) -> bool:
        """Whether it names no topic: "the number", "people"."""
        return not self.named and lex.VAGUE.issuperset(content_words(self.text))

    @property
    def may_be_person(self) -> bool:
        """Whether it is known to be a person, or is a bare name of one word."""
        return self.kind == "person" or (self.kind == "thing" and self.named and " " not in self.text)

    def word_before(self, text: str) -> str:
        """Return the word before it in its ``text``, in lower case; empty at its start."""
        return text[: self.start].rstrip().rpartition(" ")[2].lower()


def phrases(text: str, people: Iterable[str] = ()) -> list[Phrase]:
    """Return the noun phrases of ``text`` in order; ``people`` are full names that are known from elsewhere."""
    return list(_phrases(text[:MAX_CHARS], frozenset(name.split()[-1].lower() for name in people)))


@lru_cache(maxsize=4_000)  # a conversation's turns are read anew with each question
def _phrases(text: str, surnames: frozenset[str]) -> tuple[Phrase, ...]:
    found = tokens(text)
    return tuple(_phrase(text, run, found, surnames) for run in _runs(found) if not all(map(_is_counting, run)))


def _is_counting(token: Token) -> bool:
    """Tell whether a word is an article or a number that is no year: alone, these are no phrase."""
    number = token.word.replace(",", "").isdecimal() and (len(token.word) < 4 or "," in token.word)
    return number or token.word in lex.ARTICLES or token.word in _NUMBER_WORDS


def _runs(found: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the runs of tokens that make a phrase."""
    run: list[Token] = []
    verb_due = False
    for n, token in enumerate(found):
        verb_due = verb_due or token.lower in lex.DO
        follower = found[n + 1] if n + 1 < len(found) else None
        asked = n > 0 and found[n - 1].word == "who"
        following: list[Token] = []
        if _is_verb(token, run, verb_due, follower) or _is_present(token, run, asked, follower):
            verb_due = False
        elif token.word in lex.ARTICLES and token.text != "A.":
            following = [token]
        elif _links(token, run, follower):
            run.append(token)
            continue
        elif run and token.capital and not run[-1].capital and run[-1].word in lex.ROLES:
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
    while run and run[-1].word in lex.NAME_PARTICLES and not run[-1].capital:
        run = run[:-1]
    if run:
        yield run


def _links(token: Token, run: Sequence[Token], follower: Token | None) -> bool:
    """Tell whether a small word stands inside a name: Strait of Hormuz, Haitham bin Tariq."""
    inside = bool(run) and run[-1].capital and follower is not None and follower.capital
    owner = token.word != "of" or (inside and run[-1].word in lex.GROUP_WORDS | lex.PLACE_WORDS)
    return inside and token.word in lex.NAME_PARTICLES and owner


def _is_verb(token: Token, run: Sequence[Token], verb_due: bool, follower: Token | None) -> bool:
    word = token.lower
    described = len(run) == 1 and run[0].word in lex.ARTICLES
    if token.capital or not word[0].isalpha() or described:
        return False
    if verb_due and (word in lex.VERBS or (run and run[-1].capital and word not in lex.ROLES | lex.GROUP_WORDS)):
        return follower is None or follower.lower not in lex.VERBS
    if word in lex.PASTS or word in lex.SAYING or (word.endswith("ed") and len(word) > 4):
        return True
    return word.endswith(("ing", "ly")) and len(word) > 4 and word not in _NOUNS_ING


def _is_present(token: Token, run: Sequence[Token], asked: bool, follower: Token | None) -> bool:
    """Tell whether a word is what somebody does, as in "Grossi leads the agency" and "who leads it", and no plural."""
    word = token.text
    if not word.islower() or not word.endswith("s") or not (word[:-1] in lex.VERBS or word[:-2] in lex.VERBS):
        return False
    before = asked or (bool(run) and all(each.capital for each in run))
    has_object = follower is not None and (follower.capital or follower.word in lex.ARTICLES | {"his", "her", "its"})
    return before and has_object


def _phrase(text: str, run: Sequence[Token], found: Sequence[Token], surnames: frozenset[str]) -> Phrase:
    end = run[-1].end - (2 if run[-1].owns else 0)
    first = next(token for token in run if token.word not in lex.ARTICLES or len(run) == 1)
    own = [token for token in run if token.end > first.start and token.capital]
    named = any(token.start > 0 or _starts_name(token, found) for token in own)
    last = run[-1].word
    counted = not run[-1].capital or run[0].word in lex.ARTICLES
    plural = last in lex.PEOPLES or (counted and last.endswith("s") and not last.endswith(("ss", "us", "is")))
    kind = _kind(run, found, surnames)
    plural = plural and not run[-1].owns and kind not in ("person", "place")
    start = _after_titles(run) if kind == "person" else run[0].start
    return Phrase(text[start:end], start, end, kind, named or kind == "place", plural)


def _starts_name(token: Token, found: Sequence[Token]) -> bool:
    """Tell whether the first word of a text is a name, and not only capitalised because it comes first."""
    if token.word in lex.PLACES or token.word in lex.PEOPLES or token.text[1:2].isupper():
        return True
    after = found[1] if len(found) > 1 else token
    follows = after.lower in lex.AUXILIARIES | lex.PASTS | lex.SAYING or after.text.endswith("ed")
    return token.owns or (after is not token and after.capital) or (follows and not token.word.endswith("s"))


def _after_titles(run: Sequence[Token]) -> int:
    """Return where a person's name starts after articles, offices and ranks."""
    last_title = max((n for n, token in enumerate(run) if token.word in lex.TITLES and token.capital), default=-1)
    names = [token for token in run[last_title + 1 :] if token.capital]
    return names[0].start if names else run[0].start


def _kind(run: Sequence[Token], found: Sequence[Token], surnames: frozenset[str]) -> Kind:
    body = [token for token in run if token.word not in lex.ARTICLES]
    words = [token.word for token in body]
    last = words[-1]
    if all(_is_time(token) for token in body) and not (len(body) == 1 and len(last) < 3):
        return "time"
    if last in lex.PLACES and not any(token.capital for token in found[1:]):
        return "place"
    if body[-1].capital or last.isdecimal():
        return _kind_of_name(run, body, found, surnames)
    if last in lex.ROLES or last.removesuffix("s") in lex.ROLES:
        return "role"
    return "group" if last in lex.GROUP_WORDS else "thing"


def _is_time(token: Token) -> bool:
    word = token.word
    if word.isdecimal():
        return len(word) < 3 or (len(word) == 4 and word[:2] in ("18", "19", "20"))
    return word in DAYS or (word in MONTHS and token.capital)


def _kind_of_name(
    run: Sequence[Token], body: Sequence[Token], found: Sequence[Token], surnames: frozenset[str]
) -> Kind:
    words = [token.word for token in body]
    last = words[-1]
    if last in lex.PLACES or "_".join(words) in lex.PLACE_NAMES:
        return "place"
    titled = not (lex.TITLES - _ADJUNCTS).isdisjoint(words[:-1])
    if last in surnames or (titled and last not in lex.GROUP_WORDS | lex.PLACE_WORDS | lex.TITLES):
        return "person"
    acronym = len(body) == 1 and body[0].text.isupper() and len(body[0].text) > 1
    if last in lex.PEOPLES or not lex.GROUP_WORDS.isdisjoint(words) or acronym:
        return "group"
    if not lex.PLACE_WORDS.isdisjoint(words):
        return "place"
    if last.isdecimal() or run[0].word in lex.ARTICLES or not all(token.capital for token in body):
        return "thing"
    return _name_in_context(body, found)


def _name_in_context(body: Sequence[Token], found: Sequence[Token]) -> Kind:
    """Tell a person from a place or thing by the words beside the name."""
    first = next(n for n, token in enumerate(found) if token.start == body[0].start)
    before = [token.word for token in found[max(0, first - 2) : first]]
    after = found[first + len(body)].word if first + len(body) < len(found) else ""
    located = before[-1:] and before[-1] in ("in", "at", "near", "off", "to", "from")
    if located and not body[-1].owns and after not in lex.SAYING:
        return "place"
    says = after in lex.SAYING or (after in lex.SAY_BASE and any(word in lex.DO for word in before))
    if len(body) > 1 or says or (before[:1] == ["who"] and before[-1] in ("is", "was")):
        return "person"
    return "thing"


def full_names(texts: Iterable[str]) -> list[str]:
    """Return the people that are named with more than one word in ``texts``, each once, in order."""
    named = (phrase.text for text in texts for phrase in phrases(text) if phrase.kind == "person" and phrase.named)
    return list(dict.fromkeys(name for name in named if " " in name))
