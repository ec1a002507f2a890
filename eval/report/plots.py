"""Small plots as inline SVG: no library, no script, colours from the page's style sheet."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from footnote.eval.report.compare import Difference
from footnote.eval.report.loaded import Timings
from footnote.eval.score.confidence import Bin, Point
from footnote.eval.score.summary import Result

WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BOTTOM = 54, 14, 16, 40
_LETTER = 6.9
"""The width of a letter, on average, and to be safe."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot's axes: both begin at 0; ``wide`` and ``tall`` are the values at their ends."""

    wide: float = 1.0
    tall: float = 1.0

    def x(self, value: float) -> float:
        """Return where a value stands from the left, in the drawing's units."""
        return round(LEFT + (WIDTH - LEFT - RIGHT) * value / self.wide, 1)

    def y(self, value: float) -> float:
        """Return where a value stands from the top, in the drawing's units."""
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.tall, 1)

    def draw(self, title: str, across: str, up: str, marks: Iterable[str]) -> str:
        """Return the whole picture: axes with five ticks each, their names, and the marks."""
        parts = []
        for i in range(5):
            x, y = self.x(self.wide * i / 4), self.y(self.tall * i / 4)
            parts.append(line("grid", LEFT, WIDTH - RIGHT, y, y))
            parts.append(text(x, HEIGHT - BOTTOM + 15, tick(self.wide * i / 4, self.wide), "middle"))
            parts.append(text(LEFT - 6, y + 4, tick(self.tall * i / 4, self.tall), "end"))
        parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across, "middle", "name"))
        parts.append(
            f'<text class="name" text-anchor="middle" transform="translate(11 {(HEIGHT - BOTTOM + TOP) / 2}) '
            f'rotate(-90)">{escape(up)}</text>'
        )
        return picture(title, HEIGHT, [*parts, *marks])


def text(x: float, y: float, words: str, anchor: str, style: str = "tick") -> str:
    """Return a piece of text in a drawing."""
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def line(style: str, x1: float, x2: float, y1: float, y2: float) -> str:
    """Return a straight line in a drawing."""
    return f'<line class="{style}" x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}"/>'


def polyline(style: str, points: Iterable[tuple[float, float]]) -> str:
    """Return a line through points."""
    return f'<polyline class="{style}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'


def picture(title: str, height: int, parts: Iterable[str]) -> str:
    """Return a whole drawing."""
    title = escape(title)
    start = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}"><title>{title}</title>'
    return "".join([start, *parts, "</svg>"])


def tick(value: float, most: float) -> str:
    """Return the number on an axis, in as many places as the axis needs."""
    return f"{value:.0f}" if most >= 10 or value == 0 else f"{value:.2g}"


