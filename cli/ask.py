"""``ask``: one question, or a file of them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tqdm import tqdm

from footnote.cli.answers import as_text
from footnote.cli.inputs import text_of
from footnote.cli.output import note, record, result
from footnote.corpus.dates import partial_date
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.corpus.text import storable
from footnote.index.search.scope import Scope
from footnote.qa.engine import Engine
from footnote.qa.interpret.question import read_question

_DATES = ("after", "before", "as-of")


def ask(args: argparse.Namespace, settings: Settings) -> int:
    """Answer; a question that the articles do not answer is a normal outcome, and ends with 0."""
    if bool(args.batch) == bool(args.question):
        raise UsageError('give a question, or --batch FILE, as in: footnote ask "Who is Brian Hook?"')
    scope = _scope(args)
    if args.question:
        read_question(args.question)
        with_engine = _one
    else:
        with_engine = _batch
    engine = Engine.open(settings, note, chroma=bool(args.batch or settings.chroma))
    try:
        return with_engine(engine, args, scope)
    finally:
        engine.close()


def _scope(args: argparse.Namespace) -> Scope:
    after, before, as_of = (_date(f"--{name}", getattr(args, name.replace("-", "_"))) for name in _DATES)
    return Scope(after, before, args.publisher, as_of)


def _date(name: str, value: object) -> str:
    found = partial_date(str(value)) if value else ""
    if value and not found:
        raise UsageError(f"{name} {value!r} is not a date; write it as 2020, 2020-05 or 2020-05-21")
    return found


def _one(engine: Engine, args: argparse.Namespace, scope: Scope) -> int:
    answer = engine.ask(storable(args.question), scope)
    if args.json:
        record(answer.to_dict())
    else:
        result(as_text(answer))
    return 0


def _batch(engine: Engine, args: argparse.Namespace, scope: Scope) -> int:
    failed = 0
    questions = list(_questions(args.batch))
    for number, question in enumerate(tqdm(questions, desc="answering", unit=" questions", delay=2, disable=None), 1):
        try:
            limits = replace(scope, as_of=_date("as_of", question.get("as_of")) or scope.as_of)
            history = engine.history(question["turns"], limits)
            answer = engine.answer(storable(question["question"]), question["id"], limits, history).answer.to_dict()
        except UsageError as error:
            failed += 1
            note(f"{args.batch}:{number}: {error}")
            answer = {"id": question["id"], "error": str(error)}
        record(answer)
    return 1 if failed else 0


def _questions(source: str) -> Iterator[dict[str, Any]]:
    text = text_of(source, "the questions")
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{source}:{number}: not valid JSON ({error})") from None
        if not isinstance(question, dict) or not isinstance(question.get("question"), str):
            raise UsageError(f'{source}:{number}: not an object with "id" and "question"')
        turns = question.get("turns") or []
        if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
            raise UsageError(f'{source}:{number}: "turns" is not a list of the questions before this one')
        question["turns"] = [storable(turn) for turn in turns]
        yield {**question, "id": str(number if question.get("id") in (None, "") else question["id"])}
