"""The command line of the evaluation: ``run``, ``compare``, ``check`` and ``draft``.

Results go to standard output and all else to standard error. Every command returns the exit code: 0 when
all is well, 1 when the verdict is bad; what it raises becomes 1 (failed) or 2 (called wrongly).
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from footnote.corpus.errors import FootnoteError, UsageError
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import LLM_CONTEXT, Settings

Command = Callable[[argparse.Namespace, Settings], int]
Parameters = ParamSpec("Parameters")


def add_eval_commands(parser: argparse.ArgumentParser) -> None:
    """Add the evaluation's commands to ``footnote eval``; each sets ``run`` to a :data:`Command`."""
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, about: str, example: str, run: Command) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=f"example: footnote eval {example}"
        )
        made.set_defaults(run=run)
        return made

    run = command("run", "answer a suite's questions and measure the citations",
                  "run suites/gold --out runs/today --tag number", run_command)  # fmt: skip
    run.add_argument("suite", type=Path, metavar="SUITE", help="folder with articles.jsonl and questions.jsonl")
    run.add_argument("--out", type=Path, metavar="DIR", help="folder for the run (default: runs/SUITE-TIME)")
    run.add_argument("--tag", action="append", default=[], metavar="T", help="only questions with this tag; repeatable")
    run.add_argument("--sample", type=positive, metavar="N", help="only N questions drawn at random")
    run.add_argument("--limit", type=positive, metavar="N", help="only the first N questions")
    run.add_argument("--seed", type=int, default=0, metavar="S", help="of the sample and the intervals (default: 0)")
    run.add_argument("--min-confidence", type=probability, metavar="P", help="decline below P; 0 never declines")
    add_answering_models(run)
    run.add_argument("--gate", type=Path, metavar="FILE", help="JSON of floors and ceilings to keep to, or exit 1")
    run.add_argument("--fresh", action="store_true", help="throw away a run that is in the folder already")
    compare = command("compare", "say whether run B is worse than run A over the same suite; exit 1 when it is",
                      "compare runs/before runs/after --gate gate.json", compare_command)  # fmt: skip
    compare.add_argument("before", type=Path, metavar="A", help="folder of the run to compare with")
    compare.add_argument("after", type=Path, metavar="B", help="folder of the run in question")
    compare.add_argument("--gate", type=Path, metavar="FILE", help="JSON of floors and ceilings that B must keep to")
    for each in (run, compare):
        each.add_argument("--all", action="store_true", help="print all measures, not those alone that decide")
    check = command("check", "check a suite for errors, and for what is doubtful in it; exit 1 on either",
                    "check suites/gold", check_command)  # fmt: skip
    check.add_argument("suite", type=Path, metavar="SUITE", help="folder with articles.jsonl and questions.jsonl")
    check.add_argument("--other", type=Path, metavar="SUITE", help="another half, that must not share questions")
    for each in (run, compare, check):
        each.add_argument("--json", action="store_true", help="print JSON in place of a table")
    draft = command("draft", "turn what people said about answers into candidate questions, for a person to accept",
                    "draft --out candidates.jsonl", draft_command)  # fmt: skip
    draft.add_argument("--out", type=Path, metavar="FILE", help="a new file (default: standard output)")


def add_answering_models(parser: argparse.ArgumentParser) -> None:
    """Add the options for all models that have a part in an answer."""
    add = parser.add_argument
    add("--llm", metavar="URL", help="an OpenAI-compatible endpoint that phrases answers (FOOTNOTE_LLM_URL)")
    add("--model", dest="llm_model", metavar="NAME", help="its model (FOOTNOTE_LLM_MODEL)")
    most = f"how much text it is sent at most (FOOTNOTE_LLM_CONTEXT; default: {LLM_CONTEXT:,})"
    add("--llm-context", metavar="CHARS", help=most)
    add_embedding_model(parser, "--embedding")
    folder = "a folder made by make reader, or a published cross-encoder by name or folder (FOOTNOTE_READER)"
    add("--reader", metavar="MODEL", help=folder)


def add_embedding_model(parser: argparse.ArgumentParser, option: str, what: str = "the embedding model") -> None:
    """Add ``option`` for the embedding model, and ``--allow-download``."""
    add = parser.add_argument
    add(option, metavar="MODEL", help=f"{what}, by sentence-transformers name or folder (FOOTNOTE_MODEL)")
    download = "download models that are named and not here (FOOTNOTE_ALLOW_DOWNLOAD=1)"
    add("--allow-download", action="store_true", default=None, help=download)


def offline_program(main: Callable[Parameters, int]) -> Callable[Parameters, int]:
    """Make ``main`` a program that uses no network, and whose errors are a line each and an exit code."""

    @wraps(main)
    def program(*args: Parameters.args, **kwargs: Parameters.kwargs) -> int:
        shut_network()
        try:
            return main(*args, **kwargs)
        except FootnoteError as error:
            notify(f"footnote: {error}")
            return error.exit_code

    return program


