"""What is evaluated: the few things a run asks of the engine, in our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.eval.suite import GoldSpan, SuiteQuestion
from footnote.index.identify import Added
from footnote.qa.answer import Answer, Quote
from footnote.qa.events import RankedPassage


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and how it came about.

    ``draft`` is what would be cited if nothing were ever declined; ``passages`` are ranked best first.
    """

    answer: Answer
    draft: Sequence[Quote]
    passages: Sequence[RankedPassage | GoldSpan]
    simplest: Callable[[], Mapping[str, Answered]] = field(default=dict)
    """Makes what the simplest answerers say, by their names; called when the time of the answer has been taken."""


class Subject(Protocol):
    """A library that answers questions."""

    def add(self, articles: Iterable[Article]) -> Iterator[Added]:
        """Store articles, yielding each as it is stored."""

    def answer(self, question: SuiteQuestion) -> Answered:
        """Answer one question of a suite."""

    def stored_text(self, article_id: str) -> str:
        """Return an article's text as it was stored; raise NotFoundError when there is none."""

    def describe(self) -> Mapping[str, object]:
        """Return what answers depend on: each model and its digest, chunking, threshold, what was fitted on what.

        The values are what JSON can hold; a run is gone on with only where all of them are the same.
        """

    def digest(self) -> str:
        """Return the digest of what is stored."""

    def close(self) -> None:
        """Let go of files and locks."""


Opener: TypeAlias = Callable[[Settings], Subject]
