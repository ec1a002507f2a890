"""Questions on news of all sorts to train with, written for this project over QAMR's Wikinews sentences.

``eval/wikinews`` holds the questions, each with the keys of the sentences that answer it, and a headline for each
document, in the project's own words; the sentences themselves are read from QAMR (Michael et al. 2018). To fit with,
never to report on.
"""

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.eval.jsonl import JsonRow, read_rows
from footnote.eval.suite import Suite, SuiteQuestion, question_from

OWN = Path(__file__).resolve().parents[1] / "wikinews"
PREFIX = "Wiki1k:wikinews:"
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}


def read_wikinews(qamr: Path, own: Path = OWN) -> Suite:
    """Read the questions in ``own`` over the documents of the folder ``qamr``, as a suite.

    It holds the documents that have a headline, and no others.

    Raises:
        SuiteError: a file is missing or not well formed, or names a document or sentence that ``qamr`` does not have.
    """
    sentences = read_sentences(qamr / "wiki-sentences.tsv")
    documents = documents_of(sentences)
    articles = []
    for row in read_rows(own / "headlines.jsonl"):
        name = PREFIX + row.text("document", required=True)
        if name not in documents:
            raise row.error(f"there is no document “{name}”")
        articles.append(Article(name, _text(documents[name], sentences), row.text("headline", required=True)))
    texts = {article.id: article.text for article in articles}
    questions = tuple(_question(row, sentences, texts) for row in read_rows(own / "questions.jsonl"))
    return Suite("wikinews", tuple(articles), questions)


def read_sentences(file: Path) -> dict[str, str]:
    """Return the sentences by their keys (document, paragraph, sentence); raise SuiteError for a missing file."""
    try:
        rows = (line.split("\t") for line in file.read_text("utf-8").split("\n"))
    except OSError as error:
        raise SuiteError(f"{file}: it cannot be read ({error.strerror})") from None
    return {row[0]: plain(row[1]) for row in rows if len(row) > 1}


def documents_of(sentences: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the keys of each document's sentences, in their order."""
    keys = sorted(sentences, key=_place)
    return {document: list(own) for document, own in groupby(keys, lambda key: _place(key)[0])}


def _place(key: str) -> tuple[str, int, int]:
    document, paragraph, sentence = key.rsplit(":", 2)
    return document, int(paragraph), int(sentence)


def _text(keys: list[str], sentences: Mapping[str, str]) -> str:
    """Return the text of a document: its sentences, with an empty line between paragraphs."""
    paragraphs = groupby(keys, lambda key: _place(key)[1])
    return "\n\n".join(" ".join(sentences[key] for key in own) for _, own in paragraphs)


def plain(tokens: str) -> str:
    """Return text from its tokens: brackets and quotes as characters, no space before a stop."""
    words = [_BRACKETS.get(token, token) for token in tokens.split()]
    text, inside = "", False
    for word in words:
        glued = not text or text[-1] in "([$" or re.fullmatch(r"[.,;:!?%)\]]+|'(?:s|re|ve|ll|d|m)?|n't", word)
        if word == '"':
            inside = not inside
            text += ' "' if inside else '"'
        elif glued or (inside and text.endswith('"')):
            text += word
        else:
            text += " " + word
    return text.strip()


def _question(row: JsonRow, sentences: Mapping[str, str], texts: Mapping[str, str]) -> SuiteQuestion:
    document = PREFIX + row.text("document", required=True)
    sets: list[list[int]] = []
    quotes: list[str] = []
    for alternative in row.items("evidence"):
        if not isinstance(alternative, list) or not all(f"{document}:{place}" in sentences for place in alternative):
            raise row.error("“evidence” must be lists of places of sentences, each of which answers the question")
        parts = [sentences[f"{document}:{place}"] for place in alternative]
        quotes += [part for part in parts if part not in quotes]
        sets.append([quotes.index(part) for part in parts])
    evidence = [{"article_id": document, "quote": quote} for quote in quotes]
    values = {"id": row.text("id"), "question": row.text("question"), "answerable": bool(quotes), "evidence": evidence}
    return question_from(JsonRow(row.where, {**values, "alternatives": sets if len(sets) > 1 else None}), texts)
