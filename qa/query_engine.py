"""The pipeline as a llama-index query engine.

``query()`` gives a `Response` whose text carries footnote markers, whose ``source_nodes`` are the passages that were
read, best first, and whose ``metadata["answer"]`` is the answer as JSON. ``events()`` gives the same as it comes about.
"""

from collections.abc import Callable, Iterator
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from footnote.qa.events import Event, FinalAnswer, last_of
from footnote.qa.pipeline import Pipeline
from footnote.qa.retriever import ScopedQuery


class FootnoteQueryEngine(BaseQueryEngine):
    """A `Pipeline` that llama-index can ask."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        super().__init__(callback_manager=CallbackManager())

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Yield the answer as it grows, and at the end all of it; see `qa.pipeline.Pipeline.events`."""
        return self.pipeline.events(query, stop)

    def final_answer(self, query: ScopedQuery) -> tuple[FinalAnswer, list[NodeWithScore]]:
        """Return the whole answer, and the passages that were read for it, best first."""
        nodes: list[NodeWithScore] = []
        return last_of(self.pipeline.events(query, nodes=nodes)), nodes

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        query = query_bundle if isinstance(query_bundle, ScopedQuery) else ScopedQuery(query_bundle.query_str)
        final, nodes = self.final_answer(query)
        return Response(final.answer.text, source_nodes=nodes, metadata={"answer": final.answer.to_dict()})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return self._query(query_bundle)