def risk_plot(curve: Sequence[Point], threshold_coverage: float) -> str:
    """Draw how often answers are wrong as more of the questions are answered, and where the run stood."""
    frame = Frame()
    points = [(frame.x(point.coverage), frame.y(point.risk)) for point in curve]
    x = frame.x(threshold_coverage)
    marks = [
        line("mark", x, x, frame.y(1), frame.y(0)),
        text(x, TOP - 4, "this run", "middle" if 60 < x < WIDTH - 60 else ("end" if x > 200 else "start")),
        polyline("line", points),
    ]
    return frame.draw("Risk and coverage", "coverage: share of questions answered", "risk: share of them wrong", marks)


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Draw how often questions are answerable against how sure the run was; the diagonal is perfect."""
    frame = Frame()
    points = [(frame.x(item.confidence), frame.y(item.observed)) for item in bins]
    marks = [line("mark", frame.x(0), frame.x(1), frame.y(0), frame.y(1)), polyline("line thin", points)]
    for (x, y), item in zip(points, bins, strict=True):
        label = f"{item.count} questions: {item.confidence:.2f} sure, {item.observed:.2f} answerable"
        marks.append(f'<circle class="dot" cx="{x}" cy="{y}" r="4.5"><title>{label}</title></circle>')
    return frame.draw("Reliability", "confidence", "share answerable", marks)


def latency_plot(timings: Timings, bars: int = 24) -> str:
    """Draw how long answers took, up to the slowest hundredth, with the median and the 95th percentile."""
    most = round_up(max(timings.quantile(0.99), 1.0))
    counts, _ = np.histogram(np.minimum(timings.milliseconds, most), bins=bars, range=(0, most))
    frame = Frame(wide=most, tall=round_up(float(max(4, counts.max(initial=0)))))
    step = most / bars
    marks = [
        f'<rect class="bar" x="{frame.x(i * step) + 0.5}" width="{(WIDTH - LEFT - RIGHT) / bars - 1:.1f}" '
        f'y="{frame.y(count)}" height="{frame.y(0) - frame.y(count):.1f}"/>'
        for i, count in enumerate(counts)
        if count
    ]
    for share, name, anchor in ((0.5, "half", "end"), (0.95, "95%", "start")):
        x = frame.x(min(timings.quantile(share), most))
        marks.append(line("mark", x, x, frame.y(frame.tall), frame.y(0)))
        marks.append(text(x, TOP - 4, name, anchor))
    return frame.draw("Time to answer", "milliseconds", "questions", marks)


def round_up(value: float) -> float:
    """Return the next number that divides well into four: 4, 8, 12, 20, 40 and so on."""
    scale = 10 ** math.floor(math.log10(value / 4)) if value > 0 else 1
    return next(float(4 * scale * factor) for factor in (1, 2, 2.5, 3, 5, 10, 20) if 4 * scale * factor >= value)


def tag_plot(rows: Sequence[tuple[str, Result]]) -> str:
    """Draw a bar for each tag, with its interval."""
    left, row = 132, 24
    height = row * len(rows) + 28
    scale = WIDTH - left - 44
    parts = []
    for i, (tag, result) in enumerate(rows):
        y = i * row + 4
        label = tag if len(tag) <= 19 else tag[:18] + "…"
        parts.append(text(left - 8, y + 13, f"{label} ({result.count})", "end"))
        parts.append(f'<rect class="back" x="{left}" y="{y}" width="{scale}" height="{row - 7}"/>')
        parts.append(f'<rect class="bar" x="{left}" y="{y}" width="{scale * result.value:.1f}" height="{row - 7}"/>')
        if not math.isnan(result.low):
            low, high = left + scale * result.low, left + scale * result.high
            middle = y + (row - 7) / 2
            parts.append(line("whisker", round(low, 1), round(high, 1), middle, middle))
        parts.append(text(left + scale + 6, y + 13, f"{result.value:.2f}", "start"))
    parts.append(text(left + scale / 2, height - 6, "share got right, with 95% interval", "middle", "name"))
    return picture("Score by tag", height, parts)


def change_plot(rows: Sequence[Difference]) -> str:
    """Draw each measure's change with its interval, zero in the middle; a change that holds is a filled dot."""
    left, row = 10 + round(_LETTER * max((len(each.measure.title) for each in rows), default=0)), 26
    height = row * len(rows) + 34
    ends = [abs(end) for each in rows for end in (each.change.value, each.change.low, each.change.high)]
    reach = max([0.02, *(end for end in ends if not math.isnan(end))])
    middle, half = (left + WIDTH - RIGHT) / 2, (WIDTH - RIGHT - left) / 2

    def x(value: float) -> float:
        return round(middle + half * value / reach, 1)

    parts = [line("mark", middle, middle, 0, height - 26)]
    for i, each in enumerate(rows):
        y = i * row + 14
        parts.append(text(left - 10, y + 4, each.measure.title, "end"))
        if not math.isnan(each.change.low):
            parts.append(line("whisker", x(each.change.low), x(each.change.high), y, y))
        style = "dot" if each.direction != "unchanged" else "hollow"
        parts.append(f'<circle class="{style}" cx="{x(each.change.value)}" cy="{y}" r="4.5"/>')
    for value in (-reach, 0.0, reach):
        anchor = "end" if value > 0 else "start" if value < 0 else "middle"
        parts.append(text(x(value), height - 10, f"{value:+.2g}" if value else "0", anchor))
    return picture("Changes", height, parts)
