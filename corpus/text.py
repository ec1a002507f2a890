r"""Bytes to stored text, and the small tools that every reader shares.

Stored text is the source's text with newlines as ``\n``, and nothing else changed: offsets count its code points.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from charset_normalizer import from_bytes

from footnote.corpus.errors import RefusedError

MAX_ARTICLE_CHARS = 2_000_000  # the longest article that is read; longer text is a book or a dump, not an article

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
_JIS_ESCAPE = b"\x1b$"  # what ISO-2022-JP, which is made of ASCII's bytes, starts Japanese with
_BINARY = "it holds binary data, not text; save the article as text or Markdown first"
_NOT_TEXT = "".join(map(chr, [*range(1, 8), *range(14, 27), *range(28, 32), 127]))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MIXED = re.compile(r"\b(?=[^\W\d_]{0,40}[A-Za-z])(?=[^\W\d_]{0,40}[\u0370-\u04ff])[^\W\d_]{3,40}")
_PLAIN = str.maketrans("‘’“”–—", "''\"\"--")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_NOTE_MARK = re.compile(r"\[?[\d*†‡§,–-]{1,9}\]?")
_BEFORE_NOTE = re.compile(r"[^\W\d_]{3,}$|[.,;:!?)\]”’\"'»…]$")
_UNITS = frozenset("mm cm dm km ft yd mi nm sec min".split())
_SHORT_WORDS = frozenset("in at of to by on is it he we as or up so us an no if me my do go be am".split())
_SAMPLE = 50_000
_LATIN = tuple("cp1252 mac_roman cp1250 iso8859_2 cp1254 iso8859_15 cp850 cp852 mac_latin2 cp1257".split())
"""In this order of likelihood, where two readings look right."""
_OTHERS = """cp1251 koi8_r koi8_u cp866 mac_cyrillic iso8859_5 cp1253 iso8859_7 cp1255 cp1256 euc_jp cp932 iso2022_jp
    gb18030 big5 cp949 cp874""".split()
_ICONV = {
    "mac_roman": "MACINTOSH", "mac_latin2": "MAC-CENTRALEUROPE", "mac_cyrillic": "MAC-CYRILLIC", "koi8_r": "KOI8-R",
    "koi8_u": "KOI8-U", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP", "iso8859_2": "ISO-8859-2",
    "iso8859_5": "ISO-8859-5", "iso8859_7": "ISO-8859-7", "iso8859_15": "ISO-8859-15",
}  # fmt: skip
_MOST_CHAOS = 0.1
_LETTERS = """àâæçéèêëîïôœùûüÿ äöüß áéíñóúü ãáàâçéêíõóôúü àèéìíîòóùú åäöé æøåéö ëïéèöóüá ąćęłńóśźż áčďéěíňóřšťúůýž
    áäčďéíĺľňóôŕšťúýž áéíóöőúüű çğıiöşüâî ăâîșțşţ čćđšž áðéíóúýþæö àçèéíïòóúü āčēģīķļņšūž ąčęėįšųūž äõöüšž"""
_ALPHABETS = [*map(frozenset, _LETTERS.split())]
_MARKS = frozenset("“”„‘’‚«»‹›–—…•·€£¥¢§°º™®©½¼¾²³¹±×¡¿\u00a0")
_WORD = re.compile(r"[^\W\d_]+")
_WITHIN = re.compile(r"[^\W\d_]([^\w\s\x00-\x7f])[^\W\d_]")


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int


def decode(data: bytes) -> str:
    """Return ``data`` as text: UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    Raises ``RefusedError`` when it is binary, or in another encoding (the message names the likely one).
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding)
    if b"\x00" in data or _JIS_ESCAPE in data:
        raise RefusedError(_BINARY)
    return _strict(data, "utf-8")


def decode_any(data: bytes) -> str:
    """Return ``data`` as text, also where it is in an encoding from before Unicode that shows which one it is.

    Raises ``RefusedError`` when it is binary, or in an encoding that does not show.
    """
    try:
        return decode(data)
    except RefusedError:
        if not (name := likely_encoding(data)):
            raise
    return _strict(data, name)


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


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"it is not {error.encoding.upper()} text (byte 0x{data[error.start]:02x} at offset {error.start})"
        todo = "save the article as UTF-8 text first"
        if name := likely_encoding(data):
            todo = f"it looks like {name}: convert it with `iconv -f {iconv_name(name)} -t UTF-8`"
        raise RefusedError(f"{where}; {todo}") from None
    if "\x00" in text or sum(map(text.count, _NOT_TEXT)) > 8 + len(text) // 100:
        raise RefusedError(_BINARY)
    return text


