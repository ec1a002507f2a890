"""The sentences that may answer: from candidate passages to rows that can be scored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.corpus.article import Article
from footnote.index.embedding.encoder import Vectors
from footnote.index.passages import Candidate
from footnote.qa.answer import Quote

Where = tuple[str, int]
"""Of a sentence: its article's id, and where it starts in that article's text."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a candidate passage.

    ``passage`` is the index of its candidate; ``place`` its index in the article's sentences of that passage;
    ``similarity`` the cosine of the question and its late-pooled vector.
    """

    article: Article
    version: str
    start: int
    end: int
    text: str
    passage: int
    place: int
    paragraph: int
    similarity: float

    @property
    def where(self) -> Where:
        """Which sentence of the library this is, whatever passage it was found in."""
        return self.article.id, self.start

    def quote(self) -> Quote:
        """Return the span as an answer cites it."""
        article = self.article
        return Quote(
            article.id,
            self.version,
            article.title,
            article.publisher,
            article.published,
            article.url,
            self.start,
            self.end,
            self.text,
        )


def sentences_of(
    candidates: Sequence[Candidate], question_vector: Vectors, text_of: Callable[[str, str], str]
) -> list[Sentence]:
    """Return the sentences of ``candidates``, passage by passage; ``text_of`` gives the text of an id and version."""
    found: list[Sentence] = []
    for n, candidate in enumerate(candidates):
        chunk = candidate.chunk
        text = text_of(chunk.article_id, candidate.version)
        similarity = np.asarray(chunk.sentence_vectors @ question_vector)
        for place, (start, end, paragraph) in enumerate(chunk.spans.tolist()):
            found.append(
                Sentence(
                    candidate.article,
                    candidate.version,
                    start,
                    end,
                    text[start:end],
                    n,
                    place,
                    paragraph,
                    float(similarity[place]),
                )
            )
    return found
