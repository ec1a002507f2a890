"""Questions to ask next, made of what the cited articles say besides what was quoted."""

from __future__ import annotations

from collections.abc import Iterable

from footnote.corpus.article import Article
from footnote.corpus.text import fold
from footnote.index.embedding.sentences import SentenceSpan
from footnote.qa.answer import Answer
from footnote.qa.suggest import MOST_READ, WHAT_HAPPENED, questions


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
        found = questions(article.text[:MOST_READ], article.title)
        near += [(_distance(sentence, quoted), question) for question, sentence in found]
    chosen: list[str] = []
    days = 0
    for distance, question in sorted(near, key=lambda found: found[0]):
        day = question.startswith(WHAT_HAPPENED)
        if distance == 0 or (day and days) or _named(question, fold(" ".join((before, *chosen)))):
            continue
        chosen.append(question)
        days += day
    return chosen[:limit]


def _distance(sentence: SentenceSpan, quoted: Iterable[tuple[int, int]]) -> int:
    """Return how many characters lie between a sentence and the nearest quoted one; 0 when it was quoted itself."""
    return min((max(start - sentence.end, sentence.start - end, -1) + 1 for start, end in quoted), default=MOST_READ)


def _named(question: str, before: str) -> bool:
    """Tell whether what a question is about was named already: a person's last name, or a day."""
    about = fold(question).rstrip("?").removesuffix(" say")
    if about.startswith(fold(WHAT_HAPPENED)):
        return about.removeprefix(fold(WHAT_HAPPENED)) in before
    return about.rpartition(" ")[2] in before
