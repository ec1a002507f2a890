"""``footnote``: reads the arguments, runs one command, and ends with 0, 1 (failed) or 2 (called wrongly)."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from cli.output import note
from corpus.errors import FootnoteError
from corpus.offline import shut_network
from corpus.settings import Settings

Command = Callable[[argparse.Namespace, Settings], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    shut_network()
    parser = build_parser()
    args = parser.parse_args(argv)
    try:
        settings = Settings.from_environment(
            home=args.home or None,
            model=getattr(args, "model", None),
            min_confidence=getattr(args, "min_confidence", None),
        )
        command: Command = args.run if "run" in args else args.func
        return command(args, settings)
    except FootnoteError as error:
        note(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        note("stopped; what was finished is kept")
        return 1
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="footnote",
        description="Ask a collection of news articles; every sentence of an answer points to its source.",
        epilog="start with: footnote add FILE, then: footnote ask QUESTION, or: footnote serve",
    )
    parser.add_argument("--home", metavar="DIR", help="the library's folder (FOOTNOTE_HOME; default: your data folder)")
    parser.add_argument("--version", action="version", version=f"footnote {version('footnote')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _articles(commands)
    _asking(commands)
    _keeping(commands)
    _evaluating(commands)
    return parser


def _later(module: str, name: str) -> Command:
    """Return a command that is imported when it runs: llama-index alone takes a second, which `list` has no need of."""

    def run(args: argparse.Namespace, settings: Settings) -> int:
        command: Command = getattr(importlib.import_module(module), name)
        return command(args, settings)

    return run


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, example: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=about, description=about, epilog=f"example: {example}")


def _articles(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _command(commands, "add", "Add articles: text, Markdown, JSONL, folders, - for stdin.", "footnote add news/")
    add.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder, or - for standard input")
    add.add_argument("--dry-run", action="store_true", help="show what would be added, and change nothing")
    add.add_argument("--model", help="a sentence-transformers name or folder (FOOTNOTE_MODEL)")
    add.set_defaults(run=_later("cli.articles", "add"))
    listing = _command(commands, "list", "List the articles.", "footnote list --json")
    listing.add_argument("--json", action="store_true", help="a JSON array")
    listing.set_defaults(run=_later("cli.articles", "show_list"))
    show = _command(commands, "show", "Show an article as it is stored.", "footnote show my-article --json")
    show.add_argument("id", metavar="ID")
    show.add_argument("--version", default="", help="an earlier version, by its SHA-256")
    show.add_argument("--json", action="store_true", help="a JSON object with the stored text")
    show.set_defaults(run=_later("cli.articles", "show"))
    remove = _command(commands, "remove", "Withdraw articles from every answer.", "footnote remove my-article")
    remove.add_argument("ids", nargs="+", metavar="ID")
    remove.set_defaults(run=_later("cli.articles", "remove"))


def _asking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    asking = _command(commands, "ask", "Ask a question, or a file of them.", 'footnote ask "Who is Brian Hook?" --json')
    asking.add_argument("question", nargs="?", metavar="QUESTION", default="")
    asking.add_argument("--batch", metavar="FILE", default="", help="JSONL of questions; answers come as JSONL")
    asking.add_argument("--json", action="store_true", help="the whole answer record")
    asking.add_argument("--after", metavar="DATE", default="", help="only articles published on this day or later")
    asking.add_argument("--before", metavar="DATE", default="", help="only articles published on this day or earlier")
    asking.add_argument("--publisher", metavar="NAME", default="", help="only articles of this publisher")
    asking.add_argument("--as-of", metavar="DATE", default="", help="as if nothing later had been published")
    asking.add_argument(
        "--min-confidence", type=_probability, metavar="P", help="decline below this probability; 0 never declines"
    )
    asking.add_argument("--model", help="a sentence-transformers name or folder (FOOTNOTE_MODEL)")
    asking.set_defaults(run=_later("cli.ask", "ask"))
    serving = _command(commands, "serve", "Open the web chat.", "footnote serve --port 7860")
    serving.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    serving.add_argument("--port", type=int, default=7860, help="the port (default: %(default)s)")
    serving.add_argument("--auth", action="append", default=[], metavar="NAME:PASSWORD", help="ask for a login")
    serving.add_argument("--model", help="a sentence-transformers name or folder (FOOTNOTE_MODEL)")
    serving.set_defaults(run=_later("cli.serve", "serve"))


def _keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = _command(commands, "doctor", "Check that the library is sound.", "footnote doctor --repair")
    doctor.add_argument("--repair", action="store_true", help="mend what is derived from the articles")
    doctor.set_defaults(run=_later("cli.health", "doctor"))
    checking = _command(commands, "verify", "Check a saved answer against the library.", "footnote verify answer.json")
    checking.add_argument("file", metavar="FILE", help="what `ask --json` printed, or - for standard input")
    checking.set_defaults(run=_later("cli.health", "verify"))


def _evaluating(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from eval.commands import add_eval_commands

    parser = _command(commands, "eval", "Measure answers against a question suite.", "footnote eval run eval/gold")
    add_eval_commands(parser)


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a probability from 0 to 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
