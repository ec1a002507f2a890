"""Questions to start from, made of what the library's articles say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from footnote.corpus.dates import MONTHS
from footnote.index.embedding.sentences import SentenceSpan, split_sentences
from footnote.index.library import Library

_NAME = r"(?:[A-Z][\w’'-]+ ){1,2}(?:al-)?[A-Z][\w’'-]+"
_OFFICES = (
    r"president|minister|secretary|commander|governor|adviser|envoy|representative|ambassador|fellow|spokes\w+"
    r"|chief|director|general|senator|leader|diplomat|analyst|professor|author"
)
_SAID = re.compile(rf"(?:,”|,\") said (?P<name>{_NAME})\b|\b(?P<name2>{_NAME}) (?:said|told|argued|warned)\b")
_DESCRIBED = re.compile(rf"\b(?P<name>{_NAME}), (?:an? |the )?(?:\w+ ){{0,4}}(?:{_OFFICES})\b")
_NO_PERSON = re.compile(
    r"\b(?:President|Prime|Foreign|Minister|Ministry|Secretary|Department|Defense|State|House|Council|Force|Guards?"
    r"|Times|Office|Command|Party|Agency|Union|Nations|States|General|Gen|Navy|Army|Court|Bank|Committee|News|The"
    r"|Kingdom|Group|International|Company|University|Institute|Center|Board)\b|[’']s\b"
)
_ARTICLES_READ = 40
MOST_READ = 60_000
"""Of an article, so many characters are read for questions."""

WHAT_HAPPENED = "What happened on "
_MONTHS = "|".join(month.capitalize() for month in MONTHS)
_DATE = re.compile(rf"\b[Oo]n (?P<date>(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}})\b")


def suggestions(library: Library, limit: int) -> list[str]:
    """Return up to ``limit`` different questions, from as many different articles as possible."""
    made: list[list[str]] = []
    for article in library.articles()[:_ARTICLES_READ]:
        text = library.article(article.id).text[:MOST_READ]
        if asked := list(dict.fromkeys(question for question, _ in questions(text, article.title))):
            made.append(asked)
    step = max(1, len(made) // max(1, limit))
    picked: list[str] = []
    for asked in made[::step]:
        picked += _unlike(asked, picked)
    spare = dict.fromkeys(question for asked in made for question in asked)
    return (picked + [question for question in spare if question not in picked])[:limit]


def _unlike(asked: Sequence[str], picked: Sequence[str]) -> list[str]:
    """Return one of the questions that is not picked yet, of the kind that comes least often; none if all are."""
    fresh = [question for question in asked if question not in picked]
    begun = Counter(map(_kind, picked))
    return [min(fresh, key=lambda question: begun[_kind(question)])] if fresh else []


def _kind(question: str) -> str:
    """Return the two words that questions of a kind begin with."""
    return " ".join(question.split()[:2])


@lru_cache(maxsize=256)
def questions(text: str, title: str) -> tuple[tuple[str, SentenceSpan], ...]:
    """Return questions that an article answers, each with the sentence that does; kept, as reading takes a while."""
    return (*_people(text, title), *_days(text, title))


def _days(text: str, title: str) -> Iterator[tuple[str, SentenceSpan]]:
    for sentence in split_sentences(text, title):
        if sentence.quotable and (match := _DATE.search(text, sentence.start, sentence.end)):
            yield f"{WHAT_HAPPENED}{match.group('date')}?", sentence


def _people(text: str, title: str) -> Iterator[tuple[str, SentenceSpan]]:
    for sentence in split_sentences(text, title):
        if not sentence.quotable:
            continue
        words = text[sentence.start : sentence.end]
        if (match := _SAID.search(words)) and not _NO_PERSON.search(match.group("name") or match.group("name2")):
            yield f"What did {match.group('name') or match.group('name2')} say?", sentence
        if (match := _DESCRIBED.search(words)) and not _NO_PERSON.search(match.group("name")):
            yield f"Who is {match.group('name')}?", sentence
