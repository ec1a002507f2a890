"""Train the reader: ``python -m footnote.eval.training.reader`` or ``make reader``.

On the sets of `eval.training.questions`, and on claims with their evidence; on no suite that anything is measured on.
It starts from the body that `eval.training.body` wrote; word embeddings stay as they are. A checkpoint is written every
few minutes, and the same command goes on from it. The rate is constant, and falls to nothing in the last third, so that
training which was stopped early can be given fewer pieces, or more.
"""

import argparse
import copy
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean
from timeit import timeit
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as odds_loss
from torch.nn.functional import cross_entropy

from footnote.eval.commands import notify, offline_program
from footnote.eval.score.confidence import Outcomes, auroc
from footnote.eval.training.examples import (
    HELD_PAIRS,
    NONE,
    PAIR_SETS,
    UNKNOWN,
    Example,
    pair_examples,
    pair_rows,
    question_examples,
)
from footnote.eval.training.network import Scores, load_model, pad
from footnote.eval.training.questions import (
    SHARES,
    TrainingQuestion,
    held_out,
    load_questions,
    near_misses,
    training_examples,
)
from footnote.eval.training.suites import digest_of
from footnote.index.embedding.model_files import file_sha256
from footnote.qa.rank.reader_network import BELOW, KEPT, NO_EDGE, PieceTokenizer

_POOLED = 64
"""So many batches are sorted by length together, so that little of each is padding."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How the reader is trained: ``pieces`` to read in all, ``batch`` in one step (padding included)."""

    pieces: int = 9_500_000
    batch: int = 4_096
    rate: float = 8e-5
    head_rate: float = 1e-3
    decay: float = 0.01
    warm: float = 0.02
    falling: float = 0.3
    seed: int = 0

    def share(self, done: int) -> float:
        """Return what share of the full rate is used once so many pieces were read."""
        at = done / self.pieces
        return max(0.005, min(1.0, at / self.warm if self.warm else 1.0, (1 - at) / self.falling))


