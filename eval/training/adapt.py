"""Adapt the reader to questions in people's own words; `make reader` runs it.

It learns from the development suites, at a lower rate, what other sets teach little of: questions typed in other words
than the articles', and passages that a library puts forward though they do not answer. Once with each fold's articles
left out, so that the calibration is fitted on readings of questions that were not seen, and once with all: that ships.
Then it learns near-misses beside the same, and keeps the mean of its weights before and after, so that little of what
it knew is lost (WiSE-FT, Wortsman et al., CVPR 2022).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from footnote.eval.commands import offline_program
from footnote.eval.training.examples import HELD_PAIRS, Example, pair_examples, pair_rows, question_examples
from footnote.eval.training.questions import load_questions, near_misses, training_examples
from footnote.eval.training.reader import PLAN, Trainer, TrainingPlan
from footnote.eval.training.suites import ADAPTED, FOLDS, adapting, remembered, suites
from footnote.index.embedding.minilm import open_encoder
from footnote.qa.rank.model_folder import READER
from footnote.qa.rank.reader_network import PieceTokenizer

_MIXED = 0.3
"""So many of the examples are of the first sets again, that they are not forgotten."""
_BESIDE, _CLAIMS = 7_000, 600
"""So many examples of the first sets, and claims, are read beside the near-misses."""
_RATES, _NEAR_RATES = (4e-5, 3e-4), (6e-5, 4e-4)
"""Of the body and of the heads."""
NAMES = (*(f"fold-{n}" for n in range(FOLDS)), "all")
"""The readers that are made: without the articles of each fold, and with all."""


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Adapt, and write a reader for each fold and one of all."""
    parser = argparse.ArgumentParser(description="Adapt the reader to the development suites.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="where reader.safetensors is")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument("--rounds", type=float, default=1.0, help="how often each example is read")
    parser.add_argument("--only", choices=NAMES, action="append", help="make this reader alone (repeatable)")
    args = parser.parse_args(argv)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(PLAN.seed)
    tokenizer = PieceTokenizer()
    found = remembered(
        args.out / "adapting.pickle", lambda: adapting(suites(args.shared), open_encoder(), args.out / "suites")
    )
    sets = load_questions(args.shared / "training" / "questions")
    rows = training_examples(sets, PLAN.seed + 1)
    first = list(question_examples(rows[: round(len(found) * _MIXED / (1 - _MIXED))], tokenizer))
    own = list(zip((fold for fold, _ in found), question_examples([row for _, row in found], tokenizer), strict=True))
    beside = [*rows[-_BESIDE:], *near_misses(sets, PLAN.seed + 1)]
    claims = pair_rows(args.shared / "training" / "pairs")[HELD_PAIRS:][:_CLAIMS]
    harder = [*question_examples(beside, tokenizer), *pair_examples(claims, tokenizer)]
    for left_out, name in enumerate(NAMES):
        if name in (args.only or NAMES):
            kept = [example for fold, example in own if fold != left_out]
            part = first[: round(len(first) * len(kept) / len(own))]
            reader = args.out / name / READER
            adapt([*kept, *part], args.out / READER, reader, _RATES, args.rounds)
            hardened = args.out / f"{name}-hardened" / READER
            adapt([*kept, *harder], reader, hardened, _NEAR_RATES, args.rounds)
            mean_of(reader, hardened)
    return 0


def adapt(examples: Sequence[Example], start: Path, to: Path, rates: tuple[float, float], rounds: float) -> None:
    """Go on from a reader's file, and write what comes of it to another."""
    examples = random.Random(PLAN.seed).sample(examples, len(examples))
    pieces = round(rounds * sum(len(each.pieces.ids) for each in examples))
    plan = TrainingPlan(pieces=pieces, rate=rates[0], head_rate=rates[1], warm=0.05, falling=0.9)
    trainer = Trainer(plan, to.parent, start=start, data=("the first sets", *ADAPTED))
    trainer.run(examples, (), every=1e9)


def mean_of(reader: Path, other: Path) -> None:
    """Write the mean of two readers' weights in the place of the first."""
    weights = load_file(other)
    with safe_open(reader, "pt") as file:
        made = file.metadata()
    mean = {name: ((values.float() + weights[name].float()) / 2).half() for name, values in load_file(reader).items()}
    save_file(mean, reader, made)


if __name__ == "__main__":
    sys.exit(main())
