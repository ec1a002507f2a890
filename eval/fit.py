"""Fit the scorer from question suites: ``python -m eval.fit`` or ``make fit``.

Every figure that it reports is out of fold: a question is scored by models that saw neither it nor another question
on its article. The halves named ``test`` are never read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from corpus.found import Found
from corpus.offline import shut_network
from corpus.settings import Settings
from eval.confidence import Outcomes, calibration_error
from eval.importers import write_suite
from eval.qamr import read_qamr
from eval.selection import Selection
from eval.suite import Question, Span, load_suite
from index.passages import PassageIndex
from index.scope import Scope
from qa.features import GROUPS, NAMES
from qa.measured import encoded_question, measured
from qa.premise import doubt
from qa.question import read_question
from qa.retriever import CANDIDATES
from qa.scorer import Judge, Logistic, Scorer, dump_scorer, sigmoid, summarise
from qa.trees import Matrix, Trees

FOLDS = 5
_MIXED = ("gold-dev", "clapnq-dev", "squad2-dev", "qamr")
THRESHOLD = 0.42
"""The confidence from which an answer is given: set by hand, where few answerable questions are declined.

The pools hold about as many unanswerable questions as answerable ones, most of them made to mislead; real conversations
fewer, so confidence is on the low side. The table of the report tells what other thresholds would give.
"""
THRESHOLDS = (0.3, THRESHOLD, 0.5, 0.55, 0.6, 0.7)
KEEP = 0.20
"""The probability from which a further sentence is cited; F1 is flat from 0.15 to 0.35, and this favours recall."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its sentences' features, shape (n, features), and which of them are evidence, shape (n,).

    ``doubt`` is what its unknown names take from the log odds of an answer (`qa.premise`).
    """

    pool: str
    cluster: str
    answerable: bool
    features: Matrix
    labels: Matrix
    spans: tuple[Span, ...]
    question: Question
    weight: float = 1.0
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class Pool:
    """A suite to fit from: how many of its questions at most, and what all of them together weigh.

    With ``strangers``, the questions of that other suite are asked of this one's articles, which do not answer them.
    """

    name: str
    folder: Path
    sample: int
    weight: float
    half: str = ""
    strangers: Path | None = None


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, report, and write the scorer."""
    parser = argparse.ArgumentParser(prog="make fit", description="Fit the scorer from question suites.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--out", type=Path, default=Path("qa/scorer.json"))
    parser.add_argument("--report", type=Path, default=Path("docs/scorer.md"))
    parser.add_argument("--groups", action="store_true", help="also fit without each group of features")
    args = parser.parse_args(argv)
    shut_network()
    with tempfile.TemporaryDirectory() as folder:
        chosen = pools(args.shared, Path(folder))
        digests = {pool.name: load_suite(pool.folder).digest for pool in chosen}
        cases = [case for pool in chosen for case in collect(pool, Path(folder))]
    started = time.perf_counter()
    scorer, lines = fit(cases)
    if args.groups:
        lines += ablation(cases)
    provenance = {
        "made by": "python -m eval.fit",
        "cases": _counts(cases),
        "suites": digests,
        "folds": FOLDS,
        "scikit-learn": version("scikit-learn"),
    }
    args.out.write_text(dump_scorer(scorer, provenance), "utf-8")
    args.report.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write("\n".join(lines) + f"\nfitted in {time.perf_counter() - started:.0f} s\n")
    return 0


def pools(shared: Path, scratch: Path) -> list[Pool]:
    """Return what to fit from; QAMR is put into suite form in ``scratch``."""
    write_suite(read_qamr(shared / "training" / "qamr"), scratch / "qamr")
    gold = Path(__file__).resolve().parent / "gold"
    return [
        Pool("gold-dev", gold, 10_000, 1.0, half="dev"),
        Pool("clapnq-dev", shared / "suites" / "clapnq-dev", 10_000, 1.0),
        Pool("squad2-dev", shared / "suites" / "squad2-dev", 900, 1.0),
        Pool("qamr", scratch / "qamr", 900, 0.7),
        Pool("far-off", gold, 200, 0.3, strangers=shared / "suites" / "clapnq-dev"),
        Pool("far-off-qamr", scratch / "qamr", 200, 0.3, strangers=shared / "suites" / "squad2-dev"),
    ]


