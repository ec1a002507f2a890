"""Words placed on a page to lines in the order in which a person reads them, one column after another.

A gutter is a strip of white from top to bottom of at least three lines at each side, with at least half of the lines
at its right starting at one place, and enough letters to a line. Where there is one, what is above it comes first,
then the left side, then the right, then what is below, each ordered in the same way (recursive cuts: Nagy & Seth 1984).
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from footnote.corpus.readers.pdf.glyphs import Box, Glyph, grouped
from footnote.corpus.readers.pdf.words import Word

_MIN_LINES = 3
_GUTTER = 0.6  # the least width of a gutter, in the size of the type beside it
_STEP = 3.0  # lines that start within so many points of each other start at one place
_WORDY = 12  # a column's lines have more letters than this, more or less; a table's cells have fewer
_MAX_CUTS = 60  # so deep may cuts be in each other
_MAX_STARTS = 40
_MAX_FRAMES = 5
_LISTED = re.compile(r"\(?\w{1,3}[.)]|[•●■▪◦‣·*–—-]")
_CELL = 1.2  # the least gap between the cells of a row, in the size of the type
_TORN = 2.5  # a gap as wide, outside a table, is left by columns that were not told apart


@dataclass(frozen=True, slots=True)
class Line(Glyph):
    """A line of a column, placed as a letter is; ``block`` is its column's number, ``is_row`` that it is a table's."""

    block: int = 0
    is_row: bool = False


def reading_order(words: Sequence[Word], boxes: Sequence[Box] = ()) -> list[Line]:
    """Return the lines of a page in order; what stands in a drawn box comes after what stands around it."""
    lines: list[Line] = []
    for group in _apart(words, boxes):
        for column in _cut(_bands(group), _MAX_CUTS):
            lines += _lines(column, lines[-1].block + 1 if lines else 0)
    return lines


def runs_together(words: Sequence[Word], lines: Sequence[Line]) -> bool:
    """Tell a page whose columns could not be told apart, or where words stand on other words."""
    bands = _bands(words)
    over = sum(a.right - b.x > 0.5 * min(a.right - a.x, b.right - b.x) for band in bands for a, b in pairwise(band))
    if over > max(3, len(words) / 10):
        return True
    torn = [line for line in lines if "\t" in line.text and not line.is_row]
    return len(torn) > max(3, len(lines) / 5)


Band = list[Word]
_Edges = tuple[list[float], list[float]]  # where the words of a band begin, and how far those up to each of them reach


def _bands(words: Sequence[Word]) -> list[Band]:
    """Return words by base line, top first, and from left to right."""
    ordered = sorted(words, key=lambda w: -w.y)
    bands = grouped(ordered, lambda first, word: first.y - word.y <= 0.3 * min(first.size, word.size))
    return [sorted(band, key=lambda w: w.x) for band in bands]


def _apart(words: Sequence[Word], boxes: Sequence[Box]) -> Iterator[list[Word]]:
    """Yield the words that stand in no box, then those of each box that frames some lines, and not most of the page."""
    inside: dict[Box, list[Word]] = {}
    for box in sorted(boxes, key=lambda b: (b.right - b.left) * (b.top - b.bottom), reverse=True):
        held = [word for word in words if box.holds((word.x + word.right) / 2, word.y)]
        taken = any(word in other for word in held[:1] for other in inside.values())
        if not taken and 6 <= len(held) <= len(words) / 2 and _is_frame(held, box):
            inside[box] = held
    if len(inside) > _MAX_FRAMES:  # the cells of a table
        inside = {}
    gone = {word for held in inside.values() for word in held}
    yield [word for word in words if word not in gone]
    yield from (inside[box] for box in sorted(inside, key=lambda b: (-b.top, b.left)))


def _is_frame(held: Sequence[Word], box: Box) -> bool:
    """Tell a frame around text from a cell of a table, a bar behind a heading, and a part of a word."""
    size = median(word.size for word in held)
    within = all(box.left - size <= word.x and word.right <= box.right + size for word in held)
    return within and len(_bands(held)) >= 2 and sum(len(word.text) for word in held) >= 40


def _cut(bands: list[Band], cuts: int) -> list[list[Band]]:
    """Return the columns of a region, in order."""
    if (gutter := _gutter(bands) if cuts and len(bands) >= _MIN_LINES else None) is None:
        return [bands] if bands else []
    x, top, bottom = gutter
    parts = (bands[:top], *_sides(bands[top:bottom], x), bands[bottom:])
    return [column for part in parts for column in _cut(part, cuts - 1)]


def _sides(bands: Sequence[Band], x: float) -> tuple[list[Band], list[Band]]:
    """Return what of each band begins left of ``x``, and right of it; nothing of those that have nothing there."""
    left = [side for band in bands if (side := [word for word in band if word.x < x])]
    return left, [side for band in bands if (side := [word for word in band if word.x >= x])]


def _gutter(bands: Sequence[Band]) -> tuple[float, int, int] | None:
    """Return the best gutter: its right edge, and the first and the last band, exclusive, that it runs through."""
    least = _GUTTER * median(word.size for band in bands for word in band)
    edges = [([word.x for word in band], [*accumulate((word.right for word in band), max)]) for band in bands]
    strips = ((at, *strip) for at in _starts(edges, least) for strip in _strips(edges, at, least))
    scored = ((_score(bands[top:bottom], at), right, top, bottom) for at, top, bottom, right in strips)
    best = max(scored, key=lambda each: each[0], default=None)
    return best[1:] if best and best[0] else None


def _starts(edges: Sequence[_Edges], least: float) -> list[float]:
    """Return where a second column may start: where words of some bands do, with white before them."""
    first = min(starts[0] for starts, _ in edges)
    seen: dict[int, list[float]] = {}
    for starts, ends in edges:
        for n, x in enumerate(starts):
            if x - (ends[n - 1] if n else first) >= least:
                seen.setdefault(round(x / _STEP), []).append(x)
    often = sorted((len(found), min(found)) for found in seen.values() if len(found) > 1)
    return [x for _, x in often[-_MAX_STARTS:]]


def _strips(edges: Sequence[_Edges], at: float, least: float) -> Iterator[tuple[int, int, float]]:
    """Yield the runs of bands where white before ``at`` is ``least`` wide, with the right edge of the white."""
    start, left, right = 0, -math.inf, math.inf
    for n, (starts, ends) in enumerate(edges):
        place = bisect_left(starts, at)
        before = ends[place - 1] if place else -math.inf
        after = starts[place] if place < len(starts) else math.inf
        if before > at or after - before < least:
            if n > start:
                yield start, n, right
            start, left, right = n + 1, -math.inf, math.inf
        elif min(right, after) - max(left, before) < least:
            yield start, n, right
            start, left, right = n, before, after
        else:
            left, right = max(left, before), min(right, after)
    if len(edges) > start:
        yield start, len(edges), right


def _score(bands: Sequence[Band], at: float) -> float:
    """Return how sure a gutter is: by the lines at each side; nothing when it parts no columns."""
    left, right = _sides(bands, at)
    if min(len(left), len(right)) < _MIN_LINES or min(_letters(left), _letters(right)) < _WORDY:
        return 0.0
    start, size = min(side[0].x for side in right), median(side[0].size for side in right)
    if sum(side[0].x - start <= 0.4 * size for side in right) < max(2, 0.5 * len(right)):  # they start at one place
        return 0.0
    return min(len(left), len(right)) + 0.01 * max(len(left), len(right))


def _letters(sides: Sequence[Band]) -> float:
    return median(sum(len(word.text) + 1 for word in side) for side in sides)


def _lines(bands: Sequence[Band], block: int) -> Iterator[Line]:
    rows = _rows_of_tables(bands)
    for n, band in enumerate(bands):
        is_row = n in rows
        parts = [band[0].text]
        for before, after in pairwise(band):
            gap = (after.x - before.right) / max(before.size, after.size)
            wide = " | " if is_row else "\t" if gap > _TORN else " "
            parts += [wide if gap > _CELL else " " if after.spaced or gap > 0.17 else "", after.text]
        size = median(word.size for word in band)
        yield Line(band[0].x, max(w.right for w in band), band[0].y, size, "".join(parts), block, is_row)


def _rows_of_tables(bands: Sequence[Band]) -> set[int]:
    """Return the bands that are rows of tables: two and more in a row, with gaps at the same places."""
    gaps = [_gaps(band) for band in bands]
    found: set[int] = set()
    for n, (above, below) in enumerate(pairwise(gaps)):
        if any(left < other_right and other_left < right for left, right in above for other_left, other_right in below):
            found |= {n, n + 1}
    return {n for n in found if sum(len(word.text) + 1 for word in bands[n]) / (len(gaps[n]) + 1) <= 30}


def _gaps(band: Band) -> list[tuple[float, float]]:
    wide = ((a, b) for a, b in pairwise(band) if b.x - a.right > _CELL * max(a.size, b.size))
    return [(a.right, b.x) for a, b in wide if not (a is band[0] and _LISTED.fullmatch(a.text))]
