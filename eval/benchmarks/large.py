"""What a library's size costs: answering, stage by stage, and adding one article more."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.corpus.sources import read_sources
from footnote.eval.benchmarks.bulk import fill
from footnote.eval.benchmarks.gold_articles import BRIEFS
from footnote.index.embedding.encoder import Encoded, Encoder, EncoderInput
from footnote.index.embedding.minilm import open_encoder
from footnote.qa.engine import Engine

STAGES = ("understanding", "embedding", "retrieval", "scoring", "writing", "total", "processor")
_GOLD = Path(__file__).resolve().parents[1] / "gold" / "questions.jsonl"
_WARMING = 5
_ADDED = 7


@dataclass
class Costs:
    """What was measured in one library, all in milliseconds.

    ``stages`` has each stage's time for each question, ``processor`` that of all threads together; ``adding`` what an
    article takes until it is committed and in Chroma, less its embedding, and ``finding`` what it takes from there
    until it is searched. ``recall`` is what share of the ten nearest chunks Chroma finds, 0 to 1; ``memory`` are the
    megabytes that the process holds, ``disk`` the kilobytes of each chunk.
    """

    chunks: int
    stages: dict[str, list[float]] = field(default_factory=dict)
    adding: list[float] = field(default_factory=list)
    finding: list[float] = field(default_factory=list)
    recall: float = 0.0
    memory: float = 0.0
    disk: float = 0.0


class Stopwatch:
    """An embedding model that tells how long it took."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.seconds = 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[Encoded]:
        """Encode, and add the time to ``seconds``."""
        started = time.perf_counter()
        try:
            return self._encoder.encode_passages(passages)
        finally:
            self.seconds += time.perf_counter() - started


def large_table(sizes: Sequence[int], questions: int, reader: str = "") -> str:
    """Make a library of each size (in chunks), rising, ask and add, and return the table of what it costs.

    ``reader`` is as in `corpus.settings.Settings`.
    """
    encoder = Stopwatch(open_encoder())
    found = []
    with tempfile.TemporaryDirectory() as home:
        for size in sizes:
            engine = Engine.open(Settings(Path(home), reader=reader), encoder=encoder)  # type: ignore[arg-type]
            try:
                _grow(engine, size)
                found.append(measure(engine, encoder, _questions(questions)))
            finally:
                engine.close()
    return table(found)


def measure(engine: Engine, encoder: Stopwatch, questions: Sequence[str]) -> Costs:
    """Ask the questions, then add a few articles, and return what it took; the articles are taken out again."""
    costs = Costs(engine.index.size(), recall=engine.index.derived.recall())
    files = [path for path in engine.settings.home.rglob("*") if path.is_file()]
    costs.disk = sum(path.stat().st_size for path in files) / 1_024 / max(1, costs.chunks)
    for question in questions[:_WARMING]:
        engine.ask(question)
    for question in tqdm(questions, desc=f"asking {costs.chunks:,} chunks", file=sys.stderr):
        before = time.process_time()
        answer = engine.ask(question)
        laps = {**answer.timings_ms, "processor": 1e3 * (time.process_time() - before)}
        for stage, milliseconds in laps.items():
            costs.stages.setdefault(stage, []).append(milliseconds)
    costs.memory = resident()
    articles = [Article(f"new-{n}", f"Number {n} of the new articles.\n\n{_NEWS}", "News") for n in range(_ADDED)]
    for article in articles:
        encoder.seconds = 0.0
        started = time.perf_counter()
        for _ in engine.add_many([article]):
            pass
        added = time.perf_counter()
        engine.index.snapshot()
        costs.adding.append(1e3 * (added - started - encoder.seconds))
        costs.finding.append(1e3 * (time.perf_counter() - added))
    engine.library.withdraw([article.id for article in articles])
    return costs


def table(found: Sequence[Costs]) -> str:
    """Return the medians and 95th percentiles as lines of text, a column for each library."""
    lines = ["", f"{'milliseconds, median (95%)':28s}" + "".join(f"{costs.chunks:>10,} chunks" for costs in found)]
    asked = [stage for stage in STAGES if all(stage in costs.stages for costs in found)]
    lines += [_line(f"answering: {stage}", [costs.stages[stage] for costs in found]) for stage in asked]
    lines.append(_line("adding, less embedding", [costs.adding for costs in found]))
    lines.append(_line("until it is searched", [costs.finding for costs in found]))
    for name, cells in {
        "recall of the ten nearest": [f"{costs.recall:.3f}" for costs in found],
        "memory, MB": [f"{costs.memory:,.0f}" for costs in found],
        "disk, KB a chunk": [f"{costs.disk:.1f}" for costs in found],
    }.items():
        lines.append(f"{name:28s}" + "".join(f"{cell:>17s}" for cell in cells))
    return "\n".join(lines) + "\n"


def _line(name: str, columns: Iterable[Sequence[float]]) -> str:
    cells = (f"{np.median(times):.0f} ({np.percentile(times, 95):.0f})" for times in columns)
    return f"{name:28s}" + "".join(f"{cell:>17s}" for cell in cells)


def resident() -> float:
    """Return the megabytes of memory that this process holds now; at most so many where the system tells only that."""
    try:
        status = Path("/proc/self/status").read_text("utf-8")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1_024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def _grow(engine: Engine, size: int) -> None:
    if not engine.library.versions():
        sys.stderr.write("adding the articles that ship\n")
        for _ in engine.add_many(item for item in read_sources([str(BRIEFS)]) if isinstance(item, SourcedArticle)):
            pass
    with tqdm(total=size, desc=f"making {size:,} chunks", file=sys.stderr) as bar:
        for count in fill(engine.index, size):
            bar.update(count - bar.n)
    engine.index.derived.sync()
    engine.warm_up()


def _questions(count: int) -> list[str]:
    rows: Iterable[Mapping[str, str]] = map(json.loads, _GOLD.read_text("utf-8").splitlines())
    return [row["question"] for row in islice(rows, count)]


_NEWS = """The ferry company said on Tuesday that its night service would not return before autumn. Passengers had asked
for it since the winter timetable was cut in half.

The port council, which pays for a third of the service, meets again in two weeks. Its chair said that the money was
there, but that nobody had applied to run the boats."""
