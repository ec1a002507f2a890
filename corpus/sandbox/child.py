"""The parsing process: takes a task and bytes on standard input, gives JSON on standard output, and can do no more.

Each message is its length in eight bytes, then itself; an empty one says that the task's parser is imported, and asks
for the file. Limits are set before anything is read, and whatever would open a connection, write a file or start a
program is refused by an audit hook: a parser has no need of them.
"""

import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

from footnote.corpus.errors import RefusedError

try:
    import resource
except ImportError:  # Windows: the parent's wall limit holds
    resource = None  # type: ignore[assignment]

TASKS = {
    "html": ("footnote.corpus.readers.html.page", "read_html"),
    "pdf": ("footnote.corpus.readers.pdf.document", "read_pdf"),
    "docx": ("footnote.corpus.readers.docx", "read_docx"),
    "mail": ("footnote.corpus.readers.mail", "read_mail"),
    "markdown": ("footnote.corpus.readers.markdown", "parse_markdown"),
    "feed": ("footnote.corpus.readers.feed", "read_feed"),
    "robots": ("footnote.corpus.web.robots", "read_robots"),
}
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "os.fork",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "shutil.", "urllib.Request", "ctypes.", "ftplib.", "smtplib.", "http.client.", "webbrowser.",
)  # fmt: skip
_NESTING = 2_000


def main() -> None:
    """Serve until standard input ends. Arguments: bytes of memory, seconds of processor."""
    memory, cpu = int(sys.argv[1]), int(sys.argv[2])
    inlet, outlet = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints must not get between the results
    _set_limits(memory)
    sys.setrecursionlimit(_NESTING)
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process itself
    guard = _ImportGuard()
    sys.addaudithook(guard.check)
    while (head := _message(inlet)) is not None:
        request = json.loads(head)
        module, name = TASKS[request["task"]]
        task: Callable[..., Any] = getattr(importlib.import_module(module), name)
        outlet.write(bytes(8))  # the parser is imported: the limits of time are the file's from now on
        outlet.flush()
        if (data := _message(inlet)) is None:
            break
        _allow_processor(cpu)
        answer = _answer(task, request, data, guard)
        outlet.write(len(answer).to_bytes(8, "big") + answer)
        outlet.flush()


class _ImportGuard:
    """Refuses, while a file is parsed, what a parser has no need of; what libraries do at import is let be."""

    armed = False

    def check(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise for a forbidden event: the form of an audit hook."""
        if self.armed and (event.startswith(_FORBIDDEN) or (event == "open" and _writes(*arguments[1:3]))):
            raise PermissionError(f"a parser may not do this: {event}")


def _answer(task: Callable[..., Any], request: dict[str, Any], data: bytes, guard: _ImportGuard) -> bytes:
    try:
        guard.armed = True
        answer: dict[str, Any] = {"result": asdict(task(data, **request["options"]))}
        return json.dumps(answer, default=str).encode()
    except RefusedError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"memory": True}
    except RecursionError:
        answer = {"refused": "it is nested too deeply to be an article; save the article as plain text"}
    except Exception as error:  # parsers raise anything at all on what nobody thought of: it is refused all the same
        what = f"{request['task'].upper()} file ({type(error).__name__} in its parser)"
        answer = {"refused": f"it is damaged, or no {what}; save the article as plain text"}
    finally:
        guard.armed = False
    gc.collect()
    return json.dumps(answer).encode()


def _message(inlet: IO[bytes]) -> bytes | None:
    length = inlet.read(8)
    if len(length) < 8:
        return None
    size = int.from_bytes(length, "big")
    data = inlet.read(size)
    return data if len(data) == size else None


def _set_limits(memory: int) -> None:
    if resource is None:
        return
    for name, value in (("RLIMIT_AS", memory), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        with suppress(AttributeError, OSError, ValueError):  # macOS does not take RLIMIT_AS; the wall limit holds
            resource.setrlimit(getattr(resource, name), (value, value))


def _allow_processor(seconds: int) -> None:
    """Allow ``seconds`` of processor time from now on: the limit counts from the start of the process."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def _writes(mode: object, flags: object) -> bool:
    by_flags = isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return by_flags or (isinstance(mode, str) and not set(mode).isdisjoint("wax+"))
