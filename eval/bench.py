"""Speed, beside llama-index's default pipeline with the same model: ``python -m eval.bench`` or ``make bench``.

Both systems index the shipped articles in turn, several times each, in processes of their own; models are loaded
before the clock starts. What counts is the ratio within one run: machines differ, and the same one is not steady.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from corpus.article import Article
from corpus.offline import shut_network
from corpus.settings import Settings
from corpus.sources import Found, read_sources

GOLD = Path(__file__).resolve().parent / "gold"
_DEFAULT_OVERLAP = 200
"""llama-index's own default for its sentence splitter; many set 20 instead, so both are measured."""


System = Callable[[Sequence[Article]], dict[str, float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark, or (with ``--system``) one round of one system, and print the figures."""
    parser = argparse.ArgumentParser(prog="make bench", description="Indexing and answering speed.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each system indexes (default: %(default)s)")
    parser.add_argument("--copies", type=int, default=2, help="how often each article is in the text (default: 2)")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    shut_network()
    if args.system:
        sys.stdout.write(json.dumps(SYSTEMS[args.system](_articles(args.copies))) + "\n")
        return 0
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in SYSTEMS}
    for _ in range(args.rounds):
        for name in SYSTEMS:
            rounds[name].append(_child(name, args.copies))
    sys.stdout.write(report(rounds))
    return 0


def report(rounds: dict[str, list[dict[str, float]]]) -> str:
    """Return the medians of the rounds as lines of text, and Footnote's rate as a ratio to the others'."""
    rates = {name: median(r["characters_per_second"] for r in runs) for name, runs in rounds.items()}
    lines = [f"{name:42s}{rate:10,.0f} characters a second" for name, rate in rates.items()]
    ours = rates["footnote"]
    lines += [f"footnote / {name}: {ours / rate:.2f}" for name, rate in rates.items() if name != "footnote"]
    asked = rounds["footnote"]
    p50, p95 = (median(r[key] for r in asked) for key in ("answer_p50_ms", "answer_p95_ms"))
    lines.append(f"answers: median {p50:.0f} ms, 95th percentile {p95:.0f} ms")
    return "\n".join(lines) + "\n"


def _child(system: str, copies: int) -> dict[str, float]:
    command = [sys.executable, "-m", "eval.bench", "--system", system, "--copies", str(copies)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _articles(copies: int) -> list[Article]:
    folder = Path(str(sys.modules["corpus"].__path__[0])) / "articles"
    found = [item.article for item in read_sources([str(folder)]) if isinstance(item, Found)]
    return [
        Article(f"{article.id}-{n}", f"{article.text}\n\nCopy {n}.", article.title)
        for n in range(copies)
        for article in found
    ]


def _footnote(articles: Sequence[Article]) -> dict[str, float]:
    from qa.engine import Engine

    with tempfile.TemporaryDirectory() as home:
        engine = Engine.open(Settings(Path(home)))
        engine.warm_up()
        started = time.perf_counter()
        for _ in engine.add_many(articles):
            pass
        seconds = time.perf_counter() - started
        lines = (GOLD / "questions.jsonl").read_text("utf-8").splitlines()
        times = [engine.ask(json.loads(line)["question"]).timings_ms["total"] for line in lines]
        engine.close()
    p50, p95 = np.percentile(times, [50, 95])
    return {**_rate(articles, seconds), "answer_p50_ms": float(p50), "answer_p95_ms": float(p95)}


def _llama_index(articles: Sequence[Article], overlap: int) -> dict[str, float]:
    """Index as llama-index does by itself, in memory, with 256-token chunks and the same model."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    from index.encoder import packaged_minilm

    model: Any = HuggingFaceEmbedding(model_name=str(packaged_minilm()), device="cpu")
    model.get_text_embedding("warm up")
    splitter = SentenceSplitter(chunk_size=256, chunk_overlap=overlap)
    started = time.perf_counter()
    documents = [Document(text=article.text, metadata={"title": article.title}) for article in articles]
    VectorStoreIndex.from_documents(documents, transformations=[splitter], embed_model=model)
    return _rate(articles, time.perf_counter() - started)


def _rate(articles: Sequence[Article], seconds: float) -> dict[str, float]:
    return {"characters_per_second": sum(len(article.text) for article in articles) / seconds}


SYSTEMS: dict[str, System] = {
    "footnote": _footnote,
    f"llama-index, default overlap of {_DEFAULT_OVERLAP}": lambda articles: _llama_index(articles, _DEFAULT_OVERLAP),
    "llama-index, overlap of 20": lambda articles: _llama_index(articles, 20),
}


if __name__ == "__main__":
    sys.exit(main())
