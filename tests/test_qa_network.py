"""Networks as plain numbers: what they come to, and that they are kept as they are."""

import json

import numpy as np
import pytest
from qa.network import CLIP, Networks


def made(**fields):
    given = {
        "mean": [1.0, 0.0], "scale": [2.0, 1.0], "inward": [[[1.0], [0.5]], [[-1.0], [0.0]]], "offsets": [[0.0], [1.0]],
        "outward": [[2.0], [4.0]], "bias": 0.25,
    }  # fmt: skip
    return Networks.from_dict(given | fields)


def test_the_mean_of_the_networks_and_a_bias():
    first = 2 * np.tanh((3 - 1) / 2 + 0.5 * 2)
    second = 4 * np.tanh(-(3 - 1) / 2 + 1)
    assert made().logits(np.array([[3.0, 2.0]])) == pytest.approx([(first + second) / 2 + 0.25])


def test_one_row_does_not_change_another():
    rows = np.random.default_rng(0).normal(size=(20, 2))
    assert made().logits(rows) == pytest.approx([made().logits(row[None])[0] for row in rows])
    assert made().logits(rows[:0]).shape == (0,)


def test_what_is_far_from_all_that_was_seen_counts_no_more_than_the_farthest():
    far, farther = made().logits(np.array([[1 + 2 * CLIP, 0.0], [1e9, 0.0]]))
    assert far == farther


def test_read_as_it_was_written():
    again = Networks.from_dict(json.loads(json.dumps(made().to_dict())))
    rows = np.array([[3.0, 2.0], [0.0, -1.0]])
    assert again.logits(rows) == pytest.approx(made().logits(rows), abs=1e-4)
