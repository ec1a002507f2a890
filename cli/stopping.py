"""Ends a command in good order when the system asks it to: what is under way is undone, files are closed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM do inside what Ctrl-C does; a command that takes its signals itself may do so."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread can be interrupted
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
