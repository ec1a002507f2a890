"""What decides whether a further sentence is worth quoting beside the best one.

The ranker judges each sentence by itself. Whether one more is worth the reader's time depends on the best one too: how
far below it this one is, and whether it stands in the same article, close by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.evidence import Where
from qa.features import NAMES, reciprocal_rank
from qa.reader import READ
from qa.trees import Matrix

RELATED: tuple[str, ...] = (
    "log_odds",
    "below_best",
    "closeness",
    "closeness_below_best",
    "rank_closeness",
    "same_article",
    "next",
    "previous",
    "nearness",
    "cover",
    "length",
    "opens_with_pronoun",
    "of_its_article",
)
"""What is measured of a sentence beside the best one; see `related`."""
RELATED_READ: tuple[str, ...] = ("read", "read_below_best", "most_read", "rank_read")
"""What comes after it where sentences were read together with the question; see `qa.reader`."""

_AS_IT_IS = ("cover", "length", "opens_with_pronoun")
_MET = 0.3
"""Closeness is similarity plus this share of how well the question's words are met, each by itself."""
_BY_RANK, _BY_CLOSENESS = 10, 6
_ELSEWHERE = 20
"""A sentence of another article counts as this many sentences away."""


def related(features: Matrix, places: Sequence[Where], log_odds: Matrix) -> Matrix:
    """Return a row of `RELATED` for each sentence beside the one of the highest ``log_odds``; shape (n, columns).

    ``features`` has a row of `qa.features.NAMES` for each; where it has the columns `qa.reader.READ` too, a row has
    those of `RELATED_READ`. Distances count the sentences that were found, not those in between that were not. n is at
    least 1.
    """
    best = int(np.argmax(log_odds))
    close = closeness(features)
    same = np.array([article == places[best][0] for article, _ in places])
    nth = np.empty(len(places))
    nth[sorted(range(len(places)), key=places.__getitem__)] = np.arange(len(places))
    away = np.where(same, nth - nth[best], _ELSEWHERE)
    columns: dict[str, Matrix] = {
        "log_odds": log_odds,
        "below_best": log_odds[best] - log_odds,
        "closeness": close,
        "closeness_below_best": close[best] - close,
        "rank_closeness": reciprocal_rank(close),
        "same_article": same.astype(np.float64),
        "next": (away == 1).astype(np.float64),
        "previous": (away == -1).astype(np.float64),
        "nearness": 1 / (1 + np.abs(away)),
        **{name: features[:, NAMES.index(name)] for name in _AS_IT_IS},
        "of_its_article": np.full(len(places), float(same.sum())),
    }
    names = RELATED
    if features.shape[1] > len(NAMES):
        read, most = (features[:, len(NAMES) + READ.index(name)] for name in ("read", "most_read"))
        columns |= {
            "read": read,
            "read_below_best": read[best] - read,
            "most_read": most,
            "rank_read": reciprocal_rank(read),
        }
        names += RELATED_READ
    return np.column_stack([columns[name] for name in names])


def considered(features: Matrix, log_odds: Matrix) -> npt.NDArray[np.intp]:
    """Return the sentences that may stand beside the best one: the next by rank, and the closest to the question."""
    by_rank = np.argsort(-log_odds, kind="stable")
    by_closeness = np.argsort(-closeness(features), kind="stable")
    near = np.union1d(by_rank[:_BY_RANK], by_closeness[:_BY_CLOSENESS])
    return near[near != by_rank[0]] if len(near) else near


def closeness(features: Matrix) -> Matrix:
    """Return how close each sentence is to the question, by its vector and by the question's words; shape (n,)."""
    similarity, met = (features[:, NAMES.index(name)] for name in ("similarity", "met"))
    return np.asarray(similarity + _MET * met)
