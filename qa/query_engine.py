"""The query engine: passages in, a footnoted answer or an honest abstention out.

A llama-index query engine like any other: ``query()`` gives a `Response` whose text carries footnote markers, whose
``source_nodes`` are the passages that were read, best first, and whose ``metadata["answer"]`` is the whole record.
``events()`` gives the same as it comes about.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from footnote.corpus.settings import LLM_CONTEXT, MAX_SENTENCES
from footnote.index.embedding.encoder import Vectors
from footnote.index.passages import Candidate, PassageIndex
from footnote.qa.abstain import nearest, reason
from footnote.qa.answer import Answer, Citation, Quote
from footnote.qa.footnotes import Footnotes
from footnote.qa.interpret.interpret import Understood, reordered, time_log_odds, understand
from footnote.qa.interpret.question import read_question
from footnote.qa.interpret.rewrite import rewrite_messages, rewritten
from footnote.qa.languages import language_note
from footnote.qa.llm.compose import Composed, compose, unsaid
from footnote.qa.llm.endpoint import EndpointError, LanguageModel
from footnote.qa.llm.prompt import make_prompt, ranked_passages
from footnote.qa.llm.verify import Relation, WordRelation
from footnote.qa.rank.calibration import Calibration
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.model_folder import AnswerModel
from footnote.qa.rank.rank import Measured, measure, rank
from footnote.qa.rank.reader import Matrix
from footnote.qa.rank.reranker import Reranker, reranked
from footnote.qa.retriever import PassageNode, PassageRetriever, ScopedQuery
from footnote.qa.select.conflicts import recorded
from footnote.qa.select.extract import Draft, draft
from footnote.qa.text.written_dates import Days, names_date

TRACE = "trace"
UNSURE = "The program alone would have declined this question: check whether the sentences cited answer it."
OF_THE_DATE = 0.75
"""How sure it is, at least, that a sentence of the very date answers what happened then."""
ASKED = 0.5
"""A language model is asked from this share of the threshold on; below the threshold, all it says must be confirmed."""
SURE = 0.8
"""From this confidence on, a question that a language model declines gets the articles' own answer."""


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


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done now; ``question`` is the one that is searched with, once that is known."""

    name: Literal["understanding", "searching", "reading", "writing"]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Growing:
    """An answer as far as it has come: its last sentence has just been checked. What follows may replace it."""

    answer: Answer


Event = Step | Growing | Traced


def last_of(events: Iterable[Event]) -> Traced:
    """Return the answer that the events of a question end with."""
    for event in events:
        if isinstance(event, Traced):
            return event
    raise AssertionError("the events of a question end with its answer")


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found for a question, and how likely each sentence is part of the answer."""

    understood: Understood
    found: Measured
    probabilities: Matrix
    confidence: float
    draft: Draft
    origin_of: Callable[[str], str]


