"""``footnote``: reads the arguments, runs one command, and ends with 0, 1 (failed) or 2 (called wrongly)."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from footnote.cli.inputs import on_signals
from footnote.cli.output import note
from footnote.corpus.errors import FootnoteError
from footnote.corpus.memory import importing
from footnote.corpus.offline import shut_network
from footnote.corpus.settings import Settings
from footnote.eval.commands import add_answering_models, add_embedding_model, add_eval_commands, number, probability

Command = Callable[[argparse.Namespace, Settings], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_SETTINGS = ("reader", "allow_download", "llm_model", "llm_context", "min_confidence")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    shut_network()
    parser = build_parser()
    args = parser.parse_args(argv)
    try:
        given = vars(args)
        settings = Settings.from_environment(
            home=args.home or None,
            chroma=args.chroma or None,
            library=args.library or None,
            model=given.get("model") or given.get("embedding"),
            llm_url=given.get("llm"),
            **{name: given.get(name) for name in _SETTINGS},
        )
        shut_network(settings.allow_download)
        command: Command = args.run
        with on_signals(signal.default_int_handler, signal.SIGTERM):  # as Ctrl-C does
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
    except OSError as error:  # a disk that is full, or one that cannot be read any more
        note(f"stopped, what was finished is kept: {error}")
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="footnote",
        description="Ask a collection of news articles; every sentence of an answer points to its source.",
        epilog="start with: footnote add FILE, then: footnote ask QUESTION, or: footnote serve",
    )
    parser.add_argument("--home", metavar="DIR", help="the library's folder (FOOTNOTE_HOME; default: your data folder)")
    where = "a Chroma server that holds the vectors (FOOTNOTE_CHROMA; a token: FOOTNOTE_CHROMA_TOKEN)"
    parser.add_argument("--chroma", metavar="URL", help=where)
    where = "a PostgreSQL database that holds the library (FOOTNOTE_LIBRARY); --home keeps what else there is"
    parser.add_argument("--library", metavar="URL", help=where)
    parser.add_argument("--version", action="version", version=f"footnote {version('footnote')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _articles(commands)
    _asking(commands)
    _keeping(commands)
    about = "Measure answers against a question suite."
    add_eval_commands(
        commands.add_parser("eval", help=about, description=about, epilog="example: footnote eval run eval/gold")
    )
    return parser


def _later(module: str, name: str) -> Command:
    """Return a command that is imported when it runs: llama-index alone takes a second, which `list` has no need of."""

    def run(args: argparse.Namespace, settings: Settings) -> int:
        with importing():
            command: Command = getattr(importlib.import_module(module), name)
        return command(args, settings)

    return run


def _command(commands: Commands, run: str, about: str, example: str) -> argparse.ArgumentParser:
    """Add the command that an example begins with; ``run`` is the module and the function that it runs."""
    name = example.partition(" ")[0]
    command = commands.add_parser(name, help=about, description=about, epilog=f"example: footnote {example}")
    command.set_defaults(run=_later(*f"footnote.cli.{run}".rsplit(".", 1)))
    return command


def _articles(commands: Commands) -> None:
    about = "Add articles: text, Markdown, HTML, PDF, DOCX, mail, JSONL, feeds; files, folders, addresses, - for stdin."
    add = _command(commands, "articles.add", about, "add news/ https://example.com/story")
    option = add.add_argument
    option("sources", nargs="+", metavar="SOURCE", help="a file, folder or web address, or - for stdin")
    option("--dry-run", action="store_true", help="show what would be added, and change nothing")
    _add_metadata(add, "its {name}, whatever the source says of it; for a single article")
    option("--allow-private", action="store_true", help="let web addresses lead to private networks")
    option("--engine", choices=["local", "ray"], default="local", help="what reads and embeds (default: local)")
    where = "the Ray cluster (RAY_ADDRESS; default: one on this computer, for this command)"
    option("--ray-address", metavar="HOST:PORT", default="", help=where)
    watch = _command(commands, "watch.watch", "Add what appears or changes in a folder.", "watch news/")
    watch.add_argument("folder", metavar="FOLDER", help="the folder, with all in it; hidden files are passed over")
    watch.add_argument("--once", action="store_true", help="add what is there, and end")
    watch.add_argument("--interval", type=_seconds, default=2.0, metavar="S", help="seconds between two looks (2)")
    listing = _command(commands, "articles.show_list", "List the articles.", "list --json")
    listing.add_argument("--json", action="store_true", help="a JSON array")
    listing.add_argument("--withdrawn", action="store_true", help="the withdrawn articles instead")
    show = _command(commands, "articles.show", "Show an article as it is stored.", "show my-article --json")
    show.add_argument("id", metavar="ID")
    show.add_argument("--version", default="", help="an earlier version, by its SHA-256 or the start of it")
    show.add_argument("--versions", action="store_true", help="list the versions, and where each came from")
    show.add_argument("--diff", action="store_true", help="what changed since the version before, or since --version")
    show.add_argument("--json", action="store_true", help="a JSON object with the stored text")
    remove = _command(commands, "articles.remove", "Withdraw articles from every answer.", "remove my-article")
    editing = _command(commands, "library.edit", "Correct an article's metadata.", "edit my-article --title Oil")
    editing.add_argument("id", metavar="ID")
    _add_metadata(editing, "its new value; '' empties it")
    restoring = _command(commands, "library.restore", "Undo a removal.", "restore my-article")
    purging = _command(commands, "library.purge", "Forget articles for good; there is no undo.", "purge my-article")
    for each in (remove, restoring, purging):
        each.add_argument("ids", nargs="+", metavar="ID")
    for each in (add, watch, editing, restoring):
        add_embedding_model(each, "--model")


def _add_metadata(command: argparse.ArgumentParser, about: str) -> None:
    for name in ("title", "publisher", "url"):
        command.add_argument(f"--{name}", metavar="TEXT", help=about.format(name=name))
    command.add_argument("--date", "--published", dest="published", metavar="DATE", help=about.format(name="date"))
    command.add_argument("--author", dest="authors", action="append", metavar="NAME", help="again for each author")


def _asking(commands: Commands) -> None:
    asking = _command(commands, "ask.ask", "Ask a question, or a file of them.", 'ask "Who is Brian Hook?" --json')
    option = asking.add_argument
    option("question", nargs="?", metavar="QUESTION", default="")
    option("--batch", metavar="FILE", default="", help="JSONL of questions; answers come as JSONL")
    option("--json", action="store_true", help="the whole answer record")
    option("--after", metavar="DATE", default="", help="only articles published on this day or later")
    option("--before", metavar="DATE", default="", help="only articles published on this day or earlier")
    option("--publisher", metavar="NAME", default="", help="only articles of this publisher")
    option("--as-of", metavar="DATE", default="", help="as if nothing later had been published")
    option("--min-confidence", type=probability, metavar="P", help="decline below this probability; 0 never declines")
    add_answering_models(asking)
    serving = _command(commands, "serve.serve", "Open the web chat.", "serve --port 7860")
    serving.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    serving.add_argument("--port", type=int, default=7860, help="the port (default: %(default)s)")
    _deploying(serving)
    add_answering_models(serving)


def _deploying(serving: argparse.ArgumentParser) -> None:
    user: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME:PASSWORD"}
    users = serving.add_argument_group("who may do what (without users, only people at this computer may edit)")
    users.add_argument("--auth", **user, help="a user, who may ask; again for each")
    users.add_argument("--editor", **user, help="a user, who may also add, change and remove articles")
    users.add_argument("--auth-file", default="", metavar="FILE", help='TOML: [ann] password = "..." edit = true')
    users.add_argument("--allow-edits", action="store_true", help="without users: let whoever reaches the server edit")
    proxied = serving.add_argument_group("behind a proxy")
    proxied.add_argument("--root-path", default="", metavar="PATH", help="the path that the proxy adds, as in /news")
    proxied.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="a name it is reached by")
    trusted = "believe X-Forwarded headers from this address"
    proxied.add_argument("--proxy", action="append", default=[], metavar="ADDRESS", help=trusted)
    use = serving.add_argument_group("limits for each client (default: none for this computer; 0: none)")
    use.add_argument("--questions-per-minute", type=_count, metavar="N", help="default 60")
    use.add_argument("--adds-per-minute", type=_count, metavar="N", help="default 30")
    speed = serving.add_argument_group("many people at once (a language model is asked from one process, and anew)")
    what, processes = "that make answers; 0: the server's own (default: %(default)s)", min(2, os.cpu_count() or 1)
    speed.add_argument("--processes", type=_count, default=processes, metavar="N", help=what)
    what = "answers that are given again to who asks the same (default: %(default)s)"
    speed.add_argument("--repeats", type=_count, default=256, metavar="N", help=what)
    option = serving.add_argument_group("logs and metrics").add_argument
    option("--log-json", action="store_true", help="log as JSON lines, on standard error")
    option("--access-log", default="", metavar="FILE", help="append requests and logins, as JSON lines")
    option("--log-questions", action="store_true", help="log the words of questions, too")
    option("--metrics-public", action="store_true", help="show /metrics to everybody")
    option("--runs", type=Path, default=Path("runs"), metavar="DIR", help="eval runs to show (default: ./%(default)s)")


def _keeping(commands: Commands) -> None:
    doctor = _command(commands, "library.doctor", "Check that the library is sound.", "doctor --repair")
    doctor.add_argument("--repair", action="store_true", help="repair what is derived from the articles")
    reindexing = _command(commands, "library.reindex", "Rebuild what is derived from the articles.", "reindex --force")
    add_embedding_model(reindexing, "--model", "the embedding model to move to")
    reindexing.add_argument("--force", action="store_true", help="make every vector anew, too")
    about = "Copy the library, also while it is in use, and to PostgreSQL or back."
    copying = _command(commands, "library.backup", about, "backup ~/news-copy")
    where = "a new .sqlite file, a folder to open with --home, or an empty database, as postgresql://user@host/news"
    copying.add_argument("target", metavar="TARGET", help=where)
    said = _command(commands, "library.feedback", "Print what people said about answers.", "feedback --json")
    said.add_argument("--json", action="store_true", help="JSON lines, each with the whole answer")
    checking = _command(commands, "library.verify", "Check a saved answer against the library.", "verify answer.json")
    checking.add_argument("file", metavar="FILE", help="what `ask --json` printed, or - for standard input")


def _count(text: str) -> int:
    return int(number(text, 0, 1_000_000, "a number"))


def _seconds(text: str) -> float:
    return number(text, 0.05, 86_400, "a number of seconds")


if __name__ == "__main__":
    sys.exit(main())
