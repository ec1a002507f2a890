"""Fitting networks that compare the sentences of one question with each other (Cao et al. 2007, ListNet).

Trees are fitted to sentences one by one, and so learn as much from what tells one question from another as from what
tells the right sentence of a question from the rest; these learn from the latter alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from qa.network import CLIP, Networks
from qa.trees import Matrix


@dataclass(frozen=True, slots=True)
class Learning:
    """How networks are fitted: how many of them, of how many hidden units, and for how long."""

    networks: int = 5
    units: int = 24
    epochs: int = 25
    batch: int = 32
    rate: float = 3e-3
    decay: float = 3e-2
    dropout: float = 0.2


def fit_networks(
    questions: Sequence[Matrix], labels: Sequence[Matrix], weights: Sequence[float], learning: Learning
) -> Networks:
    """Fit networks that tell a question's evidence from its other sentences, as log odds.

    Each question has a matrix of its sentences' features, shape (n, d), and their labels, shape (n,), of which at least
    one is 1.
    """
    rows = np.concatenate(questions)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    inputs = [torch.tensor(np.clip((each - mean) / scale, -CLIP, CLIP), dtype=torch.float32) for each in questions]
    targets = [torch.tensor(each, dtype=torch.float32) for each in labels]
    counts = torch.tensor(np.array(weights) / np.mean(weights), dtype=torch.float32)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # threads that share so little work mostly wait for each other
    try:
        fitted = [_train(inputs, targets, counts, learning, seed) for seed in range(learning.networks)]
    finally:
        torch.set_num_threads(threads)
    inward, offsets, outward, biases = (np.stack(each) for each in zip(*map(_arrays, fitted), strict=True))
    raw = Networks(mean, scale, inward, offsets, outward, float(biases.mean()))
    return _as_log_odds(raw, questions, labels, weights)


class _Network(nn.Module):
    def __init__(self, features: int, how: Learning) -> None:
        super().__init__()
        self.inward, self.dropout, self.outward = nn.Linear(features, how.units), how.dropout, nn.Linear(how.units, 1)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        hidden = nn.functional.dropout(torch.tanh(self.inward(rows)), self.dropout)
        return torch.as_tensor(self.outward(hidden))


def _train(
    inputs: Sequence[torch.Tensor], targets: Sequence[torch.Tensor], weights: torch.Tensor, how: Learning, seed: int
) -> _Network:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        random = np.random.default_rng(seed)
        network = _Network(inputs[0].shape[1], how)
        optimiser = torch.optim.AdamW(network.parameters(), lr=how.rate, weight_decay=how.decay)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, how.epochs)
        for _ in range(how.epochs):
            order = random.permutation(len(inputs))
            for start in range(0, len(order), how.batch):
                some = order[start : start + how.batch]
                loss = _loss(network, [inputs[n] for n in some], [targets[n] for n in some], weights[some])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            schedule.step()
    return network


def _loss(
    network: _Network, inputs: Sequence[torch.Tensor], targets: Sequence[torch.Tensor], weights: torch.Tensor
) -> torch.Tensor:
    """Return how far the softmax over each question's sentences is from its evidence: from any of it, and from all."""
    padded = nn.utils.rnn.pad_sequence(list(inputs), batch_first=True)
    wanted = nn.utils.rnn.pad_sequence(list(targets), batch_first=True)
    there = torch.arange(padded.shape[1])[None, :] < torch.tensor([len(each) for each in inputs])[:, None]
    scores = network(padded).squeeze(-1).masked_fill(~there, -1e9)
    logs = torch.log_softmax(scores, dim=1)
    any_of = torch.logsumexp(logs + torch.log(wanted + 1e-9), dim=1)
    all_of = (logs * wanted).sum(dim=1) / wanted.sum(dim=1)
    return -((any_of + all_of) / 2 * weights).mean()


def _arrays(network: _Network) -> tuple[Matrix, ...]:
    inward, outward = network.inward, network.outward
    found = (inward.weight.T, inward.bias, outward.weight[0], outward.bias[0])
    return tuple(each.detach().numpy().astype(np.float64) for each in found)


def _as_log_odds(
    raw: Networks, questions: Sequence[Matrix], labels: Sequence[Matrix], weights: Sequence[float]
) -> Networks:
    """Scale scores that only order the sentences so that they are log odds of being evidence."""
    scores = np.concatenate([raw.logits(each) for each in questions])
    counts = np.repeat(weights, [len(each) for each in questions])
    slope, shift = platt(scores, np.concatenate(labels), counts)
    return replace(raw, outward=raw.outward * slope, bias=raw.bias * slope + shift)


def platt(scores: Matrix, labels: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[float, float]:
    """Return slope and shift that make scores the log odds of their labels (Platt 1999)."""
    model = LogisticRegression(C=1e6).fit(scores[:, None], labels, sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