def collect(pool: Pool, scratch: Path) -> Iterator[Case]:
    """Answer a pool's questions up to the features, over a library of its own. Follow-ups are left out."""
    suite = load_suite(pool.folder)
    asked = load_suite(pool.strangers).questions if pool.strangers else suite.questions
    chosen = Selection(half=pool.half, sample=pool.sample).choose(asked)
    if pool.strangers:
        chosen = tuple(replace(question, answerable=False, evidence=(), answers=()) for question in chosen)
    questions = [question for question in chosen if not question.turns]
    # not an engine, which would need the scorer that is made here
    index = PassageIndex(Settings(scratch / "libraries" / pool.name))
    try:
        for _ in index.add(Found(article, named=True) for article in suite.articles):
            pass
        index.derived.sync()
        for question in tqdm(questions, desc=pool.name, unit="", mininterval=5):
            yield _case(index, pool, question, pool.weight * 1_000 / len(questions))
    finally:
        index.close()


def _case(index: PassageIndex, pool: Pool, question: Question, weight: float) -> Case:
    asked = read_question(question.question)
    encoded = encoded_question(index.encoder, asked)
    candidates = index.search(encoded.chunk, asked.text, Scope(as_of=question.as_of), CANDIDATES)
    found = measured(index, asked, encoded, candidates)
    spans = tuple(Span(s.article.id, s.start, s.end) for s in found.sentences)
    labels = [any(evidence.hit_by(span) for evidence in question.evidence) for span in spans]
    cluster = question.cluster if question.evidence else f"article {spans[0].article_id if spans else ''}"
    features = found.features.astype(np.float64)
    return Case(
        pool.name,
        f"{pool.name} {cluster}",
        question.answerable,
        features,
        np.array(labels, float),
        spans,
        question,
        weight,
        doubt(asked, found.frequencies),
    )


def fit(cases: Sequence[Case]) -> tuple[Scorer, list[str]]:
    """Fit ranker, judge and thresholds; returns them with a report, as lines of Markdown."""
    folds = _folds(cases)
    held = _out_of_fold(cases, folds, _fit_ranker, lambda model, case: sigmoid(model.logits(case.features)))
    views = [
        summarise(case.features, p) if len(p) else np.zeros(7 + 2 * len(NAMES))
        for case, p in zip(cases, held, strict=True)
    ]
    judged = _judge_out_of_fold(cases, views, folds)
    slope, shift = _platt(judged, cases)
    confidence = sigmoid(slope * judged + shift - np.array([case.doubt for case in cases]))
    whole = _fit_judge(np.array(views), cases)
    scorer = Scorer(_fit_ranker(cases), Judge(whole.logistic, whole.trees, slope, shift), THRESHOLD, KEEP)
    return scorer, _report(cases, held, confidence)


def _fit_ranker(cases: Sequence[Case], columns: Sequence[int] | None = None) -> Trees:
    usable = [case for case in cases if case.labels.any()]
    taught = [_taught(case) for case in usable]
    rows = np.concatenate([case.features[some] for case, some in zip(usable, taught, strict=True)])
    if columns is not None:
        rows[:, columns] = 0
    labels = np.concatenate([case.labels[some] for case, some in zip(usable, taught, strict=True)])
    weights = np.concatenate([np.full(len(some), case.weight) for case, some in zip(usable, taught, strict=True)])
    return _boost(rows, labels, weights, trees=100, leaves=8, smallest=30)


def _taught(case: Case) -> npt.NDArray[np.intp]:
    """Return the sentences of a question to learn from: all evidence, the most similar ones, and some at random.

    Without the random ones, trees know nothing of sentences that are far off, and rank some of them first.
    """
    near = np.argsort(-case.features[:, NAMES.index("similarity")])[:20]
    some = np.random.default_rng(len(case.features)).permutation(len(case.features))[:30]
    return np.unique(np.concatenate([near, np.flatnonzero(case.labels), some]))


