"""Chunk vectors in Chroma: derived from the library, asked for candidates and believed, and built anew when in doubt.

Chroma's embedded store belongs to one process at a time, which a lock file tells, and can be killed into a state that
it never opens from. So: vectors only, no text; a collection only ever grows (what is withdrawn is filtered out by the
library); and a mark beside it says of which library it is, how much it holds, and whether it was being written, or left
open twice in a row, when a process ended. Where identity and count are the library's, it is used, else built anew,
without embedding anything. All of that happens in a background thread; until it is done, and in processes that do not
own the folder, the caller searches exactly.

hnswlib makes room for vectors that are still to come, does not clear it, and writes all of it to disk when an index is
made: words of any article that the process has read, erased ones among them. That room is cleared here, in place.
"""

from __future__ import annotations

import json
import shutil
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from footnote.corpus.errors import LibraryError
from footnote.corpus.offline import silence
from footnote.index.database.purge import needs_scrub, scrub
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library

FOLDER = "chroma"
_COLLECTION = "chunks"
_MARK = "footnote.json"
_BATCH = 2_000
HNSW: dict[str, Any] = {"space": "cosine", "ef_search": 200}
"""How Chroma indexes, in its own words."""
_LEFT_OPEN = 2
"""A store that was not closed so many times in a row may be what ends processes."""
_SLACK = 1_000
"""A store may hold this many withdrawn vectors, and as many as live ones, before it is built anew."""
RECALL = 0.99
"""Chroma must find this share of the ten nearest chunks, or is built anew."""
_ASKED, _NEAREST = 50, 10
_AS_NEAR = 1e-3
"""A chunk that is this near to the tenth is as good as one of the ten: vectors are kept in half precision."""
_UNLIKE = 1e-3
"""Chroma may scale vectors to length one, which half precision has them to about this."""
_WATCH_SECONDS = 2.0
_HEADER = struct.Struct("=iQQQQ")
"""The start of header.bin: version, offset of the links, room (vectors), vectors, bytes of each."""
_VERSION = 1
_LENGTH_BYTES = 4


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
                if found := _compared(dict(self._library.chunk_vectors()), self._store):
                    return found
            except Exception as error:  # chromadb raises what its Rust core gives it
                self._drop(error)
                return ["the Chroma index cannot be read"]
        recall = self.recall()
        return [f"Chroma finds {recall:.1%} of the ten nearest chunks"] if recall < RECALL else []

    def recall(self) -> float:
        """Return what share of the ten nearest live chunks Chroma finds, 0 to 1, of some chunks' own vectors."""
        vectors = dict(self._library.chunk_vectors())
        if not vectors:
            return 1.0
        ids, rows = list(vectors), np.stack(list(vectors.values()))
        asked = np.linspace(0, len(ids) - 1, min(_ASKED, len(ids))).astype(np.intp)
        hits = wanted = 0
        for vector in rows[asked]:
            cosines = rows @ vector
            least = min(_NEAREST, len(ids))
            tenth = np.partition(cosines, -least)[-least] - _AS_NEAR
            live = [n for n in self.query(vector, 2 * _NEAREST) or () if n in vectors][:_NEAREST]
            hits += sum(bool(vectors[n] @ vector >= tenth) for n in live)
            wanted += least
        return hits / wanted

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
        """Return the newest store, where it is the library's and holds what it held; None where one is to be built."""
        home, identity = self._library.home, self._library.identity()
        folder = newest_folder(home, identity)
        live = len(self._library.chunk_keys())
        if folder is None:
            if live and not has_store_of(home, self._library.uid):
                damaged = _has_files(home / FOLDER)
                self._notify(
                    "the Chroma index cannot be read; building it anew from the library"
                    if damaged
                    else "building the Chroma index from the library"
                )
            return None
        store = open_store(folder, identity)
        if store is None:
            self._notify("the Chroma index is damaged; building it anew from the library (nothing is lost)")
            return None
        if store.count() > 2 * live + _SLACK:
            store.close()
            self._notify("the Chroma index holds many withdrawn vectors; building it anew")
            return None
        self._follow(store)
        return store


