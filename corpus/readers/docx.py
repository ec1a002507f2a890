"""A DOCX document to an article: paragraphs, headings, tables and footnotes, as a reader of it sees them."""

import io
from collections.abc import Iterator
from itertools import takewhile
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.plain_text import MAX_TITLE_CHARS, listed_authors, read_head
from footnote.corpus.result import ParsedArticle
from footnote.corpus.text import fold, one_line, raised

MAX_PARTS = 2_000
MAX_UNPACKED = 80_000_000  # what a document's parts may add up to, in bytes, once unpacked
_MAX_DEPTH = 20
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:smartTag", "w:customXml")))
_REMOVED = frozenset(map(qn, ("w:del", "w:moveFrom"))) | {_FALLBACK}
_PASSED_OVER = _REMOVED | set(map(qn, ("w:instrText", "w:delText", "w:pict", "w:object", "w:drawing")))
_BROKEN = (OpcError, etree.XMLSyntaxError, BadZipFile, LookupError, ValueError, AttributeError, OSError, EOFError)
_NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")
_DAMAGED = "the DOCX is damaged; open it and save it again, or save the article as text"


def read_docx(data: bytes) -> ParsedArticle:
    """Read a DOCX document.

    Deleted and hidden text is left out; footnotes follow the text, each as ``[n] words``.
    Raises ``RefusedError`` when it is damaged or encrypted, unpacks to over 80 MB, or holds no text.
    """
    _refuse_bombs(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except _BROKEN:
        raise RefusedError(_DAMAGED) from None
    _refuse_entities(document.element)
    blocks = list(_blocks(document.element.body, 0))
    notes = list(_notes(document))
    text = "\n\n".join([*(words for _, words in blocks), *notes])
    if not any(character.isalnum() for character in text):
        raise RefusedError("there is no text in the document; pictures of text are not read")
    return _described(document, text, blocks)


def _refuse_bombs(data: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise RefusedError(_DAMAGED) from None
    if not any(part.filename.startswith("word/") for part in parts):
        raise RefusedError("it is a packed file and no DOCX; unpack it, or save the article as DOCX or plain text")
    # zipfile reads no more of a part than its entry says that it holds, so the sum is a bound
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise RefusedError(f"it unpacks to over {MAX_UNPACKED / 1e6:.0f} MB; save the article's text alone")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("it is encrypted; save a copy without a password")


def _refuse_entities(root: etree._Element) -> None:
    """Refuse entities of a document's own: they are not read, and the words behind them would be lost with them."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusedError("it defines XML entities, which no word processor writes; save it again as DOCX or as text")


def _blocks(parent: etree._Element, depth: int) -> Iterator[tuple[str, str]]:
    """Yield style and words of each paragraph that holds any; a table's rows as lines with `` | `` between cells."""
    if depth > _MAX_DEPTH:
        raise RefusedError("its tables are nested too deeply; save the article as text")
    for element in parent:
        if element.tag == qn("w:p"):
            if words := _words(element):
                style = _set(element, "w:pPr", "w:pStyle", "") or ""
                is_item = "List" in style or _set(element, "w:pPr", "w:numPr", "") is not None
                yield style, f"- {words}" if is_item else words
            for box in _text_boxes(element):
                yield from _blocks(box, depth + 1)
        elif element.tag == qn("w:tbl"):
            rows = ([_one_line(cell, depth + 1) for cell in _within(row, qn("w:tc"))]
                    for row in _within(element, qn("w:tr")))  # fmt: skip
            if lines := [" | ".join(cells) for cells in rows if any(cells)]:
                yield "", "\n".join(lines)
        elif element.tag in _WRAPPERS:
            yield from _blocks(element, depth + 1)


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield what stands in the text boxes of a paragraph: each once, though it is written for old programs too."""
    for box in paragraph.iter(qn("w:txbxContent")):
        inside = takewhile(lambda outer: outer is not paragraph, box.iterancestors())
        if {each.tag for each in inside}.isdisjoint((qn("w:txbxContent"), *_REMOVED)):
            yield box


def _one_line(parent: etree._Element, depth: int) -> str:
    return " ".join(" ".join(words.split()) for _, words in _blocks(parent, depth))


def _within(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the children with a tag, also those in a wrapper, such as that of an inserted row."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _words(paragraph: etree._Element) -> str:
    text = ""
    for words, is_raised in _pieces(paragraph, False):
        text += raised(words.strip(), text) if is_raised and words.strip() else words
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _pieces(element: etree._Element, is_raised: bool) -> Iterator[tuple[str, bool]]:
    """Yield the words of a paragraph, and whether they are raised."""
    for child in element:
        if child.tag in _PASSED_OVER or _is_hidden(child):
            continue
        if child.tag in (qn("w:t"), f"{_MATH}t"):
            yield child.text or "", is_raised
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag], False
        elif isinstance(child.tag, str) and child.tag not in (qn("w:pPr"), qn("w:rPr")):
            yield from _pieces(child, is_raised or _is_raised(child))


def _is_raised(element: etree._Element) -> bool:
    """Tell a run that is raised by its own looks, and the exponent of a formula."""
    if element.tag == f"{_MATH}sup":
        return True
    if element.tag != qn("w:r"):
        return False
    lifted = _set(element, "w:rPr", "w:position", "")
    aligned = _set(element, "w:rPr", "w:vertAlign", "")
    return aligned == "superscript" if aligned is not None else (lifted or "").isdigit() and lifted != "0"


def _is_hidden(run: etree._Element) -> bool:
    return run.tag == qn("w:r") and _set(run, "w:rPr", "w:vanish", "true") not in (None, "0", "false")


def _set(element: etree._Element, group: str, name: str, default: str) -> str | None:
    """Return the value of a property of a run or paragraph: ``default`` where it is set without one, else nothing."""
    found = element.find(f"{qn(group)}/{qn(name)}")
    return None if found is None else found.get(qn("w:val"), default)


def _notes(document: Document) -> Iterator[str]:
    """Yield the footnotes, then the endnotes, in the order of their numbers."""
    for kind in ("footnotes", "endnotes"):
        for relation in document.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(f"/{kind}"):
                continue
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            try:
                root = etree.fromstring(relation.target_part.blob, parser)
            except etree.XMLSyntaxError:
                raise RefusedError(_DAMAGED) from None
            _refuse_entities(root)
            notes = (note for note in root if note.get(qn("w:type")) not in _NO_NOTES)
            yield from (f"[{n}] {words}" for n, note in enumerate(notes, 1) if (words := _one_line(note, 0)))


def _described(document: Document, text: str, blocks: list[tuple[str, str]]) -> ParsedArticle:
    title = one_line(document.core_properties.title or "")
    for name in ("Title", "Heading1"):
        title = title or next((one_line(words) for style, words in blocks[:20] if style == name), "")
    title = "" if fold(title) in ("word document", "untitled", "document") else title[:MAX_TITLE_CHARS]
    head = read_head(text, title)
    authors = head.authors or listed_authors(document.core_properties.author or "")
    return ParsedArticle(text, title or head.title, authors, published=head.published)
