"""Speed: ``python -m footnote.eval.benchmarks.speed`` or ``make bench``.

Two things are timed. Indexing, beside llama-index's default pipeline with the same model: both systems index the
shipped articles in turn, in processes of their own, once with the models loaded before the clock starts, and once from
the process's start to its end. And what a library's size costs: libraries of several sizes (`eval.benchmarks.bulk`
makes them), each asked the same questions, stage by stage, and given one article more. What counts is the ratio within
one run: machines differ, and the same one is not steady. The processor's time is given beside the clock's, which others
who use the machine make longer.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from footnote.corpus.article import Article
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.eval.benchmarks.gold_articles import BRIEFS
from footnote.eval.benchmarks.large import large_table

SIZES = [100, 1_000, 10_000]
_DEFAULT_OVERLAP = 200
"""llama-index's own default for its sentence splitter; many set 20 instead, so both are measured."""


System = Callable[[Sequence[Article]], dict[str, float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark, or (with ``--system``) one round of one system, and print the figures."""
    parser = argparse.ArgumentParser(prog="make bench", description="Indexing and answering speed.")
    parser.add_argument("--rounds", type=int, default=1, help="how often each system indexes (default: %(default)s)")
    parser.add_argument("--copies", type=int, default=1, help="how often each article is in the text (default: 1)")
    parser.add_argument(
        "--chunks", type=int, nargs="*", default=SIZES, help="sizes of libraries to ask (default: 100 1000 10000)"
    )
    parser.add_argument("--questions", type=int, default=100, help="how many are asked (default: %(default)s)")
    parser.add_argument("--reader", default="", help="the reader to ask with: a folder")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    shut_network()
    if args.system:
        sys.stdout.write(json.dumps(SYSTEMS[args.system](_articles(args.copies))) + "\n")
        return 0
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in SYSTEMS}
    for n in range(args.rounds):
        for name in SYSTEMS:
            sys.stderr.write(f"indexing, round {n + 1} of {args.rounds}: {name}\n")
            rounds[name].append(_child(name, args.copies))
    if args.rounds:
        sys.stdout.write(report(rounds))
    if args.chunks:
        sys.stdout.write(large_table(sorted(args.chunks), args.questions, args.reader))
    return 0


def report(rounds: dict[str, list[dict[str, float]]]) -> str:
    """Return the medians of the rounds as lines of text, and Footnote's rate as a ratio to the others'."""
    lines = []
    for measure, what in (("characters_per_second", "without start"), ("with_start", "with start")):
        rates = {name: median(r[measure] for r in runs) for name, runs in rounds.items()}
        lines += [f"{name:42s}{rate:10,.0f} characters a second, {what}" for name, rate in rates.items()]
        others = [name for name in rates if name != "footnote"]
        lines += [f"footnote / {name}, {what}: {rates['footnote'] / rates[name]:.2f}" for name in others]
    return "\n".join(lines) + "\n"


def _child(system: str, copies: int) -> dict[str, float]:
    command = [sys.executable, "-m", "footnote.eval.benchmarks.speed", "--system", system, "--copies", str(copies)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**figures, "with_start": figures["characters"] / seconds}


def _articles(copies: int) -> list[Article]:
    found = [item.article for item in read_sources([str(BRIEFS)]) if isinstance(item, SourcedArticle)]
    return [
        replace(each, id=f"{each.id}-{n}", text=f"{each.text}\n\nCopy {n}.") for n in range(copies) for each in found
    ]


def _footnote(articles: Sequence[Article]) -> dict[str, float]:
    from footnote.qa.engine import Engine

    with tempfile.TemporaryDirectory() as home:
        engine = Engine.open(Settings(Path(home)))
        engine.warm_up()
        started = time.perf_counter()
        for _ in engine.add_many(articles):
            pass
        seconds = time.perf_counter() - started
        engine.close()
    return _rate(articles, seconds)


def _llama_index(articles: Sequence[Article], overlap: int) -> dict[str, float]:
    """Index as llama-index does by itself, in memory, with 256-token chunks and the same model."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    from footnote.index.embedding.encoder import packaged_minilm

    model: Any = HuggingFaceEmbedding(model_name=str(packaged_minilm()), device="cpu")
    model.get_text_embedding("warm up")
    splitter = SentenceSplitter(chunk_size=256, chunk_overlap=overlap)
    started = time.perf_counter()
    documents = [Document(text=article.text, metadata={"title": article.title}) for article in articles]
    VectorStoreIndex.from_documents(documents, transformations=[splitter], embed_model=model)
    return _rate(articles, time.perf_counter() - started)


def _rate(articles: Sequence[Article], seconds: float) -> dict[str, float]:
    characters = sum(len(article.text) for article in articles)
    return {"characters": characters, "characters_per_second": characters / seconds}


SYSTEMS: dict[str, System] = {
    "footnote": _footnote,
    f"llama-index, default overlap of {_DEFAULT_OVERLAP}": lambda articles: _llama_index(articles, _DEFAULT_OVERLAP),
    "llama-index, overlap of 20": lambda articles: _llama_index(articles, 20),
}


if __name__ == "__main__":
    sys.exit(main())
