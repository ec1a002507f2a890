"""Trees and the scorer's file."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from eval.fit import Growth, _boost
from hypothesis import given
from hypothesis import strategies as st
from qa.features import NAMES
from qa.reader import READ
from qa.scorer import STANDING, Scorers, dump_scorer, load_scorer, parse_scorer, summarise
from qa.trees import Trees
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from corpus.errors import ModelError
from index.encoder import MINILM_SHA256, MPNET_LOADED_SHA256, MPNET_SHA256

# row[0] <= 1.5 ? (row[1] <= 0 ? -1 : 2) : 5
WORKED = [[[0, 1.5, 1, 2, 0], [1, 0.0, 3, 4, 0], [-1, 0, 0, 0, 5], [-1, 0, 0, 0, -1], [-1, 0, 0, 0, 2]]]


def test_a_tree_worked_by_hand():
    trees = Trees(WORKED, bias=0.25)
    rows = np.array([[1.0, 0.0], [1.5, 0.1], [1.6, -3.0]])
    assert trees.logits(rows).tolist() == [-0.75, 2.25, 5.25]


def test_trees_survive_their_json():
    trees = Trees([*WORKED, [[-1, 0, 0, 0, 0.5]]], bias=-1)
    again = Trees.from_dict(json.loads(json.dumps(trees.to_dict())))
    rows = np.random.default_rng(0).normal(size=(50, 2))
    assert np.array_equal(trees.logits(rows), again.logits(rows))


def test_the_mean_of_trees_of_different_sizes():
    several = [Trees(WORKED, bias=1), Trees([[[-1, 0, 0, 0, 0.5]]] * 3, bias=-2)]
    rows = np.random.default_rng(3).normal(size=(50, 2))
    together = Trees.mean(several)
    assert np.allclose(together.logits(rows), (several[0].logits(rows) + several[1].logits(rows)) / 2)
    assert np.allclose(Trees.from_dict(together.to_dict()).logits(rows), together.logits(rows))


def test_a_single_leaf_is_a_constant():
    assert Trees([[[-1, 0, 0, 0, 0.5]]], bias=1).logits(np.zeros((3, 1))).tolist() == [1.5] * 3


@pytest.mark.parametrize("leaves", [6, 16, 64])
def test_fitted_trees_say_what_scikit_learn_says(leaves):
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(600, 5))
    labels = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 0).astype(float)
    trees = _boost(rows, labels, np.ones(600), Growth(30, leaves=leaves, smallest=10, rate=0.07))
    model = HistGradientBoostingClassifier(
        learning_rate=0.07, max_iter=30, max_leaf_nodes=leaves, min_samples_leaf=10, l2_regularization=5.0,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    with threadpool_limits(limits=1):
        model.fit(rows, labels, sample_weight=np.ones(600))
    assert np.allclose(trees.logits(rows), model.decision_function(rows))


def test_a_tree_with_too_many_leaves_is_refused():
    inner = [[0, float(n), 2 * n + 1, 2 * n + 2, 0] for n in range(64)]
    leaves = [[-1, 0, 0, 0, 1.0]] * 65
    with pytest.raises(ValueError, match="65 leaves"):
        Trees([[*inner, *leaves]], bias=0)


def test_the_scorer_that_ships_survives_its_json():
    scorer = load_scorer()
    again = parse_scorer(dump_scorer(scorer, {}))
    rows = np.random.default_rng(2).random((40, len(NAMES + READ)))
    assert np.allclose(scorer.rank(rows), again.rank(rows), atol=1e-3)
    assert 0 < scorer.threshold < 1
    assert scorer.keep is again.keep is None


@pytest.mark.parametrize("names", ["features", "related"])
def test_a_scorer_for_other_features_is_refused(names):
    values = json.loads(dump_scorer(load_scorer(), {}))
    values[names] = values[names][1:]
    with pytest.raises(ModelError, match="make fit"):
        parse_scorer(json.dumps(values))


def test_a_scorer_from_a_file(tmp_path):
    strict = replace(load_scorer(), threshold=0.99)
    (tmp_path / "mine.json").write_text(dump_scorer(strict, {}), "utf-8")
    mine = load_scorer(str(tmp_path / "mine.json"))
    assert mine.threshold == 0.99
    assert mine.digest != load_scorer().digest


def test_each_embedding_model_has_the_scorer_that_was_fitted_for_it(tmp_path):
    shipped = Scorers.of_file("")
    minilm, mpnet = shipped.fitting(MINILM_SHA256), shipped.fitting(MPNET_SHA256)
    assert minilm.digest == load_scorer().digest
    assert shipped.fitting("some other model") is minilm
    assert mpnet.embedding == MPNET_SHA256
    assert shipped.fitting(MPNET_LOADED_SHA256) is mpnet
    assert not shipped.fitted_for_another("some other model")
    file = tmp_path / "mine.json"
    file.write_text(dump_scorer(load_scorer(), {"embedding": {"name": "mine", "digest": "abc"}}), "utf-8")
    given = Scorers.of_file(str(file))
    assert given.fitting("abc") is given.fitting(MPNET_SHA256) is load_scorer(str(file))
    assert (given.fitted_for_another("abc"), given.fitted_for_another(MPNET_SHA256)) == (False, True)


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{}",
        b"[]",
        b"3",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"features": 1}',
        b'{"features": [], "related": []}',
    ],
)
def test_a_file_that_is_no_scorer_is_refused_with_its_name(tmp_path, content):
    if content is not None:
        (tmp_path / "mine.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"mine\.json: "):
        load_scorer(str(tmp_path / "mine.json"))


def test_a_scorer_that_is_cut_short_is_refused(tmp_path):
    values = json.loads(dump_scorer(load_scorer(), {}))
    for name in ("judge", "ranker", "further", "threshold"):
        for broken in ({**values, name: None}, {**values, name: {}}, {k: v for k, v in values.items() if k != name}):
            (tmp_path / "mine.json").write_text(json.dumps(broken), "utf-8")
            with pytest.raises(ModelError, match=r"mine\.json"):
                load_scorer(str(tmp_path / "mine.json"))


@given(st.integers(1, 9))
def test_the_judge_sees_a_row_of_fixed_length(count):
    rows = np.random.default_rng(count).random((count, len(NAMES)))
    view = summarise(rows, np.linspace(0.1, 0.9, count))
    assert view.shape == (STANDING + 2 * len(NAMES),)
    assert view[0] == pytest.approx(np.log(9) if count > 1 else np.log(1 / 9))


def test_without_sentences_there_is_no_confidence():
    assert load_scorer().confidence(np.zeros((0, len(NAMES))), np.zeros(0)) == 0
