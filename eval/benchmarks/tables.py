"""One table of all suites, written to ``docs/results.md``: ``make tables``.

All of them are development data: they are looked at, tuned by and gated on. Suites that are not there are left out,
with a line that says so.
"""

import argparse
import os
import platform
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from footnote.corpus.settings import Settings
from footnote.eval.commands import notify, offline_program
from footnote.eval.engine import SIMPLEST, open_engine
from footnote.eval.report.loaded import fitted_on, fitted_words
from footnote.eval.report.report import RunReport, delta_text, md_table, number, span
from footnote.eval.run import clear_run, run_suite
from footnote.eval.score.catalogue import BY_NAME, DECIDING
from footnote.eval.score.paired import BASELINE_MEASURES
from footnote.eval.score.stats import RESAMPLES
from footnote.eval.subject import Opener
from footnote.eval.suite import GOLD

ROOT = GOLD.parents[1]
PLAIN = "plain"
"""The folder beside the gold set with plain questions over the same articles."""
SUITES = ("seeds-dev", "clapnq-dev", "squad2-dev")
Cell = Callable[[RunReport], str]


@offline_program
def main(argv: Sequence[str] | None = None, *, opener: Opener = open_engine, resamples: int = RESAMPLES) -> int:
    """Run the suites and write the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make tables", description="Run every suite and write one table of them.")
    parser.add_argument("--suites", type=Path, default=ROOT.parent / "shared" / "suites", metavar="DIR")
    parser.add_argument("--gold", type=Path, default=GOLD, metavar="SUITE", help="the gold set (default: the shipped)")
    parser.add_argument("--runs", type=Path, default=Path("runs/tables"), metavar="DIR", help="where the runs go")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "results.md", metavar="FILE")
    parser.add_argument("--embedding", default="", metavar="MODEL", help="the embedding model, by name or folder")
    args = parser.parse_args(argv)
    folders = {"gold": args.gold, PLAIN: args.gold.parent / PLAIN, **{name: args.suites / name for name in SUITES}}
    reports = {}
    for name, folder in folders.items():
        if not folder.is_dir():
            notify(f"{name}: left out, for there is no folder {folder}")
            continue
        notify(f"{name}: {folder}")
        out = args.runs / name
        clear_run(out)  # so that its seconds are those of the whole run
        settings = Settings(home=out, model=args.embedding)
        reports[name] = run_suite(folder, out, settings, opener=opener, notify=notify, resamples=resamples)
    if not reports:
        notify("footnote: there is no suite to run")
        return 1
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(document(reports), encoding="utf-8")
    sys.stdout.write(f"{args.out}\n")
    return 1 if any(map(failed, reports.values())) else 0


def failed(report: RunReport) -> bool:
    """Return whether a run broke a promise, or could not answer some question."""
    return bool(report.summary.violations or report.summary.table.failed)


def document(reports: Mapping[str, RunReport]) -> str:
    """Return the whole Markdown document about runs, by the names of their suites."""
    rows = [("", *reports), *((title, *map(cell, reports.values())) for title, cell in ROWS)]
    engine = next(iter(reports.values())).about["engine"]  # all runs have the same settings
    model = f" with {engine['model']}" if "model" in engine else ""
    answerer = " ".join(f"{engine.get('answerer', 'unnamed')} answerer{model}".split())
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    fitted = fitted_words(fitted_on(engine))
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
        f"Answered by the {answerer}; {machine}; {peak_memory()}.",
    ]
    if any(map(failed, reports.values())):
        lines += ["", "**Some run broke a promise or failed a question: see its report.**"]
    return "\n".join(lines) + "\n"


def peak_memory() -> str:
    """Return the most memory that this process has held so far, in words."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / 1e6 if sys.platform == "darwin" else peak / 1e3
    return f"at most {megabytes:,.0f} MB of memory for all of it"


def measure(name: str, *, interval: bool = False) -> Cell:
    """Return what gives a measure's cell, with its interval where one is wanted."""

    def cell(report: RunReport) -> str:
        result = report.summary.results.get(name)
        if result is None:
            return "–"
        around = span(result) if interval else ""
        return f"{number(result.value)} ({around})" if around else number(result.value)

    return cell


def simplest(answerer: str, name: str) -> Cell:
    """Return what gives a measure of one of the simplest answerers, and how much more of it the run has."""

    def cell(report: RunReport) -> str:
        delta = report.summary.simplest.get(answerer, {}).get(name)
        return delta_text(delta) if delta else "–"

    return cell


def answered(report: RunReport) -> str:
    """Return how many answerable questions were answered with a gold sentence, and how many without."""
    given = [record for record in report.records if record.answerable and record.status == "answered"]
    right = sum(bool(record.value("right")) for record in given)
    return f"{right} / {len(given) - right}"


def wrong_given(report: RunReport) -> str:
    """Return the share of the answers given that are wrong: no gold sentence cited, or nothing to answer with.

    Questions without evidence to tell by are left out.
    """
    rights = [right for r in report.records if r.status == "answered" and (right := r.value("right")) is not None]
    return number(sum(not right for right in rights) / len(rights)) if rights else "–"


def quantile(share: float) -> Cell:
    """Return what gives the time within which this share of the questions was answered."""
    return lambda report: f"{report.timings.quantile(share):.0f} ms"


ROWS: tuple[tuple[str, Cell], ...] = (
    ("questions (answerable)", lambda report: f"{report.summary.questions} ({report.summary.answerable})"),
    *((BY_NAME[name].title, measure(name, interval=True)) for name in DECIDING),
    *((f"{who}: {BY_NAME[name].title}", simplest(who, name)) for who in SIMPLEST for name in BASELINE_MEASURES),
    ("answerable, answered: right / wrong", answered),
    ("unanswerable: declined / answered",
     lambda report: f"{report.summary.table.unanswerable_abstained} / {report.summary.table.unanswerable_answered}"),
    ("wrong among given answers", wrong_given),
    ("article recall@1", measure("article_recall@1")),
    ("passage recall@10", measure("passage_recall@10")),
    ("median answer", quantile(0.5)),
    ("95th percentile", quantile(0.95)),
    ("whole run", lambda report: f"{report.timings.total_seconds:.0f} s"),
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
