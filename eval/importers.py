"""Make suites from published data sets: CLAPNQ, SQuAD 2.0 and folders in BEIR's form.

What cannot be placed, a quote that its passage does not hold for instance, is left out and told.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footnote.corpus.errors import SuiteError, UsageError
from footnote.eval.jsonl import JsonRow, parse_object, read_rows
from footnote.eval.suite import find_quote, stored_form

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """A suite's rows, and a line for each thing that was left out."""

    about: Item
    articles: tuple[Item, ...]
    questions: tuple[Item, ...]
    left_out: tuple[str, ...] = ()


def write_suite(found: Imported, folder: Path) -> None:
    """Write a suite folder."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {
        "articles": len(found.articles),
        "questions": len(found.questions),
        "answerable": sum(question["answerable"] for question in found.questions),
    }
    about = json.dumps({"name": folder.resolve().name, **found.about, **counts}, indent=1, ensure_ascii=False)
    (folder / "suite.json").write_text(about + "\n", encoding="utf-8")
    for name, rows in (("articles", found.articles), ("questions", found.questions)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def question_row(name: str, text: str, answers: Iterable[str], evidence: Iterable[tuple[str, str]]) -> Item:
    """Return a question; it is answerable when it has evidence."""
    items = [{"article_id": article, "quote": quote} for article, quote in dict.fromkeys(evidence)]
    return {
        "id": name,
        "question": text,
        "answerable": bool(items),
        "answers": list(dict.fromkeys(answers)) if items else [],
        "evidence": items,
    }


def slug(text: str) -> str:
    """Return an id made of a title: lower case letters and digits with hyphens, or a digest of it."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain or hashlib.sha256(text.encode()).hexdigest()[:12]


def import_squad(source: Path) -> Imported:
    """Read a SQuAD 2.0 file: one article a title, its paragraphs joined by empty lines.

    The evidence is the sentence around the answer.
    """
    articles, questions = [], []
    for entry in JsonRow(str(source), load_object(source)).rows("data"):
        name = slug(entry.text("title", required=True))
        paragraphs = entry.rows("paragraphs")
        contexts = [stored_form(paragraph.text("context", required=True)) for paragraph in paragraphs]
        title = entry.text("title").replace("_", " ")
        articles.append({"id": name, "title": title, "text": "\n\n".join(contexts)})
        for paragraph, context in zip(paragraphs, contexts, strict=True):
            questions += [squad_question(row, name, context) for row in paragraph.rows("qas")]
    return Imported({"licence": "CC BY-SA 4.0 (SQuAD 2.0)", "origin": source.name}, tuple(articles), tuple(questions))


