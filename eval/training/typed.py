"""Questions as people type them to fit the calibration with, written for this project over paragraphs of squad2-dev.

``eval/typed`` holds the questions, each with where the sentences stand that make a full answer together, mostly two or
more; the paragraphs themselves are read from the suite, each as an article of its own. To fit with, never to report on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from footnote.eval.importers import Imported, Item, question_row
from footnote.eval.jsonl import JsonRow, read_rows
from footnote.eval.suite import load_suite

PART = "#"
"""In the id of an article: what follows it names the part of a longer one."""
OWN = Path(__file__).resolve().parents[1] / "typed" / "questions.jsonl"


def read_typed(squad: Path, own: Path = OWN) -> Imported:
    """Read the questions in ``own`` over paragraphs of the suite ``squad``; paragraphs without a question are left out.

    Raises:
        SuiteError: a file is missing or not well formed, or names a paragraph or place that ``squad`` does not have.
    """
    texts = {article.id: (article.title, article.text.split("\n\n")) for article in load_suite(squad).articles}
    articles: dict[str, Item] = {}
    questions = []
    for row in read_rows(own):
        paragraph = _paragraph(row, texts)
        articles[paragraph["id"]] = paragraph
        questions.append(_question(row, paragraph))
    return Imported({"name": "typed"}, tuple(articles.values()), tuple(questions))


def _paragraph(row: JsonRow, texts: Mapping[str, tuple[str, list[str]]]) -> Item:
    name, nth = row.text("article", required=True), row.values.get("paragraph")
    title, paragraphs = texts.get(name, ("", []))
    if not isinstance(nth, int) or not 0 <= nth < len(paragraphs):
        raise row.error(f"“{name}” has no paragraph {nth}")
    return {"id": f"{name}{PART}{nth}", "title": title, "text": paragraphs[nth]}


def _question(row: JsonRow, paragraph: Item) -> Item:
    quotes = []
    for place in row.items("evidence"):
        quote = paragraph["text"][slice(*place)] if isinstance(place, list) and len(place) == 2 else ""
        if not quote.strip():
            raise row.error("“evidence” must be places in the paragraph, each a start and an end")
        quotes.append((paragraph["id"], quote))
    return question_row(row.text("id", required=True), row.text("question", required=True), (), quotes)
