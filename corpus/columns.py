"""Words placed on a page to paragraphs in reading order: lines, columns, and where a paragraph ends.

Positions are in points with y growing upwards, as in PDF. How wide a fragment is, a PDF's text layer does not say; it
is estimated from its letters, which is enough to tell a gap between columns from a space.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.dates import find_date
from corpus.head import byline

_NARROW, _WIDE = frozenset("iljtfrI.,:;'’‘!|()[] "), frozenset("mwMWQO@%—")
_ENDS = (".", "!", "?", ":", "”", '"', "…", "’", ")")
_CLOSING = tuple(".,;:!?)]”’")
_PAGE_NUMBER = re.compile(r"\W{0,3}(?:page )?\d{1,4}(?: (?:of|/) \d{1,4})?\W{0,3}", re.IGNORECASE)
_MARGIN = 0.09
_MIN_COLUMN_LINES = 4
_HEAD_LINES = 14
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " ", "\u2028": " "}
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words that stand at one place of a page: the left end of their base line, and the size of their type."""

    x: float
    y: float
    size: float
    text: str
    apart: bool = False
    """Whether the text layer does not say how it goes on: with a space, or without one."""

    @property
    def right(self) -> float:
        """Where it ends, by estimate."""
        return self.x + self.size * sum(map(_width, self.text))


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.28
    if letter in _WIDE:
        return 0.83
    return 0.67 if letter.isupper() else 0.53


# --- fragments to lines ---


def lines_of(fragments: Iterable[Fragment]) -> list[Fragment]:
    """Return the lines of a page, top first: fragments of one base line joined, but not across a gap."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: -f.y):
        if not fragment.text.strip():
            continue
        if rows and abs(rows[-1][0].y - fragment.y) <= 0.35 * min(rows[-1][0].size, fragment.size):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [line for row in rows for line in _segments(sorted(row, key=lambda f: f.x))]


def _segments(row: Sequence[Fragment]) -> Iterable[Fragment]:
    current = last = row[0]
    for fragment in row[1:]:
        size = max(current.size, fragment.size)
        if fragment.x - last.right > 1.4 * size:
            yield current
            current = fragment
        else:
            joint = " " if _is_space_between(last, fragment) else ""
            current = Fragment(current.x, current.y, size, current.text + joint + fragment.text)
        last = fragment
    yield current


def _is_space_between(before: Fragment, after: Fragment) -> bool:
    if before.text[-1:].isspace() or after.text[:1].isspace() or after.text[:1] in _CLOSING:
        return False
    if before.apart:  # rather a space too many than two words in one: the estimate of the width is taken low
        return after.x - before.x > 0.8 * (before.right - before.x) + 0.08 * before.size
    return after.x - before.right > 0.5 * before.size


# --- lines in reading order ---


def reading_order(lines: Sequence[Fragment]) -> list[Fragment]:
    """Return lines in the order of reading: columns one after another, between the lines that span them."""
    gutter = _gutter(lines)
    if gutter is None:
        return sorted(lines, key=lambda line: (-line.y, line.x))
    ordered: list[Fragment] = []
    left: list[Fragment] = []
    right: list[Fragment] = []
    for line in sorted(lines, key=lambda line: (-line.y, line.x)):
        if line.x < gutter - 1 and line.right > gutter + line.size:
            ordered += reading_order(left) + reading_order(right) + [line]
            left, right = [], []
        else:
            (left if line.x < gutter - 1 else right).append(line)
    return ordered + reading_order(left) + reading_order(right)


def _gutter(lines: Sequence[Fragment]) -> float | None:
    """Return the left edge of the second column, or nothing when the lines stand in one."""
    if len(lines) < 2 * _MIN_COLUMN_LINES:
        return None
    first = min(line.x for line in lines)
    width = max(line.right for line in lines) - first
    starts = Counter(round(line.x / 2) * 2 for line in lines if line.x > first + 0.2 * width)
    for start, _ in sorted(starts.items()):
        right = [line for line in lines if start - 3 <= line.x]
        at_start = [line for line in right if line.x <= start + 3]
        left = [line for line in lines if line.x < start - 3 and line.right <= start + line.size]
        spanning = len(lines) - len(right) - len(left)
        enough = min(len(at_start), len(left)) >= max(_MIN_COLUMN_LINES, len(lines) // 8)
        wordy = len(right) and median(len(line.text) for line in right) >= 12
        if enough and wordy and spanning <= len(lines) // 3:
            return start - 2.0
    return None


# --- lines to paragraphs ---


def without_margins(pages: Sequence[Sequence[Fragment]], heights: Sequence[float]) -> list[list[Fragment]]:
    """Return the pages' lines without page numbers, and without what stands at the edge of most pages alike."""
    seen = Counter(
        key
        for lines, height in zip(pages, heights, strict=True)
        for key in {_pattern(line.text) for line in lines if _at_edge(line, height)}
    )
    repeated = {key for key, count in seen.items() if len(pages) >= 3 and count >= max(2, len(pages) / 2)}
    return [
        [
            line
            for line in lines
            if not _at_edge(line, height)
            or (_pattern(line.text) not in repeated and not _PAGE_NUMBER.fullmatch(line.text.strip()))
        ]
        for lines, height in zip(pages, heights, strict=True)
    ]


