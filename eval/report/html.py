"""One self-contained page about a run: measures, plots, and every question with its sentences in context.

Articles and questions are somebody else's text: all of it is escaped, and the page's own policy lets no
script run but the one it was made with, and nothing be fetched.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from footnote.eval.report.loaded import Timings, fitted_on
from footnote.eval.report.page_questions import question_list
from footnote.eval.report.plots import latency_plot, reliability_plot, risk_plot, tag_plot
from footnote.eval.report.report import RunReport, baseline_rows, deciding, facts, number, others, span, table_rows
from footnote.eval.score.catalogue import BY_NAME
from footnote.eval.score.summary import Summary

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
        yield from titled_table("Beside the simplest answerers", baseline_rows(summary.simplest))
    yield from plots(summary, timings)
    yield from measures(summary)


def policy(script: str) -> str:
    """Return a policy that allows this script, inline styles, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def head(title: str, lines: Sequence[str], summary: Summary) -> Iterator[str]:
    """Yield the title, what was measured, and the measures that decide as cards."""
    yield f'<header><h1>{escape(title)}</h1><p class="soft">{escape("; ".join(lines[:3]))}</p>'
    for alarm in lines[3:]:
        yield f'<p class="alarm">{escape(alarm)}</p>'
    yield '</header><div class="cards">'
    for name, result in deciding(summary).items():
        measure = BY_NAME[name]
        yield f'<div class="card"><b>{number(result.value)}</b>{escape(measure.title)}'
        count = f"n&nbsp;=&nbsp;{result.count}"
        yield f"<br><small>{span(result) or '&nbsp;'}<br>{measure.better} is better, {count}</small></div>"
    yield "</div>"


def plots(summary: Summary, timings: Timings) -> Iterator[str]:
    """Yield the plots that there is something to draw for."""
    yield '<h2>Plots</h2><div class="plots">'
    if summary.curve:
        declined = summary.table.answerable_abstained + summary.table.unanswerable_abstained
        share = 1 - declined / max(1, summary.questions - summary.table.failed)
        caption = "Wrong: the question has no answer here, or no gold sentence would be cited."
        yield figure("Risk and coverage", caption, risk_plot(summary.curve, share))
        caption = "How often questions are answerable, against how sure it was. On the diagonal is best."
        yield figure("Reliability", caption, reliability_plot(summary.bins))
    if timings.milliseconds:
        yield figure("Time to answer", "Each question, in one process.", latency_plot(timings))
    rows = [(tag, results["right"]) for tag, results in summary.tags.items() if "right" in results]
    if rows:
        yield figure("By tag", BY_NAME["right"].title.capitalize() + ".", tag_plot(rows[:TAGS_SHOWN]))
    yield "</div>"


def figure(title: str, caption: str, drawing: str) -> str:
    """Return a plot with its title and caption."""
    return f"<figure><figcaption><b>{escape(title)}</b>{escape(caption)}</figcaption>{drawing}</figure>"


def measures(summary: Summary) -> Iterator[str]:
    """Yield the tables: the 2×2 of answering, where questions were lost, and the measures that do not decide."""
    yield from titled_table("Answered or declined", table_rows(summary.table))
    if summary.stages:
        stages = [(stage, str(count)) for stage, count in summary.stages.items()]
        yield from titled_table("Where questions were lost", [("stage", "questions"), *stages])
    yield '<details class="fold"><summary>All other measures</summary><div class="scroll" tabindex="0">'
    yield '<table><tr><th>measure</th><th class="n">value</th>'
    yield '<th>95% interval</th><th class="n">n</th><th class="over">over</th></tr>'
    for group, items in groupby(others(summary).items(), key=lambda item: BY_NAME[item[0]].group):
        yield f'<tr class="group"><td colspan="5">{escape(group)}</td></tr>'
        for name, result in items:
            yield f'<tr><td>{escape(BY_NAME[name].title)}</td><td class="n">{number(result.value)}</td>'
            yield f'<td class="span">{span(result)}</td><td class="n">{result.count}</td>'
            yield f'<td class="over soft">{escape(BY_NAME[name].over)}</td></tr>'
    yield "</table></div></details>"


def titled_table(title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table below its title, its first row and column being headers."""
    yield f'<h2>{escape(title)}</h2><div class="scroll" tabindex="0"><table class="table2">'
    for i, (first, *cells) in enumerate(rows):
        kind = "td" if i else "th"
        yield f"<tr><th>{escape(first)}</th>"
        yield "".join(f'<{kind} class="n">{escape(cell)}</{kind}>' for cell in cells) + "</tr>"
    yield "</table></div>"
