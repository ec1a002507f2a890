"""A comparison of two runs as a part of a page: the verdict, every difference, and the questions that changed."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from footnote.eval.record import Record
from footnote.eval.report.compare import Comparison, Difference
from footnote.eval.report.compare_text import change_text, counts, interval_text
from footnote.eval.report.loaded import fitted_words
from footnote.eval.report.plots import change_plot
from footnote.eval.report.report import number, signed
from footnote.eval.score.catalogue import CITED_F1

VERDICTS = {
    "worse": "The second run is worse",
    "unchanged": "No difference that holds",
    "better": "The second run is better",
}
SHOWN = 50
"""So many questions are shown of those that broke, and of those that were fixed."""


def comparison(found: Comparison, resamples: int) -> Iterator[str]:
    """Yield a comparison that was made with so many resamples."""
    yield f'<section class="verdict {found.verdict}"><h2>{VERDICTS[found.verdict]}</h2>'
    yield f'<p class="soft">{escape(found.after.name)} against {escape(found.before.name)}; {counts(found)}</p>'
    for run in (found.before, found.after):
        yield f'<p class="soft">{escape(run.name)}: {escape(fitted_words(run.head.fitted))}</p>'
    for line in (*found.violations[:SHOWN], *found.crossed):
        yield f'<p class="alarm">{escape(line)}</p>'
    for difference in found.decided:
        mark = "good" if difference.direction == "better" else "bad"
        yield f'<p class="{mark}">{escape(change_text(difference))}</p>'
    yield "</section>"
    yield from differences(found.differences, resamples)
    yield from flips("Broken", found.broken)
    yield from flips("Fixed", found.fixed)


def differences(found: Sequence[Difference], resamples: int) -> Iterator[str]:
    """Yield a plot and a table of the deciding measures, and the others behind a fold."""
    deciding = [each for each in found if each.measure.decides]
    if deciding:
        yield '<div class="plots"><figure><figcaption><b>What decides</b>'
        yield "Change from the first to the second run, with its 95% interval; "
        yield f"to the right is more, and filled dots hold.</figcaption>{change_plot(deciding)}</figure></div>"
    yield "<h2>Measures</h2>"
    yield from difference_table(deciding)
    yield '<p class="soft">In bold what decides, its p corrected for the others tested; intervals from '
    yield f"{resamples:,} resamples.</p>"
    yield '<details class="fold"><summary>All other measures</summary>'
    yield from difference_table([each for each in found if not each.measure.decides])
    yield "</details>"


def difference_table(found: Sequence[Difference]) -> Iterator[str]:
    """Yield a table of differences."""
    yield '<div class="scroll" tabindex="0"><table><tr><th>measure</th><th class="n">first</th>'
    yield '<th class="n">second</th><th class="n">change</th><th>95% interval</th><th class="n">p</th>'
    yield '<th class="n">n</th></tr>'
    yield from map(row, found)
    yield "</table></div>"


def row(found: Difference) -> str:
    """Return one measure's row."""
    title, p = escape(found.measure.title), f"{found.p:.4f}"
    if found.measure.decides:
        title, p = f"<b>{title}</b>", f"{found.corrected_p:.4f}"
    mark = {"better": "good", "worse": "bad"}.get(found.direction, "")
    return (
        f'<tr><td>{title}</td><td class="n">{number(found.before)}</td><td class="n">{number(found.after)}</td>'
        f'<td class="n {mark}">{signed(found.change.value)}</td><td class="span">{interval_text(found)}</td>'
        f'<td class="n">{p}</td><td class="n">{found.count}</td></tr>'
    )


def flips(title: str, pairs: Sequence[tuple[Record, Record]]) -> Iterator[str]:
    """Yield the questions that changed one way, each with both answers."""
    if not pairs:
        return
    yield f"<h2>{title}</h2>"
    for before, after in pairs[:SHOWN]:
        yield f'<details class="question {"right" if title == "Fixed" else "wrong"}"><summary>'
        yield f'<span class="badge">{title.lower()}</span><span class="asked">{escape(before.question)}</span>'
        yield f'<span class="soft">{moved(before, after)}</span></summary><div class="body"><div class="sides">'
        yield from side("First", before)
        yield from side("Second", after)
        yield "</div></div></details>"
    if len(pairs) > SHOWN:
        yield f'<p class="soft">and {len(pairs) - SHOWN} more</p>'


def moved(before: Record, after: Record) -> str:
    """Return how the F1 of a question's citations changed; nothing where it has none."""
    old, new = before.value(CITED_F1), after.value(CITED_F1)
    return "" if old is None or new is None or math.isnan(old + new) else f"F1 {old:.2f} → {new:.2f}"


def side(title: str, record: Record) -> Iterator[str]:
    """Yield what one run said."""
    lost = f", lost at {record.stage}" if record.stage else ""
    yield f'<div><h3>{title}: {escape(record.status + lost)}</h3><p class="soft">confidence '
    yield f"{number(record.confidence)}</p><blockquote>{escape(record.text) or '(nothing)'}</blockquote></div>"
