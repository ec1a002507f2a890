"""Boosted decision trees as plain numbers: fitted elsewhere, kept as JSON, evaluated with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of binary trees plus ``bias``; all arrays have shape (trees, nodes), node 0 is each tree's root.

    A row goes left where ``row[feature] <= threshold``. A leaf has ``feature`` -1 and points to itself.
    """

    feature: npt.NDArray[np.int64]
    threshold: Matrix
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: Matrix
    bias: float
    depth: int

    def logits(self, rows: Matrix) -> Matrix:
        """Return the log odds of each row, shape (n,)."""
        trees, nodes = self.feature.shape
        root = np.arange(trees) * nodes  # all nodes of all trees are numbered through
        goes_left = (rows[:, np.maximum(self.feature, 0).ravel()] <= self.threshold.ravel()).ravel()
        own = np.arange(len(rows))[:, None] * (trees * nodes)
        child = (np.stack([self.right, self.left], axis=-1) + root[:, None, None]).ravel()
        node = np.broadcast_to(root, (len(rows), trees))
        for _ in range(self.depth):
            node = child.take(2 * node + goes_left.take(own + node))
        return np.asarray(self.value.ravel().take(node).sum(axis=1) + self.bias)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Trees:
        """Read what `to_dict` wrote: each tree as a list of nodes [feature, threshold, left, right, value]."""
        return cls.from_nodes(values["trees"], float(values["bias"]))

    @classmethod
    def from_nodes(cls, trees: Sequence[Sequence[Sequence[float]]], bias: float) -> Trees:
        """Build from nested lists of nodes; children come after their parents."""
        most = max(len(tree) for tree in trees)
        table = np.zeros((len(trees), most, 5))
        table[:, :, 0] = -1
        table[:, :, 2] = table[:, :, 3] = np.arange(most)
        for t, tree in enumerate(trees):
            for n, node in enumerate(tree):
                table[t, n] = node if node[0] >= 0 else [-1, 0, n, n, node[4]]
        whole = table.astype(np.int64)
        depth = max(_depth(tree) for tree in trees)
        return cls(whole[:, :, 0], table[:, :, 1], whole[:, :, 2], whole[:, :, 3], table[:, :, 4], bias, depth)

    @classmethod
    def mean(cls, several: Sequence[Trees]) -> Trees:
        """Return trees whose log odds are the mean of those of ``several``."""
        most = max(each.feature.shape[1] for each in several)

        def joined(arrays: Sequence[npt.NDArray[Any]], empty: int) -> npt.NDArray[Any]:
            padded = [np.pad(a, ((0, 0), (0, most - a.shape[1])), constant_values=empty) for a in arrays]
            return np.concatenate(padded)

        return cls(
            joined([each.feature for each in several], -1),
            joined([each.threshold for each in several], 0),
            joined([each.left for each in several], 0),
            joined([each.right for each in several], 0),
            joined([each.value / len(several) for each in several], 0),
            sum(each.bias for each in several) / len(several),
            max(each.depth for each in several),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the trees as plain JSON values."""
        return {"bias": round(self.bias, 6), "trees": [self._nodes(t) for t in range(len(self.feature))]}

    def _nodes(self, tree: int) -> list[list[float]]:
        inner = self.feature[tree] >= 0
        reached = {0} | set(self.left[tree][inner].tolist()) | set(self.right[tree][inner].tolist())
        return [
            [
                int(self.feature[tree, n]),
                round(float(self.threshold[tree, n]), 5),
                int(self.left[tree, n]),
                int(self.right[tree, n]),
                round(float(self.value[tree, n]), 5),
            ]
            for n in sorted(reached)
        ]


def _depth(tree: Sequence[Sequence[float]]) -> int:
    """Return the number of steps from the root to the deepest leaf."""
    depths = [0] * len(tree)
    for n, node in enumerate(tree):
        if node[0] >= 0:
            depths[int(node[2])] = depths[int(node[3])] = depths[n] + 1
    return max(depths)
