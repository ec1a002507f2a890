import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from footnote.eval.score.stats import CHANGE, holm, mcnemar_p, permutation_p, ratio_intervals, statistic_intervals


def mean_interval(values, clusters, **options):
    column = np.asarray(values, dtype=float)[:, None]
    return ratio_intervals(column, np.ones_like(column), clusters, seed=0, **options)[0]


def test_with_single_questions_the_interval_is_scipys_percentile_bootstrap():
    values = np.random.default_rng(5).beta(2, 3, size=400)
    theirs = scipy_stats.bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    ours = mean_interval(values, list(range(400)))
    assert ours.value == pytest.approx(values.mean())
    assert ours.low == pytest.approx(theirs.low, abs=0.002)
    assert ours.high == pytest.approx(theirs.high, abs=0.002)


def test_copies_of_an_article_do_not_make_it_surer():
    values = np.random.default_rng(2).normal(size=40)
    alone = mean_interval(values, list(range(40)))
    copied = mean_interval(np.repeat(values, 10), list(np.repeat(np.arange(40), 10)))
    assert (copied.value, copied.low, copied.high) == pytest.approx((alone.value, alone.low, alone.high))
    careless = mean_interval(np.repeat(values, 10), list(range(400)))
    assert careless.high - careless.low < (copied.high - copied.low) / 2


def test_intervals_over_few_clusters_hold_what_they_promise():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        values = rng.normal(size=8)
        found = mean_interval(values, list(range(8)), resamples=500)
        held += found.low <= 0 <= found.high
    assert held / 300 > 0.92  # plain percentiles hold about 0.90 here


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([-1.0, 0.0, 1.0])), min_size=2, max_size=24))
def test_a_difference_of_rates_stays_between_minus_one_and_one(rows):
    found = mean_interval([change for _, change in rows], [article for article, _ in rows], resamples=60, bounds=CHANGE)
    assert math.isnan(found.low) or -1 <= found.low <= found.value <= found.high <= 1


def test_two_articles_say_little_of_a_difference_but_nothing_impossible():
    changes, articles = [1.0, 0.0, -1.0, -1.0], ["a", "a", "b", "b"]
    unbounded = mean_interval(changes, articles)
    assert unbounded.low < -1
    assert unbounded.high > 1
    found = mean_interval(changes, articles, bounds=CHANGE)
    assert found.value == unbounded.value == -0.25
    assert -1 <= found.low < -0.9
    assert 0.9 < found.high <= 1


def test_bounded_intervals_over_few_articles_hold_what_they_promise():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        shares = rng.dirichlet([0.6, 2.4, 1.0], size=4)
        values = [rng.choice([-1.0, 0.0, 1.0], p=share) for share in shares for _ in range(6)]
        found = mean_interval(values, list(np.repeat(range(4), 6)), resamples=300, bounds=CHANGE)
        held += found.low <= 0.1 <= found.high
    assert held / 300 > 0.93  # plain percentiles hold about 0.80 here


def test_a_mean_over_a_part_of_the_questions_by_hand():
    top = np.array([[1.0], [0.0], [0.0]])
    bottom = np.array([[1.0], [1.0], [0.0]])
    assert ratio_intervals(top, bottom, ["a", "b", "c"], seed=0)[0].value == 0.5


def test_one_cluster_has_no_interval():
    found = mean_interval([1.0, 0.0], ["a", "a"])
    assert found.value == 0.5
    assert math.isnan(found.low)


def test_one_seed_gives_one_interval():
    values = np.random.default_rng(0).normal(size=30)
    assert mean_interval(values, list(range(30))) == mean_interval(values, list(range(30)))


def test_a_statistic_of_weights_gets_the_same_interval_as_a_ratio():
    values = np.random.default_rng(4).normal(size=25)
    clusters = [i // 2 for i in range(25)]
    found = statistic_intervals({"mean": lambda w: float(w @ values / w.sum())}, clusters, seed=0)["mean"]
    same = mean_interval(values, clusters)
    assert (found.low, found.high) == pytest.approx((same.low, same.high))


def test_permutation_by_hand():
    # Four differences, all up: of 16 ways to flip signs, two are as extreme.
    assert permutation_p(np.array([0.2, 0.2, 0.2, 0.2, 0.0]), seed=0) == pytest.approx(2 / 16)
    assert permutation_p(np.zeros(9), seed=0) == 1.0


@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), min_size=1, max_size=8))
def test_permutation_is_the_share_of_sign_flips_that_are_as_extreme(values):
    observed = abs(sum(values))
    flips = [abs(sum(s * v for s, v in zip(signs, values, strict=True))) for signs in flips_of(len(values))]
    expected = sum(flip >= observed - 1e-12 for flip in flips) / len(flips)
    assert permutation_p(np.array(values), seed=0) == pytest.approx(expected)


def flips_of(count):
    return list(itertools.product((-1, 1), repeat=count))


def test_permutation_over_many_agrees_with_the_t_test():
    values = np.random.default_rng(8).normal(0.15, 1, size=200)
    assert permutation_p(values, seed=0) == pytest.approx(scipy_stats.ttest_1samp(values, 0).pvalue, abs=0.01)


def test_mcnemar_by_hand():
    # Six flips, five broken: P(at least 5 of 6) twice = 2 * (6 + 1) / 64.
    assert mcnemar_p(fixed=1, broken=5) == pytest.approx(2 * 7 / 64)
    assert mcnemar_p(0, 0) == 1.0
    assert mcnemar_p(3, 3) == 1.0


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_twice_scipys_binomial_tail(fixed, broken):
    tail = float(scipy_stats.binom.cdf(min(fixed, broken), fixed + broken, 0.5))
    assert mcnemar_p(fixed, broken) == pytest.approx(min(1.0, 2 * tail))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_trusts_more_than_the_single_tests_nor_less_than_bonferroni(values):
    named = {str(i): value for i, value in enumerate(values)}
    found = holm(named)
    assert all(named[name] <= found[name] <= min(1.0, len(values) * named[name]) + 1e-12 for name in named)
    least = min(named, key=named.__getitem__)
    assert found[least] == pytest.approx(min(1.0, len(values) * named[least]))


def test_holm_by_hand():
    # Sorted .01, .02, .04: times 3, 2 and 1, never falling.
    assert holm({"a": 0.04, "b": 0.01, "c": 0.02}) == pytest.approx({"a": 0.04, "b": 0.03, "c": 0.04})
    assert holm({"a": 0.6, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
