import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from footnote.eval.score.confidence import (
    Outcomes,
    Point,
    area_under_risk,
    auroc,
    brier,
    calibration_error,
    reliability,
    risk_coverage,
)
from footnote.eval.score.summary import thinned

pairs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0]), st.booleans()), min_size=1, max_size=40
)


def tally(*rows):
    return Outcomes([c for c, _ in rows], [t for _, t in rows]).tally()


def test_auroc_by_hand():
    # True at .9 and .4, false at .6 and .4: of four pairs, .9 wins two, .4 loses one and ties one.
    assert auroc(tally((0.9, True), (0.4, True), (0.6, False), (0.4, False))) == (2 + 0 + 0.5) / 4


@given(pairs)
def test_auroc_is_scipys_mann_whitney(rows):
    true = [c for c, t in rows if t]
    false = [c for c, t in rows if not t]
    found = auroc(tally(*rows))
    if not true or not false:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(mannwhitneyu(true, false).statistic / len(true) / len(false))


def test_brier_by_hand():
    assert brier(tally((0.8, True), (0.3, False), (0.6, False))) == pytest.approx((0.04 + 0.09 + 0.36) / 3)


def test_calibration_by_hand():
    # Two bins of two: (.1, .3) with none true is .2 off, (.7, .9) with both true is .2 off.
    rows = [(0.1, False), (0.3, False), (0.7, True), (0.9, True)]
    assert calibration_error(tally(*rows), bins=2) == pytest.approx(0.2)
    assert [(b.confidence, b.observed, b.count) for b in reliability(tally(*rows), bins=2)] == [
        (pytest.approx(0.2), 0.0, 2),
        (pytest.approx(0.8), 1.0, 2),
    ]


def test_one_confidence_for_all_is_one_bin():
    assert calibration_error(tally(*[(0.5, i % 2 == 0) for i in range(50)])) == 0.0


def test_risk_coverage_by_hand():
    # Surest first: right, right, wrong, right: risks 0, 0, 1/3, 1/4.
    wrong = tally((0.9, False), (0.8, False), (0.7, True), (0.6, False))
    assert risk_coverage(wrong) == [
        Point(0.9, 0.25, 0.0),
        Point(0.8, 0.5, 0.0),
        Point(0.7, 0.75, pytest.approx(1 / 3)),
        Point(0.6, 1.0, 0.25),
    ]
    assert area_under_risk(wrong) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)


def test_within_a_tie_every_order_counts_alike():
    # Two tied, one wrong: the mean of (1, 1/2) and (0, 1/2).
    assert area_under_risk(tally((0.5, True), (0.5, False))) == pytest.approx(0.5)


@given(pairs, st.randoms())
def test_the_order_of_questions_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    for measure in (auroc, brier, calibration_error, area_under_risk):
        assert measure(tally(*rows)) == pytest.approx(measure(tally(*shuffled)), nan_ok=True)


@given(pairs, st.data())
def test_a_weight_is_as_good_as_a_copy(rows, data):
    weights = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    copies = [row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)]
    outcomes = Outcomes([c for c, _ in rows], [t for _, t in rows])
    for measure in (auroc, brier, calibration_error, area_under_risk):
        assert measure(outcomes.tally(np.array(weights))) == pytest.approx(measure(tally(*copies)), nan_ok=True)


def test_without_questions_there_is_no_number():
    for measure in (auroc, brier, calibration_error, area_under_risk):
        assert math.isnan(measure(tally()))
    assert risk_coverage(tally()) == []


def test_a_long_curve_is_thinned_for_the_plot_and_keeps_its_end():
    curve = risk_coverage(tally(*[(i / 1000, i % 3 == 0) for i in range(1000)]))
    short = thinned(curve)
    assert len(short) == 200
    assert short[-1] == curve[-1]
    assert thinned(curve[:240]) == tuple(curve[:240])
    assert thinned([]) == ()
