"""What a library offers to be asked, each with what is answered.

Prints Markdown: question, kind, confidence, the first sentence of the answer; and how many were tried for them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from footnote.corpus.settings import Settings
from footnote.qa.engine import Engine
from footnote.qa.offered_questions import articles_own, holds
from footnote.qa.suggest import candidates, in_turn


def main(arguments: list[str] | None = None) -> int:
    """Print the table; returns 0, or 1 where fewer questions than wanted have an answer."""
    parser = argparse.ArgumentParser(prog="python -m footnote.eval.benchmarks.offered", description=__doc__)
    parser.add_argument("--home", help="the library's folder; the default is that of `footnote`")
    parser.add_argument("--count", type=int, default=20, help="how many questions are wanted (20)")
    args = parser.parse_args(arguments)
    engine = Engine.open(Settings.from_environment(home=Path(args.home) if args.home else None))
    try:
        found, tried = 0, 0
        asks = articles_own(engine)
        sys.stdout.write("| question | kind | confidence | answer begins |\n|---|---|---|---|\n")
        for candidate in in_turn(candidates(engine.library)):
            tried += 1
            answer = asks(candidate.question)
            if not holds(candidate, answer):
                continue
            found += 1
            first = answer.sentences[0].text[:120].replace("|", "\\|")
            sys.stdout.write(f"| {candidate.question} | {candidate.kind} | {answer.confidence:.2f} | {first} |\n")
            if found == args.count:
                break
        sys.stdout.write(f"\n{found} offered of {tried} tried; none of them is declined.\n")
        return int(found < args.count)
    finally:
        engine.close()


if __name__ == "__main__":
    raise SystemExit(main())