PLAN = TrainingPlan()
BODY = "body.safetensors"
_WHOLE = 0.1
"""In this share of training, first of all, everything is read to the end: what is kept is chosen by chance then."""
_NEAR_MISSES = 2
"""So many times more than the rest are near-misses read, which people wrote: few are there."""


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Train, and write the reader."""
    parser = argparse.ArgumentParser(prog="make reader", description="Train the reader.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds training/")
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="the folder for reader and checkpoint")
    parser.add_argument("--start", type=Path, help=f"a body's or a reader's file (default: {BODY} in the folder)")
    parser.add_argument("--pieces", type=int, default=PLAN.pieces, help="word pieces to read in all")
    parser.add_argument("--rate", type=float, default=PLAN.rate)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints")
    args = parser.parse_args(argv)
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(PLAN.seed)
    tokenizer = PieceTokenizer()
    sets = load_questions(args.shared / "training" / "questions")
    rows = training_examples(sets, PLAN.seed) + _NEAR_MISSES * near_misses(sets, PLAN.seed)
    examples = list(question_examples(rows, tokenizer))
    rows_of_pairs = pair_rows(args.shared / "training" / "pairs")
    pairs = list(pair_examples(rows_of_pairs[HELD_PAIRS:], tokenizer))
    notify(f"{len(examples)} questions, {len(pairs)} claims")
    plan = TrainingPlan(pieces=args.pieces, rate=args.rate)
    trainer = Trainer(plan, args.out, args.start or args.out / BODY, args.device)
    trainer.run([*examples, *pairs], checks_of(sets, rows_of_pairs, tokenizer), args.every)
    return 0


def checks_of(
    sets: Mapping[str, Sequence[TrainingQuestion]], pairs: Sequence[Mapping[str, Any]], tokenizer: PieceTokenizer
) -> list[Example]:
    """Return some of the questions and all of the claims that are held out of training."""
    held = [row for rows in sets.values() for row in rows if held_out(row)]
    some = random.Random(0).sample(held, min(600, len(held)))
    return [*question_examples(some, tokenizer), *pair_examples(pairs[:HELD_PAIRS], tokenizer)]


class Trainer:
    """The model in training, its optimiser, and where it stands. Sums of steps are in float32.

    Where only the ``upper`` layers learn, they are taught by what they were, which reads everything to the end.
    """

    def __init__(
        self,
        plan: TrainingPlan,
        folder: Path,
        start: Path,
        device: str = "cpu",
        data: Sequence[str] = (*SHARES, *PAIR_SETS),
        upper: bool = False,
    ) -> None:
        self.plan, self.folder, self.device, self.data = plan, folder, device, data
        self.checkpoint = folder / "checkpoint.pt"
        self.start = self.of = file_sha256(start)
        model = load_model(start)  # which leaves nothing out by chance
        model.model.embeddings.requires_grad_(False)
        self.teacher = None
        if upper:
            model.model.encoder.layer[:BELOW].requires_grad_(False)
            self.teacher = copy.deepcopy(model).requires_grad_(False).to(device)
            self.teacher.model.to(_precision(device))
        self.master = {name: values.detach().clone().to(device) for name, values in model.named_parameters()}
        self.model = model.to(device)
        self.model.model.to(_precision(device))
        self.learnt = [name for name, values in self.model.named_parameters() if values.requires_grad]
        self.parameters = dict(self.model.named_parameters())
        rates = {"model": plan.rate, "early_head": PLAN.head_rate}
        rate_of = {name: rates.get(name.partition(".")[0], plan.head_rate) for name in self.learnt}
        self.full = list(dict.fromkeys(rate_of.values()))
        groups = [{"params": [self.master[n] for n in self.learnt if rate_of[n] == rate]} for rate in self.full]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=plan.decay, fused=True)
        self.pieces = self.batches = 0

    def run(self, examples: Sequence[Example], checks: Sequence[Example], every: float) -> None:
        """Read the examples, as often as the plan's pieces allow, and write ``reader.safetensors``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.of = digest_of((self.start, *examples))
        if self.checkpoint.exists():
            self._resume()
        saved, losses, began, before = time.monotonic(), [], time.monotonic(), self.pieces
        for batch in islice(self._batches(examples), self.batches, None):  # those before the checkpoint are passed over
            if self.pieces >= self.plan.pieces:
                break
            losses.append(self.step(batch))
            if self.batches % 100 == 0:
                rate = (self.pieces - before) / (time.monotonic() - began)
                mean = fmean(losses[-100:])
                notify(f"{self.batches} steps, {self.pieces / 1e6:.2f}M pieces, {rate:.0f}/s, loss {mean:.3f}")
            if time.monotonic() - saved > every:
                self._save_checkpoint(checks)
                saved = time.monotonic()
        self._save_checkpoint(checks)
        self.save(self.folder / "reader.safetensors")

    def _batches(self, examples: Sequence[Example]) -> Iterator[list[Example]]:
        """Yield batches without end, the same for a seed."""
        rng, per_pool = random.Random(self.plan.seed), _POOLED * self.plan.batch // 160
        while True:
            order = rng.sample(examples, len(examples))
            for start in range(0, len(order), per_pool):
                batches = list(_cut(order[start : start + per_pool], self.plan.batch))
                rng.shuffle(batches)
                yield from batches

    def step(self, batch: Sequence[Example]) -> float:
        """Learn from a batch, and return its loss."""
        loss = self.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for name in self.learnt:
            found = self.parameters[name].grad
            self.master[name].grad = None if found is None else found.float()
            self.parameters[name].grad = None
        nn.utils.clip_grad_norm_([self.master[name] for name in self.learnt], 1.0)
        share = self.plan.share(self.pieces)
        for group, full in zip(self.optimiser.param_groups, self.full, strict=True):
            group["lr"] = full * share
        self.optimiser.step()
        self._copy()
        self.batches += 1
        self.pieces += len(batch) * max(len(each.pieces.ids) for each in batch)
        return float(loss.detach())

    def _copy(self) -> None:
        with torch.no_grad():
            for name in self.learnt:
                self.parameters[name].copy_(self.master[name])

    def loss(self, batch: Sequence[Example]) -> Tensor:
        """Return how far off the heads are, the mean over a batch."""
        losses = [each.weight * _loss(each, scores, taught) for each, scores, taught in self._scored(batch)]
        return torch.stack(losses).mean()

    @torch.inference_mode()
    def check(self, checks: Sequence[Example]) -> dict[str, float]:
        """Return how well the model does on examples that it does not learn from."""
        batches = _cut(checks, self.plan.batch)
        return _rates((each, scores) for batch in batches for each, scores, _ in self._scored(batch))

    def _scored(self, batch: Sequence[Example]) -> Iterator[tuple[Example, Scores, Scores | None]]:
        """Yield each example with what the heads say of it, and what those of the teacher do, where it is taught."""
        ids, segments, mask, shares = (each.to(self.device) for each in pad([each.pieces for each in batch]))
        states = self.model.below(ids, segments, mask)
        scores = self.model.above(states, mask, shares, self.pieces >= _WHOLE * self.plan.pieces)
        outside = _outside(batch, segments)[:, :, None]
        taught: dict[int, Scores] = {}
        if self.teacher and (rows := [n for n, each in enumerate(batch) if each.taught]):
            with torch.no_grad():
                found = self.teacher.above(states[rows], mask[rows], shares[rows], leaves_out=False)
            taught = dict(zip(rows, _rows(found, outside[rows]), strict=True))
        for n, (example, own) in enumerate(zip(batch, _rows(scores, outside), strict=True)):
            yield example, own, taught.get(n)

    def save(self, file: Path) -> None:
        """Write the reader, in half precision."""
        made = {"made by": "python -m footnote.eval.training.reader", "plan": json.dumps(asdict(self.plan))}
        made["trained on"] = json.dumps(self.data)
        save_file({name: values.half().cpu().contiguous() for name, values in self.master.items()}, file, made)

    def _save_checkpoint(self, checks: Sequence[Example]) -> None:
        """Write what training goes on from, and tell how well the model does so far."""
        state = {"of": self.of, "master": self.master, "optimiser": self.optimiser.state_dict(),
                 "pieces": self.pieces, "batches": self.batches}  # fmt: skip
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.checkpoint)
        if checks:
            notify(json.dumps(self.check(checks)))

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True, map_location=self.device)
        if state.get("of") != self.of:  # it is of training that began elsewhere, or on something else
            return
        for name, values in state["master"].items():
            self.master[name].data.copy_(values)
        self.optimiser.load_state_dict(state["optimiser"])
        self.pieces, self.batches = state["pieces"], state["batches"]
        self._copy()


