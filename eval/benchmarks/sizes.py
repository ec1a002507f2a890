"""What a library's size does to answers: ``python -m footnote.eval.benchmarks.sizes SUITE --distractors FILE...``.

A suite's questions are asked of its own articles, and then of libraries that hold hundreds and thousands more, on other
things. The simplest answerers are asked beside the engine. Libraries are built once and kept, under ``build/sizes``.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.eval.benchmarks.distractors import distractors
from footnote.eval.commands import add_answering_models, offline_program, positive, probability
from footnote.eval.engine import open_engine
from footnote.eval.record import Record
from footnote.eval.report.loaded import fitted_on, fitted_words
from footnote.eval.report.report import dumped, md_table, number
from footnote.eval.run import answered, build_library
from footnote.eval.score.catalogue import BY_NAME
from footnote.eval.score.summary import Summary, summarise
from footnote.eval.score.support import LazyEncoder
from footnote.eval.subject import Opener, Subject
from footnote.eval.suite import QuestionFilter, Suite, SuiteQuestion, load_suite

OWN = "footnote"
MEASURES = ("article_recall@1", "right_first", "answer_in_quote", "over_refusal", "wrong_on_unanswerable", "draft_f1",
            "citation_f1_all", "auroc", "ece")  # fmt: skip
"""The columns; `eval.score.catalogue` says what they mean."""
_RESAMPLES = 1_000
"""So many resamples give the intervals of the JSON."""


@dataclass(frozen=True, slots=True)
class SizeRow:
    """What one answerer made of a library of ``articles``; ``p50_ms`` is the engine's median answer.

    ``fitted`` names what its models were fitted on.
    """

    answerer: str
    articles: int
    summary: Summary
    fitted: tuple[str, ...]
    p50_ms: float | None = None


@offline_program
def main(argv: Sequence[str] | None = None, *, opener: Opener = open_engine) -> int:
    """Measure a suite at each size and print the table; returns the exit code."""
    args = parser().parse_args(argv)
    rows = measure(args, opener)
    text = dumped([as_json(row) for row in rows]) if args.json else "\n".join(table(rows)) + "\n"
    sys.stdout.write(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.sizes", description="What a library's size does to answers."
    )
    made.add_argument("suite", type=Path, metavar="SUITE", help="folder with articles.jsonl and questions.jsonl")
    made.add_argument(
        "--distractors", type=Path, action="append", default=[], metavar="PATH",
        help="JSON lines of articles (text) or passages (title, sentences), or a folder of such files; repeatable",
    )  # fmt: skip
    made.add_argument(
        "--sizes", type=counts, default=(0, 300, 2_000), metavar="N,N", help="how many more articles (0,300,2000)"
    )
    made.add_argument("--sample", type=positive, metavar="N", help="only N questions drawn at random")
    made.add_argument("--seed", type=int, default=0, metavar="S", help="of the samples (default: 0)")
    made.add_argument("--min-confidence", type=probability, metavar="P", help="decline below P; 0 never declines")
    made.add_argument("--libraries", type=Path, default=Path("build/sizes"), metavar="DIR", help="where they are kept")
    made.add_argument("--json", action="store_true", help="JSON with every measure and its interval")
    made.add_argument("--out", type=Path, metavar="FILE", help="write what is printed to a file, too")
    add_answering_models(made)
    return made


def counts(text: str) -> tuple[int, ...]:
    """Read numbers with commas between them."""
    return tuple(sorted({int(part) for part in text.split(",")}))


def measure(args: argparse.Namespace, opener: Opener) -> list[SizeRow]:
    """Return a row for each size and answerer."""
    suite = load_suite(args.suite)
    questions = QuestionFilter(sample=args.sample, seed=args.seed).choose(suite.questions)
    more = distractors(args.distractors, suite, args.seed)
    if len(more) < max(args.sizes):
        raise UsageError(f"there are {len(more):,} articles to add; give more --distractors, or smaller --sizes")
    rows = []
    for size in args.sizes:
        articles = (*suite.articles, *more[:size])
        settings = Settings.from_environment(
            home=args.libraries / key_of(suite, more[:size], args.embedding or ""),
            library="",
            model=args.embedding,
            reader=args.reader,
            min_confidence=args.min_confidence,
            llm_url=args.llm,
            llm_model=args.llm_model,
            allow_download=args.allow_download,
        )
        with closing(opener(settings)) as subject:
            build_once(subject, suite, more[:size], settings.home)
            rows += size_rows(subject, questions, articles, settings)
    return rows


def key_of(suite: Suite, more: Sequence[Article], embedding: str) -> str:
    """Return the name of the folder of a library."""
    lines = [suite.digest, embedding, *(f"{each.id} {each.version} {each.published}" for each in more)]
    return f"{suite.name}-{len(more)}-{sha256(chr(10).join(lines).encode()).hexdigest()[:12]}"


def build_once(subject: Subject, suite: Suite, more: Sequence[Article], folder: Path) -> None:
    """Add all articles, unless that has been done before."""
    if not (folder / "built").exists():
        build_library(subject, suite.articles, progress=True)
        for _ in tqdm(subject.add(more), total=len(more), desc=f"{len(more):,} more", unit="", disable=not more):
            pass
        (folder / "built").touch()


def size_rows(
    subject: Subject, questions: Sequence[SuiteQuestion], articles: Sequence[Article], settings: Settings
) -> list[SizeRow]:
    """Ask the questions, and return the rows of the engine and of those beside it."""
    known = {article.id: article for article in articles}
    times: list[float] = []
    records: dict[str, list[Record]] = {}
    bar = tqdm(questions, desc=f"questions of {len(articles):,}", unit="")
    for record, simplest, milliseconds in answered(subject, bar, known, LazyEncoder(settings)):
        times.append(milliseconds)
        for name, each in {OWN: record, **simplest}.items():
            records.setdefault(name, []).append(each)
    median = sorted(times)[len(times) // 2] if times else 0.0
    summaries = {name: summarise(each, resamples=_RESAMPLES) for name, each in records.items()}
    engine = fitted_on(subject.describe())
    return [
        SizeRow(name, len(articles), each, *((engine, median) if name == OWN else ((), None)))
        for name, each in summaries.items()
    ]


def table(rows: Sequence[SizeRow]) -> list[str]:
    """Return a Markdown table, sizes together."""
    cells = [("articles", "answerer", *(BY_NAME[name].title for name in MEASURES), "median answer")]
    for row in rows:
        median = "" if row.p50_ms is None else f"{row.p50_ms:.0f} ms"
        values = (number(row.summary.value(name)) for name in MEASURES)
        cells.append((f"{row.articles:,}", row.answerer, *values, median))
    fitted = fitted_words(name for row in rows[:1] for name in row.fitted)
    return [*md_table(cells), "", f"{OWN}: {fitted}"]


def as_json(row: SizeRow) -> Mapping[str, Any]:
    """Return a row as plain JSON values."""
    about = {"answerer": row.answerer, "articles": row.articles, "fitted_on": row.fitted, "p50_ms": row.p50_ms}
    return {**about, **row.summary.to_dict()}


if __name__ == "__main__":
    sys.exit(main())
