"""One self-contained page about a run: measures, plots, and every question with its sentences in context.

Articles and questions are somebody else's text: all of it is escaped, and the page's own policy lets no
script run but the one it was made with, and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from footnote.eval.report.finished import RunReport
from footnote.eval.report.page_questions import question_list
from footnote.eval.report.plots import latency_plot, reliability_plot, risk_plot, tag_plot
from footnote.eval.report.report import baseline_rows, deciding, facts, number, others, span, table_rows
from footnote.eval.score.catalogue import BY_NAME
from footnote.eval.score.summary import Summary
from footnote.eval.score.timing import Timings
from footnote.eval.training_data import fitted_on

TAGS_SHOWN = 30


def page(report: RunReport) -> str:
    """Return the whole page."""
    script = (Path(__file__).parent / "report.js").read_text(encoding="utf-8")
    fitted = fitted_on(report.about["engine"])
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy(script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(report.suite.name)} · Footnote evaluation</title>",
            f"<style>{style()}</style></head><body>",
            *overview(report.suite.name, len(report.suite.articles), report.summary, report.timings, fitted),
            *question_list(report),
            f"<script>{script}</script></body></html>\n",
        ]
    )


def style() -> str:
    """Return the style sheet of what this module makes."""
    return (Path(__file__).parent / "report.css").read_text(encoding="utf-8")


def overview(name: str, articles: int, summary: Summary, timings: Timings, fitted: Sequence[str] = ()) -> Iterator[str]:
    """Yield everything but the questions: what was measured, the measures that decide, plots and tables."""
    yield from head(name, facts(articles, summary, timings, fitted), summary)
    if summary.simplest:
        yield '<h2>Beside the simplest answerers</h2><div class="scroll" tabindex="0"><table class="table2">'
        yield from rows_of(baseline_rows(summary.simplest))
        yield "</table></div>"
    yield from plots(summary, timings)
    yield from measures(summary)


def policy(script: str) -> str:
    """Return a policy that allows this script, inline styles, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def head(name: str, lines: Sequence[str], summary: Summary) -> Iterator[str]:
    """Yield the title, what was measured, and the measures that decide as cards."""
    asked, took, fitted, *alarms = lines
    yield f'<header><h1>{escape(name)}</h1><p class="soft">{escape(asked)}; {escape(took)}; {escape(fitted)}</p>'
    for alarm in alarms:
        yield f'<p class="alarm">{escape(alarm)}</p>'
    yield '</header><div class="cards">'
    for result in deciding(summary):
        measure = BY_NAME[result.name]
        yield f'<div class="card"><b>{number(result.value)}</b>{escape(measure.title)}'
        count = f"n&nbsp;=&nbsp;{result.count}"
        yield f"<br><small>{span(result) or '&nbsp;'}<br>{measure.better} is better, {count}</small></div>"
    yield "</div>"


def plots(summary: Summary, timings: Timings) -> Iterator[str]:
    """Yield the plots that there is something to draw for."""
    yield '<h2>Plots</h2><div class="plots">'
    if summary.curve:
        share = 1 - (summary.table.answerable_abstained + summary.table.unanswerable_abstained) / max(
            1, summary.questions - summary.table.failed
        )
        yield figure(
            "Risk and coverage",
            "Wrong: the question has no answer here, or no gold sentence would be cited.",
            risk_plot(summary.curve, share),
        )
        yield figure(
            "Reliability",
            "How often questions are answerable, against how sure it was. On the diagonal is best.",
            reliability_plot(summary.bins),
        )
    if timings.milliseconds:
        yield figure("Time to answer", "Each question, in one process.", latency_plot(timings))
    rows = [(tag, result) for tag, results in summary.tags.items() for result in results if result.name == "right"]
    if rows:
        yield figure("By tag", BY_NAME["right"].title.capitalize() + ".", tag_plot(rows[:TAGS_SHOWN]))
    yield "</div>"


def figure(title: str, caption: str, drawing: str) -> str:
    """Return a plot with its title and caption."""
    return f"<figure><figcaption><b>{escape(title)}</b>{escape(caption)}</figcaption>{drawing}</figure>"


def measures(summary: Summary) -> Iterator[str]:
    """Yield the tables: the 2×2 of answering, where questions were lost, and the measures that do not decide."""
    yield '<h2>Answered or declined</h2><div class="scroll" tabindex="0"><table class="table2">'
    yield from rows_of(table_rows(summary.table))
    yield "</table></div>"
    if summary.stages:
        yield '<h2>Where questions were lost</h2><div class="scroll" tabindex="0"><table class="table2">'
        stages = [(stage, str(count)) for stage, count in summary.stages.items()]
        yield from rows_of([("stage", "questions"), *stages])
        yield "</table></div>"
    yield '<details class="fold"><summary>All other measures</summary><div class="scroll" tabindex="0">'
    yield '<table><tr><th>measure</th><th class="n">value</th>'
    yield '<th>95% interval</th><th class="n">n</th><th class="over">over</th></tr>'
    group = ""
    for result in others(summary):
        measure = BY_NAME[result.name]
        if measure.group != group:
            group = measure.group
            yield f'<tr class="group"><td colspan="5">{escape(group)}</td></tr>'
        yield f'<tr><td>{escape(measure.title)}</td><td class="n">{number(result.value)}</td>'
        yield f'<td class="span">{span(result)}</td><td class="n">{result.count}</td>'
        yield f'<td class="over soft">{escape(measure.over)}</td></tr>'
    yield "</table></div></details>"


def rows_of(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the rows of a table, its first row and column being headers."""
    for i, row in enumerate(rows):
        first, *cells = row
        kind = "td" if i else "th"
        yield f"<tr><th>{escape(first)}</th>"
        yield "".join(f'<{kind} class="n">{escape(cell)}</{kind}>' for cell in cells) + "</tr>"