class ChromaStore:
    """The vectors of one library's chunks, open in this process."""

    def __init__(self, folder: Path, identity: str) -> None:
        """Open the store in ``folder``, or make it."""
        self.folder = folder
        self.identity = identity
        self._writing = False
        mark = _read_mark(folder)
        self.newest, self._size = int(mark.get("newest", 0)), int(mark.get("count", 0))
        self._opened = int(mark.get("opened", 0)) + 1
        self._mark()
        self._client = _client(folder)
        self._collection = self._client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": dict(HNSW)}
        )
        self.count()  # opening it writes the index of a small one anew
        clear_unused(folder)

    def add(self, vectors: Iterable[tuple[int, Vectors]]) -> int:
        """Add (chunk id, vector) pairs, ids rising; returns how many. Adding one again changes nothing."""
        added = 0
        for batch in _batches(vectors):
            if not self._writing:
                self._mark(writing=True)
            ids = [n for n, _ in batch]
            self._collection.upsert(ids=[str(n) for n in ids], embeddings=np.stack([vector for _, vector in batch]))
            self.newest = max(self.newest, *ids)
            self._mark(writing=True)
            added += len(ids)
        if added:
            self.count()
            # Chroma writes its index files at a count or a query that comes after, too
            self._collection.query(query_embeddings=[batch[-1][1]], n_results=1, include=[])
            clear_unused(self.folder)
            self._mark()
        return added

    def query(self, vector: Vectors, limit: int) -> list[int]:
        """Return the ids of the nearest chunks by cosine, nearest first; withdrawn ones may be among them."""
        size = min(limit, self._size)
        if not size:
            return []
        found = self._collection.query(query_embeddings=[vector], n_results=size, include=[])
        return [int(n) for n in found["ids"][0]]

    def count(self) -> int:
        """Return how many vectors it holds, withdrawn ones included."""
        self._size = int(self._collection.count())
        return self._size

    def ids(self) -> set[int]:
        """Return the ids of all its vectors."""
        found: set[int] = set()
        while page := self._collection.get(limit=_BATCH, offset=len(found), include=[])["ids"]:
            found.update(int(n) for n in page)
        return found

    def pairs(self) -> Iterator[tuple[int, Vectors]]:
        """Yield (chunk id, vector) of all that it holds, as it holds them."""
        seen = 0
        while (page := self._collection.get(limit=_BATCH, offset=seen, include=["embeddings"]))["ids"]:
            seen += len(page["ids"])
            yield from zip(map(int, page["ids"]), page["embeddings"], strict=True)

    def close(self) -> None:
        """Release the files; the store must not be used afterwards."""
        self._client.close()
        if not self._writing:
            self._opened = 0
            with suppress(OSError):  # a full disk: the store is looked at, or built anew, when it is opened
                self._mark()

    def _mark(self, writing: bool = False) -> None:
        self._writing = writing
        state = {"count": self._size, "writing": writing, "opened": self._opened}
        _write_mark(self.folder, {"identity": self.identity, "newest": self.newest, **state})


def take_ownership(home: Path) -> FileLock | None:
    """Take the lock that makes this process the owner of the Chroma folder; None when another has it.

    The system frees the lock when a process ends, however it ends.
    """
    lock = FileLock(str(home / f"{FOLDER}.lock"), blocking=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as error:
        raise LibraryError(
            f"{lock.lock_file} cannot be written; check its permissions, and that it is a file ({error.strerror})"
        ) from None
    return lock


def newest_folder(home: Path, identity: str) -> Path | None:
    """Return the newest store of this library and model, if there is a finished one."""
    return next((folder for folder in reversed(_folders(home)) if _read_mark(folder).get("identity") == identity), None)


def has_store_of(home: Path, uid: str) -> bool:
    """Tell whether there is a readable store of this library, of whatever state of it."""
    return any(str(_read_mark(folder).get("identity")).startswith(f"{uid}/") for folder in _folders(home))


def open_store(folder: Path, identity: str) -> ChromaStore | None:
    """Open the store in a folder; None where it does not hold what its mark says, or cannot be opened."""
    mark = _read_mark(folder)
    if mark.get("writing") or int(mark.get("opened", 0)) >= _LEFT_OPEN:
        return None
    try:
        store = ChromaStore(folder, identity)
        if store.count() == mark.get("count"):
            return store
        store.close()
    except BaseException:  # panics of Chroma's core are no `Exception`
        pass
    return None


def build(home: Path, identity: str, vectors: Iterable[tuple[int, Vectors]]) -> ChromaStore:
    """Build a new store beside the old ones, then remove those. Only the owner of the folder may call this."""
    old = _folders(home)
    number = int(old[-1].name) + 1 if old else 1
    folder = home / FOLDER / f"{number:06d}"
    folder.mkdir(parents=True)
    store = ChromaStore(folder, identity)
    store.add(vectors)
    for unused in old:
        shutil.rmtree(unused, ignore_errors=True)
    return store


def _folders(home: Path) -> list[Path]:
    """Return the stores under ``home``, oldest first."""
    return sorted(folder for folder in (home / FOLDER).glob("[0-9]*") if folder.name.isdigit())


def _client(folder: Path) -> Any:  # noqa: ANN401 - chromadb is untyped
    silence()
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _batches(pairs: Iterable[tuple[int, Vectors]]) -> Iterator[list[tuple[int, Vectors]]]:
    iterator = iter(pairs)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _read_mark(folder: Path) -> dict[str, Any]:
    try:
        mark = json.loads((folder / _MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def _write_mark(folder: Path, mark: dict[str, Any]) -> None:
    """Record, in one step, what the store holds and in what state it is."""
    temporary = folder / f"{_MARK}.new"
    temporary.write_text(json.dumps(mark), "utf-8")
    temporary.replace(folder / _MARK)


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


def clear_unused(folder: Path) -> None:
    """Overwrite with zeros what no vector uses, in each index below ``folder``; nothing where that is zeros already.

    Only the process that has the store open may call this, and not while it writes.

    Raises:
        OSError: a file cannot be read or written.
        ValueError: a header is not one that this knows.
    """
    for header in folder.rglob("header.bin"):
        vectors, size = _held(header)
        _clear(header.with_name("data_level0.bin"), vectors * size)
        _clear(header.with_name("length.bin"), vectors * _LENGTH_BYTES)


def _held(header: Path) -> tuple[int, int]:
    """Return how many vectors an index holds on disk, and the bytes that each takes."""
    content = header.read_bytes()
    if len(content) < _HEADER.size:
        raise ValueError(f"{header} is too short")
    version, _, _, vectors, size = _HEADER.unpack_from(content)
    if version != _VERSION:
        raise ValueError(f"{header} is of version {version}, not {_VERSION}")
    return vectors, size


def _clear(path: Path, start: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        unused = file.read()
        zeros = bytes(len(unused))
        if unused != zeros:
            file.seek(start)
            file.write(zeros)
