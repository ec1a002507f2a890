"""Adapt the reader to questions in people's own words; `make reader` runs it.

It learns from the development suites, at a lower rate, what other sets teach little of: questions typed in other words
than the articles', and passages that a library puts forward though they do not answer. Once with each fold's articles
left out, so that the calibration is fitted on readings of questions that were not seen, and once with all: that ships.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from footnote.eval.commands import offline_program
from footnote.eval.training.examples import Example, question_examples
from footnote.eval.training.questions import load_questions, training_examples
from footnote.eval.training.reader import PLAN, Trainer, TrainingPlan
from footnote.eval.training.suites import ADAPTED, FOLDS, adapting, remembered, suites
from footnote.index.embedding.minilm import open_encoder
from footnote.qa.rank.reader_network import PieceTokenizer

_MIXED = 0.3
"""So many of the examples are of the first sets again, that they are not forgotten."""
_RATES = (4e-5, 3e-4)
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
    rows = training_examples(load_questions(args.shared / "training" / "questions"), PLAN.seed + 1)
    first = list(question_examples(rows[: round(len(found) * _MIXED / (1 - _MIXED))], tokenizer))
    own = list(zip((fold for fold, _ in found), question_examples([row for _, row in found], tokenizer), strict=True))
    for left_out, name in enumerate(NAMES):
        if name in (args.only or NAMES):
            kept = [example for fold, example in own if fold != left_out]
            part = first[: round(len(first) * len(kept) / len(own))]
            adapt([*kept, *part], args.out, name, args.rounds)
    return 0


def adapt(examples: Sequence[Example], folder: Path, name: str, rounds: float) -> None:
    """Go on from the reader in a folder, and write what comes of it below that folder."""
    examples = random.Random(PLAN.seed).sample(examples, len(examples))
    pieces = round(rounds * sum(len(each.pieces.ids) for each in examples))
    plan = TrainingPlan(pieces=pieces, rate=_RATES[0], head_rate=_RATES[1], warm=0.05, falling=0.9)
    trainer = Trainer(plan, folder / name, start=folder / "reader.safetensors", data=("the first sets", *ADAPTED))
    trainer.run(examples, (), every=1e9)


if __name__ == "__main__":
    sys.exit(main())
