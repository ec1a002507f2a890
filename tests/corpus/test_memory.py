"""The allocator is asked for less, really, and other systems are left alone."""

import ctypes
import os
import platform
import threading
from pathlib import Path

import pytest

from footnote.corpus import memory

GLIBC = platform.libc_ver()[0] == "glibc"


@pytest.fixture
def somewhere_else(monkeypatch):
    monkeypatch.setattr(memory.platform, "libc_ver", lambda: ("", ""))
    memory._libc.cache_clear()
    yield
    memory._libc.cache_clear()


@pytest.mark.skipif(not GLIBC, reason="only glibc has these settings")
def test_the_allocator_takes_the_settings():
    assert memory.limit_arenas()


@pytest.mark.skipif(not GLIBC, reason="only glibc gives back what is free")
def test_what_is_free_between_is_given_back():
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    size, count = 8_000, 8_000
    blocks = [libc.malloc(size) for _ in range(count)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    for block in blocks[:-1]:  # the last one holds the end of the area, so that nothing goes back by itself
        libc.free(block)
    before = resident()
    assert memory.trim()
    assert resident() < before - size * count / 2
    libc.free(blocks[-1])


def resident() -> int:
    """Return this process's resident memory in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.usefixtures("somewhere_else")
def test_without_glibc_nothing_is_done():
    assert not memory.limit_arenas()
    assert not memory.trim()


def test_the_keeper_works_until_it_is_stopped():
    done, twice = [], threading.Event()

    def work():
        done.append(1)
        if len(done) > 1:
            twice.set()

    keeper = memory.PeriodicTask(0.01, work)
    keeper.start()
    assert twice.wait(20)
    keeper.stop()
    assert not any(thread.name == "memory keeper" and thread.is_alive() for thread in threading.enumerate())
