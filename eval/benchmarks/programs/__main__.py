"""Footnote beside other programs: ``python -m footnote.eval.benchmarks.programs`` or ``make bench``.

Each program indexes the same articles with the same model (the all-MiniLM-L6-v2 that comes as a package), in an
environment of its own under ``build/bench``, which sees the packages of this one and has what is missing installed.
Nothing else is downloaded. Printed, and written to ``docs/benchmarks.md``: indexing, a question, adding an article,
start, memory and disk, and how often the right passage is found. What counts is the ratio within one run: machines
differ, and the same one is not steady. The processor's time stands beside the clock's, which others who use the machine
make longer.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from footnote.corpus.errors import FootnoteError, SuiteError
from footnote.eval.benchmarks.programs.report import Row, report, write_plots
from footnote.eval.suite import GOLD, QuestionFilter, Suite, SuiteQuestion, load_suite
from footnote.index.embedding.encoder import packaged_minilm

_ROOT = GOLD.parents[1]
SUITES = [GOLD, Path("../shared/suites/clapnq-dev")]
_ADDED = 3
_NEWS = """The ferry company said on Tuesday that its night service would not return before autumn. Passengers had asked
for it since the winter timetable was cut in half.

The port council, which pays for a third of the service, meets again in two weeks. Its chair said that the money was
there, but that nobody had applied to run the boats."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A program as it is run: its script and the words for that, and the packages that it needs beside ours.

    ``adds`` is whether it is asked to add an article: what only answers is not.
    """

    name: str
    script: str
    words: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    adds: bool = True


_LLAMA = ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25")
PROGRAMS = (
    Contender("Footnote", "with_footnote"),
    Contender("Footnote, whole answers", "with_footnote", ("answers",), adds=False),
    Contender("llama-index", "with_llama_index", ("vectors", "200"), _LLAMA),
    Contender("llama-index, overlap 20", "with_llama_index", ("vectors", "20"), _LLAMA),
    Contender("llama-index, overlap 20, BM25 fusion", "with_llama_index", ("bm25", "20"), _LLAMA),
    Contender("txtai", "with_txtai", (), ("txtai",)),
    Contender("Haystack", "with_haystack", (), ("haystack-ai", "sentence-transformers-haystack")),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run every program, print the report and write it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description="Footnote beside other programs.")
    parser.add_argument(
        "--suite", type=Path, action="append", metavar="DIR",
        help="a suite's folder; repeatable (default: the shipped gold set, and clapnq-dev of ../shared where it is)",
    )  # fmt: skip
    parser.add_argument("--questions", type=int, default=60, help="of each suite, at most (default: %(default)s)")
    parser.add_argument("--articles", type=int, default=300, help="of each suite, at most (default: %(default)s)")
    parser.add_argument("--only", action="append", metavar="NAME", help="a program to run; repeatable (default: all)")
    parser.add_argument("--build", type=Path, default=Path("build/bench"), help="for environments and indexes")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks.md"), help="where the report goes")
    parser.add_argument("--note", default="", help="a sentence for the report, as on what else the machine does")
    args = parser.parse_args(argv)
    try:
        suites = [load_suite(folder) for folder in args.suite or [each for each in SUITES if each.is_dir()]]
        articles, questions = chosen(suites, args.articles, args.questions)
    except FootnoteError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    rows = []
    for entry in PROGRAMS:
        if not args.only or entry.name in args.only:
            sys.stderr.write(f"{entry.name}\n")
            rows.append(measured(entry, args.build, articles, questions))
    text, plots = report(rows, articles, questions, [suite.name for suite in suites], args.note)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(text, "utf-8")
    write_plots(args.out.with_suffix(""), plots)
    sys.stdout.write(text)
    return 0


def chosen(suites: Sequence[Suite], most_articles: int, most: int) -> tuple[list[dict[str, str]], list[SuiteQuestion]]:
    """Return articles, and the answerable questions on them, drawn at random where there are more; the same each time.

    Raises :class:`SuiteError` where there is no question.
    """
    articles: list[dict[str, str]] = []
    questions: list[SuiteQuestion] = []
    for suite in suites:
        kept = suite.articles[:most_articles]
        articles += [{"id": each.id, "title": each.title, "text": each.text} for each in kept]
        ids = {each.id for each in kept}
        alone = (each for each in suite.questions if each.answerable and not each.turns)
        able = [each for each in alone if {gold.article_id for gold in each.evidence} <= ids]
        questions += QuestionFilter(sample=most).choose(able)
    if not questions:
        raise SuiteError("there is no question to ask; name a suite with --suite")
    return articles, questions


def measured(entry: Contender, build: Path, articles: list[dict[str, str]], questions: Sequence[SuiteQuestion]) -> Row:
    """Let a program index and answer, and return what it took and found."""
    python = environment(build / entry.packages[0], entry.packages) if entry.packages else Path(sys.executable)
    folder, data = build / "index", build / "data.json"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    added = [{"id": f"new-{n}", "title": f"Ferry {n}", "text": f"Ferry {n}. {_NEWS}"} for n in range(_ADDED)]
    asked = [question.question for question in questions]
    data.write_text(json.dumps({"articles": articles, "questions": asked, "added": added if entry.adds else []}))
    started = time.time()
    built = _run(python, entry, "build", folder, data)
    whole = time.time() - started
    files = [path for path in folder.rglob("*") if path.is_file()]
    disk = sum(path.stat().st_size for path in files) / 2**20
    started = time.time()
    used = _run(python, entry, "ask", folder, data)
    found = used.pop("found")
    scores = [judged(question, passages) for question, passages in zip(questions, found, strict=True)]
    figures = {**built, **used, "whole": whole, "disk": disk, "start": used["ready"] - started}
    return Row(entry.name, figures, *map(fmean, zip(*scores, strict=True)))


def judged(question: SuiteQuestion, found: Sequence[Sequence[str]]) -> tuple[bool, bool]:
    """Tell whether the first passage is of a right article, and whether some passage holds a gold sentence."""
    right = {each.article_id for each in question.evidence}
    quotes = [(each.article_id, " ".join(each.quote.split())) for each in question.evidence]
    passages = [(article_id, " ".join(text.split())) for article_id, text in found]
    held = any(
        of == article_id and (quote in text or (text in quote and len(text) > len(quote) / 2))
        for article_id, text in passages
        for of, quote in quotes
    )
    return bool(found) and found[0][0] in right, held


def environment(folder: Path, packages: Sequence[str]) -> Path:
    """Return the Python of an environment that has the packages, making it, beside those of this one."""
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        own = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
        ours = [path for path in sys.path if path.rstrip("/").endswith(("site-packages", "dist-packages"))]
        (Path(own) / "ours.pth").write_text("\n".join(str(Path(path).resolve()) for path in ours) + "\n", "utf-8")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True, stdout=sys.stderr)
        (folder / ".ready").touch()
    return python.absolute()


def _run(python: Path, entry: Contender, action: str, folder: Path, data: Path) -> dict[str, Any]:
    # where two packages each bring an OpenMP, threads that wait in circles hold up the other's: txtai's question took
    # 310 ms instead of 17
    package = str(_package(data.parent / "package"))
    about = {**os.environ, "PYTHONPATH": package, "HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    script = f"footnote.eval.benchmarks.programs.{entry.script}"
    command: list[str | Path] = [python, "-m", script, action, folder, packaged_minilm(), data, *entry.words]
    done = subprocess.run(command, capture_output=True, text=True, env=about)
    if done.returncode:
        raise RuntimeError(f"{entry.name}: {done.stderr[-2_000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _package(folder: Path) -> Path:
    """Return a folder where Python finds this package, however it is installed."""
    folder.mkdir(exist_ok=True)
    link = folder / "footnote"
    if not link.exists():
        link.symlink_to(_ROOT, target_is_directory=True)
    return folder.resolve()


if __name__ == "__main__":
    sys.exit(main())
