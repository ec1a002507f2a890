"""The pane beside the conversation: one article with its highlights, or the list of articles."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.index.database.version_table import Version
from footnote.page import strings
from footnote.page.chat.clipboard import quotation
from footnote.page.chat.events import OpenRequest
from footnote.page.chat.pane import Mark, article_button, bar, head, message, pane, text
from footnote.page.chat.versions import choice
from footnote.page.desk.finding import MAX_WORDS
from footnote.page.markup import Html, h, join, safe_url, search
from footnote.qa.answer import Quote

_SKELETON = 7
MAX_LISTED = 300
"""How many articles the list shows; the rest is counted."""


def source(article: Article, request: OpenRequest, notice: str = "", history: Sequence[Version] = ()) -> Html:
    """Return the whole article with the requested span highlighted and the others marked lightly.

    Spans are those of the request, cut to the text; a request without one shows the article as it is, and one that was
    only read marks its span lightly. ``history`` are the article's versions, the current one last.
    """
    cited = _clip(request.cited, article)
    also = [span for span in (_clip(other, article) for other in request.also) if span]
    was_read = cited is not None and request.kind == "read"
    if cited is not None and was_read:
        also = [cited]
        cited = None
    told = [h.p(strings.READ_PASSAGE, class_="fn-notice")] if was_read else []
    if notice:
        told.append(_notice(notice, article, history))
    shown = h.article(
        *head(article, article.title or strings.NO_TITLE),
        h.p(_only(article), class_="fn-only"),
        choice(history, article.version),
        h.div(*text(article, cited, also), class_="fn-text"),
        class_="fn-article",
    )
    return pane(
        bar(strings.WHAT_IT_READ, "reread") if was_read else bar(strings.ALL_ARTICLES, "contents"),
        join([*told, shown]),
        strings.PANE,
        _foot(article, cited, request),
        token=request.token,
    )


def _only(article: Article) -> Html:
    """Return the button that limits the next question to this article."""
    return h.button(strings.ONLY_THIS, data_do="only", data_article=article.id, data_title=article.label)


def _notice(notice: str, article: Article, history: Sequence[Version]) -> Html:
    """Return what has become of the article since; where there is a newer text, with the way to what changed."""
    changed = h.button(
        strings.CHANGES_SINCE, data_do="changed", data_since="1", data_article=article.id, data_version=article.version
    )
    newer = bool(history) and history[-1].version != article.version
    return h.p(notice, " " if newer else "", changed if newer else "", class_="fn-notice")


def beside(body: Html, back: str, token: int = 0) -> Html:
    """Return the pane with something else about articles in it; ``back`` says where its first button leads."""
    action = "back" if back == strings.BACK_TO_ARTICLE else "contents"
    return pane(bar(back, action), body, strings.PANE, token=token)


def contents(articles: Sequence[Article], token: int = 0) -> Html:
    """Return the list of the library's articles, latest first; what to do when there is none."""
    ordered = sorted(articles, key=lambda article: article.label.casefold())
    ordered.sort(key=lambda article: article.published, reverse=True)
    rows = [h.li(article_button(article)) for article in ordered[:MAX_LISTED]]
    more = len(ordered) - len(rows)
    listed = join(
        [
            h.p(strings.plural(strings.COUNT, len(ordered)), class_="fn-quiet"),
            h.ul(*rows, class_="fn-contents"),
            h.p(strings.MORE.format(count=more), class_="fn-quiet") if more else "",
        ]
    )
    nothing = join([h.p(strings.EMPTY), h.p(strings.EMPTY_HELP), h.p(h.code(strings.EMPTY_COMMAND))])
    body = h.div(
        h.h2(strings.COLLECTION, class_="fn-pane-title", tabindex="-1"),
        search(strings.FIND, MAX_WORDS, id="fn-find") if rows else "",
        h.div(id="fn-found"),
        listed if rows else nothing,
        class_="fn-listing",
    )
    return pane(bar("", "contents"), body, strings.PANE, view="contents", token=token)


def skeleton() -> Html:
    """Return the pane while there are no articles yet: the shape of what will be there."""
    rows = [h.li(h.span(), h.span()) for _ in range(_SKELETON)]
    listed = h.ul(*rows, class_="fn-contents fn-skeleton", aria_hidden="true")
    title = h.h2(strings.COLLECTION, class_="fn-pane-title", tabindex="-1")
    body = h.div(title, h.p(strings.ADDING_HERE, class_="fn-quiet"), listed, class_="fn-listing")
    return pane(bar("", "contents"), body, strings.PANE, view="contents")


def gone(why: str, token: int = 0) -> Html:
    """Return the pane for an article that cannot be shown."""
    return pane(bar(strings.ALL_ARTICLES, "contents"), message(why), strings.PANE, token=token)


def _foot(article: Article, cited: Mark | None, request: OpenRequest) -> Html:
    """Return the steps through an answer's passages and the button that copies the one shown."""
    kind = request.kind
    if cited is None or kind in ("read", "found"):
        return Html("")
    n, count = request.n, request.count
    steps = h.div(
        h.button("‹", data_do="step", data_step="-1", aria_label=strings.PREVIOUS[kind], disabled=n <= 1),
        h.span(strings.POSITION[kind].format(n=n, count=count), aria_live="polite"),
        h.button("›", data_do="step", data_step="1", aria_label=strings.NEXT[kind], disabled=n >= count),
        class_="fn-steps",
    )
    quote = Quote(article.id, article.version, article.title, article.publisher, article.published,
                  safe_url(article.url), cited.start, cited.end, article.text[cited.start : cited.end])  # fmt: skip
    copy = h.button(strings.COPY_QUOTE, class_="fn-copy", data_do="copy", data_copy=quotation(quote))
    wrong = h.button(
        strings.FEEDBACK["wrong citation"], class_="fn-wrong", data_do="feedback", data_kind="wrong citation"
    )
    return h.div(steps, wrong if kind == "footnote" else "", copy, class_="fn-foot")


def _clip(span: Mark | None, article: Article) -> Mark | None:
    """Return the part of a span that lies in the text, or nothing."""
    if span is None:
        return None
    end = min(span.end, len(article.text))
    return Mark(span.start, end) if span.start < end else None
