"""A gateway without Ray: does the tasks itself, in the order in which they come, and writes down which."""

import pickle
import sys
from pathlib import Path

from footnote.index.bulk.gateway import Begin, Begun, Done, Failed
from footnote.index.bulk.worker import Worker

LOST = "lost over this"
"""A text over which all workers die."""


def starting(log, end=""):
    """The program of a process that plays the gateway; ``end`` is how it ends at its fifth article, if it does."""
    here = str(Path(__file__).parent)
    return f"import sys; sys.path.append({here!r}); import gateway_script; gateway_script.main({str(log)!r}, {end!r})"


def main(log, end):
    begin = pickle.load(sys.stdin.buffer)
    assert isinstance(begin, Begin)
    worker = Worker()
    worker.prepare(begin.encoding)
    reply(Begun(1))
    encoded = 0
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        encoded += task.method == "encode"
        if encoded == 5 and end == "failed":
            reply(Failed("the model is another one"))
        if encoded == 5 and end:
            return
        text = getattr(task.argument, "text", "") or task.argument.data.decode(errors="replace")
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(f"{task.method} {getattr(task.argument, 'id', '') or Path(task.argument.path).name}\n")
        reply(Done(task.number, None if LOST in text else getattr(worker, task.method)(task.argument)))


def reply(message):
    pickle.dump(message, sys.stdout.buffer)
    sys.stdout.buffer.flush()
