"""The particulars gate: each number, date, name and quotation of a sentence must stand in what it cites.

Writings of one thing are equal: "twelve" and 12, "3.1m" and "3.1 million", "21 May" and "May 21", "Iran" and
"Iranian", a part of a name and the whole, an abbreviation and the name whose initials it is. Nothing is guessed
beyond that: what is not found is a mismatch, and a mismatch is shown.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import NamedTuple

from footnote.index.search.query_words import MAX_CHARS, STOP_WORDS, clean, tokens
from footnote.qa.text.lexicon import NAME_PARTICLES, OPENERS, word_set
from footnote.qa.text.numbers import ORDINALS, SCALES, TENS, UNITS, Number, numbers
from footnote.qa.text.written_dates import Written, written_dates

_QUOTED = re.compile(r'"([^"]{2,600})"')
_SINGLE_QUOTED = re.compile(r"(?<!\w)'([^']{2,600})'(?!\w)")
_ABBREVIATED = {
    "gen": "general", "maj": "major", "brig": "brigadier", "lt": "lieutenant", "col": "colonel", "capt": "captain",
    "adm": "admiral", "sgt": "sergeant", "sen": "senator", "rep": "representative", "gov": "governor",
    "dr": "doctor", "st": "saint", "ft": "fort", "dept": "department", "prof": "professor", "pres": "president",
    "usa": "us", "america": "us", "american": "us", "americans": "us", "uk": "britain", "british": "britain",
    "eu": "european",
}  # fmt: skip
_HONORIFICS = word_set("mr mrs ms miss mx sir")
_DEMONYM = ("s", "n", "ns", "an", "ans", "ian", "ians", "i", "is", "ese", "ish")
_OPENERS = OPENERS | word_set("""additionally analysts article authorities both citing following furthermore government
    moreover most news none people police protesters reports researchers residents scientists since sources soldiers
    therefore troops while no""")
_SMALL = NAME_PARTICLES | {"the", "and", "for"}


class Particulars(NamedTuple):
    """What can be checked in a text, each kind in order; names are single words as written."""

    numbers: tuple[Number, ...]
    dates: tuple[Written, ...]
    names: tuple[str, ...]
    quotations: tuple[str, ...]


@lru_cache(maxsize=2_000)
def particulars(text: str) -> Particulars:
    """Read the particulars of a sentence; empty text has none."""
    text = rest = _plain(text)
    dates = written_dates(text)
    for each in dates:
        rest = rest[: each.start] + " " * (each.end - each.start) + rest[each.end :]
    figures = tuple(number for number in numbers(rest) if number.text.lower() != "one")
    quoted = (match[1] for pattern in (_QUOTED, _SINGLE_QUOTED) for match in pattern.finditer(text))
    quotations = tuple(quote for quote in quoted if any(map(str.isalnum, quote)))
    return Particulars(figures, dates, tuple(_names(rest)), quotations)


def mismatches(answer: str, source: str) -> tuple[str, ...]:
    """Return what ``answer`` says that ``source`` does not, as short texts: "answer 3.1, source 2.8".

    Empty means that every particular stands in the source, also when there are none.
    """
    said, held = particulars(answer), particulars(source)
    plain = _plain(source)
    folded, tokens = _folded(plain), _words_of(plain)
    figures, dates = [n.text for n in held.numbers], [d.text for d in held.dates]
    found = [_differs(number.text, figures) for number in said.numbers if not _counts(number, held)]
    found += [_differs(date.text, dates) for date in said.dates if not any(map(date.within, held.dates))]
    found += [_unnamed(name, held.names) for name in said.names if not _named(name, tokens, plain)]
    changed = (quote for quote in said.quotations if _folded(quote) not in folded)
    found += [f"answer “{_short(quote)}”, not quoted so in the source" for quote in changed]
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Return ``text`` for matching, without accents, so that "José" is found as "Jose"."""
    spread = unicodedata.normalize("NFD", clean(text[:MAX_CHARS]))
    return "".join(character for character in spread if not unicodedata.combining(character))