def number(text: str, low: float, high: float, what: str) -> float:
    """Read a number within bounds."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what} from {low:g} to {high:g}")
    return value


def positive(text: str) -> int:
    """Read a whole number over zero."""
    return int(number(text, 1, 1_000_000, "a number"))


def probability(text: str) -> float:
    """Read a number from 0 to 1."""
    return number(text, 0, 1, "a probability")


def notify(line: str) -> None:
    """Tell the user something that is not a result."""
    sys.stderr.write(line + "\n")


def run_command(args: argparse.Namespace, settings: Settings) -> int:
    """Run a suite, print its measures, and hold them to a gate."""
    from footnote.eval.engine import open_engine
    from footnote.eval.report.compare import crossed, read_gate
    from footnote.eval.report.report import terminal
    from footnote.eval.run import clear_run, run_suite
    from footnote.eval.score.summary import values_of
    from footnote.eval.suite import QuestionFilter

    gate = read_gate(args.gate) if args.gate else {}
    selection = QuestionFilter(tuple(args.tag), sample=args.sample, limit=args.limit, seed=args.seed)
    if args.min_confidence is not None:
        settings = replace(settings, min_confidence=args.min_confidence)
    out = args.out or Path("runs") / f"{args.suite.resolve().name}-{time.strftime('%Y%m%d-%H%M%S')}"
    if args.fresh:
        clear_run(out)
    try:
        report = run_suite(args.suite, out, settings, selection=selection, opener=open_engine, notify=notify)
    except KeyboardInterrupt:
        notify(f"footnote: interrupted; the same command with --out {out} goes on where it stopped")
        return 1
    text = (out / "report.json").read_text(encoding="utf-8") if args.json else terminal(report, everything=args.all)
    sys.stdout.write(text)
    notify(f"the run is in {out}; open {out / 'report.html'}")
    failures = crossed(gate, report.timings.to_dict() | values_of(report.records))
    if report.summary.violations:
        failures.append(f"{report.summary.violations} broken promises")
    for line in failures:
        notify(f"footnote: {line}")
    return 1 if failures or report.summary.table.failed else 0


def compare_command(args: argparse.Namespace, settings: Settings) -> int:
    """Compare two runs; the exit code is the verdict."""
    from footnote.eval.report.compare import compare, read_gate
    from footnote.eval.report.compare_text import as_json, terminal
    from footnote.eval.report.loaded import load_run
    from footnote.eval.report.report import dumped

    gate = read_gate(args.gate) if args.gate else {}
    found = compare(load_run(args.before), load_run(args.after), gate=gate)
    sys.stdout.write(dumped(as_json(found)) if args.json else terminal(found, everything=args.all))
    return 1 if found.verdict == "worse" else 0


def draft_command(args: argparse.Namespace, settings: Settings) -> int:
    """Print candidate questions, or write them into a new file."""
    from footnote.eval.draft import drafts
    from footnote.eval.jsonl import as_jsonl
    from footnote.index.library import Library

    with closing(Library(settings.home, settings.library, create=False, notify=notify)) as library:
        rows = drafts(library.feedback())
    if not rows:
        notify("nobody has said anything about an answer yet")
        return 0
    text = as_jsonl(rows)
    if args.out:
        try:
            with args.out.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError as error:
            raise UsageError(f"{args.out} is there already, and is left as it is; choose another --out") from error
        except OSError as error:
            raise UsageError(f"{args.out}: cannot be written: {error.strerror}") from error
        text = f"{args.out}: {len(rows)} candidates\n"
    sys.stdout.write(text)
    notify("look each over: right what was guessed, add “answers”, and remove “draft” to accept it")
    return 0


def check_command(args: argparse.Namespace, settings: Settings) -> int:
    """Check a suite and print what was found."""
    from footnote.eval.check import check_suite, leakage
    from footnote.eval.report.report import dumped
    from footnote.eval.suite import load_suite

    suite = load_suite(args.suite, drafts=True, blind=True)
    findings = check_suite(suite)
    if args.other:
        findings += leakage(suite, load_suite(args.other, drafts=True, blind=True))
    if args.json:
        sys.stdout.write(dumped([asdict(finding) for finding in findings]))
    else:
        sys.stdout.write("".join(f"{finding.where}: {finding.what}\n" for finding in findings))
    answerable = sum(question.answerable for question in suite.questions)
    notify(
        f"{suite.name}: {len(suite.articles)} articles, {len(suite.questions)} questions, {answerable} answerable; "
        f"{len(findings)} doubtful"
    )
    waiting = sum(question.draft for question in suite.questions)
    if waiting:
        notify(f"drafts that wait for a person: {waiting}; no run takes the suite before")
    return 1 if findings else 0
