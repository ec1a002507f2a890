"""Parse hostile bytes in a child process that is ended at its limits of time and memory.

One child is kept and given one file after another, so that ten thousand small files do not each pay for a start; it
is replaced after any limit, after a crash, and now and then, so that nothing adds up.
"""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Self

from footnote.corpus.errors import RefusedError

# -P: the working folder, which may hold anybody's files, is not searched for modules
_START = "from footnote.corpus.sandbox.child import main; main()"
_ONE_FILE = "the limit for one file; save the article as plain text"
_START_SECONDS = 60.0  # what a child may take to start and to import a parser, which on a busy machine may be long


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What one file may take: seconds of wall time and of processor, bytes of memory, bytes of result."""

    seconds: float = 8.0
    cpu_seconds: int = 8
    memory: int = 460_000_000
    result: int = 40_000_000
    jobs: int = 400  # after so many files a child is replaced


class Sandbox:
    """A child process that parses; starts when it is first needed. Use it as a context manager, from one thread."""

    def __init__(self, limits: SandboxLimits = SandboxLimits()) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._jobs = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            with contextlib.suppress(OSError), child:  # what could not be written to a dead child is dropped
                child.kill()

    def run(self, task: str, data: bytes, **options: str) -> dict[str, Any]:
        """Return the result of a task of `corpus.sandbox.child` on ``data``, as plain values.

        Raises ``RefusedError`` when the task refused the data, or met a limit.
        """
        used, started = self._child is not None, time.monotonic()
        try:
            return self._once(task, data, options)
        except _ChildLostError:
            # a child that has read other files before may be near its limit because of them
            if not used or time.monotonic() > started + self._limits.seconds - 1:
                raise
        return self._once(task, data, options)

    def _once(self, task: str, data: bytes, options: dict[str, str]) -> dict[str, Any]:
        child = self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()
        try:
            with _ended_after(_START_SECONDS, child, late):  # what it imports is not the file's fault
                _send(child.stdin, json.dumps({"task": task, "options": options}).encode())
                _receive(child.stdout, self._limits.result)
            with _ended_after(self._limits.seconds, child, late):
                _send(child.stdin, data)
                answer = _receive(child.stdout, self._limits.result)
        except (OSError, EOFError):
            error = self._lost(child, late.is_set())
            self.close()
            raise error from None
        except BaseException:
            self.close()
            raise
        self._jobs += 1
        if late.is_set() or self._jobs >= self._limits.jobs:  # the answer came, and the child is gone or old
            self.close()
        return self._result(answer)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            limits = self._limits
            command = [sys.executable, "-P", "-c", _START, str(limits.memory), str(limits.cpu_seconds)]
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._jobs = 0
        return self._child

    def _lost(self, child: subprocess.Popen[bytes], late: bool) -> RefusedError:
        code = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = child.wait(timeout=1)
        if late or code == -24:  # SIGXCPU
            return RefusedError(f"reading it takes over {self._limits.seconds:.0f} seconds, {_ONE_FILE}")
        return _ChildLostError(
            "its parser ended without a result: the file is damaged or made to do harm; save the article as plain text"
        )

    def _result(self, answer: bytes) -> dict[str, Any]:
        try:
            values = json.loads(answer)
        except (ValueError, RecursionError):
            self.close()
            raise RefusedError("its parser gave no usable result; save the article as plain text") from None
        if values.get("memory"):
            self.close()
            raise _ChildLostError(f"reading it takes over {self._limits.memory / 1e6:.0f} MB of memory, {_ONE_FILE}")
        if "refused" in values:
            raise RefusedError(str(values["refused"]))
        result: dict[str, Any] = values["result"]
        return result


class _ChildLostError(RefusedError):
    """The child ended, or ran out of memory: a fresh one may manage."""


@contextlib.contextmanager
def _ended_after(seconds: float, child: subprocess.Popen[bytes], late: threading.Event) -> Iterator[None]:
    """End the child, and set ``late``, when what is done within takes longer."""

    def end() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _send(pipe: IO[bytes], part: bytes) -> None:
    pipe.write(len(part).to_bytes(8, "big"))
    pipe.write(part)
    pipe.flush()


def _receive(pipe: IO[bytes], limit: int) -> bytes:
    length = pipe.read(8)
    size = int.from_bytes(length, "big")
    if len(length) < 8 or size > limit or len(data := pipe.read(size)) < size:
        raise EOFError
    return data
