"""A question suite: articles, questions and gold evidence, checked before anything is run.

A suite is a folder with ``articles.jsonl``, ``questions.jsonl`` and, when it has something to say about
itself, ``suite.json``.
"""

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.eval.jsonl import LINE_LIMIT, Count, JsonRow, Text, parse_object, read_rows

GOLD = Path(__file__).resolve().parent / "gold"
"""The gold set that ships."""

Item = TypeVar("Item")


class GoldSpan(NamedTuple):
    """A part of an article's stored text, in Unicode code points; ``end`` is not included."""

    article_id: Text
    start: Count
    end: Count


@dataclass(frozen=True, slots=True)
class Evidence:
    """One gold quote; ``spans`` are all its occurrences in the article (start, end), and any of them will do."""

    article_id: Text
    quote: Text
    spans: tuple[tuple[Count, Count], ...]

    @property
    def places(self) -> tuple[GoldSpan, ...]:
        """The occurrences, each with the article that it is in."""
        return tuple(GoldSpan(self.article_id, *span) for span in self.spans)

    def hit_by(self, span: GoldSpan) -> bool:
        """Return whether a span overlaps one of the quote's occurrences."""
        return span.article_id == self.article_id and any(
            start < span.end and span.start < end for start, end in self.spans
        )


@dataclass(frozen=True, slots=True)
class SuiteQuestion:
    """A question and what a right answer to it rests on.

    ``evidence`` holds each gold quote once. ``alternatives`` are sets of positions in ``evidence``, each of
    them sufficient; a suite that names none means one set that holds everything. ``turns`` are the questions
    asked before this one in a conversation, and ``half`` says whether it is for tuning or for reporting. A
    ``draft`` was made from what people said about an answer, and is no gold until a person has accepted it.
    """

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tags: tuple[str, ...] = ()
    as_of: str = ""
    alternatives: tuple[tuple[int, ...], ...] = ()
    turns: tuple[str, ...] = ()
    half: str = ""
    draft: bool = False
    where: str = ""

    @property
    def gold_sets(self) -> tuple[tuple[Evidence, ...], ...]:
        """The sets of evidence, each sufficient; none when the question has no evidence."""
        if not self.evidence:
            return ()
        sets = self.alternatives or (tuple(range(len(self.evidence))),)
        return tuple(tuple(self.evidence[i] for i in chosen) for chosen in sets)

    @property
    def cluster(self) -> str:
        """What is resampled together: the questions on one article; a question without gold stands alone."""
        return f"article {self.evidence[0].article_id}" if self.evidence else f"question {self.id}"


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """The questions with any of the tags, then a random sample of them, then the first few.

    ``seed`` is that of the sample, and of the intervals of a run.
    """

    tags: tuple[str, ...] = ()
    sample: int | None = None
    limit: int | None = None
    seed: int = 0

    def choose(self, questions: Sequence[SuiteQuestion]) -> tuple[SuiteQuestion, ...]:
        """Return the chosen questions, in the suite's order; one seed always draws one sample."""
        tagged = [question for question in questions if not self.tags or {*self.tags} & {*question.tags}]
        if self.sample is not None and self.sample < len(tagged):
            tagged = [tagged[i] for i in sorted(random.Random(self.seed).sample(range(len(tagged)), self.sample))]
        return tuple(tagged[: self.limit])


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite that has passed every check; ``digest`` is over the bytes of its two files of lines."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[SuiteQuestion, ...]
    digest: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The stored text of each article, by id."""
        return {article.id: article.text for article in self.articles}


def load_suite(folder: Path, *, drafts: bool = False, blind: bool = False) -> Suite:
    """Read and check a suite folder; one that is called blind in its ``suite.json`` only where ``blind`` lets it in.

    Raises :class:`SuiteError`, naming file and line, for a missing file, a line that is too long or not a
    JSON object, a field of the wrong type, an id that occurs twice, evidence in an unknown article, a
    quote that its article does not hold and, unless ``drafts`` are let in, a question that nobody has accepted.
    """
    if not folder.is_dir():
        raise SuiteError(f"{folder}: not a folder; a suite holds articles.jsonl and questions.jsonl")
    articles_file, questions_file = folder / "articles.jsonl", folder / "questions.jsonl"
    about = read_about(folder / "suite.json")
    if about.get("blind") and not blind:
        raise SuiteError(f"{folder}: a blind suite; `make blind` runs it, and records that it was looked at")
    articles = read_items(articles_file, article_from)
    texts = {article.id: article.text for article in articles}
    questions = read_items(questions_file, lambda row: question_from(row, texts))
    for question in questions:
        if question.draft and not drafts:
            draft = shortened(question.id)
            raise SuiteError(f"{question.where}: “{draft}” is a draft; look it over, and remove “draft” or the line")
    name = about.get("name")
    return Suite(
        name=name if isinstance(name, str) and name.strip() else folder.resolve().name,
        articles=articles,
        questions=questions,
        digest=digest_of(articles_file, questions_file),
        about=about,
    )


def read_about(path: Path) -> dict[str, Any]:
    """Return what ``suite.json`` says; it may be absent."""
    if not path.exists():
        return {}
    if path.stat().st_size > LINE_LIMIT:
        raise SuiteError(f"{path}: larger than {LINE_LIMIT:,} bytes")
    return parse_object(path.read_bytes(), str(path))


def read_items(path: Path, item_from: Callable[[JsonRow], Item]) -> tuple[Item, ...]:
    """Return what each line makes; raise :class:`SuiteError` when there is none, or at an id that came before."""
    items: dict[str, tuple[Item, str]] = {}
    for row in read_rows(path):
        item, name = item_from(row), row.text("id", required=True)
        if name in items:
            raise row.error(f"id “{name}” is already used at {items[name][1]}")
        items[name] = item, row.where
    if not items:
        raise SuiteError(f"{path}: holds nothing")
    return tuple(item for item, _ in items.values())


def article_from(row: JsonRow) -> Article:
    """Return the article of a line, its text with the newlines that the library stores; nothing else changes."""
    return Article(
        id=row.text("id", required=True),
        text=row.text("text", required=True).replace("\r\n", "\n"),
        title=row.text("title"),
        authors=row.texts("authors"),
        publisher=row.text("publisher"),
        published=row.text("published"),
        url=row.text("url"),
        source=row.where,
    )


def question_from(row: JsonRow, texts: Mapping[str, str]) -> SuiteQuestion:
    """Return the question of a line, each quote of its evidence found in its article."""
    evidence = [evidence_from(item, texts) for item in row.rows("evidence")]
    distinct = tuple(dict.fromkeys(evidence))
    return SuiteQuestion(
        id=row.text("id", required=True),
        question=row.text("question", required=True),
        answerable=row.flag("answerable"),
        answers=row.texts("answers"),
        evidence=distinct,
        tags=row.texts("tags"),
        as_of=row.text("as_of"),
        alternatives=alternatives_from(row, evidence, distinct),
        turns=row.texts("turns"),
        half=row.text("half"),
        draft=row.flag("draft", required=False),
        where=row.where,
    )


def evidence_from(row: JsonRow, texts: Mapping[str, str]) -> Evidence:
    """Return the evidence with its spans, or raise :class:`SuiteError` when it points nowhere."""
    article_id, quote = row.text("article_id", required=True), row.text("quote", required=True)
    if article_id not in texts:
        raise row.error(f"evidence in article “{article_id}”, which articles.jsonl does not hold")
    spans = tuple(find_quote(quote, texts[article_id]))
    if not spans:
        raise row.error(f"the quote “{shortened(quote)}” is not in article “{article_id}”")
    return Evidence(article_id, quote, spans)


def alternatives_from(
    row: JsonRow, evidence: Sequence[Evidence], distinct: Sequence[Evidence]
) -> tuple[tuple[int, ...], ...]:
    """Return the optional lists of positions in ``evidence``, as positions among the distinct quotes."""
    sets = []
    for chosen in row.items("alternatives"):
        if not isinstance(chosen, list) or not chosen or not all(is_index(i, len(evidence)) for i in chosen):
            raise row.error("“alternatives” must be lists of positions in “evidence”, counted from 0")
        sets.append(tuple(sorted({distinct.index(evidence[i]) for i in chosen})))
    return tuple(sets)


def is_index(value: object, length: int) -> bool:
    """Return whether a JSON value is a position in a list of this length."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < length


def find_quote(quote: str, text: str) -> list[tuple[int, int]]:
    """Return each place where the quote occurs, taking any run of white space for any other."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    return [match.span() for match in re.finditer(pattern, text)] if pattern else []


def shortened(text: str, width: int = 60) -> str:
    """Return the text on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def digest_of(*files: Path) -> str:
    """Return the SHA-256 of some files' bytes, in hexadecimal."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
