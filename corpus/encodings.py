"""Text in an encoding from before Unicode: which one it is in, by what its letters look like when read in it.

For Latin letters a reading must look like one language: its words all in small letters, all in large ones, or with a
large one first; its accented letters all of one alphabet; no marks within words. For other scripts charset-normalizer
tells, which confuses the Latin ones.
"""

from __future__ import annotations

import re
from functools import cache

from charset_normalizer import from_bytes

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
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "ãáàâçéêíõóôúü", "àèéìíîòóùú", "åäöé", "æøåéö", "ëïéèöóüá", "ąćęłńóśźż",
        "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "çğıiöşüâî", "ăâîșțşţ", "čćđšž", "áðéíóúýþæö",
        "àçèéíïòóúü", "āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž",
    )
)  # fmt: skip
_MARKS = frozenset("“”„‘’‚«»‹›–—…•·€£¥¢§°º™®©½¼¾²³¹±×¡¿\u00a0")
_WORD = re.compile(r"[^\W\d_]+")
_WITHIN = re.compile(r"[^\W\d_]([^\w\s\x00-\x7f])[^\W\d_]")
_CLOSE = re.compile(r"[.,;:!?][^\W\d_]", re.ASCII)


def likely_encoding(data: bytes) -> str:
    """Return the encoding that bytes are most likely in, by Python's name; empty when none looks right."""
    if b"\x00" in data:
        return _utf_16(data)
    if b"\x1b$" in data:
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