def _cut(pool: Sequence[Example], budget: int) -> Iterator[list[Example]]:
    """Cut examples, by length, into batches of at most so many pieces with their padding."""
    batch: list[Example] = []
    for each in sorted(pool, key=lambda each: len(each.pieces.ids)):
        if batch and (len(batch) + 1) * len(each.pieces.ids) > budget:
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _outside(batch: Sequence[Example], segments: Tensor) -> Tensor:
    """Return which pieces cannot be an answer's: all but the first one and those of sentences."""
    outside = torch.ones_like(segments, dtype=torch.bool)
    outside[:, 0] = False
    for n, each in enumerate(batch):
        if each.pieces.spans:
            outside[n, each.pieces.spans[0][0] : each.pieces.spans[-1][1]] = False
    return outside


def _rows(scores: Scores, outside: Tensor) -> list[Scores]:
    """Return what is said of each text of a batch; no answer starts or ends ``outside``."""
    edges = scores.edges.masked_fill(outside, NO_EDGE)
    each = zip(scores.sentences, scores.passage, edges, scores.relation, scores.early, strict=True)
    return [Scores(*own) for own in each]


def _loss(example: Example, scores: Scores, taught: Scores | None) -> Tensor:
    if example.relation >= 0:
        return cross_entropy(scores.relation, torch.tensor(example.relation, device=scores.relation.device))
    labels = torch.tensor(example.labels, device=scores.passage.device)
    answers = labels.any().to(scores.passage.dtype)
    loss = _sentence_loss(scores.sentences, labels) + _sentence_loss(scores.early, labels)
    loss = loss + 0.5 * odds_loss(scores.passage, answers)
    if example.answer != UNKNOWN and scores.edges[example.answer[0], 0] > NO_EDGE:
        wanted = torch.tensor(example.answer, device=labels.device)
        loss = loss + 0.25 * cross_entropy(scores.edges.T, wanted, reduction="sum")
    return loss if taught is None else (loss + _taught_loss(scores, taught, len(labels))) / 2


