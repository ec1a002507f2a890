"""`docs/benchmarks.md`: ratios first, then figures and plots, and what they were measured on."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.metadata import version
from pathlib import Path

from footnote.eval.report.report import md_table
from footnote.eval.suite import SuiteQuestion

OWN = "Footnote"
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimd", "i8mm")
"""What makes a processor faster at a model's products."""
_BAR, _LABEL, _WIDTH = 22, 250, 640


@dataclass(frozen=True, slots=True)
class Row:
    """What one program took (seconds, milliseconds, megabytes) and found (0 to 1)."""

    name: str
    figures: Mapping[str, float | None]
    article_first: float
    sentence_found: float


MEASURES = (
    ("indexing", "s", "index"),
    ("indexing, processor", "s", "index_processor"),
    ("indexing, with start", "s", "whole"),
    ("a question", "ms", "question"),
    ("a question, processor", "ms", "question_processor"),
    ("adding an article", "ms", "add"),
    ("adding, processor", "ms", "add_processor"),
    ("start to first answer", "s", "start"),
    ("memory, answering", "MB", "memory"),
    ("disk", "MB", "disk"),
)
"""What is lower the better: name, unit, and which of the figures of a row."""


def report(
    rows: Sequence[Row],
    articles: Sequence[Mapping[str, str]],
    questions: Sequence[SuiteQuestion],
    suites: Sequence[str],
    note: str = "",
) -> tuple[str, dict[str, str]]:
    """Return the report as Markdown, and its plots as SVG by file name; the first of ``rows`` is Footnote."""
    names = [row.name for row in rows]
    letters = sum(len(each["text"]) for each in articles)
    ratios = [(what, *(_ratio(row.figures[key], rows[0].figures[key]) for row in rows)) for what, _, key in MEASURES]
    figures = [(f"{what}, {unit}", *(_number(row.figures[key]) for row in rows)) for what, unit, key in MEASURES]
    found = [
        ("right article first", *(f"{row.article_first:.3f}" for row in rows)),
        ("gold sentence found", *(f"{row.sentence_found:.3f}" for row in rows)),
    ]
    plots = {
        "speed.svg": bars("A question, milliseconds", {row.name: row.figures["question"] for row in rows}),
        "indexing.svg": bars("Indexing, seconds", {row.name: row.figures["index"] for row in rows}),
        "quality.svg": bars("Gold sentence found, share of questions", {row.name: row.sentence_found for row in rows}),
    }
    lines = [
        "# Beside other programs",
        "",
        "Written by `make bench`: the same articles and questions, the"
        " same embedding model (all-MiniLM-L6-v2), every program in processes of its own, one after the other."
        f" {len(articles):,} articles ({letters:,} letters) and {len(questions):,} answerable questions of"
        f" {' and '.join(suites)}. {date.today():%-d %B %Y}, {machine()}; {versions()}. {note}".rstrip(),
        "",
        "Each program as its manual shows it: llama-index with chunks of 256 tokens (what the model reads) and its"
        " default overlap of 200, or 20; its BM25 fusion by rank; txtai by paragraph; Haystack by 200 words. Five"
        " passages a question are looked at. “Whole answers” reads them, too: it selects the sentences, says how sure"
        " it is, and declines; what it quotes is looked at, two sentences where others show five passages. Threads of"
        " OpenMP wait without turning in circles (OMP_WAIT_POLICY), which txtai and the BM25 fusion gain by.",
        "",
        "## Ratios to Footnote",
        "",
        "How many times as much each takes; above 1, Footnote takes less. “Processor” is the time of all threads"
        " together, which others who use the machine change less than the clock's.",
        "",
        *md_table([("", *names), *ratios]),
        "",
        *md_table([("share of questions", *names), *found]),
        "",
        "Right article first: the first passage is of an article that answers. Gold sentence found: one of the passages"
        " holds a gold sentence, or, for a quote, is most of it.",
        "",
        *(f"![{name.removesuffix('.svg')}](benchmarks/{name})" for name in plots),
        "",
        "## Figures",
        "",
        *md_table([("", *names), *figures, *found]),
        "",
        "Medians of all questions and of three articles added; an article is added when it is saved and found. Start is"
        " from a new process to its first answer. Memory is what the process holds after its questions.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n", plots


def write_plots(folder: Path, plots: Mapping[str, str]) -> None:
    """Write plots into a folder, which is made, by their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, plot in plots.items():
        (folder / name).write_text(plot, "utf-8")


def machine() -> str:
    """Return processor, cores and what it has for a model's products."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    about = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in told.splitlines())}
    flags = set((about.get("flags") or about.get("Features", "")).split())
    has = [name for name in FEATURES if name in flags]
    return f"{os.cpu_count()} cores of {about.get('model name', platform.machine())} ({', '.join(has)})"


def versions() -> str:
    """Return the versions of what the programs share."""
    return ", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "torch", "llama-index-core", "chromadb"))


def bars(title: str, values: Mapping[str, float | None]) -> str:
    """Return a plot of a bar for each name, as SVG that stands by itself; Footnote's have a colour of their own."""
    most = max((each or 0.0 for each in values.values()), default=0.0) or 1.0
    height = 34 + _BAR * len(values)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif"'
        f' font-size="13" role="img" aria-label="{escape(title)}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>'
    ]
    for n, (name, value) in enumerate(values.items()):
        each = value or 0.0
        y, width = 30 + n * _BAR, (_WIDTH - _LABEL - 70) * each / most
        colour = "#1f6f5c" if name.startswith(OWN) else "#9aa5ad"
        parts.append(
            f'<text x="{_LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{y + 2}" width="{width:.1f}" height="{_BAR - 6}" fill="{colour}"/>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{y + 14}">{_number(each)}</text>'
        )
    return "".join([*parts, "</svg>\n"])


def _ratio(value: float | None, own: float | None) -> str:
    return "–" if value is None or not own else f"{value / own:.2f}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