def _fit_judge(views: Matrix, cases: Sequence[Case]) -> Judge:
    labels = np.array([case.answerable for case in cases], float)
    weights = np.array([case.weight for case in cases])
    mean, scale = views.mean(axis=0), views.std(axis=0)
    scale[scale < 1e-6] = 1
    model = LogisticRegression(C=0.01, max_iter=3_000).fit((views - mean) / scale, labels, sample_weight=weights)
    logistic = Logistic(mean, scale, model.coef_[0], float(model.intercept_[0]))
    return Judge(logistic, _boost(views, labels, weights, trees=100, leaves=5, smallest=40, rate=0.05))


def _boost(
    rows: Matrix, labels: Matrix, weights: Matrix, *, trees: int, leaves: int, smallest: int, rate: float = 0.07
) -> Trees:
    model = HistGradientBoostingClassifier(
        learning_rate=rate,
        max_iter=trees,
        max_leaf_nodes=leaves,
        min_samples_leaf=smallest,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    ).fit(rows, labels, sample_weight=weights)
    # scikit-learn keeps fitted trees in private arrays; there is no public way to their numbers
    nested = [_nodes(stage[0].nodes) for stage in model._predictors]
    return Trees.from_nodes(nested, float(model._baseline_prediction[0, 0]))


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


def _folds(cases: Sequence[Case]) -> list[int]:
    """Return each case's fold: all cases of one article are in the same."""
    clusters = sorted({case.cluster for case in cases})
    order = np.random.default_rng(0).permutation(len(clusters))
    fold_of = {cluster: int(order[n]) % FOLDS for n, cluster in enumerate(clusters)}
    return [fold_of[case.cluster] for case in cases]


def _out_of_fold(
    cases: Sequence[Case],
    folds: Sequence[int],
    fit_one: Callable[[Sequence[Case]], Trees],
    predict: Callable[[Trees, Case], Matrix],
) -> list[Matrix]:
    held: list[Matrix] = [np.zeros(0)] * len(cases)
    for fold in range(FOLDS):
        model = fit_one([case for case, own in zip(cases, folds, strict=True) if own != fold])
        for n, case in enumerate(cases):
            if folds[n] == fold:
                held[n] = predict(model, case) if len(case.features) else np.zeros(0)
    return held


def _judge_out_of_fold(cases: Sequence[Case], views: Sequence[Matrix], folds: Sequence[int]) -> Matrix:
    held = np.zeros(len(cases))
    table = np.array(views)
    own = np.array(folds)
    for fold in range(FOLDS):
        rest = np.flatnonzero(own != fold)
        model = _fit_judge(table[rest], [cases[int(n)] for n in rest])
        held[own == fold] = model.logits(table[own == fold])
    return held


