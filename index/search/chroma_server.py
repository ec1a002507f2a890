"""Chunk vectors on a Chroma server, which any number of processes ask and write to.

A collection's name is that of the library and of its state; chunk ids are the keys, and each process adds, under them,
all that it does not know to be there: to write something twice changes nothing. What is known to be there is in the
collection's own metadata, written after it. A server that is gone for a while is asked again; what it has lost, or
cannot read any more, is made anew from the library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from typing import Any

from footnote.index.embedding.encoder import Vectors
from footnote.index.library import Library
from footnote.index.search.chroma import (
    ChromaStore,
    batches,
    close_server_client,
    collection,
    delete_collection,
    is_chroma_error,
    server_client,
)


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

        Raises:
            LibraryError: there is no such server.
        """
        with ExitStack() as unless_returned:
            client = server_client(self._address, self._token)
            unless_returned.callback(close_server_client, client)
            name = self._name(library)
            try:
                store = ServerStore(client, name, library.identity())
                if store.is_whole() and not store.is_mostly_withdrawn(library.chunk_count()):
                    self._remove(client, but=name)
                    unless_returned.pop_all()
                    return store
            except Exception as error:
                if not is_chroma_error(error):
                    raise
        notify("the Chroma server has lost vectors, or holds many withdrawn ones; building its index anew")
        return None

    def build(self, library: Library) -> ServerStore:
        """Remove all collections of the library, and build a new one from it."""
        with ExitStack() as unless_returned:
            client = server_client(self._address, self._token)
            unless_returned.callback(close_server_client, client)
            self._remove(client)
            store = ServerStore(client, self._name(library), library.identity())
            store.add(library.chunk_vectors())
            unless_returned.pop_all()
            return store

    def _name(self, library: Library) -> str:
        return self._prefix + sha256(library.identity().encode()).hexdigest()[:16]

    def _remove(self, client: Any, but: str = "") -> None:  # noqa: ANN401 - chromadb is untyped
        for each in client.list_collections():
            if each.name.startswith(self._prefix) and each.name != but:
                delete_collection(client, each.name)


class ServerStore(ChromaStore):
    """The vectors of one library's chunks, on a server."""

    def __init__(self, client: Any, name: str, identity: str) -> None:  # noqa: ANN401 - chromadb is untyped
        """Open the collection of this name, or make it."""
        self.identity = identity
        self._client = client
        self._collection = collection(client, name, newest=0, count=0)
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
        close_server_client(self._client)
