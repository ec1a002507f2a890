"""What a file is, by what is in it; its name and the server's word decide only between kinds of text."""

import re
from pathlib import PurePath
from typing import Literal

from footnote.corpus.errors import RefusedError

Kind = Literal["text", "markdown", "jsonl", "html", "pdf", "docx", "mail", "feed"]

SUFFIXES: dict[str, Kind] = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".docx": "docx", ".eml": "mail", ".rss": "feed",
    ".atom": "feed",
}  # fmt: skip
HEAD = 4_096  # how many bytes from the start `kind_of` looks at

_TYPES: dict[str, Kind | None] = {
    "": None, "application/octet-stream": None, "binary/octet-stream": None, "application/xml": None, "text/xml": None,
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "text/markdown": "markdown",
    "text/x-markdown": "markdown", "application/pdf": "pdf", "application/x-pdf": "pdf", "message/rfc822": "mail",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/rss+xml": "feed", "application/atom+xml": "feed", "application/rdf+xml": "feed",
    "application/x-ndjson": "jsonl", "application/jsonl": "jsonl", "application/x-jsonlines": "jsonl",
}  # fmt: skip
_OTHER_FILES = {
    (b"\xd0\xcf\x11\xe0",): "an old Office file (.doc); save it as DOCX",
    (b"{\\rtf",): "an RTF file; save it as DOCX or as plain text",
    (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"): "a picture; only text can be read",
    (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ"): "a packed file; unpack it first",
    (b"%!PS",): "a PostScript file; save it as PDF",
    (b"\x7fELF",): "a program; only text can be read",
    (b"SQLite format 3",): "a database; save its articles as JSONL",
}
_ZIP = b"PK\x03\x04"
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_PAGE_START = re.compile(rb"<(?:!doctype html|html|head|body)[\s>]", re.IGNORECASE)
_MAIL_FIELDS = re.compile(rb"^(from|to|subject|date|message-id|mime-version|received|return-path):", re.I | re.M)


def is_readable_type(content_type: str) -> bool:
    """Tell whether a server's content type, in lower case, may hold articles; an empty one may."""
    return content_type in _TYPES


def kind_of(head: bytes, name: str = "", content_type: str = "") -> Kind:
    """Return the kind of a file from its first `HEAD` bytes, its name, and the server's content type.

    Raises ``RefusedError`` when it is a kind of file that is not read; the message says what to do.
    """
    for marks, what in _OTHER_FILES.items():
        if head.startswith(marks):
            raise RefusedError(f"it is {what}")
    if b"%PDF-" in head[:1_024]:
        return "pdf"
    if head.startswith(_ZIP):
        return "docx"
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if found := _markup(head) or _mail(head, named):
        return found
    said = _TYPES.get(content_type)
    if said in ("pdf", "docx") or (said is None and named in ("pdf", "docx")):
        raise RefusedError(f"it is called a {said or named} file and is none; open it and save it again")
    return named or "text" if said in (None, "text") else said


def _markup(head: bytes) -> Kind | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and _FEED_ROOT.search(start):
        return "feed"
    has_preface = start.startswith((b"<?xml", b"<!--"))
    return "html" if (_PAGE_START.search if has_preface else _PAGE_START.match)(start) else None


def _mail(head: bytes, named: Kind | None) -> Kind | None:
    """Tell mail by its headers; text and Markdown files may start with a few lines that look like some."""
    top = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    fields = {field.lower() for field in _MAIL_FIELDS.findall(top)}
    sure = {b"message-id", b"mime-version", b"received", b"return-path"}
    is_mail = b"from" in fields and len(fields) >= 3 and (named is None or fields & sure) and _MAIL_FIELDS.match(top)
    return "mail" if is_mail else None
