"""The fitted scorer: which sentences answer, how many to cite, and how likely the question is answered at all.

The *ranker* gives each sentence the probability that it is part of the answer; *further* looks again at those near the
top, beside the best one; the *judge* gives the calibrated probability that the question is answered. All are plain
numbers in ``scorer.json``, with where they come from; `eval.fit` makes that file.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import ModelError
from index.encoder import MPNET_LOADED_SHA256, MPNET_SHA256
from qa.beside import RELATED, RELATED_READ, considered, related
from qa.evidence import Where
from qa.expected import most_expected
from qa.features import NAMES
from qa.network import Networks
from qa.reader import READ
from qa.trees import Matrix, Trees

FILE_NAME = "scorer.json"
"""The scorer fitted for the MiniLM that ships, with a reader; it does for any model that has none of its own."""
QUICK, QUICK_FILE = "quick", "scorer-quick.json"
"""The scorer that goes without the reader, by the name that asks for it."""
FITTED_FOR = dict.fromkeys((MPNET_SHA256, MPNET_LOADED_SHA256), "scorer-mpnet.json")
"""The other scorers that ship, by the digest of the embedding model that each was fitted for."""
_BESIDE = importlib.resources.files("qa")
BEST = 4
"""The judge looks at this many of the highest-ranked sentences."""

_WEIGHED = 7
"""The further sentences that may be evidence, when it is weighed how many to quote."""

STANDING = BEST + 3
"""How many numbers of the judge's view are not features; see `summarise`."""

