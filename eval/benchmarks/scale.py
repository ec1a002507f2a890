"""What a library's size costs: ``python -m footnote.eval.benchmarks.scale --chunks 1000 10000 100000 1000000``.

Libraries of several sizes (`eval.benchmarks.bulk` makes them; they are kept, and each begins as a copy of the last),
each opened in a process of its own: asked the same questions, with and without limits, and given articles more. The
processor's time, of all threads together, stands beside the clock's, which others who use the machine make longer.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.eval.benchmarks.bulk import fill
from footnote.eval.benchmarks.programs.measuring import resident, timed
from footnote.eval.benchmarks.programs.report import bars, write_plots
from footnote.eval.report.report import md_table
from footnote.eval.suite import GOLD, load_suite
from footnote.index.search.scope import Scope
from footnote.qa.engine import Engine
from footnote.qa.retriever import CANDIDATES

SIZES = [1_000, 10_000]
MORE = ("clapnq-dev", "squad2-dev")
"""Suites whose articles are the real ones beside those that ship, where they are."""
STAGES = ("embedding", "retrieval", "scoring", "writing")
LIMITS = {
    "of six months": Scope(after="2019-01", before="2019-06"),
    "of ten days": Scope(after="2019-03-01", before="2019-03-10"),
    "of one publisher": Scope(publisher="The Harbour Post"),
    "that mean a month": Scope(period_start="2019-03-01", period_end="2019-03-31"),
}
"""Questions are asked inside these, too."""
_WARMING, _LIMITED, _ADDED = 5, 10, 5


def main(argv: Sequence[str] | None = None) -> int:
    """Make the libraries, measure each, and print the table; or (with ``--measure``) measure one."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.scale", description="What a library's size costs."
    )
    parser.add_argument("--chunks", type=int, nargs="+", default=SIZES, help="sizes (default: 1000 10000)")
    parser.add_argument("--questions", type=int, default=40, help="how many are asked (default: %(default)s)")
    parser.add_argument("--libraries", type=Path, default=Path("build/scale"), help="where they are kept")
    parser.add_argument("--suites", type=Path, default=Path("../shared/suites"), help="with more real articles")
    parser.add_argument("--plots", type=Path, help="a folder to write time and memory by size to, as SVG")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    shut_network()
    if args.measure:
        sys.stdout.write(json.dumps(measure(args.measure, args.questions)) + "\n")
        return 0
    found, last = [], None
    for size in sorted(args.chunks):
        last = make(args.libraries / str(size), size, last, args.suites)
        command = [sys.executable, "-m", "footnote.eval.benchmarks.scale", "--measure", str(last)]
        done = subprocess.run([*command, "--questions", str(args.questions)], stdout=subprocess.PIPE, check=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
        sys.stderr.write("\n".join(table(found)) + "\n")
    sys.stdout.write("\n".join(table(found)) + "\n")
    if args.plots:
        write_plots(args.plots, plots(found))
    return 0


def make(home: Path, size: int, smaller: Path | None, suites: Path) -> Path:
    """Make a library of ``size`` chunks, unless it is there, beginning with a copy of a ``smaller`` one."""
    if (home / "made").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    if smaller:
        shutil.copytree(smaller, home, ignore=shutil.ignore_patterns("made"))
    with closing(Engine.open(Settings(home))) as engine:
        if not smaller:
            list(tqdm(engine.add_many(real_articles(suites)), desc="real articles"))
        with tqdm(total=size, initial=engine.index.size(), desc=f"making {size:,} chunks") as bar:
            for count in fill(engine.index, size, seed=engine.index.size()):
                bar.update(count - bar.n)
        sys.stderr.write("Chroma's index\n")
        engine.index.derived.sync()
    (home / "made").touch()
    return home


def real_articles(suites: Path) -> list[Article]:
    """Return the articles that ship, and those of suites in a folder."""
    folders = [GOLD, *(suites / name for name in MORE if (suites / name).is_dir())]
    return [article for folder in folders for article in load_suite(folder).articles]


def measure(home: Path, count: int) -> dict[str, object]:
    """Return what a library costs: milliseconds, as (clock, processor), megabytes, kilobytes a chunk, recall.

    The articles that are added are taken out again.
    """
    questions = [each.question for each in load_suite(GOLD).questions[:count]]
    began, processor = time.perf_counter(), time.process_time()
    with closing(Engine.open(Settings(home))) as engine:
        engine.index.derived.wait()
        engine.ask(questions[0])
        start = [(1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - processor))]
        for question in questions[:_WARMING]:
            engine.ask(question)
        took: list[Mapping[str, float]] = []
        bar = tqdm(questions, desc=f"asking {engine.index.size():,} chunks")
        asked = [timed(partial(_ask, engine, question, took)) for question in bar]
        limited = {
            name: [timed(partial(_search, engine, question, scope)) for question in questions[:_LIMITED]]
            for name, scope in LIMITS.items()
        }
        memory = resident()
        added = [timed(partial(_add, engine, n)) for n in range(_ADDED)]
        engine.library.withdraw([f"new-{n}" for n in range(_ADDED)])
        chunks = engine.index.size()
        recall = engine.index.derived.recall()
    stages = {stage: [each.get(stage, 0.0) for each in took] for stage in STAGES}
    files = [path for path in home.rglob("*") if path.is_file()]
    disk = sum(path.stat().st_size for path in files) / 1_024 / max(1, chunks)
    return {
        "chunks": chunks, "asked": asked, "stages": stages, "limited": limited, "added": added, "start": start,
        "memory": memory, "disk": disk, "recall": recall,
    }  # fmt: skip


