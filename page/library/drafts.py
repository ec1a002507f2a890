"""What waits to be added: read, shown, and not in the library yet. It is in memory alone, and bounded in every way."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from footnote.corpus.article import Article
from footnote.corpus.result import Refusal, SourcedArticle
from footnote.index.edits import cleaned
from footnote.index.identify import Added, as_new_version, foreseen
from footnote.index.library import Library
from footnote.page import strings
from footnote.page.chat.conversations import Key

MAX_ITEMS = 2_000  # how many articles may wait in one draft
MAX_CHARS = 40_000_000  # how much text may wait in all drafts, in characters
MAX_DRAFTS = 64  # how many drafts there are at most
MAX_AGE = 3_600.0  # how long one is kept after it was last used, in seconds


@dataclass(frozen=True, slots=True)
class Item:
    """One article that waits, or was added, or a source that was refused.

    ``about`` is the article without its text, under the id that it would get or has; ``outcome`` is what adding would
    do, or did once ``done``; ``other`` is the title of the article that it is a new version or near-duplicate of.
    ``found`` holds the text until it is added; ``caution`` says what to check in it. A refused
    one has a ``reason`` and no more than a name.
    """

    number: int
    name: str
    reason: str = ""
    about: Article | None = None
    words: int = 0
    outcome: Added | None = None
    other: str = ""
    done: bool = False
    found: SourcedArticle | None = None
    caution: str = ""

    @property
    def addable(self) -> bool:
        """Whether adding would do something."""
        return bool(self.found and not self.done and self.outcome and self.outcome.outcome != "unchanged")


@dataclass
class _Draft:
    items: dict[int, Item] = field(default_factory=dict)
    counted: int = 0
    adding: bool = False
    error: str = ""
    used: float = 0.0

    def append(self, item: Item) -> None:
        """Put an item at the end, under the next number."""
        self.counted += 1
        self.items[self.counted] = replace(item, number=self.counted)

    def empty(self) -> None:
        """Take everything out."""
        self.items.clear()
        self.error = ""


class Drafts:
    """Drafts by key: an unguessable id and the user whom it belongs to. Safe to use from several threads.

    ``clock`` gives seconds. A draft that is not kept has no items.
    """

    def __init__(self, most_chars: int = MAX_CHARS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_chars = most_chars
        self._clock = clock
        self._kept: OrderedDict[Key, _Draft] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, owner: str = "") -> Key:
        """Return the key of a new draft; it is kept once something is in it."""
        return Key(secrets.token_urlsafe(24), owner)

    def put(self, key: Key, items: Iterable[SourcedArticle | Refusal], library: Library) -> None:
        """Put what a source holds into a draft, as far as there is room; what was added before leaves it."""
        with self._lock:
            old = self._draft(key)
            if old and not old.adding and any(item.done for item in old.items.values()):
                old.empty()
        for item in items:
            with self._lock:
                draft = self._made(key)
                if len(draft.items) > MAX_ITEMS:  # that there is no room is said already
                    return
                room = len(draft.items) < MAX_ITEMS and self._chars() + _chars(item) <= self._most_chars
            # outside the lock: it reads the library, and the texts of articles of the same name
            name = item.source if isinstance(item, Refusal) else item.article.label
            made = _item(item, library) if room else Item(0, name, strings.LIBRARY_FULL)
            with self._lock:
                draft.append(made)
            if not room:
                return

    def refuse(self, key: Key, names: Iterable[str], reason: str) -> None:
        """Put sources into a draft that were refused unread."""
        with self._lock:
            draft = self._made(key)
            for name in names:
                if len(draft.items) < MAX_ITEMS:
                    draft.append(Item(0, name, reason))

    def leave(self, key: Key, number: int) -> None:
        """Take one item out of a draft."""
        with self._lock:
            draft = self._draft(key)
            if draft and not draft.adding:
                draft.items.pop(number, None)

    def correct(self, key: Key, number: int, fields: Mapping[str, str | Sequence[str]], library: Library) -> None:
        """Set what a source does not say, or says wrongly. Raises ``FootnoteError`` for a date that is none."""
        with self._lock:
            draft = self._draft(key)
            old = draft.items.get(number) if draft else None
        if draft is None or draft.adding or old is None or old.found is None:
            return
        article = replace(old.found.article, **cleaned(old.found.article, fields))
        made = replace(_item(replace(old.found, article=article), library), number=number)
        with self._lock:
            if draft.items.get(number) is old:
                draft.items[number] = made

    def clear(self, key: Key) -> None:
        """Take everything out of a draft."""
        with self._lock:
            draft = self._draft(key)
            if draft and not draft.adding:
                draft.empty()

    def begin(self, key: Key) -> Sequence[Item] | None:
        """Return what of a draft is to be added, and hold it until `end`; None when that is being done already."""
        with self._lock:
            draft = self._draft(key)
            if draft is None or draft.adding:
                return None
            draft.adding, draft.error = True, ""
            return tuple(item for item in draft.items.values() if item.addable)

    def done(self, key: Key, number: int, added: Added, library: Library) -> None:
        """Note what adding an item did, and let its text go."""
        other = _title(library, added.near) if added.near else ""
        with self._lock:
            draft = self._draft(key)
            item = draft.items.get(number) if draft else None
            if draft and item:
                draft.items[number] = replace(item, done=True, found=None, outcome=added, other=other or item.other)

    def end(self, key: Key, error: str = "") -> None:
        """Let go of a draft that `begin` held; ``error`` is what went wrong, in a line for the user."""
        with self._lock:
            draft = self._kept.get(key)
            if draft:
                draft.adding, draft.error = False, error

    def state(self, key: Key) -> tuple[Sequence[Item], bool, str]:
        """Return what is in a draft, whether it is being added, and what went wrong when it was last added."""
        with self._lock:
            draft = self._draft(key)
            return (tuple(draft.items.values()), draft.adding, draft.error) if draft else ((), False, "")

    def _draft(self, key: Key) -> _Draft | None:
        draft = self._kept.get(key)
        if draft is None or (self._clock() - draft.used > MAX_AGE and not draft.adding):
            self._kept.pop(key, None)
            return None
        draft.used = self._clock()
        self._kept.move_to_end(key)
        return draft

    def _made(self, key: Key) -> _Draft:
        draft = self._draft(key)
        if draft is None:
            draft = self._kept[key] = _Draft(used=self._clock())
            while len(self._kept) > MAX_DRAFTS or self._clock() - next(iter(self._kept.values())).used > MAX_AGE:
                self._kept.popitem(last=False)
        return draft

    def _chars(self) -> int:
        return sum(_chars(item.found) for draft in self._kept.values() for item in draft.items.values() if item.found)


def _chars(item: SourcedArticle | Refusal) -> int:
    return len(item.article.text) if isinstance(item, SourcedArticle) else 0


def _item(item: SourcedArticle | Refusal, library: Library) -> Item:
    """Return what waits, with what adding it would do."""
    if isinstance(item, Refusal):
        return Item(0, item.source, item.reason)
    found = as_new_version(library, item)
    would = foreseen(library, found)
    about = replace(found.article, id=would.id, text="")
    other = _title(library, would.id) if would.outcome == "new version" else ""
    return Item(0, found.article.label, about=about, words=len(found.article.text.split()), outcome=would, other=other,
                found=found, caution=found.caution)  # fmt: skip


def _title(library: Library, article_id: str) -> str:
    return next((article.label for article in library.articles([article_id])), article_id)
