"""Stand-ins: an engine that answers from a script, and a clock that stands still until it is moved."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from footnote.corpus.article import Article
from footnote.corpus.errors import NotFoundError
from footnote.corpus.result import Provenance
from footnote.index.database.version_table import Version
from footnote.qa.answer import Answer, AnswerSentence, Citation, Quote
from footnote.qa.events import Event, FinalAnswer, Growing, RankedPassage, Writing
from footnote.qa.retriever import ScopedQuery


@dataclass(frozen=True)
class Shelf:
    """Articles in memory; ``earlier`` holds versions that are no longer live."""

    live: Sequence[Article] = ()
    earlier: Sequence[Article] = ()
    feedback: list[tuple[str, dict[str, Any], int | None, str]] = field(default_factory=list)

    def articles(self) -> Sequence[Article]:
        """Return the live articles."""
        return self.live

    def article(self, id: str, version: str = "") -> Article:  # noqa: A002
        """Return an article, or the version asked for; raises ``NotFoundError``."""
        for article in (*self.live, *(self.earlier if version else ())):
            if article.id == id and version in ("", article.version):
                return article
        raise NotFoundError(f"no article {id!r}")

    def history(self, article_id: str) -> Sequence[Version]:
        """Return the versions of an article, the live one last."""
        found = [article for article in (*self.earlier, *self.live) if article.id == article_id]
        return [
            Version(article, article.version, f"2020-05-{n:02d}T08:00:00+00:00", Provenance(""), len(article.text),
                    article in self.live)
            for n, article in enumerate(found, 1)
        ]  # fmt: skip

    def version_of(self, article_id: str) -> str | None:
        """Return the version of a live article."""
        return next((article.version for article in self.live if article.id == article_id), None)

    def add_feedback(self, kind: str, answer: dict[str, Any], citation: int | None = None, note: str = "") -> int:
        """Remember it."""
        self.feedback.append((kind, answer, citation, note))
        return len(self.feedback)


@dataclass
class Scripted:
    """Answers each question with what the script holds for it, raising what is an exception; else abstains.

    An answer of several sentences comes about one by one, with ``pause`` seconds between them. ``read`` are the
    passages that every answer was made from. ``asked`` are the queries so far.
    """

    library: Shelf = field(default_factory=Shelf)
    script: Mapping[str, Answer | Exception] = field(default_factory=dict)
    examples: Sequence[str] = ()
    pause: float = 0.0
    read: Sequence[RankedPassage] = ()
    asked: list[ScopedQuery] = field(default_factory=list)
    streams: bool = True
    closed: bool = False

    def events(self, query: ScopedQuery, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Yield the scripted answer as it comes about; stopped, what there is of it."""
        self.asked.append(query)
        reply = self.script.get(query.query_str) or abstained(query.query_str)
        if isinstance(reply, Exception):
            raise reply
        if len(reply.sentences) > 1:
            yield Writing()
        for count in range(1, len(reply.sentences)):
            if stop():
                break
            yield Growing(so_far(reply, count))
            time.sleep(self.pause)
        else:
            count = len(reply.sentences)
        yield FinalAnswer(so_far(reply, count), (), tuple(self.read))

    def suggestions(self, limit: int = 4) -> Sequence[str]:
        """Return the scripted examples."""
        return self.examples[:limit]

    def warm_up(self) -> None:
        """Do nothing: there is no model."""

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def so_far(answer: Answer, count: int) -> Answer:
    """Return an answer's first ``count`` sentences with their footnotes."""
    sentences = answer.sentences[:count]
    cited = {n for sentence in sentences for n in sentence.citations}
    return replace(answer, sentences=sentences, citations=tuple(c for c in answer.citations if c.n in cited))


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


class Clock:
    """Gives the seconds that it is set to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now
