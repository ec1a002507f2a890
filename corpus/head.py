"""The top of a plain-text article: title, byline, date, and the captions above them.

People paste articles as their screen showed them: a caption twice above the title, title and byline run together
on one line. What cannot be told apart with some certainty stays empty rather than wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.dates import find_date
from corpus.text import Span, fold, one_line, paragraphs

MAX_TITLE_CHARS = 160
_HEAD_PARAGRAPHS = 8

_NAME_WORD = r"(?:[A-ZÀ-Þ][\w’'-]+|[A-Z]\.|(?:al|bin|da|de|del|van|von)(?=[ -]))"
_NAME = rf"{_NAME_WORD}(?:[ -]{_NAME_WORD}){{1,3}}"
_NAMES = re.compile(rf"({_NAME})((?:, {_NAME}){{0,6}}),?(?: (?:and|&) ({_NAME}))?")
_BYLINE = re.compile(r"(?:by|written by|story by)[:\s]\s*", re.IGNORECASE)
_CAPTION = re.compile(
    r"\bfile photo\b|\bin this (?:\w+\.? ){1,3}\d{1,2}, \d{4}|\((?:ap|afp|reuters)\b|\bgetty images\b"
    r"|\bphoto(?:graph)? (?:by|credit)\b|^(?:ap|afp|reuters) ?/",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(r"^(?:(?:published|updated|posted|date)\b:?|[A-Z][a-z]+day,)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the body: the metadata found there, and the spans that are not body."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    furniture: tuple[Span, ...] = ()


def read_head(text: str, known_title: str = "") -> Head:
    """Read the top of ``text``; ``known_title`` is the title when the article came with one.

    Without a known title, a short first line that is not a sentence is the title, when a body follows it.
    """
    blocks = list(_first_blocks(text))
    captions = [span for n, span in enumerate(blocks) if _is_caption(text, span, blocks[:n] + blocks[n + 1 :])]
    rest = [span for span in blocks if span not in captions]
    if not rest:
        return Head(furniture=tuple(captions))
    title, authors, rest, used = _title(text, rest, known_title)
    published = ""
    for span in rest[:3]:
        line = text[span.start : span.end]
        if len(line) > MAX_TITLE_CHARS or "\n" in line:
            break
        names = _byline(line)
        dated = find_date(line) if _is_date_line(line) else ""
        if not names and not dated:
            break
        authors, published = authors or names, published or dated
        used.append(span)
    return Head(title, authors, published, tuple(sorted([*captions, *used])))


def _first_blocks(text: str) -> list[Span]:
    """Return the first blocks; a block of short lines, as heads often are, is taken line by line."""
    blocks: list[Span] = []
    for span in paragraphs(text):
        if len(blocks) >= _HEAD_PARAGRAPHS:
            break
        lines = text[span.start : span.end].split("\n")
        if len(blocks) < 3 and len(lines) > 1 and len(lines[0]) <= MAX_TITLE_CHARS and not _ends(lines[0]):
            start = span.start
            for n, line in enumerate(lines):
                if n == 3 or len(line) > MAX_TITLE_CHARS:
                    blocks.append(Span(start, span.end))
                    break
                blocks.append(Span(start, start + len(line)))
                start += len(line) + 1
        else:
            blocks.append(span)
    return blocks


def _is_caption(text: str, span: Span, others: list[Span]) -> bool:
    block = text[span.start : span.end]
    if len(block) > 600:
        return False
    if _CAPTION.search(block):
        return True
    folded = fold(block)
    twice = any(
        fold(text[o.start : o.end]).startswith(folded) or folded.startswith(fold(text[o.start : o.end]))
        for o in others
        if o.end - o.start > 40
    )
    return len(block) > 40 and twice


def _title(text: str, blocks: list[Span], known: str) -> tuple[str, tuple[str, ...], list[Span], list[Span]]:
    """Return title, authors, the blocks after the title, and the blocks that the title takes."""
    first = text[blocks[0].start : blocks[0].end]
    if known:
        if fold(first) == fold(known):
            return known, (), blocks[1:], [blocks[0]]
        if fold(first).startswith(fold(known)) and len(first) <= len(known) + 120:
            names = _byline(first[len(known) :].strip())
            return (known, names, blocks[1:], [blocks[0]]) if names else (known, (), blocks, [])
        return known, (), blocks, []
    if "\n" in first or len(blocks) < 2 or len(first) > MAX_TITLE_CHARS:
        return "", (), blocks, []
    title, authors = split_byline(first, text)
    if not authors and _ends(first) and not _is_title_case(first):
        return "", (), blocks, []
    return one_line(title), authors, blocks[1:], [blocks[0]]


def split_byline(line: str, text: str = "") -> tuple[str, tuple[str, ...]]:
    """Split a line that runs title and byline together; without a certain byline, authors are empty.

    It is certain after "By", when each name comes again further down in ``text`` (as in "A reported from
    Baghdad, and B from New York"), or when two names joined by "and" follow the punctuation that ends a title.
    """
    for match in re.finditer(r" ", line):
        tail = line[match.end() :]
        names = _byline(tail)
        if not names:
            continue
        before = line[: match.start()]
        said_by = bool(_BYLINE.match(tail))
        confirmed = all(len(re.findall(rf"\b{re.escape(name)}\b", text)) > 1 for name in names)
        two_names = len(names) > 1 and before.endswith((".", "?", "!", "”", '"'))
        if said_by or confirmed or two_names:
            return before.rstrip(" |-–—"), names
    return line, ()


def _byline(line: str) -> tuple[str, ...]:
    """Return the names when the whole of ``line`` is a byline, else nothing."""
    by = _BYLINE.match(line)
    match = _NAMES.fullmatch(line[by.end() :] if by else line)
    if match is None:
        return ()
    first, middle, last = match.groups()
    return tuple(name for name in [first, *middle.split(", "), last] if name)


def _is_date_line(line: str) -> bool:
    return bool(_DATE_LINE.match(line)) or len(line) <= 40


def _ends(line: str) -> bool:
    return line.rstrip("\"'”’) ").endswith((".", "!", "?", ";", ":", ","))


def _is_title_case(line: str) -> bool:
    words = [word for word in line.split() if word[0].isalpha() and len(word) > 3]
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
