"""The pane beside the conversation: one article with its highlights, or the list of articles."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.article import Article
from index.history import Version
from page import strings
from page.events import OpenRequest
from page.marks import Piece, Span, paragraphs
from page.markup import Html, element, join, reference, safe_url
from page.takeaway import quotation
from page.versions import choice
from qa.answer import Quote

_BULLETS = ("- ", "■ ", "• ", "* ")
_HEADING = 80

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
    told = [element("p", strings.READ_PASSAGE, class_="fn-notice")] if was_read else []
    if notice:
        told.append(_notice(notice, article, history))
    return _pane(
        _bar(strings.READ_TITLE, "reread") if was_read else _bar(strings.ALL_ARTICLES),
        join([*told, _article(article, cited, also, history)]),
        _foot(article, cited, request),
        view="source",
        token=request.token,
    )


def _notice(notice: str, article: Article, history: Sequence[Version]) -> Html:
    """Return what has become of the article since; where there is a newer text, with the way to what changed."""
    changed = element(
        "button", strings.CHANGES_SINCE, type="button", data_do="changed", data_since="1", data_article=article.id,
        data_version=article.version,
    )  # fmt: skip
    newer = bool(history) and history[-1].version != article.version
    return element("p", notice, " " if newer else "", changed if newer else "", class_="fn-notice")


def beside(body: Html, back: str, token: int = 0) -> Html:
    """Return the pane with something else about articles in it; ``back`` says where its first button leads."""
    action = "back" if back == strings.BACK_TO_ARTICLE else "contents"
    return _pane(_bar(back, action), body, Html(""), view="source", token=token)


def contents(articles: Sequence[Article], token: int = 0) -> Html:
    """Return the list of the library's articles, latest first; what to do when there is none."""
    ordered = sorted(articles, key=lambda article: article.label.casefold())
    ordered.sort(key=lambda article: article.published, reverse=True)
    rows = [_row(article) for article in ordered[:MAX_LISTED]]
    more = len(ordered) - len(rows)
    listed = join(
        [
            element("p", strings.plural(strings.COUNT, len(ordered)), class_="fn-quiet"),
            element("ul", *rows, class_="fn-contents"),
            element("p", strings.MORE.format(count=more), class_="fn-quiet") if more else "",
        ]
    )
    nothing = join(
        [
            element("p", strings.EMPTY),
            element("p", strings.EMPTY_HELP),
            element("p", element("code", strings.EMPTY_COMMAND)),
        ]
    )
    body = element(
        "div",
        element("h2", strings.COLLECTION, class_="fn-pane-title", tabindex="-1"),
        listed if rows else nothing,
        class_="fn-listing",
    )
    return _pane(_bar(""), body, Html(""), view="contents", token=token)


def gone(message: str, token: int = 0) -> Html:
    """Return the pane for an article that cannot be shown."""
    body = element("p", message, class_="fn-notice fn-pane-title", tabindex="-1")
    return _pane(_bar(strings.ALL_ARTICLES), body, Html(""), view="source", token=token)


def _pane(bar: Html, body: Html, foot: Html, view: str, token: int) -> Html:
    return element(
        "section",
        bar,
        element("div", body, class_="fn-pane-scroll", tabindex="0", role="group", aria_label=strings.PANE),
        foot,
        class_="fn-pane",
        data_view=view,
        data_token=token,
        aria_label=strings.PANE,
    )


def _bar(back: str, action: str = "contents") -> Html:
    return element(
        "div",
        element("button", f"← {back}", type="button", data_do=action) if back else element("span"),
        element("button", "×", type="button", class_="fn-close", data_do="close", aria_label=strings.CLOSE),
        class_="fn-bar",
    )


