"""The particulars gate: each number, date, name and quotation of a sentence must stand in what it cites.

Writings of one thing are equal: "twelve" and 12, "3.1m" and "3.1 million", "21 May" and "May 21", "Iran" and
"Iranian", a part of a name and the whole, an abbreviation and the name whose initials it is. Nothing is guessed
beyond that: what is not found is a mismatch, and a mismatch is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Literal

from footnote.index.search.query_words import MAX_CHARS, STOP_WORDS, clean, tokens
from footnote.qa.text.lexicon import NAME_PARTICLES, OPENERS
from footnote.qa.text.numbers import ORDINALS, SCALES, TENS, UNITS, Number, numbers
from footnote.qa.text.written_dates import Written, written_dates

Kind = Literal["number", "date", "name", "quotation"]

_QUOTED = re.compile(r'"([^"]{2,600})"')
_SINGLE_QUOTED = re.compile(r"(?<!\w)'([^']{2,600})'(?!\w)")
_ABBREVIATED = {
    "gen": "general", "maj": "major", "brig": "brigadier", "lt": "lieutenant", "col": "colonel", "capt": "captain",
    "adm": "admiral", "sgt": "sergeant", "sen": "senator", "rep": "representative", "gov": "governor",
    "dr": "doctor", "st": "saint", "ft": "fort", "dept": "department", "prof": "professor", "pres": "president",
    "usa": "us", "america": "us", "american": "us", "americans": "us", "uk": "britain", "british": "britain",
    "eu": "european",
}  # fmt: skip
_HONORIFICS = frozenset("mr mrs ms miss mx sir".split())
_DEMONYM = ("s", "n", "ns", "an", "ans", "ian", "ians", "i", "is", "ese", "ish")
_OPENERS = OPENERS | frozenset(
    """additionally analysts article authorities both citing following furthermore government moreover most news none
    people police protesters reports researchers residents scientists since sources soldiers therefore troops while
    no""".split()
)
_SMALL = NAME_PARTICLES | {"the", "and", "for"}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What can be checked in a text, each kind in order; names are single words as written."""

    numbers: tuple[Number, ...]
    dates: tuple[Written, ...]
    names: tuple[str, ...]
    quotations: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.numbers) + len(self.dates) + len(self.names) + len(self.quotations)


@lru_cache(maxsize=2_000)
def particulars(text: str) -> Particulars:
    """Read the particulars of a sentence; empty text has none."""
    text = _plain(text)
    dates = written_dates(text)
    rest = text
    for each in dates:
        rest = rest[: each.start] + " " * (each.end - each.start) + rest[each.end :]
    return Particulars(_numbers(rest), dates, tuple(_names(rest)), tuple(_quotations(text)))


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


def _numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text; "one" alone is none."""
    return tuple(number for number in numbers(text) if number.text.lower() != "one")


def _counts(number: Number, held: Particulars) -> bool:
    """Tell whether the source holds this number; a year or an ordinal may stand in one of its dates."""
    for other in held.numbers:
        if number.values & other.values and (other.percent or not number.percent):
            return True
    if number.percent:
        return False
    ordinal = number.text.lower().endswith(ORDINALS)
    years = {Decimal(date.year) for date in held.dates if date.year}
    days = {Decimal(date.day) for date in held.dates if date.day and ordinal}
    return bool(number.values & (years | days))


# names


def _names(text: str) -> list[str]:
    """Return the words that are written as names, in order and once each."""
    if text.isupper():
        return []
    found = []
    for written, start in _written_words(text):
        word = written.removesuffix("'s")
        if not word[0].isupper() or not _may_name(word):
            continue
        if not (_opens(text, start) and (word.lower() in _OPENERS or _ordinary(word))):
            found.append(word)
    return list(dict.fromkeys(found))


def _written_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a text from their first letter on, and where that is."""
    for token in tokens(text):
        at = next((n for n, character in enumerate(token.text) if character.isalpha()), None)
        if at is not None:
            yield token.text[at:], token.start + at


def _may_name(word: str) -> bool:
    lower = word.lower()
    if lower in UNITS or lower in TENS or lower.removesuffix("s") in SCALES or lower in _HONORIFICS:
        return False
    return lower.replace(".", "") == "us" or lower not in STOP_WORDS


def _opens(text: str, start: int) -> bool:
    """Tell whether a word's capital may come from its place: first in the text, a sentence or a quotation."""
    before = text[max(0, start - 3) : start].rstrip(" ")
    return start == 0 or before.endswith(('"', "'", ".", "?", "!", ":", "(", "-")) or not before.strip()


def _ordinary(word: str) -> bool:
    """Guess by its ending that a word at the start of a sentence is no name."""
    return len(word) > 4 and word.lower().endswith(("ing", "ly", "ed", "tion", "ment", "ity"))


def _words_of(text: str) -> frozenset[str]:
    """Return the words of a text as names are compared."""
    found: set[str] = set()
    for word, _ in _written_words(text):
        if word != "us":  # the pronoun
            found |= set(_keys(word))
    if "us" not in found and re.search(r"\bunited states\b", text, re.IGNORECASE):
        found.add("us")
    return frozenset(found)


def _keys(word: str) -> list[str]:
    """Return a word, and its parts where it has hyphens, in the form that is compared."""
    lower = word.lower().removesuffix("'s").replace(".", "").replace("'", "")
    parts = [part for part in lower.split("-") if part]
    return [_ABBREVIATED.get(part, part) for part in parts]


def _named(name: str, tokens: frozenset[str], source: str) -> bool:
    """Tell whether each part of a name stands in the source, in this form or one that means the same."""
    return all(_same(key, tokens) for key in _keys(name) if key not in STOP_WORDS or key == "us") or _initials(
        name, source
    )


def _same(key: str, tokens: frozenset[str]) -> bool:
    if key in tokens or (key in ("united", "states") and "us" in tokens):
        return True
    return any(_demonym(key, token) or _demonym(token, key) for token in tokens)


def _demonym(name: str, adjective: str) -> bool:
    """Tell whether ``adjective`` is ``name`` with an ending for its people: Iran, Iranians."""
    if len(name) < 4 or not adjective.startswith(name):
        return False
    return adjective[len(name) :] in _DEMONYM


def _initials(name: str, source: str) -> bool:
    """Tell whether ``name`` is an abbreviation of capitalised words in a row: IAEA."""
    wanted = name.replace(".", "")
    if not 2 <= len(wanted) <= 8 or not wanted.isupper():
        return False
    return wanted in _abbreviations(word for word, _ in _written_words(source))


def _abbreviations(source_words: Iterable[str]) -> str:
    """Return the initials of each run of capitalised words, runs apart by a space; small words are passed over."""
    initials = []
    for word in source_words:
        if word[0].isupper():
            initials.append(word[0])
        elif word not in _SMALL:
            initials.append(" ")
    return "".join(initials)


# quotations


def _quotations(text: str) -> list[str]:
    """Return what a text puts between quotation marks, double or single, without the marks."""
    found = [match.group(1) for match in _QUOTED.finditer(text)]
    found += [match.group(1) for match in _SINGLE_QUOTED.finditer(text)]
    return [quote for quote in found if any(character.isalnum() for character in quote)]
