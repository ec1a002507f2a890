"""What the panes of the chat and of the library share: their shape, and an article in them with its highlights."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.page import strings
from footnote.page.chat.highlights import Mark, Run, paragraphs
from footnote.page.markup import Html, element, reference, safe_url

NONE = Html("")
_BULLETS = ("- ", "■ ", "• ", "* ")
_HEADING = 80


def pane(bar: Html, body: Html, label: str, foot: Html = NONE, view: str = "source", token: int | None = None) -> Html:
    """Return a pane: its bar, what can be scrolled, and its foot; ``token`` tells which request it answers."""
    return element(
        "section",
        bar,
        element("div", body, class_="fn-pane-scroll", tabindex="0", role="group", aria_label=label),
        foot,
        class_="fn-pane",
        data_view=view,
        data_token=token,
        aria_label=label,
    )


def bar(back: str, action: str) -> Html:
    """Return the bar with the way back, if there is one, and the button that closes the pane."""
    return element(
        "div",
        element("button", f"← {back}", type="button", data_do=action) if back else element("span"),
        element("button", "×", type="button", class_="fn-close", data_do="close", aria_label=strings.CLOSE),
        class_="fn-bar",
    )


def message(words: str) -> Html:
    """Return what a pane holds that has nothing to show but a line."""
    return element("p", words, class_="fn-notice fn-pane-title", tabindex="-1")


def head(article: Article, title: str) -> Sequence[Html]:
    """Return publisher and date, title, authors and the link to the original, as far as there are any."""
    names = [name for name in article.authors if name.strip()]
    byline = strings.BYLINE.format(authors=authors(names))
    return [
        element("p", reference(article.publisher, article.published), class_="fn-kicker", dir="auto"),
        element("h2", title, class_="fn-pane-title", tabindex="-1", dir="auto"),
        element("p", byline, class_="fn-byline", dir="auto") if names else NONE,
        original(article),
    ]


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
    return element("p", link, class_="fn-original") if url else NONE


def text(article: Article, cited: Mark | None = None, also: Sequence[Mark] = ()) -> list[Html]:
    """Return the paragraphs with their highlights, without a first line that only repeats the title."""
    lines = paragraphs(article.text, cited, also)
    if lines and lines[0] == [Run(article.title.strip())]:
        lines = lines[1:]
    return [element("p", *(_piece(piece) for piece in line), class_=_looks(line), dir="auto") for line in lines]


def _looks(line: Sequence[Run]) -> str | None:
    """Return the class of a paragraph that reads like a heading or an item of a list; its words stay as they are."""
    words = "".join(piece.text for piece in line).strip()
    if words.startswith(_BULLETS):
        return "fn-item"
    return "fn-subhead" if len(words) <= _HEADING and words[-1].isalnum() else None


def _piece(piece: Run) -> str:
    if not piece.kind:
        return piece.text
    return element("mark", piece.text, class_=f"fn-{piece.kind}")


def authors(names: Sequence[str]) -> str:
    """Write names as ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return strings.AUTHOR_SEPARATOR.join(names[:-1]) + strings.LAST_AUTHOR + names[-1]
