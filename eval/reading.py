"""Teach the reader: ``python -m eval.reading`` or ``make reader``.

It learns from questions whose sentences are known, over the windows that answering would show it, and from questions
that have no answer there; from no article that it is measured on (`eval.taught`).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from tqdm import tqdm

from corpus.offline import shut_network
from eval.cases import Case, collect, pools
from eval.importers import write_suite
from eval.qamr import read_qamr
from eval.suite import load_suite
from eval.taught import taught
from index.encoder import SentenceTransformerEncoder
from qa.reader import Window
from qa.reading_model import Pieces, ReadingModel, Tokenizer
from qa.windows import closest, windows

Texts = Mapping[str, tuple[str, str]]
"""The title and the text of each article, by its id."""

_POOLS = ("qamr", "squad2-dev", "typed", "wikinews")
_PER_SENTENCE = {"wikinews": 16, "wikipedia": 16}
_SHOWN = 3
_EVERY = 100_000


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


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a question shows: the pieces of each window, and which of its sentences are evidence."""

    shown: tuple[Pieces, ...]
    labels: tuple[tuple[float, ...], ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Teach, and write the reader."""
    parser = argparse.ArgumentParser(prog="make reader", description="Teach the reader from question suites.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--out", type=Path, default=Path("qa/reader.safetensors"))
    parser.add_argument("--epochs", type=int, default=Teaching().epochs, help="default: %(default)s")
    args = parser.parse_args(argv)
    shut_network()
    tokenizer = Tokenizer()
    with tempfile.TemporaryDirectory() as folder:
        lessons = list(lessons_of(args.shared, Path(folder), tokenizer))
    model = teach(lessons, Teaching(epochs=args.epochs))
    save(model, args.out)
    return 0


def lessons_of(shared: Path, scratch: Path, tokenizer: Tokenizer) -> Iterator[Lesson]:
    """Return what there is to learn from; questions whose evidence was not found are left out."""
    encoder = SentenceTransformerEncoder()
    chosen = {pool.name: replace(pool, sample=_EVERY, again=0) for pool in pools(shared, scratch)}
    write_suite(read_qamr(shared / "training" / "qamr", per_sentence=_PER_SENTENCE), chosen["qamr"].folder)
    for name in _POOLS:
        texts = {article.id: (article.title, article.text) for article in load_suite(chosen[name].folder).articles}
        for case in collect(chosen[name], scratch, encoder):
            if taught(case.cluster) and (lesson := lesson_of(case, texts, tokenizer)):
                yield lesson


def lesson_of(case: Case, texts: Texts, tokenizer: Tokenizer) -> Lesson | None:
    """Return the windows closest to a question, one of which holds evidence; None where none was found that should."""
    places = [(span.article_id, span.start, span.end) for span in case.spans]
    every = windows(closest(case.features), places, len(places))
    chosen = every[:_SHOWN]
    if case.answerable and not any(case.labels[n] for window in chosen for n in window):
        holding = [window for window in every if any(case.labels[n] for n in window)]
        chosen = [*chosen[:-1], *holding[:1]] if holding else []
    if not chosen:
        return None
    shown = tuple(tokenizer.pieces(case.question.question, _window(case, window, texts)) for window in chosen)
    return Lesson(shown, tuple(tuple(float(case.labels[n]) for n in window) for window in chosen))


def _window(case: Case, window: Sequence[int], texts: Texts) -> Window:
    title, text = texts[case.spans[window[0]].article_id]
    return Window(title, tuple(text[case.spans[n].start : case.spans[n].end] for n in window))


def teach(lessons: Sequence[Lesson], how: Teaching, seed: int = 0) -> ReadingModel:
    """Return a model taught on ``lessons``, in the same order each time for a ``seed``."""
    threads = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return _taught_on(lessons, how, random.Random(seed))
    finally:
        torch.set_num_threads(threads)


def _taught_on(lessons: Sequence[Lesson], how: Teaching, rng: random.Random) -> ReadingModel:
    model = ReadingModel().train()
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
        losses.append((each + choice) / 2)
    return torch.stack(losses).mean()


def save(model: ReadingModel, file: Path) -> None:
    """Write what was taught, in half precision; the rest is MiniLM's own."""
    learnt = {name for name, values in model.named_parameters() if values.requires_grad}
    halves = {name: values.half().contiguous() for name, values in model.state_dict().items() if name in learnt}
    save_file(halves, file, {"made by": "python -m eval.reading"})


if __name__ == "__main__":
    sys.exit(main())
