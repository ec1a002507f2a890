"""From scored sentences to an answer: which to quote, in which order, and with what marked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from footnote.corpus.dates import first_day
from footnote.index.search.query_words import words
from footnote.qa.interpret.antecedents import asked_noun, asks_person
from footnote.qa.interpret.question import Kind, Question
from footnote.qa.rank.candidates import Sentence, Where
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.rank.reader import AnswerSpan, Matrix
from footnote.qa.select.add_context import add_context
from footnote.qa.select.claims import READERS, lacking, stems_of
from footnote.qa.select.conflicts import Dispute, disputes
from footnote.qa.select.how_many import how_many
from footnote.qa.select.plain_answers import answers_plainly
from footnote.qa.select.repeats import SAME, repeats
from footnote.qa.select.superseded import newest_first, what_became_of_none
from footnote.qa.text.mentions import names, person

_MARKABLE: tuple[Kind, ...] = ("who", "when", "where", "number", "other")
"""The kinds of question that a few words answer."""
_SURE = 0.5
"""Only sentences of this share of the best one's probability are marked."""
_MARKED = 0.6
"""Words that are more than this share of a sentence are not marked: nothing would stand out."""
_SAME_ORIGIN = 0.5
SEVERAL = 3
"""A question that asks for a list or a course of events gets so many sentences at least; one of two parts gets two."""
_SEVERAL = re.compile(
    r"^\W*(?:list|name|compare|summari[sz]e|describe)\b|\bwhat happened\b|\bboth sides\b|\btimeline\b"
    r"|\bhow (?:did|has|have|does) .{3,60} (?:change|develop|evolve|grow|rise)\b"
    r"|\b(?:what|which|who) (?:were|are) the \w+s\b",
    re.IGNORECASE,
)
_TWO_THINGS = re.compile(r"\W*\w+\W+\w+\W+\w.*\band (?:who|whose|what|which|when|where|how|why)\b", re.IGNORECASE)
_NOTE = re.compile(r"\[\s*\d{1,3}\s*\]")
_DIFFER = re.compile(
    r"\b(?:accounts?|counts?|estimates?|figures?|numbers?|reports?|sources?|statements?|versions?)\b[^.;]{0,60}"
    r"\b(?:are far apart|conflict|contradict|differ|disagree|diverge|var(?:y|ies))\b"
    r"|\b(?:is|are) (?:in dispute|disputed)\b",
    re.IGNORECASE,
)
"""A sentence that says that accounts differ, and leaves it to the next ones to give them."""
_ACCOUNTS = 3
"""So many sentences after it give them."""
_ADJACENT = 40
"""So many characters at most stand between two sentences, one after the other."""
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|in (?:answer|order|protest|response|retaliation)|reasons?|so that"
    r"|as a result|caused|prompted|led to|for fear|therefore)\b",
    re.IGNORECASE,
)
_LOOKED_AT = 16
"""The likeliest sentences that may be quoted."""
Marks = tuple[tuple[int, int], ...]
"""The characters of a sentence's text that answer, as pairs of start and end."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer would quote, in order, the marks of each sentence, and what disagrees."""

    sentences: tuple[Sentence, ...]
    marks: tuple[Marks, ...] = ()
    disputes: tuple[Dispute, ...] = ()


def select(
    question: Question,
    features: SentenceFeatures,
    probabilities: Matrix,
    limit: int,
    original_of: Callable[[str], str] = str,
) -> Selection:
    """Return one to ``limit`` sentences that answer, both sides of a disagreement among them; empty input gives none.

    ``probabilities`` are each sentence's of belonging to the answer. ``original_of`` gives the id of the article that
    one is a copy of, or its own: copies of one text share it.
    """
    sentences = features.sentences
    least = SEVERAL if _SEVERAL.search(question.text) else 2 if _TWO_THINGS.match(question.text) else 1
    chosen = choose(sentences, probabilities, limit, original_of, least)
    accounts = _accounts(question, chosen[:2], sentences)[:limit]
    if accounts:
        chosen = [*accounts, *(s for s in chosen if s not in accounts)][:limit]
    else:
        # first is what the words alone tell to be an answer
        chosen = sorted(chosen, key=lambda s: not answers_plainly(question, s.text, s.article.title))
        chosen = _with_reason(chosen, features, limit) if question.kind == "why" else chosen
        chosen = _with_names(question, chosen, sentences, limit) if asks_person(question.text) else chosen
        chosen = newest_first(question, features, probabilities, chosen, limit, original_of)
    found = disputes(question, sentences, probabilities, original_of)
    found = [dispute for dispute in found if len(dispute.sides) <= limit][:1]
    pinned = [*accounts, *(claim.sentence for dispute in found for claim in dispute.sides)]
    for dispute in found:
        chosen = _by_date(readable(_with_sides(chosen, dispute, limit)), dispute, question.kind == "number")
    if found and (last := what_became_of_none(question, chosen[0], sentences)):
        chosen = [last, *(s for s in chosen if s != last)]
        spare = [s for s in chosen[1:] if s not in pinned]
        if len(chosen) > limit:  # the sides of the disagreement stay
            chosen.remove(spare[-1] if spare else last)
    quoted = add_context(chosen, sentences, probabilities, limit, pinned)
    sure = _SURE * max(probabilities, default=0.0) if question.kind in _MARKABLE else 1.0
    read = zip(sentences, features.spans, probabilities, strict=True)
    likely = {s.where: span for s, span, p in read if span and p >= sure}
    return Selection(tuple(quoted), _marked(question, quoted, likely, found), tuple(found))


