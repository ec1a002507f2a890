r"""Bytes to stored text, and the small tools that every reader shares.

Stored text is the source's text with newlines as ``\n``, and nothing else changed: offsets count its code points.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from footnote.corpus.encodings import iconv_name, likely_encoding
from footnote.corpus.errors import RefusedError

MAX_ARTICLE_CHARS = 2_000_000
"""The longest article that is read; longer text is a book or a dump, not an article."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "shift_jis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
_NOT_BELIEVED = tuple("utf-16 utf-32 utf-7 hz punycode idna unicode_escape unicode-escape raw undefined".split())
_JIS_ESCAPE = b"\x1b$"
"""What ISO-2022-JP, which is made of ASCII's bytes, starts Japanese with."""
_BINARY = "it holds binary data, not text; save the article as text or Markdown first"
_NOT_TEXT = "".join(map(chr, [*range(1, 8), *range(14, 27), *range(28, 32), 127]))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MIXED = re.compile(r"\b(?=[^\W\d_]{0,40}[A-Za-z])(?=[^\W\d_]{0,40}[\u0370-\u04ff])[^\W\d_]{3,40}")
_PLAIN = str.maketrans("‘’“”–—", "''\"\"--")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int


def decode(data: bytes) -> str:
    """Return ``data`` as text: UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    Raises:
        RefusedError: it is binary, or in another encoding (the message names the likely one).
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _text_only(_strict(data[len(bom) :], encoding))
    if b"\x00" in data or _JIS_ESCAPE in data:
        raise RefusedError(_BINARY)
    return _text_only(_strict(data, "utf-8"))


def decode_any(data: bytes) -> str:
    """Return ``data`` as text, also where it is in an encoding from before Unicode that shows which one it is.

    Raises:
        RefusedError: it is binary, or in an encoding that does not show.
    """
    try:
        return decode(data)
    except RefusedError:
        name = likely_encoding(data)
        if not name:
            raise
    return _text_only(_strict(data, name))


def decode_as(data: bytes, name: str) -> str | None:
    """Return ``data`` in the encoding that a page, a message or a server names; nothing when it is not that.

    The names mean what they mean to browsers (``iso-8859-1`` is Windows-1252). UTF-16 is not believed: it shows by its
    mark; nor are encodings that hide markup in plain letters, such as UTF-7.
    """
    name = name.strip().lower()[:40]
    try:
        codec = codecs.lookup(_AS_BROWSERS_DO.get(name, name)).name if name else ""
        return None if not codec or codec.startswith(_NOT_BELIEVED) else data.decode(codec)
    except (LookupError, ValueError):  # a UnicodeDecodeError is a ValueError; so is a name that holds NUL
        return None


def _text_only(text: str) -> str:
    controls = sum(map(text.count, _NOT_TEXT))
    if "\x00" in text or controls > 8 + len(text) // 100:
        raise RefusedError(_BINARY)
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"it is not {error.encoding.upper()} text (byte 0x{data[error.start]:02x} at offset {error.start})"
    if name := likely_encoding(data):
        raise RefusedError(f"{where}; it looks like {name}: convert it with `iconv -f {iconv_name(name)} -t UTF-8`")
    raise RefusedError(f"{where}; save the article as UTF-8 text first")


def stored(text: str) -> str:
    r"""Return ``text`` as it is stored: newlines as ``\n``; what no store can keep becomes U+FFFD.

    Raises:
        RefusedError: it holds no letter or digit, or is longer than `MAX_ARTICLE_CHARS`.
    """
    if len(text) > MAX_ARTICLE_CHARS:
        raise RefusedError(
            f"its text is {len(text):,} characters long, over the limit of {MAX_ARTICLE_CHARS:,};"
            " split it into articles"
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not any(character.isalnum() for character in text):
        raise RefusedError("it is empty: there is no text in it")
    return storable(text)


def storable(text: str) -> str:
    """Return ``text`` with U+FFFD for the code points that no store can keep: NUL and lone surrogates."""
    return _UNSTORABLE.sub("\ufffd", text)


def one_line(value: str, limit: int = 500) -> str:
    """Return metadata as one clean line: no control, bidirectional or invisible characters, spaces folded."""
    shown = (
        character
        for character in value[: 4 * limit]
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(shown).split())[:limit].rstrip()


def mixed_word(text: str) -> str:
    """Return the first word that mixes Latin letters with Greek or Cyrillic ones, which look alike; empty for none."""
    found = _MIXED.search(text)
    return found[0] if found else ""


def paragraphs(text: str) -> Iterator[Span]:
    """Yield the spans of the blocks between blank lines, without the white space around them."""
    start = 0
    for match in _BLANK_LINE.finditer(text):
        # finditer resumes after the second newline of each match, so runs of blank lines give empty blocks
        yield from trimmed(text, Span(start, match.start()))
        start = match.end() - 1
    yield from trimmed(text, Span(start, len(text)))


def trimmed(text: str, span: Span) -> Iterator[Span]:
    """Yield ``span`` without white space at its ends, or nothing when that leaves nothing."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def fold(text: str) -> str:
    """Return ``text`` for comparing: NFKC, lower case, plain quotes and dashes, white space folded."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return " ".join(text.split())
