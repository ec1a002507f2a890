"""What a server still does when its page is open already: loading the model, adding the first articles."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import gradio as gr

from footnote.corpus.errors import FootnoteError
from footnote.page import strings
from footnote.page.chat import source_pane
from footnote.page.chat.chat import Chat
from footnote.page.chat.conversations import Key
from footnote.page.markup import Html, h
from footnote.page.ports import Answerer

_OVER = (
    "position: fixed; z-index: 25; inset-block-start: 4.1rem; inset-inline: 0; margin: 0 auto; width: fit-content;"
    " max-width: calc(100vw - 2rem); padding: 0 .8rem; border-radius: 999px; border: 1px solid var(--fn-line);"
    " background: var(--fn-accent-soft); color: var(--fn-ink); font: 600 .75rem/1.4 var(--fn-sans);"
    " pointer-events: none"
)

_LOG = logging.getLogger("footnote.app")

First = Callable[["StartupProgress"], None]  # adds the first articles, and tells how far it is


class StartupProgress:
    """How far the server is. Safe to use from several threads.

    ``ready`` is set once the model is loaded, also when that failed: whoever asks is told then.
    """

    def __init__(self, adds: bool = False) -> None:
        self.ready = threading.Event()
        self._done = threading.Event()
        self._count = (0, 0)
        if not adds:
            self._done.set()

    @property
    def adding(self) -> bool:
        """Whether the first articles are still being added."""
        return not self._done.is_set()

    def added(self, done: int, total: int) -> None:
        """Tell how many articles have been added, and how many there are."""
        self._count = (done, total)

    def run(self, engine: Answerer, first: First | None = None, then: Callable[[], None] = lambda: None) -> None:
        """Load the model, add the first articles, and do what comes ``then``; a failure is logged."""
        try:
            _logged(engine.warm_up)
        finally:
            self.ready.set()
        try:
            if first:
                _logged(lambda: first(self))
        finally:
            self._done.set()
        then()

    def state(self) -> dict[str, object]:
        """Return what the health endpoint says."""
        done, total = self._count
        adding = {"done": done, "of": total} if self.adding else None
        return {"status": "ok", "ready": self.ready.is_set(), "adding": adding}

    def notice(self) -> Html:
        """Return the line that stands over the page while articles are being added; nothing afterwards."""
        if not self.adding:
            return Html("")
        done, total = self._count
        line = strings.ADDING_COUNT.format(done=done, total=total) if total else strings.ADDING
        return h.p(line, role="status", style=_OVER)


class Watch:
    """The handlers of a page that was opened while the first articles were being added."""

    def __init__(self, opening: StartupProgress, chat: Chat) -> None:
        self._opening = opening
        self._chat = chat

    def start(self, conversation: object, request: gr.Request) -> tuple[Any, ...]:
        """Return what `Chat.start` does; a library that is being filled is not called empty."""
        shown, pane, *others, key = self._chat.start(conversation, request)
        if self._opening.adding and not self._chat.engine.library.articles() and not self._chat.kept.turns(key):
            welcome = h.div(h.h2(strings.WELCOME), h.p(strings.ADDING), class_="fn-welcome")
            shown, pane = h.div(welcome, class_="fn-log", data_conversation=key.id), source_pane.skeleton()
        return shown, pane, *others, key

    def look(self, key: Key | None, request: gr.Request) -> tuple[Any, ...]:
        """Return the notice, the clock that asks for it, and once there is something new what `start` does."""
        adding = self._opening.adding
        asked = key is not None and bool(self._chat.kept.turns(key))
        anew = (gr.skip(),) * 4 if adding or asked else self._chat.start("", request)
        return self._opening.notice(), gr.Timer(active=adding), *anew


def _logged(work: Callable[[], None]) -> None:
    try:
        work()
    except FootnoteError as error:
        _LOG.error("%s", error)
    except Exception:
        _LOG.exception("the server could not be made ready")
