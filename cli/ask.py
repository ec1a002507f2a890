"""``ask``: one question, or a file of them; and an answer as a terminal shows it."""

import argparse
import json
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

from tqdm import tqdm

from footnote.cli.inputs import text_of
from footnote.cli.output import note, record, result
from footnote.corpus.dates import partial_date
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.corpus.text import storable
from footnote.index.search.scope import Scope
from footnote.qa.answer import Answer, Quote, Side
from footnote.qa.engine import Engine
from footnote.qa.interpret.question import read_question

_filled = partial(textwrap.fill, width=100)


def ask(args: argparse.Namespace, settings: Settings) -> int:
    """Answer; a question that the articles do not answer is a normal outcome, and ends with 0."""
    if bool(args.batch) == bool(args.question):
        raise UsageError('give a question, or --batch FILE, as in: footnote ask "Who is Brian Hook?"')
    after, before = _date("--after", args.after), _date("--before", args.before)
    scope = Scope(after, before, args.publisher, _date("--as-of", args.as_of))
    if args.question:
        read_question(args.question)
    with closing(Engine.open(settings, note, chroma=bool(args.batch or settings.chroma))) as engine:
        if args.batch:
            return _batch(engine, args.batch, scope)
        answer = engine.ask(storable(args.question), scope)
        if args.json:
            record(answer.to_dict())
        else:
            result(as_text(answer))
    return 0


def _date(name: str, value: object) -> str:
    found = partial_date(str(value)) if value else ""
    if value and not found:
        raise UsageError(f"{name} {value!r} is not a date; write it as 2020, 2020-05 or 2020-05-21")
    return found


def _batch(engine: Engine, source: str, scope: Scope) -> int:
    failed = 0
    questions = list(_questions(source))
    for number, question in enumerate(tqdm(questions, desc="answering", unit=" questions", delay=2, disable=None), 1):
        try:
            limits = replace(scope, as_of=_date("as_of", question.get("as_of")) or scope.as_of)
            history = engine.history(question["turns"], limits)
            answer = engine.answer(storable(question["question"]), question["id"], limits, history).answer.to_dict()
        except UsageError as error:
            failed += 1
            note(f"{source}:{number}: {error}")
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


def as_text(answer: Answer) -> str:
    """Return an answer for reading in a terminal."""
    head = [*_standalone(answer), _filled(answer.text), ""]
    return "\n".join([*head, *_notes(answer), *_sources(answer), _last(answer)])


def _standalone(answer: Answer) -> Iterator[str]:
    """Yield what was made of the question, where that is not what was typed."""
    if answer.standalone_question.casefold() != " ".join(answer.question.split()).casefold():
        yield _filled(f"Asked as: {answer.standalone_question}")
    for limit in answer.inferred:
        ends = [f"from {limit.after}" if limit.after else "", f"to {limit.before}" if limit.before else ""]
        basis = f" (the newest article is of {limit.newest})" if limit.newest else ""
        yield _filled(
            f"“{limit.phrase}” taken as: {' '.join(end for end in ends if end)}{basis}; articles of then first"
        )


def _notes(answer: Answer) -> Iterator[str]:
    """Yield what a reader must know before relying on the answer."""
    yield from (_filled(f"Note: {notice}") for notice in answer.notices)
    for number, sentence in enumerate(answer.sentences, 1):
        if sentence.verdict == "not confirmed":
            why = f": {'; '.join(sentence.mismatches)}" if sentence.mismatches else ""
            yield _filled(f"Sentence {number} is not confirmed by its source{why}")
    for found in answer.disagreements:
        name = "A later update" if found.kind == "later update" else "The articles differ"
        yield _filled(f"{name} on “{found.about}”: {'; '.join(_side(side, found.dated) for side in found.sides)}")


def _side(side: Side, dated: bool) -> str:
    return f"{side.value} [{side.citation}]" + (f", {side.published or 'undated'}" if dated else "")


def _sources(answer: Answer) -> Iterator[str]:
    for citation in answer.citations:
        quote = citation.source
        origin = [part for part in (quote.title or quote.article_id, quote.publisher, quote.published) if part]
        yield _filled(f"[{citation.n}] {', '.join(origin)} ({_place(quote)})")
    if answer.nearest:
        yield "The nearest passages:"
    for quote in answer.nearest:
        yield textwrap.indent(_filled(f"“{quote.quote}”"), "    ")
        yield f"    - {quote.title or quote.article_id} ({_place(quote)})"


def _last(answer: Answer) -> str:
    articles = len({citation.source.article_id for citation in answer.citations})
    facts = [f"confidence {answer.confidence:.2f}", answer.status]
    if articles > answer.origins:
        facts.append(f"{articles} articles, {answer.origins} origin{'s' if answer.origins > 1 else ''}")
    if answer.newest:
        facts.append(f"newest article used: {answer.newest}")
    return f"\n{', '.join(facts)}"


def _place(quote: Quote) -> str:
    return f"{quote.article_id}:{quote.start}-{quote.end}"