class FootnoteQueryEngine(BaseQueryEngine):
    """Answers whose every sentence has its footnotes; declines below a threshold of confidence.

    The sentences are the articles' own, or, with a ``model``, that model's, each checked against what it cites.
    """

    def __init__(
        self,
        index: PassageIndex,
        retriever: PassageRetriever,
        answers: AnswerModel,
        min_confidence: float | None = None,
        max_sentences: int = MAX_SENTENCES,
        model: LanguageModel | None = None,
        today: Callable[[], date] = date.today,
        reranker: Reranker | None = None,
        llm_context: int = LLM_CONTEXT,
        relation: Relation | None = None,
    ) -> None:
        """``min_confidence`` of None takes the threshold of ``answers``; ``today`` is what "last week" counts from.

        A ``reranker`` has the last word on the order of the likeliest sentences. ``llm_context`` is how many characters
        the ``model`` is sent at most, and ``relation`` what tells that a sentence supports one of the model's: by its
        words, where there is none.
        """
        self._index = index
        self._retriever = retriever
        self.answers = answers
        self._min_confidence = min_confidence
        self._max_sentences = max_sentences
        self._model = model
        self._today = today
        self._reranker = reranker
        self._llm_context = llm_context
        self._relation = relation
        super().__init__(callback_manager=CallbackManager())

    @property
    def calibration(self) -> Calibration:
        """The calibration for the embedding model in use."""
        return self.answers.calibration(self._index.encoder.digest)

    @property
    def threshold(self) -> float:
        """The confidence below which a question is declined."""
        return self.calibration.threshold if self._min_confidence is None else self._min_confidence

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        query = _scoped(query_bundle)
        nodes: list[NodeWithScore] = []
        traced = last_of(self.events(query, nodes=nodes))
        metadata = {"answer": traced.answer.to_dict(), TRACE: traced}
        return Response(traced.answer.text, source_nodes=nodes, metadata=metadata)

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)

    def events(
        self,
        query: ScopedQuery,
        stop: Callable[[], bool] = lambda: False,
        nodes: list[NodeWithScore] | None = None,
    ) -> Iterator[Event]:
        """Yield what is being done, the answer sentence by sentence, and at the end all of it as `Traced`.

        ``nodes`` is filled with the passages read. Once ``stop()`` is true a language model is not heard any more.

        Raises:
            UsageError: the question is empty or over 2,000 characters.
            ModelError, LibraryError: what answering needs cannot be used.
        """
        clock = _Clock()
        yield Step("understanding")
        understood = self._understand(query, stop)
        yield Step("searching", understood.question.text)
        vector = self._index.encoder.encode_query(understood.question.text)
        clock.lap("embedding")
        searched = ScopedQuery(understood.question.text, embedding=vector.tolist(), scope=understood.scope)
        retrieved = self._retriever.retrieve(searched)
        if nodes is not None:
            nodes.extend(retrieved)
        clock.lap("retrieval")
        read = self._read(understood, vector, retrieved)
        clock.lap("scoring")
        answer = yield from self._answers(query, read, stop)
        clock.lap("writing")
        answer.timings_ms.update(clock.laps)
        yield _traced(answer, read)

    def _understand(self, query: ScopedQuery, stop: Callable[[], bool]) -> Understood:
        articles = self._index.snapshot().publications
        rewrite = ""
        if self._model and query.history and query.carry:
            typed = read_question(query.query_str).text
            system, user = rewrite_messages(typed, query.history)
            try:
                reply = "".join(self._model.stream(system.content, user.content, stop))
                rewrite = rewritten(reply, typed, query.history).text
            except EndpointError:  # the rules will do; answering asks the model again, and says what is wrong
                rewrite = ""
        return understand(query, articles, self._today(), rewrite)

    def _read(self, understood: Understood, vector: Vectors, nodes: Sequence[NodeWithScore]) -> _Read:
        candidates = [node.node.candidate for node in nodes if isinstance(node.node, PassageNode)]
        question = understood.question
        origins = self._index.snapshot().origins

        def origin_of(article_id: str) -> str:
            return origins.get(article_id, article_id)

        by_date = partial(time_log_odds, understood.time)
        found = measure(self._index, question, vector, candidates, self.answers.reader, by_date, origin_of)
        by_time = by_date(found.sentences)
        # where a date is all that is asked for, to be of that date is what answers
        ranked = rank(found, self.calibration, by_time if understood.asked_date else 0.0)
        probabilities = ranked.probabilities
        if self._reranker:
            probabilities = reranked(self._reranker, question.text, found.sentences, probabilities)
        if not understood.asked_date:
            probabilities = reordered(probabilities, by_time)
        drafted = draft(question, found, probabilities, self._max_sentences, origin_of)
        confidence = ranked.confidence
        if understood.asked_date and any(_is_of(understood.asked_date, each) for each in drafted.sentences):
            confidence = max(confidence, OF_THE_DATE)
        return _Read(understood, found, probabilities, confidence, drafted, origin_of)

    def _answers(self, query: ScopedQuery, read: _Read, stop: Callable[[], bool]) -> Generator[Event, None, Answer]:
        blank = self._blank(query, read)
        own = _quoted(blank, read) if self._answerable(read) else _declined(blank, read)
        if self._model is None or not self._answerable(read, ASKED):
            return own
        try:
            return (yield from self._composed(self._model, blank, read, stop))
        except EndpointError as error:
            if own.status == "abstained":
                return own
            notice = f"{error}; the answer below is made of the articles' own sentences."
            return replace(own, notices=(notice[:1].upper() + notice[1:],))

    def _answerable(self, read: _Read, share: float = 1.0) -> bool:
        """Tell whether the confidence is at least that share of what answering takes."""
        return bool(read.draft.sentences) and read.confidence >= share * self.threshold

    def _composed(
        self, model: LanguageModel, blank: Answer, read: _Read, stop: Callable[[], bool]
    ) -> Generator[Event, None, Answer]:
        """Have the model write, and give each sentence once it is checked.

        Raises:
            EndpointError: the model could not be used.
        """
        blank = replace(blank, answerer=f"llm:{model.model}")
        yield Step("writing", read.understood.question.text)
        relation = self._relation or WordRelation(self._index.encoder)
        passages = ranked_passages(read.found.sentences, read.probabilities.tolist(), read.draft.sentences)
        prompt = make_prompt(read.understood.question.text, passages, self._llm_context, read.origin_of)
        composition = compose(model, prompt, relation, stop)
        notes = Footnotes()
        written: list[Composed] = []
        for said in composition:
            written.append(said)
            notes.compose(said)
            yield Growing(_with_notes(blank, notes, read))
        unsure, report = not self._answerable(read), composition.report
        if (notes.sentences and not report.supported) or (unsure and report.supported < report.sentences):
            raise EndpointError(f"nothing that {model.model} wrote is confirmed by the articles")
        if not notes.sentences and not stop() and read.confidence >= SURE:
            raise EndpointError(f"the language model {model.model} finds no answer in the passages")
        if not notes.sentences:
            why = "Stopped." if stop() else f"The language model {model.model} finds no answer in the nearest passages."
            return replace(_declined(blank, read), missing=why)
        if unsure:
            return replace(_with_notes(blank, notes, read), notices=(UNSURE,))
        sides = [claim.sentence for dispute in read.draft.disputes for claim in dispute.sides]
        apart = unsaid(written, read.draft.sentences, sides, relation)
        notes.quote(Draft(tuple(apart)))
        return replace(_with_notes(blank, notes, read), notices=_apart(len(apart)))

    def _blank(self, query: ScopedQuery, read: _Read) -> Answer:
        """Return an abstention that says nothing yet."""
        digest = self._index.snapshot().digest
        question = read.understood.question.text
        return Answer(
            id=query.answer_id or hashlib.sha256(f"{digest}\0{question}".encode()).hexdigest()[:16],
            question=query.query_str,
            standalone_question=question,
            status="abstained",
            confidence=read.confidence,
            inferred=read.understood.inferred,
            library=digest,
        )