def _sentence_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return how far off the log odds of sentences are: of each, and as a choice of one, or of none."""
    logits = logits[: len(labels)]
    each = odds_loss(logits, labels, reduction="sum")
    shares = torch.log_softmax(torch.cat([logits.new_zeros(1), logits]), dim=0)
    choice = -(shares[1:] * labels).sum() / labels.sum() if labels.any() else -shares[0]
    return (each + choice) / 2


def _taught_loss(scores: Scores, taught: Scores, sentences: int) -> Tensor:
    """Return how far from another reader's what is said of a text is (Hinton et al. 2015)."""
    wanted = torch.sigmoid(taught.sentences[:sentences])
    loss = sum(odds_loss(said[:sentences], wanted, reduction="sum") for said in (scores.sentences, scores.early))
    edges = torch.softmax(taught.edges.T, dim=1)
    loss = loss + 0.25 * cross_entropy(scores.edges.T, edges, reduction="sum")
    return loss + 0.5 * odds_loss(scores.passage, torch.sigmoid(taught.passage))


def _precision(device: str) -> torch.dtype:
    """Return what products are made in: bfloat16, but for processors that are slower with it."""
    if device != "cpu":
        return torch.bfloat16

    def seconds(kind: torch.dtype) -> float:
        rows, weights = torch.ones(1024, 384, dtype=kind), torch.ones(384, 384, dtype=kind)
        rows @ weights  # the first product takes longer
        return timeit(lambda: rows @ weights, number=8)

    return min(torch.float32, torch.bfloat16, key=seconds)


def _rates(read: Iterable[tuple[Example, Scores]]) -> dict[str, float]:
    """Return how often what the heads say is right, by the names of what they say, and how well odds tell answers."""
    right: dict[str, list[float]] = defaultdict(list)
    best: list[tuple[float, bool]] = []
    for example, scores in read:
        if example.relation >= 0:
            right["relation"].append(int(scores.relation.argmax()) == example.relation)
            continue
        logits = scores.sentences[: len(example.labels)]
        best.append((float(logits.max()), any(example.labels)))
        if any(example.labels):
            chosen = scores.early[: len(logits)].topk(min(KEPT, len(logits))).indices.tolist()
            right["kept"].append(all(n in chosen for n, own in enumerate(example.labels) if own))
            right["first"].append(example.labels[int(logits.argmax())])
            if example.answer not in (UNKNOWN, NONE):
                start, end = scores.edges.argmax(0)
                right["span"].append((int(start), int(end)) == example.answer)
    odds = Outcomes([score for score, _ in best], [answered for _, answered in best])
    return {name: round(fmean(rights), 3) for name, rights in right.items()} | {"auroc": round(auroc(odds.tally()), 3)}


if __name__ == "__main__":
    sys.exit(main())
