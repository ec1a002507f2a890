"""Cut a stored text into paragraphs along its highlights. Lists in, lists out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from footnote.page.web import Number

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
