"""Sentences with exact spans, right on news prose.

A linear scan over the stops in each paragraph, with rules for what newspapers print: abbreviations before names
("Gen. Qassim", "Nov. 3"), initials, "U.S.-backed", decimal numbers, stops inside quotation marks and brackets, and
bullets. The general approach follows Grefenstette & Tapanainen (1994), "What is a word, what is a sentence?".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.furniture import furniture
from corpus.text import Span, paragraphs, trimmed

MAX_SENTENCE_CHARS = 1_200
"""A longer sentence is a list or a table run together; it is cut at a space, so that a citation stays readable."""

_STOP = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(?:\[\d{1,3}\])*(?=\s|$|[“\"‘(])")
_BULLET = re.compile(r"(?:[■●•▪◦‣·*]|[-–—](?=\s)|\(?\d{1,2}[.)](?=\s))\s*")
_TITLES = frozenset(
    """adm atty brig capt cmdr col cpl dr esq fr gen gov hon insp lt maj messrs mr mrs ms mx mt pfc pres prof rep
    reps rev sen sens sgt spc sr st supt msgr brother ft""".split()
)
_MONTHS = frozenset("jan feb mar apr jun jul aug sep sept oct nov dec".split())
_BEFORE_NUMBER = _MONTHS | frozenset("no nos vol pp p fig art sec ch op ed est ca c approx".split())
_NEVER_LAST = _TITLES | frozenset("vs v viz cf al eg ie e.g i.e".split())
_MAY_END = frozenset(
    """inc corp co ltd llc plc bros u.s u.k u.n e.u u.a.e u.s.a u.s.s.r d.c a.m p.m jr sr ph.d m.d b.a m.a etc dept
    univ assn ave blvd rd n.y calif mass pa va md conn ill tenn wash ore ariz fla ga minn wis colo""".split()
)
_STARTERS = frozenset(
    """the a an it he she they we i you this that these those there here in on at by for from with when while after
    before since but and so as if although though however meanwhile still yet both neither one two some many most
    all another other its his her their our my what who why how where to under over during nor or not no more also
    then now today yesterday publicly officials critics analysts""".split()
)
_WORD_BEFORE = re.compile(r"([\w.'’-]+)$")
_NEXT_WORD = re.compile(r"[\s\"'“”‘’(\[«]*([\w’'-]+)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: its span, the number of its paragraph, and whether it may be quoted."""

    start: int
    end: int
    paragraph: int
    quotable: bool = True


def split_sentences(text: str, title: str = "") -> list[Sentence]:
    """Split ``text`` into sentences, in order and apart; together they cover all but white space and bullets.

    Page furniture comes as sentences that are not quotable. ``title`` is the article's, when it is known: where
    the text repeats it, that is furniture too.
    """
    skipped = furniture(text, title)
    found: list[Sentence] = []
    for number, block in enumerate(_blocks(text, skipped)):
        quotable = block not in skipped
        spans = sentence_spans(text, block) if quotable else [block]
        found.extend(Sentence(start, end, number, quotable) for start, end in spans)
    return found


def _blocks(text: str, skipped: Iterable[Span]) -> Iterator[Span]:
    """Yield paragraphs and lines that stand alone, cut so that furniture is apart from the rest."""
    cuts = sorted({edge for span in skipped for edge in span})
    for paragraph in paragraphs(text):
        edges = [paragraph.start, *(c for c in cuts if paragraph.start < c < paragraph.end), paragraph.end]
        for start, end in pairwise(edges):
            for piece in trimmed(text, Span(start, end)):
                if piece in skipped:
                    yield piece
                else:
                    yield from _lines(text, piece)


def _lines(text: str, block: Span) -> Iterator[Span]:
    """Cut a block at the line ends that are more than a wrapped line: before a bullet, or in ragged lines."""
    lines = list(_line_spans(text, block))
    wrapped = len(lines) > 1 and _is_wrapped([end - start for start, end in lines])
    start = block.start
    for line, following in pairwise(lines):
        if not wrapped or _BULLET.match(text, following.start):
            yield from trimmed(text, Span(start, line.end))
            start = following.start
    yield from trimmed(text, Span(start, block.end))


def _line_spans(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    while (end := text.find("\n", start, block.end)) >= 0:
        yield from trimmed(text, Span(start, end))
        start = end + 1
    yield from trimmed(text, Span(start, block.end))


def _is_wrapped(lengths: list[int]) -> bool:
    """Tell hard-wrapped lines, all but the last nearly as long as the longest, from lines that stand alone."""
    longest = max(lengths)
    return longest <= 120 and all(length >= 0.7 * longest for length in lengths[:-1])


def sentence_spans(text: str, block: Span) -> list[Span]:
    """Split one block of ``text``; a bullet at its start is left out."""
    bullet = _BULLET.match(text, block.start, block.end)
    start = bullet.end() if bullet and bullet.end() < block.end else block.start
    spans: list[Span] = []
    for stop in _STOP.finditer(text, start, block.end):
        if stop.end() < block.end and not _ends_sentence(text, stop, block.end):
            continue
        spans.extend(_cut(text, trimmed(text, Span(start, stop.end()))))
        start = stop.end()
    spans.extend(_cut(text, trimmed(text, Span(start, block.end))))
    return spans


def _ends_sentence(text: str, stop: re.Match[str], limit: int) -> bool:
    following = _NEXT_WORD.match(text, stop.end(), min(limit, stop.end() + 80))
    if following is None:
        return True
    word = following.group(1)
    if word[0].islower():
        return False
    return stop.group() != "." or _period_ends(text, stop, word)


def _period_ends(text: str, stop: re.Match[str], following: str) -> bool:
    before = _WORD_BEFORE.search(text, max(0, stop.start() - 40), stop.start())
    word = before.group(1).lower().lstrip("'’") if before else ""
    if word in _NEVER_LAST:
        return False
    if word in _BEFORE_NUMBER:
        return not following[0].isdigit()
    if word in _MAY_END or "." in word:
        return following.lower() in _STARTERS
    # an initial: "Alissa J. Rubin"; but "Plan B. The"
    return not (len(word) == 1 and word.isalpha() and following.lower() not in _STARTERS)


def _cut(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for start, end in spans:
        while end - start > MAX_SENTENCE_CHARS:
            space = text.rfind(" ", start + MAX_SENTENCE_CHARS // 2, start + MAX_SENTENCE_CHARS)
            cut = space if space > 0 else start + MAX_SENTENCE_CHARS
            yield from trimmed(text, Span(start, cut))
            start = cut
        yield from trimmed(text, Span(start, end))
