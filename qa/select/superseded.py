"""The newest value first: where a later article answers a question anew, an older answer never stands alone."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from footnote.corpus.dates import first_day
from footnote.qa.interpret.question import Question
from footnote.qa.rank.calibration import log_odds_of
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.rank.reader import Matrix
from footnote.qa.select.claims import event_of, events_of, stems_of
from footnote.qa.text.figures import figures
from footnote.qa.text.numbers import SMALL

_WITHIN, _WITHIN_YES_NO = 2.2, 1.2
"""A sentence answers about as well as the best one where its log odds are at most so far below: that gives a count, or
says whether something is so.
"""
_FOLLOWING = 5
"""A count goes on within so many sentences."""
_COUNT = re.compile(r"\b(?:count|number|toll|figure|total)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\b(?:it|count|number|toll|figure|total)\b[^.;]{0,40}?"
    r"\b(?:was|stood at|reached|(?:risen|rose|grown|grew|climbed|fell|fallen) to)\b[^.;]{0,20}\d",
    re.IGNORECASE,
)
_ZERO = "no|none|nobody|zero"
_NOBODY = re.compile(rf"\b(?:{_ZERO})\b", re.IGNORECASE)
_AMOUNT = re.compile(rf"\d[\d,.]*|\b(?:{_ZERO}|{'|'.join(SMALL)})\b", re.IGNORECASE)


def newest_first(
    question: Question,
    features: SentenceFeatures,
    probabilities: Matrix,
    chosen: Sequence[Sentence],
    limit: int,
    original_of: Callable[[str], str] = str,
) -> list[Sentence]:
    """Return what is to be quoted with a later answer before it, if there is one: for counts, and for yes or no.

    A later answer is the likeliest sentence of the newest article among those that answer about as well as the best
    one; for a count, its value must be another one. Where the hurt or the dead are asked about, it is the one with most
    of the question's words that speaks of no other event: an article may tell of two attacks. Whether somebody was hurt
    is told by a count of the hurt that goes on. ``chosen`` is best first, and may be empty.
    """
    counts = question.kind == "number" or bool(_COUNT.search(question.text))
    if not chosen or not (counts or question.kind == "yes-no"):
        return list(chosen)
    asked = event_of(frozenset(question.terms))
    sentences, log_odds = features.sentences, log_odds_of(probabilities)
    within = _WITHIN if counts or asked else _WITHIN_YES_NO
    near = log_odds >= log_odds.max() - within
    if asked and _NOBODY.search(chosen[0].text):  # an article that repeats it may say what became of it
        near |= [bool(_NOBODY.search(s.text)) and events_of(stems_of(s.text)) == {asked} for s in sentences]
    places = np.flatnonzero(near).tolist()
    dated = [n for n in places if sentences[n].article.published and _tells_of(sentences[n].text, asked)]
    if not dated:
        return list(chosen)

    def age(n: int) -> tuple[str, int, float]:
        shared = len(stems_of(sentences[n].text) & {*question.terms}) if asked else 0
        return first_day(sentences[n].article.published), shared, float(log_odds[n])

    dated.sort(key=age, reverse=True)
    latest, first = dated[0], chosen[0]
    newest = sentences[latest]
    same = [sentences[n] for n in dated if sentences[n].article.id == newest.article.id]
    counted = [newest] if counts else [s for s in same if event_of(stems_of(s.text)) == asked != ""]
    last = next(filter(None, (_last_of_count(sentence, sentences) for sentence in counted)), None)
    older = first_day(first.article.published or "1900") < first_day(newest.article.published)
    other = older and original_of(first.article.id) != original_of(newest.article.id)
    if not (last or (other and (not counts or _differ(features, latest, first)))):
        return list(chosen)
    leading = last or newest
    return [leading, *(sentence for sentence in chosen if sentence.where != leading.where)][:limit]


def _tells_of(text: str, event: str) -> bool:
    """Tell whether a text speaks of no other event than one that is counted; of any, where that is empty."""
    return not event or events_of(stems_of(text)) <= {event}


def _last_of_count(sentence: Sentence, sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the last sentence soon after one, in its passage, that goes on with a count: "It was 109 by May."."""
    after = [s for s in sentences if s.passage == sentence.passage and 0 < s.place - sentence.place <= _FOLLOWING]
    going_on = (s for s in after if _GOES_ON.search(s.text) and figures(s.text))  # a year is no figure
    return max(going_on, key=lambda s: s.place, default=None)


def what_became_of_none(question: Question, first: Sentence, sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the end of a count of the hurt or the dead, where the sentence that comes first says that there were none.

    "The first account was that nobody had been hurt. [...] In late February it reached 110."
    """
    asked = event_of(frozenset(question.terms))
    if not asked or not _NOBODY.search(first.text) or events_of(stems_of(first.text)) != {asked}:
        return None
    return _last_of_count(first, sentences)


def _differ(features: SentenceFeatures, latest: int, first: Sentence) -> bool:
    """Tell whether two sentences give different amounts as what answers."""
    at = next(n for n, sentence in enumerate(features.sentences) if sentence.where == first.where)
    one, other = (_amounts(features, n) for n in (latest, at))
    return bool(one) and one != other


def _amounts(features: SentenceFeatures, n: int) -> frozenset[str]:
    span, text = features.spans[n], features.sentences[n].text
    found = _AMOUNT.findall(text[span.start : span.end] if span else text)
    return frozenset(amount.lower().rstrip(".,") for amount in found)
