"""Which of a suite's questions a run asks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.eval.suite import SuiteQuestion


@dataclass(frozen=True, slots=True)
class Selection:
    """The questions with any of the tags, then a random sample of them, then the first few.

    ``seed`` is that of the sample, and of the intervals of a run.
    """

    tags: tuple[str, ...] = ()
    sample: int | None = None
    limit: int | None = None
    seed: int = 0

    def choose(self, questions: Sequence[SuiteQuestion]) -> tuple[SuiteQuestion, ...]:
        """Return the chosen questions, in the suite's order; one seed always draws one sample."""
        tagged = [question for question in questions if not self.tags or {*self.tags} & {*question.tags}]
        if self.sample is not None and self.sample < len(tagged):
            tagged = [tagged[i] for i in sorted(random.Random(self.seed).sample(range(len(tagged)), self.sample))]
        return tuple(tagged[: self.limit])
