"""The top of a plain-text article: title, byline, date, and the captions above them.

People paste articles as their screen showed them: a caption twice above the title, title and byline run together
on one line. What cannot be told apart with some certainty stays empty rather than wrong.
"""

import re
from dataclasses import dataclass

from footnote.corpus.dates import find_date
from footnote.corpus.text import Span, fold, one_line, paragraphs

MAX_TITLE_CHARS = 160
_HEAD_PARAGRAPHS = 8
MAX_AUTHORS = 8

_NAME_WORD = re.compile(r"[A-ZÀ-Þ][\w’'-]+|[A-Z]\.|al|bin|da|de|del|van|von")
_BYLINE = re.compile(r"(?:by|written by|story by)[:\s]\s*", re.IGNORECASE)
_JOINERS = re.compile(r", and |, & |, | and | & ")
_AGENCY = r"(?:ap|afp|epa|reuters|getty images)"
_CAPTION = re.compile(
    rf"(?i)\bfile (?:photo|picture|image)(?:\b\.?$|[,:)])|\bin this [\w.,\- ]{{4,30}}\b(?:photo|image|picture|frame)\b"
    rf"|\((?:photo(?:graph)?(?: by|:)|{_AGENCY} ?(?:photo|via|/))|\({_AGENCY}\)$|[/|] ?{_AGENCY}$"
    rf"|^(?:photo(?:graph)? (?:by|credit)\b|{_AGENCY} ?/)|\b{_AGENCY} ?/ ?[A-Z]\w+ [A-Z]\w+"
)
_SAME_CAPTION = 100  # a caption that comes twice may differ by this many characters: the second time with its credit
_NO_AUTHOR = frozenset(
    """user|admin|administrator|anonymous|(anonymous)|unknown|owner|author|root|guest|default|python-docx|office user
    |microsoft office user|windows user|unspecified""".replace("\n    ", "").split("|")
)
"""What programs put in for an author."""
_DATE_LINE = re.compile(r"^(?:(?:published|updated|posted|date)\b:?|[A-Z][a-z]+day,)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """What stands above the body: the metadata found there, and the spans that are not body."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    furniture: tuple[Span, ...] = ()


def read_head(text: str, known_title: str = "") -> ArticleHead:
    """Read the top of ``text``; ``known_title`` is the title when the article came with one.

    Without a known title, a short first line that is not a sentence is the title, when a body follows it.
    """
    blocks = list(_first_blocks(text))
    # above a title, the first two blocks may be one caption twice
    twins = [blocks[1], blocks[0]] if len(blocks) > 2 else []
    captions = [span for n, span in enumerate(blocks) if _is_caption(text, span, twins[n : n + 1])]
    rest = [span for span in blocks if span not in captions]
    if not rest:
        return ArticleHead(furniture=tuple(captions))
    title, authors, rest, used = _title(text, rest, known_title)
    published = ""
    for span in rest[:3]:
        line = text[span.start : span.end]
        if len(line) > MAX_TITLE_CHARS or "\n" in line:
            break
        names = byline(line)
        dated = find_date(line) if len(line) <= 40 or _DATE_LINE.match(line) else ""
        if not names and not dated:
            break
        authors, published = authors or names, published or dated
        used.append(span)
    return ArticleHead(title, authors, published, tuple(sorted([*captions, *used])))


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
    """Tell a caption: by its words, or because one of ``others``, its neighbours, says the same."""
    if span.end - span.start > 600:
        return False
    block = text[span.start : span.end]
    said = fold(block)
    near = (text[o.start : o.end] for o in others if len(block) > 40)
    again = (fold(other) for other in near if abs(len(block) - len(other)) <= _SAME_CAPTION)
    return bool(_CAPTION.search(block)) or any(said.startswith(other) or other.startswith(said) for other in again)


def _title(text: str, blocks: list[Span], known: str) -> tuple[str, tuple[str, ...], list[Span], list[Span]]:
    """Return title, authors, the blocks after the title, and the blocks that the title takes."""
    first = text[blocks[0].start : blocks[0].end]
    if known:
        starts = fold(first).startswith(fold(known)) and len(first) <= len(known) + 120
        names = byline(first[len(known) :].strip()) if starts else ()
        if names or fold(first) == fold(known):
            return known, names, blocks[1:], [blocks[0]]
        return known, (), blocks, []
    if "\n" in first or len(blocks) < 2 or len(first) > MAX_TITLE_CHARS:
        return "", (), blocks, []
    title, authors = split_byline(first, text)
    words = [word for word in first.split() if word[0].isalpha() and len(word) > 3]
    is_title_case = len(words) > 1 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)
    if not authors and _ends(first) and not is_title_case:
        return "", (), blocks, []
    return one_line(title), authors, blocks[1:], [blocks[0]]


def split_byline(line: str, text: str = "") -> tuple[str, tuple[str, ...]]:
    """Split a line that runs title and byline together; without a certain byline, authors are empty.

    It is certain after "By", when each name comes again further down in ``text`` (as in "A reported from
    Baghdad, and B from New York"), or when two names joined by "and" follow the punctuation that ends a title.
    """
    for match in re.finditer(r" ", line):
        tail = line[match.end() :]
        names = byline(tail)
        if not names:
            continue
        before = line[: match.start()]
        said_by = bool(_BYLINE.match(tail))
        confirmed = all(len(re.findall(rf"\b{re.escape(name)}\b", text)) > 1 for name in names)
        two_names = len(names) > 1 and before.endswith((".", "?", "!", "”", '"'))
        if said_by or confirmed or two_names:
            return before.rstrip(" |-–—"), names
    return line, ()


def byline(line: str) -> tuple[str, ...]:
    """Return the names when the whole of ``line`` is a byline, else nothing."""
    by = _BYLINE.match(line)
    names = tuple(_JOINERS.split(line[by.end() :] if by else line))
    return names if len(names) <= MAX_AUTHORS and all(_is_name(name) for name in names) else ()


def leading_byline(line: str) -> tuple[str, ...]:
    """Return the names of a byline, also of one that goes on with a place and a date."""
    return byline(line) or byline(re.split(r"[,|•·–—]", line)[0].strip())


def listed_authors(written: str) -> tuple[str, ...]:
    """Return the names in the author field of a document; none where a program filled it in."""
    names = [] if fold(written) in _NO_AUTHOR else re.split(r";|, | and ", written)
    return tuple(name for part in names[:MAX_AUTHORS] if (name := one_line(part, 100)))


def _is_name(value: str) -> bool:
    """Tell whether ``value`` is two to five words written as a person's name."""
    words = value.split(" ")
    return 2 <= len(words) <= 5 and all(_NAME_WORD.fullmatch(word) for word in words) and value[0].isupper()


def _ends(line: str) -> bool:
    return line.rstrip("\"'”’) ").endswith((".", "!", "?", ";", ":", ","))
