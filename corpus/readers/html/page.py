"""A web page to its article: the text that its reader sees, without menus, notices and comments, and its metadata.

trafilatura tells the article from the rest of the page; what no reader sees is removed before it looks.
"""

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

import lxml.etree
import lxml.html
from charset_normalizer import from_bytes
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from footnote.corpus.dates import plausible
from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.html.authors import names_in
from footnote.corpus.readers.html.hidden import remove_hidden
from footnote.corpus.readers.html.metadata import linked_article, read_meta
from footnote.corpus.readers.html.normalize import join_pieces, show_noscript, tidy
from footnote.corpus.readers.html.prose import Block, blocks_of, kept_of, lines_of, prose, size, text_of
from footnote.corpus.readers.plain_text import read_head
from footnote.corpus.result import ParsedArticle
from footnote.corpus.text import BOMS, decode_as, storable

_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}["']?([\w:-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s{0,5}=\s{0,5}["']([\w:-]{2,40})""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_NO_ARTICLE = "no article is found in the page; save the article's text and add that"
_KEPT_HIDDEN = "most of the page's text is hidden until a script shows it; check it against the page"
_SHORT = 250  # a page whose article is shorter than this, in characters, may hold it in its JSON-LD alone
_TINY = 200  # of a page with less text than this, in characters, all is taken that does not stand beside an article
_ENOUGH = 1_000  # with this much running text on a page, in characters, it is told which share of it is kept
_NEXT_TO_NOTHING, _LITTLE = 0.1, 0.5


def read_html(data: bytes, charset: str = "") -> ParsedArticle:
    """Read a web page; ``charset`` is the one that the server named, if any.

    Raises ``RefusedError`` when there is no article in it, or it is nested too deeply.
    """
    root = _parsed(decode_page(data, charset))
    linked = linked_article(root)
    show_noscript(root)
    is_kept_hidden = remove_hidden(root)
    meta = read_meta(root, linked)
    text, caution = _text(root, linked)
    head = read_head(text, meta.title)
    return replace(
        meta,
        text=text,
        title=meta.title or head.title,
        authors=meta.authors or tuple(name for author in head.authors for name in names_in(author, meta.publisher)),
        published=meta.published or plausible(head.published),
        caution=caution or (_KEPT_HIDDEN if is_kept_hidden else ""),
    )


def message_text(page: str) -> tuple[str, str]:
    """Return the article's text of a message that is a page, and all that its reader sees, line by line."""
    root = _parsed(page)
    remove_hidden(root)
    seen = lines_of(root)
    return _text(root, {})[0], seen


def decode_page(data: bytes, charset: str = "") -> str:
    """Return a page as text, by its byte order mark, the server's word, its own word, or what its bytes look like."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    declared = _META_CHARSET.search(data[:4_096]) or _XML_ENCODING.search(data[:200])
    own = declared[1].decode("ascii", "replace") if declared else ""
    for name in (charset, own, "utf-8"):
        if (text := decode_as(data, name)) is not None:
            return text
    guess = from_bytes(data[:50_000]).best()
    return data.decode(guess.encoding if guess else "cp1252", "replace")


def _parsed(page: str) -> HtmlElement:
    page = _CONTROLS.sub(" ", storable(page))
    page = page[declared.end() :] if (declared := _DECLARATION.match(page)) else page
    if not page.strip():
        raise RefusedError("it is empty: there is no text in it")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    root = None
    with suppress(lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        root = lxml.html.document_fromstring(page.encode(), parser=parser)
    errors = {entry.type_name for entry in parser.error_log}
    if "ERR_NO_MEMORY" in errors:  # which lxml takes for an error of the page
        raise MemoryError
    if root is None:
        raise RefusedError("it is no web page; save the article as plain text")
    if "ERR_RESOURCE_LIMIT" in errors:  # what lies deeper is missing
        raise RefusedError("it is nested too deeply to be an article; save the article as plain text")
    return root


def _text(root: HtmlElement, linked: dict[str, Any]) -> tuple[str, str]:
    """Return the text of a page without what is hidden, or of its JSON-LD; and what to beware of.

    Raises ``RefusedError`` when there is none.
    """
    tidy(root)
    text, caution = _article_text(root)
    if len(text) < _SHORT:
        written = _written_body(linked)
        text, caution = (written, "") if len(written) > 2 * len(text) else (text, caution)
    if not any(character.isalnum() for character in text):
        raise RefusedError(_NO_ARTICLE)
    return text, caution


def _article_text(root: HtmlElement) -> tuple[str, str]:
    """Return the article's text, and what to beware of, as where much of the page's running text is not in it.

    Raises ``RefusedError`` when next to nothing of the running text is in it.
    """
    if len(text_of(root)) < _TINY:
        return "\n\n".join(words for block in blocks_of(root) if (words := block.words)), ""
    text = _extracted(root)
    blocks = prose(root)
    kept = kept_of(blocks, text)
    if join_pieces(kept, [block for block in blocks if block not in kept]):
        joined = _extracted(root)
        if len(kept_of(blocks, joined)) > len(kept):
            text = joined
    return text, checked(text, blocks)


def checked(text: str, blocks: Sequence[Block]) -> str:
    """Return what to beware of in a text that was kept of a page with these blocks of running text.

    Raises ``RefusedError`` when next to nothing of them is in it.
    """
    whole, held = size(blocks), size(kept_of(blocks, text))
    if whole < _ENOUGH or held >= _LITTLE * whole:
        return ""
    if held < _NEXT_TO_NOTHING * whole and len(text) < whole:
        raise RefusedError(
            f"the article cannot be told from the rest of the page: {held:,} of {whole:,} characters of its running"
            " text would be kept; save the article's text and add that"
        )
    return f"only {held / whole:.0%} of the page's running text is kept; check it against the page"


def _extracted(root: HtmlElement) -> str:
    document = bare_extraction(deepcopy(root), include_comments=False, include_tables=True, with_metadata=False)
    body = getattr(document, "body", None)
    return "" if body is None else "\n\n".join(block for block in _blocks(body) if block.strip())


def _written_body(linked: dict[str, Any]) -> str:
    """Return the text that a page's JSON-LD holds for its article, where the page itself shows none of it."""
    body = linked.get("articleBody")
    if not isinstance(body, str) or not body.strip():
        return ""
    if "<" not in body:
        return "\n\n".join(line for part in html.unescape(body).splitlines() if (line := " ".join(part.split())))
    return "\n\n".join(block.words for block in blocks_of(_parsed(body)) if block.words)


def _blocks(body: lxml.etree._Element) -> Iterator[str]:
    """Yield the blocks of an article as trafilatura marks it: paragraphs, headings, items, rows of tables."""
    for element in body:
        if element.tag == "table":
            yield "\n".join(" | ".join(map(text_of, row.iter("cell"))) for row in element.iter("row"))
        elif element.tag == "list":
            yield from (f"- {words}" for item in element.iter("item") if (words := text_of(item)))
        elif element.tag in ("quote", "div") and any(child.tag in ("p", "head", "list", "quote") for child in element):
            if text := " ".join((element.text or "").split()):
                yield text
            yield from _blocks(element)
        else:
            yield _lines(element)
        if tail := " ".join((element.tail or "").split()):
            yield tail


def _lines(element: lxml.etree._Element) -> str:
    """Return the words of a paragraph; its line breaks stay line breaks."""
    for line_break in element.iter("lb"):
        line_break.text = "\u2028"
    lines = (" ".join(line.split()) for line in "".join(map(str, element.itertext())).split("\u2028"))
    return "\n".join(lines).strip("\n")