class _Clock:
    """The milliseconds of each step of an answer, and of all of it."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._started = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(1e3 * (now - self._last), 1)
        self.laps["total"] = round(1e3 * (now - self._started), 1)
        self._last = now


def _is_of(days: Days, sentence: Sentence) -> bool:
    return names_date(days, sentence.article.published, sentence.text) == 1.0


def _scoped(bundle: QueryBundle) -> ScopedQuery:
    return bundle if isinstance(bundle, ScopedQuery) else ScopedQuery(bundle.query_str)


def _apart(count: int) -> tuple[str, ...]:
    """Say that the last ``count`` sentences of an answer are not the model's."""
    last = "last sentence is" if count == 1 else f"last {count} sentences are"
    told = f"The model rests on other sentences than the articles' likeliest; the {last} the articles' own."
    return (told,) if count else ()


def _declined(blank: Answer, read: _Read) -> Answer:
    found, understood = read.found, read.understood
    passages = nearest(found.sentences, read.probabilities, origin_of=read.origin_of)
    note = language_note(understood.question.text, [sentence.text for sentence in passages])
    why = note or reason(understood.question, found.sentences, found.frequencies, bool(understood.scope))
    return replace(blank, nearest=tuple(sentence.quote() for sentence in passages), missing=why)


def _quoted(blank: Answer, read: _Read) -> Answer:
    notes = Footnotes()
    notes.quote(read.draft)
    return _with_notes(blank, notes, read)


def _with_notes(blank: Answer, notes: Footnotes, read: _Read) -> Answer:
    cited = tuple(notes.citations)
    return replace(
        blank,
        status="answered",
        sentences=tuple(notes.sentences),
        citations=cited,
        disagreements=recorded(read.draft.disputes, cited),
        origins=len({read.origin_of(citation.source.article_id) for citation in cited}),
        newest=_newest(cited),
    )


def _newest(citations: Sequence[Citation]) -> str:
    return max((citation.source.published for citation in citations), default="")


def _traced(answer: Answer, read: _Read) -> Traced:
    quotes = tuple(sentence.quote() for sentence in read.draft.sentences)
    ranked = _ranked(read.found.candidates, read.found.sentences, read.probabilities.tolist())
    return Traced(answer, quotes, ranked)


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