def _at_edge(line: Fragment, height: float) -> bool:
    return line.y < _MARGIN * height or line.y > (1 - _MARGIN) * height


def _pattern(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())


def paragraphs_of(lines: Sequence[Fragment]) -> list[str]:
    """Join lines in reading order to paragraphs; words that were divided at a line's end are put together."""
    if not lines:
        return []
    steps = [a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 4 * a.size]
    leading = median(steps) if steps else 0.0
    known = Counter(word.strip(".,;:!?()“”\"'").lower() for line in lines for word in line.text.split())
    found: list[str] = []
    block = [lines[0]]
    for n, (before, line) in enumerate(pairwise(lines)):
        alone = n < _HEAD_LINES and (_stands_alone(before.text) or _stands_alone(line.text))
        if alone or _starts_paragraph(before, line, block, leading):
            found.append(_joined(block, known))
            block = []
        block.append(line)
    found.append(_joined(block, known))
    return [paragraph for paragraph in found if paragraph]


def _stands_alone(text: str) -> bool:
    """Tell whether a line at the top is the byline, or the date."""
    text = text.strip()
    if text.lower().startswith("by "):
        return bool(byline(text))
    return len(text) <= 30 and text[:1].isalnum() and not text[:1].islower() and bool(find_date(text))


def _starts_paragraph(before: Fragment, line: Fragment, block: Sequence[Fragment], leading: float) -> bool:
    if abs(before.size - line.size) > 0.1 * max(before.size, line.size):
        return True
    step = before.y - line.y
    ended = before.text.rstrip().endswith(_ENDS)
    if step < 0 or step > 6 * leading:  # the next column, or the next page
        return ended and not line.text[:1].islower()
    if step > 1.35 * leading:
        return True
    here = _in_column(block)
    left = min(each.x for each in here)
    if line.x > left + 0.7 * line.size and len(here) > 1:
        return True
    widest = max(each.right for each in here)
    return ended and len(here) > 1 and before.right < left + 0.75 * (widest - left)


def _in_column(block: Sequence[Fragment]) -> Sequence[Fragment]:
    """Return the last lines of a block: those since it went on at the top of a column."""
    start = len(block) - 1
    while start and block[start - 1].y > block[start].y:
        start -= 1
    return block[start:]


def _joined(block: Sequence[Fragment], known: Counter[str]) -> str:
    text = ""
    for line in block:
        words = " ".join(line.text.translate(_LIGATURES).split())
        if text.endswith(("-", "\u00ad")) and words[:1].islower():
            stem, rest = text[:-1].rsplit(" ", 1)[-1], words.split(" ", 1)[0].strip(".,;:!?()“”\"'")
            with_hyphen = known[f"{stem}-{rest}".lower()] > known[f"{stem}{rest}".lower()]
            text = (text if with_hyphen and text.endswith("-") else text[:-1]) + words
        else:
            text = f"{text} {words}".strip()
    return text.replace("\u00ad", "")
