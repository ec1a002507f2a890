"""Questions as people type them to fit the calibration with, written for this project over paragraphs of squad2-dev.

``eval/typed`` holds the questions, each with where the sentences stand that make a full answer together, mostly two or
more; the paragraphs themselves are read from the suite, each as an article of its own. To fit with, never to report on.
"""

from collections.abc import Mapping
from pathlib import Path

from footnote.corpus.article import Article
from footnote.eval.jsonl import JsonRow, read_rows
from footnote.eval.suite import Suite, SuiteQuestion, load_suite, question_from

PART = "#"
"""In the id of an article: what follows it names the part of a longer one."""
OWN = Path(__file__).resolve().parents[1] / "typed" / "questions.jsonl"


def read_typed(squad: Path, own: Path = OWN) -> Suite:
    """Read the questions in ``own`` over paragraphs of the suite ``squad``; paragraphs without a question are left out.

    Raises:
        SuiteError: a file is missing or not well formed, or names a paragraph or place that ``squad`` does not have.
    """
    whole = {article.id: article for article in load_suite(squad).articles}
    paragraphs: dict[str, Article] = {}
    questions = []
    for row in read_rows(own):
        paragraph = _paragraph(row, whole)
        paragraphs[paragraph.id] = paragraph
        questions.append(_question(row, paragraph))
    return Suite("typed", tuple(paragraphs.values()), tuple(questions))


def _paragraph(row: JsonRow, whole: Mapping[str, Article]) -> Article:
    name, nth = row.text("article", required=True), row.values.get("paragraph")
    texts = whole[name].text.split("\n\n") if name in whole else []
    if not isinstance(nth, int) or not 0 <= nth < len(texts):
        raise row.error(f"“{name}” has no paragraph {nth}")
    return Article(f"{name}{PART}{nth}", texts[nth], whole[name].title)


def _question(row: JsonRow, paragraph: Article) -> SuiteQuestion:
    evidence = []
    for place in row.items("evidence"):
        quote = paragraph.text[slice(*place)] if isinstance(place, list) and len(place) == 2 else ""
        if not quote.strip():
            raise row.error("“evidence” must be places in the paragraph, each a start and an end")
        evidence.append({"article_id": paragraph.id, "quote": quote})
    values = {**row.values, "answerable": bool(evidence), "evidence": evidence}
    return question_from(JsonRow(row.where, values), {paragraph.id: paragraph.text})
