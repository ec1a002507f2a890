"""What the memory allocator keeps for itself, bounded, on Linux with glibc; elsewhere nothing is done.

glibc gives each thread that finds the others busy an area of memory of its own, up to eight for each core, and gives
what was freed back to the system only from an area's end. Answers are made of many small things, in several threads,
and what is left of each area in between stays. So there are few areas, and now and then each gives back what it can.
"""

import ctypes
import gc
import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_ARENA_MAX, _TRIM_THRESHOLD, _MMAP_THRESHOLD = -8, -1, -3  # as in malloc.h
_SETTINGS = {_ARENA_MAX: 2, _TRIM_THRESHOLD: 128 * 1024, _MMAP_THRESHOLD: 128 * 1024}
"""Naming the thresholds keeps glibc from raising them by itself, to 32 MB and more."""


@cache
def _libc() -> Any:  # noqa: ANN401
    """Return the C library, or None where it is not glibc."""
    if platform.libc_ver()[0] != "glibc":
        return None
    found = ctypes.CDLL(None)
    return found if hasattr(found, "mallopt") and hasattr(found, "malloc_trim") else None


def limit_arenas() -> bool:
    """Let the allocator keep less; best called before there are threads. Tells whether it could be done."""
    libc = _libc()
    done = [libc is not None and libc.mallopt(name, value) == 1 for name, value in _SETTINGS.items()]
    return all(done)


def trim() -> bool:
    """Give what is free back to the system, in some milliseconds; tells whether there was any."""
    libc = _libc()
    return libc is not None and libc.malloc_trim(0) == 1


@contextmanager
def importing() -> Iterator[None]:
    """Import large libraries inside without the garbage collector: it takes a third of the time, and frees nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class PeriodicTask(threading.Thread):
    """Calls ``work`` every so many seconds, in a thread of its own, until it is stopped."""

    def __init__(self, every: float, work: Callable[[], object] = trim) -> None:
        super().__init__(name="memory keeper", daemon=True)
        self._every = every
        self._work = work
        self._ended = threading.Event()

    def stop(self) -> None:
        """End, and wait for that."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Work: what the thread does."""
        while not self._ended.wait(self._every):
            self._work()
