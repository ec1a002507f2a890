"""Where relevant sentences give different values for one thing, or one asserts what another denies.

A false conflict is worse than none: two values are set against each other only when both answer the question, count
or date the same thing in the same words, and come from different articles or from speakers who are named.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, permutations
from typing import Literal

from footnote.corpus.dates import first_day, last_day
from footnote.index.search.query_words import STOP_WORDS, tokens
from footnote.qa.answer import Citation, Disagreement, Side
from footnote.qa.interpret.question import Question, stem
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.reader import Matrix
from footnote.qa.select.claims import (
    COUNTED,
    EVENTS,
    READERS,
    SentenceClaims,
    Value,
    event_of,
    lacking,
    on_topic,
    speakers_differ,
    stems_of,
    with_title,
)
from footnote.qa.text.lexicon import ARTICLES, DENYING, PREPOSITIONS
from footnote.qa.text.mentions import proper_words, says

RELEVANT = 8
"""At most this many sentences are compared, the most probable ones."""
_LIKELY, _POSSIBLE = 0.2, 0.03
"""A sentence of this probability is compared; of the second, one that counts, and tells all that is asked."""
MOST_SIDES = 4
_CLOSE = 0.1
"""Figures that differ by less than this share may be one figure, rounded."""
_SHARED = 0.5
"""The share of what a denial denies that the other sentence speaks of."""
_ALIKE = 0.5
"""The share of words that two sentences have in common when they tell of one event."""

Kind = Literal["later update", "conflict"]

_GREW = frozenset("rose risen rais revis climb reach updat now grew grown increas correct".split())
_DENIAL = re.compile(rf"\b(?:{'|'.join(sorted(DENYING))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One side: the value as ``sentence`` prints it."""

    sentence: Sentence
    value: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two to four values for one thing, by date; ``about`` names the thing in the articles' own words."""

    kind: Kind
    about: str
    sides: tuple[Claim, ...]


def disputes(
    question: Question, sentences: Sequence[Sentence], probabilities: Matrix, original_of: Callable[[str], str] = str
) -> list[Dispute]:
    """Return what the sentences that are likely part of an answer disagree on, the surest first; usually nothing.

    ``original_of`` gives the origin of an article's id: copies of one text have one, and cannot contradict each other.
    """
    order = sorted(range(len(sentences)), key=lambda n: (-probabilities[n], n))
    relevant = [
        sentences[n]
        for n in order[:RELEVANT]
        if probabilities[n] >= _LIKELY or (probabilities[n] >= _POSSIBLE and _counts(question, sentences[n]))
    ]
    valued = question.kind in READERS
    if len(relevant) < 2 or not (valued or any(_DENIAL.search(sentence.text) for sentence in relevant)):
        return []
    passages = {s.passage for s in relevant}
    known = proper_words(s.text for s in sentences if s.passage in passages)
    readings = [SentenceClaims.of(sentence, known) for sentence in relevant]
    return (_over_values(question, readings, original_of) if valued else []) or _over_denials(readings)


def recorded(found: Sequence[Dispute], citations: Sequence[Citation]) -> tuple[Disagreement, ...]:
    """Return the disputes whose sides are all cited, as the answer records them."""
    numbers = {(c.source.article_id, c.source.start): c.n for c in citations}

    def side(claim: Claim) -> Side:
        return Side(claim.value, claim.sentence.article.published, numbers[claim.sentence.where])

    cited = (each for each in found if all(claim.sentence.where in numbers for claim in each.sides))
    return tuple(Disagreement(each.kind, each.about, tuple(map(side, each.sides))) for each in cited)


# --- values ---


def _over_values(
    question: Question, readings: Sequence[SentenceClaims], original_of: Callable[[str], str]
) -> list[Dispute]:
    read = READERS[question.kind]
    values = [value for reading in readings if (value := read(question, reading)) and on_topic(question, reading)]
    for first, second in combinations(values, 2):
        if kind := _kind(question, first, second, original_of):
            sides = [first, second]
            for other in sorted(values, key=_in_time, reverse=True):  # of many, the newest must not be missing
                if len(sides) < MOST_SIDES and all(_kind(question, side, other, original_of) == kind for side in sides):
                    sides.append(other)
            sides.sort(key=_in_time)
            about = first.about or _common(first.reading.sentence.text, second.reading.sentence.text) or first.key
            return [Dispute(kind, about, tuple(Claim(s.reading.sentence, s.printed) for s in sides))]
    return []


def _kind(question: Question, one: Value, other: Value, original_of: Callable[[str], str]) -> Kind | None:
    """Return what two values for what is asked are to each other; None when they may well agree."""
    if one.key != other.key or not _differ(one, other) or not _same_thing(question, one.reading, other.reading):
        return None
    early, late = sorted((one, other), key=_day)
    develops = one.key in EVENTS or bool(late.reading.context & _GREW)
    apart = speakers_differ(one.reading, other.reading)
    if one.reading.sentence.article.id == other.reading.sentence.article.id:
        if apart:
            return "conflict"
        return "later update" if develops and _same_count(one.reading, other.reading) else None
    if original_of(one.reading.sentence.article.id) == original_of(other.reading.sentence.article.id):
        return "conflict"  # a copy that gives another value is no copy of it
    if develops and one.key != "date" and _before(early, late) and not apart:
        return "later update" if late.amount else "conflict"  # a count does not grow to none
    same_day = _day(early) == _day(late) != ""
    return "conflict" if apart or same_day else None


