"""An engine whose questions are limited, counted and logged, whoever asks them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from footnote.corpus.errors import FootnoteError
from footnote.page.ports import Answerer
from footnote.page.server import logs
from footnote.page.server.caller import Caller, caller
from footnote.page.server.metrics import Metrics
from footnote.page.server.rate_limits import RateLimits, TooOftenError
from footnote.page.signin.access import Access
from footnote.qa.answer import Answer
from footnote.qa.events import Event, FinalAnswer
from footnote.qa.retriever import ScopedQuery


@dataclass(eq=False)
class ObservedEngine:
    """Everything but ``events`` is the engine's own. The words of questions are logged where ``log_questions``."""

    _engine: Answerer
    _access: Access
    _limits: RateLimits
    _metrics: Metrics
    log_questions: bool

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._engine, name)

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Yield the engine's events; raises ``TooOftenError`` for a client that asked too much in the last minute."""
        who = caller(self._access)
        try:
            self._limits.questions.count(who.address, who.user)
        except TooOftenError:
            self._tell("refused", who, query, None, 0.0)
            raise
        began = time.perf_counter()
        outcome, answer = "stopped", None
        try:
            with self._metrics.answering.track_inprogress():
                for event in self._engine.events(query, stop):
                    if isinstance(event, FinalAnswer):
                        outcome, answer = event.answer.status, event.answer
                    yield event
        except Exception as error:
            outcome = "failed" if isinstance(error, FootnoteError) else "broken"
            raise
        finally:
            self._tell(outcome, who, query, answer, (time.perf_counter() - began) * 1000)

    def _tell(self, outcome: str, who: Caller, query: ScopedQuery, answer: Answer | None, ms: float) -> None:
        self._metrics.question(outcome, answer.timings_ms if answer else None)
        fields: dict[str, Any] = {"request": who.request, "client": who.address, "user": who.user}
        fields |= {"outcome": outcome, "ms": round(ms, 1), "characters": len(query.query_str)}
        if answer:
            fields |= {"answer": answer.id, "confidence": round(answer.confidence, 4), "timings_ms": answer.timings_ms}
        if self.log_questions:
            fields["question"] = query.query_str
        logs.event("question", **fields)
