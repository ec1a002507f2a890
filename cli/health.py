"""``doctor``: is the library sound, and mending what is derived from it."""

from __future__ import annotations

import argparse

from cli.output import note, result
from corpus.settings import Settings
from index.checks import problems
from index.passages import PassageIndex


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    """Check every invariant; 0 when all hold (after ``--repair``: now hold)."""
    index = PassageIndex(settings, notify=note)
    try:
        if args.repair:
            index.derived.rebuild()
        found = problems(index)
    finally:
        index.close()
    for problem in found:
        result(f"problem: {problem}")
    if found:
        note("run `footnote doctor --repair`; if that does not help, restore the library from a copy")
        return 1
    result(f"all is well: {settings.home}")
    return 0
