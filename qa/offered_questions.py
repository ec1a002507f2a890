"""Questions that are asked before they are offered: only those stay whose answer is sure, and of the kind asked."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

from footnote.index.library import Library
from footnote.index.search.query_words import content_words
from footnote.index.search.scope import Scope
from footnote.qa.answer import Answer
from footnote.qa.engine import Engine
from footnote.qa.events import last_of
from footnote.qa.pipeline import Pipeline
from footnote.qa.retriever import PassageRetriever, ScopedQuery
from footnote.qa.suggest import OfferedQuestion, candidates, in_turn, questions

SURE = 0.7
"""So likely it has to be that the library answers what is offered."""
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
MOST_TRIED = 60
"""So many questions are asked at most to find some that can be offered."""


class Asks(Protocol):
    """What answers a question with the articles' own sentences."""

    def __call__(self, question: str, scope: Scope | None = None, /) -> Answer:
        """Return the answer."""


def articles_own(engine: Engine) -> Asks:
    """Return what answers a question with the articles' own sentences, whatever language model the engine has."""
    own: Engine | Pipeline = engine
    if engine.streams:
        own = Pipeline(engine.index, PassageRetriever(engine.index), engine.pipeline.answers)

    def asks(question: str, scope: Scope | None = None, /) -> Answer:
        return last_of(own.events(ScopedQuery(question, scope=scope or Scope()))).answer

    return asks


def holds(candidate: OfferedQuestion, answer: Answer) -> bool:
    """Tell whether an answer is sure, and rests on the sentence that the question was made of, or says the same."""
    if answer.status != "answered" or answer.confidence < SURE or not answer.citations:
        return False
    sources = [citation.source for citation in answer.citations]
    made_of = [
        each.article_id == candidate.article_id and each.start < candidate.end and candidate.start < each.end
        for each in sources
    ]
    first = answer.sentences[0].text
    if candidate.kind == "day":
        about = set(content_words(candidate.about))
        return bool(about) and about <= set(content_words(first))
    if candidate.kind == "change":
        counts = {tuple(_FIGURE.findall(sentence.text)) for sentence in answer.sentences} - {()}
        return any(made_of) and (bool(answer.disagreements) or len(counts) > 1)
    if candidate.kind == "number":  # a later article may have a newer one
        return any(made_of) and _FIGURE.search(first) is not None
    return made_of[0] or candidate.question in (each.question for each in questions(first, ""))


def offered(library: Library, asks: Asks, most: int, stop: Callable[[], bool]) -> Iterator[OfferedQuestion]:
    """Yield up to ``most`` questions to start from, as they pass; ends early once ``stop()`` is true."""
    passed: Counter[str] = Counter()
    tried: set[str] = set()
    for candidate in in_turn(candidates(library)):
        if len(tried) >= MOST_TRIED or passed.total() >= most or stop():
            return
        if passed[candidate.kind] > most // 3 or candidate.question in tried:
            continue
        tried.add(candidate.question)
        if holds(candidate, asks(candidate.question)):
            passed[candidate.kind] += 1
            yield candidate
