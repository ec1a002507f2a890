"""Teach the reader: ``python -m eval.reading`` or ``make reader``.

First on many questions that others wrote, in the words of their articles mostly, and on no article that the scorer is
fitted on (`eval.taught`); then, for a short while, on the questions that the scorer is fitted on, which are of the kind
that people ask. For the scorer there is a reader for each fold too, that has seen none of the fold's articles
(`eval.apart`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from tqdm import tqdm

from corpus.offline import shut_network
from eval.apart import READERS, UNSEEN
from eval.cases import FEW, FOLDS, Case, collect, folds_of, pools
from eval.importers import write_suite
from eval.lessons import Lesson, lesson_of, texts_of
from eval.qamr import read_qamr
from eval.suite import load_suite
from eval.taught import taught
from index.encoder import SentenceTransformerEncoder
from qa.reading_model import ReadingModel, Tokenizer, load_model

_FIRST = ("qamr", "squad2-dev", "typed", "wikinews")
_PER_SENTENCE = {"wikinews": 16, "wikipedia": 16}
_EVERY = 100_000
_THEN = ("gold-dev", "plain-dev", "clapnq-dev", "wikinews", "typed")
"""The pools that it learns from at last, also where they are asked of few articles."""
_WEIGHT = {"clapnq-dev": 2.0}


@dataclass(frozen=True, slots=True)
class Teaching:
    """How the reader is taught: ``kept`` layers of MiniLM stay as they are; rates fall to nothing by the end."""

    epochs: int = 3
    kept: int = 2
    batch: int = 12
    rate: float = 8e-5
    head_rate: float = 1e-3
    decay: float = 0.01
    warm: float = 0.06


FIRST = Teaching()
THEN = Teaching(epochs=2, rate=2e-5, head_rate=2e-4)


def main(argv: Sequence[str] | None = None) -> int:
    """Teach, and write the readers."""
    parser = argparse.ArgumentParser(prog="make reader", description="Teach the reader from question suites.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--out", type=Path, default=Path("qa/reader.safetensors"))
    parser.add_argument("--apart", type=Path, default=READERS, help="the folder for the folds' readers")
    parser.add_argument("--start", type=Path, help="a reader to go on from, in place of the first, longer part")
    args = parser.parse_args(argv)
    shut_network()
    tokenizer = Tokenizer()
    args.apart.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if not args.start:
            args.start = args.apart / "first.safetensors"
            model = teach(list(first_lessons(args.shared, Path(folder), tokenizer)), FIRST, ReadingModel())
            save(model, args.start)
        found = list(later_lessons(args.shared, Path(folder), tokenizer))
    cases = [case for case, _ in found]
    folds = folds_of(cases)
    for fold in range(FOLDS):
        rest = [lesson for (_, lesson), own in zip(found, folds, strict=True) if lesson and own != fold]
        unseen = {case.cluster for case, own in zip(cases, folds, strict=True) if own == fold}
        save(teach(rest, THEN, load_model(args.start)), args.apart / f"{fold}.safetensors", unseen)
    save(teach([lesson for _, lesson in found if lesson], THEN, load_model(args.start)), args.out)
    return 0


def first_lessons(shared: Path, scratch: Path, tokenizer: Tokenizer) -> Iterator[Lesson]:
    """Return what there is to learn from at first; questions whose evidence was not found are left out."""
    encoder = SentenceTransformerEncoder()
    chosen = {pool.name: replace(pool, sample=_EVERY, again=0) for pool in pools(shared, scratch)}
    write_suite(read_qamr(shared / "training" / "qamr", per_sentence=_PER_SENTENCE), chosen["qamr"].folder)
    for name in _FIRST:
        texts = texts_of(load_suite(chosen[name].folder).articles)
        for case in collect(chosen[name], scratch / "first", encoder):
            if taught(case.cluster) and (lesson := lesson_of(case, texts, tokenizer)):
                yield lesson


def later_lessons(shared: Path, scratch: Path, tokenizer: Tokenizer) -> Iterator[tuple[Case, Lesson | None]]:
    """Return each case that the scorer is fitted on with a reader, and what there is to learn from it, if anything."""
    encoder = SentenceTransformerEncoder()
    for pool in pools(shared, scratch):
        texts = texts_of(load_suite(pool.folder).articles)
        for case in collect(pool, scratch / "then", encoder):
            if not taught(case.cluster):
                shown = case.pool.removesuffix(FEW) in _THEN
                yield case, lesson_of(case, texts, tokenizer, _WEIGHT.get(case.pool, 1.0)) if shown else None


def teach(lessons: Sequence[Lesson], how: Teaching, model: ReadingModel, seed: int = 0) -> ReadingModel:
    """Return the ``model`` taught on ``lessons``, in the same order each time for a ``seed``."""
    threads = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return _taught_on(lessons, how, model, random.Random(seed))
    finally:
        torch.set_num_threads(threads)


def _taught_on(lessons: Sequence[Lesson], how: Teaching, model: ReadingModel, rng: random.Random) -> ReadingModel:
    model.train()
    for part in (model.model.embeddings, *model.model.encoder.layer[: how.kept]):
        part.requires_grad_(False)
    body = [each for each in model.model.parameters() if each.requires_grad]
    groups = [{"params": body, "lr": how.rate}, {"params": model.head.parameters(), "lr": how.head_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=how.decay)
    total = how.epochs * -(-len(lessons) // how.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (how.warm * total)) * max(0.02, 1 - step / total)
    )
    with tqdm(total=total, desc="teaching", unit="", mininterval=10) as bar:
        for _ in range(how.epochs):
            order = rng.sample(range(len(lessons)), len(lessons))
            for start in range(0, len(order), how.batch):
                loss = _loss(model, [lessons[n] for n in order[start : start + how.batch]])
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_([*body, *model.head.parameters()], 1.0)
                optimiser.step()
                schedule.step()
                optimiser.zero_grad(set_to_none=True)
                bar.update()
    return model.eval()


def _loss(model: ReadingModel, lessons: Sequence[Lesson]) -> torch.Tensor:
    """Return how far off log odds are, one by one, and as a choice of a question's sentences or of none of them."""
    pieces = [each for lesson in lessons for each in lesson.shown]
    order = sorted(range(len(pieces)), key=lambda n: len(pieces[n].ids))
    scores: dict[int, torch.Tensor] = {}
    for some in np.array_split(order, 3):  # of similar length, so that little is padding
        if len(some):
            with torch.autocast("cpu", torch.bfloat16):
                scores.update(zip(some.tolist(), model([pieces[n] for n in some.tolist()]), strict=True))
    losses, at = [], 0
    for lesson in lessons:
        logits = torch.cat([scores[at + n] for n in range(len(lesson.shown))])
        labels = torch.tensor([label for window in lesson.labels for label in window])
        at += len(lesson.shown)
        each = nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="sum")
        shares = torch.log_softmax(torch.cat([torch.zeros(1), logits]), dim=0)
        choice = -(shares[1:] * labels).sum() / labels.sum() if labels.any() else -shares[0]
        losses.append(lesson.weight * (each + choice) / 2)
    return torch.stack(losses).sum() / sum(lesson.weight for lesson in lessons)


def save(model: ReadingModel, file: Path, unseen: Iterable[str] = ()) -> None:
    """Write what was taught, in half precision; the rest is MiniLM's own. ``unseen`` are clusters left out of it."""
    learnt = {name for name, values in model.named_parameters() if values.requires_grad}
    halves = {name: values.half().contiguous() for name, values in model.state_dict().items() if name in learnt}
    save_file(halves, file, {"made by": "python -m eval.reading", UNSEEN: json.dumps(sorted(unseen))})


if __name__ == "__main__":
    sys.exit(main())
