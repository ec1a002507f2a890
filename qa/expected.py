"""How many sentences to cite: as many as give the highest F1 that can be expected.

One more sentence is worth citing if what it is likely to add to what was found outweighs the room it takes; where the
evidence is probably a single sentence, less so than where it is probably several (Jansche 2007; Ye et al. 2012).
"""

from __future__ import annotations

import numpy as np

from qa.trees import Matrix


def most_expected(likely: Matrix) -> int:
    """Return how many of the first sentences have the highest expected F1: 1 at least.

    ``likely`` has each sentence's probability, 0 to 1, of being evidence, best first, shape (n,) with n at least 1;
    they are taken to be independent of each other.
    """
    return 1 + int(np.argmax([expected_f1(likely, taken) for taken in range(1, len(likely) + 1)]))


def expected_f1(likely: Matrix, taken: int) -> float:
    """Return the F1 to expect, 0 to 1, when the first ``taken`` sentences are cited; see `most_expected`."""
    found, missed = how_many(likely[:taken]), how_many(likely[taken:])
    hits, all_else = np.arange(taken + 1)[:, None], np.arange(len(missed))[None, :]
    return float((np.outer(found, missed) * 2 * hits / (taken + hits + all_else)).sum())


def how_many(likely: Matrix) -> Matrix:
    """Return the probability of each number of true ones, from none to all, shape (n + 1,)."""
    shares = np.ones(1)
    for one in likely.tolist():
        shares = np.convolve(shares, [1 - one, one])
    return shares
