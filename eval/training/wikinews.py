"""Questions on news of all sorts to train with, written for this project over QAMR's Wikinews sentences.

``eval/wikinews`` holds the questions, each with the keys of the sentences that answer it, and a headline for each
document, in the project's own words; the sentences themselves are read from QAMR. To fit with, never to report on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from footnote.eval.importers import Imported, Item, question_row
from footnote.eval.jsonl import JsonRow, read_rows
from footnote.eval.training.qamr import plain, read_documents, text_of

OWN = Path(__file__).resolve().parents[1] / "wikinews"
_PREFIX = "Wiki1k:wikinews:"


def read_wikinews(qamr: Path, own: Path = OWN) -> Imported:
    """Read the questions in ``own`` over the documents of the folder ``qamr``, as a suite.

    A library of it holds the documents that have a headline, and no others.

    Raises:
        SuiteError: a file is missing or not well formed, or names a document or sentence that ``qamr`` does not have.
    """
    sentences, documents = read_documents(qamr)
    articles = []
    for row in read_rows(own / "headlines.jsonl"):
        name = _PREFIX + row.text("document", required=True)
        if name not in documents:
            raise row.error(f"there is no document “{name}”")
        text = text_of(documents[name], sentences)
        articles.append({"id": name, "title": row.text("headline", required=True), "text": text})
    questions = [_question(row, sentences) for row in read_rows(own / "questions.jsonl")]
    return Imported({"name": "wikinews"}, tuple(articles), tuple(questions))


def _question(row: JsonRow, sentences: Mapping[str, str]) -> Item:
    document = _PREFIX + row.text("document", required=True)
    sets: list[list[int]] = []
    quotes: list[str] = []
    for alternative in row.items("evidence"):
        if not isinstance(alternative, list) or not all(f"{document}:{place}" in sentences for place in alternative):
            raise row.error("“evidence” must be lists of places of sentences, each of which answers the question")
        parts = [plain(sentences[f"{document}:{place}"]) for place in alternative]
        quotes += [part for part in parts if part not in quotes]
        sets.append([quotes.index(part) for part in parts])
    evidence = [(document, quote) for quote in quotes]
    item = question_row(row.text("id", required=True), row.text("question", required=True), (), evidence)
    return {**item, "alternatives": sets} if len(sets) > 1 else item
