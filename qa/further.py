"""Questions to ask next, made of what the cited articles say besides what was quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from corpus.article import Article
from corpus.dates import MONTHS
from corpus.text import fold
from index.sentences import Sentence, split_sentences
from qa.answer import Answer
from qa.suggest import people

MOST_READ = 60_000
"""Of an article, so many characters are read for questions."""

_MONTHS = "|".join(month.capitalize() for month in MONTHS)
_DATE = re.compile(rf"\b[Oo]n (?P<date>(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}})\b")


def follow_ups(articles: Iterable[Article], answer: Answer, asked: Iterable[str] = (), limit: int = 3) -> list[str]:
    """Return up to ``limit`` questions that other sentences of the cited articles answer.

    Each names a person or a day that neither the question nor one of ``asked`` names, and comes from a sentence that
    was not quoted; those that stand near to a quoted one come first, and only one of them asks for a day. ``articles``
    are the cited ones with their text, in the version that was cited.
    """
    before = fold(" ".join((answer.question, answer.standalone_question, *asked)))
    near: list[tuple[int, str]] = []
    for article in articles:
        quoted = [(c.source.start, c.source.end) for c in answer.citations if c.source.article_id == article.id]
        found = _questions(article.text[:MOST_READ], article.title)
        near += [(_distance(sentence, quoted), question) for question, sentence in found]
    chosen: list[str] = []
    days = 0
    for distance, question in sorted(near, key=lambda found: found[0]):
        day = question.startswith(_WHAT_HAPPENED)
        if distance == 0 or (day and days) or _named(question, fold(" ".join((before, *chosen)))):
            continue
        chosen.append(question)
        days += day
    return chosen[:limit]


_WHAT_HAPPENED = "What happened on "


@lru_cache(maxsize=256)
def _questions(text: str, title: str) -> tuple[tuple[str, Sentence], ...]:
    """Return the questions of an article, each with the sentence that answers it; kept, as reading takes a while."""
    days = (
        (f"{_WHAT_HAPPENED}{match.group('date')}?", sentence)
        for sentence in split_sentences(text, title)
        if sentence.quotable and (match := _DATE.search(text, sentence.start, sentence.end))
    )
    return (*people(text, title), *days)


def _distance(sentence: Sentence, quoted: Iterable[tuple[int, int]]) -> int:
    """Return how many characters lie between a sentence and the nearest quoted one; 0 when it was quoted itself."""
    return min((max(start - sentence.end, sentence.start - end, -1) + 1 for start, end in quoted), default=MOST_READ)


def _named(question: str, before: str) -> bool:
    """Tell whether what a question is about was named already: a person's last name, or a day."""
    about = fold(question).rstrip("?").removesuffix(" say")
    if about.startswith(fold(_WHAT_HAPPENED)):
        return about.removeprefix(fold(_WHAT_HAPPENED)) in before
    return about.rpartition(" ")[2] in before
