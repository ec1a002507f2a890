"""Ask the engine a turn's question, and put with the answer what the page shows beside it.

An answer whose page went away while it was made, as one that is reloaded, is finished for when it is back.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from footnote.index.database.tags import resolved
from footnote.page import strings
from footnote.page.chat.conversations import Conversations, Key, ShownTurn
from footnote.page.chat.passages_read import reading
from footnote.page.desk.offered_questions import Offering
from footnote.page.ports import Answerer
from footnote.qa.events import Event, FinalAnswer, Growing, Writing
from footnote.qa.interpret.answer_context import turn_of
from footnote.qa.interpret.publishers import publisher_asked_for
from footnote.qa.retriever import ScopedQuery

MOST = 4  # how many answers are finished at once that nobody watches
PATIENCE = 20.0  # after so many seconds without anybody who watches, an answer ends with what there is of it

Change = Callable[[ShownTurn], ShownTurn]

INSTEAD = 3  # so many questions are offered in the place of one that was declined
_FRESH = 60.0  # for so many seconds the list of publishers is taken to be as it was


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a turn: ``change`` makes it of the turn, and ``last`` tells that nothing follows."""

    change: Change
    last: bool = False


@dataclass(eq=False)
class Asking:
    """Answers turns. ``clock`` gives seconds; ``partial`` tells whether the first articles are still being added."""

    engine: Answerer
    offering: Offering
    clock: Callable[[], float] = time.monotonic
    partial: Callable[[], bool] = lambda: False
    _publishers: tuple[float, tuple[str, ...]] = (float("-inf"), ())

    def progress(self, turn: ShownTurn, earlier: Sequence[ShownTurn], stop: Callable[[], bool]) -> Iterator[Progress]:
        """Answer a turn that comes after the ``earlier`` ones; raises ``FootnoteError`` with one line for the user."""
        history = tuple(turn_of(before.answer) for before in earlier if before.answer)
        scope = resolved(turn.scope, self.engine.library)
        read, carry = turn.read_dates, turn.carry
        query = ScopedQuery(turn.question, scope=scope, history=history, read_dates=read, carry=carry)
        outlet, partial = self._outlet(turn), self.partial()
        for event in self._of(outlet, query, stop) if outlet else self.engine.events(query, stop):
            if isinstance(event, FinalAnswer):
                told = _noticed(event, strings.ADDING_ANSWERED) if partial else event
                yield Progress(self._finished(told, turn, earlier, outlet), last=True)
            elif change := _so_far(event):
                yield Progress(change)

    def publishers(self) -> tuple[str, ...]:
        """Return the publishers of the live articles, each once, in alphabetical order."""
        read_at, known = self._publishers
        if self.clock() - read_at > _FRESH:
            names = {article.publisher.strip() for article in self.engine.library.articles()}
            known = tuple(sorted(names - {""}, key=str.casefold))
            self._publishers = (self.clock(), known)
        return known

    def _outlet(self, turn: ShownTurn) -> str:
        """Return the publisher that the question's own words ask for, where nobody said which."""
        if turn.scope.publisher or not turn.read_outlet:
            return ""
        return publisher_asked_for(turn.question, self.publishers())

    def _of(self, outlet: str, query: ScopedQuery, stop: Callable[[], bool]) -> Iterator[Event]:
        """Ask of one publisher; when that has no answer, ask of all, and say so."""
        limited = replace(query, scope=replace(query.scope, publisher=outlet))
        for event in self.engine.events(limited, stop):
            if isinstance(event, FinalAnswer) and event.answer.status == "abstained" and not stop():
                break
            yield event
        else:
            return
        notice = strings.ELSEWHERE.format(publisher=outlet)
        for event in self.engine.events(query, stop):
            if isinstance(event, FinalAnswer) and event.answer.status == "answered":
                yield _noticed(event, notice)
            else:
                yield event

    def _finished(self, event: FinalAnswer, turn: ShownTurn, earlier: Sequence[ShownTurn], outlet: str) -> Change:
        answer = event.answer
        elsewhere = strings.ELSEWHERE.format(publisher=outlet) in answer.notices or answer.status == "abstained"
        read, unread = reading(answer, event.passages, self.engine.library.version_of)
        carries = answer.standalone_question != turn.question
        carried = sorted({each for before in earlier for each in before.named}, key=str) if carries else ()
        instead = tuple(self.offering.questions(INSTEAD)) if answer.status == "abstained" else ()
        return lambda now: replace(
            now, answer=answer, growing=None, stopping=False, outlet="" if elsewhere else outlet, read=read,
            unread=unread, instead=instead, carried=tuple(carried),
        )  # fmt: skip


def _noticed(event: FinalAnswer, notice: str) -> FinalAnswer:
    return replace(event, answer=replace(event.answer, notices=(*event.answer.notices, notice)))


def _so_far(event: Event) -> Change | None:
    """Return what an event makes of its turn before there is an answer."""
    if isinstance(event, Growing):
        return lambda turn: replace(turn, growing=event.answer)
    if isinstance(event, Writing):
        return lambda turn: replace(turn, waiting=strings.WRITING)
    return None


@dataclass(eq=False)
class BackgroundAnswers:
    """Goes on with answers in the background. ``clock`` gives seconds. Safe to use from several threads."""

    kept: Conversations
    clock: Callable[[], float] = time.monotonic
    _free: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MOST), init=False)
    _watched: dict[tuple[Key, int], float] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def finish(self, key: Key, number: int, making: Generator[object, None, None]) -> bool:
        """Finish the answer of a turn that ``making`` makes when it is gone through; tells whether that is done.

        It is not where too many are being finished already: then ``making`` is closed.
        """
        if not self._free.acquire(blocking=False):
            making.close()
            return False
        with self._lock:
            self._watched[key, number] = self.clock()
        threading.Thread(target=self._go_on, args=(key, number, making), name="unheard answer", daemon=True).start()
        return True

    def watched(self, key: Key, number: int) -> None:
        """Say that somebody watches the answer of a turn right now."""
        with self._lock:
            if (key, number) in self._watched:
                self._watched[key, number] = self.clock()

    def _go_on(self, key: Key, number: int, making: Generator[object, None, None]) -> None:
        try:
            for _ in making:
                if self.clock() - self._watched[key, number] > PATIENCE:
                    self.kept.stop(key)
        finally:
            with self._lock:
                del self._watched[key, number]
            self._free.release()
