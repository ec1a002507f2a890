"""Footnote: its passages, or, with ``answers`` as the last argument, what its whole answers quote."""

import sys
from collections.abc import Sequence
from pathlib import Path

from footnote.corpus import article as corpus
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.eval.benchmarks.programs.measuring import KEPT, Article, Found, main
from footnote.qa.engine import Engine


class Footnote:
    """A Footnote library."""

    def __init__(self, folder: Path, model: str) -> None:
        shut_network()
        self._answers = sys.argv[-1] == "answers"
        self._engine = Engine.open(Settings(folder))  # with the model that ships, which `model` is
        self._engine.warm_up()

    def add(self, articles: Sequence[Article]) -> None:
        """Add articles to the library."""
        list(self._engine.add_many(corpus.Article(each["id"], each["text"], each["title"]) for each in articles))

    def search(self, question: str) -> list[Found]:
        """Return passages, or what an answer quotes."""
        if self._answers:
            return [(each.source.article_id, each.source.quote) for each in self._engine.ask(question).citations]
        return [(each.source.article_id, each.source.quote) for each in self._engine.search(question, KEPT)]

    def close(self) -> None:
        """Close the library."""
        self._engine.close()


if __name__ == "__main__":
    main(Footnote)
