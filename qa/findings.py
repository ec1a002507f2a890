"""What was found for a question: the sentences that were ranked, and those of them that were selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from footnote.qa.answer import Quote
from footnote.qa.events import RankedPassage
from footnote.qa.interpret.interpret import Interpretation
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.rank.reader import Matrix
from footnote.qa.select.select import Selection


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences with their probabilities of belonging to the answer, the selection made of them, and its confidence.

    ``original_of`` gives the article that another one is a copy of, or the article itself.
    """

    interpretation: Interpretation
    features: SentenceFeatures
    probabilities: Matrix
    confidence: float
    selection: Selection
    original_of: Callable[[str], str]

    def quotes(self) -> tuple[Quote, ...]:
        """Return what would be quoted if nothing were ever declined."""
        return tuple(sentence.quote() for sentence in self.selection.sentences)

    def passages(self) -> tuple[RankedPassage, ...]:
        """Return the passages, ranked by their best sentence."""
        candidates = self.features.candidates
        best = [0.0] * len(candidates)
        for sentence, probability in zip(self.features.sentences, self.probabilities.tolist(), strict=True):
            best[sentence.passage] = max(best[sentence.passage], probability)
        ranked = [
            RankedPassage(each.chunk.article_id, each.chunk.start, each.chunk.end, round(score, 6))
            for each, score in zip(candidates, best, strict=True)
        ]
        return tuple(sorted(ranked, key=lambda passage: -passage.score))
