"""A finished run and its reports: ``report.json``, a table for the terminal, Markdown for a pull request."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, starmap
from pathlib import Path
from typing import Any, TypeAlias

from footnote.eval.record import Record
from footnote.eval.report.loaded import Timings, fitted_on, fitted_words
from footnote.eval.score.catalogue import BY_NAME, DECIDING, HEADLINE
from footnote.eval.score.paired import BaselineDelta
from footnote.eval.score.summary import Result, Summary, Table
from footnote.eval.suite import Suite

Rows: TypeAlias = Sequence[Sequence[str]]
"""A table, its first row the header."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """A finished run: its folder, the suite, what ``run.json`` says, the records and their measures."""

    folder: Path
    suite: Suite
    about: dict[str, Any]
    records: tuple[Record, ...]
    summary: Summary
    timings: Timings


def write_reports(report: RunReport) -> None:
    """Write ``report.json``, ``report.md`` and ``timings.json`` into the run's folder."""
    about = {"suite": report.suite.name, "fitted_on": fitted_on(report.about["engine"])}
    files = {
        "report.json": dumped({**about, **report.summary.to_dict()}),
        "timings.json": dumped(report.timings.to_dict()),
        "report.md": markdown(report),
    }
    for name, text in files.items():
        (report.folder / name).write_text(text, encoding="utf-8")


def dumped(value: object) -> str:
    """Return indented JSON with a newline at its end."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def number(value: float) -> str:
    """Return a measure as people read it: three decimals, or a dash."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def span(result: Result) -> str:
    """Return an interval, or nothing when there is none."""
    return "" if math.isnan(result.low) else f"{number(result.low)} to {number(result.high)}"


def signed(value: float) -> str:
    """Return a change with its sign; none for nothing, a dash for NaN."""
    return "–" if math.isnan(value) else f"{value:+.3f}" if round(value, 3) else "0.000"


def headings(report: RunReport) -> list[str]:
    """Return the lines above a report's tables."""
    fitted = fitted_on(report.about["engine"])
    first, *others = facts(len(report.suite.articles), report.summary, report.timings, fitted)
    return [f"{report.suite.name}: {first}", *others]


def facts(articles: int, summary: Summary, timings: Timings, fitted: Sequence[str]) -> list[str]:
    """Return what was asked, how long it took and what the models were fitted on; then a line for each thing amiss."""
    lines = [
        f"{summary.questions} questions, {summary.answerable} answerable, {articles} articles",
        f"half of the answers within {timings.quantile(0.5):.0f} ms, 95% within {timings.quantile(0.95):.0f} ms",
        fitted_words(fitted),
    ]
    if summary.violations:
        lines.append(f"BROKEN PROMISES: {summary.violations} (see “violations” in records.jsonl)")
    if summary.table.failed:
        lines.append(f"FAILED: {summary.table.failed} questions (see “error” in records.jsonl)")
    return lines


def table_rows(table: Table) -> Rows:
    """Return the 2×2 table, with its header."""
    return [
        ("", "answered", "declined"),
        ("answerable", str(table.answerable_answered), str(table.answerable_abstained)),
        ("not answerable", str(table.unanswerable_answered), str(table.unanswerable_abstained)),
    ]


def deciding(summary: Summary) -> dict[str, Result]:
    """Return the measures that decide, in their order; those that apply to some question."""
    return {name: summary.results[name] for name in DECIDING if name in summary.results}


def others(summary: Summary) -> dict[str, Result]:
    """Return all measures that do not decide."""
    return {name: result for name, result in summary.results.items() if name not in DECIDING}


def baseline_rows(simplest: Mapping[str, Mapping[str, BaselineDelta]]) -> Rows:
    """Return what the simplest answerers have of each measure, and how much more the run has, with a header."""
    rows = [("beside the simplest", "measure", "it has", "more here", "95% interval")]
    for answerer, deltas in simplest.items():
        for name, delta in deltas.items():
            rows.append((answerer, BY_NAME[name].title, number(delta.value), signed(delta.more), reach(delta)))
    return rows


