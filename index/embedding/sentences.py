"""Sentences with exact spans, right on news prose.

A linear scan over the stops in each paragraph, with rules for what newspapers print: abbreviations before names
("Gen. Qassim", "Nov. 3"), initials, "U.S.-backed", decimal numbers, stops inside quotation marks and brackets, and
bullets. The general approach follows Grefenstette & Tapanainen (1994), "What is a word, what is a sentence?".
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from footnote.corpus.boilerplate import furniture
from footnote.corpus.dates import DAYS, MONTHS, SHORT_MONTHS
from footnote.corpus.text import Span, paragraphs, trimmed

MAX_SENTENCE_CHARS = 1_200
"""A longer sentence is a list or a table run together; it is cut at a space, so that a citation stays readable."""

_STOP = re.compile(
    r"(?:(?<![.!?…؟۔।])[.!?…؟۔।]+(?:[ \u00a0]\.)*(?![ \u00a0\u202f]?»[ \u00a0]?[,;])"
    r"(?:[\"'”’»«)\]]|[ \u00a0\u202f]»|[“‘](?=\s|$))*(?:\[\d{1,3}\])*(?=\s|$|[“„\"‘(«»—–])"
    r"|[。！？]+[\"'”’»」』）)\]]*)"
)
_DASH = re.compile(r"\s*[—–-]+\s*[\"'“”‘’(\[«]*")
_LIST_NUMBER = re.compile(r"(?:.*[^\W\d][)”\"'’»]*[:;]\s)?\s*\(?(?:\d{1,2}|[IVX]{2,4})", re.DOTALL)
_BULLET = re.compile(r"(?:[■●•▪◦‣·]|[-–—*](?=\s)|\(?\d{1,2}[.)](?=\s))\s*")
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]{1,2}|ph\.d")
_TITLES = frozenset(
    """Adm Atty Brig Capt Cmdr Col Cpl Dr Fr Gen Gov Hon Insp Lt Maj Messrs Mr Mrs Ms Mx Mt Pfc Pres Prof Rep
    Reps Rev Sen Sens Sgt Spc St Supt Msgr Ft Gens Cols Drs Profs Hons Amb Det Cdr Comdr""".split()
)
_MONTHS = frozenset(month.capitalize() for month in SHORT_MONTHS)
_BEFORE_NUMBER = _MONTHS | frozenset("No Nos Vol pp p Fig Art Sec Ch Op est ca c approx nos vol fig".split())
_NEVER_LAST = _TITLES | frozenset(
    "vs v viz cf al eg ie Mme Mmes Mlle Mlles Mgr Sra Srta Dra Sig Dott Avv Mio Mrd Tsd bzw vgl".split()
)
_NEVER_LAST_DOTTED = frozenset(("e.g", "i.e"))
_MAY_END = frozenset(
    """Inc Corp Co Ltd LLC Plc plc Bros Jr Sr Esq Dept Univ Assn Ave Blvd Rd Calif Mass Pa Va Md Conn Ill Tenn
    Wash Ore Ariz Fla Ga Minn Wis Colo Tex Okla Mich Ala Miss Ind Neb Nev Mont Ark Del Kan Ky Vt Wyo Mo La""".split()
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
_GERMAN_MONTHS = frozenset("januar jänner februar feber märz mai juni juli oktober dezember".split())
_SHARED_MONTHS = frozenset("april august september november".split())
_COUNTED = frozenset(
    """jahrhundert jahrhunderts weltkrieg weltkriegs mal platz stock etage klasse liga bundesliga runde tag woche monat
    jahr geburtstag jahrestag todestag kapitel auflage armee bezirk spieltag minute bundestag wahlperiode""".split()
)
_BEFORE_ORDINAL = frozenset(
    """der die das den dem des am im vom zum zur beim ab bis seit ein eine einen einem einer eines ihr ihre ihren sein
    seine seinen jeder jeden jedem und""".split()
)
_YEAR = re.compile(r"\s+\w+\s+\d{4}\b")
_LONGEST_LEAD = 200
"""What comes before the first of numbers within a line, in characters."""
_BEFORE_COUNTED = re.compile(r"(\w+)\s+\d{1,3}$")
_LINE_ENDS = ".!?…:;,\"'”’)]。！？؟"
_NARROWEST = 40
"""Lines are wrapped at some width; shorter ones stand alone, as in a list or a poem."""
_ALPHANUMERIC = re.compile(r"[^\W_]")
_LINE = re.compile(r"[^\n]+")
_WORD_BEFORE = re.compile(r"([\w.'’-]+)$")
_NEXT_WORD = re.compile(r"[\s\"'“”‘’(\[«]*([\w’'-]+)")
_SPOKEN = re.compile(
    r"\s+(?:(?:Mr|Ms|Mrs|Dr|Gen|Sen|Rep|Gov)\.\s+)?(?:[A-ZÀ-Þ][\w.’'-]*\s+){1,4}"
    r"(?:said|says|asked|asks|wrote|writes|added|replied|told|tweeted|shouted|exclaimed|demanded|wondered|recalled)\b"
)
_QUESTION_QUOTED = re.compile(r"[?!]+[”\"’'»]+")


@dataclass(frozen=True, slots=True)
class SentenceSpan:
    """A sentence of an article: its span, the number of its paragraph, and whether it may be quoted."""

    start: int
    end: int
    paragraph: int
    quotable: bool = True


def split_sentences(text: str, title: str = "") -> list[SentenceSpan]:
    """Split ``text`` into sentences, in order and apart; together they cover all but white space and bullets.

    Page furniture comes as sentences that are not quotable. ``title`` is the article's, when it is known: where
    the text repeats it, that is furniture too.
    """
    skipped = frozenset(furniture(text, title))
    found: list[SentenceSpan] = []
    for number, block in enumerate(_blocks(text, skipped)):
        quotable = block not in skipped
        spans = sentence_spans(text, block) if quotable else [block]
        found.extend(SentenceSpan(start, end, number, quotable and _says(text, start, end)) for start, end in spans)
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
    lines = [span for line in _LINE.finditer(text, *block) for span in trimmed(text, Span(*line.span()))]
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
        if stop.end() < block.end and not _ends_sentence(text, stop, block.end, start):
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


def _ends_sentence(text: str, stop: re.Match[str], limit: int, start: int) -> bool:
    single = stop.group().rstrip(")]") == "."
    if single and stop.start() - start < _LONGEST_LEAD and _LIST_NUMBER.fullmatch(text, start, stop.start()):
        return False
    following = _NEXT_WORD.match(text, stop.end(), min(limit, stop.end() + 80))
    if following is None:
        return _ends_before_dash(text, stop, limit, single)
    word = following.group(1)
    if word[0].islower():
        return False
    if _QUESTION_QUOTED.fullmatch(stop.group()):
        return not _SPOKEN.match(text, stop.end(), min(limit, stop.end() + 120))
    if len(word) == 1 and text.startswith(".", following.end()):
        word += "."  # an initial, and not the article: "J. A. Smith"
    return not single or _period_ends(text, stop, word)


def _ends_before_dash(text: str, stop: re.Match[str], limit: int, single: bool) -> bool:
    """Tell whether a stop ends a sentence that a dash, or nothing at all, follows: not that of "Olden, N.D. — Two"."""
    dash = _DASH.match(text, stop.end(), limit)
    if dash is None:
        return True
    if text[dash.end() : dash.end() + 1].islower():
        return False
    word = _last_word(text, stop)
    return not (single and (_is_abbreviated(word) or word in _MONTHS))


def _last_word(text: str, stop: re.Match[str]) -> str:
    before = _WORD_BEFORE.search(text, max(0, stop.start() - 40), stop.start())
    return before.group(1).rpartition("-")[2].lstrip("'’") if before else ""


def _is_abbreviated(word: str) -> bool:
    return word in _MAY_END or _is_title(word) or bool(_ABBREVIATED.fullmatch(word.lower()))


def _is_title(word: str) -> bool:
    """Tell what is never the last word, also in capitals, as in the place of a dateline: "ST. LOUIS"."""
    return word in _NEVER_LAST or (len(word) > 1 and word.isupper() and word.capitalize() in _TITLES)


def _is_ordinal(text: str, stop: re.Match[str], word: str, following: str) -> bool:
    """Tell the stop after a number in German: "3. März", "im 19. Jahrhundert", "der 1. Senat"."""
    if not (word.isdigit() and len(word) <= 3):
        return False
    following = following.lower()
    if following in _GERMAN_MONTHS or following in _COUNTED:
        return True
    before = _BEFORE_COUNTED.search(text, max(0, stop.start() - 40), stop.start())
    counted = before is not None and before[1].lower() in _BEFORE_ORDINAL and following not in _STARTERS
    return counted or (following in _SHARED_MONTHS and bool(_YEAR.match(text, stop.end())))


def _period_ends(text: str, stop: re.Match[str], following: str) -> bool:
    """Tell whether a single period ends a sentence, by the words around it; ``following`` is not in lower case."""
    word = _last_word(text, stop)
    if _is_title(word) or word.lower() in _NEVER_LAST_DOTTED or _is_ordinal(text, stop, word, following):
        return False
    if word in _BEFORE_NUMBER:
        return not following[0].isdigit()
    if word.lower() in _HOURS:
        return following.lower() not in _AFTER_HOURS
    starts = following.lower().partition("’")[0].partition("'")[0] in _STARTERS
    if word in _MAY_END or _ABBREVIATED.fullmatch(word.lower()):
        return starts
    if len(word) == 1 and word.islower() and len(following) == 2 and following[1] == ".":  # "z. B."
        return False
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
