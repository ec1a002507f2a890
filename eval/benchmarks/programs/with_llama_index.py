"""llama-index: its default pipeline, an index of vectors in memory that is saved as JSON.

The last argument is the overlap of its chunks, and ``bm25`` before it: fused with its BM25 retriever, by rank.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from footnote.eval.benchmarks.programs.measuring import KEPT, Article, Found, Program, main

TOKENS = 256
"""What the model reads of a chunk."""


class LlamaIndex(Program):
    """A vector store index."""

    def __init__(self, folder: Path, model: str) -> None:
        *_, mode, overlap = sys.argv
        self._folder = folder
        self._fused = mode == "bm25"
        Settings.embed_model = HuggingFaceEmbedding(model_name=model, device="cpu")
        Settings.llm = MockLLM()
        Settings.transformations = [SentenceSplitter(chunk_size=TOKENS, chunk_overlap=int(overlap))]
        Settings.embed_model.get_text_embedding("warm up")
        self._index: Any = None
        if (folder / "docstore.json").exists():
            self._index = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(folder)))
        self._retriever: Any = None

    def add(self, articles: Sequence[Article]) -> None:
        """Index articles and save the index."""
        documents = [
            Document(text=each["text"], id_=each["id"], metadata={"title": each["title"]}) for each in articles
        ]
        if self._index is None:
            self._index = VectorStoreIndex.from_documents(documents)
        else:
            for document in documents:
                self._index.insert(document)
        self._index.storage_context.persist(str(self._folder))
        self._retriever = None

    def search(self, question: str) -> list[Found]:
        """Return passages."""
        if self._retriever is None:
            self._retriever = self._made()
        return [(each.node.ref_doc_id or "", each.node.text) for each in self._retriever.retrieve(question)]

    def _made(self) -> Any:  # noqa: ANN401 - llama-index is untyped
        vectors = self._index.as_retriever(similarity_top_k=KEPT)
        if not self._fused:
            return vectors
        from llama_index.retrievers.bm25 import BM25Retriever

        words = BM25Retriever.from_defaults(docstore=self._index.docstore, similarity_top_k=KEPT)
        return QueryFusionRetriever(
            [vectors, words], num_queries=1, mode="reciprocal_rerank", similarity_top_k=KEPT, use_async=False
        )


if __name__ == "__main__":
    main(LlamaIndex)
