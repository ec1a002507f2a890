"""What was found for a question: the passages read, their sentences, ranked, and those that were selected."""

from collections.abc import Callable
from dataclasses import dataclass

from llama_index.core.schema import NodeWithScore

from footnote.qa.answer import Quote
from footnote.qa.events import RankedPassage
from footnote.qa.interpret.interpret import Interpretation
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.rank.reader import Matrix
from footnote.qa.select.select import Selection

NOTHING = Selection(())


@dataclass(frozen=True, slots=True)
class Findings:
    """A question as it was understood, the passages read for it, their sentences, and the selection made of these.

    ``probabilities``, shape (n,), are the sentences' of belonging to the answer; ``confidence`` is the probability that
    the question is answered. ``original_of`` gives the article that another one is a copy of, or the article itself.
    """

    interpretation: Interpretation
    nodes: list[NodeWithScore]
    features: SentenceFeatures
    probabilities: Matrix
    confidence: float
    original_of: Callable[[str], str]
    selection: Selection = NOTHING

    def quotes(self) -> tuple[Quote, ...]:
        """Return what would be quoted if nothing were ever declined."""
        return tuple(sentence.quote() for sentence in self.selection.sentences)

    def passages(self) -> tuple[RankedPassage, ...]:
        """Return the passages, ranked by their best sentence."""
        chunks = [candidate.chunk for candidate in self.features.candidates]
        best = [0.0] * len(chunks)
        for sentence, probability in zip(self.features.sentences, self.probabilities.tolist(), strict=True):
            best[sentence.passage] = max(best[sentence.passage], probability)
        ranked = zip(chunks, (round(score, 6) for score in best), strict=True)
        passages = (RankedPassage(chunk.article_id, chunk.start, chunk.end, score) for chunk, score in ranked)
        return tuple(sorted(passages, key=lambda passage: -passage.score))
