"""What the panes of the chat and of the library share: their shape, and an article in them with its highlights.

The text of an article is cut into lines along its highlights, and each line shown as what it reads like.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from footnote.corpus.article import Article
from footnote.corpus.text import fold
from footnote.page import strings
from footnote.page.markup import Attribute, Html, h, reference, safe_url
from footnote.page.web import Number

NONE = Html("")
_BULLET = re.compile(r"^(?:[-–■•▪*]|\(?\d{1,2}[.)])\s+")
_HEADING = 80
_HEAD_LINES = 5
"""So many lines at the start may only repeat the title, the authors, the publisher or the date."""


Kind = Literal["", "also", "cited"]
_LINE = re.compile(r"[^\n]+")


class Mark(NamedTuple):
    """A half-open range of a stored text, in code points."""

    start: Number
    end: Number

    def holds(self, position: int) -> bool:
        """Tell whether the code point at ``position`` is in the span."""
        return self.start <= position < self.end


class Run(NamedTuple):
    """A run of text that is plain, marked lightly (``also``) or the one that is shown (``cited``)."""

    text: str
    kind: Kind = ""


def pane(bar: Html, body: Html, label: str, foot: Html = NONE, view: str = "source", token: int | None = None) -> Html:
    """Return a pane: its bar, what can be scrolled, and its foot; ``token`` tells which request it answers."""
    return h.section(
        bar,
        h.div(body, class_="fn-pane-scroll", tabindex="0", role="group", aria_label=label),
        foot,
        class_="fn-pane",
        data_view=view,
        data_token=token,
        aria_label=label,
    )


def bar(back: str, action: str) -> Html:
    """Return the bar with the way back, if there is one, and the button that closes the pane."""
    return h.div(
        h.button(f"← {back}", data_do=action) if back else h.span(),
        h.button("×", class_="fn-close", data_do="close", aria_label=strings.CLOSE),
        class_="fn-bar",
    )


def article_button(article: Article, *more: Html, **attributes: Attribute) -> Html:
    """Return what opens an article in a list: its title, its publisher and its date, and ``more`` about it."""
    return h.button(
        h.span(article.label, class_="fn-contents-title", dir="auto"),
        h.span(reference(article.publisher, article.published), class_="fn-contents-where", dir="auto"),
        *more,
        **{"data_do": "open", "data_article": article.id, **attributes},
    )


def message(words: str) -> Html:
    """Return what a pane holds that has nothing to show but a line."""
    return h.p(words, class_="fn-notice fn-pane-title", tabindex="-1")


def head(article: Article, title: str) -> Sequence[Html]:
    """Return publisher and date, title, authors and the link to the original, as far as there are any."""
    names = authors(article.authors)
    return [
        h.p(reference(article.publisher, article.published), class_="fn-kicker", dir="auto"),
        h.h2(title, class_="fn-pane-title", tabindex="-1", dir="auto"),
        h.p(strings.BYLINE.format(authors=names), class_="fn-byline", dir="auto") if names else NONE,
        original(article),
    ]


def original(article: Article) -> Html:
    """Return the link to where an article was published; nothing without an address that is safe to follow."""
    url = safe_url(article.url)
    hint = h.span(f" ({strings.NEW_WINDOW})", class_="fn-unseen")
    arrow = h.span(" ↗", aria_hidden="true")
    link = h.a(strings.ORIGINAL, hint, arrow, href=url, target="_blank", rel="noopener noreferrer")
    return h.p(link, class_="fn-original") if url else NONE


def text(article: Article, cited: Mark | None = None, also: Sequence[Mark] = ()) -> list[Html]:
    """Return the text with its highlights: paragraphs, headings, lists and quotations, as its lines read.

    Lines at its start that only repeat what stands above are left out, unless they are highlighted.
    """
    lines = paragraphs(article.text, cited, also)
    said = _said(article)
    first = [
        line for line in lines[:_HEAD_LINES] if any(piece.kind for piece in line) or fold(_words(line)) not in said
    ]
    shown: list[Html] = []
    for bulleted, block in itertools.groupby([*first, *lines[_HEAD_LINES:]], lambda line: bool(_bullet(line))):
        if bulleted:
            shown.append(h.ul(*map(_item, block), class_="fn-items"))
        else:
            shown += map(_block, block)
    return shown


def _bullet(line: Sequence[Run]) -> str:
    bullet = _BULLET.match(_words(line))
    return bullet.group() if bullet else ""


def _said(article: Article) -> set[str]:
    """Return what stands above the text, as its first lines may repeat it, folded."""
    names = authors(article.authors)
    byline = strings.BYLINE.format(authors=names)
    date = strings.date(article.published)
    where = reference(article.publisher, article.published)
    said = (article.title, names, byline, article.publisher, article.published, date, where, f"Published {date}")
    return {fold(each) for each in said}


def _words(line: Sequence[Run]) -> str:
    return "".join(piece.text for piece in line).strip()


def _block(line: Sequence[Run]) -> Html:
    """Return a line as what it reads like: a heading, a quotation, or a paragraph; its words stay as they are."""
    words = _words(line)
    pieces = [_piece(piece) for piece in line]
    if len(words) <= _HEADING and words[-1].isalnum():
        return h.h3(*pieces, class_="fn-subhead", dir="auto")
    if words[0] in "“«„" and words[-1] in "”»“" and not any(mark in words[1:-1] for mark in "“«„"):
        return h.blockquote(h.p(*pieces, dir="auto"))
    return h.p(*pieces, dir="auto")


def _item(line: Sequence[Run]) -> Html:
    """Return an item of a list; a bullet that is a dot or a dash is left to the list, a number stays."""
    first, *rest = line
    bullet = _bullet(line)
    plain = not first.kind and first.text.startswith(bullet) and not any(letter.isdigit() for letter in bullet)
    if plain:
        first = Run(first.text.removeprefix(bullet))
    pieces = [_piece(piece) for piece in (first, *rest) if piece.text]
    return h.li(*pieces, class_=None if plain else "fn-bare", dir="auto")


def _piece(piece: Run) -> str:
    if not piece.kind:
        return piece.text
    return h.mark(piece.text, class_=f"fn-{piece.kind}")


def authors(names: Sequence[str]) -> str:
    """Write names as ``A, B and C``; those that are empty are left out."""
    names = [name for name in names if name.strip()]
    if len(names) < 2:
        return "".join(names)
    return strings.AUTHOR_SEPARATOR.join(names[:-1]) + strings.LAST_AUTHOR + names[-1]


def paragraphs(stored: str, cited: Mark | None = None, also: Sequence[Mark] = ()) -> list[list[Run]]:
    """Return the lines of ``stored`` that hold more than white space, each as pieces in order.

    ``cited`` wins where it overlaps ``also``. Spans may run over several lines and beyond the text. No
    character is lost or added, except line ends and lines of white space.
    """
    return [
        _pieces(stored, line.start(), line.end(), cited, also)
        for line in _LINE.finditer(stored)
        if not line.group().isspace()
    ]


def _pieces(stored: str, start: int, end: int, cited: Mark | None, also: Sequence[Mark]) -> list[Run]:
    """Cut ``stored[start:end]`` wherever a highlight begins or ends."""
    spans = [*also, *([cited] if cited else [])]
    inside = {edge for span in spans for edge in (span.start, span.end) if start < edge < end}
    edges = [start, *sorted(inside), end]
    return [Run(stored[left:right], _kind(left, cited, also)) for left, right in itertools.pairwise(edges)]


def _kind(position: int, cited: Mark | None, also: Sequence[Mark]) -> Kind:
    """Return how the run that begins at ``position`` is marked."""
    if cited and cited.holds(position):
        return "cited"
    return "also" if any(span.holds(position) for span in also) else ""
