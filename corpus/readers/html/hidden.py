"""Take out of a web page what a reader of it does not see: nobody could check a quotation of hidden text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from colorsys import hls_to_rgb

from lxml.html import HtmlElement

from footnote.corpus.readers.html.prose import LONG, prose, size
from footnote.corpus.readers.html.stylesheets import Styles, declarations

_NEVER_TEXT = frozenset(
    """script style noscript template iframe object embed svg canvas audio video select datalist button textarea input
    map frameset applet meter progress""".split()
)
_UNSEEN_NAMES = frozenset(
    """sr-only sr_only visually-hidden visuallyhidden visually_hidden is-visually-hidden u-visually-hidden
    screen-reader-text screen-reader-only screenreader screenreader-only element-invisible a11y-hidden""".split()
)
"""What classes are called, by custom, that only programs that read aloud take up."""

_HIDING = {
    "display": frozenset({"none"}),
    "visibility": frozenset({"hidden", "collapse"}),
    "content-visibility": frozenset({"hidden"}),
}
_ZERO = re.compile(r"[+-]?(?:0+(?:\.0*)?|\.0+)(?:[a-z]+|%)?")
_LENGTH = re.compile(r"\+?(\d{0,6}(?:\.\d{0,9})?)(px|pt|em|rem|ex|ch|%|vh|vw)?")
_TINY = {"px": 2, "pt": 2, "em": 0.15, "rem": 0.15, "ex": 0.3, "ch": 0.3, "%": 15, "vh": 0.2, "vw": 0.2, None: 0}
_FAR_OFF = re.compile(r"-\d{3,}(?:\.\d*)?(?:px|r?em|pt|%|vw|vh)?|-\d{2,}(?:\.\d*)?r?em")
_MOVED_OFF = re.compile(r"translate(?:x|y|3d)?\([^)]{0,60}?(?:-\d{3,}(?:\.\d*)?(?:px|%|vw|vh|r?em|pt))")
_SHRUNK = re.compile(r"scale(?:x|y|3d)?\(\s?[+-]?0?(?:\.0*)?\s?[,)]")
_CLIPPED = re.compile(
    r"rect\(\s?[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s?\)|inset\(\s?(?:50|[1-9]\d{2})%.{0,40}\)"
    r"|(?:circle|ellipse)\(\s?0(?:px|%)?\b.{0,40}\)"
    r"|polygon\(\s?0(?:px|%)? 0(?:px|%)?(?:,\s?0(?:px|%)? 0(?:px|%)?)*\s?\)"
)
_CLEAR = re.compile(r"opacity\(\s?(?:0?\.?0+%?)\s?\)")
_ZERO_HIDES = ("opacity", "zoom", "max-width", "max-height", "width", "height", "line-height")
_OFF_HIDES = ("left", "right", "top", "bottom", "inset", "text-indent", "margin", "margin-left", "margin-top")
_BOXED = ("width", "height", "max-width", "max-height")
_PROPERTIES = frozenset(
    (*_HIDING, *_ZERO_HIDES, *_OFF_HIDES, *_BOXED, "color", "background", "background-color", "font", "font-size",
     "overflow", "overflow-x", "overflow-y", "transform", "clip", "clip-path", "filter")
)  # fmt: skip

_Colour = tuple[int, int, int]
_NAMED_COLOURS = {"white": (255, 255, 255), "snow": (255, 250, 250), "black": (0, 0, 0), "ivory": (255, 255, 240)}
_RGB = re.compile(r"rgba?\(\s?(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:\s?[,/]\s?([\d.]+%?))?\s?\)")
_HSL = re.compile(r"hsla?\(\s?(\d{1,3})(?:deg)?[\s,]+(\d{1,3})%[\s,]+(\d{1,3})%(?:\s?[,/]\s?[\d.]+%?)?\s?\)")
_HEX = re.compile(r"#([0-9a-f]{3,8})")
_SEE_THROUGH = re.compile(
    r"transparent|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)|(?:rgb|hsl)a?\([^)]{1,60}[,/]\s?(?:0?\.?0+%?)\s?\)"
)
_COLOURED = frozenset({"body", "font", "table", "tr", "td", "th", "tbody", "basefont", "marquee"})
"""What may have attributes that colour it."""
_CLOSE = 16
"""Two colours that differ by less than this in each of red, green and blue are one to the eye."""
_WHITE = (255, 255, 255)


def remove_hidden(root: HtmlElement) -> None:
    """Remove from ``root``, in place, every element that a browser would not show, and all that is never text.

    Hidden are: the ``hidden`` attribute, ``aria-hidden``, closed dialogs, and what a style, its own or one of a style
    sheet within the page, does not show, gives no size, puts off the page, clips away, or paints in the colour of the
    ground. Where the greater part of the page's text would go because a sheet makes it see-through, or because it is
    white and no ground is named, the page means otherwise: scripts, or a sheet that is not at hand, show it.
    """
    styles = Styles(root, _PROPERTIES)
    grounds: dict[HtmlElement, _Paint] = {}
    doomed: list[HtmlElement] = []
    doubtful: list[HtmlElement] = []
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _NEVER_TEXT:
            doomed.append(element)
            continue
        rules = styles.of(element)
        if element.tag in _COLOURED:
            rules = {**_attributes(element), **rules}
        paint = grounds[element] = _painted(grounds.get(element.getparent(), _PLAIN_PAINT), rules)
        if element.tag in ("html", "body", "head"):  # hidden until a script shows them, on pages that mean no harm
            continue
        if _is_hidden(element, rules) or paint.hides:
            (doubtful if _is_doubtful(element, rules, paint) else doomed).append(element)
    for element in doomed:
        drop(element)
    for element in _believed(root, doubtful):
        drop(element)


def drop(element: HtmlElement) -> None:
    """Remove an element with all in it, and keep the text that follows it; one without a parent stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _believed(root: HtmlElement, doubtful: list[HtmlElement]) -> list[HtmlElement]:
    """Return what is doubtful when it is the lesser part of the page's running text; else nothing."""
    if not doubtful:
        return []
    within = set(doubtful)
    blocks = prose(root)
    lost = [
        block for block in blocks if block.element in within or any(a in within for a in block.element.iterancestors())
    ]
    return doubtful if 2 * size(lost) <= size(blocks) + LONG else []


