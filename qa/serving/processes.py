"""Answers made in processes of their own, so that many people can ask at once.

Within one process, what Python does takes turns whatever the number of cores, and the web server takes its turns as
well. Each process here has an engine over the same library, as every command has, and sees what changes in it.
"""

import atexit
import logging
import multiprocessing
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from footnote.corpus import memory
from footnote.corpus.errors import FootnoteError
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings

_LOG = logging.getLogger("footnote.app")
_TIDIED = 30.0
"""So often, in seconds, a process gives back what memory is free."""
_ENDING = 3.0
"""A process that does not end by itself within so many seconds is ended."""
_LOADED_ONCE = ["footnote.qa.serving.preload"]
"""Imported before the processes part, where they are forked, so that they share it."""
_TRIES = 2
METHOD = "forkserver" if sys.platform == "linux" else "spawn"
"""How processes are made. Elsewhere, a process that has loaded the system's own libraries cannot be forked safely."""

Work = Callable[[Any], dict[str, Callable[..., Any]]]
"""Takes an engine, and gives the functions of it that may be called."""


class Processes:
    """``count`` processes that answer, one call at a time each. Safe to use from several threads.

    ``offered`` is given the engine of a process, there, and returns what of it can be called. A process that ends
    unexpectedly is replaced. Where none can be started, `call` says so by returning ``otherwise()``.
    """

    def __init__(self, settings: Settings, count: int, offered: Work, method: str = METHOD) -> None:
        self._context: Any = multiprocessing.get_context(method)
        self._settings = settings
        self._count = count
        self._offered = offered
        self._free: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        self._running: dict[Connection, Any] = {}
        self._lock = threading.Lock()
        self._started = self._closed = False

    def start(self) -> None:
        """Start the processes, unless that was done, and wait until one can answer, or none can be started."""
        with self._lock:
            first, self._started = not self._started, True
        if first:
            self._context.set_forkserver_preload(_LOADED_ONCE)
            atexit.register(self.close)
            for _ in range(self._count):
                threading.Thread(target=self._start_one, name="starting", daemon=True).start()
        self._free.put(self._free.get())

    def call(self, name: str, *args: object, otherwise: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Call a function in a process that is free, waiting for one; ``otherwise`` where none could be started.

        Raises:
            FootnoteError: what the function raises, or that two processes ended while they were at it.
        """
        for _ in range(_TRIES):
            connection = self._free.get()
            if connection is None:
                self._free.put(None)
                return otherwise()
            try:
                connection.send((name, args))
                failed, value = connection.recv()
            except (EOFError, OSError):
                self._replace(connection)
                continue
            self._let_go(connection)
            if failed:
                raise value
            return value
        raise FootnoteError("the answer could not be made; ask again, or in other words")

    def close(self) -> None:
        """End all processes: those that wait at once, others when they are done or after some seconds."""
        atexit.unregister(self.close)
        with self._lock:
            self._closed = True
            running, self._running = self._running, {}
        with suppress(queue.Empty):
            while True:
                if (connection := self._free.get_nowait()) is not None:
                    connection.close()
        until = time.monotonic() + _ENDING
        for process in running.values():
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _replace(self, connection: Connection) -> None:
        with self._lock:
            process = self._running.pop(connection, None)
        connection.close()
        if process is None:  # all are being ended
            self._free.put(None)
            return
        process.join(_ENDING)
        _LOG.error("a process that answers has ended (%s); another one is started", process.exitcode)
        threading.Thread(target=self._start_one, name="starting", daemon=True).start()

    def _start_one(self) -> None:
        """Start a process, and let it be used once it is ready."""
        ours, theirs = self._context.Pipe()
        try:
            process = self._context.Process(
                target=_serve, args=(theirs, self._settings, self._offered), name="footnote-answers", daemon=True
            )
            process.start()
            theirs.close()
            with self._lock:
                self._running[ours] = process
            failed, value = ours.recv()
            if failed:
                raise value
        except Exception as error:  # whatever it is, there are answers
            _LOG.warning("answers are made in the server's own process: %s", error or "another could not be started")
            ours.close()
            self._free.put(None)
            return
        self._let_go(ours)

    def _let_go(self, connection: Connection) -> None:
        """Let the process at the other end be used again, or end where nobody will."""
        with self._lock:
            if not self._closed:
                self._free.put(connection)
                return
        connection.close()


def _serve(connection: Connection, settings: Settings, offered: Work) -> None:
    """Answer what comes through ``connection`` until that is closed."""
    for each in (signal.SIGINT, signal.SIGTERM):  # meant for the server, which answers what was asked and ends this
        signal.signal(each, signal.SIG_IGN)
    memory.limit_arenas()
    shut_network(settings.allow_download)
    from footnote.qa.engine import Engine

    try:
        engine = Engine.open(settings, _tell)
    except FootnoteError as error:
        connection.send((True, error))
        return
    try:
        connection.send(_tried(engine.warm_up))
        functions = offered(engine)
        tidied = time.monotonic()
        while True:
            connection.poll(_TIDIED)
            if time.monotonic() - tidied >= _TIDIED:
                memory.trim()
                tidied = time.monotonic()
            name, args = connection.recv()
            connection.send(_tried(functions[name], *args))
    except (EOFError, OSError):  # the server has ended
        pass
    finally:
        engine.close()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _tried(function: Callable[..., Any], *args: object) -> tuple[bool, Any]:
    """Return what a function gives, or raises, and whether that is an error."""
    try:
        return False, function(*args)
    except FootnoteError as error:
        return True, error
    except Exception:
        return True, RuntimeError(traceback.format_exc())
