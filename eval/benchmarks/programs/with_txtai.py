"""txtai: an embeddings database with its texts, of paragraphs, as its examples index articles."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from txtai import Embeddings

from footnote.eval.benchmarks.programs.measuring import KEPT, Article, Found, main


class Txtai:
    """An embeddings database."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._embeddings = Embeddings(path=model, content=True, gpu=False)
        if self._embeddings.exists(str(folder)):
            self._embeddings.load(str(folder))
        self._embeddings.batchtransform(["warm up"])

    def add(self, articles: Sequence[Article]) -> None:
        """Index paragraphs and save the index."""
        self._embeddings.upsert(_paragraphs(articles))
        self._embeddings.save(str(self._folder))

    def search(self, question: str) -> list[Found]:
        """Return paragraphs."""
        found = self._embeddings.search(question, KEPT)
        return [(str(each["id"]).rpartition("#")[0], str(each["text"])) for each in found]

    def close(self) -> None:
        """Close the database."""
        self._embeddings.close()


def _paragraphs(articles: Sequence[Article]) -> Iterator[tuple[str, str, None]]:
    for each in articles:
        for n, paragraph in enumerate(filter(str.strip, f"{each['title']}\n\n{each['text']}".split("\n\n"))):
            yield f"{each['id']}#{n}", paragraph, None


if __name__ == "__main__":
    main(Txtai)
