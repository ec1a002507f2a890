"""What was read for an answer: the passages it quotes from, told from those that were only considered."""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from footnote.corpus.article import Article
from footnote.corpus.errors import NotFoundError
from footnote.page import strings
from footnote.page.chat.pane import article_button
from footnote.page.markup import Attribute, Html, h
from footnote.qa.answer import Answer
from footnote.qa.events import RankedPassage

MOST = 20  # how many passages that were not used are kept with an answer
_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage that was read: its place in a version of an article, and whether the answer quotes from it."""

    article_id: str
    version: str
    start: int
    end: int
    used: bool


def reading(
    answer: Answer, passages: Iterable[RankedPassage], version_of: Callable[[str], str | None]
) -> tuple[tuple[ReadPassage, ...], int]:
    """Return what was read for an answer, best first, and how many unused passages more there were.

    ``version_of`` gives the version of an article by its id; one that is gone already is left out.
    """
    shown = [citation.source for citation in answer.citations] or list(answer.nearest)
    version_known = cache(version_of)
    kept: list[ReadPassage] = []
    left = unused = 0
    for passage in passages:
        here = [quote for quote in shown if quote.article_id == passage.article_id]
        used = any(passage.start < quote.end and quote.start < passage.end for quote in here)
        if not used and unused >= MOST:
            left += 1
            continue
        if version := version_known(passage.article_id):
            kept.append(ReadPassage(passage.article_id, version, passage.start, passage.end, used))
            unused += not used
    return tuple(kept), left


def listed(answer: Answer, read: Sequence[ReadPassage], left: int, article: Callable[[str, str], Article]) -> Html:
    """Return the list; ``article`` gives an article's version with its text, or raises ``NotFoundError``."""
    groups = []
    for used, title in ((True, strings.READ_USED[answer.status]), (False, strings.READ_UNUSED)):
        if rows := [_row(each, article) for each in read if each.used == used]:
            groups += [h.h3(f"{title} ({len(rows)})"), h.ul(*rows, class_="fn-contents")]
    return h.div(
        h.h2(strings.WHAT_IT_READ, class_="fn-pane-title", tabindex="-1"),
        h.p(strings.READ_TEXT.format(question=answer.standalone_question), class_="fn-quiet", dir="auto"),
        *(groups if read else [h.p(strings.READ_NOTHING)]),
        h.p(strings.plural(strings.READ_MORE, left), class_="fn-quiet") if left else "",
        class_="fn-listing fn-read",
    )


def _row(read: ReadPassage, article: Callable[[str, str], Article]) -> Html:
    try:
        found = article(read.article_id, read.version)
    except NotFoundError:
        return h.li(h.p(strings.GONE, class_="fn-quiet"))
    words = textwrap.shorten(found.text[read.start : read.end], _EXCERPT, placeholder="…")
    excerpt = h.span(words, class_="fn-read-words", dir="auto")
    place: dict[str, Attribute] = {"data_version": read.version, "data_from": read.start, "data_to": read.end}
    return h.li(article_button(found, excerpt, data_do="passage", **place))
