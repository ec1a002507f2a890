"""An engine for many people at once: answers from several processes, and again to who asks the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from footnote.corpus.settings import Settings
from footnote.index.embedding.encoder import Encoder
from footnote.index.passages import PassageIndex
from footnote.qa.engine import Engine
from footnote.qa.events import Event, last_of
from footnote.qa.passage_search import FoundPassage
from footnote.qa.rank.model_folder import AnswerModel, answering_model
from footnote.qa.retriever import ScopedQuery
from footnote.qa.serving.answer_cache import AnswerCache
from footnote.qa.serving.processes import Processes


class SharedEngine(Engine):
    """An engine whose answers are made in ``processes`` others, or in this one where that is 0.

    ``repeats`` is how many answers are given again when the same is asked and nothing has changed. Neither is done
    with a language model: it may answer otherwise each time, and is what one waits for.
    """

    def __init__(
        self, settings: Settings, index: PassageIndex, answers: AnswerModel, processes: int = 0, repeats: int = 0
    ) -> None:
        super().__init__(settings, index, answers)
        self._processes = Processes(settings, processes, offered) if processes else None
        self._repeats = AnswerCache(repeats, self.library.generation) if repeats else None

    @classmethod
    def open(
        cls,
        settings: Settings,
        notify: Callable[[str], None] = lambda line: None,
        encoder: Encoder | None = None,
        processes: int = 0,
        repeats: int = 0,
    ) -> SharedEngine:
        """Open the library in ``settings.home``, as `qa.engine.Engine.open` does; no process is started yet."""
        if settings.llm_url:
            processes = repeats = 0
        answers = answering_model(settings)
        # one process can have Chroma: the first that answers
        index = PassageIndex(settings, encoder, notify, chroma=not processes)
        return cls(settings, index, answers, processes, repeats)

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Answer a question and yield at last all of it; see `qa.engine.Engine.events`."""
        if self._repeats is None:
            return self._made(query, stop)
        return self._repeats.events(query, lambda: self._made(query, stop))

    def search(self, query: str, limit: int = 10) -> list[FoundPassage]:
        """Return the passages nearest to a question; see `qa.passage_search.search`."""
        here = super().search
        if self._processes is None:
            return here(query, limit)
        found: list[FoundPassage] = self._processes.call("search", query, limit, otherwise=lambda: here(query, limit))
        return found

    def warm_up(self) -> None:
        """Get ready, so that the first question does not wait for it."""
        if self._processes is None:
            super().warm_up()
        else:
            self._processes.start()

    def close(self) -> None:
        """End the processes, and close the engine."""
        if self._processes is not None:
            self._processes.close()
        super().close()

    def _made(self, query: ScopedQuery, stop: Callable[[], bool]) -> Iterator[Event]:
        here = super().events
        if self._processes is None:
            yield from here(query, stop)
        else:
            yield self._processes.call("answer", query, otherwise=lambda: last_of(here(query, stop)))


def offered(engine: Engine) -> dict[str, Callable[..., Any]]:
    """Return what a process can be asked for."""
    return {"answer": lambda query: last_of(engine.events(query)), "search": engine.search}
