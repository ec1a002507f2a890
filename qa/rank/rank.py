"""Candidate passages to ranked sentences: which to read, what the reader says, and how sure that makes of an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.index.embedding.encoder import Vectors
from footnote.index.passages import Candidate, PassageIndex
from footnote.index.search.query_words import fts_query, query_words, words
from footnote.qa.interpret.question import Kind, Question, stem
from footnote.qa.rank.calibration import Calibration, sigmoid
from footnote.qa.rank.candidates import Sentence, sentences_of
from footnote.qa.rank.reader import (
    CLIP,
    FOUND,
    FURTHER,
    PASSAGES,
    UNREAD,
    WITHIN,
    AnswerSpan,
    Matrix,
    Reader,
    ReaderInput,
    ReaderOutput,
    passage_scores,
)

_COUNTED = 2_000
"""A word that is looked for as it was typed is counted in this many chunks at most."""
_PREFERRED = 0.05
"""What log odds by something else count there."""
_DEVELOPS: tuple[Kind, ...] = ("number", "yes-no")
"""What a later article may answer anew: counts, and whether something is so."""
_LATER = 2
"""So many passages of later articles are read for these."""
_WORDS = 0.5
"""What a passage's share of the best score for words counts beside its cosine, when it is chosen which to read."""


@dataclass(frozen=True, slots=True)
class SentenceFeatures:
    """The sentences that may answer, what was measured of them (each of shape (n,)), and of the question as a whole.

    ``spans`` has the words of each sentence that would answer; None for one that was not read. ``frequencies`` tell in
    how many passages each of the question's terms occurs; terms in none are left out.
    """

    candidates: tuple[Candidate, ...]
    sentences: tuple[Sentence, ...]
    spans: tuple[AnswerSpan | None, ...]
    inputs: Mapping[str, Matrix]
    frequencies: Mapping[str, int]

    @property
    def answers(self) -> float:
        """The log odds that the likeliest passage answers, as the reader says; without a passage, minus infinity."""
        return float(self.inputs["passage"].max(initial=-np.inf))


def extract_features(
    index: PassageIndex,
    question: Question,
    vector: Vectors,
    candidates: Sequence[Candidate],
    reader: Reader,
    preferred: Callable[[Sequence[Sentence]], Matrix] | None = None,
    original_of: Callable[[str], str] = str,
) -> SentenceFeatures:
    """Read the likeliest of ``candidates`` and measure their sentences; ``vector`` is the question's.

    ``preferred`` gives log odds that sentences gain by something else, as their date; it has a say in what is read.
    ``original_of`` gives the origin of an article's id: copies of one text share one.
    """
    sentences = sentences_of(candidates, vector, index.text)
    frequencies = _frequencies(index, question)
    passage_of = np.array([sentence.passage for sentence in sentences], dtype=np.intp)
    similarity = np.array([sentence.similarity for sentence in sentences])
    chunk = np.array([candidates[n].similarity for n in passage_of])
    score = np.array([candidates[n].score for n in passage_of])
    likely = (similarity + chunk) / 2 + _WORDS * (score - chunk)  # the score is the cosine and a share for words
    if preferred and sentences:
        likely = likely + _PREFERRED * preferred(sentences)
    ranked = passage_scores(likely, passage_of.tolist())
    near = [n for n, score in ranked.items() if score >= likely.max() - WITHIN]
    chosen = _beside_origins(near, [*ranked], candidates, original_of)[:PASSAGES]
    others = [n for n in _beside_origins([*ranked], [*ranked], candidates, original_of) if n not in chosen]
    if question.kind in _DEVELOPS and chosen:
        chosen += _later(chosen[0], others, candidates)
    places = [np.flatnonzero(passage_of == n) for n in chosen]
    readings = _read(reader, question.text, sentences, places)
    if all((each.sentences < FOUND).all() for each in readings):
        further = [np.flatnonzero(passage_of == n) for n in others if n not in chosen][:FURTHER]
        places += further
        readings += _read(reader, question.text, sentences, further)
    read, passage, spans = _columns(len(sentences), places, readings)
    inputs = {"read": read, "passage": passage, "similarity": similarity, "chunk_similarity": chunk}
    return SentenceFeatures(tuple(candidates), tuple(sentences), spans, inputs, frequencies)


