"""The fitted scorer: which sentences answer, how many to cite, and how likely the question is answered at all.

Two logistic models over the same features. The *ranker* gives each sentence the probability that it is part of the
answer; the *judge* looks at the best sentences and gives the calibrated probability that the question is answered.
Both are plain numbers in ``scorer.json``, with where they come from.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import FootnoteError
from qa.features import NAMES, Matrix

FILE_NAME = "scorer.json"
BEST = 4
"""The judge looks at this many of the highest-ranked sentences."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over standardised features: ``sigmoid((x - mean) / scale @ weights + bias)``."""

    names: tuple[str, ...]
    mean: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    bias: float

    def logits(self, rows: Matrix) -> Matrix:
        """Return the log odds of each row, shape (n,)."""
        return np.asarray((rows - self.mean) / self.scale @ self.weights + self.bias)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Logistic:
        """Read what `to_dict` wrote."""
        arrays = (np.array(values[key], dtype=np.float64) for key in ("mean", "scale", "weights"))
        mean, scale, weights = arrays
        return cls(tuple(values["names"]), mean, scale, weights, float(values["bias"]))

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain JSON values."""
        arrays = {key: [round(float(x), 6) for x in getattr(self, key)] for key in ("mean", "scale", "weights")}
        return {"names": list(self.names), **arrays, "bias": round(self.bias, 6)}


@dataclass(frozen=True, slots=True)
class Scorer:
    """Ranker, judge, and the two thresholds that were chosen with them.

    ``threshold`` is the confidence below which a question is declined; ``keep`` the probability from which a
    further sentence is cited beside the best one.
    """

    ranker: Logistic
    judge: Logistic
    threshold: float
    keep: float
    digest: str

    def rank(self, features: Matrix) -> Matrix:
        """Return each sentence's probability of being part of the answer, shape (n,); higher is better."""
        return sigmoid(self.ranker.logits(features))

    def confidence(self, features: Matrix, probabilities: Matrix) -> float:
        """Return the probability, 0 to 1, that the sentences answer the question; 0 without sentences."""
        if not len(probabilities):
            return 0.0
        return float(sigmoid(self.judge.logits(summarise(features, probabilities)[None, :]))[0])


def summarise(features: Matrix, probabilities: Matrix) -> Matrix:
    """Return the judge's view of a question, shape (len(JUDGED),): its best sentences and the best of everything."""
    logits = np.log(probabilities / (1 - probabilities))
    order = np.argsort(-logits, kind="stable")[:BEST]
    best = (
        np.resize(logits[order], BEST) if len(order) == BEST else np.pad(logits[order], (0, BEST - len(order)), "edge")
    )
    spread = [best[0] - best[1], float(logits.mean()), float(logits.std())]
    return np.concatenate([best, spread, features[order[0]], features.max(axis=0)])


JUDGED: tuple[str, ...] = (
    *(f"best_{n}" for n in range(1, BEST + 1)),
    "lead",
    "mean",
    "spread",
    *(f"first:{name}" for name in NAMES),
    *(f"most:{name}" for name in NAMES),
)


def sigmoid(logits: Matrix) -> Matrix:
    """Return ``1 / (1 + exp(-logits))``, kept off 0 and 1."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))))


def load_scorer(text: str = "") -> Scorer:
    """Return the scorer that ships, or the one in ``text``.

    Raises:
        FootnoteError: it was fitted for other features than this version computes.
    """
    text = text or importlib.resources.files("qa").joinpath(FILE_NAME).read_text("utf-8")
    values = json.loads(text)
    scorer = Scorer(
        Logistic.from_dict(values["ranker"]),
        Logistic.from_dict(values["judge"]),
        float(values["threshold"]),
        float(values["keep"]),
        hashlib.sha256(text.encode()).hexdigest(),
    )
    if scorer.ranker.names != NAMES or scorer.judge.names != JUDGED:
        raise FootnoteError("the scorer was fitted for other features; fit it again with `make fit`")
    return scorer
