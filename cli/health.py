"""``doctor`` and ``verify``: is the library sound, and does a saved answer still hold."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from cli.output import note, result
from corpus.errors import UsageError
from corpus.settings import Settings
from index.checks import problems, repair
from index.library import Library
from index.passages import PassageIndex
from qa.verify import verify as check_answer


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    """Check every invariant; 0 when all hold (after ``--repair``: now hold)."""
    with closing(PassageIndex(settings, notify=note, create=False)) as index:
        if args.repair:
            for line in repair(index):
                note(f"repaired: {line}")
        found = problems(index)
    for problem in found:
        result(f"problem: {problem}")
    if found:
        note("run `footnote doctor --repair`; if that does not help, restore the library from a copy")
        return 1
    result(f"all is well: {settings.home}")
    return 0


def verify(args: argparse.Namespace, settings: Settings) -> int:
    """Check a saved answer's footnotes; 0 when each stands where the answer says, now or when it was given."""
    try:
        text = sys.stdin.read() if args.file == "-" else Path(args.file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{args.file}: the answer cannot be read ({error})") from None
    with closing(Library(settings.home, create=False)) as library:
        checks = check_answer(text, library)
    for check in checks:
        result(f"[{check.n}]\t{check.state}\t{check.detail}")
    if not checks:
        result("the answer is an abstention: it has no footnotes to check")
    return 0 if all(check.right for check in checks) else 1
