"""Sentences as the answering code gets them, and a subject for the evaluation that needs no model, for tests."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from footnote.corpus.article import Article
from footnote.corpus.errors import NotFoundError
from footnote.eval.score.measures import normalised
from footnote.eval.subject import Answered
from footnote.eval.suite import GoldSpan, SuiteQuestion
from footnote.index.identify import Added
from footnote.qa.answer import Answer, AnswerSentence, Citation, Quote, Status
from footnote.qa.footnotes import Footnotes
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.select.select import Selection


def footnoted(chosen, marks=()):
    """The sentences of an answer that quotes ``chosen``, and their footnotes."""
    notes = Footnotes()
    notes.quote(Selection(tuple(chosen), tuple(marks)))
    return tuple(notes.sentences), tuple(notes.citations)


def measured(rows, spans=(), read=()):
    """Sentences as they are measured; ``spans`` are the words of each that would answer, ``read`` the log odds."""
    inputs = {"read": np.array(read or [0.0] * len(rows))}
    return SentenceFeatures((), tuple(rows), tuple(spans) or (None,) * len(rows), inputs, {})


def sentences(texts, article="a", published="", passage=0, title="", paragraph=0, start=0):
    """The sentences of one passage of one article, one after the other."""
    found = []
    for place, text in enumerate(texts):
        source = Article(article, "", title, published=published)
        found.append(Sentence(source, "v", start, start + len(text), text, passage, place, paragraph, 0.5))
        start += len(text) + 1
    return found


@dataclass
class WordOverlap:
    """Quotes the one sentence that holds the largest share of the question's words.

    That share is the confidence, and a question below ``min_confidence`` is declined.
    """

    min_confidence: float = 0.5
    articles: dict[str, Article] = field(default_factory=dict)

    def add(self, articles: Iterable[Article]) -> Iterator[Added]:
        """Keep articles in memory."""
        for article in articles:
            self.articles[article.id] = article
            yield Added(article.id, "added")

    def answer(self, question: SuiteQuestion) -> Answered:
        """Answer with the best sentence, the first of those that are equally good."""
        asked = set(normalised(question.question))
        scored = [(self.share(asked, span), span) for span in self.sentences()]
        ranked = sorted(scored, key=lambda item: (-item[0], item[1]))[:20]
        confidence, first = ranked[0]
        quote = self.quote(first)
        answered = confidence >= self.min_confidence
        status: Status = "answered" if answered else "abstained"
        said = Answer(
            id=question.id,
            question=question.question,
            standalone_question=question.question,
            status=status,
            confidence=confidence,
            sentences=(AnswerSentence(quote.quote, (1,)),) if answered else (),
            citations=(Citation(1, quote),) if answered else (),
            nearest=() if answered else (quote,),
            answerer="word overlap",
        )
        return Answered(said, (quote,), tuple(span for _, span in ranked))

    def sentences(self) -> Iterator[GoldSpan]:
        """Yield each sentence of each article."""
        for article in self.articles.values():
            for match in re.finditer(r"[^\s][^.?!]*[.?!]?", article.text):
                yield GoldSpan(article.id, *match.span())

    def share(self, asked: set[str], span: GoldSpan) -> float:
        """Return the share of the question's words that a sentence holds."""
        words = set(normalised(self.articles[span.article_id].text[span.start : span.end]))
        return len(asked & words) / max(1, len(asked))

    def quote(self, span: GoldSpan) -> Quote:
        """Return a span with what is known of its article."""
        article = self.articles[span.article_id]
        text = article.text[span.start : span.end]
        about = (article.title, article.publisher, article.published, article.url)
        return Quote(article.id, article.version, *about, span.start, span.end, text)

    def stored_text(self, article_id: str) -> str:
        """Return an article's text as it was stored; raise NotFoundError when there is none."""
        if article_id not in self.articles:
            raise NotFoundError(f"no article {article_id}")
        return self.articles[article_id].text

    def describe(self) -> Mapping[str, object]:
        """Return what answers depend on."""
        return {"answerer": "word overlap", "min_confidence": self.min_confidence}

    def digest(self) -> str:
        """Return the digest of what is kept."""
        lines = sorted(f"{article.id} {article.version}" for article in self.articles.values())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def close(self) -> None:
        """Nothing is held open."""
