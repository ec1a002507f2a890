"""The conversations of the open pages, in memory: they survive a reload, not a restart of the server.

A page knows its conversation by an unguessable id, which is all that a browser keeps of it: no question, answer or
citation comes back from there.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.passages_read import ReadPassage
from footnote.qa.answer import Answer

MAX_QUESTION = 2000
"""The longest question, in characters."""

MAX_TURNS = 40
"""How many questions one conversation keeps."""

MAX_CONVERSATIONS = 256
"""How many conversations are kept; the one that was used least recently goes first."""

MAX_AGE = 86_400.0
"""How long a conversation is kept after it was last used, in seconds."""


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A question and what became of it: an answer, an error for the user, or neither yet.

    ``number`` counts the questions of a conversation and stays when earlier ones are dropped. Until there is an
    answer, ``waiting`` says what is being done, ``growing`` is the answer so far, and ``stopping`` that it shall end.
    ``scope`` are the limits that the user set; ``carry`` and ``read_dates`` are as in `qa.retriever.ScopedQuery`, and
    ``read_outlet`` tells whether a publisher may be read out of the question's words: ``outlet`` is the one that was.
    ``further`` are questions to ask next; ``read`` is what was read for the answer, and ``unread`` how many passages
    more. ``said`` is the feedback that was kept: its kind, and the number of the footnote that it is about or 0.
    """

    question: str
    number: int = 0
    answer: Answer | None = None
    error: str = ""
    waiting: str = strings.READING
    growing: Answer | None = None
    stopping: bool = False
    carry: bool = True
    read_dates: bool = True
    read_outlet: bool = True
    scope: Scope = field(default_factory=Scope)
    outlet: str = ""
    further: tuple[str, ...] = ()
    read: tuple[ReadPassage, ...] = ()
    unread: int = 0
    said: tuple[tuple[str, int], ...] = ()

    @property
    def pending(self) -> bool:
        """Whether there is no reply yet."""
        return self.answer is None and not self.error

    def interrupted(self) -> ShownTurn:
        """Return the turn as one that nobody answers any more; what has an answer, or an error, keeps it."""
        return replace(self, error=strings.INTERRUPTED, growing=None, stopping=False) if self.pending else self

    def erased(self) -> ShownTurn:
        """Return the turn without its answer, or what there is of it yet, and without all that was made of it."""
        if self.pending:
            return replace(self, growing=None)
        return replace(self, answer=None, error=strings.ERASED, growing=None, further=(), read=(), unread=0)

    def anew(self, waiting: str) -> ShownTurn:
        """Return the turn as it is asked again."""
        return ShownTurn(
            self.question, self.number, waiting=waiting, carry=self.carry, read_dates=self.read_dates,
            read_outlet=self.read_outlet, scope=self.scope,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """Names a conversation: an unguessable id, and the user that it belongs to, if users have names here."""

    id: str
    owner: str = ""


Turns = tuple[ShownTurn, ...]


def erased(answered: Iterable[ShownTurn], is_held: Callable[[str, str], bool]) -> list[int]:
    """Return the numbers of the turns that quote what the library does not hold any more, or carry words of it on.

    ``answered`` are the turns of one conversation that have an answer, or a part of one;
    ``is_held`` tells of an article's version.
    """
    held: dict[tuple[str, str], bool] = {}
    gone: list[int] = []
    for turn in answered:
        answer = turn.answer or turn.growing
        assert answer is not None
        named = {(quote.article_id, quote.version) for quote in answer.quotes}
        held |= {each: is_held(*each) for each in named - held.keys()}
        carries = bool(gone) and answer.standalone_question != turn.question
        if carries or not all(held[each] for each in named):
            gone.append(turn.number)
    return gone


class Conversations:
    """Conversations by key, bounded in number and age. Safe to use from several threads.

    ``clock`` gives seconds. A conversation that is not kept has no turns, and nothing changes it.
    """

    def __init__(
        self, most: int = MAX_CONVERSATIONS, age: float = MAX_AGE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._age = age
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Turns]] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, owner: str = "") -> Key:
        """Return the key of a new conversation; it is kept from its first question on."""
        return Key(secrets.token_urlsafe(24), owner)

    def resume(self, conversation: object, owner: str = "") -> Key:
        """Return the key of the conversation with this id if it is kept and is ``owner``'s, else a new one."""
        if isinstance(conversation, str):
            key = Key(conversation, owner)
            if self.turns(key):
                return key
        return self.start(owner)

    def turns(self, key: Key) -> Turns:
        """Return the turns, oldest first: one more than `MAX_TURNS` once earlier ones were dropped."""
        with self._lock:
            return self._read(key)

    def ask(self, key: Key, asked: ShownTurn, replaces: int | None = None) -> ShownTurn:
        """Add a question to a conversation; returns its turn, with the number that it got.

        It takes the place of the last one where that has the number ``replaces`` and is not being answered.
        """
        with self._lock:
            turns = self._read(key)
            turn = replace(asked, number=turns[-1].number + 1 if turns else 0)
            if turns and turns[-1].number == replaces and not turns[-1].pending:
                turns = turns[:-1]
            self._write(key, (*turns, turn)[-MAX_TURNS - 1 :])
            return turn

    def change(self, key: Key, number: int, made: Callable[[ShownTurn], ShownTurn]) -> bool:
        """Put in a turn's place what is made of it; tells whether there is such a turn."""
        with self._lock:
            turns = self._read(key)
            if not any(turn.number == number for turn in turns):
                return False
            self._write(key, tuple(made(turn) if turn.number == number else turn for turn in turns))
            return True

    def turn(self, key: Key, number: int) -> ShownTurn | None:
        """Return a turn by its number."""
        return next((turn for turn in self.turns(key) if turn.number == number), None)

    def stop(self, key: Key) -> None:
        """Ask what is being answered in a conversation to end."""
        with self._lock:
            turns = self._read(key)
            if any(turn.pending for turn in turns):
                self._write(key, tuple(replace(t, stopping=True) if t.pending else t for t in turns))

    def stopped(self, key: Key, number: int) -> bool:
        """Tell whether answering a turn shall end: it was stopped, or nobody can see it any more."""
        turn = self.turn(key, number)
        return turn is None or turn.stopping

    def put_away(self, key: Key) -> Key | None:
        """Keep a conversation under a new key, which is returned, and none under this one; nothing for an empty one.

        What is being answered in it ends, and has no answer.
        """
        with self._lock:
            turns = self._read(key)
            self._kept.pop(key, None)
            if not turns:
                return None
            away = self.start(key.owner)
            self._write(away, tuple(turn.interrupted() for turn in turns))
            return away

    def _read(self, key: Key) -> Turns:
        used, turns = self._kept.get(key, (0.0, ()))
        if turns and self._clock() - used > self._age:
            del self._kept[key]
            return ()
        return turns

    def _write(self, key: Key, turns: Turns) -> None:
        now = self._clock()
        self._kept[key] = (now, turns)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most or now - next(iter(self._kept.values()))[0] > self._age:
            self._kept.popitem(last=False)
