"""Answers that were just given: the questions that a page suggests are the same for everybody, and many press one.

For answers without a language model only: it may say something else each time.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import date

from footnote.qa.events import Event, FinalAnswer
from footnote.qa.interpret.follow_up import standalone
from footnote.qa.interpret.question import read_question
from footnote.qa.retriever import ScopedQuery


class AnswerCache:
    """The last ``most`` answers, for as long as the library stays as it is. Safe to use from several threads.

    ``generation`` numbers the library's states; ``today`` is what "last week" counts from. What is not given any more
    is dropped at the next question.
    """

    def __init__(self, most: int, generation: Callable[[], int], today: Callable[[], date] = date.today) -> None:
        self._most = most
        self._generation = generation
        self._today = today
        self._kept: OrderedDict[Hashable, FinalAnswer] = OrderedDict()
        self._of = -1
        self._lock = threading.Lock()

    def events(self, query: ScopedQuery, made: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """Yield the answer that the same question got, else what ``made`` yields; the time is what this one took."""
        began = time.perf_counter()
        generation = self._generation()
        # all that an answer depends on besides the library, its settings and its model: of what was said before, only
        # what the question takes from it
        alone = standalone(read_question(query.query_str).text, query.history).text if query.carry else ""
        asked = (query.query_str, alone, query.answer_id, query.scope, query.read_dates, query.carry, self._today())
        if kept := self._find(generation, asked):
            took = {"total": round(1e3 * (time.perf_counter() - began), 1)}
            yield replace(kept, answer=replace(kept.answer, timings_ms=took))
            return
        for event in made():
            if isinstance(event, FinalAnswer) and self._generation() == generation:
                self._keep(generation, asked, event)
            yield event

    def _find(self, generation: int, asked: Hashable) -> FinalAnswer | None:
        with self._lock:
            if generation > self._of:
                self._kept.clear()
                self._of = generation
            if generation != self._of or asked not in self._kept:
                return None
            self._kept.move_to_end(asked)
            return self._kept[asked]

    def _keep(self, generation: int, asked: Hashable, answer: FinalAnswer) -> None:
        with self._lock:
            if generation == self._of:
                self._kept[asked] = answer
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
