"""Adding on Ray: files are read and articles embedded by workers; what is done is committed here, in order.

The library decides what is work: an article that it holds is not sent out to be embedded, so that the same command,
given again, goes on where it was ended. Only this process writes to it, each article in one transaction.
"""

import contextlib
import pickle
import select
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from typing import IO, Any, Literal, TypeVar

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, UsageError
from footnote.corpus.result import Refusal, SourcedArticle
from footnote.corpus.sources import Item, UnreadFile, list_sources
from footnote.index.bulk.gateway import MOST_DEATHS, Begin, Begun, Done, Failed, Task, send
from footnote.index.bulk.worker import TASKS_AT_ONCE, Encoding
from footnote.index.embedding.minilm import precision
from footnote.index.identify import Added, identify
from footnote.index.passages import PassageIndex

_START = "from footnote.index.bulk.gateway import main; main()"
_CONNECT_SECONDS = 5.0
_BEGIN_SECONDS = 180.0
"""Joining takes seconds, and so does starting a cluster, of a dozen processes; on a busy computer either takes long."""
_STOP_SECONDS = 20.0
_AHEAD = 2  # for each task that a worker has, so many are read or embedded ahead of what is committed
_GONE = "the Ray cluster is gone; what was added is kept, and the same command goes on from there"
_LOST = f"{MOST_DEATHS} workers died over it; add it without --engine ray"

_T = TypeVar("_T")
_S = TypeVar("_S")


class RayEngine(contextlib.AbstractContextManager["RayEngine"]):
    """Reads sources and adds articles with the workers of a Ray cluster. Use it as a context manager, from one thread.

    Raises ``UsageError`` where Ray is not installed, ``ModelError`` where the model cannot be loaded, and, as each of
    the methods may, ``LibraryError`` where the cluster does not answer, or cannot do the work.
    """

    def __init__(self, index: PassageIndex, address: str = "", allow_download: bool = False) -> None:
        """Join the cluster at ``address``; where that is empty, start one here, for as long as this is open."""
        if find_spec("ray") is None:
            raise UsageError("--engine ray needs Ray: pip install 'footnote[ray]'")
        if _is_deaf(address):
            raise _no_answer(address)
        self._index = index
        self._results: dict[int, Any] = {}
        self._sent = 0
        # -P and the folder: a worker looks for modules where this process starts, which may hold anybody's files
        self._gateway = subprocess.Popen(
            [sys.executable, "-P", "-c", _START],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=sys.prefix, start_new_session=True,
        )  # fmt: skip
        try:
            made, before = index.made_with(), index.library.indexed_with()
            if before:  # tells where the model is found, if no other place is named
                made = replace(made, location=made.location or before.location)
            self._send(Begin(address, Encoding(made, precision().name, allow_download)))
            if not select.select([self._pipes()[1]], [], [], _BEGIN_SECONDS)[0]:
                raise _no_answer(address)
            begun: Begun = self._received()
            self._ahead = begun.workers * TASKS_AT_ONCE * _AHEAD
        except BaseException:
            self._gateway.kill()  # while it joins, it does not listen; what it has started here ends with it
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster, or end the one that was started here."""
        inlet, outlet = self._pipes()
        with contextlib.suppress(OSError):  # what could not be written is dropped
            inlet.close()
        outlet.close()
        try:
            self._gateway.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._gateway.kill()
            self._gateway.wait()

    def read(self, sources: Iterable[str], *, allow_private: bool = False) -> Iterator[Item]:
        """Yield what `corpus.sources.read_sources` does, in the same order."""
        listed = list_sources(sources, allow_private=allow_private)
        for source, task in self._ahead_of(listed, self._reading):
            if not isinstance(source, UnreadFile):
                yield source
            elif (items := self._result(task)) is None:
                yield Refusal(source.path, _LOST)
            else:
                yield from items

    def add(self, found: Iterable[SourcedArticle]) -> Iterator[Added | Refusal]:
        """Add articles, each in a transaction of its own, and yield each outcome once it is committed."""
        for item, (article, task) in self._ahead_of(found, self._embedding):
            if not task:
                yield self._index.commit(item)
            elif (chunks := self._result(task)) is None:
                yield Refusal(article.source or article.id, _LOST)
            else:
                yield self._index.commit(item, article, chunks)

    def _reading(self, source: Item | UnreadFile) -> int:
        return self._submit("read", source) if isinstance(source, UnreadFile) else 0

    def _embedding(self, item: SourcedArticle) -> tuple[Article, int]:
        article, done = identify(self._index.library, item)
        return article, 0 if done else self._submit("encode", article)

    def _ahead_of(self, items: Iterable[_T], submit: Callable[[_T], _S]) -> Iterator[tuple[_T, _S]]:
        """Yield each of ``items`` with what ``submit`` says of it; those after it are submitted before."""
        waiting: deque[tuple[_T, _S]] = deque()
        for item in items:
            waiting.append((item, submit(item)))
            if len(waiting) > self._ahead:
                yield waiting.popleft()
        yield from waiting

    def _submit(self, method: Literal["read", "encode"], argument: object) -> int:
        """Send a task; returns its number, from 1."""
        self._sent += 1
        self._send(Task(self._sent, method, argument))
        return self._sent

    def _result(self, task: int) -> Any:  # noqa: ANN401 - what the method returns
        """Return what a task returned, once it is there; None when it was given up."""
        while task not in self._results:
            done: Done = self._received()
            self._results[done.number] = done.result
        return self._results.pop(task)

    def _send(self, message: object) -> None:
        try:
            send(self._pipes()[0], message)
        except BrokenPipeError:
            self._received()  # what it said at last
            raise LibraryError(_GONE) from None

    def _received(self) -> Any:  # noqa: ANN401 - one of several messages
        try:
            message = pickle.load(self._pipes()[1])
        except (EOFError, pickle.UnpicklingError):
            raise LibraryError(_GONE) from None
        if isinstance(message, Failed):
            raise LibraryError(f"Ray cannot go on: {message.reason}")
        return message

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._gateway.stdin is not None
        assert self._gateway.stdout is not None
        return self._gateway.stdin, self._gateway.stdout


def _is_deaf(address: str) -> bool:
    """Tell that nothing listens at ``address``, where that is a host and a port: Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or "/" in host:
        return False
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except (OSError, OverflowError):
        return True
    return False


def _no_answer(address: str) -> LibraryError:
    where = f"at {address} " if address else ""
    return LibraryError(f"the Ray cluster {where}does not answer; check it, or add without --engine ray")