def _marked(
    question: Question, quoted: Sequence[Sentence], likely: Mapping[Where, AnswerSpan], found: Sequence[Dispute]
) -> tuple[Marks, ...]:
    """Return the marks of each quoted sentence: a dispute's values, and what the reader takes for the answer."""
    valued = found if question.kind in READERS else ()
    values = {claim.sentence.where: claim.value for dispute in valued for claim in dispute.sides}

    def marks(sentence: Sentence) -> Marks:
        value, span = values.get(sentence.where, ""), likely.get(sentence.where)
        if value and (at := sentence.text.find(value)) >= 0:
            return ((at, at + len(value)),)
        return ((span.start, span.end),) if span and span.end - span.start <= _MARKED * len(sentence.text) else ()

    return tuple(map(marks, quoted))


def _with_sides(chosen: Sequence[Sentence], dispute: Dispute, limit: int) -> list[Sentence]:
    """Add the sides that are not chosen, in place of the last chosen ones if there is no room."""
    sides = [claim.sentence for claim in dispute.sides]
    places = {side.where for side in sides}
    others = [sentence for sentence in chosen if sentence.where not in places]
    kept = {sentence.where for sentence in others[: limit - len(sides)]} | places
    missing_sides = [side for side in sides if side.where not in {sentence.where for sentence in chosen}]
    return [sentence for sentence in [*chosen, *missing_sides] if sentence.where in kept]


def _by_date(chosen: Sequence[Sentence], dispute: Dispute, counts: bool) -> list[Sentence]:
    """Put the sides into the places that they have: of counts and later updates the newest first, else by date."""
    days = {first_day(claim.sentence.article.published or "1900") for claim in dispute.sides}
    newest = dispute.kind == "later update" or (counts and len(days) > 1)
    sides = {claim.sentence.where: claim.sentence for claim in dispute.sides[:: -1 if newest else 1]}
    ordered = iter(sides.values())
    return [next(ordered) if sentence.where in sides else sentence for sentence in chosen]


def choose(
    sentences: Sequence[Sentence],
    probabilities: Matrix,
    limit: int,
    original_of: Callable[[str], str] = str,
    least: int = 1,
) -> list[Sentence]:
    """Return one to ``limit`` sentences, most direct first: as many of the likeliest as promise the highest F1.

    None repeats another, and among the copies of one origin less than that is a repeat; the copy that was published
    first stands for the others. Those of one article stay together, in the order of its text. Empty input gives none.
    """
    order = sorted(range(len(sentences)), key=lambda n: (-probabilities[n], n))
    if order and sentences[order[0]].text.endswith(":"):
        return _with_list(sentences, order[0], limit)
    distinct: list[int] = []
    for n in order[:_LOOKED_AT]:
        says_nothing = sentences[n].text.endswith(":") or _is_a_word(sentences[n].text)
        if not says_nothing and not any(_repeated(sentences[n], sentences[m], original_of) for m in distinct):
            distinct.append(n)
    count = max(least, how_many(probabilities[distinct], limit)) if distinct else 0
    chosen = distinct[: min(limit, count)]
    return readable([_first_printed(sentences[n], sentences, original_of) for n in chosen])


def _is_a_word(text: str) -> bool:
    """Tell whether a sentence is a word alone, or nothing but an article's own footnote marks."""
    return len(words(_NOTE.sub(" ", text))) < 2


