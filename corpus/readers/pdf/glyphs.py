"""The letters of a PDF's pages, each with its place and true width, and the boxes that are drawn around some."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.utils import Matrix, PathSegment, apply_matrix_pt, apply_matrix_rect

_SMALLEST = 2.0  # type of less than so many points is there to be found, not to be read
_MAX_BOXES = 400
Item = TypeVar("Item")
UNKNOWN = "\ufffd"  # stands for a letter that the file does not name


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter: where it starts and ends on its base line, in points with y growing upwards, and its size."""

    x: float
    right: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that is drawn on a page."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is within."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a page: letters that run in one direction, turned so that it is from left to right."""

    height: float
    glyphs: tuple[Glyph, ...]
    boxes: tuple[Box, ...]


def grouped(items: Iterable[Item], belongs: Callable[[Item, Item], bool]) -> list[list[Item]]:
    """Part items, in their order, wherever one does not belong to the first of its group."""
    groups: list[list[Item]] = []
    for item in items:
        if groups and belongs(groups[-1][0], item):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


class PageReader(PDFTextDevice):
    """Takes down what pdfminer.six draws of one page after another; fonts are kept between them."""

    def __init__(self) -> None:
        manager = PDFResourceManager()
        super().__init__(manager)
        self._interpreter = PDFPageInterpreter(manager, self)

    def read(self, page: PDFPage) -> Sheet:
        """Return what stands on a page."""
        self._directions: dict[str, list[Glyph]] = {}
        self._boxes: list[Box] = []
        self._interpreter.process_page(page)
        direction = max(self._directions, key=lambda name: (len(self._directions[name]), name == "upright"), default="")
        boxes = self._boxes if direction in ("upright", "") else []
        return Sheet(self._height, tuple(self._directions.get(direction, ())), tuple(boxes))

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Take down a page's size."""
        left, bottom, right, top = apply_matrix_rect(ctm, page.mediabox)
        self._width, self._height = abs(right - left), abs(top - bottom)

    def paint_path(
        self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Take down a rectangle."""
        shape = "".join(step[0] for step in path)
        if shape in ("mlllh", "mllllh", "mlll") and self.ctm and len(self._boxes) < _MAX_BOXES:
            points = [apply_matrix_pt(self.ctm, step[-2:]) for step in path if step[0] != "h"]  # type: ignore[arg-type]
            across, up = zip(*points, strict=True)
            if len({round(x, 1) for x in across}) == len({round(y, 1) for y in up}) == 2:
                self._boxes.append(Box(min(across), min(up), max(across), max(up)))

    def render_char(
        self, matrix: Matrix, font: PDFFont, fontsize: float, scaling: float, rise: float, cid: int,
        ncs: PDFColorSpace, graphicstate: PDFGraphicState,
    ) -> float:  # fmt: skip
        """Take down a letter, and return how far it advances."""
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNKNOWN
        advance = font.char_width(cid) * fontsize * scaling
        scale = math.hypot(matrix[0], matrix[1])
        size = abs(fontsize) * math.hypot(matrix[2], matrix[3])
        x, y = apply_matrix_pt(matrix, (0, rise))
        if size >= _SMALLEST and scale and all(map(math.isfinite, (x, y, size, advance))):
            self._place(matrix, font, x, y, abs(advance) * scale, size, text)
        return advance

    def _place(self, matrix: Matrix, font: PDFFont, x: float, y: float, width: float, size: float, text: str) -> None:
        if not (0 <= x <= self._width and 0 <= y <= self._height):  # what lies outside is not seen
            return
        direction = "down" if font.is_vertical() else _direction(matrix)
        if direction:
            across, along = _TURNED[direction](x, y)
            width = size if direction == "down" else width
            self._directions.setdefault(direction, []).append(Glyph(across, across + width, along, size, text))


def _direction(matrix: Matrix) -> str:
    """Return where text runs to; nothing when it runs across, as watermarks do."""
    a, b = matrix[0], matrix[1]
    if abs(b) <= 0.3 * abs(a):
        return "upright" if a > 0 else "upside down"
    if abs(a) <= 0.3 * abs(b):
        return "upwards" if b > 0 else "downwards"
    return ""


_TURNED = {
    "upright": lambda x, y: (x, y),
    "upside down": lambda x, y: (-x, -y),
    "upwards": lambda x, y: (y, -x),
    "downwards": lambda x, y: (-y, x),
    "down": lambda x, y: (-y, x),  # Chinese and Japanese in columns, the first one at the right
}


def is_readable(text: str) -> bool:
    """Tell a letter that says which one it is from one that only its drawing tells."""
    return text not in ("", UNKNOWN) and {"Cc", "Cn", "Co", "Cs"}.isdisjoint(map(unicodedata.category, text))
