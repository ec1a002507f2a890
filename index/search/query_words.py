"""The tokens of a text, its words that carry meaning, and how the full-text index is asked for them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from footnote.corpus.text import Span

_WORD = re.compile(r"\w+(?:[.'’\u00ad-]\w+)*")
_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|\w+(?:(?:[.'’&\u00ad-]|(?<=\d),(?=\d))\w+)*|[^\w\s]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
MAX_QUERY_WORDS = 40
MAX_CHARS = 20_000
"""What is read of one text: no sentence, and no sum of cited ones, is as long."""

STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each few for from further had has have having he her here hers him his how i if in into is it
    its itself just many may me might more most much must my no nor not now of off on once only or other our out over
    own same shall she should so some such than that the their them then there these they this those through to too
    under until up upon us was we were what when where whether which while who whom whose why will with would you your
    tell said say says s t""".split()
)


class Token(NamedTuple):
    """A word or a mark, and where it stands; ``lower`` as written, ``word`` without possessive ending and stops."""

    text: str
    start: int
    end: int
    lower: str
    word: str

    @property
    def capital(self) -> bool:
        """Whether it is written as a name is."""
        return self.text[0].isupper() or (self.text[:3] in ("al-", "el-") and self.text[3:4].isupper())

    @property
    def owns(self) -> bool:
        """Whether it ends as a possessive."""
        return self.text.endswith(("'s", "’s"))

    @property
    def is_word(self) -> bool:
        """Whether it is a word or number, and no mark."""
        return self.text[0].isalnum()


@lru_cache(maxsize=4_000)
def tokens(text: str) -> tuple[Token, ...]:
    """Return words and marks in order; "U.S.", "al-Asad", "1,500" and "Iran's" are one each. What is read is kept."""
    return tuple(_token(match.group(), *match.span()) for match in _TOKEN.finditer(text[:MAX_CHARS]))


def _token(text: str, start: int, end: int) -> Token:
    lower = text.lower().replace("’", "'")
    return Token(text, start, end, lower, lower.removesuffix("'s").replace(".", "") or lower)


def clean(text: str) -> str:
    """Return ``text`` for matching: NFKC, no invisible or direction marks, spaces folded, typewriter quotes."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, in order, possessives and inner stops removed: U.S. is us."""
    return list(chain.from_iterable(map(_parts, _WORD.findall(clean(text)))))


@lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    word = word.lower().removesuffix("'s").replace(".", "").replace("'", "")
    return tuple(part for part in word.split("-") if part)


def word_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yield the words of ``text[start:end]`` that carry meaning, in order, as they stand there."""
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        if _means(match.group()):
            yield Span(match.start(), match.end())


def _means(word: str) -> bool:
    if word.isascii() and word.isalnum():  # as nearly all are
        return word.lower() not in STOP_WORDS
    return any(part not in STOP_WORDS for part in words(word))


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, once each, in order."""
    return list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))


def query_words(question: str) -> list[str]:
    """Return the words to ask the full-text index for: those that carry meaning, as they are written, once each."""
    text = clean(question)
    kept = dict.fromkeys(text[start:end].lower() for start, end in word_spans(text))
    return list(kept)[:MAX_QUERY_WORDS]


def fts_query(asked: Iterable[str]) -> str:
    """Return an FTS5 query that matches any of the words; empty when there are none."""
    return " OR ".join(f'"{word}"' for word in asked)
