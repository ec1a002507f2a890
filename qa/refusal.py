"""What an abstention says: what was not found, and the passages that come nearest."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from footnote.index.search.query_words import words
from footnote.qa.answer import Answer
from footnote.qa.findings import Findings
from footnote.qa.interpret.question import Question, stem
from footnote.qa.languages import language_note
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.reader import Matrix
from footnote.qa.text.lexicon import PASTS, VAGUE, VERBS

NEAREST = 3
_LONG = 5
"""A question's word of this length tells something, even when it is no name."""
_NAMED = 3
_VERB_STEMS = frozenset(stem(verb) for verb in VERBS)

NO_ARTICLES = "There are no articles to answer from."
NONE_IN_SCOPE = "No article within the limits that were set answers this: none matches them."
NOT_SAID = "The articles do not answer this: they mention what it asks about, but no sentence says it."


def reason(
    question: Question, sentences: Sequence[Sentence], frequencies: Mapping[str, int], limited: bool = False
) -> str:
    """Return why there is no answer, in words for the user.

    ``frequencies`` tell in how many passages of the library each of the question's stems occurs, ``sentences`` are
    those of the candidate passages, ``limited`` tells that dates or publishers were asked for.
    """
    if not sentences:
        return NONE_IN_SCOPE if limited else NO_ARTICLES
    if named := _telling(question, [term for term in question.terms if not frequencies.get(term)]):
        return missing(named)
    if pair := next(_never_together(question, sentences, frequencies), None):
        both = "” and “".join(pair)
        return f"The articles do not answer this: “{both}” both occur in them, but never in one passage."
    return NOT_SAID


def declined(blank: Answer, findings: Findings) -> Answer:
    """Return an abstention: what is missing, and the passages that come nearest."""
    features, interpretation = findings.features, findings.interpretation
    passages = nearest(features.sentences, findings.probabilities, original_of=findings.original_of)
    note = language_note(interpretation.question.text, [sentence.text for sentence in passages])
    why = note or reason(interpretation.question, features.sentences, features.frequencies, bool(interpretation.scope))
    return replace(blank, nearest=tuple(sentence.quote() for sentence in passages), missing=why)


def missing(unknown: Sequence[str]) -> str:
    """Say that words occur nowhere; ``unknown`` has at least one."""
    listed = ", ".join(f"“{word}”" for word in unknown[:_NAMED])
    verb = "occurs" if len(unknown) == 1 else "occur"
    return f"The articles do not answer this: {listed} {verb} nowhere in them."


def nearest(
    sentences: Sequence[Sentence], probabilities: Matrix, limit: int = NEAREST, original_of: Callable[[str], str] = str
) -> list[Sentence]:
    """Return the sentences of an abstention: the best of as many passages, of different origins for choice.

    Best first, and what is of an origin that has had its turn comes after all others.
    """
    passages: dict[int, Sentence] = {}
    for n in sorted(range(len(sentences)), key=lambda n: -probabilities[n]):
        passages.setdefault(sentences[n].passage, sentences[n])
    first = {original_of(sentence.article.id): sentence for sentence in reversed(passages.values())}.values()
    return sorted(passages.values(), key=lambda sentence: sentence not in first)[:limit]


def _telling(question: Question, stems: Sequence[str]) -> list[str]:
    """Return the names and figures of the question whose stems are given, or else its longer such words, as typed."""
    names = {*question.names, *question.numbers}
    found = [word for word in dict.fromkeys(words(question.text)) if stem(word) in stems]
    telling = [word for word in found if stem(word) in names] or [word for word in found if _tells(word)]
    return [_as_typed(word, question.text) for word in telling]


def _tells(word: str) -> bool:
    """Tell whether a word that is no name says what a question is about; that "became" is missing helps nobody."""
    return len(word) >= _LONG and word not in PASTS | VAGUE and stem(word) not in _VERB_STEMS


def _as_typed(word: str, text: str) -> str:
    match = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return match.group() if match else word


def _never_together(
    question: Question, sentences: Sequence[Sentence], frequencies: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Yield two words each of the question that are in no passage together, a name or figure among them.

    It is known only of a word whose every passage in the library is among the candidates.
    """
    texts: dict[int, list[str]] = {}
    for sentence in sentences:
        texts.setdefault(sentence.passage, [sentence.article.title]).append(sentence.text)
    passages = [{stem(word) for text in some for word in words(text)} for some in texts.values()]
    held = Counter(term for passage in passages for term in passage)
    typed = {stem(word): word for word in words(question.text) if _tells(word) or stem(word) in question.names}
    terms = [term for term in question.terms if term in typed and frequencies.get(term)]
    named = {*question.names, *question.numbers}
    pairs = sorted(combinations(terms, 2), key=lambda pair: -sum(term in named for term in pair))
    for pair in pairs:
        complete = any(held[term] >= frequencies[term] for term in pair)
        if complete and named.intersection(pair) and not any(passage.issuperset(pair) for passage in passages):
            yield _as_typed(typed[pair[0]], question.text), _as_typed(typed[pair[1]], question.text)