def stored(text: str) -> str:
    r"""Return ``text`` as it is stored: newlines as ``\n``; what no store can keep becomes U+FFFD.

    Raises:
        RefusedError: it holds no letter or digit, or is longer than `MAX_ARTICLE_CHARS`.
    """
    if len(text) > MAX_ARTICLE_CHARS:
        over = f"over the limit of {MAX_ARTICLE_CHARS:,}; split it into articles"
        raise RefusedError(f"its text is {len(text):,} characters long, {over}")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not any(map(str.isalnum, text)):
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
    return found[0] if (found := _MIXED.search(text)) else ""


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
    block = text[span.start : span.end]
    if words := block.strip():
        start = span.start + block.index(words)
        yield Span(start, start + len(words))


def raised(mark: str, before: str) -> str:
    """Return how the raised ``mark`` is written after ``before``: in Unicode's raised digits, or after a ``^``.

    So an exponent never becomes digits of the number before it. A mark that leads to a note, as after a word or at a
    sentence's end, is left out; raised letters stay as they are.
    """
    last = before[-20:].rpartition(" ")[2].lower()
    is_word = last in _SHORT_WORDS or (_BEFORE_NOTE.search(before) and last not in _UNITS)
    if _NOTE_MARK.fullmatch(mark) and is_word:
        return ""
    if not any(map(str.isdigit, mark)) and mark not in ("n", "+", "-", "−"):
        return mark
    return mark.translate(_RAISED) if all(ord(letter) in _RAISED for letter in mark) else "^" + mark


def fold(text: str) -> str:
    """Return ``text`` for comparing: NFKC, lower case, plain quotes and dashes, white space folded."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    return " ".join(text.split())


def likely_encoding(data: bytes) -> str:
    """Return the encoding from before Unicode that bytes are most likely in, by Python's name; empty for none.

    For Latin letters a reading must look like one language: its words all in small letters, all in large ones, or with
    a large one first; its accented letters all of one alphabet; no marks within words. For other scripts
    charset-normalizer tells, which confuses the Latin ones.
    """
    if b"\x00" in data:
        return _utf_16(data)
    if _JIS_ESCAPE in data:
        return "iso2022_jp"
    for name in _LATIN:
        text = _read(data, name)
        if text and _looks_latin(text[:_SAMPLE]):
            return name
    best = from_bytes(data[:_SAMPLE], cp_isolation=_OTHERS).best()
    return best.encoding if best and best.chaos <= _MOST_CHAOS and _read(data, best.encoding) else ""


def iconv_name(encoding: str) -> str:
    """Return what ``iconv`` calls an encoding."""
    return _ICONV.get(encoding, encoding.upper())


def _utf_16(data: bytes) -> str:
    """Tell UTF-16 without its mark: of most letters, one byte of two is nothing."""
    high, low = data[1::2].count(0), data[::2].count(0)
    for name, many, few in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if len(data) >= 16 and many > 0.3 * len(data) / 2 and few < 0.02 * len(data) and _read(data, name):
            return name
    return ""


def _read(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except ValueError:
        return ""


def _looks_latin(text: str) -> bool:
    if any(letter > "\x7f" and not letter.isalpha() and letter not in _MARKS for letter in text):
        return False
    if any(mark != "’" for mark in _WITHIN.findall(text)):
        return False
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    if any(not (word.islower() or word.isupper() or word.istitle()) for word in words):
        return False
    if any(len(word) == 1 and word.isupper() for word in words):
        return False
    return _alphabet(
        frozenset(letter for word in words for letter in word.lower() if letter > "\x7f" and letter.isalpha())
    )


@cache
def _alphabet(letters: frozenset[str]) -> bool:
    """Tell whether letters are all of one alphabet."""
    return any(letters <= alphabet for alphabet in _ALPHABETS)
