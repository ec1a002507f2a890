"""What each program is asked to do, in a process of its own, and what is measured of it.

Two processes, one after the other: one indexes all articles and saves, one opens what was saved, answers and adds.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Protocol

KEPT = 5
"""So many passages of each question are looked at."""
_WARMING = 3

Article = Mapping[str, str]
"""An article with ``id``, ``title`` and ``text``."""
Found = tuple[str, str]
"""The id of an article and a passage of its text."""


class Program(Protocol):
    """A program that keeps articles and finds passages of them."""

    def add(self, articles: Sequence[Article]) -> None:
        """Index articles and save them, so that another process finds them."""

    def search(self, question: str) -> list[Found]:
        """Return up to `KEPT` passages, best first."""

    def close(self) -> None:
        """Let go of files, where any are open."""


Opener = Callable[[Path, str], Program]
"""Opens what was saved in a folder, or begins it, with the model in another; everything is loaded then."""


def main(opener: Opener) -> None:
    """Do what the command line says, and print what it took as JSON: ``build`` or ``ask``, folder, model, data."""
    action, folder, model, data = sys.argv[1:5]
    work = json.loads(Path(data).read_text("utf-8"))
    program = opener(Path(folder), model)
    figures = _built(program, work) if action == "build" else _asked(program, work)
    program.close()
    sys.stdout.write(json.dumps(figures) + "\n")


def _built(program: Program, work: Mapping[str, Any]) -> dict[str, object]:
    clock, processor = timed(lambda: program.add(work["articles"]))
    return {"index": clock / 1e3, "index_processor": processor / 1e3}


def _asked(program: Program, work: Mapping[str, Any]) -> dict[str, object]:
    questions: list[str] = work["questions"]
    found: list[list[Found]] = []

    def ask(question: str) -> None:
        found.append(program.search(question))

    program.search(questions[0])
    ready = time.time()
    for question in questions[:_WARMING]:
        program.search(question)
    times = [timed(partial(ask, question)) for question in questions]
    memory = resident()
    added = [timed(partial(_added, program, article)) for article in work["added"]]
    return {
        "ready": ready,
        **_medians("question", times),
        **_medians("add", added),
        "memory": memory,
        "found": found,
    }


def _medians(name: str, times: Sequence[tuple[float, float]]) -> dict[str, float | None]:
    clock, processor = map(median, zip(*times, strict=True)) if times else (None, None)
    return {name: clock, f"{name}_processor": processor}


def _added(program: Program, article: Article) -> None:
    """Add an article and find it."""
    program.add([article])
    if all(article_id != article["id"] for article_id, _ in program.search(article["title"])):
        raise AssertionError(f"{article['id']} was added, and is not found")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds that something takes, by the clock and of the processor, all threads together."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return 1e3 * (time.perf_counter() - clock), 1e3 * (time.process_time() - processor)


def resident() -> float:
    """Return the megabytes of memory that this process holds; at most so many where the system tells only that."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1_024
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 1_024 ** (2 if sys.platform == "darwin" else 1)
