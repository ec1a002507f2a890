"""Small neural networks as plain numbers: fitted elsewhere, kept as JSON, evaluated with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.trees import Matrix

CLIP = 4.0
"""A standardised feature counts no more than this: in another library it may be far from all that was seen."""
_ARRAYS = ("mean", "scale", "inward", "offsets", "outward")


@dataclass(frozen=True, slots=True)
class Networks:
    """The mean of ``k`` networks of one hidden layer of ``h`` units over ``d`` standardised features, plus ``bias``.

    ``mean`` and ``scale`` have shape (d,), ``inward`` (k, d, h), ``offsets`` and ``outward`` (k, h).
    """

    mean: Matrix
    scale: Matrix
    inward: npt.NDArray[np.float64]
    offsets: Matrix
    outward: Matrix
    bias: float

    def logits(self, rows: Matrix) -> Matrix:
        """Return the log odds of each row, shape (n,)."""
        near = np.clip((rows - self.mean) / self.scale, -CLIP, CLIP)
        hidden = np.tanh(near @ self.inward + self.offsets[:, None, :])
        return np.asarray((hidden @ self.outward[:, :, None])[:, :, 0].mean(axis=0) + self.bias)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Networks:
        """Read what `to_dict` wrote."""
        mean, scale, inward, offsets, outward = (np.array(values[name], dtype=np.float64) for name in _ARRAYS)
        return cls(mean, scale, inward, offsets, outward, float(values["bias"]))

    def to_dict(self) -> dict[str, Any]:
        """Return the networks as plain JSON values."""
        return {**{name: getattr(self, name).round(5).tolist() for name in _ARRAYS}, "bias": round(self.bias, 6)}
