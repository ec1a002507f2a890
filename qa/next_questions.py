"""Questions to ask next, made of what the cited articles say besides what was quoted."""

from collections.abc import Iterable

from footnote.corpus.article import Article
from footnote.corpus.text import fold
from footnote.index.search.query_words import content_words
from footnote.qa.answer import Answer
from footnote.qa.suggest import MOST_READ, OfferedQuestion, questions


def follow_ups(articles: Iterable[Article], answer: Answer, asked: Iterable[str] = ()) -> list[OfferedQuestion]:
    """Return questions that other sentences of the cited articles answer, the nearest to what was quoted first.

    Each has words that neither the question nor one of ``asked`` has, and comes from a sentence that was not quoted;
    only one of them asks for a day. ``articles`` are the cited ones with their text, in the version that was cited.
    """
    before = set(content_words(" ".join((answer.question, answer.standalone_question, *asked))))
    near: list[tuple[int, OfferedQuestion]] = []
    for article in articles:
        quoted = [(c.source.start, c.source.end) for c in answer.citations if c.source.article_id == article.id]
        found = questions(article.text[:MOST_READ], article.title, article.id)
        near += [(_distance(each, quoted), each) for each in found]
    chosen: list[OfferedQuestion] = []
    for distance, each in sorted(near, key=lambda found: found[0]):
        day = each.kind == "day" and any(other.kind == "day" for other in chosen)
        if distance == 0 or day or _named(each, before):
            continue
        chosen.append(each)
        before |= set(content_words(each.about or each.question))
    return chosen


def _distance(candidate: OfferedQuestion, quoted: Iterable[tuple[int, int]]) -> int:
    """Return how many characters lie between a sentence and the nearest quoted one; 0 when it was quoted itself."""
    gaps = (max(start - candidate.end, candidate.start - end, -1) + 1 for start, end in quoted)
    return min(gaps, default=MOST_READ)


def _named(candidate: OfferedQuestion, before: set[str]) -> bool:
    """Tell whether what a question is about was named already: a person's last name, a day, or most of its words."""
    about = content_words(fold(candidate.about if candidate.kind in ("who", "day") else candidate.question))
    if candidate.kind == "who":
        return bool(about) and about[-1] in before
    return sum(word in before for word in about) > len(about) / 2
