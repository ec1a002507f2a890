"""The reports of a run: ``report.json``, a table for the terminal, Markdown for a pull request, and a page."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence

from eval.catalogue import BY_NAME, HEADLINE
from eval.finished import RunReport
from eval.summary import Result, Summary, Table
from eval.timing import Timings

MAIN = (
    HEADLINE,
    "citation_f1",
    "citation_precision",
    "citation_recall",
    "alce_recall",
    "alce_precision",
    "right",
    "wrong_on_unanswerable",
    "over_refusal",
)


def write_reports(report: RunReport) -> None:
    """Write ``report.json``, ``report.md`` and ``timings.json`` into the run's folder."""
    files = {
        "report.json": dumped({"suite": report.suite.name, **report.summary.to_dict()}),
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


def headings(report: RunReport) -> list[str]:
    """Return the lines above a report's tables."""
    first, *others = facts(len(report.suite.articles), report.summary, report.timings)
    return [f"{report.suite.name}: {first}", *others]


def facts(articles: int, summary: Summary, timings: Timings) -> list[str]:
    """Return what was asked and how long it took, and a line for each thing that is not as it must be."""
    lines = [
        f"{summary.questions} questions, {summary.answerable} answerable, {articles} articles",
        f"half of the answers within {timings.quantile(0.5):.0f} ms, 95% within {timings.quantile(0.95):.0f} ms",
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


def terminal(report: RunReport) -> str:
    """Return the report as plain text."""
    lines = [*headings(report), ""]
    group = ""
    for result in report.summary.results:
        measure = BY_NAME[result.name]
        if measure.group != group:
            group = measure.group
            lines.append(group)
        lines.append(
            f"  {measure.title:<42} {number(result.value)}  {span(result):<16}  n={result.count:<5} {measure.over}"
        )
    lines += ["", *("  {:<16}{:>9}{:>10}".format(*row) for row in table_rows(report.summary.table))]
    if report.summary.stages:
        lost = ", ".join(f"{stage} {count}" for stage, count in report.summary.stages.items())
        lines += ["", f"  where questions were lost: {lost}"]
    return "\n".join(lines) + "\n"


def markdown(report: RunReport) -> str:
    """Return the report as Markdown, the main measures first and the rest folded away."""
    found = {result.name: result for result in report.summary.results}
    main = [found[name] for name in MAIN if name in found]
    rest = [result for name, result in found.items() if name not in MAIN]
    head, *notes = headings(report)
    lines = [
        f"## {escaped(head)}",
        "",
        *(f"{escaped(note)}  " for note in notes),
        "",
        *result_table(main),
        "",
    ]
    lines += [*md_table(table_rows(report.summary.table)), ""]
    if report.summary.stages:
        rows = [("lost at", "questions"), *((k, str(n)) for k, n in report.summary.stages.items())]
        lines += [*md_table(rows), ""]
    lines += ["<details><summary>All other measures</summary>", "", *result_table(rest), "", "</details>", ""]
    if report.summary.tags:
        lines += ["<details><summary>By tag</summary>", "", *tag_table(report), "", "</details>", ""]
    return "\n".join(lines)


def result_table(results: Sequence[Result]) -> Iterator[str]:
    """Yield a Markdown table of measures."""
    rows = [("measure", "value", "95% interval", "questions", "over")]
    for result in results:
        measure = BY_NAME[result.name]
        rows.append((measure.title, number(result.value), span(result), str(result.count), measure.over))
    return md_table(rows)


def tag_table(report: RunReport) -> Iterator[str]:
    """Yield a Markdown table of the outcome and the headline for each tag."""
    rows = [("tag", "questions", "right", "citation F1, abstained counts 0")]
    for tag, results in report.summary.tags.items():
        found = {result.name: result for result in results}
        right, f1 = found.get("right"), found.get(HEADLINE)
        rows.append(
            (tag, str(right.count if right else 0), number_of(right), number_of(f1)),
        )
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
