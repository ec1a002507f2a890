"""Fit the scorer from question suites: ``python -m eval.fit`` or ``make fit``, after ``make reader``.

Every figure that it reports is out of fold: a question is scored by models that saw neither it nor another question
on its article. The halves named ``test`` are never read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from corpus.errors import FootnoteError
from corpus.offline import shut_network
from corpus.settings import MAX_SENTENCES
from eval.apart import READERS, read_apart, readers_apart
from eval.cases import FOLDS, Case, citation_f1, collect, folds_of, pools
from eval.fit_report import Held, report
from eval.lessons import texts_of
from eval.listwise import Learning, fit_networks, platt
from eval.suite import load_suite
from index.encoder import SentenceTransformerEncoder
from qa.beside import considered, related
from qa.features import GROUPS, NAMES
from qa.premise import lacking, unfit
from qa.reader import load_reader
from qa.scorer import (
    AS_IT_IS,
    FILE_NAME,
    QUICK_FILE,
    STANDING,
    Calibration,
    Judge,
    Logistic,
    Ranker,
    Scorer,
    dump_scorer,
    most_worth,
    quotable,
    sigmoid,
    summarise,
)
from qa.trees import Matrix, Trees


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are boosted: how many, of how many leaves, with how many rows in each, and how much each one adds.

    ``bags`` of them are grown, each on the same articles in other weights, and their mean is taken. ``bins`` is how
    many values of a feature are told apart, which is what most of the time goes into: 64 take .37 of the time of 255
    for the ranker, and put evidence first somewhat less often in five of seven pools (by .002 to .06; three folds).
    """

    trees: int
    leaves: int
    smallest: int
    rate: float
    bags: int = 1
    bins: int = 255


@dataclass(frozen=True, slots=True)
class Plan:
    """How each model is grown or learnt; see `qa.scorer` for what they do.

    What is reported is the mean over so many ``cuts`` of the articles into folds: with other folds, citation F1 of a
    suite of 150 questions is some .01 higher or lower.
    """

    ranker: Growth = Growth(trees=50, leaves=8, smallest=30, rate=0.13, bags=4, bins=64)
    networks: Learning = field(default_factory=Learning)
    further: Growth = Growth(trees=100, leaves=6, smallest=40, rate=0.06, bags=6, bins=64)
    judge: Growth = Growth(trees=160, leaves=7, smallest=40, rate=0.05, bags=6, bins=64)
    cuts: int = 3


PLAN = Plan()
THRESHOLD = 0.60
"""The confidence from which an answer is given: set by hand, as strict as leaves few answerable questions declined.

The pools hold nearly as many unanswerable questions as answerable ones, most of them made to mislead. Where one
question in five has no answer, less than a tenth of the answers given are wrong, by what wikinews shows of both kinds.
The table of the report tells what other thresholds would give.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, report, and write the scorer."""
    parser = argparse.ArgumentParser(prog="make fit", description="Fit the scorer from question suites.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--out", type=Path, help="default: qa/scorer.json, or qa/scorer-quick.json")
    parser.add_argument("--report", type=Path, help="default: docs/scorer.md, or docs/scorer-quick.md")
    parser.add_argument("--embedding", default="", metavar="MODEL", help="the embedding model, by name or folder")
    parser.add_argument("--readers", type=Path, default=READERS, metavar="DIR", help="made by make reader")
    parser.add_argument("--quick", action="store_true", help="without a reader")
    parser.add_argument(
        "--cuts",
        type=int,
        default=PLAN.cuts,
        metavar="N",
        help="into folds, to report the mean of (default: %(default)s)",
    )
    args = parser.parse_args(argv)
    shut_network()
    name = QUICK_FILE if args.quick else FILE_NAME
    out = args.out or Path("qa", name)
    try:
        readers = None if args.quick else readers_apart(args.readers)
    except FootnoteError as error:
        sys.stderr.write(f"footnote: {error}\n")
        return error.exit_code
    cases: list[Case] = []
    digests = {}
    with tempfile.TemporaryDirectory() as folder:
        encoder = SentenceTransformerEncoder(args.embedding)
        for pool in pools(args.shared, Path(folder)):
            suite = load_suite(pool.folder)
            digests[pool.name] = suite.digest
            found = collect(pool, Path(folder), encoder)
            cases += read_apart(found, readers, texts_of(suite.articles)) if readers else found
    started = time.perf_counter()
    scorer, lines = fit(cases, replace(PLAN, cuts=max(1, args.cuts)))
    provenance = {
        "made by": "python -m eval.fit",
        "cases": dict(Counter(case.pool for case in cases)),
        "suites": digests,
        "embedding": {"name": encoder.name, "digest": encoder.digest},
        **({"reader": load_reader().digest} if readers else {}),
        "folds": FOLDS,
        "scikit-learn": version("scikit-learn"),
    }
    out.write_text(dump_scorer(scorer, provenance), "utf-8")
    what = f"{encoder.name} and the reader" if readers else encoder.name
    lines = [f"# The scorer for {what}, out of fold by article", "", *lines]
    sys.stdout.write("\n".join(lines) + f"\nfitted in {time.perf_counter() - started:.0f} s\n")
    sys.stdout.flush()  # what each group of features is worth takes as long again
    lines += ablation(cases)
    (args.report or Path("docs", name).with_suffix(".md")).write_text("\n".join(lines) + "\n", "utf-8")
    return 0


