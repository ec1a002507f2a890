"""Look for what is doubtful in a suite that reads without errors: what a person should look at again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

from footnote.eval.score.measures import answer_in_quotes, normalised
from footnote.eval.suite import Suite, SuiteQuestion, shortened

ALIKE = 0.9
LONGEST = 8
"""Accepted answers of more words than this are written freely, and need not stand in the evidence."""

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something doubtful, and the file and line that it is about."""

    where: str
    what: str


def check_suite(suite: Suite) -> list[Finding]:
    """Return what is doubtful, in the order of the questions, then of pairs of them."""
    found = [Finding(question.where, what) for question in suite.questions for what in doubts(question)]
    found += [
        Finding(article.source, f"“published” is not a date: {article.published}")
        for article in suite.articles
        if article.published and not DATE.fullmatch(article.published)
    ]
    found += near_duplicates(suite.questions)
    halves = sorted({question.half for question in suite.questions if question.half})
    for pair in combinations(halves, 2):
        found += shared_evidence(*([q for q in suite.questions if q.half == half] for half in pair))
    return found


def doubts(question: SuiteQuestion) -> Iterator[str]:
    """Yield what is doubtful in one question."""
    if question.draft:
        yield "a draft: look it over, and remove “draft” to accept it, or the line; no run takes it as it is"
    if question.answerable and not question.evidence:
        yield "answerable, but without evidence: its citations cannot be scored"
    if not question.answerable and (question.evidence or question.answers):
        yield "not answerable, but with evidence or answers: they are never used"
    if question.as_of and not DATE.fullmatch(question.as_of):
        yield f"“as_of” is not a date: {question.as_of}"
    short = [answer for answer in question.answers if len(normalised(answer)) <= LONGEST]
    yes_no = any(normalised(answer) in (["yes"], ["no"]) for answer in question.answers)
    checked = question.evidence and short and len(short) == len(question.answers) and not yes_no
    if checked and not stands_in(short, [item.quote for item in question.evidence]):
        yield f"no accepted answer stands in the evidence: {shortened(' / '.join(short), 80)}"
    if any(len(item.spans) > 1 for item in question.evidence):
        yield "a quote occurs more than once in its article; any occurrence counts"


def stands_in(answers: Sequence[str], quotes: Sequence[str]) -> bool:
    """Return whether an answer stands in one quote, or has each of its words in some quote."""
    held = {word for quote in quotes for word in normalised(quote)} | {"and", "or"}
    return bool(answer_in_quotes(quotes, answers)) or any(set(normalised(answer)) <= held for answer in answers)


def near_duplicates(questions: Sequence[SuiteQuestion]) -> list[Finding]:
    """Return the pairs of questions that share nearly all their words; leakage when they are in two halves."""
    found = []
    for i, j, share in alike(questions, questions):
        if i >= j:
            continue
        first, second = questions[i], questions[j]
        if first.turns != second.turns or first.as_of != second.as_of:
            continue
        apart = "in another half " if first.half != second.half else ""
        found.append(Finding(second.where, f"{share:.0%} the words of {first.id}, {apart}at {first.where}"))
    return found


def leakage(suite: Suite, other: Suite) -> list[Finding]:
    """Return the questions of one suite that are nearly asked, or have their evidence, in another."""
    found = [
        Finding(suite.questions[i].where, f"{share:.0%} the words of {other.questions[j].id} in {other.name}")
        for i, j, share in alike(suite.questions, other.questions)
    ]
    return found + shared_evidence(other.questions, suite.questions)


def shared_evidence(first: Sequence[SuiteQuestion], second: Sequence[SuiteQuestion]) -> list[Finding]:
    """Return the questions of the second that rest on a quote of the first."""
    quotes = {" ".join(item.quote.split()): question for question in first for item in question.evidence}
    return [
        Finding(question.where, f"rests on the same quote as {quotes[quote].id}, which is in the other half")
        for question in second
        for quote in dict.fromkeys(" ".join(item.quote.split()) for item in question.evidence)
        if quote in quotes
    ]


def alike(first: Sequence[SuiteQuestion], second: Sequence[SuiteQuestion]) -> list[tuple[int, int, float]]:
    """Return the pairs of positions whose words overlap by :data:`ALIKE` or more (Jaccard), in order."""
    bags = [sorted(set(normalised(question.question))) for question in (*first, *second)]
    columns = {word: i for i, word in enumerate(sorted({word for bag in bags for word in bag}))}
    cells = [columns[word] for bag in bags for word in bag]
    ends = np.cumsum([0, *map(len, bags)])
    rows = csr_array((np.ones(len(cells)), cells, ends), shape=(len(bags), max(1, len(columns))))
    left, right = rows[: len(first)], rows[len(first) :]
    shared = (left @ right.T).tocoo()
    i, j = shared.coords
    total = left.sum(axis=1)[i] + right.sum(axis=1)[j] - shared.data
    share = shared.data / total
    kept = np.flatnonzero(share >= ALIKE)
    return sorted((int(i[k]), int(j[k]), float(share[k])) for k in kept)
