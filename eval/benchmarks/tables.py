"""One table of all suites, written to ``docs/results.md``: ``make tables``.

All of them are development data: they are looked at, tuned by and gated on. Suites that are not there are left out,
with a line that says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from footnote.corpus.errors import FootnoteError
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.eval.engine import open_engine
from footnote.eval.report.finished import RunReport
from footnote.eval.report.report import md_table, number, reach, signed, span
from footnote.eval.run import clear_run, run_suite
from footnote.eval.score.baseline_delta import BASELINE_MEASURES
from footnote.eval.score.catalogue import BY_NAME, DECIDING
from footnote.eval.score.stats import RESAMPLES
from footnote.eval.score.summary import Result
from footnote.eval.similarity_baselines import SIMPLEST
from footnote.eval.subject import Opener
from footnote.eval.training_data import fitted_on, fitted_words

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "eval" / "gold"
PLAIN = "plain"
"""The folder beside the gold set with plain questions over the same articles."""
SUITES = ("seeds-dev", "clapnq-dev", "squad2-dev")


@dataclass(frozen=True, slots=True)
class Column:
    """One run of the table: its heading, and the suite's folder."""

    name: str
    folder: Path


def main(argv: Sequence[str] | None = None, *, opener: Opener = open_engine, resamples: int = RESAMPLES) -> int:
    """Run the suites and write the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make tables", description="Run every suite and write one table of them.")
    parser.add_argument("--suites", type=Path, default=ROOT.parent / "shared" / "suites", metavar="DIR")
    parser.add_argument("--gold", type=Path, default=GOLD, metavar="SUITE", help="the gold set (default: the shipped)")
    parser.add_argument("--runs", type=Path, default=Path("runs/tables"), metavar="DIR", help="where the runs go")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "results.md", metavar="FILE")
    parser.add_argument("--embedding", default="", metavar="MODEL", help="the embedding model, by name or folder")
    args = parser.parse_args(argv)
    shut_network()
    try:
        wanted = columns(args.gold, args.suites)
        chosen = present(wanted, notify)
        reports = [(column, run(column, args.runs, opener, resamples, args.embedding)) for column in chosen]
    except FootnoteError as error:
        notify(f"footnote: {error}")
        return error.exit_code
    if not reports:
        notify("footnote: there is no suite to run")
        return 1
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(document(reports), encoding="utf-8")
    sys.stdout.write(f"{args.out}\n")
    return 1 if any(failed(report) for _, report in reports) else 0


def notify(line: str) -> None:
    """Tell the user something that is not a result."""
    sys.stderr.write(line + "\n")


def columns(gold: Path, suites: Path) -> list[Column]:
    """Return all that the table has room for."""
    own = [Column("gold", gold), Column(PLAIN, gold.parent / PLAIN)]
    return [*own, *(Column(name, suites / name) for name in SUITES)]


def present(wanted: Sequence[Column], tell: Callable[[str], None]) -> list[Column]:
    """Return the columns whose suite is there; ``tell`` gets a line for each that is not."""
    for column in wanted:
        if not column.folder.is_dir():
            tell(f"{column.name}: left out, for there is no folder {column.folder}")
    return [column for column in wanted if column.folder.is_dir()]


def run(column: Column, runs: Path, opener: Opener, resamples: int, embedding: str = "") -> RunReport:
    """Run one suite from its beginning, so that its seconds are those of the whole run."""
    out = runs / column.name
    clear_run(out)
    notify(f"{column.name}: {column.folder}")
    settings = Settings(home=out, model=embedding)
    return run_suite(column.folder, out, settings, opener=opener, notify=notify, resamples=resamples)


def failed(report: RunReport) -> bool:
    """Return whether a run broke a promise, or could not answer some question."""
    return bool(report.summary.violations or report.summary.table.failed)


def document(reports: Sequence[tuple[Column, RunReport]]) -> str:
    """Return the whole Markdown document."""
    rows = [("", *(column.name for column, _ in reports))]
    rows += [(title, *(cell(report) for _, report in reports)) for title, cell in ROWS]
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    fitted = fitted_words(fitted_on(reports[0][1].about["engine"]))
    lines = [
        "# Results",
        "",
        "Made by `make tables`; do not edit. What each measure means is in `eval/score/catalogue.py`. Values in",
        "brackets are 95% bootstrap intervals, clustered by article. The simplest answerers quote the three",
        "sentences, or the one, that are most similar to the question, out of the same candidates; after their values",
        "stands how much more of it Footnote has, question by question. All of these are development data: they are",
        "looked at and tuned by.",
        "",
        f"{fitted[:1].upper()}{fitted[1:]}. On a suite of these the figures flatter.",
        "",
        *md_table(rows),
        "",
        f"Answered by the {answerer(reports)}; {machine}; {peak_memory()}.",
    ]
    if any(failed(report) for _, report in reports):
        lines += ["", "**Some run broke a promise or failed a question: see its report.**"]
    return "\n".join(lines) + "\n"


def answerer(reports: Sequence[tuple[Column, RunReport]]) -> str:
    """Return who answered, and with which embedding model; every run is made with the same settings."""
    engine = reports[0][1].about["engine"]
    model = f" with {engine['model']}" if "model" in engine else ""
    return " ".join(f"{engine.get('answerer', 'unnamed')} answerer{model}".split())


def peak_memory() -> str:
    """Return the most memory that this process has held so far, in words."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / 1e6 if sys.platform == "darwin" else peak / 1e3
    return f"at most {megabytes:,.0f} MB of memory for all of it"


