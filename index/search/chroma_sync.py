"""The Chroma store of an open library, kept in step and never trusted blindly.

Opening it (probing, repairing, rebuilding) happens in a background thread; until it is ready, and in processes that
do not own the folder, the caller searches exactly.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from filelock import FileLock

from footnote.corpus.errors import LibraryError
from footnote.index.database.purge import needs_scrub, scrub
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library
from footnote.index.search.chroma import (
    FOLDER,
    ChromaStore,
    build,
    filled_to,
    has_store_of,
    is_sound,
    is_whole,
    newest_folder,
    sample,
    take_ownership,
)

_SLACK = 1_000
"""A store may hold this many withdrawn vectors, and as many as live ones, before it is built anew."""
_REMEMBERED = 50
_MOST_MISSES = 5
_UNLIKE = 1e-3
"""Chroma may scale vectors to length one, which half precision has them to about this."""
_WATCH_SECONDS = 2.0


class DerivedVectors:
    """Owns the Chroma folder of a library, when no other process does."""

    def __init__(self, library: Library, notify: Callable[[str], None], take: bool = True) -> None:
        """Take the folder, if it is free, and start to open it in the background; leave it alone without ``take``.

        ``notify`` gets a line when the store had to be repaired or rebuilt.
        """
        self._library = library
        self._notify = notify
        self._guard = threading.Lock()
        self._store: ChromaStore | None = None
        self._misses: deque[bool] = deque(maxlen=_REMEMBERED)
        self._rebuilt = False
        self._lock: FileLock | None = take_ownership(library.home) if take else None
        self._thread = threading.Thread(target=self._open)
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="chroma watch", daemon=True)
        if self._lock:
            self._watcher.start()
            if library.indexed_with():
                self._start()

    @property
    def owner(self) -> bool:
        """Whether this process owns the Chroma folder."""
        return self._lock is not None

    def wait(self) -> None:
        """Wait until the store is open, or has failed to."""
        if self._thread.is_alive():
            self._thread.join()

    def query(self, vector: Vectors, limit: int) -> list[int] | None:
        """Return the ids of the nearest chunks, or None while the store cannot be asked."""
        with self._guard:
            if self._store is None or self._is_outdated(self._store):
                return None
            try:
                self._follow(self._store)
                return self._store.query(vector, limit)
            except Exception as error:  # chromadb raises what its Rust core gives it
                self._drop(error)
                return None

    def report(self, missed: bool) -> None:
        """Count whether an answer of the store missed the exact best, and build it anew when that is too often.

        An approximate index misses now and then; one that does so often has lost vectors. Built anew once: if that
        does not help, the vectors are hard to search, and each question is answered exactly anyway.
        """
        with self._guard:
            self._misses.append(missed)
            if sum(self._misses) < _MOST_MISSES or self._rebuilt or self._store is None or self._thread.is_alive():
                return
            self._rebuilt = True
            self._store.close()
            self._store = None
        self._notify("the Chroma index misses passages that it should find; building it anew from the library")
        self._start(rebuild=True)

    def sync(self) -> None:
        """Bring the store up to the library's newest chunk; opens it in a library that was empty until now."""
        if self.owner and self._store is None and not self._thread.is_alive() and self._library.indexed_with():
            self._start()
        self.wait()
        with self._guard:
            outdated = self._store is not None and self._is_outdated(self._store)
        if outdated:
            self.wait()
        with self._guard:
            if self._store is not None:
                try:
                    self._follow(self._store)
                except Exception as error:  # as above; the library itself is safe
                    self._drop(error)

    def rebuild(self) -> None:
        """Throw the store away and build a new one from the library; returns when that is done."""
        self.wait()
        with self._guard:
            if self._store is not None:
                self._store.close()
                self._store = None
        if self.owner and self._library.indexed_with():
            self._start(rebuild=True)
            self.wait()

    def problems(self) -> list[str]:
        """Return what differs between the store and the library, in words; empty when all is well."""
        self.wait()
        if not self.owner or not self._library.indexed_with():
            return []
        with self._guard:
            if self._store is None:
                return ["the Chroma index cannot be opened"]
            if self._store.identity != self._library.identity():
                return ["the Chroma index is of an earlier state of the library, and is to be built anew"]
            try:
                self._follow(self._store)
                return _compared(dict(self._library.chunk_vectors()), self._store)
            except Exception as error:  # chromadb raises what its Rust core gives it
                self._drop(error)
                return ["the Chroma index cannot be read"]

    def close(self) -> None:
        """Finish what is under way and give the folder free."""
        self._closing.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self.wait()
        with self._guard:
            if self._store is not None:
                self._store.close()
                self._store = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _start(self, rebuild: bool = False) -> None:
        self._thread = threading.Thread(target=self._open, args=(rebuild,), name="chroma", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        """See to it that what another process purges leaves Chroma's files soon, also when nobody asks anything."""
        while not self._closing.wait(_WATCH_SECONDS):
            with self._guard, suppress(LibraryError):
                if self._store is not None:
                    self._is_outdated(self._store)

    def _is_outdated(self, store: ChromaStore) -> bool:
        """Build a store anew in the background when the library has moved to another model, or forgot something."""
        if store.identity == self._library.identity():
            return False
        store.close()
        self._store = None
        self._start(rebuild=True)
        return True

    def _follow(self, store: ChromaStore) -> None:
        store.add(self._library.chunk_vectors(after=store.newest))

    def _drop(self, error: Exception) -> None:
        self._store = None
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        self._notify(f"the Chroma index failed ({first_line[:120]}); answers go on from the library")

    def _open(self, rebuild: bool = False) -> None:
        try:
            if needs_scrub(self._library) and scrub(self._library):
                self._notify("a purge that was interrupted has been finished")
            store = None if rebuild else self._open_sound()
            if store is None:
                store = build(self._library.home, self._library.identity(), self._library.chunk_vectors())
            with self._guard:
                self._store = store
        except Exception as error:  # a full disk, a damaged folder: exact search goes on
            if not self._library.closed:
                self._drop(error)

    def _open_sound(self) -> ChromaStore | None:
        folder = newest_folder(self._library.home, self._library.identity())
        keys = [chunk_id for chunk_id, _ in self._library.chunk_keys()]
        if folder is None:
            if keys and not has_store_of(self._library.home, self._library.uid):
                damaged = _has_files(self._library.home / FOLDER)
                self._notify(
                    "the Chroma index cannot be read; building it anew from the library"
                    if damaged
                    else "building the Chroma index from the library"
                )
            return None
        if not self._is_usable(folder, keys):
            self._notify("the Chroma index is damaged; building it anew from the library (nothing is lost)")
            return None
        store = ChromaStore(folder, self._library.identity())
        if store.count() > 2 * len(keys) + _SLACK:
            store.close()
            self._notify("the Chroma index holds many withdrawn vectors; building it anew")
            return None
        self._follow(store)
        return store

    def _is_usable(self, folder: Path, keys: Sequence[int]) -> bool:
        """Tell whether a store can be opened in this process, which a damaged one would end."""
        whole = is_whole(folder)
        if whole is not None:
            return whole
        newest = filled_to(folder)
        filled = [n for n in keys if n <= newest]
        wanted = set(sample(filled))
        expected = {n: vector for n, vector in self._library.chunk_vectors() if n in wanted}
        return is_sound(folder, expected, least=len(filled))


def _compared(live: dict[int, Vectors], store: ChromaStore) -> list[str]:
    """Return how what a store holds differs from the live chunks' vectors; withdrawn ones may be in it, too."""
    left = dict(live)
    different = 0
    for chunk_id, vector in store.pairs():
        known = left.pop(chunk_id, None)
        unlike = known is not None and (len(known) != len(vector) or not np.allclose(known, vector, atol=_UNLIKE))
        different += unlike
    found = [f"{len(left)} vectors are missing from the Chroma index"] if left else []
    return [*found, f"{different} vectors in the Chroma index are not the library's"] if different else found


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
