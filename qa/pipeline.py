"""A question's whole way: interpret, retrieve, rank, select, and answer or decline.

`qa.query_engine` is its face to llama-index; chat, command line and evaluation all ask through that.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from llama_index.core.schema import NodeWithScore

from footnote.corpus.settings import LLM_CONTEXT, MAX_SENTENCES
from footnote.index.passages import PassageIndex
from footnote.qa.answer import Answer
from footnote.qa.events import Clock, Event, FinalAnswer, Growing
from footnote.qa.findings import Findings
from footnote.qa.footnotes import flagged, quoted
from footnote.qa.interpret.interpret import Interpretation, interpret, reordered, time_log_odds
from footnote.qa.interpret.question import read_question
from footnote.qa.interpret.rewrite import rewritten_by
from footnote.qa.interpret.spelling import other_spellings, respell
from footnote.qa.llm.endpoint import EndpointError, LanguageModel
from footnote.qa.llm.verify import relation_by
from footnote.qa.llm.write import NotKeptError, write
from footnote.qa.rank.calibration import Calibration
from footnote.qa.rank.model_folder import AnswerModel
from footnote.qa.rank.rank import extract_features, rank
from footnote.qa.rank.reranker import Reranker, reranked
from footnote.qa.refusal import declined
from footnote.qa.retriever import PassageNode, PassageRetriever, ScopedQuery
from footnote.qa.select.plain_answers import confidence_floor
from footnote.qa.select.select import select

MEANWHILE = "These are the articles' own sentences, until the language model has written."
CLEARLY = 1.0
"""Names are read in another spelling where its passages answer so much better, in the reader's log odds."""
ASKED = 0.5
"""A language model is asked where confidence is at least this share of the threshold. Below the threshold, its answer
is kept only where it has words of its own, and every sentence is confirmed.
"""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Answers whose every sentence has its footnotes; declines below a threshold of confidence.

    ``min_confidence`` of None takes the threshold of ``answers``; ``today`` is what "last week" counts from. A
    ``reranker`` has the last word on the order of the likeliest sentences. The sentences are the articles' own, or,
    with a ``model``, that model's, each checked against what it cites: ``llm_context`` is how many characters it is
    sent at most.
    """

    index: PassageIndex
    retriever: PassageRetriever
    answers: AnswerModel
    min_confidence: float | None = None
    max_sentences: int = MAX_SENTENCES
    model: LanguageModel | None = None
    today: Callable[[], date] = date.today
    reranker: Reranker | None = None
    llm_context: int = LLM_CONTEXT

    def events(
        self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False, nodes: list[NodeWithScore] | None = None
    ) -> Iterator[Event]:
        """Yield the answer as it grows, and at the end all of it as `FinalAnswer`.

        ``nodes`` is filled with the passages read. Once ``stop()`` is true a language model is not heard any more.

        Raises:
            UsageError: the question is empty or over 2,000 characters.
            ModelError, LibraryError: what answering needs cannot be used.
        """
        clock = Clock()
        interpretation = self.interpret(query)
        findings = self.search(interpretation, clock)
        if self.model and self._is_sure(findings):
            own = quoted(self._blank(query, findings), findings)
            yield Growing(replace(own, notices=(*own.notices, MEANWHILE)))
        if self.model and query.history and query.carry:
            rewrite = rewritten_by(self.model, read_question(query.query_str).text, query.history, stop)
            clock.lap("rewriting")
            again = self.interpret(query, rewrite)
            if again.question.text != interpretation.question.text:
                findings = self.search(again, clock)
        answer = yield from self.answer_or_decline(query, findings, stop)
        clock.lap("writing")
        answer.timings_ms.update(clock.laps)
        if nodes is not None:
            nodes.extend(findings.nodes)
        yield FinalAnswer(flagged(answer), findings.quotes(), findings.passages())

    def interpret(self, query: ScopedQuery, rewrite: str = "") -> Interpretation:
        """Return what the question means here and now: standing alone, and with what it says about time."""
        return respell(interpret(query, self.index.snapshot().publications, self.today(), rewrite), self.index.library)

    def search(self, interpretation: Interpretation, clock: Clock) -> Findings:
        """Return what was found, with names as spelled where that is answered best."""
        origins = self.index.snapshot().origins

        def original_of(article_id: str) -> str:
            return origins.get(article_id, article_id)

        ways = (interpretation, *other_spellings(interpretation, self.index.finder))
        readings = [self.read(each, original_of, clock) for each in ways]
        best = max(readings, key=lambda each: each.features.answers + (CLEARLY if each is readings[0] else 0))
        limit = self.max_sentences * (2 if best.interpretation.asks_for_course else 1)
        selection = select(best.interpretation.question, best.features, best.probabilities, limit, original_of)
        floor = confidence_floor(best.interpretation, selection.sentences)
        confidence = max(floor, *(each.confidence for each in readings))
        clock.lap("scoring")
        return replace(best, confidence=confidence, selection=selection)

    def read(self, interpretation: Interpretation, original_of: Callable[[str], str], clock: Clock) -> Findings:
        """Retrieve passages, and rank their sentences; nothing is selected yet."""
        question = interpretation.question
        vector = self.index.encoder.encode_query(question.text)
        clock.lap("embedding")
        query = ScopedQuery(question.text, embedding=vector.tolist(), scope=interpretation.scope)
        nodes = self.retriever.retrieve(query)
        clock.lap("retrieval")
        candidates = [each.node.candidate for each in nodes if isinstance(each.node, PassageNode)]
        by_date = partial(time_log_odds, interpretation.time)
        reader = self.answers.reader
        features = extract_features(self.index, question, vector, candidates, reader, by_date, original_of)
        by_time = by_date(features.sentences)
        # where a date is all that is asked for, to be of that date is what answers
        likely, confidence = rank(features, self.calibration, by_time if interpretation.event_days else 0.0)
        if self.reranker:
            likely = reranked(self.reranker, question.text, features.sentences, likely)
        likely = likely if interpretation.event_days else reordered(likely, by_time)
        clock.lap("scoring")
        return Findings(interpretation, nodes, features, likely, confidence, original_of)

    def answer_or_decline(
        self, query: ScopedQuery, findings: Findings, stop: Callable[[], bool]
    ) -> Generator[Event, None, Answer]:
        """Quote what was selected, or have the language model write of it; decline where neither is sure enough."""
        blank = self._blank(query, findings)
        sure = self._is_sure(findings)
        own = quoted(blank, findings) if sure else declined(blank, findings)
        if self.model is None or not self._is_sure(findings, ASKED):
            return own
        try:
            relation = relation_by(self.answers.reader, self.index.encoder)
            return (yield from write(self.model, blank, findings, sure, relation, self.llm_context, stop))
        except (EndpointError, NotKeptError) as error:
            if own.status == "abstained":
                return own
            why = f"{error}; the answer below is made of the articles' own sentences."
            return replace(own, notices=(*own.notices, why[:1].upper() + why[1:]))

    @property
    def calibration(self) -> Calibration:
        """The calibration for the embedding model in use."""
        return self.answers.calibration(self.index.encoder.digest)

    @property
    def threshold(self) -> float:
        """The confidence below which a question is declined."""
        return self.calibration.threshold if self.min_confidence is None else self.min_confidence

    def _is_sure(self, findings: Findings, share: float = 1.0) -> bool:
        """Tell whether the confidence is at least that share of what answering takes."""
        return bool(findings.selection.sentences) and findings.confidence >= share * self.threshold

    def _blank(self, query: ScopedQuery, findings: Findings) -> Answer:
        """Return an answer that says nothing yet, and is an abstention until it does."""
        library, question = self.index.snapshot().digest, findings.interpretation.question.text
        return Answer(
            id=query.answer_id or hashlib.sha256(f"{library}\0{question}".encode()).hexdigest()[:16],
            question=query.query_str,
            standalone_question=question,
            status="abstained",
            confidence=findings.confidence,
            inferred=findings.interpretation.inferred,
            library=library,
            notices=findings.interpretation.notices,
        )
