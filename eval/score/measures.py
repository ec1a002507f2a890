"""The measures of one question: citations against gold quotes, and the answer's words.

Definitions:

* A cited span is right where it overlaps any gold quote. Spans cited twice count once.
* **Precision** is the share of cited spans that are right; 0 when nothing is cited.
* **Recall** is the share of a gold set's quotes that some cited span overlaps, best over the alternative
  gold sets. A suite that names no alternatives has one set with every quote in it: whether two quotes are two
  parts or two alternatives is then unknown, and both are asked for.
* **F1** is the harmonic mean of the two. At article level, articles take the place of spans.
"""

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from footnote.eval.suite import GoldSpan, SuiteQuestion


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two sets agree: counts, from which precision, recall and F1 follow (all 0 to 1, higher better)."""

    right: int
    cited: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of what was cited that is right."""
        return self.right / self.cited if self.cited else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was cited."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def citation_agreement(cited: Iterable[GoldSpan], question: SuiteQuestion) -> Agreement:
    """Compare cited spans with the gold quotes, sentence by sentence."""
    spans = set(cited)
    right = sum(any(item.hit_by(span) for item in question.evidence) for span in spans)
    found = ((sum(any(map(item.hit_by, spans)) for item in gold), len(gold)) for gold in question.gold_sets)
    return best(Agreement(right, len(spans), *counts) for counts in found)


def article_agreement(cited: Iterable[GoldSpan], question: SuiteQuestion) -> Agreement:
    """Compare the cited articles with those that hold gold quotes."""
    articles = {span.article_id for span in cited}
    right = len(articles & {item.article_id for item in question.evidence})
    sets = [{item.article_id for item in gold} for gold in question.gold_sets]
    return best(Agreement(right, len(articles), len(articles & gold), len(gold)) for gold in sets)


def best(agreements: Iterable[Agreement]) -> Agreement:
    """Return the agreement with the highest F1, then recall; no gold at all gives zeros."""
    return max(agreements, key=lambda found: (found.f1, found.recall), default=Agreement(0, 0, 0, 0))


def normalised(text: str) -> list[str]:
    """Return an answer's words as SQuAD compares them: lower case, no punctuation, no articles."""
    kept = "".join(char for char in text.lower() if char not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """Return 1 when the answer equals an accepted one after normalising, else 0 (SQuAD)."""
    return float(any(normalised(answer) == normalised(gold) for gold in accepted))


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """Return the word F1 with the accepted answer that is closest, 0 to 1 (SQuAD)."""
    return max((words_f1(normalised(answer), normalised(gold)) for gold in accepted), default=0.0)


def words_f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    """Return the F1 of two bags of words; two empty ones agree."""
    if not answer or not gold:
        return float(answer == gold)
    shared = sum((Counter(answer) & Counter(gold)).values())
    return 2 * shared / (len(answer) + len(gold))


def answer_in_quotes(quotes: Iterable[str], accepted: Sequence[str]) -> float:
    """Return 1 when an accepted answer's words stand in a row in one cited quote, else 0."""
    lines = [f" {' '.join(normalised(quote))} " for quote in quotes]
    wanted = [" ".join(normalised(gold)) for gold in accepted]
    return float(any(f" {gold} " in line for gold in wanted if gold for line in lines))
