"""What comes to a command from outside: text to read, and signals, at which it ends in good order."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from footnote.corpus.errors import UsageError


def text_of(source: str, what: str) -> str:
    """Return the text of a file, or of standard input for ``-``; ``what`` names it in an error, as in "the answer".

    Raises ``UsageError`` when it cannot be read, or is not UTF-8.
    """
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: {what} cannot be read ({error})") from None


@contextmanager
def on_signals(handler: Callable[[int, FrameType | None], None], *numbers: signal.Signals) -> Iterator[None]:
    """Let ``handler`` take these signals inside; only the main thread can be interrupted, in others nothing is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
