"""``serve``: the web chat."""

from __future__ import annotations

import argparse
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from footnote import corpus
from footnote.cli.output import note
from footnote.corpus import memory
from footnote.corpus.errors import FootnoteError
from footnote.corpus.folder import article_files
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.page.server import logs
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import user_from, users_from

if TYPE_CHECKING:
    from footnote.page.chat.startup import First, StartupProgress
    from footnote.qa.engine import Engine


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Open the web chat until it is stopped; an empty library gets the articles that ship, once the page is up."""
    options = _options(args)
    if not (options.users or options.private(args.host)):
        may = "ask, and change its articles" if options.allow_edits else "ask, and nobody can change its articles"
        note(f"anyone who can reach this server can {may}; add --auth or --editor NAME:PASSWORD to ask for a login")
    memory.limit_arenas()
    with ExitStack() as stack:
        if args.log_json:
            stack.callback(logs.stop, logs.to_stderr())
        if args.access_log:
            stack.callback(logs.stop, logs.to_file(Path(args.access_log)))
        with memory.importing():
            from footnote.qa.serving.shared_engine import SharedEngine

        engine = SharedEngine.open(settings, note, processes=args.processes, repeats=args.repeats)
        stack.callback(engine.close)
        # the models are loaded, in processes where there are any, while Gradio is imported, which takes seconds
        threading.Thread(target=_warmed, args=(engine,), name="warm up", daemon=True).start()
        with memory.importing():
            from footnote import app

        first = None if engine.library.articles() else _shipped(engine)
        app.serve(engine, args.host, args.port, options, first)
    return 0


def _warmed(engine: Engine) -> None:
    with suppress(FootnoteError):  # the page says what is wrong once it is up
        engine.warm_up()


def _options(args: argparse.Namespace) -> ServerOptions:
    from footnote.eval.report.runs import RunFolder

    users = [user_from(value, edits=False) for value in args.auth]
    users += [user_from(value, edits=True) for value in args.editor]
    users += users_from(Path(args.auth_file)) if args.auth_file else []
    return ServerOptions(
        users=tuple(users),
        allow_edits=args.allow_edits,
        hosts=tuple(args.allow_host),
        root_path=args.root_path,
        proxies=tuple(args.proxy),
        questions=args.questions_per_minute,
        adds=args.adds_per_minute,
        metrics_public=args.metrics_public,
        log_questions=args.log_questions,
        runs=RunFolder(args.runs),
    )


def _shipped(engine: Engine) -> First:
    """Return what adds the articles that ship with Footnote."""
    folder = Path(corpus.__file__).parent / "articles"

    def add(opening: StartupProgress) -> None:
        total = sum(1 for _ in article_files(folder))
        opening.added(0, total)
        articles = (item for item in read_sources([str(folder)]) if isinstance(item, SourcedArticle))
        for done, _ in enumerate(engine.add_many(articles), 1):
            opening.added(done, total)

    note("the library is empty: the articles that ship with Footnote are added once the page is up")
    return add
