"""The conversations of a server: kept in the library, and those in use in memory too.

A page knows its conversation by an unguessable id, which is in its address; no question, answer or citation comes back
from a browser.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from pydantic import TypeAdapter, ValidationError

from footnote.corpus.errors import LibraryError
from footnote.index.database.conversations import ConversationStore, KeptTurn
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.passages_read import ReadPassage
from footnote.qa.answer import Answer

MAX_QUESTION = 2000  # the longest question, in characters
MAX_TURNS = 100  # how many questions of a conversation are shown; the library keeps the earlier ones
MAX_CONVERSATIONS = 256  # how many conversations are in memory; the one that was used least recently goes first
MAX_AGE = 86_400.0  # how long a conversation is in memory after it was last used, in seconds
_LOG = logging.getLogger("footnote.app")
# what of a turn is no part of its record: it has a place of its own, or is over once there is an answer
_PASSING = {"question", "number", "link", "waiting", "growing", "stopping", "token"}


@dataclass(frozen=True, slots=True)
class Named:
    """A version of an article."""

    article_id: str
    version: str


@dataclass(frozen=True, slots=True, eq=False)
class ShownTurn:
    """A question and what became of it: an answer, an error for the user, or neither yet.

    A turn equals itself alone: comparing all that is in two of them would cost more than their HTML.

    ``number`` counts the questions of a conversation and stays when earlier ones are dropped. Until there is an
    answer, ``waiting`` says what is being done, ``growing`` is the answer so far, and ``stopping`` that it shall end.
    ``scope`` are the limits that the user set; ``carry`` and ``read_dates`` are as in `qa.retriever.ScopedQuery`, and
    ``read_outlet`` tells whether a publisher may be read out of the question's words: ``outlet`` is the one that was;
    ``carried`` are the articles whose words the question may have carried on from the turns before, and
    ``within`` is the title of the article that the question is limited to.
    ``further`` are questions to ask next, None until they were tried, and ``instead`` ones that the articles answer
    where this one was declined; ``read`` is what was read for the answer, and ``unread`` how many passages
    more. ``said`` is the feedback that was kept: its kind, and the number of the footnote that it is about or 0.
    ``answered_at`` is when it got its reply, ISO 8601 in UTC; ``link`` the unguessable name of the turn by itself, and
    ``token`` the number by which the page that asked knows it again.
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
    carried: tuple[Named, ...] = ()
    within: str = ""
    further: tuple[str, ...] | None = None
    instead: tuple[str, ...] = ()
    read: tuple[ReadPassage, ...] = ()
    unread: int = 0
    said: tuple[tuple[str, int], ...] = ()
    answered_at: str = ""
    link: str = ""
    token: int = 0

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
        bare = replace(self, answer=None, growing=None, error=strings.ERASED, further=None)
        return replace(bare, instead=(), read=(), unread=0, carried=())

    def anew(self, waiting: str) -> ShownTurn:
        """Return the turn as it is asked again."""
        return ShownTurn(
            self.question, self.number, waiting=waiting, carry=self.carry, read_dates=self.read_dates,
            read_outlet=self.read_outlet, scope=self.scope, within=self.within, link=self.link,
        )  # fmt: skip

    def record(self) -> str:
        """Return what became of the question as JSON, as `from_record` reads it; nothing where it was erased."""
        if self.error == strings.ERASED:
            return ""
        return _TURN.dump_json(self, exclude=_PASSING).decode()

    @classmethod
    def from_record(cls, kept: KeptTurn) -> ShownTurn:
        """Return a turn as it was kept; one that nobody answers any more is interrupted."""
        if not kept.record:
            return cls(kept.question, kept.number, error=strings.ERASED, link=kept.link)
        try:
            fields = {**json.loads(kept.record), "question": kept.question, "number": kept.number, "link": kept.link}
            return _TURN.validate_python(fields).interrupted()
        except (ValueError, TypeError, ValidationError):  # another version of Footnote made it
            return cls(kept.question, kept.number, error=strings.UNREADABLE_TURN, link=kept.link)

    @property
    def named(self) -> frozenset[Named]:
        """The articles that the turn quotes, or carries words of on."""
        shown = self.answer or self.growing
        quotes = shown.quotes if shown else ()
        return frozenset((*self.carried, *(Named(quote.article_id, quote.version) for quote in quotes)))

    @property
    def words(self) -> str:
        """What a search finds the turn by: its question and its answer."""
        said = [sentence.text for sentence in self.answer.sentences] if self.answer else []
        return " ".join((self.question, *said))


_TURN = TypeAdapter(ShownTurn)


@dataclass(frozen=True, slots=True)
class Key:
    """Names a conversation: an unguessable id, and the user that it belongs to, if users have names here."""

    id: str
    owner: str = ""


Turns = tuple[ShownTurn, ...]


def with_number(turns: Iterable[ShownTurn], number: int | None) -> ShownTurn | None:
    """Return the turn with this number."""
    return next((turn for turn in turns if turn.number == number), None)


