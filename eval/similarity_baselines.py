"""The simplest answerers: the best sentence, or the best three, by similarity alone.

What all else is worth is the difference from these. A sentence's score is the mean of the cosines of its chunk and of
its own late-pooled vector with the question; the highest is the confidence, and nothing is ever declined. They read the
candidates that the engine has read, so that they cost one more pass of the question through the embedding model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from footnote.eval.subject import Answered
from footnote.eval.suite import GoldSpan
from footnote.index.passages import Candidate, PassageIndex
from footnote.qa.answer import Answer, AnswerSentence, Citation
from footnote.qa.rank.candidates import Sentence, sentences_of

THREE, ONE = "simplest-three", "simplest-one"
SIMPLEST: Mapping[str, int] = {THREE: 3, ONE: 1}
"""How many sentences each of them quotes."""

Scored = tuple[float, Sentence]


def simplest(index: PassageIndex, asked: Answer, candidates: Sequence[Candidate]) -> dict[str, Answered]:
    """Return what each of :data:`SIMPLEST` says to the question that was ``asked``, out of the candidates read."""
    vector = index.encoder.encode_query(asked.standalone_question)
    ranked = by_similarity(sentences_of(candidates, vector, index.text), candidates)
    passages = in_order_of(ranked, candidates)
    return {
        name: Answered(answer_of(asked, ranked[:count], name), [s.quote() for _, s in ranked[:count]], passages)
        for name, count in SIMPLEST.items()
    }


def by_similarity(sentences: Iterable[Sentence], candidates: Sequence[Candidate]) -> list[Scored]:
    """Return each sentence once with its score, best first; one that two chunks hold has the better score."""
    best: dict[tuple[str, int], Scored] = {}
    for sentence in sentences:
        score = (sentence.similarity + candidates[sentence.passage].similarity) / 2
        if sentence.where not in best or score > best[sentence.where][0]:
            best[sentence.where] = score, sentence
    return sorted(best.values(), key=lambda item: (-item[0], item[1].where))


def in_order_of(ranked: Sequence[Scored], candidates: Sequence[Candidate]) -> list[GoldSpan]:
    """Return the passages in the order of their best sentences, then those whose sentences others hold, too."""
    order = dict.fromkeys([*(sentence.passage for _, sentence in ranked), *range(len(candidates))])
    chunks = (candidates[n].chunk for n in order)
    return [GoldSpan(chunk.article_id, chunk.start, chunk.end) for chunk in chunks]


def answer_of(asked: Answer, best: Sequence[Scored], name: str) -> Answer:
    """Return the answer that quotes some sentences; it declines where there is none."""
    return Answer(
        id=asked.id,
        question=asked.question,
        standalone_question=asked.standalone_question,
        status="answered" if best else "abstained",
        confidence=min(1.0, max(0.0, best[0][0])) if best else 0.0,
        sentences=tuple(AnswerSentence(sentence.text, (n,)) for n, (_, sentence) in enumerate(best, start=1)),
        citations=tuple(Citation(n, sentence.quote()) for n, (_, sentence) in enumerate(best, start=1)),
        answerer=name,
        library=asked.library,
    )
