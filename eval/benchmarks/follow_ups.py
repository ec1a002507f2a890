"""Follow-ups measured on the conversations that ship: ``python -m footnote.eval.benchmarks.follow_ups``.

Each turn is asked twice: as a standalone question made from the turns before it, and bare, as it was typed. What counts
is whether the rewrite holds what it must, and what each way is worth in citations. Tune on ``dev``, report ``test``.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from footnote.eval.commands import offline_program
from footnote.eval.engine import engine_over
from footnote.eval.jsonl import JsonRow
from footnote.eval.report.report import md_table
from footnote.eval.score.measures import citation_agreement
from footnote.eval.score.scoring import span_of
from footnote.eval.subject import Answered, Subject
from footnote.eval.suite import GOLD, SuiteQuestion, load_suite, question_from, read_items
from footnote.index.search.query_words import words
from footnote.qa.interpret.answer_context import turn_of
from footnote.qa.interpret.follow_up import Standalone, Turn, standalone

CONVERSATIONS = Path(__file__).resolve().parents[1] / "conversations" / "conversations.jsonl"
_COLUMNS = ("half", "turns", "follow-ups rewritten right", "others left alone", "follow-ups: citation F1 (bare)",
            "answered (bare)", "unanswerable declined (bare)")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """What a turn's standalone question must look like.

    ``same``: it is the question as typed, nothing carried. Otherwise it holds each of ``must``, where ``a|b`` is
    either and a word may go on ("Kadhimi" in "al-Kadhimi's"), and none of ``must_not``, as whole words; in any case.
    """

    same: bool = False
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    def met_by(self, rewrite: Standalone, typed: str) -> bool:
        """Tell whether a rewrite is right."""
        if self.same:
            return rewrite.text == typed and not rewrite.carried
        text = f" {' '.join(words(rewrite.text))} "
        starts = [[f" {' '.join(words(word))}" for word in choice.split("|")] for choice in self.must]
        return all(any(start in text for start in choice) for choice in starts) and not any(
            f" {' '.join(words(word))} " in text for word in self.must_not
        )


class AskedTurn(NamedTuple):
    """One question of a conversation, with its gold, and what its rewrite must hold."""

    question: SuiteQuestion
    expected: Expected


class ConversationCase(NamedTuple):
    """Questions that were asked one after the other; ``half`` is ``dev`` or ``test``."""

    half: str
    turns: tuple[AskedTurn, ...]


class ConversationScore(NamedTuple):
    """What one way of asking gave: citation F1, 0 to 1 (0 for an abstention), and whether it was answered."""

    f1: float
    answered: bool


class ConversationOutcome(NamedTuple):
    """A turn, its rewrite and whether that is right, and the scores of asking with it and without."""

    turn: AskedTurn
    rewrite: Standalone
    right: bool
    carried: ConversationScore
    bare: ConversationScore


def load_conversations(path: Path, texts: Mapping[str, str]) -> tuple[ConversationCase, ...]:
    """Read conversations over articles with these ``texts``.

    Raises :class:`SuiteError` for a broken line, a quote that is not in its article, and an id used twice.
    """
    return read_items(path, lambda row: _conversation(row, texts))


def _conversation(row: JsonRow, texts: Mapping[str, str]) -> ConversationCase:
    name, half = row.text("id", required=True), row.text("half", required=True)
    numbered = [
        JsonRow(row.where, {**turn.values, "id": f"{name}-{n}", "half": half})
        for n, turn in enumerate(row.rows("turns"), 1)
    ]
    if not numbered:
        raise row.error("“turns” is empty")
    return ConversationCase(half, tuple(AskedTurn(question_from(turn, texts), _expected(turn)) for turn in numbered))


def _expected(turn: JsonRow) -> Expected:
    value = turn.values.get("standalone")
    if not isinstance(value, dict):
        raise turn.error("“standalone” must be an object with “same”, or “must” and “must_not”")
    row = JsonRow(turn.where, value)
    expected = Expected(value.get("same") is True, row.texts("must"), row.texts("must_not"))
    if not expected.same and not expected.must:
        raise turn.error("“standalone” asks for nothing")
    return expected


def outcomes(subject: Subject, conversations: Sequence[ConversationCase]) -> Iterator[ConversationOutcome]:
    """Ask each turn with the turns before it and without, in order; the answers given make the history."""
    for conversation in conversations:
        history: list[Turn] = []
        for turn in conversation.turns:
            typed = turn.question.question
            rewrite = standalone(typed, history)
            trace = subject.answer(replace(turn.question, question=rewrite.text))
            bare = trace if rewrite.text == typed else subject.answer(turn.question)
            right = turn.expected.met_by(rewrite, typed)
            scores = (_score(each, turn.question) for each in (trace, bare))
            yield ConversationOutcome(turn, rewrite, right, *scores)
            history.append(replace(turn_of(trace.answer), question=typed))


def _score(trace: Answered, question: SuiteQuestion) -> ConversationScore:
    agreement = citation_agreement((span_of(each.source) for each in trace.answer.citations), question)
    return ConversationScore(agreement.f1, trace.answer.status == "answered")


def report(outcomes: Sequence[ConversationOutcome]) -> str:
    """Return a table by half: how many rewrites are right, and citation F1 and answers with and without them."""
    halves = sorted({outcome.turn.question.half for outcome in outcomes})
    rows = [_row(half, [each for each in outcomes if each.turn.question.half == half]) for half in halves]
    return "\n".join(md_table([_COLUMNS, *rows])) + "\n"


def _row(half: str, outcomes: Sequence[ConversationOutcome]) -> list[str]:
    leaning, others = ([o for o in outcomes if o.turn.expected.same is same] for same in (False, True))
    gold, none = ([o for o in leaning if o.turn.question.answerable is answerable] for answerable in (True, False))
    return [
        half,
        str(len(outcomes)),
        f"{sum(o.right for o in leaning)} of {len(leaning)}",
        f"{sum(o.right for o in others)} of {len(others)}",
        f"{_mean([o.carried.f1 for o in gold])} ({_mean([o.bare.f1 for o in gold])})",
        f"{sum(o.carried.answered for o in gold)} ({sum(o.bare.answered for o in gold)}) of {len(gold)}",
        f"{sum(not o.carried.answered for o in none)} ({sum(not o.bare.answered for o in none)}) of {len(none)}",
    ]


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.3f}".removeprefix("0") if values else "-"


def listing(outcomes: Sequence[ConversationOutcome]) -> str:
    """Return a line for each turn: right or wrong, F1 with the rewrite and bare, what was typed and what was asked."""
    return "".join(
        f"{'ok   ' if o.right else 'WRONG'} {o.carried.f1:.2f} ({o.bare.f1:.2f}) {o.turn.question.id}"
        f"  {o.turn.question.question}  ->  {o.rewrite.text if o.rewrite.carried else '='}\n"
        for o in outcomes
    )


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Run the conversations over a library of their own, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.follow_ups", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--half", choices=("dev", "test"), help="only this half")
    parser.add_argument("--turns", action="store_true", help="list each turn, too")
    args = parser.parse_args(argv)
    suite = load_suite(GOLD)
    chosen = [each for each in load_conversations(CONVERSATIONS, suite.texts) if args.half in (None, each.half)]
    with engine_over(suite.articles) as subject:
        answered = list(outcomes(subject, chosen))
    sys.stdout.write((listing(answered) if args.turns else "") + report(answered))
    return 0


if __name__ == "__main__":
    sys.exit(main())
