"""From what was measured to probabilities: two plain logistic regressions, each number of which has a name.

The first says of a sentence how likely it belongs to the answer, the second of a question how likely it is answered at
all. `eval.training.calibrate` fits both on questions that the reader has not seen. Inputs that come from the embedding
model mean something else with another one, so there is a second pair that goes without them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from footnote.qa.rank.reader import Matrix

SENTENCE: tuple[str, ...] = ("read", "passage", "chunk_similarity")
"""Of a sentence: the reader's log odds, and those of its passage; the cosine of the question and its chunk's vector.

The cosine of its own late-pooled vector added nothing.
"""
ANSWERED: tuple[str, ...] = ("best", "passage")
"""Of a question: the log odds of the likeliest sentence, and the reader's highest of a passage.

On suites that were left out of the fit, nothing was added by those of the second sentence, by the highest cosine, by
how many articles there are, by the share of the question's words that the best sentence or its passage holds or that
occur at all, nor by the margin of the words that answer over none.
"""
OF_THE_ENCODER = frozenset({"chunk_similarity"})


@dataclass(frozen=True, slots=True)
class Logistic:
    """``inputs @ weights + bias``, by the inputs' names."""

    weights: Mapping[str, float]
    bias: float

    def log_odds(self, inputs: Mapping[str, Matrix]) -> Matrix:
        """Return the log odds for inputs of one shape."""
        return np.asarray(sum((w * inputs[name] for name, w in self.weights.items()), np.float64(self.bias)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The two regressions, and the confidence below which a question is declined."""

    sentence: Logistic
    answered: Logistic
    threshold: float


def parse_calibration(text: str) -> tuple[Calibration, Calibration]:
    """Read what `dump_calibration` wrote: for the encoder that it goes with, and for any other.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    values = json.loads(text)
    return _read(values["with_encoder"]), _read(values["without_encoder"])


def _read(values: Mapping[str, Mapping[str, float]]) -> Calibration:
    sentence, answered = (_logistic(values[name]) for name in ("sentence", "answered"))
    unknown = (sentence.weights.keys() - {*SENTENCE}) | (answered.weights.keys() - {*ANSWERED})
    if unknown:
        raise ValueError(f"it was made for another version: {', '.join(sorted(unknown))}")
    return Calibration(sentence, answered, float(values["threshold"]))  # type: ignore[arg-type]


def _logistic(values: Mapping[str, float]) -> Logistic:
    return Logistic({name: float(w) for name, w in values.items() if name != "bias"}, float(values["bias"]))


def dump_calibration(own: Calibration, other: Calibration) -> str:
    """Return two calibrations as JSON text, for `parse_calibration`."""
    return json.dumps({"with_encoder": _written(own), "without_encoder": _written(other)}, indent=1) + "\n"


def _written(calibration: Calibration) -> dict[str, object]:
    both = {"sentence": calibration.sentence, "answered": calibration.answered}
    found: dict[str, object] = {
        name: {key: round(w, 4) for key, w in {"bias": each.bias, **each.weights}.items()}
        for name, each in both.items()
    }
    return found | {"threshold": calibration.threshold}


def log_odds_of(probabilities: Matrix) -> Matrix:
    """Return the log odds of probabilities between 0 and 1, both excluded."""
    return np.asarray(np.log(probabilities / (1 - probabilities)))


def sigmoid(log_odds: Matrix) -> Matrix:
    """Return ``1 / (1 + exp(-log_odds))``, kept off 0 and 1."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30))))
