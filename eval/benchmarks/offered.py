"""What a library offers to be asked, each with what is answered.

Prints Markdown: question, kind, confidence, the first sentence of the answer; and how many were tried for them.
"""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from footnote.corpus.settings import Settings
from footnote.eval.benchmarks.distractors import distractors
from footnote.eval.engine import engine_over
from footnote.eval.suite import GOLD, load_suite
from footnote.index.search.scope import Scope
from footnote.qa.answer import Answer
from footnote.qa.engine import Engine
from footnote.qa.offered_questions import articles_own, offered


def main(arguments: list[str] | None = None) -> int:
    """Print the table; returns 0, or 1 where fewer questions than wanted have an answer."""
    parser = argparse.ArgumentParser(prog="python -m footnote.eval.benchmarks.offered", description=__doc__)
    parser.add_argument("--home", help="the library's folder; the default is that of `footnote`")
    parser.add_argument(
        "--others", type=Path, action="append", metavar="PATH",
        help="in place of a library: 300 articles of these JSON lines, drawn at random; repeatable",
    )  # fmt: skip
    parser.add_argument("--count", type=int, default=20, help="how many questions are wanted (20)")
    args = parser.parse_args(arguments)
    if args.others:
        with engine_over(distractors(args.others, load_suite(GOLD))[:300]) as subject:
            return _print(subject.engine, args.count)
    settings = Settings.from_environment(home=Path(args.home) if args.home else None)
    with closing(Engine.open(settings)) as engine:
        return _print(engine, args.count)


def _print(engine: Engine, count: int) -> int:
    own, tried = articles_own(engine), dict[str, Answer]()

    def asks(question: str, scope: Scope | None = None, /) -> Answer:
        tried[question] = own(question, scope)
        return tried[question]

    sys.stdout.write("| question | kind | confidence | answer begins |\n|---|---|---|---|\n")
    found = list(offered(engine.library, asks, count, lambda: False))
    for candidate in found:
        answer = tried[candidate.question]
        first = answer.sentences[0].text[:120].replace("|", "\\|")
        sys.stdout.write(f"| {candidate.question} | {candidate.kind} | {answer.confidence:.2f} | {first} |\n")
    declined = sum(answer.status == "abstained" for answer in tried.values())
    sys.stdout.write(
        f"\n{len(found)} offered of {len(tried)} tried in {len(engine.library.articles()):,} articles;"
        f" {declined} of those tried were declined.\n"
    )
    return int(len(found) < count)


if __name__ == "__main__":
    raise SystemExit(main())