def _with_list(sentences: Sequence[Sentence], heading: int, limit: int) -> list[Sentence]:
    """Return a sentence that announces a list, and as much of the list as there is room for."""
    first = sentences[heading]
    after = [s for s in sentences if s.article.id == first.article.id and s.start > first.start]
    return [first, *sorted(after, key=lambda s: s.start)[: limit - 1]]


def _accounts(question: Question, chosen: Sequence[Sentence], sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return a sentence that says that accounts differ of what is asked, and the next ones, if ``chosen`` has one."""
    if question.kind in ("why", "how") or question.speaker:
        return []
    for one in chosen:
        near = [s for s in sentences if (s.passage, s.paragraph) == (one.passage, one.paragraph)]
        for head in (s for s in near if _DIFFER.search(s.text) and not _REASON.search(s.text)):
            about = question.kind in words(head.text) or stems_of(head.text) & {*question.terms}
            if about and 0 <= one.place - head.place <= _ACCOUNTS:
                return [s for s in near if 0 <= s.place - head.place <= _ACCOUNTS]
    return []


def _with_reason(chosen: Sequence[Sentence], features: SentenceFeatures, limit: int) -> list[Sentence]:
    """Return ``chosen``, with the sentence before the first and the likeliest one around it if none gives a reason.

    What is asked for stands in the likeliest sentence, and what led to it often in the one before. How near a sentence
    is to the question tells nothing of reasons: they are in other words than it. The reader's log odds do.
    """
    if not chosen or any(_REASON.search(s.text) for s in chosen):
        return list(chosen)
    first, read, held = chosen[0], features.inputs["read"], {s.where for s in chosen}
    others = [n for n, s in enumerate(features.sentences) if s.article.id == first.article.id and s.where not in held]
    likely = sorted((n for n in others if features.sentences[n].passage == first.passage), key=lambda n: -read[n])[:1]
    before = [s for n in others if 0 < first.start - (s := features.sentences[n]).end <= _ADJACENT]
    added = {s.where: s for s in [*before[:1], *(features.sentences[n] for n in likely)]}
    return readable([*chosen, *added.values()][:limit])


def _with_names(
    question: Question, chosen: Sequence[Sentence], sentences: Sequence[Sentence], limit: int
) -> list[Sentence]:
    """Return ``chosen``, with the sentence after the first if people are asked for and only that names any.

    "Who" may be a country, "which prisoner" may not; "which prisoners" gets two sentences that name some, in a row.
    """
    noun = asked_noun(question.text)
    told = (
        _names_others(question, s, bool(noun)) or answers_plainly(question, s.text, s.article.title) for s in chosen
    )
    if not chosen or any(told):
        return list(chosen)
    found = [chosen[0]]
    for s in sorted((s for s in sentences if s.article.id == found[0].article.id), key=lambda s: s.start):
        if 0 <= s.start - found[-1].end <= _ADJACENT and _names_others(question, s, people=True):
            found.append(s)
    added = found[1 : 3 if noun.endswith("s") else 2]
    return readable([*chosen, *added][:limit])


def _names_others(question: Question, sentence: Sentence, people: bool = False) -> bool:
    """Tell whether a sentence names what a question does not name, or, with ``people``, somebody."""
    text, known = sentence.text, frozenset(question.names)
    found = [person(text, name) if people else name for name in names(text)]
    return any(name and lacking(stems_of(name.text), known) for name in found)


def _repeated(one: Sentence, other: Sentence, original_of: Callable[[str], str]) -> bool:
    copies = one.article.id != other.article.id and original_of(one.article.id) == original_of(other.article.id)
    return repeats(one.text, other.text, _SAME_ORIGIN if copies else SAME)


def _first_printed(sentence: Sentence, sentences: Sequence[Sentence], original_of: Callable[[str], str]) -> Sentence:
    """Return the same words in the copy of the article that was published first; undated ones come last."""
    origin = original_of(sentence.article.id)
    copies = [s for s in sentences if s.text == sentence.text and original_of(s.article.id) == origin]
    return min([sentence, *copies], key=lambda s: s.article.published or "9999")


def readable(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Put the best sentence first, then what else its article says in the order of its text, then the others."""
    articles = list(dict.fromkeys(s.article.id for s in chosen))
    rest = sorted(chosen[1:], key=lambda s: (articles.index(s.article.id), s.start))
    return [*chosen[:1], *rest]
