"""The retriever, as llama-index plugs it in: a question in, passages with exact offsets out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import Field

from footnote.index.passages import Candidate, PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.interpret.turns import Turn

CANDIDATES = 28
"""How many chunks are read, the best of what Chroma and full text put forward."""


@dataclass
class ScopedQuery(QueryBundle):
    """A question with the limits on the articles that may answer it, and its place in a conversation.

    ``history`` has the turns before it, oldest first. ``read_dates`` and ``carry`` tell whether limits on dates may be
    read out of its words, and words carried over from the conversation. A plain `QueryBundle` has none of it.
    """

    scope: Scope = field(default_factory=Scope)
    answer_id: str = ""
    history: tuple[Turn, ...] = ()
    read_dates: bool = True
    carry: bool = True


class PassageNode(TextNode):
    """A chunk as a llama-index node: its text, its exact offsets, and the `Candidate` that it was made from."""

    candidate: Any = Field(default=None, exclude=True, repr=False)
    """The chunk with its sentences' spans and vectors; a private attribute would take pydantic 30 µs to look up."""

    @classmethod
    def of(cls, candidate: Candidate, text: str) -> PassageNode:
        """Make the node of ``candidate``; ``text`` is its article's stored text."""
        chunk, article = candidate.chunk, candidate.article
        fields = ("title", "publisher", "published", "url")
        metadata: dict[str, Any] = {"article_id": article.id, **{name: getattr(article, name) for name in fields}}
        return cls(
            id_=f"{article.id}:{chunk.start}-{chunk.end}",
            text=text[chunk.start : chunk.end],
            start_char_idx=chunk.start,
            end_char_idx=chunk.end,
            metadata={name: value for name, value in metadata.items() if value},
            candidate=candidate,
        )


class PassageRetriever(BaseRetriever):
    """Candidate passages from Chroma and full text together, best first; usable in any llama-index program."""

    def __init__(self, index: PassageIndex, limit: int = CANDIDATES) -> None:
        self._index = index
        self._limit = limit
        super().__init__(callback_manager=CallbackManager())

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if query_bundle.embedding is None:
            query_bundle.embedding = self._index.encoder.encode_query(query_bundle.query_str).tolist()
        scope = query_bundle.scope if isinstance(query_bundle, ScopedQuery) else Scope()
        found = self._index.search(query_bundle.embedding, query_bundle.query_str, scope, self._limit)
        texts = self._index.texts([(each.article.id, each.version) for each in found])
        return [
            NodeWithScore(node=PassageNode.of(each, text), score=each.score)
            for each, text in zip(found, texts, strict=True)
        ]
