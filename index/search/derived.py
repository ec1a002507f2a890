"""Chunk vectors in Chroma: derived from the library, asked for candidates and believed, and built anew when in doubt.

A collection only ever grows (what is withdrawn is filtered out by the library) and says of which library it is, and how
much it holds. Where identity and count are the library's, it is used, else built anew, without embedding anything, in a
background thread; until that is done, and in processes that may not write, the caller searches exactly.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import numpy as np

from footnote.corpus.errors import LibraryError
from footnote.index.database.purge import needs_scrub, scrub
from footnote.index.database.records import unpacked
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library
from footnote.index.search.chroma import ChromaFolder, ChromaServer, ChromaStore, batches

_Found = TypeVar("_Found")

RECALL = 0.99
"""Chroma must find this share of the ten nearest chunks, or is built anew."""
_ASKED, _NEAREST = 50, 10
_AS_NEAR = 1e-3  # a chunk that is this near to the tenth is as good as one of the ten: vectors are kept rounded
_UNLIKE = 1e-3  # Chroma may scale vectors to length one, which rounded ones have to about this
_WATCH_SECONDS = 2.0


class DerivedVectors:
    """The vectors of a library in Chroma: in a folder that one process owns, or on a server that any may write to."""

    def __init__(
        self, library: Library, notify: Callable[[str], None], take: bool = True, server: str = "", token: str = ""
    ) -> None:
        """Take the folder, if it is free, and start to open it in the background; leave it alone without ``take``.

        With ``server``, an address, the vectors are there, and ``token`` is sent along. ``notify`` gets a line when the
        store had to be repaired or rebuilt.
        """
        self._library = library
        self._notify = notify
        self._place = ChromaServer(library.meta("uid"), server, token) if server else ChromaFolder(library.home)
        self._failed = False
        self._guard = threading.Lock()
        self._store: ChromaStore | None = None
        self.owner = take and self._place.take()  # whether this process may write to the store
        self._thread = threading.Thread(target=self._open)
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="chroma watch", daemon=True)
        if self.owner:
            self._watcher.start()
            if library.indexed_with():
                self._start()

    def wait(self) -> None:
        """Wait until the store is open, or has failed to."""
        if self._thread.is_alive():
            self._thread.join()

    def query(self, vector: Vectors, limit: int) -> list[int] | None:
        """Return the ids of the nearest chunks, or None while the store cannot be asked."""
        with self._guard:
            if self._store is None or self._is_outdated(self._store):
                return None
            return self._asked(self._store, lambda store: store.query(vector, limit))

    def sync(self) -> None:
        """Bring the store up to the library's newest chunk; opens it in a library that was empty until now."""
        if self.owner and self._store is None and not self._thread.is_alive() and self._library.indexed_with():
            self._start()
        self.wait()
        with self._guard:
            if self._store is not None:
                self._is_outdated(self._store)
        self.wait()  # for a new one that is being built, also where the watcher began that
        with self._guard:
            if self._store is not None:
                self._asked(self._store, lambda store: True)

    def rebuild(self) -> None:
        """Throw the store away and build a new one from the library; returns when that is done."""
        self._let_go()
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
            found = self._asked(self._store, lambda store: _compared(self._library, store))
        if found is None:
            return ["the Chroma index cannot be read"]
        if found:
            return found
        recall = self.recall()
        return [f"Chroma finds {recall:.1%} of the ten nearest chunks"] if recall < RECALL else []

    def recall(self) -> float:
        """Return what share of the ten nearest live chunks Chroma finds, 0 to 1, of some chunks' own vectors."""
        keys = self._library.chunk_keys()
        if not keys:
            return 1.0
        some = np.linspace(0, len(keys) - 1, min(_ASKED, len(keys))).astype(int)
        asked = np.stack([*self._library.vectors_of([keys[n][0] for n in some]).values()])
        best = np.empty((0, len(asked)), np.float32)
        for page in self._library.packed_vectors():
            cosines = unpacked(b"".join(stored for _, stored in page), len(page)) @ asked.T
            best = np.sort(np.concatenate([best, cosines]), axis=0)[-_NEAREST:]
        hits = 0
        for vector, least in zip(asked, best[0] - _AS_NEAR, strict=True):
            found = self._library.vectors_of(self.query(vector, 2 * _NEAREST) or ()).values()
            hits += min(_NEAREST, sum(bool(own @ vector >= least) for own in found))
        return hits / best.size

    def close(self) -> None:
        """Finish what is under way and give the folder free."""
        self._closing.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self._let_go()
        if self.owner:
            self.owner = False
            self._place.release()

    def _let_go(self) -> None:
        self.wait()
        with self._guard:
            if self._store is not None:
                self._store.close()
                self._store = None

    def _start(self, rebuild: bool = False) -> None:
        self._thread = threading.Thread(target=self._open, args=(rebuild,), name="chroma", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        """See to it, unasked, that what is purged leaves Chroma soon, and that a server is asked again."""
        while not self._closing.wait(_WATCH_SECONDS):
            with self._guard, suppress(LibraryError):
                if self._store is not None:
                    self._is_outdated(self._store)
                elif self._failed and self._place.comes_back and not self._thread.is_alive():
                    self._start()

    def _is_outdated(self, store: ChromaStore) -> bool:
        """Build a store anew in the background when the library has moved to another model, or forgot something."""
        if store.identity == self._library.identity():
            return False
        store.close()
        self._store = None
        self._start()
        return True

    def _follow(self, store: ChromaStore) -> None:
        store.add(self._library.chunk_vectors(after=store.newest))

    def _asked(self, store: ChromaStore, question: Callable[[ChromaStore], _Found]) -> _Found | None:
        """Return what a store says once it is up to the newest chunk; None, and it is dropped, where it fails."""
        try:
            self._follow(store)
            return question(store)
        except Exception as error:  # chromadb raises what its Rust core gives it; the library itself is safe
            self._drop(error)
            return None

    def _drop(self, error: Exception) -> None:
        if self._store is not None and self._place.comes_back:
            self._store.close()
        self._store = None
        if not self._failed:
            first_line = (str(error).splitlines() or [type(error).__name__])[0]
            self._notify(f"the Chroma index failed ({first_line[:120]}); answers go on from the library")
        self._failed = True

    def _open(self, rebuild: bool = False) -> None:
        try:
            if needs_scrub(self._library) and scrub(self._library):
                self._notify("a purge that was interrupted has been finished")
            store = None if rebuild else self._place.open(self._library, self._notify)
            if store is None:
                store = self._place.build(self._library)
            else:
                self._follow(store)
            with self._guard:
                self._store = store
            if self._failed:
                self._notify("the Chroma index answers again")
            self._failed = False
        except Exception as error:  # a full disk, a damaged folder, no server: exact search goes on
            if not self._library.closed:
                self._drop(error)


def _compared(library: Library, store: ChromaStore) -> list[str]:
    """Return how what a store holds differs from the live chunks' vectors; withdrawn ones may be in it, too."""
    missing, different = library.chunk_count(), 0
    for page in batches(store.pairs()):
        live = library.vectors_of([chunk_id for chunk_id, _ in page])
        missing -= len(live)
        known = [(live[chunk_id], vector) for chunk_id, vector in page if chunk_id in live]
        different += sum(len(own) != len(its) or not np.allclose(own, its, atol=_UNLIKE) for own, its in known)
    found = [f"{missing} vectors are missing from the Chroma index"] if missing else []
    return [*found, f"{different} vectors in the Chroma index are not the library's"] if different else found
