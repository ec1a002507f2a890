"""A stand-in for the engine that answers from a script: for tests, and to look at the page without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.article import Article
from corpus.errors import NotFoundError
from qa.answer import Answer, AnswerSentence, Citation, Quote


@dataclass(frozen=True)
class Shelf:
    """Articles in memory; ``earlier`` holds versions that are no longer live."""

    live: Sequence[Article] = ()
    earlier: Sequence[Article] = ()

    def articles(self) -> Sequence[Article]:
        """Return the live articles."""
        return self.live

    def article(self, id: str, version: str = "") -> Article:  # noqa: A002
        """Return an article, or the version asked for; raises ``NotFoundError``."""
        for article in (*self.live, *(self.earlier if version else ())):
            if article.id == id and version in ("", article.version):
                return article
        raise NotFoundError(f"no article {id!r}")


@dataclass
class Scripted:
    """Answers each question with what the script holds for it, raising what is an exception; else abstains."""

    library: Shelf = field(default_factory=Shelf)
    script: Mapping[str, Answer | Exception] = field(default_factory=dict)
    examples: Sequence[str] = ()
    closed: bool = False

    def ask(self, question: str) -> Answer:
        """Return the scripted answer."""
        reply = self.script.get(question)
        if isinstance(reply, Exception):
            raise reply
        return reply or abstained(question)

    def suggestions(self, limit: int = 4) -> Sequence[str]:
        """Return the scripted examples."""
        return self.examples[:limit]

    def warm_up(self) -> None:
        """Do nothing: there is no model."""

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def passage(article: Article, words: str) -> Quote:
    """Return the first place in ``article`` that reads ``words``; raises ``ValueError`` when there is none."""
    start = article.text.index(words)
    return Quote(article.id, article.version, article.title, article.publisher, article.published,
                 article.url, start, start + len(words), words)  # fmt: skip


def answered(question: str, *quotes: Quote) -> Answer:
    """Return an answer of these quotes, one sentence and one footnote each."""
    return Answer(
        id="scripted",
        question=question,
        standalone_question=question,
        status="answered",
        confidence=0.9,
        sentences=tuple(AnswerSentence(quote.quote, (n,)) for n, quote in enumerate(quotes, 1)),
        citations=tuple(Citation(n, quote) for n, quote in enumerate(quotes, 1)),
        origins=len({quote.article_id for quote in quotes}),
    )


def abstained(question: str, *nearest: Quote, missing: str = "") -> Answer:
    """Return an abstention with these nearest passages."""
    return Answer(
        id="scripted",
        question=question,
        standalone_question=question,
        status="abstained",
        confidence=0.05,
        nearest=nearest,
        missing=missing,
    )
