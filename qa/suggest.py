"""Questions that a newsroom would ask, made of what the library's articles say.

Each kind is a pattern over one sentence, which has to be the answer: who somebody is, how many, why, when, who did
something or denied it, what happened on a day. What a pattern gets wrong, asking beforehand sorts out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice, product
from typing import Literal

from footnote.corpus.dates import MONTHS
from footnote.index.embedding.sentences import split_sentences
from footnote.index.library import Library
from footnote.qa.text.lexicon import PRONOUN
from footnote.qa.text.numbers import SMALL

Kind = Literal["who", "number", "change", "why", "when", "actor", "day"]

_ARTICLES_READ = 300
MOST_READ = 60_000
"""Of an article, so many characters are read for questions."""

WHAT_HAPPENED = "What happened on "


@dataclass(frozen=True, slots=True)
class OfferedQuestion:
    """A question, and the place of the sentence that answers it; ``about`` are the words that its answer must have."""

    question: str
    kind: Kind
    start: int
    end: int
    about: str = ""
    article_id: str = ""


_NAME = r"(?:[A-Z][\w’'-]+ ){1,2}(?:al-)?[A-Z][\w’'-]+"
_OFFICES = (
    r"president|minister|secretary|commander|governor|adviser|envoy|representative|ambassador|fellow|spokes\w+"
    r"|chief|director|general|senator|leader|diplomat|analyst|professor|author"
)
_DESCRIBED = re.compile(rf"\b(?P<about>{_NAME}), (?:an? |the )?(?:\w+ ){{0,4}}(?:{_OFFICES})\b")
_NO_PERSON = re.compile(
    r"\b(?:President|Prime|Foreign|Minister|Ministry|Secretary|Department|Defense|State|House|Council|Force|Guards?"
    r"|Times|Office|Command|Party|Agency|Union|Nations|States|General|Gen|Navy|Army|Court|Bank|Committee|News|The"
    r"|Kingdom|Group|International|Company|University|Institute|Center|Board|But|And|On|In|At|After|When)\b|[’']s\b"
)
_MONTHS = "|".join(month.capitalize() for month in MONTHS)
_DAY = rf"(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}"
_DATE = re.compile(rf"\b[Oo]n (?P<about>{_DAY})\b")
_NUMBER = rf"(?:\d[\d,]*|{'|'.join(word for word in SMALL if word not in ('a', 'an', 'one'))})"
_WORDS = r"(?:U\.[SN]\.|[^,.;:()“”\"])"
_COUNTED = re.compile(
    rf"\b(?P<about>{_NUMBER}) (?P<what>(?:(?:U\.S\.|[A-Z]?[a-z-]+) ){{0,2}}[a-z-]+s|people|men|women|children)"
    rf"(?P<among>(?: (?:aboard|in|at|from) {_WORDS}{{3,50}}?)?)(?: (?:had|have) been| were) (?P<done>(?:also )?"
    r"(?:killed|injured|wounded|arrested|detained|diagnosed|treated|evacuated|infected|released|displaced|hurt|missing|seized"
    rf"|sent)\b)(?P<where>(?: (?:in|at|by|with|after|during|for|from|on|near) {_WORDS}{{3,90}}?)?)"
    rf"(?= on (?:[A-Z][a-z]+day|{_MONTHS})|[,.;:]|$)"
)
_CHANGED = re.compile(
    rf"^(?P<subject>(?:The number of|[A-Z]\w+[’']s) {_WORDS}{{6,90}}?) (?:has|have|had)"
    rf" (?:risen to|grown to|climbed to|fallen to|dropped to|reached) (?:\w+ ){{0,2}}(?P<about>{_NUMBER})\b"
)
_BECAUSE = re.compile(
    r"^(?P<subject>(?:The|An?|[A-Z][\w’'-]+)(?: (?!(?:and|or|who|which|that|said|says|because)\b)[\w’'-]+){0,4}?)"
    r" (?P<auxiliary>was|were|is|are|has|have|had|could|would|will|cannot|can) (?P<rest>[^,.;:()“”\"]{3,90}?) because\b"
)
_PASSIVE = re.compile(
    rf"^(?P<subject>(?:The|An?|[A-Z][\w’'-]+)(?: [\w’'-]+){{0,5}}?) (?P<auxiliary>was|were)"
    rf" (?P<rest>[a-z]+ed(?: (?!on\b)[\w’'-]+){{0,5}}) on (?:[A-Z][a-z]+day, )?(?P<about>{_DAY})"
)
_ACTED = re.compile(
    r"^(?P<about>(?:(?:[A-Z][\w.’'-]*|of|the|and|al-\w+),? )+)"
    r"(?P<verb>[a-z]{3,}ed|set|led|sent|put|held|won|shot|took|gave) "
    rf"(?P<rest>(?:(?:out|up|down|off|to) )?(?:the|an?|all|any|having|using|\d|[A-Z]){_WORDS}{{8,90}}?)"
    rf"(?= (?:on|in) (?:[A-Z][a-z]+day|{_MONTHS})|[,;]|\.?$)"
)
_CALENDAR = re.compile(rf"\b(?:{_MONTHS}|[A-Z][a-z]+day)\b")
_SPEAKS = frozenset("added noted argued insisted wanted needed seemed happened asked called tweeted used based".split())
_VAGUE = re.compile(rf"\b(?:{PRONOUN}|this|these|those|such|that|there|(?:same|that) day)\b", re.IGNORECASE)


def suggestions(library: Library, limit: int) -> list[str]:
    """Return up to ``limit`` different questions, from as many different articles as possible; none was asked yet."""
    return list(islice(dict.fromkeys(each.question for each in in_turn(candidates(library))), limit))


def candidates(library: Library, most: int = _ARTICLES_READ) -> list[Sequence[OfferedQuestion]]:
    """Return the questions that each of ``most`` articles, spread over the library, answers."""
    articles = library.articles()
    step = max(1, len(articles) // most)
    read = [library.article(article.id) for article in articles[::step][:most]]
    return [asked for article in read if (asked := questions(article.text[:MOST_READ], article.title, article.id))]


def in_turn(made: Sequence[Sequence[OfferedQuestion]]) -> Iterator[OfferedQuestion]:
    """Yield the questions, of another article and of the kind that came least often each time."""
    left = [list(asked) for asked in made]
    begun: Counter[str] = Counter()
    while left := [asked for asked in left if asked]:
        for asked in left:
            chosen = min(asked, key=lambda each: begun[each.kind])
            asked.remove(chosen)
            begun[chosen.kind] += 1
            yield chosen


@lru_cache(maxsize=256)
def questions(text: str, title: str, article_id: str = "") -> tuple[OfferedQuestion, ...]:
    """Return questions that an article answers, each once; kept, as reading takes a while."""
    found: dict[str, OfferedQuestion] = {}
    quotable = (each for each in split_sentences(text, title) if each.quotable)
    for each, (kind, pattern, made) in product(quotable, _KINDS):
        match = pattern.search(text[each.start : each.end])
        if match and (question := made(match)):
            about = match.groupdict().get("about") or ""
            found.setdefault(question, OfferedQuestion(question, kind, each.start, each.end, about, article_id))
    return tuple(found.values())


def _who(match: re.Match[str]) -> str:
    return "" if _NO_PERSON.search(match["about"]) or _points_back(match) else f"Who is {match['about']}?"


def _number(match: re.Match[str]) -> str:
    return f"How many {counted}?" if (counted := _counted(match)) else ""


def _change(match: re.Match[str]) -> str:
    counted = "" if match["among"] or match.string[: match.start()].endswith("All ") else _counted(match)
    return f"How did the number of {counted.replace(' were ', ' ')} change?" if counted else ""


def _counted(match: re.Match[str]) -> str:
    """Return who was counted, what was done to them, and where; nothing where that does not say of which event."""
    words = f"{match['what']}{match['among']} were {match['done']}{match['where']}"
    return words if _names(match["among"] + match["where"]) and not _VAGUE.search(words) else ""


def _changed(match: re.Match[str]) -> str:
    subject = _inside(match["subject"])
    return "" if _VAGUE.search(subject) or not _names(subject) else f"How did {subject} change?"


def _inverted(word: str, match: re.Match[str]) -> str:
    words = f"{_inside(match['subject'])} {match['rest']}"
    unclear = _VAGUE.search(words) or not _names(words) or match["auxiliary"] == "cannot"
    return "" if unclear else f"{word} {match['auxiliary']} {words}?"


def _actor(match: re.Match[str]) -> str:
    words, subject = match["rest"].strip(), match["about"]
    unclear = match["verb"] in _SPEAKS or _VAGUE.search(f"{subject} {words}")
    return f"Who {match['verb']} {words}?" if not unclear and _names(words) and _names(subject[1:]) else ""


def _names(words: str) -> bool:
    """Tell whether words name something: a question without a name asks about who knows what."""
    return re.search(r"\b[A-Z]", _CALENDAR.sub("", words)) is not None


def _day(match: re.Match[str]) -> str:
    named = _names(match.string[1 : match.start()] + match.string[match.end() :])
    return f"{WHAT_HAPPENED}{match['about']}?" if named and not _points_back(match) else ""


def _points_back(match: re.Match[str]) -> bool:
    """Tell whether what comes before in the sentence needs the one before it: "He said on Monday …"."""
    return _VAGUE.search(match.string[: match.start()]) is not None


def _inside(subject: str) -> str:
    """Return a subject as it stands inside a sentence."""
    first, space, rest = subject.partition(" ")
    return f"{first.lower() if first.lower() in ('the', *SMALL) else first}{space}{rest}"


_KINDS: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("change", _CHANGED, _changed),
    ("change", _COUNTED, _change),
    ("number", _COUNTED, _number),
    ("why", _BECAUSE, partial(_inverted, "Why")),
    ("actor", _ACTED, _actor),
    ("who", _DESCRIBED, _who),
    ("when", _PASSIVE, partial(_inverted, "When")),
    ("day", _DATE, _day),
)
