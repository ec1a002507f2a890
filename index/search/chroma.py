"""Chunk vectors in Chroma: derived from the library, and thrown away when in doubt.

Chroma's embedded store can be killed into a state that it never opens from, or from which it opens and then ends the
process at some later write; it belongs to one process at a time, and has no checksums. So: vectors only, no text; a
lock file tells which process owns it; a collection only ever grows (what is withdrawn is filtered out by the library).
A mark beside it says what it holds, that it is being written, or, once closed, the checksum of each file. One that was
being written is not opened again; one without checksums is probed in a child process, which a damaged file may hang or
abort; and when anything is off, or it was not closed twice in a row, a new one is built, without embedding anything.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from footnote.corpus.errors import LibraryError
from footnote.corpus.offline import silence
from footnote.index.embedding.encoder import Vectors
from footnote.index.search.chroma_free_space import clear_unused

FOLDER = "chroma"
_COLLECTION = "chunks"
_MARK = "footnote.json"
_BATCH = 2_000
_PROBES = 8
_PROBE_SECONDS = 30
HNSW: dict[str, Any] = {"space": "cosine", "ef_search": 200}
"""How Chroma indexes, in its own words."""
_CLOSE = 0.02
"""A chunk's own vector must come back as its nearest within this cosine distance."""


class ChromaStore:
    """The vectors of one library's chunks, open in this process."""

    def __init__(self, folder: Path, identity: str, probing: bool = False) -> None:
        """Open the store in ``folder``, or make it; ``probing`` leaves its mark as it is."""
        self.folder = folder
        self.identity = identity
        self._probing = probing
        self._writing = False
        self._reopened = (folder / _MARK).exists() and is_whole(folder) is None
        self._client = _client(folder)
        self._collection = self._client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={"hnsw": dict(HNSW)},
        )
        self.newest = filled_to(folder)
        self._size = int(self._collection.count())
        if not probing:
            clear_unused(folder)
            self._mark()

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
        if not (self._probing or self._writing):
            self._mark(sums=_sums(self.folder))

    def _mark(self, writing: bool = False, sums: dict[str, str] | None = None) -> None:
        self._writing = writing
        state = {"writing": writing, "reopened": self._reopened, "sums": sums}
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


def filled_to(folder: Path) -> int:
    """Return the id of the newest chunk that the store in ``folder`` is known to hold; 0 when there is none."""
    newest = _read_mark(folder).get("newest", 0)
    return newest if isinstance(newest, int) else 0


def is_whole(folder: Path) -> bool | None:
    """Tell whether a store is as it was closed; None when it was not closed, and only a probe can tell.

    One that was opened after such a probe, and again not closed, is not trusted twice: it may be what ends processes.
    """
    mark = _read_mark(folder)
    if mark.get("sums"):
        return bool(_sums(folder) == mark["sums"])
    return False if mark.get("writing") or mark.get("reopened") else None


def is_sound(folder: Path, expected: dict[int, Vectors], least: int) -> bool:
    """Probe a store in a child process: at least ``least`` vectors, and each of ``expected`` finds itself.

    A store whose files are damaged may hang or kill the process that opens it; the child is ended at its limit.
    """
    known = {str(n): [float(x) for x in vector] for n, vector in expected.items()}
    request = json.dumps({"folder": str(folder.absolute()), "least": least, "known": known})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "footnote.index.search.chroma_probe"],
            input=request,
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0 and done.stdout.strip().endswith("sound")


def probe(folder: Path, known: dict[int, Vectors], least: int) -> bool:
    """Do what `is_sound` asks, in this process."""
    store = ChromaStore(folder, "", probing=True)
    try:
        if store.count() < least:
            return False
        return all(n in store.query(vector, 5) for n, vector in known.items())
    finally:
        store.close()


def sample(ids: Sequence[int]) -> list[int]:
    """Return the few ids that a probe asks for: the first, the last and some between."""
    if len(ids) <= _PROBES:
        return list(ids)
    return [ids[round(n * (len(ids) - 1) / (_PROBES - 1))] for n in range(_PROBES)]


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


def _sums(folder: Path) -> dict[str, str]:
    """Return a checksum of each of Chroma's files, by its place in the store."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(_MARK))
    sums = {}
    for path in files:
        with path.open("rb") as file:
            sums[str(path.relative_to(folder))] = hashlib.file_digest(file, "blake2b").hexdigest()
    return sums
