"""Fitting the scorer, from cases that can be told apart by one feature."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from eval.cases import FOLDS, Case, citation_f1, folds_of
from eval.fit import Growth, Plan, _fit_judge, _fit_ranker, _sure, _taught, fit, main
from eval.listwise import Learning
from qa.features import NAMES
from qa.reader import READ
from qa.scorer import AS_IT_IS, STANDING, Scorer, dump_scorer, parse_scorer, sigmoid
from sklearn.metrics import roc_auc_score

from corpus.errors import UsageError
from eval.suite import Evidence, Question, Span

SENTENCES = 12
SMALL = Growth(trees=30, leaves=4, smallest=5, rate=0.2, bags=2, bins=32)
QUICK = Plan(SMALL, Learning(networks=2, units=4, epochs=8), SMALL, SMALL, cuts=2)
SIMILARITY = NAMES.index("similarity")
FEWEST = replace(SMALL, trees=5, bags=1)
LEAST = Plan(FEWEST, replace(QUICK.networks, networks=1), FEWEST, FEWEST, cuts=1)


def make_case(n: int, rng: np.random.Generator, pool: str = "qamr") -> Case:
    """Return a case whose sentence 5 is the evidence, and stands out by its similarity; every third has none.

    In some the sentence after it is evidence, too, and nearly as similar.
    """
    answerable = n % 3 > 0
    article = f"a{n // 4}"
    spans = tuple(Span(article, 10 * k, 10 * k + 9) for k in range(SENTENCES))
    features = rng.random((SENTENCES, len(NAMES)))
    features[:, SIMILARITY] = rng.uniform(0.0, 0.4, SENTENCES)
    labels = np.zeros(SENTENCES)
    evidence = ()
    if answerable:
        features[5, SIMILARITY] = rng.uniform(0.6, 0.9)
        labels[5] = 1
        evidence = (Evidence(article, "q", (spans[5],)),)
        if n % 6 == 1:
            features[6, SIMILARITY] = features[5, SIMILARITY] - 0.05
            labels[6] = 1
            evidence += (Evidence(article, "q", (spans[6],)),)
    question = Question(str(n), "What fell?", answerable, evidence=evidence)
    return Case(pool, f"{pool} {article}", answerable, features, labels, spans, question)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    rng = np.random.default_rng(0)
    return [make_case(n, rng) for n in range(240)]


@pytest.fixture(scope="module")
def fitted(cases) -> tuple[Scorer, list[str]]:
    return fit(cases, QUICK)


def test_finds_the_evidence_and_tells_what_has_none(fitted):
    scorer, lines = fitted
    rng = np.random.default_rng(1)
    others = [make_case(n, rng) for n in range(90)]
    ranked = [scorer.rank(case.features) for case in others]
    first = [case.labels[int(np.argmax(p))] for case, p in zip(others, ranked, strict=True) if case.answerable]
    confidence = [scorer.confidence(case.features, p) for case, p in zip(others, ranked, strict=True)]
    assert np.mean(first) > 0.95
    assert roc_auc_score([case.answerable for case in others], confidence) > 0.95
    figures = _row_of(lines)
    assert figures[0] == 240
    assert min(figures[1:5]) > 0.9


def test_what_is_fitted_survives_its_file(cases, fitted):
    scorer, _ = fitted
    again = parse_scorer(dump_scorer(scorer, {"made by": "a test"}))
    for case in cases[:10]:
        ranked = scorer.rank(case.features)
        assert np.allclose(ranked, again.rank(case.features), atol=1e-3)
        beside = [each.beside(case.features, case.places, ranked) for each in (scorer, again)]
        assert np.allclose(*beside, atol=1e-3)


def test_what_a_pool_weighs_for_judging_leaves_the_ranking_alone(cases):
    wary = [case if case.answerable else replace(case, judged=9.0) for case in cases]
    assert _fit_ranker(wary, QUICK).to_dict() == _fit_ranker(cases, QUICK).to_dict()
    views = np.random.default_rng(3).random((len(cases), STANDING + 2 * len(NAMES)))
    before, after = (_fit_judge(views, each, SMALL).logits(views).mean() for each in (cases, wary))
    assert after < before - 0.5


def test_doubt_counts_in_the_report(cases):
    _, lines = fit([replace(case, doubt=1e6) for case in cases[:90]], LEAST)
    assert _row_of(lines)[-2:] == [0.0, 1.0], "what is doubted that much is always declined"


def test_a_scorer_that_reads_survives_its_file_too(cases):
    rng = np.random.default_rng(5)
    read = [
        replace(case, features=np.column_stack([case.features, rng.normal(size=(SENTENCES, len(READ)))]))
        for case in cases[:90]
    ]
    scorer, _ = fit(read, LEAST)
    assert scorer.reads
    assert scorer.keep is None
    again = parse_scorer(dump_scorer(scorer, {"made by": "a test"}))
    assert again.reads
    for case in read[:10]:
        ranked = scorer.rank(case.features)
        beside = [each.beside(case.features, case.places, ranked) for each in (scorer, again)]
        assert np.allclose(*beside, atol=1e-3)


def test_the_best_is_as_sure_as_it_is_right_elsewhere(cases):
    answerable = [case for case in cases if case.answerable]
    right, wrong = np.full(SENTENCES, -9.0), np.full(SENTENCES, -9.0)
    right[5], wrong[0] = 4.0, 4.0
    slope, shift = _sure(answerable, [right if n % 4 else wrong for n in range(len(answerable))])
    assert sigmoid(np.array(4 * slope + shift)) == pytest.approx(0.75, abs=0.01)
    assert _sure(answerable, [right] * len(answerable)) == AS_IT_IS, "nothing is to be learnt where all are right"


def test_fitting_without_readers_says_what_to_do_first(tmp_path, capsys):
    assert main(["--readers", str(tmp_path), "--shared", str(tmp_path)]) == UsageError.exit_code
    assert "make reader" in capsys.readouterr().err


def test_an_article_is_in_one_fold(cases):
    folds = folds_of(cases)
    assert set(folds) == set(range(FOLDS))
    assert folds != folds_of(cases, 1), "another cut makes other folds"
    by_cluster: dict[str, set[int]] = {}
    for case, fold in zip(cases, folds, strict=True):
        by_cluster.setdefault(case.cluster, set()).add(fold)
    assert all(len(own) == 1 for own in by_cluster.values())


def test_evidence_is_always_taught():
    case = make_case(1, np.random.default_rng(2))
    many = replace(
        case,
        features=np.tile(case.features, (20, 1)),
        labels=np.r_[np.zeros(SENTENCES * 20 - 1), 1.0],
    )
    taught = _taught(many)
    assert SENTENCES * 20 - 1 in taught
    assert len(taught) == len(set(taught.tolist())) <= 51


def test_citation_f1_by_hand(cases):
    case = cases[2]
    assert citation_f1(case, [5]) == 1
    assert citation_f1(case, [5, 6]) == pytest.approx(2 / 3)
    assert citation_f1(case, [6]) == 0


def _row_of(lines: list[str]) -> list[float]:
    row = next(line for line in lines if line.startswith("| qamr |"))
    return [float("nan") if cell == "-" else float(cell) for cell in row.strip("| ").split(" | ")[1:]]
