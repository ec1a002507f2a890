"""``watch``: add what appears or changes in a folder, until it is told to stop."""

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path

from footnote.cli.inputs import on_signals
from footnote.cli.output import note, result
from footnote.corpus.errors import UsageError
from footnote.corpus.folder import article_files
from footnote.corpus.result import Refusal, SourcedArticle
from footnote.corpus.settings import Settings
from footnote.corpus.sources import read_sources
from footnote.corpus.text import one_line
from footnote.index.passages import PassageIndex

State = tuple[int, int]  # size in bytes and time of change in nanoseconds: a file that has both as before is the same


class Watcher:
    """Tells which files of a folder are new or changed, and finished: alike at two looks, one after the other.

    A file is told once for each of its states, whether it could be read or not, so that one that fails is not tried
    for ever.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: dict[Path, State] = {}
        self._told: dict[Path, State] = {}
        self._failed: set[str] = set()

    def look(self) -> list[Path | Refusal]:
        """Return the files that are ready since the last look, by name; a subfolder that fails is told once."""
        now: dict[Path, State] = {}
        failed: list[Refusal] = []
        for file in article_files(self._folder):
            if isinstance(file, Refusal):
                failed.append(file)
                continue
            with suppress(OSError):  # it went between the two looks
                status = file.stat()
                now[file] = (status.st_size, status.st_mtime_ns)
        ready = [file for file, state in now.items() if self._last.get(file) == state != self._told.get(file)]
        self._told = {file: state for file, state in self._told.items() if file in now}
        self._told.update((file, now[file]) for file in ready)
        self._last = now
        fresh = [refusal for refusal in failed if refusal.source not in self._failed]
        self._failed = {refusal.source for refusal in failed}
        return [*ready, *fresh]

    @property
    def unfinished(self) -> int:
        """How many files changed between the last two looks, and wait for the next."""
        return sum(self._told.get(file) != state for file, state in self._last.items())


def watch(args: argparse.Namespace, settings: Settings) -> int:
    """Add what is in a folder, and what comes; with ``--once``, look once, and 1 when anything was refused."""
    folder = Path(args.folder)
    if not folder.is_dir():
        raise UsageError(f"{one_line(args.folder, 1_000)} is not a folder; name the folder to watch")
    watcher = Watcher(folder)
    watcher.look()
    refused = 0
    stop = threading.Event()  # the article at hand is finished
    with (
        on_signals(lambda number, frame: stop.set(), signal.SIGINT, signal.SIGTERM),
        closing(PassageIndex(settings, notify=note)) as index,
    ):
        if not args.once:
            note(f"watching {folder}; Ctrl-C ends it")
        while not stop.wait(args.interval):
            refused += _add(index, watcher.look(), stop)
            if args.once:
                break
        if args.once and watcher.unfinished:
            note(f"files that are still being written: {watcher.unfinished}; run it again when they are finished")
    if not args.once:
        note("stopped watching; what was finished is kept")
    return 1 if args.once and refused else 0


def _add(index: PassageIndex, ready: list[Path | Refusal], stop: threading.Event) -> int:
    """Add files, each in full or not at all, and return how many articles were refused."""
    if not ready:
        return 0
    refusals: list[Refusal] = []
    for added in index.add(_found(ready, refusals, stop)):
        result(f"{added.id}\t{added}")
    index.derived.sync()
    return len(refusals)


def _found(ready: list[Path | Refusal], refusals: list[Refusal], stop: threading.Event) -> Iterator[SourcedArticle]:
    files = read_sources([str(file) for file in ready if isinstance(file, Path)])
    for item in chain(files, (each for each in ready if isinstance(each, Refusal))):
        if stop.is_set():
            return
        if isinstance(item, Refusal):
            refusals.append(item)
            result(f"{one_line(item.source, 1_000)}\trefused: {item.reason}")
        else:
            yield item
