"""A PDF's text layer to an article, columns in reading order."""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from corpus.columns import Fragment, lines_of, paragraphs_of, reading_order, without_margins
from corpus.dates import any_date, find_date
from corpus.errors import RefusedError
from corpus.found import Reading
from corpus.head import MAX_TITLE_CHARS, byline, read_head
from corpus.text import MAX_ARTICLE_CHARS, fold, one_line

MAX_PAGES = 2_000
_SCAN = (
    "its pages hold no text, only pictures (a scan); run text recognition over it first, for example: ocrmypdf in.pdf"
    " out.pdf"
)
_NO_TITLE = re.compile(
    r"(?:untitled|title|document|microsoft (?:word|powerpoint) - .*|.*\.(?:docx?|pdf|indd|qxd|html?|txt|tex)|\W*)\d*",
    re.IGNORECASE,
)
_NO_AUTHOR = frozenset(
    [
        "user",
        "admin",
        "administrator",
        "anonymous",
        "(anonymous)",
        "unknown",
        "owner",
        "author",
        "root",
        "guest",
        "default",
        "python-docx",
        "office user",
        "microsoft office user",
        "unspecified",
        "",
    ]
)
_HEAD_LINES = 14
_SMALLEST = 2.0
"""Type of less than so many points is there to be found, not to be read."""
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes) -> Reading:
    """Read a PDF.

    Raises:
        RefusedError: it is encrypted, damaged, over 2,000 pages, or has no text layer.
    """
    reader = _opened(data)
    try:
        pages = list(reader.pages[: MAX_PAGES + 1])
        if len(pages) > MAX_PAGES:
            raise RefusedError(f"it has over {MAX_PAGES:,} pages; split it into articles")
        placed, heights = _placed(pages)
        lines = [line for page in without_margins(placed, heights) for line in reading_order(page)]
        text = "\n\n".join(paragraphs_of(lines))
        if not any(character.isalnum() for character in text):
            raise RefusedError(_SCAN)
        return _described(reader, text, lines)
    except DependencyError:
        raise RefusedError("it is encrypted; save a copy without encryption") from None
    except LimitReachedError:
        raise RefusedError("it unpacks to more than a file of its kind should; save the article as text") from None


def _opened(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError("it needs a password; save a copy without one")
    except DependencyError:
        raise RefusedError("it is encrypted; save a copy without encryption") from None
    except PyPdfError:
        raise RefusedError("the PDF is damaged; open it and save it again, or save the article as text") from None
    return reader


# --- pages to lines ---


def _placed(pages: Sequence[PageObject]) -> tuple[list[list[Fragment]], list[float]]:
    """Return the lines of each page, and the pages' heights in points."""
    placed: list[list[Fragment]] = []
    heights: list[float] = []
    letters = 0
    for page in pages:
        left, bottom, width, height = _sheet(page)
        heights.append(height)
        seen = (
            replace(fragment, x=fragment.x - left, y=fragment.y - bottom)
            for fragment in _fragments(page)
            if left <= fragment.x <= left + width and bottom <= fragment.y <= bottom + height
        )
        placed.append(lines_of(seen))
        letters += sum(len(line.text) for line in placed[-1])
        if letters > MAX_ARTICLE_CHARS:
            raise RefusedError(f"its text is over {MAX_ARTICLE_CHARS:,} characters long; split it into articles")
    return placed, heights


def _sheet(page: PageObject) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height of a page: what lies outside is not seen."""
    try:
        box = page.mediabox
        left, right = sorted((float(box.left), float(box.right)))
        bottom, top = sorted((float(box.bottom), float(box.top)))
    except (PyPdfError, ValueError, TypeError, AttributeError, IndexError):  # without a size it is read all the same
        return 0.0, 0.0, 1_000.0, 1_000.0
    return left, bottom, right - left, top - bottom


def _fragments(page: PageObject) -> list[Fragment]:
    upright: list[Fragment] = []
    turned = 0

    def place(text: str, cm: Sequence[float], tm: Sequence[float], font: object, size: float) -> None:
        nonlocal turned
        if not text.strip():
            return
        a, b, x, y = _matrix(cm, tm)
        scale = math.hypot(a, b)
        if scale == 0 or not all(map(math.isfinite, (scale, x, y))):
            return
        if abs(b) > 0.3 * scale or a < 0:
            turned += len(text)
            return
        if abs(size) * scale >= _SMALLEST:
            upright.append(Fragment(x, y, abs(size) * scale, text.strip("\n"), text.endswith("\n")))

    words = page.extract_text(visitor_text=place)
    if turned > sum(len(fragment.text) for fragment in upright):  # a page that lies on its side: its lines as they come
        return [Fragment(50.0, 800.0 - 12 * n, 10.0, line) for n, line in enumerate(words.split("\n")) if line.strip()]
    return upright


def _matrix(cm: Sequence[float], tm: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the first row and the origin of text space in the page's: ``tm`` after ``cm``."""
    return (
        tm[0] * cm[0] + tm[1] * cm[2],
        tm[0] * cm[1] + tm[1] * cm[3],
        tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
        tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
    )


# --- what it says of itself ---


def _described(reader: PdfReader, text: str, lines: Sequence[Fragment]) -> Reading:
    held = _held(reader)
    title, printed = held.get("title", ""), _largest(lines)
    if not title or _NO_TITLE.fullmatch(title) or fold(title) in fold(printed):
        title = printed
    head = read_head(text, title)
    top = [line.text.strip() for line in lines[:_HEAD_LINES]]
    signed = next((names for line in top if line.lower().startswith("by ") and (names := byline(line))), ())
    dated = next((found for line in top if len(line) <= 60 and (found := find_date(line))), "")
    author = held.get("author", "")
    known = () if fold(author) in _NO_AUTHOR else tuple(n for n in re.split(r";|, | and ", author) if n.strip())
    return Reading(
        text=text,
        title=title or head.title,
        authors=signed or head.authors or tuple(one_line(name, 100) for name in known[:8]),
        publisher=held.get("publisher", ""),
        published=head.published or dated or held.get("published", ""),
    )


def _held(reader: PdfReader) -> dict[str, str]:
    """Return the metadata of the article that a PDF holds; when the file was made is not asked."""
    held: dict[str, str] = {}
    try:
        info = reader.metadata
        if info is not None:
            held = {"title": one_line(info.title or ""), "author": one_line(info.author or "")}
        xmp = reader.xmp_metadata
        if xmp is not None:
            dates = [value.isoformat() for value in (xmp.dc_date or []) if value is not None]
            held["published"] = next((found for value in dates if (found := any_date(value))), "")
            held["publisher"] = one_line(next(iter(xmp.dc_publisher or []), "") or "", 200)
    except Exception:  # metadata is the part that programs write worst, and the text does without it
        return held
    return held


def _largest(lines: Sequence[Fragment]) -> str:
    """Return the heading of the first page: its lines in the largest type, when that is larger than the text's."""
    if not lines:
        return ""
    first = lines[: 5 * _HEAD_LINES]
    body = median(line.size for line in lines)
    size = max(line.size for line in first)
    if size < 1.2 * body:
        return ""
    words = " ".join(line.text.strip() for line in first if line.size > 0.95 * size)
    return one_line(words) if len(words) <= MAX_TITLE_CHARS else ""