def _folded(text: str) -> str:
    """Return the words of a text alone, for finding a quotation whatever its punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _short(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _unnamed(name: str, held: Sequence[str]) -> str:
    closest = get_close_matches(name, held, 1, 0.75)
    return f"answer {name}, source {closest[0]}" if closest else f"answer {name}, not in the source"


def _differs(said: str, held: Sequence[str]) -> str:
    if not held:
        return f"answer {said}, source has none"
    closest = max(held, key=lambda each: SequenceMatcher(None, said, each).ratio())
    return f"answer {said}, source {closest}"


def _counts(number: Number, held: Particulars) -> bool:
    """Tell whether the source holds this number; a year or an ordinal may stand in one of its dates."""
    if any(number.values & other.values and (other.percent or not number.percent) for other in held.numbers):
        return True
    ordinal = number.text.lower().endswith(ORDINALS)
    parts = {part for date in held.dates for part in (date.year, date.day if ordinal else 0)} - {0}
    return not number.percent and not number.values.isdisjoint(parts)


def _names(text: str) -> list[str]:
    """Return the words that are written as names, in order and once each."""
    if text.isupper():
        return []
    words = ((word.removesuffix("'s"), start) for word, start in _written_words(text))
    named = ((word, start) for word, start in words if word[0].isupper() and _may_name(word))
    found = (word for word, start in named if not (_ordinary(word) and _opens(text, start)))
    return list(dict.fromkeys(found))


def _written_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a text from their first letter on, and where that is."""
    for token in tokens(text):
        at = next((n for n, character in enumerate(token.text) if character.isalpha()), None)
        if at is not None:
            yield token.text[at:], token.start + at


def _may_name(word: str) -> bool:
    lower = word.lower()
    counts = lower in UNITS or lower in TENS or lower.removesuffix("s") in SCALES
    return not counts and lower not in _HONORIFICS and (lower.replace(".", "") == "us" or lower not in STOP_WORDS)


def _opens(text: str, start: int) -> bool:
    """Tell whether a word's capital may come from its place: first in the text, a sentence or a quotation."""
    before = text[max(0, start - 3) : start].rstrip(" ")
    return start == 0 or before.endswith(('"', "'", ".", "?", "!", ":", "(", "-")) or not before.strip()


def _ordinary(word: str) -> bool:
    """Tell, or guess by its ending, that a word at the start of a sentence is no name."""
    ending = len(word) > 4 and word.lower().endswith(("ing", "ly", "ed", "tion", "ment", "ity"))
    return ending or word.lower() in _OPENERS


def _words_of(text: str) -> set[str]:
    """Return the words of a text as names are compared."""
    found = {key for word, _ in _written_words(text) if word != "us" for key in _keys(word)}  # "us": the pronoun
    return found | ({"us"} if re.search(r"\bunited states\b", text, re.IGNORECASE) else set())


def _keys(word: str) -> list[str]:
    """Return a word, and its parts where it has hyphens, in the form that is compared."""
    lower = word.lower().removesuffix("'s").replace(".", "").replace("'", "")
    parts = [part for part in lower.split("-") if part]
    return [_ABBREVIATED.get(part, part) for part in parts]


def _named(name: str, tokens: set[str], source: str) -> bool:
    """Tell whether each part of a name stands in the source, in this form or one that means the same."""
    keys = (key for key in _keys(name) if key not in STOP_WORDS or key == "us")
    return all(_same(key, tokens) for key in keys) or _initials(name, source)


def _same(key: str, tokens: set[str]) -> bool:
    if key in tokens or (key in ("united", "states") and "us" in tokens):
        return True
    return any(_demonym(key, token) or _demonym(token, key) for token in tokens)


def _demonym(name: str, adjective: str) -> bool:
    """Tell whether ``adjective`` is ``name`` with an ending for its people: Iran, Iranians."""
    return len(name) >= 4 and adjective.startswith(name) and adjective[len(name) :] in _DEMONYM


def _initials(name: str, source: str) -> bool:
    """Tell whether ``name`` is an abbreviation of capitalised words in a row, between which small ones may be: IAEA."""
    wanted = name.replace(".", "")
    initials = (word[0] if word[0].isupper() else " " for word, _ in _written_words(source) if word not in _SMALL)
    return 2 <= len(wanted) <= 8 and wanted.isupper() and wanted in "".join(initials)