def squad_question(row: JsonRow, article: str, context: str) -> Item:
    """Return one question of SQuAD, its evidence the sentence in which an answer stands."""
    answers = [] if row.values.get("is_impossible") else row.rows("answers")
    texts = [answer.text("text", required=True) for answer in answers]
    quotes = []
    for answer, text in zip(answers, texts, strict=True):
        at = answer.values.get("answer_start")
        if not isinstance(at, int) or context[at : at + len(text)] != text:
            raise row.error(f"question {row.text('id')}: the answer “{text}” is not where it should be")
        quotes.append((article, sentence_around(context, at, at + len(text))))
    return question_row(row.text("id", required=True), row.text("question", required=True).strip(), texts, quotes[:1])


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence, or sentences, that a stretch of text stands in."""
    breaks = [match.end() for match in re.finditer(r"[.?!][\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])", text)]
    first = max((at for at in breaks if at <= start), default=0)
    last = min((at for at in breaks if at >= end), default=len(text))
    return text[first:last].strip()


def import_clapnq(source: Path) -> Imported:
    """Read CLAPNQ: a file of JSON lines, or a folder of them (answerable and unanswerable)."""
    files = sorted(source.glob("*.jsonl")) if source.is_dir() else [source]
    if not files:
        raise UsageError(f"{source}: holds no .jsonl file")
    articles: dict[str, Item] = {}
    questions, left_out = [], []
    for row in (row for path in files for row in read_rows(path)):
        passages = row.rows("passages")
        texts = {}
        for passage in passages:
            text = stored_form(passage.text("text", required=True))
            name = f"nq-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
            texts[name] = text
            articles[name] = {"id": name, "title": passage.text("title"), "text": text}
        question, missed = clapnq_question(row, passages, texts)
        questions.append(question)
        left_out += [f"{row.where}: not in its passage: {quote}" for quote in missed]
    about = {"licence": "Apache-2.0 (CLAPNQ); passages CC BY-SA (Wikipedia)", "origin": source.name}
    return Imported(about, tuple(articles.values()), tuple(questions), tuple(left_out))


def clapnq_question(row: JsonRow, passages: Iterable[JsonRow], texts: Mapping[str, str]) -> tuple[Item, list[str]]:
    """Return one question of CLAPNQ, and the gold sentences that its passage does not hold."""
    outputs = [output for output in row.rows("output") if output.text("answer").strip()]
    wanted = [sentence for output in outputs for sentence in selected(output, passages)]
    evidence, missed = [], []
    for sentence in wanted:
        holder = next((name for name, text in texts.items() if find_quote(sentence, text)), None)
        if holder is None:
            missed.append(sentence)
        else:
            evidence.append((holder, sentence))
    answers = [output.text("answer") for output in outputs]
    return question_row(str(row.values.get("id")), row.text("input", required=True), answers, evidence), missed


def selected(output: JsonRow, passages: Iterable[JsonRow]) -> Iterator[str]:
    """Yield the gold sentences of an answer: given as text, or as positions among the passage's sentences."""
    for choice in output.items("selected_sentences"):
        if isinstance(choice, str):
            yield choice.strip()
        elif isinstance(choice, int):
            sentences = [text for passage in passages for text in passage.texts("sentences")]
            if 0 <= choice < len(sentences):
                yield sentences[choice].strip()


def import_beir(source: Path) -> Imported:
    """Read a BEIR folder: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv``.

    It judges documents, not sentences, so the whole text of a relevant one is the evidence: article-level
    measures say what they always do, sentence-level ones only whether a relevant document is cited.
    """
    texts: dict[str, Item] = {}
    for row in read_rows(source / "corpus.jsonl"):
        text = row.text("text").strip() or row.text("title").strip()
        name = row.text("_id", required=True)
        if text:
            texts[name] = {"id": name, "title": row.text("title"), "text": stored_form(text)}
    relevant, left_out = judgements(source / "qrels" / "test.tsv", texts)
    questions = [
        question_row(name, row.text("text", required=True), (), ((a, texts[a]["text"]) for a in relevant[name]))
        for row in read_rows(source / "queries.jsonl")
        if (name := row.text("_id", required=True)) in relevant
    ]
    about = {"origin": f"BEIR folder {source.resolve().name}"}
    return Imported(about, tuple(texts.values()), tuple(questions), tuple(left_out))


def judgements(path: Path, texts: Mapping[str, Item]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the relevant documents of each query, and a line for each that the corpus does not hold."""
    relevant: dict[str, list[str]] = {}
    left_out = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error
    for number, cells in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        if len(cells) != 3 or (number > 1 and not cells[2].lstrip("-").isdigit()):
            raise SuiteError(f"{path}:{number}: must be query, document and score, separated by tabs")
        query, document, score = cells
        if not score.lstrip("-").isdigit() or int(score) <= 0:
            continue
        if document in texts:
            relevant.setdefault(query, []).append(document)
        else:
            left_out.append(f"{path}:{number}: corpus.jsonl does not hold {document}")
    return relevant, left_out


def load_object(path: Path) -> Item:
    """Return the JSON object of a file; raise :class:`SuiteError` when there is none."""
    try:
        return parse_object(path.read_bytes(), str(path))
    except OSError as error:
        raise SuiteError(f"{path}: cannot be read: {error.strerror}") from error


IMPORTERS: dict[str, Callable[[Path], Imported]] = {"clapnq": import_clapnq, "squad": import_squad, "beir": import_beir}
