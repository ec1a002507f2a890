"""Footnote as one object: a library, its index, and the query engine over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle
from footnote.index.embedding.encoder import Encoder
from footnote.index.library import Library
from footnote.index.passages import Added, PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.answer import Answer
from footnote.qa.events import Event, FinalAnswer
from footnote.qa.interpret.answer_context import turn_of
from footnote.qa.interpret.turns import Turn
from footnote.qa.llm.endpoint import Endpoint
from footnote.qa.passage_search import FoundPassage, search
from footnote.qa.pipeline import Pipeline
from footnote.qa.query_engine import FootnoteQueryEngine
from footnote.qa.rank.model_folder import AnswerModel, answering_model, is_model
from footnote.qa.rank.reader import ReaderInput
from footnote.qa.rank.reranker import CrossEncoderReranker
from footnote.qa.retriever import CANDIDATES, PassageRetriever, ScopedQuery
from footnote.qa.suggest import suggestions


class Engine:
    """Add articles and ask questions. Safe to use from several threads; close it when done."""

    def __init__(self, settings: Settings, index: PassageIndex, answers: AnswerModel) -> None:
        self.settings = settings
        self.index = index
        url = settings.llm_url
        self._model = Endpoint.from_environment(url, settings.llm_model) if url else None
        named = "" if is_model(settings.reader) else settings.reader
        self._reranker = CrossEncoderReranker(named, settings.allow_download) if named else None
        self.pipeline = Pipeline(
            index, PassageRetriever(index), answers, settings.min_confidence, settings.max_sentences, self._model,
            reranker=self._reranker, llm_context=settings.llm_context,
        )  # fmt: skip
        self.query_engine = FootnoteQueryEngine(self.pipeline)

    @classmethod
    def open(
        cls,
        settings: Settings,
        notify: Callable[[str], None] = lambda line: None,
        encoder: Encoder | None = None,
        chroma: bool = True,
    ) -> Engine:
        """Open the library in ``settings.home``, making it when it is new; the model is loaded at first use.

        ``notify`` gets a line when something had to be repaired. ``encoder`` replaces the model of the settings.
        Without ``chroma``, that is not even loaded, and searching is exact: for a single question, the faster way.

        Raises:
            LibraryError: the library cannot be opened.
            ModelError: the reader of the settings cannot be used.
        """
        answers = answering_model(settings)  # first: a folder that is no model leaves no library open
        index = PassageIndex(settings, encoder, notify, chroma=chroma)
        return cls(settings, index, answers)

    @property
    def library(self) -> Library:
        """The articles."""
        return self.index.library

    @property
    def streams(self) -> bool:
        """Whether answers come from a language model, word by word."""
        return self._model is not None

    def add_many(self, articles: Iterable[Article | SourcedArticle]) -> Iterator[Added]:
        """Add articles, yielding each outcome once it is committed; a bare `Article` keeps its id."""
        found = (item if isinstance(item, SourcedArticle) else SourcedArticle(item, named=True) for item in articles)
        yield from self.index.add(found)
        self.index.derived.sync()

    def ask(self, question: str, scope: Scope | None = None) -> Answer:
        """Answer a question, or decline to.

        Raises:
            UsageError: the question is empty or over 2,000 characters.
            ModelError, LibraryError: what answering needs cannot be used.
        """
        return self.answer(question, scope=scope).answer

    def answer(
        self,
        question: str,
        id: str = "",  # noqa: A002
        scope: Scope | None = None,
        history: Sequence[Turn] = (),
    ) -> FinalAnswer:
        """Answer a question, and tell what was read for it; ``id`` names the answer, ``history`` is as in `events`."""
        query = ScopedQuery(question, scope=scope or Scope(), answer_id=id, history=tuple(history))
        return self.query_engine.final_answer(query)[0]

    def history(self, questions: Iterable[str], scope: Scope | None = None) -> list[Turn]:
        """Ask the earlier questions of a conversation in order, and return them as `answer` takes them."""
        turns: list[Turn] = []
        for question in questions:
            turns.append(turn_of(self.answer(question, scope=scope, history=turns).answer))
        return turns

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Yield the answer to a question as it grows, and at last all of it; see `qa.pipeline.Pipeline.events`."""
        return self.query_engine.events(query, stop)

    def suggestions(self, limit: int = 4) -> list[str]:
        """Return questions that the library answers, to start from; fewer, or none, in a small one."""
        return suggestions(self.library, limit)

    def search(self, query: str, limit: int = 10) -> list[FoundPassage]:
        """Return the passages nearest to a question, nearest first; see `qa.passage_search.search`."""
        return search(self.index, query, limit)

    def warm_up(self) -> None:
        """Load the models and make a first pass, so that the first question does not wait for it."""
        self.index.encoder.encode_query("warm up")
        if self._reranker:
            self._reranker.scores("warm up", ["warm up"])
        self.pipeline.answers.reader.read("warm up", [ReaderInput("", ("warm up",))])

    def describe(self) -> dict[str, str | float | tuple[str, ...]]:
        """Return what answers depend on besides the articles."""
        encoder, answers = self.index.encoder, self.pipeline.answers
        return {
            "model": encoder.name,
            "model_digest": encoder.digest,
            "reranker_digest": self._reranker.digest if self._reranker else "",
            "chunking": self.index.chunking,
            "candidates": CANDIDATES,
            "reader_digest": answers.digest,
            "fitted_on": answers.trained_on,
            "threshold": self.pipeline.threshold,
            "max_sentences": self.settings.max_sentences,
            "answerer": f"llm:{self._model.model}" if self._model else "extractive",
        }

    def close(self) -> None:
        """Release files and locks; what was added is kept."""
        if self._model:
            self._model.close()
        self.index.close()
