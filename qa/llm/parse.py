"""A language model's reply, as it comes: plain sentences, each with the numbers that it cites.

Numbers in square brackets become citations of the sentence that they follow, or of the line that they open. Whatever
else is markup goes: links, images, tags, emphasis, addresses, and every mark that could pass for a footnote of ours.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from footnote.corpus.text import Span, one_line
from footnote.index.embedding.sentences import sentence_spans

MOST_LISTED = 4
"""A range of more numbers than this counts for its two ends: a model that cites everything has cited nothing."""

_NOTHING = "\x00"
_NUMBERS = r"\d{1,4}(?:[ ]{0,2}(?:[,;&]|and|-|–)[ ]{0,2}\d{1,4}){0,20}"
_MARKER = re.compile(
    rf"[\[【［][ ]{{0,2}}(?:[\^#]|(?:sources?|sentences?|s|no)\.?[ ]{{0,2}})?({_NUMBERS})[ ]{{0,2}}[\]】］]",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\](\([^()\n]{0,500}\)|:[ ]?<?[a-zA-Z]{2,10}://\S{1,500})")
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]{0,400}>")
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_ADDRESS = re.compile(
    r"\b(?:[a-zA-Z][a-zA-Z0-9+.-]{1,15}://|www\.)[^\s\[\]<>]{1,500}|\b(?:javascript|data|mailto):\S{1,500}"
)
_LINE_START = re.compile(
    r"^[ \t]{0,8}(?:#{1,6}[ ]|>[ ]?|[-*+•][ ]|\d{1,2}[.)][ ]|(?:Answer|A)[ ]{0,2}:)", re.MULTILINE | re.I
)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|~~|`{1,3}|\|")
_SUPERSCRIPT = re.compile(r"[⁰¹⁴-⁹†‡①-⓿❶-➓]|(?<![mM])[²³]")
_LEFT_OVER = str.maketrans("[]【】［］〔〕⟦⟧❲❳⁅⁆{}<>\\", "()()()()()()()()‹› ")
_NO_WORDS = re.compile(r"\((?:see|and|from|sources?|sentences?|[\s,;.–-]){0,12}\)", re.IGNORECASE)
_BOUNDARY = re.compile(r"[.!?…。！？\n]")
_STEP = 8
"""So many new characters, and this part of what is waiting, must come before the reply is cut again."""


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence as the model wrote it, made plain, and the numbers that it cites, offered or not.

    The text is empty where a reply is nothing but numbers: a weak model's way to choose a sentence.
    """

    text: str
    numbers: tuple[int, ...] = ()


def parsed(pieces: Iterable[str]) -> Iterator[ParsedSentence]:
    """Cut a reply into sentences as it comes; each is given once the next has begun, and the last at the end.

    No control, invisible or direction character is left in them, and no square or angle bracket.
    """
    buffer, read, begun = "", 0, False
    for piece in pieces:
        buffer += piece
        if len(buffer) - read >= max(_STEP, len(buffer) // _STEP) and _BOUNDARY.search(buffer):
            complete, buffer = _split(buffer)
            read, begun = len(buffer), begun or bool(complete)
            yield from complete
    complete, _ = _split(buffer, ended=True)
    yield from complete
    chosen = [] if begun or complete else [n for _, numbers in _masked(buffer)[1] for n in numbers]
    if chosen:
        yield ParsedSentence("", tuple(dict.fromkeys(chosen)))


def _split(text: str, ended: bool = False) -> tuple[list[ParsedSentence], str]:
    """Return the sentences that are complete, and the text that is left."""
    plain, markers = _masked(text)
    spaced = plain.replace(_NOTHING, " ")
    spans = [span for line in _lines(spaced) for span in sentence_spans(spaced, line)]
    owned: list[list[int]] = [[] for _ in spans]
    starts = [span.start for span in spans]
    for place, numbers in markers:
        owner = _owner(plain, spans, place)
        if owner >= 0:
            owned[owner] += numbers
            starts[owner] = min(starts[owner], place)
    done = len(spans) if ended else max(0, len(spans) - 1)
    while not ended and done > 0 and len(plain[spans[done].start : spans[done].end].split()) <= 2:  # too short to tell
        done -= 1
    cut = len(text) if ended else starts[done] if done > 0 else 0
    found = (
        ParsedSentence(_tidy(plain[start:end]), tuple(dict.fromkeys(numbers)))
        for (start, end), numbers in zip(spans[:done], owned, strict=False)
    )
    return [one for one in found if any(map(str.isalnum, one.text))], text[cut:]


def _lines(text: str) -> Iterator[Span]:
    return (Span(*match.span()) for match in re.finditer(r"[^\n]+", text) if match.group().strip(" \t\x00"))


def _owner(text: str, spans: Sequence[Span], place: int) -> int:
    """Return which sentence a marker at ``place`` belongs to; -1 for none."""
    after = next((n for n, span in enumerate(spans) if span.start >= place), len(spans))
    line = text.rfind("\n", 0, place) + 1
    starts_line = after < len(spans) and not text[line:place].strip(" \t\x00")
    return after if starts_line and "\n" not in text[place : spans[after].start] else after - 1


def _masked(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """Return the reply with all markup replaced, its length kept, and the numbers with where they stood."""
    for pattern in (_THOUGHT, _IMAGE, _TAG, _SUPERSCRIPT):
        text = pattern.sub(_blank, text)
    text = _LINK.sub(_link, text)
    markers = [(match.start(), _listed(match.group(1))) for match in _MARKER.finditer(text)]
    for pattern in (_MARKER, _ADDRESS, _LINE_START, _EMPHASIS):
        text = pattern.sub(_blank, text)
    return text, markers


def _blank(match: re.Match[str]) -> str:
    return _NOTHING * len(match.group())


def _link(match: re.Match[str]) -> str:
    """Keep a link's words without its address; a number stays in its brackets."""
    words, rest = match.groups()
    kept = f"[{words}]" if words.strip(" ^#").isdigit() else f"{_NOTHING}{words}{_NOTHING}"
    return kept + _NOTHING * len(rest)


def _listed(numbers: str) -> list[int]:
    """Return the numbers of a marker: "2, 4-6" gives 2, 4, 5, 6; a range that is no small one gives its ends."""
    found: list[int] = []
    for part in re.split(r"[,;&]|and", numbers):
        ends = list(map(int, re.findall(r"\d{1,4}", part)))
        small = len(ends) == 2 and 0 < ends[1] - ends[0] <= MOST_LISTED
        found += range(ends[0], ends[1] + 1) if small else ends
    return found


def made_plain(text: str) -> str:
    """Return text on one line without control, invisible and direction characters, and with round brackets only."""
    return one_line(text.translate(_LEFT_OVER), 2_000)


def _tidy(text: str) -> str:
    """Return a sentence as plain words on one line."""
    text = html.unescape(text.replace(_NOTHING, ""))
    text = _EMPHASIS.sub("", _TAG.sub(" ", text)).translate(_LEFT_OVER)
    # once more: an address may have been written with entities, or with marks or invisible characters inside
    text = made_plain(_ADDRESS.sub("", made_plain(_NO_WORDS.sub("", text))))
    return re.sub(r" ([.,;:!?])", r"\1", text).strip()
