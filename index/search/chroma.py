"""Chroma's stores: embedded in the library's folder, or on a server.

The embedded store belongs to one process at a time, which a lock file tells, and can be killed into a state that it
never opens from. So: vectors only, no text; nothing is ever deleted; and a mark beside it says of which library it is,
how much it holds, and whether it was being written, or left open twice in a row, when a process ended.

hnswlib makes room for vectors that are still to come, does not clear it, and writes all of it to disk when an index is
made: words of any article that the process has read, erased ones among them. That room is cleared here, in place.

A server is asked and written to by any number of processes. A collection's name is that of the library and of its
state; chunk ids are the keys, and each process adds, under them, all that it does not know to be there: to write
something twice changes nothing. What is known to be there is in the collection's own metadata, written after it. A
server that is gone for a while is asked again; what it has lost, or cannot read, is made anew from the library.
"""

import json
import os
import shutil
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from footnote.corpus.errors import LibraryError
from footnote.corpus.offline import silence
from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library

FOLDER = "chroma"
_MARK = "footnote.json"
_BATCH = 2_000
HNSW: dict[str, Any] = {"space": "cosine", "ef_search": 200, "ef_construction": 200, "max_neighbors": 32}
"""How Chroma indexes, in its own words; a store that is there stays as it was made.

With its 16 neighbours and 100 looked at, a chunk that is like no other may have no way to it in 100,000: docs/speed.md.
"""
_LOOKED_AT = 200
"""It looks at one in so many of a large store's vectors: a fixed number finds ever fewer of the nearest as it grows."""
_LEFT_OPEN = 2  # a store that was not closed so many times in a row may be what ends processes
_SLACK = 1_000  # a store may hold this many withdrawn vectors, and as many as live ones, before it is built anew
_PATIENCE_SECONDS = 60.0
_HEADER = struct.Struct("=iQQQQ")
"""The start of header.bin: version, offset of the links, room (vectors), vectors, bytes of each."""
_VERSION = 1
_LENGTH_BYTES = 4
_BLOCK = 1 << 20


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
        chromadb, settings = _chromadb()
        self._client = chromadb.PersistentClient(path=str(folder), settings=settings)
        self._collection = _collection(self._client, "chunks")
        self.count()  # opening it writes the index of a small one anew
        clear_unused(folder)

    def add(self, vectors: Iterable[tuple[int, Vectors]]) -> int:
        """Add (chunk id, vector) pairs, ids rising; returns how many. Adding one again changes nothing."""
        added = 0
        for batch in batches(vectors):
            if not self._writing:
                self._mark(writing=True)
            self._upsert(batch)
            self._mark(writing=True)
            added += len(batch)
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
        asked = max(size, self._size // _LOOKED_AT)  # it looks at no fewer than it is asked for
        found = self._collection.query(query_embeddings=[vector], n_results=asked, include=[])
        return [int(n) for n in found["ids"][0][:size]]

    def count(self) -> int:
        """Return how many vectors it holds, withdrawn ones included."""
        self._size = int(self._collection.count())
        return self._size

    def is_mostly_withdrawn(self, live: int) -> bool:
        """Tell whether a good deal more than ``live`` vectors are in it, so that it is better built anew."""
        return self._size > 2 * live + _SLACK

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

    def _upsert(self, batch: Sequence[tuple[int, Vectors]]) -> None:
        embeddings = np.stack([vector for _, vector in batch])
        self._collection.upsert(ids=[str(n) for n, _ in batch], embeddings=embeddings)
        self.newest = max(self.newest, batch[-1][0])

    def _mark(self, writing: bool = False) -> None:
        self._writing = writing
        state = {"count": self._size, "writing": writing, "opened": self._opened}
        _write_mark(self.folder, {"identity": self.identity, "newest": self.newest, **state})


class ChromaFolder:
    """Where the stores of a library are: a folder that one process owns at a time."""

    comes_back = False
    """Whether a store that failed is worth another try."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = FileLock(str(home / f"{FOLDER}.lock"), blocking=False, thread_local=False)

    def take(self) -> bool:
        """Become the owner of the folder, if no other process is; the system frees it when a process ends."""
        try:
            self._lock.acquire()
        except Timeout:
            return False
        except OSError as error:
            where, why = self._lock.lock_file, error.strerror
            raise LibraryError(
                f"{where} cannot be written; check its permissions, and that it is a file ({why})"
            ) from None
        return True

    def release(self) -> None:
        """Give the folder free."""
        self._lock.release()

    def open(self, library: Library, notify: Callable[[str], None]) -> ChromaStore | None:
        """Return the newest store, where it is the library's and holds what it held; None where one is to be built."""
        home, identity = self._home, library.identity()
        folder = newest_folder(home, identity)
        live = library.chunk_count()
        if folder is None:
            if live and not has_store_of(home, library.meta("uid")):
                there = (home / FOLDER).is_dir() and any((home / FOLDER).iterdir())
                damaged = "the Chroma index cannot be read; building it anew from the library"
                notify(damaged if there else "building the Chroma index from the library")
            return None
        store = open_store(folder, identity)
        if store is None:
            notify("the Chroma index is damaged; building it anew from the library (nothing is lost)")
            return None
        if store.is_mostly_withdrawn(live):
            store.close()
            notify("the Chroma index holds many withdrawn vectors; building it anew")
            return None
        return store

    def build(self, library: Library) -> ChromaStore:
        """Build a new store from the library, then remove the old ones."""
        return build(self._home, library.identity(), library.chunk_vectors())


class ServerStore(ChromaStore):
    """The vectors of one library's chunks, on a server."""

    def __init__(self, client: Any, name: str, identity: str) -> None:  # noqa: ANN401 - chromadb is untyped
        """Open the collection of this name, or make it."""
        self.identity = identity
        self._client = client
        self._collection = _collection(client, name, newest=0, count=0)
        mark = self._collection.metadata
        self.newest, self._least = int(mark["newest"]), int(mark["count"])
        self.count()

    def is_whole(self) -> bool:
        """Tell whether all is there that was; what it raises says that it cannot be searched."""
        for _, vector in islice(self.pairs(), 1):
            self.query(vector, 1)
        return self._size >= self._least

    def add(self, vectors: Iterable[tuple[int, Vectors]]) -> int:
        """Add (chunk id, vector) pairs, ids rising; returns how many. Adding one again changes nothing."""
        added = 0
        for batch in batches(vectors):
            self._upsert(batch)
            self._collection.modify(metadata={"newest": self.newest, "count": self.count()})
            added += len(batch)
        return added

    def close(self) -> None:
        """Let go of the server; the store must not be used afterwards."""
        _close_server_client(self._client)


class ChromaServer:
    """Where the store of a library is: a server, whose collections of other names are left alone."""

    comes_back = True

    def __init__(self, uid: str, address: str, token: str) -> None:
        self._address, self._token = address, token
        self._prefix = f"footnote-{uid}-"

    def take(self) -> bool:
        """Need nothing: whoever writes, writes the same."""
        return True

    def release(self) -> None:
        """Give nothing free."""

    def open(self, library: Library, notify: Callable[[str], None]) -> ServerStore | None:
        """Return the library's store, which may be empty; None where it is damaged, and is to be built.

        Raises ``LibraryError`` where there is no such server.
        """
        with ExitStack() as unless_returned:
            client = self._connected(unless_returned)
            from chromadb.errors import ChromaError

            name = self._name(library)
            with suppress(ChromaError):
                store = ServerStore(client, name, library.identity())
                if store.is_whole() and not store.is_mostly_withdrawn(library.chunk_count()):
                    self._remove(client, but=name)
                    unless_returned.pop_all()
                    return store
        notify("the Chroma server has lost vectors, or holds many withdrawn ones; building its index anew")
        return None

    def build(self, library: Library) -> ServerStore:
        """Remove all collections of the library, and build a new one from it."""
        with ExitStack() as unless_returned:
            client = self._connected(unless_returned)
            self._remove(client)
            store = ServerStore(client, self._name(library), library.identity())
            store.add(library.chunk_vectors())
            unless_returned.pop_all()
            return store

    def _connected(self, unless_returned: ExitStack) -> Any:  # noqa: ANN401 - as above
        client = server_client(self._address, self._token)
        unless_returned.callback(_close_server_client, client)
        return client

    def _name(self, library: Library) -> str:
        return self._prefix + sha256(library.identity().encode()).hexdigest()[:16]

    def _remove(self, client: Any, but: str = "") -> None:  # noqa: ANN401 - as above
        from chromadb.errors import NotFoundError

        for each in client.list_collections():
            if each.name.startswith(self._prefix) and each.name != but:
                with suppress(NotFoundError):  # another process just deleted it
                    client.delete_collection(each.name)


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


def _chromadb() -> tuple[Any, Any]:
    """Return Chroma, and settings in which it reports nothing to anybody."""
    silence()
    import chromadb
    from chromadb.config import Settings

    return chromadb, Settings(anonymized_telemetry=False)


def server_client(address: str, token: str) -> Any:  # noqa: ANN401 - as above
    """Return a client of a Chroma server, with a time limit on each request; raises ``LibraryError`` where none is."""
    import httpx

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:  # asked first, for the client would wait for an answer without end
        httpx.get(f"{address}/api/v2/heartbeat", headers=headers, timeout=_PATIENCE_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise LibraryError(f"the Chroma server at {address} does not answer: {error}") from None
    chromadb, settings = _chromadb()
    url = httpx.URL(address)
    port = url.port or (443 if url.scheme == "https" else 80)
    client = chromadb.HttpClient(url.host, port, url.scheme == "https", headers, settings)
    for each in (client, client._admin_client):
        each._server._session.timeout = _PATIENCE_SECONDS
    return client


def _close_server_client(client: Any) -> None:  # noqa: ANN401 - as above
    """Close a client with its connections, which its own ``close`` leaves open."""
    sessions = [each._server._session for each in (client, client._admin_client)]
    client.close()
    for session in sessions:
        session.close()


def _collection(client: Any, name: str, **about: Any) -> Any:  # noqa: ANN401 - as above
    """Return the collection of this name, made where there is none, with what is to be known ``about`` it."""
    hnsw = {"hnsw": dict(HNSW)}
    return client.get_or_create_collection(name, embedding_function=None, configuration=hnsw, metadata=about or None)


def batches(pairs: Iterable[tuple[int, Vectors]]) -> Iterator[list[tuple[int, Vectors]]]:
    """Yield the pairs as many at a time as are written at once."""
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


def clear_unused(folder: Path) -> None:
    """Overwrite with zeros what no vector uses, in each index below ``folder``; nothing where that is zeros already.

    Only the process that has the store open may call this, and not while it writes. Raises ``OSError`` where a file
    cannot be read or written; ``ValueError`` where a header is not one that this knows.
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
        while unused := file.read(_BLOCK):
            zeros = bytes(len(unused))
            if unused != zeros:
                file.seek(-len(unused), os.SEEK_CUR)
                file.write(zeros)
