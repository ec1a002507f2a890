"""What the page offers to ask: questions that were asked beforehand, in the background, and have an answer."""

import itertools
import logging
import threading
from collections.abc import Iterable, Sequence

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError
from footnote.index.database.tags import resolved
from footnote.index.search.scope import Scope
from footnote.page.ports import Answerer
from footnote.qa.answer import Answer
from footnote.qa.engine import Engine
from footnote.qa.next_questions import follow_ups
from footnote.qa.offered_questions import Asks, articles_own, holds, offered
from footnote.qa.suggest import OfferedQuestion

MOST = 12  # so many questions to start from are kept ready
SHOWN = 4
NEXT = 3
_MOST_NEXT_TRIED = 8
_PAUSE = 0.2  # so long, in seconds, others have the processor between two questions
_LOOK = 2.0  # so often, in seconds, it is looked whether the library has changed; it has to rest for so long
_LOG = logging.getLogger("footnote.app")


class Offering:
    """Questions of an engine. Safe to use from several threads; an engine without an index offers what it suggests."""

    def __init__(self, engine: Answerer) -> None:
        self._engine = engine
        self._asks: Asks | None = articles_own(engine) if isinstance(engine, Engine) else None
        self._kept: list[tuple[OfferedQuestion, str]] = []
        self._ended = threading.Event()
        self._turn = itertools.count()

    def questions(self, limit: int = SHOWN) -> Sequence[str]:
        """Return up to ``limit`` questions to start from, others each time; none until some were tried."""
        if self._asks is None:
            return self._engine.suggestions(limit) if self._engine.library.articles() else ()
        library = self._engine.library
        live = [each.question for each, version in self._kept if library.version_of(each.article_id) == version]
        start = next(self._turn) * limit % max(1, len(live))
        return [*live[start:], *live[:start]][:limit]

    def own(self, question: str, scope: Scope) -> Answer | None:
        """Return what the articles' own sentences say; None where the engine has none but these."""
        return self._asks(question, resolved(scope, self._engine.library)) if self._asks else None

    def further(self, answer: Answer, asked: Iterable[str]) -> tuple[str, ...]:
        """Return what to ask next; nothing where an article that was cited cannot be read any more."""
        cited = dict.fromkeys((c.source.article_id, c.source.version) for c in answer.citations)
        try:
            articles: list[Article] = [self._engine.library.article(*each) for each in cited]
            found = follow_ups(articles, answer, asked)[:_MOST_NEXT_TRIED]
            sure = (each.question for each in found if not self._asks or holds(each, self._asks(each.question)))
            return tuple(itertools.islice(sure, NEXT))
        except FootnoteError:
            return ()

    def keep(self) -> None:
        """Try questions whenever the library has changed, until `end`; for a thread of its own."""
        known = -1
        while self._asks and not self._ended.wait(_LOOK):
            try:
                generation = self._generation()
                if generation == known or self._ended.wait(_LOOK) or self._generation() != generation:
                    continue
                known = generation
                self._try(self._asks, generation)
            except FootnoteError as error:
                _LOG.warning("no questions could be tried: %s", error)
            except Exception:
                if not self._ended.is_set():  # the library is closed then
                    _LOG.exception("no questions could be tried")

    def end(self) -> None:
        """Try no more."""
        self._ended.set()

    def _generation(self) -> int:
        return int(getattr(self._engine.library, "generation", lambda: 0)())

    def _try(self, asks: Asks, generation: int) -> None:
        def over() -> bool:
            return self._ended.wait(_PAUSE) or self._generation() != generation

        library = self._engine.library
        passed: list[tuple[OfferedQuestion, str]] = []
        for candidate in offered(library, asks, MOST, over):  # type: ignore[arg-type]
            passed.append((candidate, library.version_of(candidate.article_id) or ""))
            if len(passed) >= len(self._kept):
                self._kept = list(passed)
        self._kept = passed if passed or not over() else self._kept
