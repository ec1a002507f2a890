"""The runs in a folder, to be browsed: which there are, each as parts of a page, and two of them compared.

What is given out as HTML is finished: all text in it is escaped. A name leads to a folder by way of the listing alone,
so that no path that somebody makes up is opened.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError, NotFoundError
from footnote.eval.record import Record
from footnote.eval.report import loaded
from footnote.eval.report.compare import compare
from footnote.eval.report.compare_html import comparison
from footnote.eval.report.html import overview, style
from footnote.eval.report.page_questions import LEGEND, outcomes, outcomes_of, question
from footnote.eval.report.report import number
from footnote.eval.score.catalogue import BY_NAME, HEADLINE
from footnote.eval.score.stats import RESAMPLES
from footnote.index.library import Library

MOST = 300
"""So many runs are listed, the newest of them."""
PAGE = 25
"""So many questions are shown at a time."""
FIGURES = (HEADLINE, "auroc", "wrong_on_unanswerable", "over_refusal")
_WORK, _LEAST = 1_000_000, 400
"""Comparing takes a second or two for each million of questions times resamples; there are never fewer resamples."""
_KEPT = 6

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run of the listing. ``finished`` is the local date and time; ``trouble`` says why it cannot be opened.

    ``over`` is the digest of its suite: runs that have it in common can be compared. ``figures`` are its main measures
    as text, in the order of `RunFolder.headings`.
    """

    name: str
    suite: str = ""
    over: str = ""
    finished: str = ""
    questions: int = 0
    figures: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class FoundQuestions:
    """Some of a run's questions as HTML, how many there are of them, and what they can be narrowed to."""

    html: str
    first: int
    shown: int
    matching: int
    total: int
    outcomes: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


class RunFolder:
    """The runs in ``root`` and in the folders in it. Safe to use from several threads; nothing is ever written.

    What was read is kept for a few runs, until one of its files changes.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()

    @property
    def style(self) -> str:
        """The style sheet of the HTML that is given out."""
        return style()

    @property
    def headings(self) -> tuple[str, ...]:
        """What the figures of a listed run are."""
        return tuple(BY_NAME[name].title for name in FIGURES)

    def runs(self) -> Sequence[ListedRun]:
        """Return the runs that can be opened, newest first, then those that cannot, with the reason."""
        rows = [_listed(name, folder, _stamp(folder)) for name, folder in self._folders().items()]
        return sorted(rows, key=lambda row: bool(row.trouble))

    def report(self, name: str) -> str:
        """Return a run's measures, plots and tables. Raises `NotFoundError`, and `FootnoteError` with the reason."""
        folder = self._folder(name)
        head = loaded.read_head(folder)
        return "".join(
            overview(head.name, head.articles, loaded.read_summary(folder), loaded.read_times(folder), head.fitted)
        )

    def questions(self, name: str, words: str, outcome: str, tag: str, first: int) -> FoundQuestions:
        """Return a page of the questions that hold all of the words, with the one at the place ``first``, from 0.

        ``words`` are looked for in question, answer and id; an empty ``outcome`` or ``tag`` is any. Errors as `report`.
        """
        folder = self._folder(name)
        records = _records(folder, _stamp(folder))
        wanted = words.casefold().split()
        matching = [record for record in records if _fits(record, wanted, outcome, tag)]
        first = min(max(0, first), max(0, len(matching) - 1)) // PAGE * PAGE
        shown = matching[first : first + PAGE]
        articles = _articles(folder, shown)
        parts = [LEGEND, *("".join(question(record, _note(record), articles)) for record in shown)]
        tags = tuple(sorted({tag for record in records for tag in record.tags}))
        return FoundQuestions(
            "".join(parts) if shown else "", first, len(shown), len(matching), len(records),
            tuple(outcomes_of(records)), tags,
        )  # fmt: skip

    def comparison(self, before: str, after: str) -> str:
        """Return what the run ``after`` does better and worse; errors as `report`.

        Raises `FootnoteError` also for runs over different suites.
        """
        folders = self._folder(before), self._folder(after)
        with self._lock:  # it takes a second or two of a processor
            return _compared((before, after), folders, (_stamp(folders[0]), _stamp(folders[1])))

    def _folder(self, name: str) -> Path:
        folder = self._folders().get(name)
        if folder is None:
            raise NotFoundError(f"there is no run called {name!r}")
        row = _listed(name, folder, _stamp(folder))
        if row.trouble:
            raise FootnoteError(row.trouble)
        return folder

    def _folders(self) -> dict[str, Path]:
        """Return the newest folders by name: those with a run, and those in ``root`` that hold nothing of the kind."""
        changed = ((max(at for _, at in _stamp(path)), path) for path in _candidates(self._root))
        found = sorted(changed, reverse=True)
        return {_name(path.relative_to(self._root)): path for _, path in found[:MOST]}


