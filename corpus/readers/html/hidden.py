"""Take out of a web page what a reader of it does not see: nobody could check a quotation of hidden text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from colorsys import hls_to_rgb
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from footnote.corpus.readers.html.prose import LONG, NEVER_TEXT, Block, prose, size
from footnote.corpus.readers.html.stylesheets import Styles, declarations

_UNSEEN_NAMES = frozenset(
    """sr-only sr_only visually-hidden visuallyhidden visually_hidden is-visually-hidden u-visually-hidden
    screen-reader-text screen-reader-only screenreader screenreader-only element-invisible a11y-hidden""".split()
)
"""What classes are called, by custom, that only programs that read aloud take up."""

_HIDING = {"display": ("none",), "visibility": ("hidden", "collapse"), "content-visibility": ("hidden",)}
_SWITCHES = ("display", "visibility", "opacity")  # what scripts that show a part of a page set
_ALL_BUT_NOTHING = 0.9
_DIGITS = re.compile(r"\d+")
_ZERO = re.compile(r"[+-]?(?:0+(?:\.0*)?|\.0+)(?:[a-z]+|%)?")
_LENGTH = re.compile(r"\+?(\d{1,6}(?:\.\d{0,9})?|\.\d{1,9})(px|pt|em|rem|ex|ch|%|vh|vw)?")
_TINY = {"px": 2, "pt": 2, "em": 0.15, "rem": 0.15, "ex": 0.3, "ch": 0.3, "%": 15, "vh": 0.2, "vw": 0.2, None: 0}
_RELATIVE = re.compile(r"(?:\d(?:em|ex|ch|%)|smaller|larger|inherit|unset)$")
_FAR_OFF = re.compile(r"-\d{3,}(?:\.\d*)?(?:px|r?em|pt|%|vw|vh)?|-\d{2,}(?:\.\d*)?r?em")
_MOVED_OFF = re.compile(r"translate(?:x|y|3d)?\([^)]{0,60}?(?:-\d{3,}(?:\.\d*)?(?:px|%|vw|vh|r?em|pt))")
_SHRUNK = re.compile(r"scale(?:x|y|3d)?\(\s?[+-]?0?(?:\.0*)?\s?[,)]")
_CLIPPED = re.compile(
    r"rect\(\s?[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s?\)|inset\(\s?(?:50|[1-9]\d{2})%.{0,40}\)"
    r"|(?:circle|ellipse)\(\s?0(?:px|%)?\b.{0,40}\)"
    r"|polygon\(\s?0(?:px|%)? 0(?:px|%)?(?:,\s?0(?:px|%)? 0(?:px|%)?)*\s?\)"
)
_CLEAR = re.compile(r"opacity\(\s?(?:0?\.?0+%?)\s?\)")
_FAR_MARGIN = re.compile(r"-(?:[5-9]\d\d|\d{4,})(?:\.\d*)?(?:px|pt|%|vw|vh)?\b|-\d{2,}(?:\.\d*)?r?em\b")
"""A smaller one lays out columns that overlap."""
_BOXED = ("width", "height", "max-width", "max-height")
_OVERFLOWS = ("overflow", "overflow-x", "overflow-y")

_Colour = tuple[int, int, int]
_NAMED_COLOURS = {"white": (255, 255, 255), "snow": (255, 250, 250), "black": (0, 0, 0), "ivory": (255, 255, 240)}
_RGB = re.compile(r"rgba?\(\s?(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:\s?[,/]\s?([\d.]+%?))?\s?\)")
_HSL = re.compile(r"hsla?\(\s?(\d{1,3})(?:deg)?[\s,]+(\d{1,3})%[\s,]+(\d{1,3})%(?:\s?[,/]\s?[\d.]+%?)?\s?\)")
_HEX = re.compile(r"#([0-9a-f]{3,8})")
_SEE_THROUGH = re.compile(
    r"transparent|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)"
    r"|(?:rgb|hsl)a?\((?:[^),]{1,20},){3}\s?(?:0?\.?0+%?)\s?\)|(?:rgb|hsl)a?\([^)/]{1,60}/\s?(?:0?\.?0+%?)\s?\)"
)
_TESTS = (
    (_ZERO.fullmatch, ("opacity", "zoom", *_BOXED, "line-height")),
    (_FAR_OFF.match, ("left", "right", "top", "bottom", "inset", "text-indent")),
    (_FAR_MARGIN.search, ("margin", "margin-left", "margin-top")),
    (_CLIPPED.fullmatch, ("clip", "clip-path")),
    (_MOVED_OFF.search, ("transform",)),
    (_SHRUNK.search, ("transform",)),
    (_SEE_THROUGH.fullmatch, ("color",)),
    (_CLEAR.search, ("filter",)),
)
"""What finds a value that hides its element, and the properties that it may be the value of."""
_PROPERTIES = frozenset(
    (*_HIDING, *_OVERFLOWS, *(name for _, names in _TESTS for name in names),
     "background", "background-color", "font", "font-size")
)  # fmt: skip
_COLOURED = frozenset({"body", "font", "table", "tr", "td", "th", "tbody", "basefont", "marquee"})
"""What may have attributes that colour it."""
_CLOSE = 16  # two colours that differ by less than this in each of red, green and blue are one to the eye


def remove_hidden(root: HtmlElement) -> bool:
    """Remove from ``root``, in place, all that a browser would not show; tell if hidden text is kept all the same.

    Hidden are: the ``hidden`` attribute, ``aria-hidden``, closed dialogs, and what a style, its own or one of a style
    sheet within the page, does not show, gives no size, puts off the page, clips away, or paints in the colour of the
    ground. Where the greater part of the page's text would go because a sheet makes it see-through, or because of a
    colour whose ground is not named, the page means otherwise: scripts, or a sheet that is not at hand, show it. Where
    next to nothing would be left, scripts do, too; then the text is kept that most of the page's text stands beside.
    """
    surely, perhaps, switched = _unseen(root)
    surely.remove()
    blocks = prose(root) if perhaps or switched else []
    if 2 * size(perhaps.among(blocks)) <= size(blocks) + LONG:
        perhaps.remove()
        blocks = prose(root)
    lost = switched.among(blocks)
    if is_kept := size(lost) > _ALL_BUT_NOTHING * size(blocks):
        shown = switched.most(lost)
        switched.whole = [element for element in switched.whole if element not in shown]
    switched.remove()
    return is_kept


def _unseen(root: HtmlElement) -> tuple[_Unseen, _Unseen, _Unseen]:
    """Return what is surely not seen, what a sheet that is not at hand may show, and what a script may show."""
    styles = Styles(root, _PROPERTIES)
    looks: dict[HtmlElement, _Look] = {}
    surely, perhaps, switched = _Unseen(), _Unseen(), _Unseen()
    for element in root.iter():
        if element.tag in NEVER_TEXT:
            surely.whole.append(element)
            continue
        rules = styles.of(element)
        if element.tag in _COLOURED:
            rules = {**_attributes(element), **rules}
        look = looks[element] = _look(looks.get(element.getparent(), _Look()), rules)
        if element.tag in ("html", "body", "head"):  # hidden until a script shows them, on pages that mean no harm
            looks[element] = _look(look, {"font-size": "9px"}) if look.is_tiny else look
        elif _is_marked(element):
            surely.whole.append(element)
        elif rules and hides(rules):
            if _hides_by(rules, "opacity") and "opacity" not in declarations(element.get("style", "")):
                perhaps.whole.append(element)
            else:
                (switched if _hides_by(rules, *_SWITCHES) else surely).whole.append(element)
        elif look.is_unseen:
            (perhaps if look.is_doubtful else surely).own.append(element)
    return surely, perhaps, switched


@dataclass(slots=True)
class _Unseen:
    """Elements that are not seen: with all that is in them, or the text that is their own."""

    whole: list[HtmlElement] = field(default_factory=list)
    own: list[HtmlElement] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.whole or self.own)

    def among(self, blocks: list[Block]) -> list[Block]:
        """Return those of ``blocks`` that are not seen."""
        whole, unseen = set(self.whole), {*self.whole, *self.own}
        return [b for b in blocks if b.element in unseen or not whole.isdisjoint(b.element.iterancestors())]

    def most(self, blocks: list[Block]) -> set[HtmlElement]:
        """Return the unseen elements of one kind, as the slides of a show, that hold the most of ``blocks``."""
        kinds = {element: (element.tag, _DIGITS.sub("", element.get("class", ""))) for element in self.whole}
        sizes: Counter[tuple[str, str]] = Counter()
        for block in blocks:
            for element in (block.element, *block.element.iterancestors()):
                if element in kinds:
                    sizes[kinds[element]] += size([block])
        (largest, _), *_ = sizes.most_common(1)
        return {element for element, kind in kinds.items() if kind == largest}

    def remove(self) -> None:
        """Remove them from their page."""
        for element in self.whole:
            drop(element)
        for element in self.own:
            element.text = None
            for child in element:
                child.tail = None


def drop(element: HtmlElement) -> None:
    """Remove an element with all in it, and keep the text that follows it; one without a parent stays."""
    if element.getparent() is not None:
        element.drop_tree()


def _is_marked(element: HtmlElement) -> bool:
    """Tell whether an element is called hidden by what is no style."""
    said = element.attrib
    return (
        (element.tag == "dialog" and "open" not in said)
        or "hidden" in said
        or "popover" in said
        or said.get("aria-hidden", "").strip().lower() == "true"
        or not _UNSEEN_NAMES.isdisjoint(said.get("class", "").lower().split())
    )


def _hides_by(rules: Mapping[str, str], *names: str) -> bool:
    """Tell whether what a style hides would be seen without some of its properties, which a script may set."""
    return not hides({name: value for name, value in rules.items() if name not in names})


def hides(rules: Mapping[str, str]) -> bool:
    """Tell whether a style keeps its element from being seen, whatever its colours are."""
    is_cut = any(rules.get(name, "").startswith(("hidden", "clip")) for name in _OVERFLOWS)
    return (
        any(rules.get(name) in values for name, values in _HIDING.items())
        or (is_cut and any(_is_tiny(rules.get(name, "")) for name in _BOXED))
        or any(test(rules.get(name, "")) for test, names in _TESTS for name in names)
    )


def _is_tiny(value: str) -> bool:
    length = _LENGTH.fullmatch(value)
    return length is not None and float(length[1]) <= _TINY[length[2]]


@dataclass(frozen=True, slots=True)
class _Look:
    """The colours and size of an element's own text, which it may have from those around it; `None` is not known."""

    colour: _Colour | None = (0, 0, 0)
    ground: _Colour | None = (255, 255, 255)
    named: frozenset[str] = frozenset()
    is_tiny: bool = False
    is_unseen: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether a style sheet that is not at hand may name the other of the two colours."""
        return not self.is_tiny and len(self.named) < 2


def _look(around: _Look, rules: Mapping[str, str]) -> _Look:
    """Return how an element looks with these rules within what is ``around`` it."""
    if not rules:
        return around
    font = rules.get("font", "").split("/")[0].split()
    written = rules.get("font-size", font[-1] if font and font[-1][0].isdigit() else "")
    is_tiny = _is_tiny(written) or (around.is_tiny and (not written or bool(_RELATIVE.search(written))))
    ink, paper = rules.get("color", ""), rules.get("background-color") or rules.get("background") or ""
    if not ink and not paper and is_tiny == around.is_tiny:
        return around
    colour, ground, named = around.colour, around.ground, around.named
    if ink not in ("", "inherit", "unset", "currentcolor"):
        colour, named = _colour(ink), named | {"colour"}
    if paper not in ("", "none", "inherit", "unset", "initial") and not _SEE_THROUGH.fullmatch(paper):
        ground, named = _ground(paper), named | {"ground"}
    is_one = colour and ground and all(abs(a - b) < _CLOSE for a, b in zip(colour, ground, strict=True))
    return _Look(colour, ground, named, is_tiny, is_tiny or bool(is_one))


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
