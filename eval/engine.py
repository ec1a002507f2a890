"""The engine under test, as a :class:`~eval.subject.Subject`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.eval.similarity_baselines import simplest
from footnote.eval.subject import Answered, Outcome, Subject
from footnote.eval.suite import SuiteQuestion
from footnote.index.search.scope import Scope
from footnote.qa.engine import Engine
from footnote.qa.retriever import PassageNode, ScopedQuery


class EngineSubject:
    """A Footnote engine over a library of its own."""

    def __init__(self, settings: Settings) -> None:
        self.engine = Engine.open(settings)

    def add(self, articles: Iterable[Article]) -> Iterator[Outcome]:
        """Store articles, yielding each as it is stored."""
        yield from self.engine.add_many(articles)

    def answer(self, question: SuiteQuestion) -> Answered:
        """Answer one question of a suite, after the turns before it."""
        scope = Scope(as_of=question.as_of)
        history = tuple(self.engine.history(question.turns, scope))
        query = ScopedQuery(question.question, scope=scope, answer_id=question.id, history=history)
        found, nodes = self.engine.query_engine.final_answer(query)
        candidates = [each.node.candidate for each in nodes if isinstance(each.node, PassageNode)]

        def baselines() -> dict[str, Answered]:
            return simplest(self.engine.index, found.answer, candidates)

        return Answered(found.answer, found.selected, found.passages, baselines)

    def stored_text(self, article_id: str) -> str:
        """Return an article's text as it was stored; raise NotFoundError when there is none."""
        return str(self.engine.library.article(article_id).text)

    def describe(self) -> Mapping[str, object]:
        """Return what answers depend on: each model and its digest, chunking, threshold."""
        return dict(self.engine.describe())

    def digest(self) -> str:
        """Return the digest of what is stored."""
        return str(self.engine.library.digest())

    def close(self) -> None:
        """Let go of files and locks."""
        self.engine.close()


@contextmanager
def engine_over(articles: Iterable[Article]) -> Iterator[EngineSubject]:
    """Open an engine over some articles, in a library of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, closing(EngineSubject(Settings(Path(folder)))) as subject:
        for _ in subject.add(articles):
            pass
        yield subject


def open_engine(settings: Settings) -> Subject:
    """Open an engine on the library in ``settings.home``, making it if need be."""
    return EngineSubject(settings)