@lru_cache(_KEPT)
def _records(folder: Path, stamp: Stamp) -> tuple[Record, ...]:
    return loaded.read_questions(folder)


@lru_cache(_KEPT)
def _compared(names: tuple[str, str], folders: tuple[Path, Path], stamps: tuple[Stamp, Stamp]) -> str:
    runs = [
        loaded.run_from(name, loaded.read_head(folder), _records(folder, stamp), loaded.read_times(folder))
        for name, folder, stamp in zip(names, folders, stamps, strict=True)
    ]
    count = max(len(run.records) for run in runs)
    resamples = min(RESAMPLES, max(_LEAST, _WORK // max(1, count)))
    return "".join(comparison(compare(*runs, resamples=resamples), resamples))


def _candidates(root: Path) -> Iterator[Path]:
    for folder in _subfolders(root):
        inner = [] if _is_run(folder) else [each for each in _subfolders(folder) if _is_run(each)]
        yield from inner or [folder]


def _subfolders(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")]
    except OSError:
        return []


def _is_run(folder: Path) -> bool:
    return any(_is_file(folder / name) for name in (loaded.ABOUT, loaded.RECORDS, loaded.REPORT))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that may not be entered
        return False


def _name(relative: Path) -> str:
    return os.fsencode(relative.as_posix()).decode("utf-8", errors="replace")


def _stamp(folder: Path) -> Stamp:
    """Return size and time of each of a run's files: another stamp, another content."""
    return tuple(_size_and_time(folder / name) for name in loaded.LIMITS)


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns


@lru_cache(MOST)
def _listed(name: str, folder: Path, stamp: Stamp) -> ListedRun:
    """Return a run as it is listed; what is wrong with it is its trouble."""
    if not _is_run(folder):
        return ListedRun(name, trouble="holds no run")
    try:
        head = loaded.read_head(folder)
        if not _is_file(folder / loaded.REPORT):
            return ListedRun(name, head.name, trouble="not finished; the same footnote eval run goes on with it")
        summary = loaded.read_summary(folder)
    except FootnoteError as error:
        return ListedRun(name, trouble=str(error))
    finished = time.strftime("%Y-%m-%d %H:%M", time.localtime(_size_and_time(folder / loaded.REPORT)[1] / 1e9))
    figures = tuple(number(summary.value(measure)) for measure in FIGURES)
    return ListedRun(name, head.name, head.digest, finished, summary.questions, figures)


def _fits(record: Record, words: Iterable[str], outcome: str, tag: str) -> bool:
    if (outcome and outcome not in outcomes(record)) or (tag and tag not in record.tags):
        return False
    text = f"{record.id}\n{record.question}\n{record.text}".casefold()
    return all(word in text for word in words)


def _note(record: Record) -> str:
    """Say which standalone question was answered, where it is another than the one that was asked."""
    standalone = str(record.answer.get("standalone_question", ""))
    return f"Asked as: {standalone}" if standalone.strip() not in ("", record.question.strip()) else ""


def _articles(folder: Path, records: Iterable[Record]) -> Mapping[str, Article]:
    """Return the articles that these questions point into, as far as the run's library has them."""
    wanted = {span.article_id for r in records for span in (*r.cited, *r.draft, *(s for e in r.gold for s in e.places))}
    found: dict[str, Article] = {}
    with suppress(FootnoteError), closing(Library(folder / "library", create=False)) as library:
        for article_id in wanted:
            with suppress(NotFoundError):
                found[article_id] = library.article(article_id)
    return found
