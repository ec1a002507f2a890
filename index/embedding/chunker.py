"""Chunks: runs of whole sentences that the embedding model can read to the end.

A model silently drops what is over its limit, so a chunk is packed by word pieces, title included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from footnote.index.embedding.sentences import SentenceSpan

MAX_TITLE_PIECES = 32


@dataclass(frozen=True, slots=True)
class Chunk:
    """Sentences ``first`` to ``last`` (exclusive) of an article, and the span they cover."""

    first: int
    last: int
    start: int
    end: int


def pack(sentences: Sequence[SentenceSpan], pieces: Sequence[int], budget: int) -> list[Chunk]:
    """Pack neighbouring quotable sentences into chunks of at most ``budget`` word pieces each.

    ``pieces[i]`` counts sentence ``i``; one over the budget is a chunk of its own (the caller cuts sentences
    so that none is). Chunks of a run without furniture are of about equal size, and start at a paragraph's
    start where that costs little. Empty input gives no chunks.
    """
    chunks: list[Chunk] = []
    for quotable, run in groupby(range(len(sentences)), lambda n: sentences[n].quotable):
        if quotable:
            chunks.extend(_pack_run(sentences, pieces, budget, list(run)))
    return chunks


def _pack_run(sentences: Sequence[SentenceSpan], pieces: Sequence[int], budget: int, run: Sequence[int]) -> list[Chunk]:
    total = sum(pieces[n] for n in run)
    target = total / -(-total // budget) if total else budget
    chunks: list[Chunk] = []
    first, size = run[0], 0
    for n in run:
        at_paragraph = n > first and sentences[n].paragraph != sentences[n - 1].paragraph
        full = size + pieces[n] > budget
        enough = size >= 0.8 * target if at_paragraph else size + pieces[n] / 2 > 1.15 * target
        if n > first and (full or enough):
            chunks.append(chunk_of(sentences, first, n))
            first, size = n, 0
        size += pieces[n]
    chunks.append(chunk_of(sentences, first, run[-1] + 1))
    return chunks


def chunk_of(sentences: Sequence[SentenceSpan], first: int, last: int) -> Chunk:
    """Return the chunk of the sentences ``first`` to ``last`` (exclusive)."""
    return Chunk(first, last, sentences[first].start, sentences[last - 1].end)
