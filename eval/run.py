"""Run a suite: build its library, answer every question, keep a record of each, and write the reports.

What a run's folder holds::

    run.json        what the run depends on: suite, selection, settings, versions, digests, seed
    records.jsonl   one record a question, in the suite's order, added to as they are answered
    simplest.jsonl  the same of the simplest answerers, by their names, where the subject has them
    timings.jsonl   how long each took; the only file here, beside timings.json, that differs between
    timings.json    two runs of the same things
    report.json     every measure; report.md and report.html say the same to people
    library/        the library that answered
"""

import hashlib
import json
import platform
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError, UsageError
from footnote.corpus.settings import Settings
from footnote.eval.engine import SIMPLEST, open_engine
from footnote.eval.jsonl import as_jsonl
from footnote.eval.record import READER, Record, read_records
from footnote.eval.report.html import page
from footnote.eval.report.loaded import read_timings
from footnote.eval.report.report import RunReport, write_reports
from footnote.eval.score.paired import BaselineRecords
from footnote.eval.score.scoring import score_failure, score_trace
from footnote.eval.score.stats import RESAMPLES
from footnote.eval.score.summary import summarise
from footnote.eval.score.support import LazyEncoder
from footnote.eval.subject import Opener, Subject
from footnote.eval.suite import QuestionFilter, Suite, SuiteQuestion, load_suite
from footnote.qa.llm.verify import QueryEncoder

SCHEMA = "footnote.run/1"
FILES = ("run.json", "records.jsonl", "simplest.jsonl", "timings.jsonl")
PACKAGES = ("torch", "transformers", "sentence-transformers", "chromadb", "numpy", "ir-measures")
SOURCES = ("corpus", "index", "qa", "eval")
_NOT_RECORDED = frozenset({"home", "library", "allow_download", "chroma_token"})
"""Settings that a run does not depend on, and a secret."""


def run_suite(
    suite_dir: Path,
    out_dir: Path,
    settings: Settings,
    *,
    selection: QuestionFilter | None = None,
    opener: Opener = open_engine,
    notify: Callable[[str], None] = lambda line: None,
    progress: bool = True,
    resamples: int = RESAMPLES,
    blind: bool = False,
) -> RunReport:
    """Run a suite into a folder, going on where an interrupted run of the same things stopped.

    ``settings.home`` is not touched: the suite gets a library of its own. A suite that is called blind is run
    with ``blind`` alone, for `eval.benchmarks.blind`. Raises :class:`~corpus.errors.SuiteError` before anything is run
    when the suite is not well formed, and :class:`~corpus.errors.UsageError` when the folder holds a run of
    something else.
    """
    selection = selection or QuestionFilter()
    suite = load_suite(suite_dir, blind=blind)
    questions = selection.choose(suite.questions)
    if not questions:
        raise UsageError(f"no question of {suite.name} is tagged: {', '.join(selection.tags)}")
    if (out_dir / "library").exists() and not (out_dir / "run.json").exists():  # it could be somebody's own
        raise UsageError(f"{out_dir} has a library, but no run.json; choose another --out")
    out_dir.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with closing(opener(replace(settings, home=out_dir / "library", library=""))) as subject:
        about = describe_run(suite, selection, settings, subject)
        claim_folder(out_dir, about, notify)
        build_library(subject, suite.articles, progress)
        about["library"] = subject.digest()
        claim_folder(out_dir, about)
        records, simplest = answer_all(subject, suite, questions, out_dir, LazyEncoder(settings), progress)
    timings = read_timings(out_dir / "timings.jsonl", total=time.perf_counter() - started)
    summary = summarise(records, simplest, seed=selection.seed, resamples=resamples)
    report = RunReport(out_dir, suite, about, tuple(records), summary, timings)
    write_reports(report)
    (out_dir / "report.html").write_text(page(report), encoding="utf-8")
    return report


def build_library(subject: Subject, articles: Sequence[Article], progress: bool) -> None:
    """Add the suite's articles, and check that each is stored as it stands in the suite.

    Raises :class:`~corpus.errors.FootnoteError` when one is not: its gold quotes could not be compared.
    """
    outcomes = tqdm(subject.add(articles), total=len(articles), desc="articles", unit="", disable=not progress)
    for article, outcome in zip(articles, outcomes, strict=True):
        if outcome.id != article.id or subject.stored_text(article.id) != article.text:
            raise FootnoteError(f"{article.source}: the library does not hold the article as the suite does")


