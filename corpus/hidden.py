"""Take out of a web page what a reader of it does not see: nobody could check a quotation of hidden text."""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

_NEVER_TEXT = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "audio", "video", "select",
    "datalist", "button", "textarea", "input", "map", "frameset", "applet",
)  # fmt: skip
_ZERO = re.compile(r"0(?:\.0*)?(?:px|em|rem|pt|%|vh|vw|ex|ch)?")
_FAR_OFF = re.compile(r"-\d{3,}(?:\.\d*)?(?:px|em|rem|pt|%|vw|vh)?")
_CLIPPED = re.compile(r"(?:rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)|inset\(\s*(?:50|100)%\s*\))")
_SIMPLE_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?([.#])([\w-]+)", re.IGNORECASE)
_HIDING = {
    "display": frozenset({"none"}),
    "visibility": frozenset({"hidden", "collapse"}),
    "color": frozenset({"transparent"}),
    "content-visibility": frozenset({"hidden"}),
    "transform": frozenset({"scale(0)", "scale(0,0)", "scale(0, 0)"}),
}
_ZERO_HIDES = ("opacity", "font-size", "width", "height", "max-width", "max-height", "line-height", "zoom")
_OFF_HIDES = ("left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top")
_MAX_RULES = 5_000

Selector = tuple[str, str, str]
"""Tag or nothing, ``.`` or ``#``, and the class or id."""


def remove_hidden(root: HtmlElement) -> None:
    """Remove from ``root``, in place, every element that a browser would not show, and all that is never text.

    Hidden are: the ``hidden`` attribute, ``aria-hidden``, closed dialogs, inline styles (not shown, no size, off the
    page, clipped away, in the colour of the ground), and classes and ids that a style sheet within the page hides.
    """
    hidden = _hidden_by_sheets(root)
    doomed = [element for element in root.iter() if _is_hidden(element, hidden)]
    for element in doomed:
        parent = element.getparent()
        if parent is not None:
            _drop(element, parent)


def _drop(element: HtmlElement, parent: HtmlElement) -> None:
    """Remove an element with all in it, and keep the text that follows it."""
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _is_hidden(element: HtmlElement, by_sheet: frozenset[Selector]) -> bool:
    tag = element.tag
    if not isinstance(tag, str):  # comments and processing instructions
        return True
    if tag in ("html", "body", "head"):  # hidden until a script shows them, on pages that mean no harm
        return False
    if tag in _NEVER_TEXT or (tag == "dialog" and element.get("open") is None):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden", "").strip().lower() == "true":
        return True
    return hides(element.get("style", "")) or (bool(by_sheet) and _matches(element, by_sheet))


def hides(style: str) -> bool:
    """Tell whether an inline style keeps its element from being seen."""
    rules = declarations(style)
    if not rules:
        return False
    if any(rules.get(name) in values for name, values in _HIDING.items()):
        return True
    if any(_ZERO.fullmatch(rules.get(name, "")) for name in _ZERO_HIDES):
        return True
    if any(_FAR_OFF.fullmatch(rules.get(name, "")) for name in _OFF_HIDES):
        return True
    if any(_CLIPPED.fullmatch(rules.get(name, "")) for name in ("clip", "clip-path")):
        return True
    ground = rules.get("background-color") or rules.get("background")
    return ground is not None and rules.get("color") == ground


def declarations(style: str) -> dict[str, str]:
    """Return the properties of a style in lower case; of two with one name, the later."""
    found = {}
    for declaration in style[:4_000].lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def _matches(element: HtmlElement, selectors: frozenset[Selector]) -> bool:
    names = [(".", name) for name in element.get("class", "").split()[:50]]
    names.append(("#", element.get("id", "")))
    return any((tag, kind, name) in selectors for kind, name in names for tag in ("", element.tag))


def _hidden_by_sheets(root: HtmlElement) -> frozenset[Selector]:
    hidden: set[Selector] = set()
    for sheet in islice(root.iter("style"), 50):
        for selectors, style in islice(rules_of(sheet.text or ""), _MAX_RULES):
            rules = declarations(style)
            if not rules.keys() & {"display", "visibility"}:
                continue
            is_hiding = any(rules.get(name) in _HIDING[name] for name in ("display", "visibility"))
            for selector in selectors.split(","):
                simple = _SIMPLE_SELECTOR.fullmatch(selector.strip())
                if simple is None:
                    continue
                key = ((simple[1] or "").lower(), simple[2], simple[3])
                hidden.add(key) if is_hiding else hidden.discard(key)
    return frozenset(hidden)


def rules_of(sheet: str) -> list[tuple[str, str]]:
    """Return selectors and declarations of a style sheet, without what stands in at-rules (``@media`` and such)."""
    sheet = _without_comments(sheet)
    found, position = [], 0
    while (opening := sheet.find("{", position)) >= 0:
        selectors = sheet[position:opening].rpartition(";")[2].strip()
        closing = _block_end(sheet, opening)
        if not selectors.startswith("@"):
            found.append((selectors, sheet[opening + 1 : closing]))
        position = closing + 1
    return found


def _block_end(sheet: str, opening: int) -> int:
    """Return where the block that opens at ``opening`` closes, other blocks within it passed over."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(sheet, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(sheet)


def _without_comments(sheet: str) -> str:
    parts, position = [], 0
    while (start := sheet.find("/*", position)) >= 0:
        parts.append(sheet[position:start])
        end = sheet.find("*/", start + 2)
        if end < 0:
            return "".join(parts)
        position = end + 2
    return "".join([*parts, sheet[position:]])
