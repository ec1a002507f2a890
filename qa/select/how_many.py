"""How many sentences to quote: as many as give the highest F1 that can be expected.

One more sentence is worth quoting if what it is likely to add to what was found outweighs the room it takes; where the
evidence is probably a single sentence, less so than where it is probably several (Jansche 2007; Ye et al. 2012).
"""

import numpy as np

from footnote.qa.rank.reader import Matrix

MOST = 4
"""At most so many sentences are quoted."""
_WEIGHED = 8
"""The likeliest sentences that may be evidence, when it is weighed how many to quote."""


def how_many(likely: Matrix, most: int = MOST) -> int:
    """Return how many of the first sentences have the highest expected F1: 1 at least, ``most`` at most.

    ``likely`` has each sentence's probability, 0 to 1, of being evidence, best first, shape (n,) with n at least 1;
    they are taken to be independent of each other.
    """
    weighed = likely[:_WEIGHED]
    return 1 + int(np.argmax([expected_f1(weighed, taken) for taken in range(1, min(most, len(weighed)) + 1)]))


def expected_f1(likely: Matrix, taken: int) -> float:
    """Return the F1 to expect, 0 to 1, when the first ``taken`` sentences are quoted; see `how_many`."""
    found, missed = _counts(likely[:taken]), _counts(likely[taken:])
    hits, all_else = np.arange(taken + 1)[:, None], np.arange(len(missed))[None, :]
    return float((np.outer(found, missed) * 2 * hits / (taken + hits + all_else)).sum())


def _counts(likely: Matrix) -> Matrix:
    """Return the probability of each number of true ones, from none to all, shape (n + 1,)."""
    shares = np.ones(1)
    for one in likely.tolist():
        shares = np.convolve(shares, [1 - one, one])
    return shares
