"""The query engine: passages in, a footnoted answer or an honest abstention out.

A llama-index query engine like any other: ``query()`` gives a `Response` whose text carries footnote markers, whose
``source_nodes`` are the passages that were read, best first, and whose ``metadata["answer"]`` is the whole record.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from index.passages import Candidate, PassageIndex
from index.words import words
from qa.answer import Answer, Quote
from qa.evidence import Sentence
from qa.extract import choose, footnoted, missing, nearest
from qa.measured import measured
from qa.question import Question, read_question, stem
from qa.retriever import PassageNode, PassageRetriever, ScopedQuery
from qa.scorer import Scorer

TRACE = "trace"


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that was read: ``start`` and ``end`` count in its article's text; a higher score is better."""

    article_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Traced:
    """An answer, what it would have quoted if nothing were ever declined, and the passages read, best first."""

    answer: Answer
    draft: tuple[Quote, ...]
    passages: tuple[RankedPassage, ...]


class FootnoteQueryEngine(BaseQueryEngine):
    """Answers from verbatim sentences, each with its footnote; declines below a threshold of confidence."""

    def __init__(
        self,
        index: PassageIndex,
        retriever: PassageRetriever,
        scorer: Scorer,
        min_confidence: float | None = None,
        max_sentences: int = 4,
    ) -> None:
        """``min_confidence`` of None takes the scorer's own threshold."""
        self._index = index
        self._retriever = retriever
        self._scorer = scorer
        self.threshold = scorer.threshold if min_confidence is None else min_confidence
        self._max_sentences = max_sentences
        super().__init__(callback_manager=CallbackManager())

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        started = time.perf_counter()
        question = read_question(query_bundle.query_str)
        query_bundle = _prepared(query_bundle, question)
        query_bundle.embedding = self._index.encoder.encode_query(question.text).tolist()
        embedded = time.perf_counter()
        nodes = self._retriever.retrieve(query_bundle)
        retrieved = time.perf_counter()
        traced = self._answer(query_bundle, question, nodes)
        done = time.perf_counter()
        traced.answer.timings_ms.update(
            embedding=_ms(embedded - started),
            retrieval=_ms(retrieved - embedded),
            scoring=_ms(done - retrieved),
            total=_ms(done - started),
        )
        metadata = {"answer": traced.answer.to_dict(), TRACE: traced}
        return Response(traced.answer.text, source_nodes=nodes, metadata=metadata)

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def _answer(self, query: ScopedQuery, question: Question, nodes: Sequence[NodeWithScore]) -> Traced:
        candidates = [node.node.candidate for node in nodes if isinstance(node.node, PassageNode)]
        vector = np.array(query.embedding, dtype=np.float32)
        found = measured(self._index, question, vector, candidates)
        sentences, features = found.sentences, found.features
        probabilities = self._scorer.rank(features)
        confidence = self._scorer.confidence(features, probabilities)
        chosen = choose(sentences, probabilities, self._scorer.keep, self._max_sentences)
        answered = bool(chosen) and confidence >= self.threshold
        quoted, citations = footnoted(chosen) if answered else ((), ())
        unknown = [term for term in question.terms if not found.frequencies.get(term)]
        digest = self._index.snapshot().digest
        answer = Answer(
            id=query.answer_id or hashlib.sha256(f"{digest}\0{question.text}".encode()).hexdigest()[:16],
            question=query.query_str,
            standalone_question=question.text,
            status="answered" if answered else "abstained",
            confidence=confidence,
            sentences=quoted,
            citations=citations,
            nearest=() if answered else tuple(s.quote() for s in nearest(sentences, probabilities)),
            origins=len({c.source.article_id for c in citations}),
            missing="" if answered else missing(_telling(question, unknown), not sentences),
            library=digest,
        )
        return Traced(
            answer, tuple(s.quote() for s in chosen), _ranked(found.candidates, sentences, probabilities.tolist())
        )


def _prepared(bundle: QueryBundle, question: Question) -> ScopedQuery:
    if isinstance(bundle, ScopedQuery):
        return bundle
    return ScopedQuery(bundle.query_str or question.text)


def _ranked(
    candidates: Sequence[Candidate], sentences: Sequence[Sentence], probabilities: Sequence[float]
) -> tuple[RankedPassage, ...]:
    """Rank the passages by their best sentence."""
    best = [0.0] * len(candidates)
    for sentence, probability in zip(sentences, probabilities, strict=True):
        best[sentence.passage] = max(best[sentence.passage], probability)
    ranked = [
        RankedPassage(c.chunk.article_id, c.chunk.start, c.chunk.end, round(score, 6))
        for c, score in zip(candidates, best, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda passage: -passage.score))


def _telling(question: Question, unknown: Sequence[str]) -> list[str]:
    """Return the names and figures of the question whose stems are ``unknown``, or else its longer such words."""
    names = {*question.names, *question.numbers}
    found = dict.fromkeys(word for word in words(question.text) if stem(word) in unknown)
    telling = [word for word in found if stem(word) in names] or [word for word in found if len(word) > 4]
    return [_as_typed(word, question.text) for word in telling]


def _as_typed(word: str, text: str) -> str:
    match = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return match.group() if match else word


def _ms(seconds: float) -> float:
    return round(1e3 * seconds, 1)
