"""Haystack: its splitter, embedders and store in memory, joined in pipelines as its tutorials do; saved as JSON."""

from collections.abc import Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from footnote.eval.benchmarks.programs.measuring import KEPT, Article, Found, Program, main


class Haystack(Program):
    """An indexing and a query pipeline over one store."""

    def __init__(self, folder: Path, model: str) -> None:
        self._file = folder / "store.json"
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        if self._file.exists():
            store = InMemoryDocumentStore.load_from_disk(str(self._file))
        self._store = store
        cpu = ComponentDevice.from_str("cpu")
        self._indexing, self._query = Pipeline(), Pipeline()
        self._indexing.add_component("split", DocumentSplitter(split_by="word"))
        embedder = SentenceTransformersDocumentEmbedder(
            model=model, device=cpu, meta_fields_to_embed=["title"], progress_bar=False
        )
        self._indexing.add_component("embed", embedder)
        self._indexing.add_component("write", DocumentWriter(store))
        self._indexing.connect("split.documents", "embed.documents")
        self._indexing.connect("embed.documents", "write.documents")
        self._query.add_component(
            "embed", SentenceTransformersTextEmbedder(model=model, device=cpu, progress_bar=False)
        )
        self._query.add_component("retrieve", InMemoryEmbeddingRetriever(store, top_k=KEPT))
        self._query.connect("embed.embedding", "retrieve.query_embedding")
        self._query.warm_up()

    def add(self, articles: Sequence[Article]) -> None:
        """Index articles and save the store."""
        documents = [
            Document(content=each["text"], meta={"article": each["id"], "title": each["title"]}) for each in articles
        ]
        self._indexing.run({"split": {"documents": documents}})
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(self._file))

    def search(self, question: str) -> list[Found]:
        """Return passages."""
        found = self._query.run({"embed": {"text": question}})["retrieve"]["documents"]
        return [(str(each.meta["article"]), str(each.content)) for each in found]


if __name__ == "__main__":
    main(Haystack)
