"""Follow-ups measured on the conversations that ship: ``python -m footnote.eval.benchmarks.follow_ups``.

Each turn is asked twice: as a standalone question made from the turns before it, and bare, as it was typed. What counts
is whether the rewrite holds what it must, and what each way is worth in citations. Tune on ``dev``, report ``test``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from footnote.corpus.offline import shut_network
from footnote.eval.engine import engine_over
from footnote.eval.jsonl import JsonRow, read_rows
from footnote.eval.score.measures import citation_agreement
from footnote.eval.subject import Answered, Subject
from footnote.eval.suite import GoldSpan, SuiteQuestion, load_suite, question_from, unique
from footnote.index.search.query_words import words
from footnote.qa.interpret.answer_context import turn_of
from footnote.qa.interpret.follow_up import Standalone, Turn, standalone

_ROOT = Path(__file__).resolve().parents[1]
CONVERSATIONS = _ROOT / "conversations" / "conversations.jsonl"
GOLD = _ROOT / "gold"


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
        said = f" {' '.join(words(rewrite.text))} "
        held = all(any(_stands(word, said) for word in choice.split("|")) for choice in self.must)
        return held and not any(_stands(f"{word} ", said) for word in self.must_not)


def _stands(wanted: str, said: str) -> bool:
    return f" {' '.join(words(wanted))}{' ' if wanted.endswith(' ') else ''}" in said


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """One question of a conversation, with its gold, and what its rewrite must hold."""

    question: SuiteQuestion
    expected: Expected


@dataclass(frozen=True, slots=True)
class ConversationCase:
    """Questions that were asked one after the other; ``half`` is ``dev`` or ``test``."""

    id: str
    half: str
    turns: tuple[AskedTurn, ...]


@dataclass(frozen=True, slots=True)
class ConversationScore:
    """What one way of asking gave: citation F1, 0 to 1 (0 for an abstention), and whether it was answered."""

    f1: float
    answered: bool


@dataclass(frozen=True, slots=True)
class ConversationOutcome:
    """A turn, its rewrite, and the scores of asking with it and without."""

    half: str
    turn: AskedTurn
    rewrite: Standalone
    right: bool
    carried: ConversationScore
    bare: ConversationScore


def load_conversations(path: Path, texts: Mapping[str, str]) -> tuple[ConversationCase, ...]:
    """Read a file of conversations over articles with these ``texts``.

    Raises:
        SuiteError: a line is broken, a quote is not in its article, or an id occurs twice; with file and line.
    """
    return unique(((_conversation(row, texts), row) for row in read_rows(path)), path)


def _conversation(row: JsonRow, texts: Mapping[str, str]) -> ConversationCase:
    name, half = row.text("id", required=True), row.text("half", required=True)
    turns = [
        AskedTurn(
            question_from(JsonRow(row.where, {**turn.values, "id": f"{name}-{n}", "half": half}), texts),
            _expected(turn),
        )
        for n, turn in enumerate(row.rows("turns"), 1)
    ]
    if not turns:
        raise row.error("“turns” is empty")
    return ConversationCase(name, half, tuple(turns))


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
            trace = _ask(subject, turn.question, rewrite.text)
            bare = trace if rewrite.text == typed else _ask(subject, turn.question, typed)
            yield ConversationOutcome(
                conversation.half,
                turn,
                rewrite,
                turn.expected.met_by(rewrite, typed),
                _score(trace, turn.question),
                _score(bare, turn.question),
            )
            history.append(replace(turn_of(trace.answer), question=typed))


def _ask(subject: Subject, question: SuiteQuestion, text: str) -> Answered:
    return subject.answer(SuiteQuestion(question.id, text, question.answerable, as_of=question.as_of))


def _score(trace: Answered, question: SuiteQuestion) -> ConversationScore:
    cited = [GoldSpan(c.source.article_id, c.source.start, c.source.end) for c in trace.answer.citations]
    return ConversationScore(citation_agreement(cited, question).f1, trace.answer.status == "answered")


def report(found: Sequence[ConversationOutcome]) -> str:
    """Return a table: by half, how many rewrites are right, and citation F1 and answers with and without them."""
    lines = [
        "| half | turns | follow-ups rewritten right | others left alone | follow-ups: citation F1 (bare)"
        " | answered (bare) | unanswerable declined (bare) |",
        "|---|---|---|---|---|---|---|",
    ]
    halves = sorted({outcome.half for outcome in found})
    lines += [_line(half, [outcome for outcome in found if outcome.half == half]) for half in halves]
    return "\n".join(lines) + "\n"


def _line(half: str, found: Sequence[ConversationOutcome]) -> str:
    leaning = [outcome for outcome in found if not outcome.turn.expected.same]
    others = [outcome for outcome in found if outcome.turn.expected.same]
    gold = [outcome for outcome in leaning if outcome.turn.question.answerable]
    none = [outcome for outcome in leaning if not outcome.turn.question.answerable]
    cells = [
        half,
        str(len(found)),
        f"{sum(o.right for o in leaning)} of {len(leaning)}",
        f"{sum(o.right for o in others)} of {len(others)}",
        f"{_mean([o.carried.f1 for o in gold])} ({_mean([o.bare.f1 for o in gold])})",
        f"{sum(o.carried.answered for o in gold)} ({sum(o.bare.answered for o in gold)}) of {len(gold)}",
        f"{sum(not o.carried.answered for o in none)} ({sum(not o.bare.answered for o in none)}) of {len(none)}",
    ]
    return f"| {' | '.join(cells)} |"


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.3f}".removeprefix("0") if values else "-"


def listing(found: Sequence[ConversationOutcome]) -> str:
    """Return a line for each turn: right or wrong, F1 with the rewrite and bare, what was typed and what was asked."""
    return "".join(
        f"{'ok   ' if o.right else 'WRONG'} {o.carried.f1:.2f} ({o.bare.f1:.2f}) {o.turn.question.id}"
        f"  {o.turn.question.question}  ->  {o.rewrite.text if o.rewrite.carried else '='}\n"
        for o in found
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the conversations over a library of their own, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.follow_ups", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--half", choices=("dev", "test"), help="only this half")
    parser.add_argument("--turns", action="store_true", help="list each turn, too")
    args = parser.parse_args(argv)
    shut_network()
    suite = load_suite(GOLD)
    asked = [c for c in load_conversations(CONVERSATIONS, suite.texts) if args.half in (None, c.half)]
    with engine_over(suite.articles) as subject:
        found = list(outcomes(subject, asked))
    sys.stdout.write((listing(found) if args.turns else "") + report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
