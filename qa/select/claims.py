"""What a sentence says for what is asked: one figure or date, of what, and by whom; read for comparing two of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from footnote.corpus.dates import MONTHS
from footnote.index.search.query_words import STOP_WORDS, tokens, words
from footnote.qa.interpret.question import Kind, Question, stem
from footnote.qa.rank.candidates import Sentence
from footnote.qa.text.figures import Figure, dates, denied_figures, figures
from footnote.qa.text.lexicon import PEOPLES
from footnote.qa.text.mentions import Mention, names, says, speaker

EVENTS: dict[str, frozenset[str]] = {
    name: frozenset(stem(word) for word in signs.split())
    for name, signs in {
        "killed": "kill killed killing dead death deaths die died dies toll fatal fatality fatalities perished slain",
        "injured": "injured injury injuries wounded hurt trauma traumatic concussion concussions casualties harmed",
        "arrested": "arrest arrested arrests detained detention detentions",
        "missing": "missing unaccounted",
        "displaced": "displaced evacuated homeless fled",
        "infected": "infected infection infections case cases",
        "rescued": "rescued",
    }.items()
}
"""What news counts anew as it learns more; by the stems of the words for it."""
_PEOPLE = frozenset(
    stem(word)
    for word in """people persons protesters demonstrators civilians soldiers troops members men women children
    passengers workers students residents americans iranians iraqis victims bodies officers migrants patients""".split()
)
COUNTED = _PEOPLE.union(*EVENTS.values())
"""The stems of whom news counts, and of what happened to them."""
_CITING = re.compile(r",? (?:citing|quoting) [^,;]+")
"""Whom a source has it from."""
_MONTHS = frozenset(stem(month) for month in MONTHS)


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def _stems_of_all(found: Iterable[Mention]) -> frozenset[str]:
    """Return the stems of the words of names, or of dates."""
    return frozenset().union(*(stems_of(each.text) for each in found))


def with_title(sentence: Sentence) -> frozenset[str]:
    """Return the stems of a sentence, and of the title of its article."""
    return stems_of(sentence.text) | stems_of(sentence.article.title)


def _stems_beside(text: str, spoken: str) -> frozenset[str]:
    """Return the stems of ``text`` that stand in it more often than in ``spoken``, a part or two of it."""
    own, said = (Counter(stem(word) for word in words(each) if word not in STOP_WORDS) for each in (text, spoken))
    return frozenset(word for word in own if own[word] > min(said[word], 1))


def _akin(one: str, other: str) -> bool:
    """Tell whether two stems are one word or one people and its country: iran, iranian."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= 4 and long.startswith(short))


def lacking(wanted: frozenset[str], held: frozenset[str]) -> frozenset[str]:
    """Return the stems of ``wanted`` that are not in ``held``, nor a people's for its country."""
    return frozenset(word for word in wanted if not any(_akin(word, other) for other in held))


