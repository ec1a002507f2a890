"""The engine under test, as a :class:`~eval.subject.Subject`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from corpus.article import Article
from corpus.settings import Settings
from eval.subject import Outcome, Subject, Trace
from eval.suite import Question
from index.scope import Scope


class EngineSubject:
    """A Footnote engine over a library of its own."""

    def __init__(self, settings: Settings) -> None:
        from qa.engine import Engine

        self.engine = Engine.open(settings)

    def add(self, articles: Iterable[Article]) -> Iterator[Outcome]:
        """Store articles, yielding each as it is stored."""
        yield from self.engine.add_many(articles)

    def answer(self, question: Question) -> Trace:
        """Answer one question of a suite, after the turns before it."""
        scope = Scope(as_of=question.as_of)
        history = self.engine.history(question.turns, scope)
        found: Trace = self.engine.answer(question.question, id=question.id, scope=scope, history=history)
        return found

    def stored_text(self, article_id: str) -> str:
        """Return an article's text as it was stored; raise NotFoundError when there is none."""
        return str(self.engine.library.article(article_id).text)

    def describe(self) -> Mapping[str, str | float]:
        """Return what answers depend on: model and its digest, chunking, scorer, threshold."""
        return dict(self.engine.describe())

    def digest(self) -> str:
        """Return the digest of what is stored."""
        return str(self.engine.library.digest())

    def close(self) -> None:
        """Let go of files and locks."""
        self.engine.close()


def open_engine(settings: Settings) -> Subject:
    """Open an engine on the library in ``settings.home``, making it if need be."""
    return EngineSubject(settings)
