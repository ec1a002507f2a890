"""A reporter's questions to the briefs that ship, scored by what an answer must say.

``python -m footnote.eval.benchmarks.reporter``. A question of the other suites is right where the answer cites its
evidence. These ask what a citation alone does not tell: whether the newest figure comes first, whether both sides are
told, whether a "why" is answered with a reason.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from footnote.eval.commands import offline_program
from footnote.eval.engine import engine_over
from footnote.eval.jsonl import JsonRow
from footnote.eval.report.report import md_table
from footnote.eval.subject import Subject
from footnote.eval.suite import GOLD, SuiteQuestion, load_suite, read_items
from footnote.qa.answer import Answer

QUESTIONS = Path(__file__).resolve().parents[1] / "reporter" / "questions.jsonl"


@dataclass(frozen=True, slots=True)
class RequiredAnswer:
    """What an answer must say: regular expressions, in any case.

    It holds each of ``must``, the first of its sentences holds ``first``, and it holds none of ``must_not``. To decline
    is right where ``decline`` is ``must`` or ``may``; where it ``must``, to answer is right only if ``must`` is met.
    """

    must: tuple[str, ...] = ()
    first: str = ""
    must_not: tuple[str, ...] = ()
    decline: str = ""

    def met_by(self, answer: Answer) -> bool:
        """Tell whether an answer, or its absence, is right."""
        if answer.status != "answered":
            return bool(self.decline)
        if self.decline == "must" and not self.must:
            return False
        said = " ".join(sentence.text for sentence in answer.sentences)
        return (
            all(_holds(pattern, said) for pattern in self.must)
            and _holds(self.first, answer.sentences[0].text)
            and not any(_holds(pattern, said) for pattern in self.must_not)
        )


def _holds(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


class ReporterQuestion(NamedTuple):
    """A question, the ``kind`` of difficulty that it stands for, and what is wanted."""

    question: SuiteQuestion
    kind: str
    wanted: RequiredAnswer


class ReporterOutcome(NamedTuple):
    """A question, what was answered, and whether that is right."""

    asked: ReporterQuestion
    answer: Answer
    right: bool


def load_questions(path: Path) -> tuple[ReporterQuestion, ...]:
    """Read questions; raise :class:`SuiteError` for a line that is broken or wants nothing, and an id used twice."""
    return read_items(path, _question)


def _question(row: JsonRow) -> ReporterQuestion:
    wanted = RequiredAnswer(row.texts("must"), row.text("first"), row.texts("must_not"), row.text("decline"))
    if not wanted.must and wanted.decline != "must":
        raise row.error("“must” is empty, and it need not be declined: any answer would do")
    if wanted.decline not in ("", "may", "must"):
        raise row.error(f"“decline” is “{wanted.decline}”; it may be “may” or “must”")
    name, text = row.text("id", required=True), row.text("question", required=True)
    question = SuiteQuestion(name, text, bool(wanted.must), as_of=row.text("as_of"), turns=row.texts("turns"))
    return ReporterQuestion(question, row.text("kind", required=True), wanted)


def outcomes(subject: Subject, questions: Iterable[ReporterQuestion]) -> list[ReporterOutcome]:
    """Ask each question, after its turns."""
    pairs = [(asked, subject.answer(asked.question).answer) for asked in questions]
    return [ReporterOutcome(asked, answer, asked.wanted.met_by(answer)) for asked, answer in pairs]


def report(outcomes: Sequence[ReporterOutcome]) -> str:
    """Return a table: by kind, how many are right."""
    kinds = dict.fromkeys(outcome.asked.kind for outcome in outcomes)
    groups = {kind: [outcome.right for outcome in outcomes if outcome.asked.kind == kind] for kind in kinds}
    groups["all"] = [outcome.right for outcome in outcomes]
    rows = [(kind, f"{sum(rights)} of {len(rights)}") for kind, rights in groups.items()]
    return "\n".join(md_table([("kind", "right"), *rows])) + "\n"


def listing(outcomes: Iterable[ReporterOutcome]) -> str:
    """Return a line for each question: right or wrong, what was asked, and what was said."""
    return "".join(
        f"{'ok   ' if o.right else 'WRONG'} {o.asked.question.id} {o.asked.question.question}  ->  "
        f"{' '.join(sentence.text for sentence in o.answer.sentences) or 'declined'}\n"
        for o in outcomes
    )


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Ask the questions over a library of their own, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.reporter", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--answers", action="store_true", help="list each question and its answer, too")
    parser.add_argument("--kind", action="append", default=[], help="only this kind; may be given more than once")
    args = parser.parse_args(argv)
    chosen = [each for each in load_questions(QUESTIONS) if not args.kind or each.kind in args.kind]
    with engine_over(load_suite(GOLD).articles) as subject:
        answered = outcomes(subject, chosen)
    sys.stdout.write((listing(answered) if args.answers else "") + report(answered))
    return 0


if __name__ == "__main__":
    sys.exit(main())
