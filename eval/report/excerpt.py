"""Cut an article down to what a reader needs: the cited and the gold sentences, with some text around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from footnote.eval.suite import GoldSpan

MARGIN = 140


@dataclass(frozen=True, slots=True)
class ExcerptPiece:
    """A run of text that is all cited or not, and all gold or not; ``gap`` stands for text left out."""

    text: str
    cited: bool = False
    gold: bool = False
    gap: bool = False


def excerpt(text: str, cited: Sequence[GoldSpan], gold: Sequence[GoldSpan], margin: int = MARGIN) -> list[ExcerptPiece]:
    """Return the pieces, in order; the spans are all of this one article.

    Joined, the pieces that are no gaps are the article's text around the spans, exactly. No spans, no pieces.
    """
    pieces: list[ExcerptPiece] = []
    reached = 0
    for start, end in windows([*cited, *gold], text, margin):
        if start > reached:
            pieces.append(ExcerptPiece("…", gap=True))
        pieces += marked(text, start, end, cited, gold)
        reached = end
    if pieces and reached < len(text):
        pieces.append(ExcerptPiece("…", gap=True))
    return pieces


def windows(spans: Iterable[GoldSpan], text: str, margin: int) -> list[tuple[int, int]]:
    """Return the stretches of text within ``margin`` of a span, cut between words, those that meet as one."""
    joined: list[tuple[int, int]] = []
    for span in sorted(spans):
        start, end = max(0, span.start - margin), min(len(text), span.end + margin)
        while 0 < start < span.start and not text[start - 1].isspace():
            start += 1
        while span.end < end < len(text) and not text[end].isspace():
            end -= 1
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, start: int, end: int, cited: Sequence[GoldSpan], gold: Sequence[GoldSpan]) -> list[ExcerptPiece]:
    """Cut a stretch wherever a span begins or ends."""
    cuts = {start, end}
    for span in (*cited, *gold):
        cuts |= {at for at in (span.start, span.end) if start < at < end}
    places = sorted(cuts)
    return [ExcerptPiece(text[a:b], covered(a, b, cited), covered(a, b, gold)) for a, b in pairwise(places)]


def covered(start: int, end: int, spans: Sequence[GoldSpan]) -> bool:
    """Return whether one of the spans holds the whole stretch."""
    return any(span.start <= start and end <= span.end for span in spans)
