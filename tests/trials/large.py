"""Time what a large library costs: ``python -m tests.trials.large --chunks 50000``.

Vectors come from a toy encoder, so that embedding takes next to nothing: what is left is what the library adds to it.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from footnote.cli.output import note, result
from footnote.corpus.article import Article
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.index.library import StoredChunk
from footnote.index.passages import PassageIndex
from tests.trials.kills import ToyEncoder

CHUNKS_EACH = 10
DIMENSION = 384
TIMES = 7


class RandomEncoder(ToyEncoder):
    """Unit vectors at random, a good deal faster than from hashes."""

    def __init__(self):
        super().__init__("random", DIMENSION)
        self._chance = np.random.default_rng(0)

    def encode_query(self, text):
        vector = self._chance.normal(size=DIMENSION).astype(np.float32)
        return vector / np.linalg.norm(vector)


def text_of(n):
    """Ten sentences with words of their own, one for each chunk."""
    return " ".join(
        f"Article{n} tells of harbour{n % 97} and treaty{n}x{m} in place{n * 7 + m}." for m in range(CHUNKS_EACH)
    )


def fill(index, articles):
    """Put articles into the library without the disk waiting for each."""
    index.library.connection().execute("PRAGMA synchronous = OFF")
    for n in range(articles):
        article = Article(f"a{n}", text_of(n), f"Title {n}")
        end = len(article.text) // CHUNKS_EACH
        chunks = []
        for m in range(CHUNKS_EACH):
            vector = index.encoder.encode_query("")
            span = np.array([(m * end, (m + 1) * end, 0)], dtype=np.int32)
            chunks.append(StoredChunk(article.id, m * end, (m + 1) * end, span, vector, vector[None, :]))
        index.library.put(article, chunks, index.made_with())
    index.library.connection().execute("PRAGMA synchronous = FULL")


def seconds_to_add(index, start):
    """Return the median seconds for adding one article, and for being able to search with it."""
    adding, searching = [], []
    for n in range(start, start + TIMES):
        began = time.perf_counter()
        found = SourcedArticle(Article(f"new{n}", text_of(10**6 + n), "New"), named=True)
        assert [added.outcome for added in index.add([found])] == ["added"]
        index.derived.sync()
        adding.append(time.perf_counter() - began)
        began = time.perf_counter()
        index.snapshot()
        searching.append(time.perf_counter() - began)
    return sorted(adding)[TIMES // 2], sorted(searching)[TIMES // 2]


def main():
    """Fill a library, and print what adding to it takes, beside an empty one."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.large", description=__doc__.partition("\n")[0])
    parser.add_argument("--chunks", type=int, default=50_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for chunks in (0, args.chunks):
            index = PassageIndex(Settings(Path(folder) / str(chunks)), RandomEncoder(), note)
            began = time.perf_counter()
            fill(index, chunks // CHUNKS_EACH)
            filled = time.perf_counter() - began
            index.derived.sync()
            index.snapshot()
            built = time.perf_counter() - began - filled
            adding, searching = seconds_to_add(index, chunks)
            result(
                f"{chunks} chunks: filled in {filled:.0f} s, Chroma in {built:.0f} s; one article more: {adding:.3f} s,"
                f" and {searching:.3f} s until it is searched"
            )
            began = time.perf_counter()
            index.close()
            closed = time.perf_counter() - began
            began = time.perf_counter()
            index = PassageIndex(Settings(Path(folder) / str(chunks)), RandomEncoder(), note)
            index.derived.wait()
            result(f"closed in {closed:.2f} s, opened again with Chroma in {time.perf_counter() - began:.2f} s")
            index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