def reach(delta: BaselineDelta) -> str:
    """Return the interval of a difference, or nothing when there is none."""
    return "" if math.isnan(delta.low) or delta.low == delta.high else f"{signed(delta.low)} to {signed(delta.high)}"


def delta_text(delta: BaselineDelta) -> str:
    """Return what one of the simplest answerers has, how much more the run has, and the interval of that."""
    return f"{number(delta.value)}, {signed(delta.more)} ({reach(delta) or '–'})"


def terminal(report: RunReport, *, everything: bool = False) -> str:
    """Return the report as plain text; the measures that do not decide only with ``everything``."""
    summary = report.summary
    lines = [*headings(report), "", *starmap(result_line, deciding(summary).items())]
    if summary.simplest:
        rows = baseline_rows(summary.simplest)
        lines += ["", *("  {:<20} {:<30}{:>8}{:>11}  {:<18}".format(*row).rstrip() for row in rows)]
    lines += ["", *("  {:<16}{:>9}{:>10}".format(*row) for row in table_rows(summary.table))]
    if summary.stages:
        lost = ", ".join(f"{stage} {count}" for stage, count in summary.stages.items())
        lines += ["", f"  where questions were lost: {lost}"]
    lines.append("")
    if not everything:
        return "\n".join([*lines, f"  {len(others(summary))} other measures: --all"]) + "\n"
    for group, items in groupby(others(summary).items(), key=lambda item: BY_NAME[item[0]].group):
        lines += [group, *starmap(result_line, items)]
    return "\n".join(lines) + "\n"


def result_line(name: str, result: Result) -> str:
    """Return a measure as a line of text."""
    measure = BY_NAME[name]
    return f"  {measure.title:<42} {number(result.value)}  {span(result):<16}  n={result.count:<5} {measure.over}"


def markdown(report: RunReport) -> str:
    """Return the report as Markdown: what decides first, all else folded away."""
    summary = report.summary
    head, *notes = headings(report)
    lines = [f"## {escaped(head)}", "", *(f"{escaped(note)}  " for note in notes), ""]
    tables = [result_rows(deciding(summary)), table_rows(summary.table)]
    if summary.simplest:
        tables.insert(1, baseline_rows(summary.simplest))
    if summary.stages:
        tables.append([("lost at", "questions"), *((stage, str(count)) for stage, count in summary.stages.items())])
    for rows in tables:
        lines += [*md_table(rows), ""]
    lines += folded("All other measures", result_rows(others(summary)))
    if summary.tags:
        lines += folded("By tag", tag_rows(summary))
    return "\n".join(lines)


def folded(title: str, rows: Rows) -> list[str]:
    """Return a Markdown table behind a fold."""
    return [f"<details><summary>{title}</summary>", "", *md_table(rows), "", "</details>", ""]


def result_rows(results: Mapping[str, Result]) -> Rows:
    """Return measures as rows, with a header."""
    rows = [
        (BY_NAME[name].title, number(result.value), span(result), str(result.count), BY_NAME[name].over)
        for name, result in results.items()
    ]
    return [("measure", "value", "95% interval", "questions", "over"), *rows]


def tag_rows(summary: Summary) -> Rows:
    """Return the outcome and the headline for each tag, with a header."""
    nothing = Result(math.nan, math.nan, math.nan, 0)
    rows = [("tag", "questions", "right", BY_NAME[HEADLINE].title)]
    for tag, results in summary.tags.items():
        right, f1 = results.get("right", nothing), results.get(HEADLINE, nothing)
        rows.append((tag, str(right.count), number(right.value), number(f1.value)))
    return rows


def md_table(rows: Rows) -> Iterator[str]:
    """Yield a Markdown table, its first row the header."""
    for i, row in enumerate(rows):
        yield "| " + " | ".join(escaped(cell) for cell in row) + " |"
        if i == 0:
            yield "|" + "---|" * len(row)


def escaped(text: str) -> str:
    """Return text that Markdown and HTML take for text, on one line."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join("\\" + char if char in "\\|*_`[]#" else char for char in line)