# --- one element ---


def _is_hidden(element: HtmlElement, rules: Mapping[str, str]) -> bool:
    if element.tag == "dialog" and element.get("open") is None:
        return True
    if not element.attrib:
        return hides(rules)
    if element.get("hidden") is not None or element.get("popover") is not None:
        return True
    if element.get("aria-hidden", "").strip().lower() == "true":
        return True
    return not _UNSEEN_NAMES.isdisjoint(element.get("class", "").lower().split()) or hides(rules)


def _is_doubtful(element: HtmlElement, rules: Mapping[str, str], paint: _Paint) -> bool:
    """Tell whether what hides an element may be a script's, or a style sheet's that is not at hand, to undo."""
    if paint.hides:
        return not paint.ground_named and not hides(rules)
    own = declarations(element.get("style", ""))
    return "opacity" not in own and not _is_hidden(element, {**rules, "opacity": "1"})


def hides(rules: Mapping[str, str]) -> bool:
    """Tell whether a style keeps its element from being seen, whatever its colours are."""
    if not rules:
        return False
    return (
        any(rules.get(name) in values for name, values in _HIDING.items())
        or _is_sizeless(rules)
        or any(_FAR_OFF.match(rules.get(name, "")) for name in _OFF_HIDES)
        or any(_CLIPPED.fullmatch(rules.get(name, "")) for name in ("clip", "clip-path"))
        or bool(_MOVED_OFF.search(transform := rules.get("transform", "")) or _SHRUNK.search(transform))
        or bool(_SEE_THROUGH.fullmatch(rules.get("color", "")))
        or bool(_CLEAR.search(rules.get("filter", "")))
    )


def _is_sizeless(rules: Mapping[str, str]) -> bool:
    if any(_ZERO.fullmatch(rules.get(name, "")) for name in _ZERO_HIDES):
        return True
    font = rules.get("font", "").split("/")[0].split()
    if _is_tiny(rules.get("font-size", font[-1] if font and font[-1][0].isdigit() else "")):
        return True
    is_cut = any(
        rules.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y")
    )
    return is_cut and any(_is_tiny(rules.get(name, "")) for name in _BOXED)


def _is_tiny(value: str) -> bool:
    length = _LENGTH.fullmatch(value)
    try:
        return length is not None and float(length[1] or "x") <= _TINY[length[2]]
    except ValueError:
        return False


# --- colours ---


class _Paint:
    """The colours that an element is painted in, those it inherits among them; nothing where one cannot be told."""

    __slots__ = ("colour", "ground", "ground_named", "hides")

    def __init__(self, colour: _Colour | None, ground: _Colour | None, ground_named: bool, hides: bool) -> None:
        self.colour, self.ground, self.ground_named, self.hides = colour, ground, ground_named, hides


_PLAIN_PAINT = _Paint((0, 0, 0), _WHITE, ground_named=False, hides=False)


def _painted(paint: _Paint, rules: Mapping[str, str]) -> _Paint:
    painted = rules.get("color", ""), rules.get("background-color") or rules.get("background") or ""
    if not any(painted):
        return _Paint(paint.colour, paint.ground, paint.ground_named, hides=False) if paint.hides else paint
    colour = paint.colour if painted[0] in ("", "inherit", "unset", "currentcolor") else _colour(painted[0])
    ground, named = paint.ground, paint.ground_named
    if painted[1] not in ("", "none", "inherit", "unset", "initial") and not _SEE_THROUGH.fullmatch(painted[1]):
        ground, named = _ground(painted[1]), True
    same = (
        colour is not None
        and ground is not None
        and all(abs(a - b) < _CLOSE for a, b in zip(colour, ground, strict=True))
    )
    return _Paint(colour, ground, named, same)


def _ground(value: str) -> _Colour | None:
    """Return the colour of a background; nothing where a picture lies on it."""
    if "(" in value and ("url(" in value or "gradient(" in value or "var(" in value):
        return None
    return _colour(value) or next(filter(None, map(_colour, value.split())), None)


def _colour(value: str) -> _Colour | None:
    if (numbers := _RGB.fullmatch(value)) is not None:
        return int(numbers[1]), int(numbers[2]), int(numbers[3])
    if (digits := _HEX.fullmatch(value)) is not None:
        written = digits[1] if len(digits[1]) >= 6 else "".join(2 * digit for digit in digits[1])
        return int(written[:2], 16), int(written[2:4], 16), int(written[4:6] or "0", 16)
    if (parts := _HSL.fullmatch(value)) is not None:
        red, green, blue = hls_to_rgb(float(parts[1]) / 360, float(parts[3]) / 100, float(parts[2]) / 100)
        return round(255 * red), round(255 * green), round(255 * blue)
    return _NAMED_COLOURS.get(value)


def _attributes(element: HtmlElement) -> dict[str, str]:
    """Return what old attributes say of an element's colours."""
    said = {"color": element.get("text") if element.tag == "body" else element.get("color"),
            "background-color": element.get("bgcolor")}  # fmt: skip
    return {name: value.strip().lower() for name, value in said.items() if value}
