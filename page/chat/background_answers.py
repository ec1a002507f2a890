"""Answers whose page went away while they were made, as one that is reloaded: they are finished for when it is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator

from footnote.page.chat.conversations import Conversations, Key

MOST = 4
"""How many answers are finished at once that nobody watches."""

PATIENCE = 20.0
"""After so many seconds without anybody who watches, an answer ends with what there is of it."""


class BackgroundAnswers:
    """Goes on with answers in the background. ``clock`` gives seconds. Safe to use from several threads."""

    def __init__(
        self,
        kept: Conversations,
        most: int = MOST,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept = kept
        self._free = threading.BoundedSemaphore(most)
        self._patience = patience
        self._clock = clock
        self._watched: dict[tuple[Key, int], float] = {}
        self._lock = threading.Lock()

    def finish(self, key: Key, number: int, making: Generator[object, None, None]) -> bool:
        """Finish the answer of a turn that ``making`` makes when it is gone through; tells whether that is done.

        It is not where too many are being finished already: then ``making`` is closed.
        """
        if not self._free.acquire(blocking=False):
            making.close()
            return False
        with self._lock:
            self._watched[key, number] = self._clock()
        threading.Thread(target=self._go_on, args=(key, number, making), name="unheard answer", daemon=True).start()
        return True

    def watched(self, key: Key, number: int) -> None:
        """Say that somebody watches the answer of a turn right now."""
        with self._lock:
            if (key, number) in self._watched:
                self._watched[key, number] = self._clock()

    def _go_on(self, key: Key, number: int, making: Generator[object, None, None]) -> None:
        try:
            for _ in making:
                if self._clock() - self._watched[key, number] > self._patience:
                    self._kept.stop(key)
        finally:
            with self._lock:
                del self._watched[key, number]
            self._free.release()