@dataclass(frozen=True, slots=True)
class SentenceClaims:
    """A relevant sentence, and what comparing it needs.

    ``context`` are its stems without figures, dates and speaker; ``names`` are the name words among them.
    """

    sentence: Sentence
    speaker: frozenset[str]
    context: frozenset[str]
    names: frozenset[str]
    dates: tuple[Mention, ...]

    @classmethod
    def of(cls, sentence: Sentence, known: Collection[str]) -> SentenceClaims:
        """Read a sentence; ``known`` as in `qa.text.mentions.names`."""
        text, said = sentence.text, dates(sentence.text)
        source, verb = speaker(text, known), says(text)
        head = text[: verb.end] if verb else ""
        spoken = source if figures(head) or any(denied_figures(head)) else f"{source} {head}"
        if cited := _CITING.search(text):
            spoken += cited.group()
        others = _stems_beside(text, spoken) - _stems_of_all(said)
        rest = frozenset(word for word in others if not word[0].isdigit())
        return cls(sentence, stems_of(source), rest, _stems_of_all(names(text, known)) & others, said)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure or a date that a sentence gives for what is asked.

    ``key`` is what it counts, ``about`` the same in the sentence's words; ``amount`` is 0 for a date and for none, and
    ``hedged`` tells that the text says "about" or the like.
    """

    reading: SentenceClaims
    key: str
    printed: str
    about: str
    amount: float
    hedged: bool


def speakers_differ(one: SentenceClaims, other: SentenceClaims) -> bool:
    """Tell whether both sentences name who says it, and they are not the same."""
    return bool(one.speaker and other.speaker) and not one.speaker & other.speaker


def on_topic(question: Question, reading: SentenceClaims) -> bool:
    """Tell whether a sentence, with its title, has at least half of the names of the question, months aside."""
    wanted = frozenset(question.names) - _stems_of_all(dates(question.text)) - _MONTHS
    return 2 * len(lacking(wanted, with_title(reading.sentence))) <= len(wanted)


def events_of(stems: Sequence[str] | frozenset[str]) -> set[str]:
    """Return the events that words speak of."""
    return {name for name, signs in EVENTS.items() if not signs.isdisjoint(stems)}


def event_of(stems: Sequence[str] | frozenset[str]) -> str:
    """Return the one event that words speak of; empty when there is none, or more than one."""
    found = events_of(stems)
    return found.pop() if len(found) == 1 else ""


def _counted(question: Question, reading: SentenceClaims) -> Value | None:
    """Return the one figure of a sentence that counts what the question asks for, or says that there are none."""
    text = reading.sentence.text
    asked = frozenset(question.terms)
    event = event_of(asked)
    found: dict[float, Value] = {}
    counted = [figure for figure in figures(text) if figure.value and not (figure.part or figure.share or figure.money)]
    for figure in counted or denied_figures(text):
        if key := _key(text, figure, asked, event):
            printed = text[figure.start : figure.end]
            found[figure.value] = Value(reading, key, printed, _thing(text, figure, key), figure.value, figure.about)
    return next(iter(found.values())) if len(found) == 1 else None


def _key(text: str, figure: Figure, asked: frozenset[str], event: str) -> str:
    """Return what a figure counts, if that is what the question asks for."""
    units = [stem(word) for word, _ in figure.units if f"{word}s" not in PEOPLES]  # "21 Iranian cities" are cities
    around = _clause(text, figure) if figure.units else [*stems_of(text)]
    if event:
        # "110 people were killed", "64 injuries", "the count of injuries was 64"; but not "17 teenagers"
        named = not _PEOPLE.isdisjoint(units[:1]) or bool(asked & frozenset(units)) or bool(event_of(units))
        people = named or not figure.units
        return event if people and event in (event_of(units), event_of(around)) else ""
    return next((unit for unit in units if unit in asked), "")


def _clause(text: str, figure: Figure) -> list[str]:
    """Return the stems of the words up to the nearest commas around a figure."""
    start = max(text.rfind(mark, 0, figure.start) for mark in ",;:") + 1
    ends = [place for mark in (", ", ";", ":") if (place := text.find(mark, figure.end)) >= 0]
    end = min(ends, default=len(text))
    return [stem(token.word) for token in tokens(text[start:end])]


def _thing(text: str, figure: Figure, key: str) -> str:
    """Return what a figure counts, in the sentence's words: "missiles", "people killed", "injuries"."""
    signs = EVENTS.get(key, frozenset())
    event = next((token.text for token in tokens(text) if stem(token.word) in signs), "")
    end = next((end for word, end in figure.units if stem(word) == key or stem(word) in signs), None)
    if end is not None:
        return text[figure.end : end].strip(" -")
    who = next((word for word, _ in figure.units if stem(word) in _PEOPLE), "people")
    return f"{who} {event}" if figure.units else event


def _dated(question: Question, reading: SentenceClaims) -> Value | None:
    """Return the one date that a sentence gives."""
    found = {date.text for date in reading.dates}
    return Value(reading, "date", found.pop(), "", 0.0, False) if len(found) == 1 else None


READERS: Mapping[Kind, Callable[[Question, SentenceClaims], Value | None]] = {"number": _counted, "when": _dated}
"""How the value that answers is read, by the kind of question; others have none that could be compared."""
