"""Lines in reading order to paragraphs: where one ends, what interrupts one, and words divided at a line's end."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from spellchecker import SpellChecker

from footnote.corpus.dates import find_date
from footnote.corpus.readers.pdf.columns import Line
from footnote.corpus.readers.plain_text import leading_byline

_ENDS = (".", "!", "?", ":", "”", '"', "…", "’", ")", "»", "]", "。", "！", "？", "」")
_PAGE_NUMBER = re.compile(r"(?i)\W{0,3}(?:page |seite |p\. ?)?\d{1,4}(?: (?:of|von|de|/) \d{1,4}|/\d{1,4})?\W{0,3}")
_PRINTED = re.compile(
    r"(?i)(?:https?://\S+|file:///\S+|about:blank|\d{1,2}[./]\d{1,2}[./]\d{2,4},? \d{1,2}[:.]\d{2}.{0,200}?)"
    r"(?:\s+\d{1,3}/\d{1,3})?"
)
"""What browsers print at the edges of a page: its address, the time and the title."""
_MARGIN = 0.09
_HEAD_LINES = 14
_AWAY = 8  # so many blocks may stand between the two parts of a paragraph
_WORD_MARKS = ".,;:!?()[]“”\"'’»«"
_NOTE = re.compile(r"\[\d{1,3}\] ")
_PREFIXES = frozenset("ex co non anti pro pre re post self semi sub mid un multi inter intra vice".split())


@dataclass(slots=True)
class _Piece:
    """Lines that belong together, in one column; ``left`` and ``right`` are the column's edges."""

    lines: list[Line]
    left: float
    right: float

    @property
    def size(self) -> float:
        return median(line.size for line in self.lines)

    def is_like(self, other: _Piece) -> bool:
        return abs(self.size - other.size) <= 0.06 * max(self.size, other.size) and not other.lines[0].is_row

    def is_open(self) -> bool:
        """Tell whether it ends within a sentence, and at its column's edge, as a heading or a byline seldom does."""
        last = self.lines[-1]
        is_full = last.right > self.left + 0.75 * (self.right - self.left)
        return is_full and not last.is_row and not last.text.rstrip().endswith(_ENDS)

    def goes_on(self) -> bool:
        """Tell whether it starts in the middle of a sentence."""
        return self.lines[0].text.lstrip("(“\"'‘«")[:1].islower() and not self.lines[0].is_row


