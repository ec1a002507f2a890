"""One look at the blind suite: ``make blind``. Nothing is fitted, chosen or gated by it, and each look is recorded.

The suite is run from its beginning by what is committed, its figures are printed with their intervals beside those of
the simplest answerers, and a line goes to ``docs/blind.md``: date, commit and figures. That line is to be committed
before anybody can look again.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path

from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.eval.commands import notify, offline_program
from footnote.eval.engine import open_engine
from footnote.eval.report.report import RunReport, delta_text, md_table, number, span, terminal
from footnote.eval.run import clear_run, run_suite
from footnote.eval.score.catalogue import BY_NAME, DECIDING
from footnote.eval.score.stats import RESAMPLES
from footnote.eval.subject import Opener
from footnote.eval.suite import load_suite

ROOT = Path(__file__).resolve().parents[2]
HEAD = """# Looks at the blind suite

Each run of `make blind` is a line. Nothing is fitted, chosen or gated by these questions; the more looks there are, the
less blind they are. Figures have 95% intervals; those of the simplest answerers say how much more Footnote has.

"""


@offline_program
def main(root: Path = ROOT, *, opener: Opener = open_engine, resamples: int = RESAMPLES) -> int:
    """Run the blind suite, record the look and print its figures; returns the exit code."""
    out, suite = root / "runs" / "blind", root / "eval" / "blind"
    commit = committed(root)
    if load_suite(suite, blind=True).about.get("blind") is not True:
        raise UsageError(f"{suite / 'suite.json'} must say “blind”: true, so that nothing else runs it")
    clear_run(out)
    settings = Settings(home=out)
    report = run_suite(suite, out, settings, opener=opener, notify=notify, resamples=resamples, blind=True)
    record(root / "docs" / "blind.md", report, commit)
    sys.stdout.write(terminal(report))
    notify("docs/blind.md has a line more; commit it, for nobody can look again before")
    return 1 if report.summary.violations or report.summary.table.failed else 0


def committed(root: Path) -> str:
    """Return the commit that is looked with; raise :class:`UsageError` when something is not committed."""
    try:
        changed = git(root, "status", "--porcelain")
        commit = git(root, "rev-parse", "--short=12", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        raise UsageError(
            f"{root} is no git checkout: a look is recorded with the commit that it was made with"
        ) from None
    if changed:
        first = changed.splitlines()[0].strip()
        raise UsageError(f"not everything is committed ({first}): a look is recorded with its commit; commit first")
    return commit


def git(root: Path, *words: str) -> str:
    """Return what git says, without the newline at its end."""
    return subprocess.run(("git", "-C", root, *words), capture_output=True, text=True, check=True).stdout.rstrip()


def record(file: Path, report: RunReport, commit: str) -> None:
    """Add the line of a look."""
    results = report.summary.results
    cells = {
        "date": date.today().isoformat(),
        "commit": commit,
        "questions (answerable)": f"{report.summary.questions} ({report.summary.answerable})",
        **{BY_NAME[n].title: f"{number(r.value)} ({span(r) or '–'})" for n in DECIDING if (r := results.get(n))},
        **{
            f"{answerer}: {BY_NAME[name].title}": delta_text(delta)
            for answerer, deltas in report.summary.simplest.items()
            for name, delta in deltas.items()
        },
    }
    *head, row = md_table([tuple(cells), tuple(cells.values())])
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        file.write_text(HEAD, encoding="utf-8")
    known = head[0] in file.read_text(encoding="utf-8").splitlines()
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n".join([*([] if known else head), row]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
