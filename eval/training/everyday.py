"""Questions in everyday words, written for this project over passages of the training sets and Wikinews.

``eval/everyday`` holds the questions, each with the key of its passage (a set's name and the id of one of its rows, or
``wikinews`` and a document of `eval.training.wikinews`) and the numbers of the sentences that answer. To train with,
never to report on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from footnote.corpus.article import Article
from footnote.eval.jsonl import JsonRow, read_rows
from footnote.eval.suite import Suite, SuiteQuestion, is_index, question_from
from footnote.eval.training import wikinews
from footnote.eval.training.questions import TrainingQuestion

OWN = Path(__file__).resolve().parents[1] / "everyday" / "questions.jsonl"
OVER = "over "
"""Begins the tag of a question that names the passage that it was written over, though nothing there may answer."""
_LONGEST = 14
"""So many sentences of a document are its passage."""


class _Passage(NamedTuple):
    title: str
    sentences: Sequence[str]


def read_everyday(training: Path, own: Path = OWN) -> Suite:
    """Read the questions in ``own`` over the passages that they are about, each an article, as a suite.

    Raises:
        SuiteError: a file is missing or not well formed, or names a passage or sentence that is not in ``training``.
    """
    rows, passages = _read(training, own)
    articles = {key: Article(key, " ".join(each.sentences), each.title) for key, each in passages.items()}
    texts = {key: article.text for key, article in articles.items()}
    questions = [_question(n, row, passages, texts) for n, row in enumerate(rows, start=1)]
    return Suite("everyday", tuple(articles.values()), tuple(questions))


def everyday_rows(training: Path, own: Path = OWN) -> list[TrainingQuestion]:
    """Read the same to train with, each with its passage, whose key is its ``source``; raise the same."""
    rows, passages = _read(training, own)
    found = []
    for row in rows:
        key, evidence, answer = row.text("passage"), frozenset(row.items("evidence")), row.text("answer")
        known = (answer,) if answer else None if evidence else ()
        title, sentences = passages[key]
        found.append(TrainingQuestion(row.text("question"), title, tuple(sentences), evidence, known, key))
    return found


def _read(training: Path, own: Path) -> tuple[list[JsonRow], dict[str, _Passage]]:
    """Return the rows, and the passages that they name, by their keys; raise SuiteError for a sentence not there."""
    rows = list(read_rows(own))
    passages = dict(_passages(training, [row.text("passage", required=True) for row in rows]))
    for row in rows:
        key = row.text("passage")
        if key not in passages:
            raise row.error(f"there is no passage “{key}”")
        for place in row.items("evidence"):
            if not is_index(place, len(passages[key].sentences)):
                raise row.error(f"“{key}” has no sentence {place}")
    return rows, passages


def _passages(training: Path, keys: Iterable[str]) -> Iterator[tuple[str, _Passage]]:
    """Yield the passages of some keys, each with its key."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        name, _, own = key.partition(":")
        wanted[name].add(own)
    if numbers := wanted.pop("wikinews", None):
        sentences = wikinews.read_sentences(training / "qamr" / "wiki-sentences.tsv")
        documents = wikinews.documents_of(sentences)
        for row in read_rows(wikinews.OWN / "headlines.jsonl"):
            if (number := row.text("document")) in numbers:
                found = [sentences[key] for key in documents.get(wikinews.PREFIX + number, ())]
                if not found:
                    raise row.error(f"there is no document “{number}”")
                yield f"wikinews:{number}", _Passage(row.text("headline"), found[:_LONGEST])
    for name, ids in wanted.items():
        for row in read_rows(training / "questions" / f"{name}.jsonl"):
            if row.text("id") in ids:
                yield f"{name}:{row.text('id')}", _Passage(row.text("title"), row.items("sentences"))


def _question(n: int, row: JsonRow, passages: Mapping[str, _Passage], texts: Mapping[str, str]) -> SuiteQuestion:
    key, answer = row.text("passage"), row.text("answer")
    evidence = [{"article_id": key, "quote": passages[key].sentences[place]} for place in row.items("evidence")]
    values = {
        "id": f"everyday-{n:05d}", "question": row.text("question"), "answerable": bool(evidence),
        "evidence": evidence, "answers": [answer] if answer else [], "tags": [OVER + key],
    }  # fmt: skip
    return question_from(JsonRow(row.where, values), texts)