def _platt(logits: Matrix, cases: Sequence[Case]) -> tuple[float, float]:
    """Return slope and shift that make the log odds probabilities (Platt 1999)."""
    labels = [case.answerable for case in cases]
    weights = [case.weight for case in cases]
    model = LogisticRegression(C=1e6).fit(logits[:, None], labels, sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _chosen(probabilities: Matrix, most: int = 4) -> list[int]:
    order = np.argsort(-probabilities, kind="stable")[:most].tolist()
    return [n for rank, n in enumerate(order) if not rank or probabilities[n] >= KEEP]


def citation_f1(case: Case, chosen: Iterable[int]) -> float:
    """Return citation F1 over the best of the gold sets, 0 to 1."""
    spans = [case.spans[n] for n in chosen]
    best = 0.0
    for gold in case.question.gold_sets:
        right = sum(any(evidence.hit_by(span) for evidence in gold) for span in spans)
        found = sum(any(evidence.hit_by(span) for span in spans) for evidence in gold)
        if right and found:
            precision, recall = right / len(spans), found / len(gold)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


def _report(cases: Sequence[Case], held: Sequence[Matrix], confidence: Matrix) -> list[str]:
    lines = [
        "# The scorer that ships, out of fold by article",
        "",
        f"`make fit`; declines below {THRESHOLD:.2f}, cites further sentences from {KEEP:.2f}.",
        "",
        "| suite | questions | F1, all answerable | F1, answered | right first | AUROC | calibration error"
        " | given to unanswerable | over-refusal |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for pool in dict.fromkeys(case.pool for case in cases):
        chosen = [n for n, case in enumerate(cases) if case.pool == pool]
        lines.append(_row(pool, [cases[n] for n in chosen], [held[n] for n in chosen], confidence[chosen]))
    lines += ["", "Share of the answers given that are to unanswerable questions, and of answerable ones declined:", ""]
    lines += [f"| threshold | {' | '.join(_MIXED)} |", "|---|" + "---|" * len(_MIXED)]
    for threshold in THRESHOLDS:
        cells = [_at(threshold, pool, cases, confidence) for pool in _MIXED]
        lines.append(f"| {threshold:.2f} | {' | '.join(cells)} |")
    return lines


def _at(threshold: float, pool: str, cases: Sequence[Case], confidence: Matrix) -> str:
    chosen = [n for n, case in enumerate(cases) if case.pool == pool]
    answerable = np.array([cases[n].answerable for n in chosen], dtype=np.bool_)
    wrong, refused = _errors(answerable, confidence[chosen] >= threshold)
    return f"{wrong:.3f} / {refused:.3f}"


def _errors(answerable: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the share of unanswerable questions among those answered, and of the answerable ones declined."""
    wrong = float((given & ~answerable).sum() / max(1, given.sum()))
    return wrong, float((~given & answerable).sum() / max(1, answerable.sum()))


def _row(pool: str, cases: Sequence[Case], held: Sequence[Matrix], confidence: Matrix) -> str:
    answerable = np.array([case.answerable for case in cases])
    given = confidence >= THRESHOLD
    with_gold = [n for n, case in enumerate(cases) if case.question.evidence and len(held[n])]
    f1 = {n: citation_f1(cases[n], _chosen(held[n])) for n in with_gold}
    first = [cases[n].labels[int(np.argmax(held[n]))] for n in with_gold]
    figures = [
        _mean(list(f1.values())),
        _mean([f1[n] for n in with_gold if given[n]]),
        _mean(first),
        roc_auc_score(answerable, confidence) if 0 < answerable.sum() < len(answerable) else np.nan,
        calibration_error(Outcomes(confidence.tolist(), answerable.tolist()).tally()),
        *_errors(answerable, given),
    ]
    return f"| {pool} | {len(cases)} | " + " | ".join("-" if np.isnan(x) else f"{x:.3f}" for x in figures) + " |"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def ablation(cases: Sequence[Case]) -> list[str]:
    """Return what each group of features is worth to the ranker, as lines of Markdown."""
    folds = _folds(cases)
    lines = ["", "| ranker without | F1 of the drafts |", "|---|---|"]
    for name, columns in [
        ("nothing", []),
        *((group, [NAMES.index(n) for n in names]) for group, names in GROUPS.items()),
    ]:
        held = _out_of_fold(cases, folds, _fitter(columns), _predictor(columns))
        usable = [(case, p) for case, p in zip(cases, held, strict=True) if case.question.evidence and len(p)]
        total = sum(case.weight for case, _ in usable)
        f1 = sum(case.weight * citation_f1(case, _chosen(p)) for case, p in usable) / total
        lines.append(f"| {name} | {f1:.3f} |")
    return lines


def _fitter(columns: Sequence[int]) -> Callable[[Sequence[Case]], Trees]:
    return lambda cases: _fit_ranker(cases, columns)


def _predictor(columns: Sequence[int]) -> Callable[[Trees, Case], Matrix]:
    return lambda model, case: sigmoid(model.logits(_without(case.features, columns)))


def _without(features: Matrix, columns: Sequence[int]) -> Matrix:
    features = features.copy()
    features[:, columns] = 0
    return features


def _counts(cases: Sequence[Case]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for case in cases:
        counts[case.pool] = counts.get(case.pool, 0) + 1
    return counts


if __name__ == "__main__":
    sys.exit(main())