def _differ(one: Value, other: Value) -> bool:
    if one.key == "date":
        a, b = stems_of(one.printed), stems_of(other.printed)
        return not (a <= b or b <= a) and len(a) == len(b)
    low, high = sorted((one.amount, other.amount))
    return low != high and (high - low > _CLOSE * high or not (one.hedged or other.hedged))


def _same_thing(question: Question, one: SentenceClaims, other: SentenceClaims) -> bool:
    """Tell whether two sentences speak of one event: no different years, and no different names besides speakers."""
    years = [{word for date in each.dates for word in stems_of(date.text) if len(word) == 4 and word.isdigit()}
             for each in (one, other)]  # fmt: skip
    asked, held = frozenset(question.terms), [with_title(each.sentence) for each in (one, other)]
    own, others = lacking(one.names, asked | held[1]), lacking(other.names, asked | held[0])
    if (all(years) and not years[0] & years[1]) or (own and others):
        return False
    same_article = one.sentence.article.id == other.sentence.article.id
    both_tell_all = _tells_all(question, one.sentence) and _tells_all(question, other.sentence)
    if (own or others) and not same_article:
        more = one if own else other
        if not both_tell_all or _is_where(more, own or others):
            return False
    if question.kind == "when":
        return _alike(one, other)
    return len(one.context & other.context) >= (1 if same_article or both_tell_all else 2)


def _alike(one: SentenceClaims, other: SentenceClaims) -> bool:
    return len(one.context & other.context) >= _ALIKE * len(one.context | other.context)


def _counts(question: Question, sentence: Sentence) -> bool:
    """Tell whether a sentence tells all that is asked of what news counts anew: "the toll rose to 19" of the killed."""
    event = event_of(question.terms)
    return bool(event) and event_of(stems_of(sentence.text)) == event and _tells_all(question, sentence)


def _tells_all(question: Question, sentence: Sentence) -> bool:
    """Tell whether a sentence, with its title, has all that a question says of an event, which it must name."""
    return bool(question.names) and not lacking(frozenset(question.terms) - COUNTED, with_title(sentence))


def _is_where(reading: SentenceClaims, names: frozenset[str]) -> bool:
    """Tell whether some of the names follow a preposition, and so may say where or of whom a part was counted."""
    before = ""
    for token in tokens(reading.sentence.text):
        if stem(token.word) in names and before in PREPOSITIONS:
            return True
        if not (token.text[0].isupper() or token.word in ARTICLES):
            before = token.word
    return False


def _same_count(one: SentenceClaims, other: SentenceClaims) -> bool:
    """Tell whether one article gives a count as of two dates, in the same words."""
    days, others = ({date.text for date in each.dates} for each in (one, other))
    return bool(days and others and not days & others) and _alike(one, other)


def _day(value: Value) -> str:
    published = value.reading.sentence.article.published
    return first_day(published) if published else ""


def _in_time(value: Value) -> tuple[str, int]:
    return _day(value), value.reading.sentence.start


def _before(early: Value, late: Value) -> bool:
    a, b = (value.reading.sentence.article.published for value in (early, late))
    return bool(a and b) and last_day(a) < first_day(b)


# --- denials ---


def _over_denials(readings: Sequence[SentenceClaims]) -> list[Dispute]:
    for denial, other in permutations(readings, 2):
        text, claimed = denial.sentence.text, other.sentence.text
        verb = next((token for token in tokens(text) if token.word in DENYING), None)
        if verb and _asserts(other, denial, stems_of(text[verb.end :])):
            said = says(claimed)
            sides = [
                Claim(denial.sentence, _short(text[: verb.end])),
                Claim(other.sentence, _short(claimed[: said.end] if said else claimed)),
            ]
            sides.sort(key=lambda side: (side.sentence.article.published, side.sentence.start))
            if about := _common(text[verb.end :], claimed):
                return [Dispute("conflict", about, tuple(sides))]
    return []


def _asserts(other: SentenceClaims, denial: SentenceClaims, denied: frozenset[str]) -> bool:
    """Tell whether somebody else asserts in ``other`` what is denied; who differs, is named."""
    denies = any(token.word in DENYING for token in tokens(other.sentence.text))
    shared = denied & stems_of(other.sentence.text)
    alike = len(shared) >= 3 and len(shared) >= _SHARED * len(denied)
    return alike and not denies and speakers_differ(other, denial)


def _short(text: str, width: int = 80) -> str:
    return text if len(text) <= width else "…" + text[-width:].partition(" ")[2]


def _common(one: str, other: str) -> str:
    """Return the longest run of words that two texts share, as the first prints it; empty under two words."""
    a, b = tokens(one), tokens(other)
    match = SequenceMatcher(None, [t.word for t in a], [t.word for t in b], False).find_longest_match()
    run = a[match.a : match.a + match.size]
    while run and run[0].word in STOP_WORDS:
        run = run[1:]
    while run and (run[-1].word in STOP_WORDS or not run[-1].is_word):
        run = run[:-1]
    return one[run[0].start : run[-1].end] if len(run) > 1 else ""