def running_heads(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return of each page the lines at its edges that are no text: page numbers, and what recurs there."""
    edges = [
        [line for line in lines if not _MARGIN * height <= line.y <= (1 - _MARGIN) * height]
        for lines, height in zip(pages, heights, strict=True)
    ]
    seen = Counter(key for lines in edges for key in set(map(_place, lines)))
    repeated = {key for key, count in seen.items() if count >= 2 and len(key[0]) >= 4}
    return [[line for line in lines if _is_running(line, repeated)] for lines in edges]


def _is_running(line: Line, repeated: set[tuple[str, int]]) -> bool:
    text = line.text.strip()
    return _place(line) in repeated or bool(_PAGE_NUMBER.fullmatch(text) or _PRINTED.fullmatch(text))


def _place(line: Line) -> tuple[str, int]:
    """Return a line's letters, without the numbers that change from page to page, and how high it stands."""
    return "".join(letter for letter in line.text.lower() if letter.isalpha()), round(line.y / 4)


def paragraphs_of(pages: Iterable[Sequence[Line]]) -> list[str]:
    """Join lines in reading order to paragraphs; one that a box or the end of a page interrupts is made whole.

    Words that were divided at a line's end are put together; rows of tables stay lines.
    """
    pieces = _threaded([piece for page in pages for piece in _pieces(page)])
    known = Counter(
        word.strip(_WORD_MARKS).lower() for piece in pieces for line in piece.lines for word in line.text.split()
    )
    return [text for piece in pieces if (text := _joined(piece.lines, known))]


def _pieces(lines: Sequence[Line]) -> Iterator[_Piece]:
    """Cut the lines of a page where paragraphs and columns end."""
    if not lines:
        return
    leading = _leading(lines)
    columns = ([line for line in lines if line.block == n] for n in {line.block for line in lines})
    edges = {column[0].block: (min(a.x for a in column), max(a.right for a in column)) for column in columns}
    current = [lines[0]]
    for n, (before, line) in enumerate(pairwise(lines)):
        alone = n < _HEAD_LINES and (_stands_alone(before.text) or _stands_alone(line.text))
        if alone or before.block != line.block or _starts_paragraph(before, line, current, leading):
            yield _Piece(current, *edges[before.block])
            current = []
        current.append(line)
    yield _Piece(current, *edges[lines[-1].block])


def _leading(lines: Sequence[Line]) -> float:
    """Return how far lines of a paragraph are apart: of the steps that occur, one of the smallest."""
    steps = sorted(
        a.y - b.y for a, b in pairwise(lines) if a.block == b.block and 0.8 * a.size < a.y - b.y < 4 * a.size
    )
    return steps[len(steps) // 5] if steps else 0.0


def _stands_alone(text: str) -> bool:
    """Tell whether a line at the top is the byline, or the date."""
    text = text.strip()
    if text.lower().startswith("by "):
        return bool(leading_byline(text))
    return len(text) <= 30 and text[:1].isalnum() and not text[:1].islower() and bool(find_date(text))


def _starts_paragraph(before: Line, line: Line, current: Sequence[Line], leading: float) -> bool:
    if abs(before.size - line.size) > 0.1 * max(before.size, line.size) or before.is_row != line.is_row:
        return True
    if line.is_row:
        return False
    if not 0 <= before.y - line.y <= 1.3 * leading or _NOTE.match(line.text):
        return True
    left, widest = min(each.x for each in current), max(each.right for each in current)
    is_indented = line.x > left + 0.7 * line.size
    has_ended = before.text.rstrip().endswith(_ENDS) and before.right < left + 0.75 * (widest - left)
    return len(current) > 1 and (is_indented or has_ended)


def _threaded(pieces: list[_Piece]) -> list[_Piece]:
    """Join each piece that ends within a sentence to the one that goes on with it; what stood between comes after."""
    found: list[_Piece] = []
    waiting = list(pieces)
    while waiting:
        piece = waiting.pop(0)
        while (n := _continuation(piece, waiting)) is not None:
            other = waiting.pop(n)
            piece = _Piece([*piece.lines, *other.lines], other.left, other.right)
        found.append(piece)
    return found


def _continuation(piece: _Piece, following: Sequence[_Piece]) -> int | None:
    """Return which of the pieces that follow goes on with ``piece``: the next, or the first beyond an interruption."""
    if not following or not piece.is_open():
        return None
    fitting = [n for n, each in enumerate(following[:_AWAY]) if piece.is_like(each)]
    if going_on := [n for n in fitting if following[n].goes_on()]:
        below = [n for n in going_on if abs(following[n].lines[0].x - piece.lines[-1].x) < piece.size]
        return 0 if 0 in going_on else (below or going_on)[0]
    # a name may begin the next column: a full line goes on there
    return 0 if 0 in fitting and following[0].lines[0].block != piece.lines[-1].block else None


def _joined(lines: Sequence[Line], known: Counter[str]) -> str:
    if lines[0].is_row:
        return "\n".join(" ".join(line.text.split()) for line in lines)
    text = ""
    for line in lines:
        words = " ".join(line.text.split())
        stem = text[:-1].rsplit(" ", 1)[-1]
        if text.endswith(("-", "\u00ad", "‐")) and words[:1].isalnum() and stem[-1:].isalnum():
            rest = words.split(" ", 1)[0]
            keeps = not text.endswith("\u00ad") and _keeps_hyphen(stem, rest, known)
            text = (text[:-1] + "-" if keeps else text[:-1]) + words
        elif text and not (_is_wide(text[-1]) and _is_wide(words[:1])):
            text = f"{text} {words}"
        else:
            text += words
    return text.replace("\u00ad", "").strip()


def _keeps_hyphen(stem: str, rest: str, known: Counter[str]) -> bool:
    """Tell a compound's hyphen from one that divides a word: by the article's other words, then by a dictionary."""
    stem = stem.lstrip(_WORD_MARKS)
    rest = rest.rstrip(_WORD_MARKS)
    if not rest[:1].islower() or not stem[-1:].isalpha() or "-" in stem:
        return True
    head, tail = stem.rsplit("–", 1)[-1].lower(), rest.split("-", 1)[0].split("’", 1)[0].lower()
    compound, word = known[f"{stem}-{rest}".lower()], known[f"{stem}{rest}".lower()]
    if compound != word:
        return compound > word
    if _is_word(head + tail):
        return False
    if stem[:1].isupper() and not known[head] and not known[tail] and not _is_word(head):
        return False
    is_name = stem[:1].isupper() and head not in _FIRST_PARTS  # in one word that is made of two, such as Northbridge
    return head in _PREFIXES or (len(head) > 1 and _is_word(head) and _is_word(tail) and not is_name)


_FIRST_PARTS = frozenset(
    """long short well ill self high low full half part old new first second third fourth all cross one two three four
    five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety so much best better hard close
    far free large small state government police world year left right middle user real full late early""".split()
)


def _is_word(word: str) -> bool:
    return word.isalpha() and bool(_dictionary().known([word]))


@cache
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


def _is_wide(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) in ("W", "F")
