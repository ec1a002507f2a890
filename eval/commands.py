"""The command line of the evaluation: ``run``, ``compare``, ``judge``, ``check``, ``draft`` and ``import``.

Results go to standard output and all else to standard error. Every command returns the exit code: 0 when
all is well, 1 when the verdict is bad; what it raises becomes 1 (failed) or 2 (called wrongly).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from footnote.corpus.errors import UsageError
from footnote.corpus.settings import LLM_CONTEXT, Settings

Command = Callable[[argparse.Namespace, Settings], int]


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
    run.add_argument(
        "--subject", choices=("footnote", "simplest-three", "simplest-one"), default="footnote",
        help="what answers: all of it, or the most similar sentences alone, which every run has beside it, too",
    )  # fmt: skip
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
    judge = command("judge", "ask a language model whether a run's cited sentences answer, and how far the gold agrees",
                    "judge runs/today --llm http://127.0.0.1:8080/v1 --model NAME", judge_command)  # fmt: skip
    judge.add_argument("run_folder", type=Path, metavar="RUN", help="folder of a finished run; judge.json goes there")
    add_language_model(judge, "judges")
    check = command("check", "check a suite for errors, and for what is doubtful in it; exit 1 on either",
                    "check suites/gold", check_command)  # fmt: skip
    check.add_argument("suite", type=Path, metavar="SUITE", help="folder with articles.jsonl and questions.jsonl")
    check.add_argument("--other", type=Path, metavar="SUITE", help="another half, that must not share questions")
    for each in (run, compare, judge, check):
        each.add_argument("--json", action="store_true", help="print JSON in place of a table")
    draft = command("draft", "turn what people said about answers into candidate questions, for a person to accept",
                    "draft --out candidates.jsonl", draft_command)  # fmt: skip
    draft.add_argument("--out", type=Path, metavar="FILE", help="a new file (default: standard output)")
    importing = command("import", "make a suite folder from a published data set",
                        "import squad dev-v2.0.json suites/squad", import_command)  # fmt: skip
    importing.add_argument("format", choices=("clapnq", "squad", "beir"), help="what the source is")
    importing.add_argument("source", type=Path, metavar="SOURCE", help="a file, or (clapnq, beir) a folder")
    importing.add_argument("suite", type=Path, metavar="SUITE", help="folder to make; it must not hold a suite")


def add_language_model(parser: argparse.ArgumentParser, does: str) -> None:
    """Add ``--llm`` and ``--model``; the program puts them into the settings."""
    parser.add_argument("--llm", metavar="URL", help=f"an OpenAI-compatible endpoint that {does} (FOOTNOTE_LLM_URL)")
    parser.add_argument("--model", dest="llm_model", metavar="NAME", help="its model (FOOTNOTE_LLM_MODEL)")


def add_answering_models(parser: argparse.ArgumentParser) -> None:
    """Add the options for all models that have a part in an answer."""
    add_language_model(parser, "phrases answers")
    parser.add_argument(
        "--llm-context", metavar="CHARS",
        help=f"how much text it is sent at most (FOOTNOTE_LLM_CONTEXT; default: {LLM_CONTEXT:,})",
    )  # fmt: skip
    add_embedding_model(parser, "--embedding")
    parser.add_argument(
        "--reader", metavar="MODEL",
        help="a folder made by make reader, or a published cross-encoder by name or folder (FOOTNOTE_READER)",
    )  # fmt: skip


def add_embedding_model(parser: argparse.ArgumentParser, option: str, what: str = "the embedding model") -> None:
    """Add ``option`` for the embedding model, and ``--allow-download``."""
    parser.add_argument(
        option, metavar="MODEL", help=f"{what}, by sentence-transformers name or folder (FOOTNOTE_MODEL)"
    )
    parser.add_argument(
        "--allow-download", action="store_true", default=None,
        help="download models that are named and not here (FOOTNOTE_ALLOW_DOWNLOAD=1)",
    )  # fmt: skip


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


def as_lines(value: object) -> str:
    """Return indented JSON."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def run_command(args: argparse.Namespace, settings: Settings) -> int:
    """Run a suite, print its measures, and hold them to a gate."""
    from footnote.eval.engine import SUBJECTS
    from footnote.eval.gate import crossed, read_gate
    from footnote.eval.question_filter import Selection
    from footnote.eval.report.report import terminal
    from footnote.eval.run import clear_run, run_suite
    from footnote.eval.score.summary import values_of

    gate = read_gate(args.gate) if args.gate else ()
    selection = Selection(tuple(args.tag), sample=args.sample, limit=args.limit, seed=args.seed)
    if args.min_confidence is not None:
        settings = replace(settings, min_confidence=args.min_confidence)
    out = args.out or default_out(args.suite)
    if args.fresh:
        clear_run(out)
    try:
        opener = SUBJECTS[args.subject]
        report = run_suite(args.suite, out, settings, selection=selection, opener=opener, notify=notify)
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


