"""From an article to what the embedding model reads: its sentences, its chunks, and the passages made of them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from footnote.corpus.article import Article
from footnote.corpus.text import Span
from footnote.index.embedding.chunker import MAX_TITLE_PIECES, Chunk, chunk_of, pack
from footnote.index.embedding.encoder import Encoded, Encoder, EncoderInput
from footnote.index.embedding.sentences import SentenceSpan, split_sentences
from footnote.index.library import StoredChunk

CHUNKING = "sentences/3"
"""Names how articles are cut; raise the number when that changes, since vectors made otherwise do not mix."""


@dataclass(frozen=True, slots=True)
class IndexingPlan:
    """An article's sentences, and the chunks of them that are encoded; ``title`` is what goes before each."""

    article: Article
    title: str
    sentences: tuple[SentenceSpan, ...]
    chunks: tuple[Chunk, ...]

    def passages(self) -> list[EncoderInput]:
        """Return what the model reads, a passage for each chunk."""
        return [_passage(self.title, self.article.text, chunk, self.sentences) for chunk in self.chunks]

    def stored(self, encoded: Sequence[Encoded]) -> list[StoredChunk]:
        """Return the chunks with their vectors, as the library keeps them; ``encoded`` is in their order."""
        return [
            StoredChunk(self.article.id, chunk.start, chunk.end, self._spans(chunk), own.chunk, own.sentences)
            for chunk, own in zip(self.chunks, encoded, strict=True)
        ]

    def _spans(self, chunk: Chunk) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        inside = self.sentences[chunk.first : chunk.last]
        return np.array([(s.start, s.end, s.paragraph) for s in inside], dtype=np.int32)


def cut_and_encode(articles: Sequence[Article], encoder: Encoder) -> list[list[StoredChunk]]:
    """Return the chunks of each article, with their vectors; the model gets the passages of all of them together."""
    plans = [plan(article, encoder) for article in articles]
    encoded = iter(encoder.encode_passages([passage for each in plans for passage in each.passages()]))
    return [each.stored(list(islice(encoded, len(each.chunks)))) for each in plans]


def plan(article: Article, encoder: Encoder) -> IndexingPlan:
    """Cut an article into sentences, and chunks that ``encoder`` reads to the end, title included."""
    title = _short_title(article.title, encoder)
    budget = encoder.budget - (len(encoder.pieces(f"{title}\n")) + 1 if title else 0)
    starts = [piece.start for piece in encoder.pieces(article.text)]
    sentences: list[SentenceSpan] = []
    for sentence in split_sentences(article.text, article.title):
        # the count of the whole text is near enough to tell which sentences need a closer look
        near = _count(starts, sentence.start, sentence.end)
        tight = near > budget // 2 or sentence.end - sentence.start > 4 * budget
        sentences.extend(_cut(article.text, sentence, budget, encoder) if tight else [sentence])
    edges = [s.start for s in sentences] + [len(article.text)]
    pieces = [_count(starts, start, end) for start, end in pairwise(edges)]
    chunks: list[Chunk] = []
    for chunk in pack(sentences, pieces, budget):
        chunks.extend(_fitting(title, article.text, chunk, sentences, encoder))
    return IndexingPlan(article, title, tuple(sentences), tuple(chunks))


def _fitting(
    title: str, text: str, chunk: Chunk, sentences: Sequence[SentenceSpan], encoder: Encoder
) -> Iterator[Chunk]:
    """Yield ``chunk``, or halves of it where the model's own count of the passage is over its limit."""
    passage = _passage(title, text, chunk, sentences)
    if chunk.last - chunk.first == 1 or len(encoder.pieces(passage.joined)) <= encoder.budget:
        yield chunk
        return
    middle = (chunk.first + chunk.last) // 2
    for first, last in ((chunk.first, middle), (middle, chunk.last)):
        yield from _fitting(title, text, chunk_of(sentences, first, last), sentences, encoder)


def _cut(text: str, sentence: SentenceSpan, budget: int, encoder: Encoder) -> Iterator[SentenceSpan]:
    """Cut a sentence so that no part has more than ``budget`` pieces, between words where there are any."""
    start = sentence.start
    while len(pieces := encoder.pieces(text[start : sentence.end])) > budget:
        words = [piece.start for piece in pieces[budget // 2 : budget + 1] if text[start + piece.start - 1].isspace()]
        end = start + (words[-1] if words else pieces[budget].start)
        yield replace(sentence, start=start, end=start + len(text[start:end].rstrip()))
        start = end
    yield replace(sentence, start=start)


def _count(starts: Sequence[int], start: int, end: int) -> int:
    return bisect_left(starts, end) - bisect_left(starts, start)


def _short_title(title: str, encoder: Encoder) -> str:
    pieces = encoder.pieces(title)
    return title if len(pieces) <= MAX_TITLE_PIECES else title[: pieces[MAX_TITLE_PIECES].start].rstrip()


def _passage(title: str, text: str, chunk: Chunk, sentences: Sequence[SentenceSpan]) -> EncoderInput:
    spans = tuple(Span(s.start - chunk.start, s.end - chunk.start) for s in sentences[chunk.first : chunk.last])
    return EncoderInput(title, text[chunk.start : chunk.end], spans)
