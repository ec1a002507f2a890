"""``serve``: the web chat."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from footnote import corpus
from footnote.cli.output import note
from footnote.corpus import memory
from footnote.corpus.folder import article_files
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.page.server import logs
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User, user_from, users_from

if TYPE_CHECKING:
    from footnote.page.chat.startup import First, StartupProgress
    from footnote.qa.engine import Engine


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Open the web chat until it is stopped; an empty library gets the articles that ship, once the page is up."""
    options = _options(args)
    _warn(args.host, options)
    memory.limit_arenas()
    with _logged(args):
        from footnote import app
        from footnote.qa.serving.shared_engine import SharedEngine

        engine = SharedEngine.open(settings, note, processes=args.processes, repeats=args.repeats)
        try:
            first = None if engine.library.articles() else _shipped(engine)
            app.serve(engine, args.host, args.port, options, first)
        finally:
            engine.close()
    return 0


def _options(args: argparse.Namespace) -> ServerOptions:
    from footnote.eval.report.runs import RunFolder

    return ServerOptions(
        users=tuple(_users(args)),
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


def _users(args: argparse.Namespace) -> Iterator[User]:
    yield from (user_from(value, edits=False) for value in args.auth)
    yield from (user_from(value, edits=True) for value in args.editor)
    if args.auth_file:
        yield from users_from(Path(args.auth_file))


def _warn(host: str, options: ServerOptions) -> None:
    if options.users or options.private(host):
        return
    may = "ask, and change its articles" if options.allow_edits else "ask, and nobody can change its articles"
    note(f"anyone who can reach this server can {may}; add --auth or --editor NAME:PASSWORD to ask for a login")


@contextmanager
def _logged(args: argparse.Namespace) -> Iterator[None]:
    """Log as the options say, until the end."""
    handlers = [logs.to_stderr()] if args.log_json else []
    try:
        if args.access_log:
            handlers.append(logs.to_file(Path(args.access_log)))
        yield
    finally:
        for handler in handlers:
            logs.stop(handler)


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
