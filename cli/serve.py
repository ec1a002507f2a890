"""``serve``: the web chat."""

from __future__ import annotations

import argparse
from pathlib import Path

import corpus
from cli.output import note
from corpus.errors import UsageError
from corpus.settings import Settings
from corpus.sources import Found, read_sources


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Open the web chat until it is stopped; an empty library starts with the articles that ship."""
    logins = [_login(value) for value in args.auth]
    if args.host not in ("127.0.0.1", "localhost", "::1") and not logins:
        note(f"anyone who can reach {args.host} can ask; add --auth NAME:PASSWORD to ask for a login")
    import app
    from qa.engine import Engine

    engine = Engine.open(settings, note)
    try:
        if not engine.library.articles():
            note("the library is empty: adding the articles that ship with Footnote")
            shipped = Path(corpus.__file__).parent / "articles"
            for _ in engine.add_many(item for item in read_sources([str(shipped)]) if isinstance(item, Found)):
                pass
        app.serve(engine, args.host, args.port, logins or None)
    finally:
        engine.close()
    return 0


def _login(value: str) -> tuple[str, str]:
    name, colon, password = value.partition(":")
    if not (name and colon and password):
        raise UsageError("--auth takes NAME:PASSWORD, as in: footnote serve --auth desk:long-secret")
    return name, password