def erased(answered: Iterable[ShownTurn], is_held: Callable[[str, str], bool]) -> list[int]:
    """Return the numbers of the turns that quote what the library does not hold any more, or carry words of it on.

    ``answered`` are the turns of one conversation that have an answer, or a part of one;
    ``is_held`` tells of an article's version.
    """
    held = cache(is_held)
    return [turn.number for turn in answered if not all(held(each.article_id, each.version) for each in turn.named)]


@dataclass(eq=False)
class Conversations:
    """Conversations by key: in ``store``, if there is one, and in memory. Safe to use from several threads.

    ``clock`` gives seconds. A conversation that is not kept has no turns, and nothing changes it.
    """

    store: ConversationStore | None = None
    most: int = MAX_CONVERSATIONS
    age: float = MAX_AGE
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Key, tuple[float, Turns]] = field(default_factory=OrderedDict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def start(self, owner: str = "") -> Key:
        """Return the key of a new conversation; it is kept from its first question on."""
        return Key(secrets.token_urlsafe(24), owner)

    def resume(self, conversation: object, owner: str = "") -> Key:
        """Return the key of the conversation with this id if it is kept and is ``owner``'s, else a new one."""
        key = Key(conversation, owner) if isinstance(conversation, str) else None
        return key if key and self.turns(key) else self.start(owner)

    def turns(self, key: Key) -> Turns:
        """Return the turns, oldest first: one more than `MAX_TURNS` once there are earlier ones."""
        with self._lock:
            return self._read(key)

    def linked(self, link: str) -> tuple[str, ShownTurn] | None:
        """Return the turn that a link names, and whose it is; None when there is none any more."""
        if self.store is not None:
            found = self.store.linked(link)
            return (found[0], ShownTurn.from_record(found[1])) if found else None
        with self._lock:
            kept = [(key.owner, turn) for key, (_, turns) in self._kept.items() for turn in turns]
        return next(((owner, turn) for owner, turn in kept if link and turn.link == link), None)

    def ask(self, key: Key, asked: ShownTurn, replaces: int | None = None) -> ShownTurn:
        """Add a question to a conversation; returns its turn, with the number that it got.

        It takes the place of the one that has the number ``replaces``, if there is one that is not being answered.
        """
        with self._lock:
            turns = self._read(key)
            old = with_number((turn for turn in turns if not turn.pending), replaces)
            number = old.number if old else turns[-1].number + 1 if turns else 0
            turn = replace(asked, number=number, link=secrets.token_urlsafe(12))
            put = tuple(turn if each is old else each for each in turns) if old else (*turns, turn)
            self._write(key, put[-MAX_TURNS - 1 :], turn)
            return turn

    def change(self, key: Key, number: int, made: Callable[[ShownTurn], ShownTurn]) -> bool:
        """Put in a turn's place what is made of it; tells whether there is such a turn."""
        with self._lock:
            turns = self._read(key)
            old = with_number(turns, number)
            if old is None:
                return False
            new = made(old)
            if old.pending and not new.pending:
                new = replace(new, answered_at=datetime.now(UTC).isoformat(timespec="seconds"))
            self._write(key, tuple(new if turn is old else turn for turn in turns), None if new.pending else new)
            return True

    def turn(self, key: Key, number: int) -> ShownTurn | None:
        """Return a turn by its number."""
        return with_number(self.turns(key), number)

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

    def delete(self, key: Key, deleted: bool = True) -> bool:
        """Delete a conversation, or have it back for a day; tells whether there is one. What is answered in it ends."""
        with self._lock:
            self._kept.pop(key, None)
            return self.store is not None and self.store.delete(key.id, key.owner, deleted)

    def _read(self, key: Key) -> Turns:
        used, turns = self._kept.get(key, (0.0, ()))
        if turns and self.clock() - used <= self.age:
            return turns
        self._kept.pop(key, None)
        if self.store is None:
            return ()
        kept = self.store.turns(key.id, key.owner)[-MAX_TURNS - 1 :]
        turns = tuple(map(ShownTurn.from_record, kept))
        if turns:
            self._write(key, turns)
        return turns

    def _write(self, key: Key, turns: Turns, changed: ShownTurn | None = None) -> None:
        """Keep the turns in memory, and in the library the one that was ``changed``."""
        now = self.clock()
        self._kept[key] = (now, turns)
        self._kept.move_to_end(key)
        while len(self._kept) > self.most or now - next(iter(self._kept.values()))[0] > self.age:
            self._kept.popitem(last=False)
        if changed is None or self.store is None:
            return
        kept = KeptTurn(changed.number, changed.question, changed.record(), changed.link)
        try:
            self.store.put(key.id, key.owner, kept, changed.words)
        except LibraryError as error:  # the answer is shown all the same
            _LOG.warning("a conversation could not be kept: %s", error)
