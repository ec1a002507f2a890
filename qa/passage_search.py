"""The passages nearest to a question, without an answer made of them."""

from dataclasses import dataclass

from footnote.index.passages import PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.answer import Quote
from footnote.qa.interpret.question import read_question
from footnote.qa.retriever import PassageNode, PassageRetriever, ScopedQuery


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A chunk of an article, and how well it fits what was searched for: `Candidate.score`, higher is better."""

    source: Quote
    score: float


def search(index: PassageIndex, query: str, limit: int, scope: Scope | None = None) -> list[FoundPassage]:
    """Return up to ``limit`` passages, best first; none from an empty library.

    Raises:
        UsageError: the query is empty or over 2,000 characters.
        ModelError, LibraryError: what searching needs cannot be used.
    """
    asked = ScopedQuery(read_question(query).text, scope=scope or Scope())
    found = PassageRetriever(index, limit).retrieve(asked)
    return [FoundPassage(_quote(each.node), each.score or 0.0) for each in found if isinstance(each.node, PassageNode)]


def _quote(node: PassageNode) -> Quote:
    article, chunk = node.candidate.article, node.candidate.chunk
    return Quote(
        article.id, node.candidate.version, article.title, article.publisher, article.published, article.url,
        chunk.start, chunk.end, node.text,
    )  # fmt: skip
