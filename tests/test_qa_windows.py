"""Windows: which sentences are read together with a question."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from qa.windows import _CHARS, _GAP, closest, windows


def row_of(lengths, gaps, article="a"):
    """Places of sentences one after the other."""
    places, at = [], 0
    for length, gap in zip(lengths, gaps, strict=True):
        places.append((article, at, at + length))
        at += length + gap
    return places


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.sampled_from([0, 1, 2, 9, 10, 400]), st.sampled_from("ab")), max_size=25
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 6),
)
def test_windows_are_runs_of_neighbours_that_share_no_sentence(given_, random, limit):
    at = dict.fromkeys("ab", 0)
    places = []
    for length, gap, article in given_:
        places.append((article, at[article], at[article] + length))
        at[article] += length + gap
    seeds = random.sample(range(len(places)), len(places))
    found = windows(seeds, places, limit)
    assert len(found) <= limit
    held = [n for window in found for n in window]
    assert len(held) == len(set(held))
    assert not places or seeds[0] in found[0]
    for window in found:
        assert len(window) == 1 or sum(places[n][2] - places[n][1] for n in window) <= _CHARS
        for before, after in pairwise(window):
            assert places[before][0] == places[after][0]
            assert 0 <= places[after][1] - places[before][2] < _GAP
    if limit > len(places):
        assert sorted(held) == list(range(len(places)))


def test_a_window_grows_to_both_sides_of_its_seed_until_it_is_full():
    places = row_of([90] * 9, [1] * 9)
    assert windows([4], places, 1) == [[2, 3, 4, 5]]


def test_a_seed_that_is_taken_starts_no_window_of_its_own():
    places = row_of([100] * 6, [1] * 6)
    assert windows([0, 1, 5], places, 2) == [[0, 1, 2], [3, 4, 5]]


def test_what_stands_apart_is_no_neighbour():
    assert windows([0], row_of([20, 20], [_GAP, 0])) == [[0]]
    assert windows([0], row_of([20, 20], [_GAP - 1, 0])) == [[0, 1]]


def test_closest_goes_by_vectors_and_words_together():
    assert closest(np.array([0.2, 0.5, 0.2]), np.zeros(3), np.array([0.9, 0.1, 0.1])) == [0, 1, 2]
    assert closest(np.array([0.2, 0.5, 0.2]), np.array([0.0, 0.0, 0.9]), np.zeros(3)) == [2, 1, 0]
