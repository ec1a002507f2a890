"""Sentences with exact spans, right on news prose.

A linear scan over the stops in each paragraph, with rules for what newspapers print: abbreviations before names
("Gen. Qassim", "Nov. 3"), initials, "U.S.-backed", decimal numbers, stops inside quotation marks and brackets, and
bullets. The general approach follows Grefenstette & Tapanainen (1994), "What is a word, what is a sentence?".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.dates import DAYS, MONTHS, SHORT_MONTHS
from corpus.furniture import furniture
from corpus.text import Span, paragraphs, trimmed

MAX_SENTENCE_CHARS = 1_200
"""A longer sentence is a list or a table run together; it is cut at a space, so that a citation stays readable."""

_STOP = re.compile(
    r"(?:(?<![.!?…؟۔।])[.!?…؟۔।]+(?:[ \u00a0]\.)*[\"'”’»)\]]*(?:\[\d{1,3}\])*(?=\s|$|[“\"‘(])"
    r"|[。！？]+[\"'”’»」』）)\]]*)"
)
_BULLET = re.compile(r"(?:[■●•▪◦‣·]|[-–—*](?=\s)|\(?\d{1,2}[.)](?=\s))\s*")
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]{1,2}|ph\.d")
_TITLES = frozenset(
    """Adm Atty Brig Capt Cmdr Col Cpl Dr Fr Gen Gov Hon Insp Lt Maj Messrs Mr Mrs Ms Mx Mt Pfc Pres Prof Rep
    Reps Rev Sen Sens Sgt Spc St Supt Msgr Ft Gens Cols Drs Profs Hons Amb Det Cdr Comdr""".split()
)
_MONTHS = frozenset(month.capitalize() for month in SHORT_MONTHS)
_BEFORE_NUMBER = _MONTHS | frozenset("No Nos Vol pp p Fig Art Sec Ch Op est ca c approx nos vol fig".split())
_NEVER_LAST = _TITLES | frozenset("vs v viz cf al eg ie".split())
_NEVER_LAST_DOTTED = frozenset(("e.g", "i.e"))
_MAY_END = frozenset(
    """Inc Corp Co Ltd LLC Plc plc Bros Jr Sr Esq Dept Univ Assn Ave Blvd Rd Calif Mass Pa Va Md Conn Ill Tenn
    Wash Ore Ariz Fla Ga Minn Wis Colo Tex Okla Mich Ala Miss""".split()
)
_HOURS = frozenset(("a.m", "p.m"))
_AFTER_HOURS = frozenset((*DAYS, *MONTHS, *SHORT_MONTHS)) | frozenset(
    """mon tue wed thu fri sat sun eastern pacific central mountain greenwich gmt utc et est edt pt pst pdt ct cst bst
    cet london tokyo paris moscow beijing local""".split()
)
_STARTERS = frozenset(
    """the a an it he she they we i you this that these those there here in on at by for from with when while after
    before since but and so as if although though however meanwhile still yet both neither one two some many most
    all another other its his her their our my what who why how where to under over during nor or not no more also
    then now today yesterday publicly officials critics analysts such according despite last next more several
    every each few only because instead nearly about earlier later since until just even that's it's""".split()
)
_LINE_ENDS = ".!?…:;,\"'”’)]。！？؟"
_NARROWEST = 40
"""Lines are wrapped at some width; shorter ones stand alone, as in a list or a poem."""
_ALPHANUMERIC = re.compile(r"[^\W_]")
_WORD_BEFORE = re.compile(r"([\w.'’-]+)$")
_NEXT_WORD = re.compile(r"[\s\"'“”‘’(\[«]*([\w’'-]+)")
_SPOKEN = re.compile(
    r"\s+(?:(?:Mr|Ms|Mrs|Dr|Gen|Sen|Rep|Gov)\.\s+)?(?:[A-ZÀ-Þ][\w.’'-]*\s+){1,4}"
    r"(?:said|says|asked|asks|wrote|writes|added|replied|told|tweeted|shouted|exclaimed|demanded|wondered|recalled)\b"
)
_QUESTION_QUOTED = re.compile(r"[?!]+[”\"’'»]+")


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
    skipped = frozenset(furniture(text, title))
    found: list[Sentence] = []
    for number, block in enumerate(_blocks(text, skipped)):
        quotable = block not in skipped
        spans = sentence_spans(text, block) if quotable else [block]
        found.extend(Sentence(start, end, number, quotable and _says(text, start, end)) for start, end in spans)
    return found


def _says(text: str, start: int, end: int) -> bool:
    """Tell words from a rule such as "* * *"."""
    return _ALPHANUMERIC.search(text, start, end) is not None


def _blocks(text: str, skipped: Collection[Span]) -> Iterator[Span]:
    """Yield paragraphs and lines that stand alone, cut so that furniture is apart from the rest."""
    cuts = sorted({edge for span in skipped for edge in span})
    for paragraph in paragraphs(text):
        inside = cuts[bisect_right(cuts, paragraph.start) : bisect_left(cuts, paragraph.end)]
        edges = [paragraph.start, *inside, paragraph.end]
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
        ended = text[line.end - 1] in _LINE_ENDS
        listed = bool(_BULLET.match(text, start)) or ended
        goes_on = wrapped or (text[following.start].islower() and not ended)
        if (listed and _BULLET.match(text, following.start)) or not goes_on:
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
    return _NARROWEST <= longest <= 120 and all(length >= 0.7 * longest for length in lengths[:-1])


def sentence_spans(text: str, block: Span) -> list[Span]:
    """Split one block of ``text``; a bullet at its start is left out."""
    bullet = _BULLET.match(text, block.start, block.end)
    start = bullet.end() if bullet and bullet.end() < block.end else block.start
    spans: list[Span] = []
    for stop in _STOP.finditer(text, start, block.end):
        if stop.end() < block.end and not _ends_sentence(text, stop, block.end):
            continue
        _append(spans, text, Span(start, stop.end()))
        start = stop.end()
    _append(spans, text, Span(start, block.end))
    return spans


def _append(spans: list[Span], text: str, span: Span) -> None:
    """Add a sentence to ``spans``; marks alone, such as a lost quotation mark, go to the one before."""
    for start, end in _cut(text, trimmed(text, span)):
        if spans and end - spans[-1].start <= MAX_SENTENCE_CHARS and not _says(text, start, end):
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))


def _ends_sentence(text: str, stop: re.Match[str], limit: int) -> bool:
    following = _NEXT_WORD.match(text, stop.end(), min(limit, stop.end() + 80))
    if following is None:
        return True
    word = following.group(1)
    if word[0].islower():
        return False
    if _QUESTION_QUOTED.fullmatch(stop.group()):
        return not _SPOKEN.match(text, stop.end(), min(limit, stop.end() + 120))
    if len(word) == 1 and text.startswith(".", following.end()):
        word += "."  # an initial, and not the article: "J. A. Smith"
    return stop.group().rstrip(")]") != "." or _period_ends(text, stop, word)


def _period_ends(text: str, stop: re.Match[str], following: str) -> bool:
    """Tell whether a single period ends a sentence, by the words around it; ``following`` is not in lower case."""
    before = _WORD_BEFORE.search(text, max(0, stop.start() - 40), stop.start())
    word = before.group(1).rpartition("-")[2].lstrip("'’") if before else ""
    if word in _NEVER_LAST or word.lower() in _NEVER_LAST_DOTTED:
        return False
    if word in _BEFORE_NUMBER:
        return not following[0].isdigit()
    if word.lower() in _HOURS:
        return following.lower() not in _AFTER_HOURS
    starts = following.lower().partition("’")[0].partition("'")[0] in _STARTERS
    if word in _MAY_END or _ABBREVIATED.fullmatch(word.lower()):
        return starts
    # an initial: "Alissa J. Rubin"; but "Plan B. The"
    return starts or not (len(word) == 1 and word.isalpha() and word.isupper())


def _cut(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for start, end in spans:
        while end - start > MAX_SENTENCE_CHARS:
            space = text.rfind(" ", start + MAX_SENTENCE_CHARS // 2, start + MAX_SENTENCE_CHARS)
            cut = space if space > 0 else start + MAX_SENTENCE_CHARS
            yield from trimmed(text, Span(start, cut))
            start = cut
        yield from trimmed(text, Span(start, end))
