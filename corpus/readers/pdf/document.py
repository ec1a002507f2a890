"""A PDF's text layer to an article, columns in reading order."""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from statistics import median

from lxml import etree
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import decode_text

from footnote.corpus.dates import any_date, find_date
from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.pdf.columns import Line, reading_order, runs_together
from footnote.corpus.readers.pdf.glyphs import PageReader, Sheet, is_readable
from footnote.corpus.readers.pdf.paragraphs import paragraphs_of, running_heads
from footnote.corpus.readers.pdf.words import words_of
from footnote.corpus.readers.plain_text import MAX_TITLE_CHARS, leading_byline, listed_authors, read_head
from footnote.corpus.result import ParsedArticle
from footnote.corpus.text import MAX_ARTICLE_CHARS, fold, one_line

MAX_PAGES = 2_000
_RECOGNIZE = "run text recognition over it first, for example: ocrmypdf"
_SCAN = f"its pages hold no text, only pictures (a scan); {_RECOGNIZE} in.pdf out.pdf"
_UNREADABLE = f"its text layer does not say which letters it shows; {_RECOGNIZE} --force-ocr in.pdf out.pdf"
_DAMAGED = "the PDF is damaged; open it and save it again, or save the article as text"
_MOST_UNKNOWN = 0.1
_ENOUGH_LETTERS = 200
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôûåæøœãõ")
_NO_TITLE = re.compile(
    r"(?i)(?:untitled|title|document|about:blank|print|layout|slide|page|pdf|full ?page|no title|new tab|blank|scan|"
    r"microsoft (?:word|powerpoint|excel)\b.*|powerpoint presentation|presentation|pdf document|google docs?|"
    r"word document|libreoffice\b.*|openoffice\b.*|latex\b.*|adobe \w+\b.*|indesign\b.*|quarkxpress\b.*|\w+://.*|"
    r"(?:untitled|unnamed|unbenannt|sans titre|sin título|senza titolo|naamloos)\b.*|"
    r".*\.(?:docx?|odt|rtf|pdf|indd|qx[dp]|html?|txt|tex|pptx?|md|php|aspx?|pages|ps|dvi|eml|p65|cdr)|\W*)[\s\d().-]*"
)
_HEAD_LINES = 14
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def read_pdf(data: bytes) -> ParsedArticle:
    """Read a PDF.

    Raises ``RefusedError`` when it is encrypted, damaged, over 2,000 pages, has no text layer or one without letters,
    or columns that cannot be told apart.
    """
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)), password="")
        sheets = list(_sheets(document))
    except PDFPasswordIncorrect:
        raise RefusedError("it needs a password; save a copy without one") from None
    except PDFEncryptionError:
        raise RefusedError("it is encrypted; save a copy without encryption") from None
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise RefusedError(_DAMAGED) from None
    if not sheets:
        raise RefusedError(_DAMAGED)
    _refuse_garbage(sheets)
    pages: list[list[Line]] = []
    for number, sheet in enumerate(sheets, 1):
        words = words_of(sheet.glyphs)
        pages.append(reading_order(words, sheet.boxes))
        if runs_together(words, pages[-1]):
            raise RefusedError(f"the columns of its page {number} cannot be told apart; save the article as text")
    heads = running_heads(pages, [sheet.height for sheet in sheets])
    pages = [[line for line in page if line not in head] for page, head in zip(pages, heads, strict=True)]
    text = "\n\n".join(paragraphs_of(pages))
    if not any(map(str.isalnum, text)):
        raise RefusedError(_SCAN)
    return _described(document, text, [line for page in pages for line in page], heads[0])


def _sheets(document: PDFDocument) -> Iterator[Sheet]:
    reader = PageReader()
    letters = 0
    for number, page in enumerate(islice(PDFPage.create_pages(document), MAX_PAGES + 1), 1):
        if number > MAX_PAGES:
            raise RefusedError(f"it has over {MAX_PAGES:,} pages; split it into articles")
        sheet = reader.read(page)
        letters += len(sheet.glyphs)
        if letters > MAX_ARTICLE_CHARS:
            raise RefusedError(f"its text is over {MAX_ARTICLE_CHARS:,} characters long; split it into articles")
        yield sheet


def _refuse_garbage(sheets: Sequence[Sheet]) -> None:
    """Refuse letters that only their drawing tells: those without a name, and those under a false one."""
    letters = [glyph.text for sheet in sheets for glyph in sheet.glyphs if not glyph.text.isspace()]
    unknown = sum(not is_readable(letter) for letter in letters)
    if unknown > _MOST_UNKNOWN * len(letters):
        raise RefusedError(_UNREADABLE)
    latin = [letter.lower() for letter in letters if letter.isalpha() and letter < "\u0250"]
    if len(letters) < _ENOUGH_LETTERS:
        return
    words = sum(letter.isalnum() for letter in letters)
    vowels = sum(letter in _VOWELS for letter in latin)
    if words < 0.5 * len(letters) or (len(latin) > 0.5 * len(letters) and not 0.2 < vowels / len(latin) < 0.65):
        raise RefusedError(_UNREADABLE)


def _described(document: PDFDocument, text: str, lines: Sequence[Line], heads: Sequence[Line]) -> ParsedArticle:
    held = _held(document)
    title, printed = held.get("title", ""), _largest(lines)
    shown = fold(" ".join(line.text for line in lines[: 2 * _HEAD_LINES]))
    if _NO_TITLE.fullmatch(title) or (printed and (fold(title) in fold(printed) or fold(title) not in shown)):
        title = printed
    head = read_head(text, title)
    top = [line.text.strip() for line in (*lines[:_HEAD_LINES], *heads)]
    signed = next((names for line in top if line.lower().startswith("by ") and (names := leading_byline(line))), ())
    dated = next((found for line in top if len(line) <= 80 and (found := find_date(line))), "")
    authors = signed or head.authors or listed_authors(held.get("author", ""))
    published = head.published or dated or held.get("published", "")
    return ParsedArticle(text, title or head.title, authors, held.get("publisher", ""), published)


def _held(document: PDFDocument) -> dict[str, str]:
    """Return the metadata of the article that a PDF holds; when the file was made is not asked."""
    held: dict[str, str] = {}
    with suppress(Exception):  # metadata is the part that programs write worst, and the text does without it
        for info in document.info:
            for name in ("Title", "Author"):
                value = resolve1(info.get(name))
                if isinstance(value, bytes):
                    held.setdefault(name.lower(), one_line(decode_text(value)))
        packet = resolve1(document.catalog.get("Metadata"))
        if isinstance(packet, PDFStream):
            held |= _from_xmp(packet.get_data())
    return held


def _from_xmp(packet: bytes) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(packet, parser)
    dates, publishers = (
        ["".join(map(str, each.itertext())) for each in root.iter(f"{_DUBLIN_CORE}{name}")]
        for name in ("date", "publisher")
    )
    publisher = one_line(next(iter(publishers), ""), 200)
    return {"published": next(filter(None, map(any_date, dates)), ""), "publisher": publisher}


def _largest(lines: Sequence[Line]) -> str:
    """Return the heading of the first page: its lines in the largest type, when that is larger than the text's."""
    first = lines[: 5 * _HEAD_LINES]
    size = max((line.size for line in first), default=0.0)
    if not lines or size < 1.2 * median(line.size for line in lines):
        return ""
    words = " ".join(line.text.strip() for line in first if line.size > 0.95 * size)
    return one_line(words) if len(words) <= MAX_TITLE_CHARS else ""
