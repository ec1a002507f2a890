"""The reports of a run: ``report.json``, a table for the terminal, Markdown for a pull request, and a page."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence

from footnote.eval.report.finished import RunReport
from footnote.eval.score.baseline_delta import BaselineDelta
from footnote.eval.score.catalogue import BY_NAME, DECIDING, HEADLINE
from footnote.eval.score.summary import Result, Summary, Table
from footnote.eval.score.timing import Timings
from footnote.eval.training_data import fitted_on, fitted_words


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


def table_rows(table: Table) -> list[tuple[str, str, str]]:
    """Return the 2×2 table, with its header."""
    return [
        ("", "answered", "declined"),
        ("answerable", str(table.answerable_answered), str(table.answerable_abstained)),
        ("not answerable", str(table.unanswerable_answered), str(table.unanswerable_abstained)),
    ]


def deciding(summary: Summary) -> list[Result]:
    """Return the measures that decide, in their order; those that apply to some question."""
    found = {result.name: result for result in summary.results}
    return [found[name] for name in DECIDING if name in found]


def others(summary: Summary) -> list[Result]:
    """Return all measures that do not decide."""
    return [result for result in summary.results if result.name not in DECIDING]


def baseline_rows(found: Sequence[BaselineDelta]) -> list[tuple[str, str, str, str, str]]:
    """Return what the simplest answerers have of each measure, and how much more the run has, with a header."""
    return [
        ("beside the simplest", "measure", "it has", "more here", "95% interval"),
        *(
            (each.answerer, BY_NAME[each.measure].title, number(each.value), signed(each.more.value), reach(each))
            for each in found
        ),
    ]


def reach(found: BaselineDelta) -> str:
    """Return the interval of a difference, or nothing when there is none."""
    low, high = found.more.low, found.more.high
    return "" if math.isnan(low) or low == high else f"{signed(low)} to {signed(high)}"


def terminal(report: RunReport, *, everything: bool = False) -> str:
    """Return the report as plain text; the measures that do not decide only with ``everything``."""
    summary = report.summary
    lines = [*headings(report), "", *map(result_line, deciding(summary))]
    if summary.simplest:
        rows = baseline_rows(summary.simplest)
        lines += ["", *("  {:<20} {:<30}{:>8}{:>11}  {:<18}".format(*row).rstrip() for row in rows)]
    lines += ["", *("  {:<16}{:>9}{:>10}".format(*row) for row in table_rows(summary.table))]
    if summary.stages:
        lost = ", ".join(f"{stage} {count}" for stage, count in summary.stages.items())
        lines += ["", f"  where questions were lost: {lost}"]
    lines.append("")
    lines += all_lines(summary) if everything else [f"  {len(others(summary))} other measures: --all"]
    return "\n".join(lines) + "\n"


def result_line(result: Result) -> str:
    """Return a measure as a line of text."""
    measure = BY_NAME[result.name]
    value, around = number(result.value), span(result)
    return f"  {measure.title:<42} {value}  {around:<16}  n={result.count:<5} {measure.over}"


def all_lines(summary: Summary) -> Iterator[str]:
    """Yield the measures that do not decide, by group."""
    group = ""
    for result in others(summary):
        if BY_NAME[result.name].group != group:
            group = BY_NAME[result.name].group
            yield group
        yield result_line(result)


def markdown(report: RunReport) -> str:
    """Return the report as Markdown: what decides first, all else folded away."""
    summary = report.summary
    head, *notes = headings(report)
    lines = [f"## {escaped(head)}", "", *(f"{escaped(note)}  " for note in notes), ""]
    lines += [*result_table(deciding(summary)), ""]
    if summary.simplest:
        lines += [*md_table(baseline_rows(summary.simplest)), ""]
    lines += [*md_table(table_rows(summary.table)), ""]
    if summary.stages:
        rows = [("lost at", "questions"), *((k, str(n)) for k, n in summary.stages.items())]
        lines += [*md_table(rows), ""]
    lines += folded("All other measures", result_table(others(summary)))
    if summary.tags:
        lines += folded("By tag", tag_table(report))
    return "\n".join(lines)


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """Return Markdown behind a fold."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>", ""]


def result_table(results: Sequence[Result]) -> Iterator[str]:
    """Yield a Markdown table of measures."""
    rows = [("measure", "value", "95% interval", "questions", "over")]
    for result in results:
        measure = BY_NAME[result.name]
        rows.append((measure.title, number(result.value), span(result), str(result.count), measure.over))
    return md_table(rows)


def tag_table(report: RunReport) -> Iterator[str]:
    """Yield a Markdown table of the outcome and the headline for each tag."""
    rows = [("tag", "questions", "right", BY_NAME[HEADLINE].title)]
    for tag, results in report.summary.tags.items():
        found = {result.name: result for result in results}
        right, f1 = found.get("right"), found.get(HEADLINE)
        rows.append((tag, str(right.count if right else 0), number_of(right), number_of(f1)))
    return md_table(rows)


def number_of(result: Result | None) -> str:
    """Return a result's value, or a dash when the measure applies to nothing."""
    return number(result.value if result else math.nan)


def md_table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a Markdown table, its first row the header."""
    for i, row in enumerate(rows):
        yield "| " + " | ".join(escaped(cell) for cell in row) + " |"
        if i == 0:
            yield "|" + "---|" * len(row)


def escaped(text: str) -> str:
    """Return text that Markdown and HTML take for text, on one line."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join("\\" + char if char in "\\|*_`[]#" else char for char in line)