def rank(features: SentenceFeatures, calibration: Calibration, more: Matrix | float = 0.0) -> tuple[Matrix, float]:
    """Return each sentence's probability of belonging to the answer, and the confidence that there is one, 0 to 1.

    ``more`` are log odds that sentences gain by what is not among the features. Without sentences, it is 0.
    """
    if not features.sentences:
        return np.zeros(0), 0.0
    log_odds = calibration.sentence.log_odds(features.inputs) + more
    answered = calibration.answered.log_odds(question_inputs(features, log_odds))
    return sigmoid(log_odds), float(sigmoid(answered))


def question_inputs(features: SentenceFeatures, log_odds: Matrix) -> dict[str, Matrix]:
    """Return the inputs `qa.rank.calibration.ANSWERED`, each a single number; there is a sentence at least."""
    return {"best": np.asarray(log_odds.max()), "passage": np.asarray(features.inputs["passage"].max())}


def _beside_origins(
    chosen: Sequence[int], pool: Sequence[int], candidates: Sequence[Candidate], original_of: Callable[[str], str]
) -> list[int]:
    """Return passages, likeliest first, with one of the copies of a text at most, and what it was copied from with it.

    That is taken from ``pool``, likeliest first, too.
    However many copies there are, they are one source; and what a copy says otherwise is read beside the first text.
    """
    found: list[int] = []
    copied: set[str] = set()
    for n in chosen:
        own = candidates[n].article.id
        origin = original_of(own)
        if own == origin:
            found.append(n)
        elif origin not in copied:
            copied.add(origin)
            found += [n, *[k for k in pool if candidates[k].article.id == origin][:1]]
    return list(dict.fromkeys(found))


def _later(likeliest: int, others: Sequence[int], candidates: Sequence[Candidate]) -> list[int]:
    """Return the likeliest of ``others`` that are of articles newer than that of the likeliest passage."""
    first = candidates[likeliest].article.published
    return [n for n in others if first and candidates[n].article.published > first][:_LATER]


def _read(
    reader: Reader, question: str, sentences: Sequence[Sentence], places: Sequence[npt.NDArray[np.intp]]
) -> list[ReaderOutput]:
    """Read the passages whose sentences stand at ``places``."""
    passages = [ReaderInput(sentences[at[0]].article.title, tuple(sentences[n].text for n in at)) for at in places]
    return reader.read(question, passages) if passages else []


def _columns(
    count: int, places: Sequence[npt.NDArray[np.intp]], readings: Sequence[ReaderOutput]
) -> tuple[Matrix, Matrix, tuple[AnswerSpan | None, ...]]:
    """Return the log odds of each of ``count`` sentences and of its passage, and the words that answer.

    What was not read gets what is unlikely.
    """
    own, passage = np.full(count, np.nan), np.full(count, np.nan)
    spans: list[AnswerSpan | None] = [None] * count
    for at, reading in zip(places, readings, strict=True):
        own[at] = np.clip(reading.sentences, -CLIP, CLIP)
        passage[at] = np.clip(reading.passage, -CLIP, CLIP)
        for n, span in zip(at.tolist(), reading.spans, strict=True):
            spans[n] = span
    return _filled(own), _filled(passage), tuple(spans)


def _filled(column: Matrix) -> Matrix:
    if not np.isfinite(column).any():
        return np.full(len(column), UNREAD)
    return np.where(np.isnan(column), min(UNREAD, float(np.nanmin(column))), column)


def _frequencies(index: PassageIndex, question: Question) -> dict[str, int]:
    """Return in how many chunks each term of the question occurs; those in none are left out.

    The full-text index stems some words in another way (assembly) and cuts others (U.N.), so a term that seems to be
    in no chunk is looked for as it was typed.
    """
    counts = dict(index.library.document_frequencies(question.terms))
    missing = set(question.terms) - counts.keys()
    for typed in query_words(question.text) if missing else ():
        for term in missing.intersection(stem(word) for word in words(typed)):
            if count := index.library.count_matches(fts_query([typed]), _COUNTED):
                counts[term] = count
    return counts
