"""The process that talks to Ray: hands tasks to workers, and gives those of a worker that died to another.

Ray has a process of its own because it takes over signals, prints to standard output, and ends the process that it
lives in when its cluster is gone. Messages are pickles, in on standard input, out on standard output: first how to
begin (`Begin`), and that it has begun (`Begun`); then tasks and their results, in any order. It ends with its input.

These are actors and not Ray Data: whether an article is embedded at all shows only in the library, after it was read,
so that work goes out twice. Ray Data's pipelines go one way, and start their workers anew each time.
"""

from __future__ import annotations

import os
import pickle
import queue
import secrets
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, Literal

from footnote.corpus.text import one_line
from footnote.index.bulk.worker import TASKS_AT_ONCE, Encoding, Worker

MOST_DEATHS = 5
"""A task during which so many workers have died is given up, and so is a cluster on which so many died at the start."""
_OBJECT_BYTES = 100_000_000
"""Memory for what is on its way, in a cluster that is started here; what is more goes to disk."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The cluster's address, empty for one that is started here and ends with this process."""

    address: str
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Begun:
    """The cluster has so many workers."""

    workers: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing more will come, for this reason, which is one line."""

    reason: str


@dataclass(eq=False, slots=True)
class Task:
    """A call of one of `Worker`'s methods; ``deaths`` counts the workers that died during it."""

    number: int
    method: Literal["read", "encode"]
    argument: object
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What a task returned; None when it was given up."""

    number: int
    result: Any


def main() -> None:
    """Serve one engine until it closes standard input, or the work cannot go on."""
    inlet, outlet = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # what Ray prints must not get between the messages
    reply = partial(send, outlet)
    try:
        begin: Begin = pickle.load(inlet)
        dispatcher = Dispatcher(begin, reply)
        threading.Thread(target=_listen, args=(inlet, dispatcher), daemon=True).start()
        dispatcher.run()
    except (EOFError, BrokenPipeError):  # the engine is gone
        pass
    except _StoppedError as error:
        reply(Failed(str(error)))
    except Exception as error:  # Ray raises many kinds
        reply(Failed(_described(error)))


def send(outlet: IO[bytes], message: object) -> None:
    """Write a message, at once."""
    pickle.dump(message, outlet)
    outlet.flush()


def _listen(inlet: IO[bytes], dispatcher: Dispatcher) -> None:
    try:
        while True:
            dispatcher.take(pickle.load(inlet))
    except (EOFError, OSError):
        dispatcher.stop()


class _StoppedError(Exception):
    """The work cannot go on; the message is for the user."""


@dataclass(eq=False, slots=True)
class _Hired:
    """A worker that is ready, and the tasks that it has."""

    actor: Any
    tasks: list[Task] = field(default_factory=list)


class Dispatcher:
    """Hands out tasks. All happens in the thread that calls `run`; the others leave it notes of what came."""

    def __init__(self, begin: Begin, reply: Callable[[object], None]) -> None:
        self._reply = reply
        self._events: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._waiting: deque[Task] = deque()
        self._workers: list[_Hired] = []
        self._unready = 0
        self._encoding = begin.encoding
        self._ray = _connected(begin.address)
        self._hire: Any = self._ray.remote(num_cpus=1, max_concurrency=TASKS_AT_ONCE)(Worker)

    def take(self, task: Task) -> None:
        """Do a task when there is a worker for it. From any thread."""
        self._events.put(partial(self._waiting.append, task))

    def stop(self) -> None:
        """End `run`. From any thread."""
        self._events.put(None)

    def run(self) -> None:
        """Reply to each task with its result, until `stop`."""
        count = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._reply(Begun(count))
        for _ in range(count):
            self._start_worker()
        try:
            while event := self._events.get():
                event()
                self._hand_out()
        finally:
            self._ray.shutdown()

    def _start_worker(self) -> None:
        actor = self._hire.remote()
        self._when_done(actor.prepare.remote(self._encoding), partial(self._prepared, actor))

    def _when_done(self, result: Any, then: Callable[[Future[Any]], None]) -> None:  # noqa: ANN401 - Ray is optional
        result.future().add_done_callback(lambda future: self._events.put(partial(then, future)))

    def _prepared(self, actor: object, future: Future[Any]) -> None:
        error = future.exception()
        if error is None:
            self._unready = 0
            self._workers.append(_Hired(actor))
        elif self._unready < MOST_DEATHS and self._is_death(error):
            self._unready += 1
            self._start_worker()
        else:
            raise _StoppedError(_described(error))

    def _hand_out(self) -> None:
        while self._waiting and self._workers:
            worker = min(self._workers, key=lambda each: len(each.tasks))
            if len(worker.tasks) == TASKS_AT_ONCE:
                return
            task = self._waiting.popleft()
            worker.tasks.append(task)
            result = getattr(worker.actor, task.method).remote(task.argument)
            self._when_done(result, partial(self._ended, worker, task))

    def _ended(self, worker: _Hired, task: Task, future: Future[Any]) -> None:
        worker.tasks.remove(task)
        error = future.exception()
        if error is None:
            self._reply(Done(task.number, future.result()))
            return
        if not self._is_death(error):
            raise _StoppedError(_described(error))
        if worker in self._workers:  # the first of its tasks to tell
            self._workers.remove(worker)
            self._start_worker()
        task.deaths += 1
        if task.deaths < MOST_DEATHS:
            self._waiting.appendleft(task)
        else:
            self._reply(Done(task.number, None))

    def _is_death(self, error: BaseException) -> bool:
        """Tell that a worker was lost, and not that it raised an error itself."""
        exceptions = self._ray.exceptions
        return isinstance(error, exceptions.RayError) and not isinstance(error, exceptions.RayTaskError)


def _connected(address: str) -> Any:  # noqa: ANN401 - Ray is optional
    """Return Ray, joined to a cluster; nothing is reported to anybody, and there is no dashboard."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if not address:
        # a cluster takes orders on every network that the computer is in: from nobody who does not know this
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    import ray

    alone = {} if address else {"include_dashboard": False, "object_store_memory": _OBJECT_BYTES}
    ray.init(address or "local", log_to_driver=False, logging_level="error", **alone)
    return ray


def _described(error: BaseException) -> str:
    """Return an error in one line: what was raised in a worker, where it was, without its traceback."""
    cause = getattr(error, "cause", None) or error
    return one_line(str(cause), 300) or type(cause).__name__