def fit(cases: Sequence[Case], plan: Plan = PLAN) -> tuple[Scorer, list[str]]:
    """Fit the three models; returns them with a report, as lines of Markdown."""
    cuts = [_out_of_fold(cases, folds_of(cases, cut), plan) for cut in range(plan.cuts)]
    cut = cuts[0]
    judge = replace(_fit_judge(cut.views, cases, plan.judge), slope=cut.calibrated[0], shift=cut.calibrated[1])
    scorer = Scorer(
        _fit_ranker(cases, plan),
        _fit_further(cases, cut.log_odds, plan.further),
        judge,
        THRESHOLD,
        None,
        reads=bool(_read_columns(cases)),
        sure=_sure(cases, cut.log_odds),
    )
    return scorer, report([each.held for each in cuts], THRESHOLD)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What models make of cases whose articles they did not see, with one cut of the articles into folds."""

    log_odds: list[Matrix]
    views: Matrix
    calibrated: Calibration
    held: list[Held]


def _out_of_fold(cases: Sequence[Case], folds: Sequence[int], plan: Plan) -> _Cut:
    log_odds = _held_log_odds(cases, folds, plan)
    views = np.array([_view(case, logits) for case, logits in zip(cases, log_odds, strict=True)])
    judged = _judge_out_of_fold(cases, views, folds, plan.judge)
    slope, shift = platt(judged, [case.answerable for case in cases], [case.judged for case in cases])
    drafts = _drafts(cases, folds, log_odds, plan.further)
    lacks = [lacking(case.asked, case.features[draft]) for case, draft in zip(cases, drafts, strict=True)]
    against = np.array([case.doubt + unfit(each) for case, each in zip(cases, lacks, strict=True)])
    confidence = sigmoid(slope * judged + shift - against)
    return _Cut(log_odds, views, (slope, shift), [*map(Held, cases, drafts, confidence.tolist())])


def _sure(cases: Sequence[Case], held: Sequence[Matrix]) -> Calibration:
    """Return what makes the highest log odds of a question with evidence those of that sentence being evidence."""
    first = [(case, int(np.argmax(own)), own.max()) for case, own in zip(cases, held, strict=True) if case.labels.any()]
    labels = [case.labels[best] for case, best, _ in first]
    if len(set(labels)) < 2:  # as few cases may have it
        return AS_IT_IS
    return platt(np.array([most for *_, most in first]), labels, [case.weight for case, *_ in first])


def _read_columns(cases: Sequence[Case]) -> list[int]:
    """Return the columns of the features that come from the reader; none where there was none."""
    return [*range(len(NAMES), cases[0].features.shape[1])]


def _view(case: Case, logits: Matrix) -> Matrix:
    return summarise(case.features, sigmoid(logits)) if len(logits) else np.zeros(STANDING + 2 * case.features.shape[1])


def _fit_ranker(cases: Sequence[Case], plan: Plan, without: Sequence[int] = ()) -> Ranker:
    usable = [case for case in cases if case.labels.any()]
    taught = [_taught(case) for case in usable]
    questions = [_blanked(case.features[some], without) for case, some in zip(usable, taught, strict=True)]
    labels = [case.labels[some] for case, some in zip(usable, taught, strict=True)]
    weights = [case.weight for case in usable]
    sizes = [len(some) for some in taught]
    groups = np.repeat([case.cluster for case in usable], sizes)
    trees = _bagged(np.concatenate(questions), np.concatenate(labels), np.repeat(weights, sizes), groups, plan.ranker)
    return Ranker(trees, fit_networks(questions, labels, weights, plan.networks))


def _taught(case: Case) -> npt.NDArray[np.intp]:
    """Return the sentences of a question to learn from: all evidence, the most similar ones, and some at random.

    Without the random ones, trees know nothing of sentences that are far off, and rank some of them first.
    """
    near = np.argsort(-case.features[:, NAMES.index("similarity")])[:20]
    some = np.random.default_rng(len(case.features)).permutation(len(case.features))[:30]
    return np.unique(np.concatenate([near, np.flatnonzero(case.labels), some]))


def _fit_judge(views: Matrix, cases: Sequence[Case], growth: Growth) -> Judge:
    labels = np.array([case.answerable for case in cases], float)
    weights = np.array([case.judged for case in cases])
    logistic = _regression(views, labels, weights, strength=0.01)
    groups = np.array([case.cluster for case in cases])
    return Judge(logistic, _bagged(views, labels, weights, groups, growth))


def _regression(rows: Matrix, labels: Matrix, weights: Matrix, strength: float) -> Logistic:
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-6] = 1
    model = LogisticRegression(C=strength, max_iter=3_000).fit((rows - mean) / scale, labels, sample_weight=weights)
    return Logistic(mean, scale, model.coef_[0], float(model.intercept_[0]))


def _bagged(rows: Matrix, labels: Matrix, weights: Matrix, groups: npt.NDArray[np.str_], growth: Growth) -> Trees:
    """Return the mean of trees that are boosted from Bayesian bootstraps (Rubin 1981) of the ``groups``."""
    names, group = np.unique(groups, return_inverse=True)
    drawn = [np.random.default_rng(bag).exponential(size=len(names))[group] for bag in range(growth.bags)]
    return Trees.mean([_boost(rows, labels, weights * share, growth) for share in drawn])


def _boost(rows: Matrix, labels: Matrix, weights: Matrix, growth: Growth) -> Trees:
    model = HistGradientBoostingClassifier(
        learning_rate=growth.rate,
        max_iter=growth.trees,
        max_leaf_nodes=growth.leaves,
        min_samples_leaf=growth.smallest,
        max_bins=growth.bins,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    )
    with threadpool_limits(limits=1):  # threads that share so little work mostly wait for each other
        model.fit(rows, labels, sample_weight=weights)
    # scikit-learn keeps fitted trees in private arrays; there is no public way to their numbers
    nested = [_nodes(stage[0].nodes) for stage in model._predictors]
    return Trees(nested, float(model._baseline_prediction[0, 0]))


def _nodes(nodes: Any) -> list[list[float]]:  # noqa: ANN401 - a structured array of scikit-learn's
    return [
        [
            -1 if node["is_leaf"] else node["feature_idx"],
            node["num_threshold"],
            node["left"],
            node["right"],
            node["value"],
        ]
        for node in nodes
    ]


def _held_log_odds(
    cases: Sequence[Case], folds: Sequence[int], plan: Plan, without: Sequence[int] = ()
) -> list[Matrix]:
    """Return the log odds that rankers give the sentences of articles that they were not fitted on."""
    held: list[Matrix] = [np.zeros(0)] * len(cases)
    for fold in range(FOLDS):
        rest = [case for case, own in zip(cases, folds, strict=True) if own != fold]
        model = _fit_ranker(rest, plan, without)
        for n, case in enumerate(cases):
            if folds[n] == fold and len(case.features):
                held[n] = model.logits(_blanked(case.features, without))
    return held


def _blanked(features: Matrix, columns: Sequence[int]) -> Matrix:
    features = features.copy()
    features[:, list(columns)] = 0
    return features


def _fit_further(cases: Sequence[Case], held: Sequence[Matrix], growth: Growth) -> Trees:
    """Fit the choice of further sentences from the log odds that each ranker gives articles it did not see."""
    rows, labels, weights, groups = [], [], [], []
    for case, logits in zip(cases, held, strict=True):
        if case.labels.any():
            near = considered(case.features, logits)
            rows.append(related(case.features, case.places, logits)[near])
            labels.append(case.labels[near])
            weights.append(np.full(len(near), case.weight))
            groups.extend([case.cluster] * len(near))
    return _bagged(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights), np.array(groups), growth)


def _drafts(cases: Sequence[Case], folds: Sequence[int], held: Sequence[Matrix], growth: Growth) -> list[list[int]]:
    """Return which sentences each case's answer would quote, chosen by models that did not see its article."""
    drafts: list[list[int]] = [[] for _ in cases]
    for fold in range(FOLDS):
        rest = [n for n, own in enumerate(folds) if own != fold]
        seen, log_odds = [cases[n] for n in rest], [held[n] for n in rest]
        further, sure = _fit_further(seen, log_odds, growth), _sure(seen, log_odds)
        for n, case in enumerate(cases):
            if folds[n] == fold and len(held[n]):
                worth = quotable(further, None, sure, case.features, case.places, held[n])
                drafts[n] = most_worth(worth, MAX_SENTENCES)
    return drafts


