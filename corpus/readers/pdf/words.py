"""Placed letters to words: where a space is, which letters are raised, and which large one begins a paragraph."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from footnote.corpus.readers.pdf.glyphs import Glyph, grouped
from footnote.corpus.text import raised

_SPACE = 0.17  # the least gap between two words, in the size of their type
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u2028": " "}
)
_JOINED_TO_A = frozenset(
    """bout bove cademic ccording cross ctivists ctor fter gainst ges head id ides irlines irport irports ll llegations
    llies long longside lready lso lthough lways merica merican mericans mid mong n nalysts ncient nd nger nother ny
    nyone part pril pproval rmed rmy round rtists s sia sked t ugust uthorities ustralia utumn way""".split()
)


@dataclass(frozen=True, slots=True)
class Word(Glyph):
    """A word, placed as a letter is; ``spaced`` is whether a space is written before it."""

    spaced: bool = True


def words_of(glyphs: Sequence[Glyph]) -> list[Word]:
    """Return the words of a page in no certain order; raised digits are put to the word that they follow.

    An exponent becomes Unicode's raised digits, and never digits of the number before it; a mark that leads to a
    footnote is left out, and the note's own stands in brackets.
    """
    words = [word for row in _rows(glyphs) for word in _row_words(row)]
    from_right = sum(any(map(_runs_left, word.text)) for word in words)
    if from_right > len(words) / 2:  # Arabic, Hebrew: mirrored, so that it starts at the left
        words = [replace(word, x=-word.right, right=-word.x) for word in words]
    return _with_raised(_with_drop_caps(words))


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the letters of one base line and about one size, in order; what is printed twice for boldness, once."""
    ordered = sorted(glyphs, key=lambda g: (-g.y, g.x))
    for line in grouped(ordered, lambda first, glyph: first.y - glyph.y <= 0.08 * max(first.size, glyph.size)):
        line.sort(key=lambda g: g.size)
        for row in grouped(line, lambda first, glyph: glyph.size <= 1.2 * first.size):
            row.sort(key=lambda g: g.x)
            # what a bold letter is printed over again is grouped with it
            same = grouped(row, lambda glyph, again: glyph.text == again.text and again.x - glyph.x < 0.1 * again.size)
            yield [first for first, *_ in same]


def _row_words(row: Sequence[Glyph]) -> Iterator[Word]:
    wide = _tracking(row)
    pieces: list[tuple[bool, list[Glyph]]] = []
    spaced, before = True, None
    for glyph in row:
        if not glyph.text.strip():
            spaced, before = True, None
            continue
        least = _SPACE + (wide if before and before.text.isalpha() and glyph.text.isalpha() else 0.0)
        if before is None or glyph.x - before.right > least * glyph.size:
            pieces.append((spaced, []))
        pieces[-1][1].append(glyph)
        spaced, before = False, glyph
    for spaced, letters in pieces:
        text = unicodedata.normalize("NFC", "".join(g.text for g in _in_order(letters)).translate(_LIGATURES))
        yield Word(letters[0].x, letters[-1].right, letters[0].y, max(g.size for g in letters), text, spaced)


