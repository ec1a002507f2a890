"""What decides whether a further sentence is quoted beside the best one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa.beside import RELATED, RELATED_READ, considered, related
from qa.features import NAMES
from qa.reader import READ
from qa.scorer import AS_IT_IS, Logistic, load_scorer, quotable

PLACES = [("a", 0), ("a", 40), ("a", 90), ("b", 0), ("a", 150)]
LOG_ODDS = np.array([-1.0, 2.0, 0.5, 1.0, -3.0])


def features(similarity, met=0.0):
    rows = np.zeros((len(similarity), len(NAMES)))
    rows[:, NAMES.index("similarity")] = similarity
    rows[:, NAMES.index("met")] = met
    return rows


def column(rows, name):
    return rows[:, RELATED.index(name)].tolist()


def test_what_is_measured_beside_the_best_by_hand():
    rows = related(features([0.1, 0.4, 0.6, 0.2, 0.3], [0.0, 0.0, 0.0, 1.0, 0.0]), PLACES, LOG_ODDS)
    assert column(rows, "below_best") == [3, 0, 1.5, 1, 5]
    assert column(rows, "closeness") == pytest.approx([0.1, 0.4, 0.6, 0.5, 0.3])
    assert column(rows, "closeness_below_best") == pytest.approx([0.3, 0, -0.2, -0.1, 0.1])
    assert column(rows, "rank_closeness") == pytest.approx([1 / 5, 1 / 3, 1, 1 / 2, 1 / 4])
    assert column(rows, "same_article") == [1, 1, 1, 0, 1]
    assert column(rows, "next") == [0, 0, 1, 0, 0]
    assert column(rows, "previous") == [1, 0, 0, 0, 0]
    assert column(rows, "nearness") == pytest.approx([1 / 2, 1, 1 / 2, 1 / 21, 1 / 3])
    assert column(rows, "of_its_article") == [4] * 5


def test_the_order_in_which_sentences_were_found_does_not_matter():
    rows = features([0.1, 0.4, 0.6, 0.2, 0.3])
    other = [3, 1, 4, 0, 2]
    there = related(rows, PLACES, LOG_ODDS)[other]
    again = related(rows[other], [PLACES[n] for n in other], LOG_ODDS[other])
    assert np.allclose(there, again)


def test_the_likely_and_the_close_are_considered_and_the_best_is_not():
    log_odds = np.linspace(3, -3, 30)
    similarity = np.linspace(0, 1, 30)
    near = considered(features(similarity), log_odds).tolist()
    assert near == [*range(1, 10), *range(24, 30)]
    assert considered(features([0.3]), np.zeros(1)).tolist() == []


def test_only_what_reaches_the_threshold_is_quotable():
    flat = Logistic(np.zeros(len(RELATED)), np.ones(len(RELATED)), np.zeros(len(RELATED)), 0.0)
    rows = features([0.1, 0.4, 0.6, 0.2, 0.3])
    assert quotable(flat, 0.5, AS_IT_IS, rows, PLACES, LOG_ODDS).tolist() == [0.5, 1, 0.5, 0.5, 0.5]
    assert quotable(flat, 0.51, AS_IT_IS, rows, PLACES, LOG_ODDS).tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(("bias", "quoted"), [(-4.0, 1), (0.0, 5), (4.0, 5)])
def test_without_a_threshold_as_many_are_quoted_as_have_the_highest_expected_f1(bias, quoted):
    flat = Logistic(np.zeros(len(RELATED)), np.ones(len(RELATED)), np.zeros(len(RELATED)), bias)
    worth = quotable(flat, None, AS_IT_IS, features([0.1, 0.4, 0.6, 0.2, 0.3]), PLACES, LOG_ODDS)
    assert (worth > 0).sum() == quoted
    assert worth[1] == 1


@pytest.mark.parametrize(("shift", "quoted"), [(-6.0, 5), (9.0, 1)])
def test_the_surer_the_best_is_the_fewer_stand_beside_it(shift, quoted):
    weak = Logistic(np.zeros(len(RELATED)), np.ones(len(RELATED)), np.zeros(len(RELATED)), -0.7)
    worth = quotable(weak, None, (0.0, shift), features([0.1, 0.4, 0.6, 0.2, 0.3]), PLACES, LOG_ODDS)
    assert (worth > 0).sum() == quoted


def test_what_was_read_is_measured_beside_the_best_too():
    rows = np.zeros((5, len(NAMES + READ)))
    rows[:, len(NAMES)] = [-1.0, 2.0, 4.0, -7.0, 0.0]
    rows[:, -1] = 4.0
    found = related(rows, PLACES, LOG_ODDS)
    assert found.shape == (5, len(RELATED + RELATED_READ))
    assert found[:, len(RELATED) :].tolist() == [
        [-1, 3, 4, 1 / 4],
        [2, 0, 4, 1 / 2],
        [4, -2, 4, 1],
        [-7, 9, 4, 1 / 5],
        [0, 2, 4, 1 / 3],
    ]


@given(st.integers(0, 40), st.integers(0, 3))
def test_the_best_is_always_quoted_and_comes_first(count, articles):
    rng = np.random.default_rng(count)
    rows = rng.random((count, len(NAMES + READ)))
    places = [(f"a{n % (articles + 1)}", 10 * n) for n in range(count)]
    scorer = load_scorer()
    probabilities = scorer.rank(rows)
    worth = scorer.beside(rows, places, probabilities)
    assert worth.shape == (count,)
    assert ((worth >= 0) & (worth <= 1)).all()
    if count:
        assert worth[int(np.argmax(probabilities))] == 1
        assert sorted(worth)[-1] == 1
        assert scorer.keep is None or (worth[(worth > 0) & (worth < 1)] >= scorer.keep).all()