def measure_cell(name: str, *, interval: bool = False) -> Callable[[RunReport], str]:
    """Return what gives a measure's cell, with its interval where one is wanted."""

    def cell(report: RunReport) -> str:
        found: Result | None = next((r for r in report.summary.results if r.name == name), None)
        if found is None:
            return "–"
        around = span(found) if interval else ""
        return f"{number(found.value)} ({around})" if around else number(found.value)

    return cell


def simplest(answerer: str, name: str) -> Callable[[RunReport], str]:
    """Return what gives a measure of one of the simplest answerers, and how much more of it the run has."""

    def cell(report: RunReport) -> str:
        found = [v for v in report.summary.simplest if (v.answerer, v.measure) == (answerer, name)]
        return "; ".join(f"{number(v.value)}, {signed(v.more.value)} ({reach(v) or '–'})" for v in found) or "–"

    return cell


def question_counts(report: RunReport) -> str:
    """Return how many questions were question_counts, and how many can be answered."""
    return f"{report.summary.questions} ({report.summary.answerable})"


def answered(report: RunReport) -> str:
    """Return how many answerable questions were answered with a gold sentence, and how many without."""
    given = [r for r in report.records if r.answerable and r.status == "answered"]
    right = sum(bool(r.value("right")) for r in given)
    return f"{right} / {len(given) - right}"


def declined(report: RunReport) -> str:
    """Return how many unanswerable questions were declined, and how many answered."""
    table = report.summary.table
    return f"{table.unanswerable_abstained} / {table.unanswerable_answered}"


def wrong_given(report: RunReport) -> str:
    """Return the share of the answers given that are wrong: no gold sentence cited, or nothing to answer with.

    Questions without evidence to tell by are left out.
    """
    rights = [right for r in report.records if r.status == "answered" and (right := r.value("right")) is not None]
    return number(sum(not right for right in rights) / len(rights)) if rights else "–"


def quantile(share: float) -> Callable[[RunReport], str]:
    """Return what gives the time within which this share of the questions was answered."""
    return lambda report: f"{report.timings.quantile(share):.0f} ms"


def seconds(report: RunReport) -> str:
    """Return how long the whole run took, indexing included."""
    return f"{report.timings.total_seconds:.0f} s"


ROWS: tuple[tuple[str, Callable[[RunReport], str]], ...] = (
    ("questions (answerable)", question_counts),
    *((BY_NAME[name].title, measure_cell(name, interval=True)) for name in DECIDING),
    *((f"{who}: {BY_NAME[name].title}", simplest(who, name)) for who in SIMPLEST for name in BASELINE_MEASURES),
    ("answerable, answered: right / wrong", answered),
    ("unanswerable: declined / answered", declined),
    ("wrong among given answers", wrong_given),
    ("article recall@1", measure_cell("article_recall@1")),
    ("passage recall@10", measure_cell("passage_recall@10")),
    ("median answer", quantile(0.5)),
    ("95th percentile", quantile(0.95)),
    ("whole run", seconds),
)


if __name__ == "__main__":
    sys.exit(main())
