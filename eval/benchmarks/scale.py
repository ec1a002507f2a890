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
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.eval.benchmarks.bulk import fill
from footnote.eval.benchmarks.gold_articles import BRIEFS
from footnote.eval.benchmarks.programs.measuring import resident, timed
from footnote.eval.benchmarks.programs.report import bars
from footnote.eval.report.report import md_table
from footnote.eval.suite import load_suite
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
TOTALS = (
    ("recall", "recall of the ten nearest", "{:.3f}"),
    ("memory", "memory, MB", "{:,.0f}"),
    ("disk", "disk, KB a chunk", "{:.1f}"),
)
_GOLD = Path(__file__).resolve().parents[1] / "gold" / "questions.jsonl"
_WARMING, _LIMITED, _ADDED = 5, 10, 5

Times = list[tuple[float, float]]
"""Pairs of milliseconds: by the clock, of the processor."""


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
        args.plots.mkdir(parents=True, exist_ok=True)
        for name, plot in plots(found).items():
            (args.plots / name).write_text(plot, "utf-8")
    return 0


def make(home: Path, size: int, smaller: Path | None, suites: Path) -> Path:
    """Make a library of ``size`` chunks, unless it is there, beginning with a copy of a ``smaller`` one."""
    if (home / "made").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    if smaller:
        shutil.copytree(smaller, home)
        (home / "made").unlink()
    with closing(Engine.open(Settings(home))) as engine:
        if not smaller:
            for _ in tqdm(engine.add_many(real_articles(suites)), desc="real articles"):
                pass
        with tqdm(total=size, initial=engine.index.size(), desc=f"making {size:,} chunks") as bar:
            for count in fill(engine.index, size, seed=engine.index.size()):
                bar.update(count - bar.n)
        sys.stderr.write("Chroma's index\n")
        engine.index.derived.sync()
    (home / "made").touch()
    return home


def real_articles(suites: Path) -> Iterable[Article | SourcedArticle]:
    """Yield the articles that ship, and those of suites in a folder."""
    yield from (item for item in read_sources([str(BRIEFS)]) if isinstance(item, SourcedArticle))
    for name in MORE:
        if (suites / name).is_dir():
            yield from load_suite(suites / name).articles


def measure(home: Path, count: int) -> dict[str, object]:
    """Return what a library costs: milliseconds, as (clock, processor), megabytes, kilobytes a chunk, recall.

    The articles that are added are taken out again.
    """
    rows: Iterable[Mapping[str, str]] = map(json.loads, _GOLD.read_text("utf-8").splitlines())
    questions = [row["question"] for row in islice(rows, count)]
    began, processor = time.perf_counter(), time.process_time()
    with closing(Engine.open(Settings(home))) as engine:
        engine.index.derived.wait()
        engine.ask(questions[0])
        start = [(1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - processor))]
        for question in questions[:_WARMING]:
            engine.ask(question)
        stages: dict[str, list[float]] = {stage: [] for stage in STAGES}
        bar = tqdm(questions, desc=f"asking {engine.index.size():,} chunks")
        asked = [_milliseconds(partial(_ask, engine, question, stages)) for question in bar]
        limited = {
            name: [_milliseconds(partial(_search, engine, question, scope)) for question in questions[:_LIMITED]]
            for name, scope in LIMITS.items()
        }
        memory = resident()
        added = [_milliseconds(partial(_add, engine, n)) for n in range(_ADDED)]
        engine.library.withdraw([f"new-{n}" for n in range(_ADDED)])
        chunks = engine.index.size()
        recall = engine.index.derived.recall()
    files = [path for path in home.rglob("*") if path.is_file()]
    disk = sum(path.stat().st_size for path in files) / 1_024 / max(1, chunks)
    return {
        "chunks": chunks, "asked": asked, "stages": stages, "limited": limited, "added": added, "start": start,
        "memory": memory, "disk": disk, "recall": recall,
    }  # fmt: skip


def _ask(engine: Engine, question: str, stages: Mapping[str, list[float]]) -> None:
    took = engine.ask(question).timings_ms
    for stage, each in stages.items():
        each.append(took.get(stage, 0.0))


def _search(engine: Engine, question: str, scope: Scope) -> None:
    engine.index.search(engine.index.encoder.encode_query(question), question, scope, CANDIDATES)


def _add(engine: Engine, number: int) -> None:
    """Add an article and find it."""
    article = Article(f"new-{number}", f"Ferry {number} sank off Orrin. Nobody was hurt.", f"Ferry {number}")
    for _ in engine.add_many([article]):
        pass
    found = engine.search(f"Did ferry {number} sink off Orrin?", 10)
    if all(each.source.article_id != article.id for each in found):
        raise AssertionError(f"{article.id} was added, and is not found")


def _milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = timed(work)
    return 1e3 * clock, 1e3 * processor


def table(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the figures as Markdown, a column for each library: medians, and 95th percentiles in brackets."""
    pairs: dict[str, list[Times]] = {
        "a question": [each["asked"] for each in found],
        **{f"passages {name}": [each["limited"][name] for each in found] for name in LIMITS},
        "an article more, until found": [each["added"] for each in found],
        "start to first answer": [each["start"] for each in found],
    }
    rows: list[tuple[str, ...]] = [("", *(f"{each['chunks']:,} chunks" for each in found))]
    for name, columns in pairs.items():
        for n, of in enumerate(("", ", processor")):
            rows.append((f"{name}{of}, ms", *(_middle([time[n] for time in times]) for times in columns)))
    rows += [(f"a question's {stage}, ms", *(_middle(each["stages"][stage]) for each in found)) for stage in STAGES]
    for name, what, form in TOTALS:
        rows.append((what, *(form.format(each[name]) for each in found)))
    return list(md_table(rows))


def plots(found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a question's median and the memory by size, as SVG by file name."""
    names = [f"{each['chunks']:,} chunks" for each in found]
    asked = [float(np.median([clock for clock, _ in each["asked"]])) for each in found]
    memory = [float(each["memory"]) for each in found]
    return {
        "question.svg": bars("A question, milliseconds, median", dict(zip(names, asked, strict=True))),
        "memory.svg": bars("Memory, MB", dict(zip(names, memory, strict=True))),
    }


def _middle(times: Sequence[float]) -> str:
    return f"{np.median(times):.0f} ({np.percentile(times, 95):.0f})"


if __name__ == "__main__":
    sys.exit(main())