Calibration = tuple[float, float]
"""Slope and shift that turn a model's log odds into calibrated ones (Platt 1999)."""
AS_IT_IS: Calibration = (1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over standardised features: ``(x - mean) / scale @ weights + bias``."""

    mean: Matrix
    scale: Matrix
    weights: Matrix
    bias: float

    def logits(self, rows: Matrix) -> Matrix:
        """Return the log odds of each row, shape (n,)."""
        return np.asarray((rows - self.mean) / self.scale @ self.weights + self.bias)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Logistic:
        """Read what `to_dict` wrote."""
        mean, scale, weights = (np.array(values[key], dtype=np.float64) for key in ("mean", "scale", "weights"))
        return cls(mean, scale, weights, float(values["bias"]))

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain JSON values."""
        arrays = {key: [round(float(x), 6) for x in getattr(self, key)] for key in ("mean", "scale", "weights")}
        return {**arrays, "bias": round(self.bias, 6)}


@dataclass(frozen=True, slots=True)
class Judge:
    """The mean of a logistic regression and of trees, scaled (Platt 1999) so that it is a probability."""

    logistic: Logistic
    trees: Trees
    slope: float = 1.0
    shift: float = 0.0

    def logits(self, rows: Matrix) -> Matrix:
        """Return the calibrated log odds of each row, shape (n,)."""
        raw = (self.logistic.logits(rows) + self.trees.logits(rows)) / 2
        return np.asarray(self.slope * raw + self.shift)


@dataclass(frozen=True, slots=True)
class Ranker:
    """The mean of trees and of networks, both log odds that a sentence is part of the answer."""

    trees: Trees
    networks: Networks

    def logits(self, rows: Matrix) -> Matrix:
        """Return the log odds of each row, shape (n,)."""
        return np.asarray((self.trees.logits(rows) + self.networks.logits(rows)) / 2)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Ranker:
        """Read what `to_dict` wrote."""
        return cls(Trees.from_dict(values["trees"]), Networks.from_dict(values["networks"]))

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain JSON values."""
        return {"trees": self.trees.to_dict(), "networks": self.networks.to_dict()}


@dataclass(frozen=True, slots=True)
class Scorer:
    """Its three models, and the two thresholds that were chosen with them.

    With ``reads``, features have the columns `qa.reader.READ` after those of `qa.features.NAMES`.
    ``threshold`` is the confidence below which a question is declined; ``keep`` the probability from which a
    further sentence is quoted beside the best one, None where `qa.expected` tells how many are; for that, ``sure`` has
    the slope and shift of the best one's log odds. ``digest`` is of its file, ``embedding`` of the embedding model that
    it was fitted for, where the file says so.
    """

    ranker: Ranker
    further: Trees
    judge: Judge
    threshold: float
    keep: float | None
    digest: str = ""
    embedding: str = ""
    reads: bool = False
    sure: Calibration = AS_IT_IS

    def rank(self, features: Matrix) -> Matrix:
        """Return each sentence's probability of being part of the answer, shape (n,); higher is better."""
        return sigmoid(self.ranker.logits(features))

    def beside(self, features: Matrix, places: Sequence[Where], probabilities: Matrix) -> Matrix:
        """Return which sentences to quote, and how readily, shape (n,): the best is 1, those not worth it are 0.

        ``places`` are the sentences' own; ``probabilities`` are of `rank`.
        """
        return quotable(self.further, self.keep, self.sure, features, places, logits_of(probabilities))

    def confidence(self, features: Matrix, probabilities: Matrix, doubt: float = 0.0) -> float:
        """Return the probability, 0 to 1, that the sentences answer the question; 0 without sentences.

        ``doubt`` is taken from its log odds.
        """
        if not len(probabilities):
            return 0.0
        return float(sigmoid(self.judge.logits(summarise(features, probabilities)[None, :]) - doubt)[0])


def quotable(
    further: Trees, keep: float | None, sure: Calibration, features: Matrix, places: Sequence[Where], log_odds: Matrix
) -> Matrix:
    """Return what `Scorer.beside` does, for any model of further sentences."""
    worth = np.zeros(len(log_odds))
    if len(log_odds):
        near = considered(features, log_odds)
        readily = sigmoid(further.logits(related(features, places, log_odds)[near]))
        best = int(np.argmax(log_odds))
        if keep is None:
            worth[near] = _several(float(sigmoid(sure[0] * log_odds[best] + sure[1])), readily)
        else:
            worth[near] = readily * (readily >= keep)
        worth[best] = 1.0
    return worth


def _several(best: float, readily: Matrix) -> Matrix:
    """Return how readily each further sentence is quoted, 0 for those that would lower the F1 to expect."""
    order = np.argsort(-readily, kind="stable")[:_WEIGHED]
    count = most_expected(np.concatenate([[best], readily[order]]))
    kept = np.zeros(len(readily))
    kept[order[: count - 1]] = readily[order[: count - 1]]
    return kept


def most_worth(worth: Matrix, limit: int) -> list[int]:
    """Return which sentences are quoted, best first: at most ``limit`` of those that `Scorer.beside` finds worth it."""
    return [n for n in np.argsort(-worth, kind="stable")[:limit].tolist() if worth[n] > 0]


def summarise(features: Matrix, probabilities: Matrix) -> Matrix:
    """Return the judge's view of a question, shape (STANDING + 2 * features.shape[1],).

    The log odds of its best sentences, how they stand out, the best one's features, and the most of each feature.
    """
    logits = logits_of(probabilities)
    order = np.argsort(-logits, kind="stable")[:BEST]
    best = np.pad(logits[order], (0, BEST - len(order)), "edge")
    spread = [best[0] - best[1], float(logits.mean()), float(logits.std())]
    return np.concatenate([best, spread, features[order[0]], features.max(axis=0)])


def logits_of(probabilities: Matrix) -> Matrix:
    """Return the log odds of probabilities between 0 and 1, both excluded."""
    return np.asarray(np.log(probabilities / (1 - probabilities)))


def sigmoid(logits: Matrix) -> Matrix:
    """Return ``1 / (1 + exp(-logits))``, kept off 0 and 1."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))))


def dump_scorer(scorer: Scorer, provenance: Mapping[str, Any]) -> str:
    """Return a scorer as JSON text, for `parse_scorer`."""
    judge = scorer.judge
    values = {
        "provenance": dict(provenance),
        "features": [*NAMES, *(READ if scorer.reads else ())],
        "related": [*RELATED, *(RELATED_READ if scorer.reads else ())],
        "threshold": round(scorer.threshold, 4),
        **({"sure": [round(x, 6) for x in scorer.sure]} if scorer.keep is None else {"keep": round(scorer.keep, 4)}),
        "judge": {
            "slope": round(judge.slope, 6),
            "shift": round(judge.shift, 6),
            "logistic": judge.logistic.to_dict(),
            "trees": judge.trees.to_dict(),
        },
        "further": scorer.further.to_dict(),
        "ranker": scorer.ranker.to_dict(),
    }
    return json.dumps(values, separators=(",", ":")) + "\n"


def parse_scorer(text: str) -> Scorer:
    """Read what `dump_scorer` wrote.

    Raises:
        ModelError: it was fitted for other features than this version computes.
        ValueError, KeyError, TypeError, IndexError: it is something else.
    """
    values = json.loads(text)
    made_for = tuple(values["features"]), tuple(values.get("related", ()))
    if made_for not in ((NAMES, RELATED), (NAMES + READ, RELATED + RELATED_READ)):
        raise ModelError("the scorer was fitted for other features; fit it again with `make fit`")
    judge = values["judge"]
    return Scorer(
        Ranker.from_dict(values["ranker"]),
        Trees.from_dict(values["further"]),
        Judge(
            Logistic.from_dict(judge["logistic"]),
            Trees.from_dict(judge["trees"]),
            float(judge["slope"]),
            float(judge["shift"]),
        ),
        float(values["threshold"]),
        float(values["keep"]) if "keep" in values else None,
        hashlib.sha256(text.encode()).hexdigest(),
        str(values["provenance"].get("embedding", {}).get("digest", "")),
        made_for[0] != NAMES,
        (float(values["sure"][0]), float(values["sure"][1])) if "sure" in values else AS_IT_IS,
    )


@dataclass(frozen=True, slots=True)
class Scorers:
    """Which scorer goes with an embedding model: the one ``given``, else the one that ships for that model."""

    given: Scorer | None = None

    @classmethod
    def of_file(cls, file: str) -> Scorers:
        """Return the scorer in a file for every model, or, of an empty name, the ones that ship; see `QUICK`.

        Raises:
            ModelError: as `load_scorer` does.
        """
        named = str(_BESIDE.joinpath(QUICK_FILE)) if file == QUICK else file
        return cls(load_scorer(named) if named else None)

    def fitted_for_another(self, embedding: str) -> bool:
        """Tell whether the scorer given was fitted for another embedding model than that of the digest."""
        return self.given is not None and self.given.embedding not in ("", embedding)

    def fitting(self, embedding: str) -> Scorer:
        """Return the scorer for the embedding model of that digest."""
        return self.given or load_scorer(str(_BESIDE.joinpath(FITTED_FOR.get(embedding, FILE_NAME))))


@cache
def load_scorer(file: str = "") -> Scorer:
    """Return the scorer in a ``file``, or the one that ships for MiniLM.

    Raises:
        ModelError: the file cannot be read, holds something else, or a scorer for other features.
    """
    held = Path(file).expanduser() if file else _BESIDE.joinpath(FILE_NAME)
    try:
        return parse_scorer(held.read_text("utf-8"))
    except ModelError as error:
        raise ModelError(f"{held}: {error}") from None
    except OSError as error:
        raise ModelError(f"{held}: the scorer cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RuntimeError):
        raise ModelError(f"{held}: this is no scorer; `make fit ARGS='--out FILE'` writes one") from None