def describe_run(suite: Suite, selection: QuestionFilter, settings: Settings, subject: Subject) -> dict[str, Any]:
    """Return everything that the answers and scores depend on, but the library's digest, as JSON."""
    counts = {"articles": len(suite.articles), "questions": len(suite.questions)}
    return {
        "schema": SCHEMA,
        "suite": {"name": suite.name, "digest": suite.digest, **counts},
        "selection": {**asdict(selection), "tags": list(selection.tags)},
        "settings": {name: value for name, value in asdict(settings).items() if name not in _NOT_RECORDED},
        "engine": json.loads(json.dumps(dict(subject.describe()))),
        "code": code_digest(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }


def code_digest() -> str:
    """Return the SHA-256 over this program's own files, so that a run of other code is not gone on with."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    files = (path for package in SOURCES for ending in ("*.py", "*.json") for path in (root / package).rglob(ending))
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def claim_folder(out_dir: Path, about: dict[str, Any], notify: Callable[[str], None] = lambda line: None) -> None:
    """Write ``run.json``, or see that the one there says the same; raise UsageError when it does not."""
    path = out_dir / "run.json"
    found: dict[str, Any] = {}
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
        other = sorted(name for name in about if name in found and found[name] != about[name])
        if other:
            raise UsageError(
                f"{out_dir} holds a run that differs in {', '.join(other)}; choose another --out, or --fresh"
            )
        notify(f"going on with the run in {out_dir}")
    path.write_text(json.dumps({**found, **about}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def clear_run(out_dir: Path) -> None:
    """Remove a run's files from its folder, and nothing else."""
    for name in (*FILES, "timings.json"):
        (out_dir / name).unlink(missing_ok=True)
    for path in out_dir.glob("report.*"):
        path.unlink()
    shutil.rmtree(out_dir / "library", ignore_errors=True)


def answer_all(
    subject: Subject,
    suite: Suite,
    questions: Sequence[SuiteQuestion],
    out_dir: Path,
    encoder: QueryEncoder,
    progress: bool,
) -> tuple[list[Record], BaselineRecords]:
    """Answer what has no record yet, adding each record as it is made; return all, in order."""
    records_file, simplest_file, timings_file = (out_dir / name for name in FILES[1:])
    records = resumed(records_file, questions)
    truncate_lines(simplest_file, len(records))
    articles = {article.id: article for article in suite.articles}
    done = len(records)
    bar = tqdm(questions[done:], "questions", len(questions), initial=done, unit="", disable=not progress)
    for record, simplest, milliseconds in answered(subject, bar, articles, encoder):
        append_row(timings_file, {"id": record.id, "ms": round(milliseconds, 3)})
        append_row(simplest_file, {name: asdict(each) for name, each in simplest.items()})
        append_row(records_file, asdict(record))
        records.append(record)
    return records, read_simplest(simplest_file)


def append_row(file: Path, row: object) -> None:
    """Add a JSON value to a file of lines."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(as_jsonl([row]))


def truncate_lines(file: Path, count: int) -> None:
    """Cut a file after so many lines."""
    lines = file.read_text(encoding="utf-8").split("\n")[:-1] if file.exists() else []
    if len(lines) < count:
        raise UsageError(f"{file} has fewer questions than the run; use --fresh")
    file.write_text("".join(line + "\n" for line in lines[:count]), encoding="utf-8")


def read_simplest(file: Path) -> BaselineRecords:
    """Return the records of the simplest answerers by their names; those that have answered every question."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]]
    names = [name for name in rows[0] if all(name in row for row in rows)] if rows else []
    return {name: tuple(READER.validate_python(row[name]) for row in rows) for name in names}


def resumed(records_file: Path, questions: Sequence[SuiteQuestion]) -> list[Record]:
    """Return the records that an interrupted run left, and cut off the one it was writing."""
    if not records_file.exists():
        return []
    records = read_records(records_file)
    wanted = [question.id for question in questions[: len(records)]]
    if [record.id for record in records] != wanted:
        raise UsageError(f"{records_file} does not begin with this run's questions; use --fresh")
    records_file.write_text(as_jsonl(map(asdict, records)), encoding="utf-8")
    return records


def answered(
    subject: Subject, questions: Iterable[SuiteQuestion], articles: Mapping[str, Article], encoder: QueryEncoder
) -> Iterator[tuple[Record, dict[str, Record], float]]:
    """Yield the record of each question, those of the simplest answerers, and how many milliseconds the first took.

    An error is a failed question.
    """
    for question in questions:
        started = time.perf_counter()
        try:
            trace = subject.answer(question)
        except Exception as error:
            failed = score_failure(question, error)
            yield failed, dict.fromkeys(SIMPLEST, failed), (time.perf_counter() - started) * 1000
        else:
            milliseconds = (time.perf_counter() - started) * 1000
            simplest = {name: score_trace(question, each, articles, encoder) for name, each in trace.simplest().items()}
            yield score_trace(question, trace, articles, encoder), simplest, milliseconds