def default_out(suite: Path) -> Path:
    """Return a folder for a run that is named by the suite and the time."""
    return Path("runs") / f"{suite.resolve().name}-{time.strftime('%Y%m%d-%H%M%S')}"


def compare_command(args: argparse.Namespace, settings: Settings) -> int:
    """Compare two runs; the exit code is the verdict."""
    from footnote.eval.gate import read_gate
    from footnote.eval.report.compare import compare, load_run
    from footnote.eval.report.compare_text import as_json, terminal

    gate = read_gate(args.gate) if args.gate else ()
    found = compare(load_run(args.before), load_run(args.after), gate=gate)
    sys.stdout.write(as_lines(as_json(found)) if args.json else terminal(found, everything=args.all))
    return 1 if found.verdict == "worse" else 0


def judge_command(args: argparse.Namespace, settings: Settings) -> int:
    """Ask a language model about a run's answers, keep what it says in the run's folder, and print it."""
    from tqdm import tqdm

    from footnote.eval.judge import LIMITS, answered, judge, terminal, write_judgement
    from footnote.eval.report.compare import load_run
    from footnote.qa.llm.endpoint import Endpoint

    records = answered(load_run(args.run_folder).records.values())
    if not settings.llm_url:
        raise UsageError("name a language model, as in: --llm http://127.0.0.1:8080/v1 --model NAME")
    endpoint = Endpoint.from_environment(settings.llm_url, settings.llm_model, LIMITS)
    try:
        judgements = list(tqdm(judge(records, endpoint), total=len(records), desc="answers", unit="", delay=2))
    finally:
        endpoint.close()
    path = write_judgement(args.run_folder, endpoint.model, judgements)
    sys.stdout.write(path.read_text(encoding="utf-8") if args.json else terminal(endpoint.model, judgements))
    notify(f"every verdict is in {path}")
    return 0


def draft_command(args: argparse.Namespace, settings: Settings) -> int:
    """Print candidate questions, or write them into a new file."""
    from footnote.eval.draft import as_jsonl, drafts
    from footnote.index.library import Library

    library = Library(settings.home, create=False, notify=notify)
    try:
        rows = drafts(library.feedback())
    finally:
        library.close()
    if not rows:
        notify("nobody has said anything about an answer yet")
        return 0
    if args.out:
        write_new(args.out, as_jsonl(rows))
        sys.stdout.write(f"{args.out}: {len(rows)} candidates\n")
    else:
        sys.stdout.write(as_jsonl(rows))
    notify("look each over: right what was guessed, add “answers”, and remove “draft” to accept it")
    return 0


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet; raise :class:`UsageError` when it is, or cannot be made."""
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already, and is left as it is; choose another --out") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def check_command(args: argparse.Namespace, settings: Settings) -> int:
    """Check a suite and print what was found."""
    from footnote.eval.check import check_suite, leakage
    from footnote.eval.suite import load_suite

    suite = load_suite(args.suite, drafts=True, blind=True)
    findings = check_suite(suite)
    if args.other:
        findings += leakage(suite, load_suite(args.other, drafts=True, blind=True))
    if args.json:
        sys.stdout.write(as_lines([{"where": f.where, "what": f.what} for f in findings]))
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


def import_command(args: argparse.Namespace, settings: Settings) -> int:
    """Make a suite folder and print where it is."""
    from footnote.eval.importers import IMPORTERS, write_suite

    if (args.suite / "questions.jsonl").exists():
        raise UsageError(f"{args.suite} holds a suite already; choose another folder")
    found = IMPORTERS[args.format](args.source)
    write_suite(found, args.suite)
    sys.stdout.write(f"{args.suite}: {len(found.articles)} articles, {len(found.questions)} questions\n")
    for line in found.left_out:
        notify(line)
    return 0
