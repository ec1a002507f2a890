"""The pane beside the conversation: one article with its highlights, or the list of articles."""

from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.index.database.version_table import Version
from footnote.page import strings
from footnote.page.chat.clipboard import quotation
from footnote.page.chat.events import OpenRequest
from footnote.page.chat.pane import Mark, article_button, bar, choice, head, message, pane, text
from footnote.page.markup import Html, h, join, safe_url, search
from footnote.qa.answer import Quote

_SKELETON = 7
MAX_LISTED = 300  # how many articles the list shows; the rest is counted


def source(article: Article, request: OpenRequest, notice: str = "", history: Sequence[Version] = ()) -> Html:
    """Return the whole article with the requested span highlighted and the others marked lightly.

    Spans are those of the request, cut to the text; a request without one shows the article as it is, and one that was
    only read marks its span lightly. ``notice`` is what has become of the article since, with the way to what changed
    where ``history``, its versions with the current one last, has a newer text.
    """
    cited = _clip(request.cited, article)
    also = [span for span in (_clip(other, article) for other in request.also) if span]
    told = []
    if was_read := cited is not None and request.kind == "read":
        also, cited = [cited], None
        told.append(h.p(strings.READ_PASSAGE, class_="fn-notice"))
    if notice:
        here = {"data_article": article.id, "data_version": article.version}
        changed = h.button(strings.CHANGES_SINCE, data_do="changed", data_since="1", **here)
        newer = bool(history) and history[-1].version != article.version
        told.append(h.p(notice, " " if newer else "", changed if newer else "", class_="fn-notice"))
    only = h.button(strings.ONLY_THIS, data_do="only", data_article=article.id, data_title=article.label)
    shown = h.article(
        *head(article, article.title or strings.NO_TITLE),
        h.p(only, class_="fn-only"),
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
    listed = [h.p(strings.plural(strings.COUNT, len(ordered)), class_="fn-quiet"), h.ul(*rows, class_="fn-contents")]
    if more:
        listed.append(h.p(strings.MORE.format(count=more), class_="fn-quiet"))
    if not rows:
        listed = [h.p(strings.EMPTY), h.p(strings.EMPTY_HELP), h.p(h.code(strings.EMPTY_COMMAND))]
    title = h.h2(strings.COLLECTION, class_="fn-pane-title", tabindex="-1")
    find = search(strings.FIND, id="fn-find") if rows else ""
    body = h.div(title, find, h.div(id="fn-found"), *listed, class_="fn-listing")
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
    said = "wrong citation"
    wrong = h.button(strings.FEEDBACK[said], class_="fn-wrong", data_do="feedback", data_kind=said)
    return h.div(steps, wrong if kind == "footnote" else "", copy, class_="fn-foot")


def _clip(span: Mark | None, article: Article) -> Mark | None:
    """Return the part of a span that lies in the text, or nothing."""
    end = min(span.end, len(article.text)) if span else 0
    return Mark(span.start, end) if span and span.start < end else None
