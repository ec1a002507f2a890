"""What the panes of the chat and of the library share: an article with its highlights, its versions, what changed.

The text of an article is cut into lines along its highlights, and each line shown as what it reads like.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from footnote.corpus.article import Article
from footnote.corpus.text import fold
from footnote.index.database.version_table import Version
from footnote.index.difference import DiffPiece, difference
from footnote.page import strings
from footnote.page.markup import NONE, Attribute, Html, element, h, reference, safe_url
from footnote.page.web import Number

_MARKS = {"removed": ("del", strings.TAKEN_OUT), "added": ("ins", strings.PUT_IN)}
_BULLET = re.compile(r"^(?:[-–■•▪*]|\(?\d{1,2}[.)])\s+")
_HEADING = 80
_HEAD_LINES = 5  # so many lines at the start may only repeat the title, the authors, the publisher or the date


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
    close = h.button("×", class_="fn-close", data_do="close", aria_label=strings.CLOSE)
    return h.div(h.button(f"← {back}", data_do=action) if back else h.span(), close, class_="fn-bar")


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
    """Return publisher and date, title, authors and the link to the original, as far as there are any, and safe."""
    names, url = authors(article.authors), safe_url(article.url)
    hint, arrow = h.span(f" ({strings.NEW_WINDOW})", class_="fn-unseen"), h.span(" ↗", aria_hidden="true")
    link = h.a(strings.ORIGINAL, hint, arrow, href=url, target="_blank", rel="noopener noreferrer")
    return [
        h.p(reference(article.publisher, article.published), class_="fn-kicker", dir="auto"),
        h.h2(title, class_="fn-pane-title", tabindex="-1", dir="auto"),
        h.p(strings.BYLINE.format(authors=names), class_="fn-byline", dir="auto") if names else NONE,
        h.p(link, class_="fn-original") if url else NONE,
    ]


def text(article: Article, cited: Mark | None = None, also: Sequence[Mark] = ()) -> list[Html]:
    """Return the text with its highlights: paragraphs, headings, lists and quotations, as its lines read.

    Lines at its start that only repeat what stands above are left out, unless they are highlighted.
    """
    lines = paragraphs(article.text, cited, also)
    said = _said(article)
    top = lines[:_HEAD_LINES]
    first = [line for line in top if any(piece.kind for piece in line) or fold(_words(line)) not in said]
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
    return h.mark(piece.text, class_=f"fn-{piece.kind}") if piece.kind else piece.text


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
    lines = (line.span() for line in _LINE.finditer(stored) if not line.group().isspace())
    return [_pieces(stored, start, end, cited, also) for start, end in lines]


def _pieces(stored: str, start: int, end: int, cited: Mark | None, also: Sequence[Mark]) -> list[Run]:
    """Cut ``stored[start:end]`` wherever a highlight begins or ends."""
    spans = [*also, *([cited] if cited else [])]
    inside = {edge for span in spans for edge in (span.start, span.end) if start < edge < end}
    edges = [start, *sorted(inside), end]
    runs = []
    for left, right in itertools.pairwise(edges):
        shown = cited is not None and cited.holds(left)
        kind: Kind = "cited" if shown else "also" if any(span.holds(left) for span in also) else ""
        runs.append(Run(stored[left:right], kind))
    return runs


def choice(versions: Sequence[Version], shown: str) -> Html:
    """Return the versions of an article, the latest first, with the one that is shown told; nothing for only one."""
    if len(versions) < 2:
        return NONE
    rows = [_row(version, n, shown) for n, version in enumerate(versions)]
    count = h.summary(strings.plural(strings.VERSIONS, len(versions)))
    return h.details(count, h.ul(*reversed(rows)), class_="fn-versions")


def _row(version: Version, n: int, shown: str) -> Html:
    date = strings.moment(version.added_at)
    here = version.version == shown
    state = [*([strings.CURRENT] if version.current else []), *([strings.SHOWN] if here else [])]
    at = {"data_article": version.article.id, "data_version": version.version}
    show, change = strings.SHOW_VERSION_LABEL.format(date=date), strings.CHANGED_IN_LABEL.format(date=date)
    return h.li(
        h.span(", ".join([strings.VERSION_ADDED.format(date=date), *state])),
        "" if here else h.button(strings.SHOW_VERSION, data_do="article", **at, aria_label=show),
        h.button(strings.CHANGED_IN, data_do="changed", **at, aria_label=change) if n else "",
    )


def changes(old: Version, new: Version, before: Article, after: Article) -> Html:
    """Return what changed between two versions of an article: its fields, and its text word by word."""
    dates = {"old": strings.moment(old.added_at), "new": strings.moment(new.added_at)}
    pieces = difference(before.text, after.text)
    same = all(piece.kind == "same" for piece in pieces)
    fields = [
        h.li(strings.FIELD_CHANGED.format(field=name, old=_written(was), new=_written(now)), dir="auto")
        for field, name in strings.FIELDS.items()
        if (was := getattr(before, field)) != (now := getattr(after, field))
    ]
    return h.article(
        h.p(strings.CHANGED_IN, class_="fn-kicker"),
        h.h2(after.title or strings.NO_TITLE, class_="fn-pane-title", tabindex="-1", dir="auto"),
        h.p(strings.CHANGES_BETWEEN.format(**dates), class_="fn-byline"),
        h.p(strings.CHANGES_NONE if same else strings.CHANGES_KEY, class_="fn-byline"),
        h.ul(*fields, class_="fn-fields") if fields else "",
        h.div(*(h.p(*line, dir="auto") for line in _changed_lines(pieces)), class_="fn-text fn-changes"),
        class_="fn-article",
    )


def _written(value: object) -> str:
    return (strings.AUTHOR_SEPARATOR.join(value) if isinstance(value, tuple) else str(value)) or strings.NOTHING


def _changed_lines(pieces: Sequence[DiffPiece]) -> Iterator[list[Html]]:
    """Yield the lines of both texts that hold more than white space, each as its pieces."""
    line: list[Html] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        for n, words in enumerate((first, *others)):
            if n and line:
                yield line
                line = []
            if words.strip() or (words and line):
                name, said = _MARKS.get(piece.kind, ("span", ""))
                line.append(element(name, h.span(f"{said} ", class_="fn-unseen") if said else "", words))
    if line:
        yield line
