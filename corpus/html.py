"""A web page to its article: the text that its reader sees, without menus, notices and comments, and its metadata.

trafilatura tells the article from the rest of the page; what no reader sees is removed before it looks.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

import lxml.etree
import lxml.html
from charset_normalizer import from_bytes
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from corpus.errors import RefusedError
from corpus.found import Reading
from corpus.head import read_head
from corpus.hidden import remove_hidden
from corpus.pagemeta import linked_article, read_meta
from corpus.text import decode_as, storable

_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}["']?([\w:-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s{0,5}=\s{0,5}["']([\w:-]{2,40})""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FRAME_NAMES = re.compile(r"cookie|consent|comment|related|share|newsletter|sidebar|menu", re.IGNORECASE)
_REFERENCE = re.compile(r"\[?[\d*†‡]{1,3}\]?")
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "dd", "dt", "figcaption")
_TABLE_PARTS = ("tbody", "thead", "tfoot", "tr", "td", "th")
_SHORT = 250
"""Of a page with less text than this, in characters, there is nothing to tell an article by."""
_FRAME = ("nav", "header", "footer", "aside", "form", "menu")


def read_html(data: bytes, charset: str = "") -> Reading:
    """Read a web page; ``charset`` is the one that the server named, if any.

    Raises:
        RefusedError: there is no article in it, or it is nested too deeply.
    """
    return page_reading(decode_page(data, charset))


def page_reading(page: str) -> Reading:
    """Read a page that is decoded; see `read_html`."""
    root = _parsed(page)
    linked = linked_article(root)
    remove_hidden(root)
    _drop_references(root)
    _unwrap_layout(root)
    meta = read_meta(root, linked)
    text = _article_text(root)
    if not any(character.isalnum() for character in text):
        raise RefusedError("no article is found in the page; save the article's text and add that")
    head = read_head(text, meta.title)
    return Reading(
        text=text,
        title=meta.title or head.title,
        authors=meta.authors or head.authors,
        publisher=meta.publisher,
        published=meta.published or head.published,
        url=meta.url,
    )


# --- bytes to a tree ---


def decode_page(data: bytes, charset: str = "") -> str:
    """Return a page as text, by its byte order mark, the server's word, its own word, or what its bytes look like."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    declared = _META_CHARSET.search(data[:4_096]) or _XML_ENCODING.search(data[:200])
    own = declared[1].decode("ascii", "replace") if declared else ""
    for name in (charset, own, "utf-8"):
        text = decode_as(data, name)
        if text is not None:
            return text
    guess = from_bytes(data[:50_000]).best()
    return data.decode(guess.encoding if guess else "cp1252", "replace")


def _parsed(page: str) -> HtmlElement:
    page = storable(_DECLARATION.sub("", page, count=1))
    if not page.strip():
        raise RefusedError("it is empty: there is no text in it")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml.html.document_fromstring(page.encode(), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        _raise_memory(parser)
        raise RefusedError("it is no web page; save the article as plain text") from None
    _raise_memory(parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # what lies deeper is missing
        raise RefusedError("it is nested too deeply to be an article; save the article as plain text")
    return root


def _raise_memory(parser: lxml.html.HTMLParser) -> None:
    """Say that memory ran out, which lxml takes for an error of the page."""
    if any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log):
        raise MemoryError


# --- the tree to text ---


def _drop_references(root: HtmlElement) -> None:
    """Remove the raised numbers that link to notes: they would run together with the word before them."""
    for raised in [*root.iter("sup")]:
        words = "".join(raised.itertext()).strip()
        if _REFERENCE.fullmatch(words) and next(raised.iter("a"), None) is not None:
            raised.drop_tree()


def _unwrap_layout(root: HtmlElement) -> None:
    """Make plain divisions of tables that lay out a page: those with another table or paragraphs in a cell."""
    for table in [*root.iter("table")]:
        parts = [part for part in table.iterdescendants(*_TABLE_PARTS) if _table_of(part) is table]
        cells = [part for part in parts if part.tag in ("td", "th")]
        if any(len([*islice(cell.iter("p", "table"), 2)]) > 1 or cell.find(".//table") is not None for cell in cells):
            for part in [table, *parts]:
                part.tag = "div"


def _table_of(part: HtmlElement) -> HtmlElement | None:
    return next(part.iterancestors("table"), None)


def _article_text(root: HtmlElement) -> str:
    plain = "\n\n".join(_plain_blocks(root))
    if 0 < len(plain) < _SHORT:
        return plain
    document = bare_extraction(root, include_comments=False, include_tables=True, with_metadata=False)
    body = getattr(document, "body", None)
    if body is None:
        return plain
    return "\n\n".join(block for block in _blocks(body) if block.strip())


def _plain_blocks(root: HtmlElement) -> Iterator[str]:
    """Yield the paragraphs of a page that is too short to tell its article by: all but what frames it."""
    for element in root.iter(*_BLOCKS):
        framed = any(_is_frame(ancestor) for ancestor in element.iterancestors())
        if not framed and next(element.iterdescendants(*_BLOCKS), None) is None:
            words = " ".join("".join(map(str, element.itertext())).split())
            if words:
                yield words


def _is_frame(element: HtmlElement) -> bool:
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag in _FRAME or bool(_FRAME_NAMES.search(named[:500]))


def _blocks(body: lxml.etree._Element) -> Iterator[str]:
    """Yield the blocks of an article as trafilatura marks it: paragraphs, headings, items, rows of tables."""
    for element in body:
        if element.tag == "table":
            yield "\n".join(" | ".join(map(_line, row.iter("cell"))) for row in element.iter("row"))
        elif element.tag == "list":
            yield from (f"- {_line(item)}" for item in element.iter("item") if _line(item))
        elif element.tag in ("quote", "div") and any(child.tag in ("p", "head", "list", "quote") for child in element):
            if (element.text or "").strip():
                yield " ".join((element.text or "").split())
            yield from _blocks(element)
        else:
            yield _lines(element)
        if element.tail and element.tail.strip():
            yield " ".join(element.tail.split())


def _line(element: lxml.etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _lines(element: lxml.etree._Element) -> str:
    """Return the words of a paragraph; its line breaks stay line breaks."""
    for line_break in element.iter("lb"):
        line_break.text = "\u2028"
    lines = (" ".join(line.split()) for line in "".join(map(str, element.itertext())).split("\u2028"))
    return "\n".join(lines).strip("\n")
