"""The versions of an article in the pane, and what changed from one to the next, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footnote.corpus.article import Article
from footnote.index.database.version_table import Version
from footnote.index.difference import DiffPiece, difference
from footnote.page import strings
from footnote.page.markup import Html, element, h, join

_MARKS = {"removed": ("del", strings.TAKEN_OUT), "added": ("ins", strings.PUT_IN)}


def choice(versions: Sequence[Version], shown: str) -> Html:
    """Return the versions of an article, the latest first, with the one that is shown told; nothing for only one."""
    if len(versions) < 2:
        return Html("")
    rows = [_row(version, n, shown) for n, version in enumerate(versions)]
    return h.details(
        h.summary(strings.plural(strings.VERSIONS, len(versions))), h.ul(*reversed(rows)), class_="fn-versions"
    )


def _row(version: Version, n: int, shown: str) -> Html:
    date = strings.moment(version.added_at)
    state = [strings.CURRENT] if version.current else []
    if version.version == shown:
        state.append(strings.SHOWN)
    show = _button(strings.SHOW_VERSION, strings.SHOW_VERSION_LABEL.format(date=date), "article", version)
    changed = _button(strings.CHANGED_IN, strings.CHANGED_IN_LABEL.format(date=date), "changed", version)
    return h.li(
        h.span(", ".join([strings.VERSION_ADDED.format(date=date), *state])),
        show if version.version != shown else "",
        changed if n else "",
    )


def _button(words: str, label: str, action: str, version: Version) -> Html:
    return h.button(words, data_do=action, data_article=version.article.id,
                   data_version=version.version, aria_label=label)  # fmt: skip


def changes(old: Version, new: Version, before: Article, after: Article) -> Html:
    """Return what changed between two versions of an article: its fields, and its text word by word."""
    dates = {"old": strings.moment(old.added_at), "new": strings.moment(new.added_at)}
    pieces = difference(before.text, after.text)
    same = all(piece.kind == "same" for piece in pieces)
    fields = [
        h.li(strings.FIELD_CHANGED.format(field=name, old=_shown(was), new=_shown(now)), dir="auto")
        for field, name in strings.FIELDS.items()
        if (was := getattr(before, field)) != (now := getattr(after, field))
    ]
    return h.article(
        h.p(strings.CHANGED_IN, class_="fn-kicker"),
        h.h2(after.title or strings.NO_TITLE, class_="fn-pane-title", tabindex="-1", dir="auto"),
        h.p(strings.CHANGES_BETWEEN.format(**dates), class_="fn-byline"),
        h.p(strings.CHANGES_NONE if same else strings.CHANGES_KEY, class_="fn-byline"),
        h.ul(*fields, class_="fn-fields") if fields else "",
        h.div(*(h.p(*line, dir="auto") for line in _lines(pieces)), class_="fn-text fn-changes"),
        class_="fn-article",
    )


def _shown(value: object) -> str:
    return (strings.AUTHOR_SEPARATOR.join(value) if isinstance(value, tuple) else str(value)) or strings.NOTHING


def _lines(pieces: Sequence[DiffPiece]) -> Iterator[list[Html]]:
    """Yield the lines of both texts that hold more than white space, each as its pieces."""
    line: list[Html] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        for n, words in enumerate((first, *others)):
            if n and line:
                yield line
                line = []
            if words.strip() or (words and line):
                line.append(_piece(piece.kind, words))
    if line:
        yield line


def _piece(kind: str, words: str) -> Html:
    if kind == "same":
        return h.span(words)
    name, said = _MARKS[kind]
    return join([element(name, h.span(f"{said} ", class_="fn-unseen"), words)])
