"""How many sentences to cite, against every way that the truth may be."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.select.how_many import MOST, expected_f1, how_many

LIKELY = st.lists(st.floats(0, 1), min_size=1, max_size=6).map(lambda values: np.array(sorted(values, reverse=True)))


@given(LIKELY, st.integers(1, 6))
def test_expected_f1_is_the_mean_over_all_that_may_be_true(likely, taken):
    taken = min(taken, len(likely))
    expected = 0.0
    for truth in product([0, 1], repeat=len(likely)):
        chance = np.prod([one if is_so else 1 - one for one, is_so in zip(likely, truth, strict=True)])
        expected += chance * 2 * sum(truth[:taken]) / (taken + sum(truth))
    assert expected_f1(likely, taken) == pytest.approx(expected, abs=1e-9)


@given(LIKELY, st.integers(1, 6))
def test_as_many_as_expect_the_highest_f1_within_the_limit(likely, most):
    count = how_many(likely, most)
    assert 1 <= count <= min(most, len(likely))
    best = max(expected_f1(likely, taken) for taken in range(1, min(most, len(likely)) + 1))
    assert expected_f1(likely, count) == best


@pytest.mark.parametrize(
    ("likely", "count"),
    [
        ([0.9], 1),
        ([0.0], 1),
        ([1.0, 0.0, 0.0], 1),
        ([1.0, 1.0, 1.0, 0.0], 3),
        ([0.9, 0.2], 1),
        ([0.9, 0.6], 2),
        ([0.3, 0.3, 0.3, 0.3], 4),
        ([0.9, 0.36, 0.05], 1),
        ([0.5, 0.36, 0.3], 3),
    ],
)
def test_further_sentences_are_cited_where_they_gain_more_than_they_cost(likely, count):
    assert how_many(np.array(likely)) == count <= MOST
