"""Boosted decision trees as plain numbers: fitted elsewhere, kept as JSON, evaluated with numpy alone.

All trees are walked at once, a feature at a time (QuickScorer, Lucchese et al. 2015): each node that a row passes on
the right rules out the leaves on its left, so a row ends in the leftmost leaf that no node rules out. Which nodes those
are depends on how many thresholds of a feature are below the row's value, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Node = Sequence[float]
"""``[feature, threshold, left, right, value]``: a row goes left where ``row[feature] <= threshold``.

``left`` and ``right`` are places in the tree's own list; a leaf has ``feature`` -1, and only its ``value`` counts.
"""
Tree = Sequence[Node]
"""Nodes, the root first."""
_MASKS: dict[int, type[np.unsignedinteger[Any]]] = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}


class Trees:
    """A sum of binary ``trees``, of at most 64 leaves each, plus ``bias``.

    Raises:
        ValueError: a tree has more leaves.
    """

    def __init__(self, trees: Sequence[Tree], bias: float) -> None:
        self.trees, self.bias = trees, bias
        leaves = [[*_leaves(tree)] for tree in trees]
        most = max(map(len, leaves))
        kind = next((kind for size, kind in _MASKS.items() if most <= size), None)
        if kind is None:
            raise ValueError(f"a tree has {most} leaves; the limit is {max(_MASKS)}")
        self._values = np.array(
            [[tree[n][4] for n in own] + [0.0] * (most - len(own)) for tree, own in zip(trees, leaves, strict=True)]
        ).ravel()
        self._firsts = np.arange(len(trees)) * most
        self._cuts = [*_cuts(trees, leaves, kind)]
        self._all = np.full(len(trees), np.iinfo(kind).max, kind)

    def logits(self, rows: Matrix) -> Matrix:
        """Return the log odds of each row, shape (n,)."""
        open_ = np.tile(self._all, (len(rows), 1))
        for feature, thresholds, masks in self._cuts:
            open_ &= masks.take(np.searchsorted(thresholds, rows[:, feature]), axis=0)
        leftmost = np.bitwise_count(open_ ^ (open_ - 1)) - 1
        return np.asarray(self._values.take(leftmost + self._firsts).sum(axis=1) + self.bias)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Trees:
        """Read what `to_dict` wrote."""
        return cls(values["trees"], float(values["bias"]))

    @classmethod
    def mean(cls, several: Sequence[Trees]) -> Trees:
        """Return trees whose log odds are the mean of those of ``several``."""
        trees = [
            [[*node[:4], node[4] / len(several)] for node in tree] for tree in chain(*(each.trees for each in several))
        ]
        return cls(trees, sum(each.bias for each in several) / len(several))

    def to_dict(self) -> dict[str, Any]:
        """Return the trees as plain JSON values."""
        return {"bias": round(self.bias, 6), "trees": [[*map(_rounded, tree)] for tree in self.trees]}


def _rounded(node: Node) -> list[float]:
    feature, threshold, left, right, value = node
    return [int(feature), round(float(threshold), 5), int(left), int(right), round(float(value), 5)]


def _leaves(tree: Tree, root: int = 0) -> Iterator[int]:
    """Yield the places of the leaves under ``root``, from left to right."""
    feature, _, left, right, _ = tree[root]
    if feature < 0:
        yield root
    else:
        yield from _leaves(tree, int(left))
        yield from _leaves(tree, int(right))


def _cuts(
    trees: Sequence[Tree], leaves: Sequence[Sequence[int]], kind: type[np.unsignedinteger[Any]]
) -> Iterator[tuple[int, Matrix, npt.NDArray[Any]]]:
    """Yield each feature with its thresholds, rising, and which leaves are left open by how many of them.

    That has shape (thresholds + 1, trees), with a bit for each leaf, the leftmost the lowest.
    """
    nodes = defaultdict(list)
    for t, tree in enumerate(trees):
        for feature, threshold, left, _, _ in tree:
            if feature >= 0:
                ruled_out = sum(1 << leaves[t].index(leaf) for leaf in _leaves(tree, int(left)))
                nodes[int(feature)].append((threshold, t, ruled_out))
    for feature, own in sorted(nodes.items()):
        own.sort()
        masks = np.full((len(own) + 1, len(trees)), np.iinfo(kind).max, kind)
        for k, (_, t, ruled_out) in enumerate(own):
            masks[k + 1 :, t] &= kind(~ruled_out & np.iinfo(kind).max)
        yield feature, np.array([threshold for threshold, _, _ in own]), masks
