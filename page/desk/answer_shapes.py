"""The shape of an answer: running text, dated lines, a list under its heading, or a card of who somebody is.

Every shape has the same sentences, word for word, each with its footnotes; only their order and their frame differ.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date

from footnote.corpus.dates import MONTHS, first_day
from footnote.page import strings
from footnote.page.markup import Html, h, join
from footnote.qa.answer import Answer, AnswerSentence, Quote
from footnote.qa.text.written_dates import days_and_months

_TIMELINE = re.compile(
    r"^(?:what|which events?) (?:has |have |had )?(?:happened|took place|occurred)\b.*"
    rf"\b(?:(?:19|20)\d\d|{'|'.join(MONTHS)}|weeks?|weekend|months?|years?|days?|spring|summer|autumn|winter)\b"
    r"|\btime ?line\b|\bchronolog"
    r"|\b(?:sequence|course) of events\b|\bhow did .+ (?:unfold|develop)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"^who (?:is|was|are|were) (?P<name>[^?]{2,80}?)\??$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-•■*–]|\(?\d{1,2}[.)])\s+")


def shaped(answer: Answer, written: Sequence[Html]) -> Html:
    """Return an answer's sentences as ``written``, in the shape that its question asks for."""
    question = " ".join(answer.standalone_question.split())
    if len(written) > 1 and _TIMELINE.search(question):
        return _timeline(answer, written)
    if written and (match := _WHO.match(question)) and match["name"][0].isupper():
        return _card(match["name"], written)
    return _listed(answer, written) or h.p(join(written, " "), class_="fn-answer")


def _timeline(answer: Answer, written: Sequence[Html]) -> Html:
    """Return the sentences by the day that each tells of; those of one day keep their order."""
    days = [day_of(sentence, answer) for sentence in answer.sentences]
    order = sorted(range(len(written)), key=lambda n: days[n] or "9999")
    rows = []
    before = ""
    for n in order:
        said = strings.date(days[n]) if days[n] else strings.UNDATED
        rows += [h.dt(said if said != before else h.span(said, class_="fn-unseen")), h.dd(written[n])]
        before = said
    return h.dl(*rows, class_="fn-answer fn-timeline")


def day_of(sentence: AnswerSentence, answer: Answer) -> str:
    """Return the day or month that a sentence names, or else that of its article; empty where neither is known.

    A day without a year is taken to be of the year that brings it nearest to the article's own date.
    """
    source = _source(sentence, answer)
    published = source.published if source else ""
    known = date.fromisoformat(first_day(published)) if published else None
    for written in days_and_months(sentence.text):
        days = written.in_year(written.year) if written.year else written.nearest(known) if known else None
        if days:
            return days[0].isoformat() if written.day else days[0].isoformat()[:7]
    return published


def _card(name: str, written: Sequence[Html]) -> Html:
    rows = [h.li(each) for each in written]
    return h.div(h.h3(name, dir="auto"), h.ul(*rows), class_="fn-answer fn-card-who")


def _listed(answer: Answer, written: Sequence[Html]) -> Html | None:
    """Return the sentences with those that are a list's items as a list under what announces it; None without one."""
    sentences = answer.sentences
    is_item = [_is_item(n, answer) for n in range(len(sentences))]
    if not any(is_item):
        return None
    parts: list[Html] = []
    for items, numbers in itertools.groupby(range(len(sentences)), is_item.__getitem__):
        if items:
            parts.append(h.ul(*(h.li(written[n]) for n in numbers)))
            continue
        for n in numbers:
            heads = sentences[n].text.rstrip().endswith(":")
            parts.append(h.p(written[n], class_="fn-announces" if heads else None))
    return h.div(*parts, class_="fn-answer fn-listed")


def _is_item(n: int, answer: Answer) -> bool:
    """Tell whether a sentence is an item of a list: it has a bullet, or follows what announces one in its article."""
    sentence = answer.sentences[n]
    if _ITEM.match(sentence.text):
        return True
    for before in range(n - 1, -1, -1):
        announcing = answer.sentences[before]
        here, there = _source(sentence, answer), _source(announcing, answer)
        if here is None or there is None or here.article_id != there.article_id or here.start < there.end:
            return False
        if announcing.text.rstrip().endswith(":"):
            return True
    return False


def _source(sentence: AnswerSentence, answer: Answer) -> Quote | None:
    return next((c.source for c in answer.citations if c.n in sentence.citations), None)