def _tracking(row: Sequence[Glyph]) -> float:
    """Return how far the letters of a row are set apart, as in some headings, in the size of their type."""
    pairs = ((a, b) for a, b in pairwise(row) if a.text.isalpha() and b.text.isalpha())
    gaps = sorted((b.x - a.right) / b.size for a, b in pairs)
    return min(max(gaps[len(gaps) // 4], 0.0), 0.6) if len(gaps) >= 6 else 0.0


def _in_order(glyphs: Sequence[Glyph]) -> Iterable[Glyph]:
    """Return letters in the order of reading: from right to left, but for numbers, where they run that way."""
    if not any(_runs_left(glyph.text) for glyph in glyphs):
        return glyphs
    ordered: list[Glyph] = []
    for numbers, run in groupby(reversed(glyphs), key=lambda g: g.text.isdigit()):
        letters = [*run]
        ordered += reversed(letters) if numbers else letters
    return ordered


def _runs_left(text: str) -> bool:
    return text > "\u0590" and unicodedata.bidirectional(text[0]) in ("R", "AL")


def _with_raised(words: Sequence[Word]) -> list[Word]:
    """Put what is raised to the word before it, or, as the mark of a note, before the word after it."""
    ordered = sorted(words, key=lambda w: w.y)
    heights = [word.y for word in ordered]
    merged: dict[int, Word] = {}
    gone: set[int] = set()
    for n in sorted(range(len(ordered)), key=lambda n: ordered[n].x):
        word = ordered[n]
        if len(word.text) > 9 or (word.text.isalpha() and len(word.text) > 3):
            continue
        near = range(bisect_left(heights, word.y - 2 * word.size), bisect_right(heights, word.y + word.size))
        base = next((m for m in near if m not in gone and m != n and _carries(merged.get(m, ordered[m]), word)), None)
        if base is not None:
            before = merged.get(base, ordered[base])
            mark = word.text if word.y - before.y < 0.12 * before.size else raised(word.text, before.text)
            merged[base] = replace(before, right=max(before.right, word.right), text=before.text + mark)
            gone.add(n)
        elif word.text.isdigit() and (after := next((ordered[m] for m in near if _leads(word, ordered[m])), None)):
            merged[n] = replace(word, y=after.y, size=after.size, text=f"[{word.text}]", right=after.x)
    return [merged.get(n, word) for n, word in enumerate(ordered) if n not in gone]


def _carries(base: Word, mark: Word) -> bool:
    """Tell whether ``mark`` stands close behind ``base``, smaller, and raised or lowered."""
    if not -0.15 * base.size <= mark.x - base.right <= 0.3 * base.size or base.x >= mark.x:
        return False
    lift = (mark.y - base.y) / base.size
    small = 0.4 * base.size <= mark.size <= 0.85 * base.size
    return (small and -0.45 < lift < 0.8) or (
        mark.size <= 1.02 * base.size and mark.text.isdigit() and 0.2 < lift < 0.8
    )


def _leads(mark: Word, first: Word) -> bool:
    """Tell whether ``mark`` is a note's number, raised before its first word."""
    lift = (mark.y - first.y) / first.size
    return (
        mark.size <= 0.85 * first.size and 0.15 < lift < 0.8 and -0.1 * first.size <= first.x - mark.right <= first.size
    )


def _with_drop_caps(words: Sequence[Word]) -> list[Word]:
    """Put a letter that is as high as several lines to the word that it begins, and those lines to its left edge."""
    if len(words) < 12:
        return list(words)
    body = median(word.size for word in words)
    caps = [word for word in words if word.size >= 1.7 * body and 1 <= len(word.text) <= 3 and word.text[-1].isalpha()]
    found = list(words)
    for cap in caps[:20]:
        found = _dropped(cap, found, body)
    return found


def _dropped(cap: Word, words: list[Word], body: float) -> list[Word]:
    beside = [
        word for word in words
        if word.size < 0.6 * cap.size
        and cap.y - 0.9 * body <= word.y <= cap.y + 0.8 * cap.size
        and -0.3 * body <= word.x - cap.right <= 2.2 * body
    ]  # fmt: skip
    rows = {round(word.y, 1) for word in beside}
    if len(rows) < 2:
        return words
    first = max(beside, key=lambda word: (word.y, -word.x))
    known = {word.text.strip(".,;:!?“”\"'").lower() for word in words}
    apart = " " if _stands_alone(cap.text, first.text, known) else ""
    changed = {word: replace(word, x=cap.x) for word in beside}
    changed[first] = replace(changed[first], text=cap.text + apart + first.text)
    return [changed.get(word, word) for word in words if word != cap]


def _stands_alone(cap: str, rest: str, known: set[str]) -> bool:
    """Tell the words A and I from a first letter."""
    letter, word = cap[-1], rest.strip(".,;:!?“”\"'").lower()
    if letter not in ("A", "I") or f"{letter}{word}".lower() in known:
        return False
    if letter == "I":
        return word in known or word in ("am", "had", "have", "was", "will")
    return word not in _JOINED_TO_A
