"""What a question asks for, read from its words alone."""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import snowballstemmer

from footnote.corpus.errors import UsageError
from footnote.index.search.query_words import clean, content_words

MAX_QUESTION_CHARS = 2_000

Kind = Literal["who", "when", "where", "number", "why", "how", "yes-no", "other"]

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("number", r"\bhow (?:many|much|long|old|far|close|often|high|large|big|tall|deep|fast|wide|heavy)\b"),
    ("number", r"\b(?:what|which) (?:number|percent|percentage|share|amount|proportion|population|size|age|rate)\b"),
    ("when", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|decade|century)\b|\bsince when\b"),
    ("who", r"\bwho\b|\bwhom\b|\bwhose\b|\b(?:what|which) (?:person|man|woman|people|president|leader|official)\b"),
    ("where", r"\bwhere\b|\b(?:what|which) (?:country|city|place|state|town|location|region)\b"),
    ("why", r"\bwhy\b|\bwhat (?:caused|causes|led|made|prompted)\b|\bhow come\b|\bfor what reason\b|\breasons?\b"),
    ("how", r"\bhow\b"),
    ("yes-no", r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"),
)
_SPEAKER = re.compile(
    r"\bwhat (?:else )?(?:did|does|do|has|have|had|is|was|were) (.{2,60}?) (?:say|said|saying|tell|told|think|write"
    r"|written|claim|argue|announce|tweet|promise|warn|demand|call|describe|respond|reply|believe|suggest)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w'’.-]*[\w](?:\.(?=\s))?")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_LOCAL = threading.local()


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what scoring it needs to know.

    ``terms`` are the stems of its words that carry meaning, ``names`` those of them that are written as names,
    ``numbers`` its figures without commas, each once and in order. ``speaker`` are those of its terms that name whom it
    asks the words of ("What did the mayor say?"); empty when it asks for nobody's.
    """

    text: str
    kind: Kind
    terms: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    speaker: tuple[str, ...] = ()


def read_question(text: str) -> Question:
    """Read a question as it was typed.

    Raises:
        UsageError: it is empty, or over `MAX_QUESTION_CHARS` characters.
    """
    if len(text) > MAX_QUESTION_CHARS:
        raise UsageError(f"the question is {len(text):,} characters long; the limit is {MAX_QUESTION_CHARS:,}")
    text = clean(text)
    if not any(character.isalnum() for character in text):
        raise UsageError('the question is empty; ask one in words, as in: footnote ask "Who is Brian Hook?"')
    asked = _SPEAKER.search(text)
    terms, names, speaker = map(_stems, (text, " ".join(_names(text)), asked[1] if asked else ""))
    return Question(text, kind_of(text), terms, names, tuple(numbers(text)), speaker)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(stem, content_words(text))))


def kind_of(text: str) -> Kind:
    """Return what kind of thing answers a question."""
    lower = text.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lower)), "other")


def _names(text: str) -> list[str]:
    """Return the capitalised words but the first, whose capital means nothing."""
    return [match.group() for match in _NAME.finditer(text) if match.start() > 0 and not text.isupper()]


def numbers(text: str) -> list[str]:
    """Return the figures in ``text``, without thousands' commas."""
    return list(dict.fromkeys(found.replace(",", "").rstrip(".") for found in _NUMBER.findall(text)))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the stem of a lower-case word (Porter's, as the full-text index uses)."""
    if not hasattr(_LOCAL, "stemmer"):  # one for each thread: it keeps the word that it works on
        _LOCAL.stemmer = snowballstemmer.stemmer("porter")
    return str(_LOCAL.stemmer.stemWord(word))


_PEOPLES = ("n", "an", "ian", "ean", "i")
"""What makes the stem of a people of the stem of its country."""
_COUNTRY = 4
"""A country of fewer letters is not told from another word by its ending."""


@lru_cache(maxsize=10_000)
def forms(name: str) -> frozenset[str]:
    """Return the stems that stand for the same country, of a stem of a name: iran and iranian, iraq and iraqi."""
    longer = {name + ending for ending in _PEOPLES if len(name) >= _COUNTRY}
    shorter = {name.removesuffix(ending) for ending in _PEOPLES if len(name) - len(ending) >= _COUNTRY}
    return frozenset({name} | longer | shorter)
