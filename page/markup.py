"""HTML that cannot be broken out of: text becomes markup here, and only by escaping.

``element("p", text)`` escapes ``text`` unless it already is :class:`Html`, so forgetting to escape is not
possible; a fixed set of names and the escaping of quotes keeps values inside their attributes.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from typing import Protocol
from urllib.parse import urlsplit

from footnote.page import strings

Attribute = str | int | bool | None

MAX_WORDS = 200  # the longest search, in characters
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VOID = frozenset({"br", "hr", "meta", "link", "input"})


class Html(str):
    """Markup that is safe to show: made by the functions of this module alone."""

    __slots__ = ()


def text(value: str) -> Html:
    """Escape ``value``, so that it shows as it is and creates no tag and no attribute."""
    return value if isinstance(value, Html) else Html(escape(value, quote=True))


def join(parts: Iterable[str], separator: str = "") -> Html:
    """Put escaped parts one after another."""
    return Html(text(separator).join(text(part) for part in parts))


def element(name: str, *children: str, **attributes: Attribute) -> Html:
    """Return ``<name …>children</name>``.

    An underscore in an attribute's name is a hyphen, one at its end is dropped (``class_``); ``None`` and
    ``False`` leave the attribute out, ``True`` gives it without a value. A button that does not say what it is sends
    no form.
    Raises ``ValueError`` for a tag or attribute name that is not plain.
    """
    if name == "button":
        attributes = {"type": "button", **attributes}
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a tag name: {name!r}")
    if name in _VOID:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(children)}</{name}>")


class _Tag(Protocol):
    def __call__(self, *children: str, **attributes: Attribute) -> Html: ...


class _Tags:
    """Elements by their names: ``h.p(text)`` is ``element("p", text)``."""

    def __getattr__(self, name: str) -> _Tag:
        return partial(element, name)


h = _Tags()
NONE = Html("")


def icon(name: str) -> Html:
    """Return an icon of the stylesheet."""
    return h.span(class_=f"fn-icon fn-icon-{name}", aria_hidden="true")


def labelled(label: str, *fields: Html, **attributes: Attribute) -> Html:
    """Return fields with their label."""
    return h.label(h.span(label), *fields, **attributes)


def search(label: str, **attributes: Attribute) -> Html:
    """Return a field to search with."""
    about: dict[str, Attribute] = {"maxlength": MAX_WORDS, "placeholder": label, "aria_label": label, **attributes}
    return h.input(type="search", autocomplete="off", **about)


def counted(words: Iterable[tuple[str, int]], any_of_them: str) -> list[tuple[str, str]]:
    """Return what can be chosen among words that occur so often, as `options` takes it; first of all, any."""
    return [("", any_of_them), *((word, f"{word} ({count})") for word, count in words)]


def options(words: Iterable[tuple[str, str]], chosen: str = "") -> list[Html]:
    """Return what there is to choose from, each with its value and its words."""
    return [h.option(text, value=value, selected=value == chosen) for value, text in words]


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Html]:
    """Yield a text with its spans marked; those that overlap or lie outside are not."""
    at = 0
    for start, end in sorted(spans):
        if at <= start < end <= len(text):
            yield h.span(text[at:start])
            yield h.mark(text[start:end])
            at = end
    yield h.span(text[at:])


def _attribute(key: str, value: Attribute) -> str:
    """Return `` key="value"``, escaped, or nothing."""
    name = key.rstrip("_").replace("_", "-")
    if not _NAME.fullmatch(name) or name.startswith("on"):
        raise ValueError(f"not an attribute name: {key!r}")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'


def safe_url(url: str) -> str:
    """Return ``url`` when it is an absolute http or https address, else an empty string."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def reference(publisher: str, published: str) -> str:
    """Return ``publisher, date`` in words; either may be empty."""
    return ", ".join(part for part in (publisher, strings.date(published)) if part)
