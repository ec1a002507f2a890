"""How well the scorer does out of fold: the tables of ``docs/scorer.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from eval.cases import Case, citation_f1
from eval.confidence import Outcomes, calibration_error
from qa.trees import Matrix

_MIXED = ("gold-dev", "plain-dev", "wikinews", "clapnq-dev", "squad2-dev", "qamr")
_OTHERS = (0.3, 0.45, 0.5, 0.55, 0.6, 0.7)
"""Thresholds that are tabled beside the one that ships."""


@dataclass(frozen=True, slots=True)
class Held:
    """What models that had not seen its article made of a case: the sentences to quote, best first, and how surely."""

    case: Case
    draft: Sequence[int]
    confidence: float


def report(cuts: Sequence[Sequence[Held]], threshold: float) -> list[str]:
    """Return the tables as lines of Markdown, each figure the mean over cuts of the articles into folds.

    ``threshold`` is that of `qa.scorer.Scorer`.
    """
    lines = [
        f"`make fit`; declines below {threshold:.2f}. Means over {len(cuts)} cuts of the articles into folds.",
        "",
        "| suite | questions | F1, all answerable | F1, answered | right first | AUROC | calibration error"
        " | given to unanswerable | over-refusal |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    pools = {each.case.pool: [_of(cut, each.case.pool) for cut in cuts] for each in cuts[0]}
    for name, own in pools.items():
        figures = np.mean([_figures(held, threshold) for held in own], axis=0)
        cells = " | ".join("-" if np.isnan(x) else f"{x:.3f}" for x in figures)
        lines.append(f"| {name} | {len(own[0])} | {cells} |")
    mixed = [name for name in _MIXED if name in pools]
    lines += ["", "Share of the answers given that are to unanswerable questions, and of answerable ones declined:", ""]
    lines += [f"| threshold | {' | '.join(mixed)} |", "|---|" + "---|" * len(mixed)]
    for other in sorted({threshold, *_OTHERS}):
        errors = [np.mean([_errors(held, other) for held in pools[name]], axis=0) for name in mixed]
        lines.append(f"| {other:.2f} | {' | '.join('{:.3f} / {:.3f}'.format(*each) for each in errors)} |")
    return lines


def _of(cut: Sequence[Held], pool: str) -> list[Held]:
    return [each for each in cut if each.case.pool == pool]


def _errors(held: Sequence[Held], threshold: float) -> tuple[float, float]:
    """Return the share of unanswerable questions among those answered, and of the answerable ones declined."""
    answerable, confidence = _outcomes(held)
    given = confidence >= threshold
    wrong = float((given & ~answerable).sum() / max(1, given.sum()))
    return wrong, float((~given & answerable).sum() / max(1, answerable.sum()))


def _outcomes(held: Sequence[Held]) -> tuple[npt.NDArray[np.bool_], Matrix]:
    answerable = np.array([each.case.answerable for each in held], dtype=np.bool_)
    return answerable, np.array([each.confidence for each in held])


def _figures(held: Sequence[Held], threshold: float) -> list[float]:
    answerable, confidence = _outcomes(held)
    drafted = [each for each in held if each.case.question.evidence and len(each.draft)]
    return [
        _mean([citation_f1(each.case, each.draft) for each in drafted]),
        _mean([citation_f1(each.case, each.draft) for each in drafted if each.confidence >= threshold]),
        _mean([each.case.labels[each.draft[0]] for each in drafted]),
        roc_auc_score(answerable, confidence) if 0 < answerable.sum() < len(answerable) else np.nan,
        calibration_error(Outcomes(confidence.tolist(), answerable.tolist()).tally()),
        *_errors(held, threshold),
    ]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
