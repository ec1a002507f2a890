"""Adapt the reader to questions in people's own words; `make reader` and `make adapt` run it.

It learns from half of the development suites and most of `eval/everyday`, at a lower rate, what other sets teach little
of: questions typed in other words than the articles', and passages that a library puts forward though they do not
answer. Beside them it reads some of what it has learnt before, near-misses among them, so that little is lost; and the
weights of before and after may be mixed, which keeps more of both (Wortsman et al. 2022, WiSE-FT).

With ``--several``, a reader that has been adapted goes on with what several sentences answer. The lower layers stay as
they are, and of what it has read before it learns what it said then, too.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from footnote.eval.commands import offline_program
from footnote.eval.training.examples import HELD_PAIRS, Example, pair_examples, pair_rows, question_examples
from footnote.eval.training.questions import TrainingQuestion, load_questions, near_misses, training_examples
from footnote.eval.training.reader import PLAN, Trainer, TrainingPlan, checks_of
from footnote.eval.training.suites import ADAPTED, adapting, adapting_everyday, digest_of, remembered, suites
from footnote.index.embedding.minilm import open_encoder
from footnote.qa.rank.model_folder import READER
from footnote.qa.rank.reader_network import PieceTokenizer

_AGAIN, _NEAR_MISSES, _CLAIMS = 1_000, 1_000, 300
"""So many examples of the first sets, near-misses, and claims are read again."""
_RATE, _HEAD_RATE = 4e-5, 3e-4
FOLDER = "adapted"
"""Where the reader is written to, below the folder of the one that it goes on from."""


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Adapt, and write the reader."""
    parser = argparse.ArgumentParser(description="Adapt the reader to the development suites.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="where reader.safetensors is")
    parser.add_argument("--start", type=Path, help=f"the reader to go on from (default: {READER} in the folder)")
    parser.add_argument("--keep", type=float, default=0.0, help="the share of the weights of before (default: 0)")
    parser.add_argument("--several", action="store_true", help="go on with what several sentences answer")
    parser.add_argument("--pieces", type=int, default=0, help="word pieces to read in all (0: each example once)")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    args = parser.parse_args(argv)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(PLAN.seed)
    tokenizer = PieceTokenizer()
    own = suites(args.shared)
    key = digest_of(own[name] for name in ADAPTED)
    found = remembered(
        args.out / f"adapting-{key[:12]}.pickle", lambda: adapting(own, open_encoder(), args.out / "suites")
    )
    sets = load_questions(args.shared / "training" / "questions")
    missed = random.Random(PLAN.seed).sample(near_misses(sets, PLAN.seed + 1), _NEAR_MISSES)
    again = [*training_examples(sets, PLAN.seed + 1)[:_AGAIN], *missed]
    pairs = pair_rows(args.shared / "training" / "pairs")
    claims = pairs[HELD_PAIRS:][:_CLAIMS]
    everyday = adapting_everyday(args.shared / "training")
    if args.several:
        everyday = several(everyday, PLAN.seed)
    known = [replace(each, taught=args.several) for each in question_examples([*found, *again], tokenizer)]
    examples = [*known, *question_examples(everyday, tokenizer), *pair_examples(claims, tokenizer)]
    start, checks = args.start or args.out / READER, checks_of(sets, pairs, tokenizer)
    adapt(examples, checks, start, args.out / FOLDER, args.pieces, args.several)
    if args.keep:
        mix(start, args.out / FOLDER / READER, args.keep)
    return 0


def several(rows: Sequence[TrainingQuestion], seed: int) -> list[TrainingQuestion]:
    """Return what several sentences answer, and half as many other questions over the same passages."""
    found = [row for row in rows if len(row.evidence) > 1]
    passages = {row.sentences for row in found}
    others = [row for row in rows if len(row.evidence) <= 1 and row.sentences in passages]
    return found + random.Random(seed).sample(others, min(len(others), len(found) // 2))


def adapt(
    examples: Sequence[Example],
    checks: Sequence[Example],
    start: Path,
    folder: Path,
    pieces: int = 0,
    upper: bool = False,
) -> None:
    """Go on from a reader's file, reading so many pieces, or each example once, and write the reader into a folder.

    ``upper``: the lower layers stay as they are; see `footnote.eval.training.reader.Trainer`.
    """
    every = sum(len(each.pieces.ids) for each in examples)
    plan = TrainingPlan(pieces=pieces or every, rate=_RATE, head_rate=_HEAD_RATE, warm=0.05, falling=0.9)
    data = ("the first sets", *ADAPTED, "everyday")
    Trainer(plan, folder, start, data=data, upper=upper).run(examples, checks, every=600)


def mix(before: Path, after: Path, keep: float) -> None:
    """Write the mean of two readers' weights over the second one; ``keep`` is the share of the first.

    What the first one lacks, as a head that is new, stays as it is.
    """
    last = load_file(after)
    first = last | load_file(before)
    with safe_open(after, "pt") as file:
        about = file.metadata() | {"keep": str(keep)}
    mixed = {name: (keep * first[name].float() + (1 - keep) * last[name].float()).half() for name in last}
    save_file(mixed, after, about)


if __name__ == "__main__":
    sys.exit(main())