def _foot(article: Article, cited: Span | None, request: OpenRequest) -> Html:
    """Return the steps through an answer's passages and the button that copies the one shown."""
    kind = request.kind
    if cited is None or kind == "read":
        return Html("")
    steps = element(
        "div",
        element("button", "‹", type="button", data_do="step", data_step="-1",
                aria_label=strings.PREVIOUS[kind], disabled=request.n <= 1),
        element("span", strings.POSITION[kind].format(n=request.n, count=request.count), aria_live="polite"),
        element("button", "›", type="button", data_do="step", data_step="1",
                aria_label=strings.NEXT[kind], disabled=request.n >= request.count),
        class_="fn-steps",
    )  # fmt: skip
    quote = Quote(article.id, article.version, article.title, article.publisher, article.published,
                  safe_url(article.url), cited.start, cited.end, article.text[cited.start : cited.end])  # fmt: skip
    copy = element(
        "button", strings.COPY_QUOTE, type="button", class_="fn-copy", data_do="copy",
        data_copy=quotation(quote),
    )  # fmt: skip
    wrong = element(
        "button", strings.FEEDBACK["wrong citation"], type="button", class_="fn-wrong", data_do="feedback",
        data_kind="wrong citation",
    )  # fmt: skip
    return element("div", steps, wrong if kind == "footnote" else "", copy, class_="fn-foot")


def original(article: Article) -> Html:
    """Return the link to where an article was published; nothing without an address that is safe to follow."""
    url = safe_url(article.url)
    link = element(
        "a",
        strings.ORIGINAL,
        element("span", f" ({strings.NEW_WINDOW})", class_="fn-unseen"),
        element("span", " ↗", aria_hidden="true"),
        href=url,
        target="_blank",
        rel="noopener noreferrer",
    )
    return element("p", link, class_="fn-original") if url else Html("")


def _article(article: Article, cited: Span | None, also: Sequence[Span], history: Sequence[Version]) -> Html:
    names = [name for name in article.authors if name.strip()]
    byline = strings.BYLINE.format(authors=authors(names)) if names else ""
    return element(
        "article",
        element("p", reference(article.publisher, article.published), class_="fn-kicker"),
        element("h2", article.title or strings.NO_TITLE, class_="fn-pane-title", tabindex="-1", dir="auto"),
        element("p", byline, class_="fn-byline", dir="auto") if byline else "",
        original(article),
        choice(history, article.version),
        element("div", *_body(article, cited, also), class_="fn-text"),
        class_="fn-article",
    )


def _body(article: Article, cited: Span | None, also: Sequence[Span]) -> list[Html]:
    """Return the paragraphs, without a first line that only repeats the title."""
    lines = paragraphs(article.text, cited, also)
    if lines and lines[0] == [Piece(article.title.strip())]:
        lines = lines[1:]
    return [element("p", *(_piece(piece) for piece in line), class_=_looks(line), dir="auto") for line in lines]


def _looks(line: Sequence[Piece]) -> str | None:
    """Return the class of a paragraph that reads like a heading or an item of a list; its words stay as they are."""
    words = "".join(piece.text for piece in line).strip()
    if words.startswith(_BULLETS):
        return "fn-item"
    return "fn-subhead" if len(words) <= _HEADING and words[-1].isalnum() else None


def _piece(piece: Piece) -> str:
    if not piece.kind:
        return piece.text
    return element("mark", piece.text, class_=f"fn-{piece.kind}")


def _row(article: Article) -> Html:
    button = element(
        "button",
        element("span", article.label, class_="fn-contents-title", dir="auto"),
        element("span", reference(article.publisher, article.published), class_="fn-contents-where"),
        type="button",
        data_do="open",
        data_article=article.id,
    )
    return element("li", button)


def _clip(span: Span | None, article: Article) -> Span | None:
    """Return the part of a span that lies in the text, or nothing."""
    if span is None:
        return None
    end = min(span.end, len(article.text))
    return Span(span.start, end) if span.start < end else None


def authors(names: Sequence[str]) -> str:
    """Write names as ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return strings.AUTHOR_SEPARATOR.join(names[:-1]) + strings.LAST_AUTHOR + names[-1]