def _ask(engine: Engine, question: str, took: list[Mapping[str, float]]) -> None:
    took.append(engine.ask(question).timings_ms)


def _search(engine: Engine, question: str, scope: Scope) -> None:
    engine.index.search(engine.index.encoder.encode_query(question), question, scope, CANDIDATES)


def _add(engine: Engine, number: int) -> None:
    """Add an article and find it."""
    article = Article(f"new-{number}", f"Ferry {number} sank off Orrin. Nobody was hurt.", f"Ferry {number}")
    list(engine.add_many([article]))
    found = engine.search(f"Did ferry {number} sink off Orrin?", 10)
    if all(each.source.article_id != article.id for each in found):
        raise AssertionError(f"{article.id} was added, and is not found")


def table(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the figures as Markdown, a column for each library: medians, and 95th percentiles in brackets."""
    columns = [_column(each) for each in found]
    return list(md_table([(name, *(column[name] for column in columns)) for name in columns[0]]))


def _column(each: Mapping[str, Any]) -> dict[str, str]:
    """Return what one library costs, by the names of the table's rows."""
    pairs = {"a question": each["asked"], **{f"passages {name}": each["limited"][name] for name in LIMITS},
             "an article more, until found": each["added"], "start to first answer": each["start"]}  # fmt: skip
    cells = {"": f"{each['chunks']:,} chunks"}
    for name, times in pairs.items():
        clock, processor = zip(*times, strict=True)
        cells |= {f"{name}, ms": _middle(clock), f"{name}, processor, ms": _middle(processor)}
    cells |= {f"a question's {stage}, ms": _middle(each["stages"][stage]) for stage in STAGES}
    cells["recall of the ten nearest"] = f"{each['recall']:.3f}"
    cells["memory, MB"] = f"{each['memory']:,.0f}"
    cells["disk, KB a chunk"] = f"{each['disk']:.1f}"
    return cells


def plots(found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a question's median and the memory by size, as SVG by file name."""
    named = {f"{each['chunks']:,} chunks": each for each in found}
    asked = {name: float(np.median([clock for clock, _ in each["asked"]])) for name, each in named.items()}
    memory = {name: float(each["memory"]) for name, each in named.items()}
    return {"question.svg": bars("A question, milliseconds, median", asked), "memory.svg": bars("Memory, MB", memory)}


def _middle(times: Sequence[float]) -> str:
    return f"{np.median(times):.0f} ({np.percentile(times, 95):.0f})"


if __name__ == "__main__":
    sys.exit(main())