def _judge_out_of_fold(cases: Sequence[Case], views: Matrix, folds: Sequence[int], growth: Growth) -> Matrix:
    held = np.zeros(len(cases))
    own = np.array(folds)
    for fold in range(FOLDS):
        rest = np.flatnonzero(own != fold)
        model = _fit_judge(views[rest], [cases[int(n)] for n in rest], growth)
        held[own == fold] = model.logits(views[own == fold])
    return held


def ablation(cases: Sequence[Case]) -> list[str]:
    """Return what each group of features is worth to the ranker, as lines of Markdown.

    For time's sake trees are grown once, not in bags, and one network is fitted.
    """
    folds = folds_of(cases)
    once = Plan(
        replace(PLAN.ranker, bags=1), replace(PLAN.networks, networks=1), replace(PLAN.further, bags=1), PLAN.judge
    )
    lines = [
        "",
        "Citation F1 over all suites, nothing declined, with a ranker that does without a group of features:",
        "",
    ]
    lines += ["| without | F1 |", "|---|---|"]
    groups = {"nothing": [], **{group: [NAMES.index(name) for name in names] for group, names in GROUPS.items()}}
    if read := _read_columns(cases):  # what the others are worth is told of the scorer that does not read
        groups = {"nothing": [], "reading": read}
    for name, columns in tqdm(groups.items(), desc="without", unit=""):
        drafts = _drafts(cases, folds, _held_log_odds(cases, folds, once, columns), once.further)
        usable = [(case, drawn) for case, drawn in zip(cases, drafts, strict=True) if case.question.evidence and drawn]
        total = sum(case.weight for case, _ in usable)
        f1 = sum(case.weight * citation_f1(case, drawn) for case, drawn in usable) / total
        lines.append(f"| {name} | {f1:.3f} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
