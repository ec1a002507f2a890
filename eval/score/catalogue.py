"""Every measure that is reported: its name, what it means, over which questions, and which way is better."""

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower"]

HEADLINE = "draft_f1"
DECIDING = (HEADLINE, "citation_f1", "right_first", "auroc", "ece", "wrong_on_unanswerable", "over_refusal")
"""The measures that decide, first in each report."""

CITED_F1 = "citation_f1_all"
"""What one question's answer is worth as it was given."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; ``over`` says of which questions."""

    name: str
    group: str
    title: str
    over: str
    better: Better = "higher"

    @property
    def decides(self) -> bool:
        """Whether it takes part in the verdict of a comparison: these, and the share of questions that flips change."""
        return self.name in (*DECIDING, "right")


CATALOGUE: tuple[Measure, ...] = (
    Measure(CITED_F1, "citations", "citation F1, abstained counts 0", "answerable"),
    Measure("citation_f1", "citations", "citation F1 over the answered", "answered, answerable"),
    Measure("citation_precision", "citations", "citation precision", "answered, answerable"),
    Measure("citation_recall", "citations", "citation recall", "answered, answerable"),
    Measure("article_f1_all", "citations", "article F1, abstained counts 0", "answerable"),
    Measure("article_f1", "citations", "article F1", "answered, answerable"),
    Measure("article_precision", "citations", "article precision", "answered, answerable"),
    Measure("article_recall", "citations", "article recall", "answered, answerable"),
    Measure(HEADLINE, "citations", "citation F1, nothing declined", "answerable"),
    Measure("draft_precision", "citations", "citation precision, nothing declined", "answerable"),
    Measure("draft_recall", "citations", "citation recall, nothing declined", "answerable"),
    Measure("right_first", "citations", "right sentence first", "answerable"),
    Measure("alce_recall", "citations", "ALCE recall: sentences supported", "written by a language model"),
    Measure("alce_precision", "citations", "ALCE precision: citations needed", "written by a language model"),
    *(
        Measure(f"{level}_{title.lower()}", "retrieval", f"{level} {title}", "answerable")
        for level in ("article", "passage")
        for title in ("recall@1", "recall@5", "recall@10", "MRR@10", "nDCG@10")
    ),
    Measure("answer_in_quote", "answers", "an accepted answer in a cited quote", "answerable"),
    Measure("token_f1", "answers", "token F1", "answerable"),
    Measure("exact_match", "answers", "exact match", "answerable"),
    Measure("right", "outcome", "cited a gold sentence, or rightly declined", "all"),
    Measure("answered", "outcome", "answered", "all"),
    Measure("abstain_precision", "outcome", "abstention precision", "abstained"),
    Measure("abstain_recall", "outcome", "abstention recall", "unanswerable"),
    Measure("abstain_f1", "outcome", "abstention F1", "all"),
    Measure("wrong_on_unanswerable", "outcome", "answers given to unanswerable questions", "unanswerable", "lower"),
    Measure("wrong_share", "outcome", "unanswerable among the answered", "answered", "lower"),
    Measure("over_refusal", "outcome", "answerable but not answered", "answerable", "lower"),
    Measure("auroc", "confidence", "AUROC of answerable or not", "all"),
    Measure("aurc", "confidence", "area under risk–coverage", "all", "lower"),
    Measure("ece", "confidence", "calibration error, 10 bins", "all", "lower"),
    Measure("brier", "confidence", "Brier score", "all", "lower"),
)

BY_NAME = {measure.name: measure for measure in CATALOGUE}
