"""Raised digits as text: an exponent stays one, and never becomes digits of the number before it."""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_NOTE_MARK = re.compile(r"\[?[\d*†‡§,–-]{1,9}\]?")
_BEFORE_NOTE = re.compile(r"[^\W\d_]{3,}$|[.,;:!?)\]”’\"'»…]$")
_UNITS = frozenset("mm cm dm km ft yd mi nm sec min".split())
_SHORT_WORDS = frozenset("in at of to by on is it he we as or up so us an no if me my do go be am".split())


def raised(mark: str, before: str) -> str:
    """Return how the raised ``mark`` is written after ``before``: in Unicode's raised digits, or after a ``^``.

    A mark that leads to a note, as after a word or at a sentence's end, is left out; raised letters stay as they are.
    """
    last = _last_word(before)
    is_word = last in _SHORT_WORDS or (_BEFORE_NOTE.search(before) and last not in _UNITS)
    if _NOTE_MARK.fullmatch(mark) and is_word:
        return ""
    if not any(map(str.isdigit, mark)) and mark not in ("n", "+", "-", "−"):
        return mark
    return mark.translate(_RAISED) if all(ord(letter) in _RAISED for letter in mark) else "^" + mark


def _last_word(text: str) -> str:
    return text[-20:].rpartition(" ")[2].lower()
