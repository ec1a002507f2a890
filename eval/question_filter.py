"""Which of a suite's questions a run asks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.eval.suite import SuiteQuestion


@dataclass(frozen=True, slots=True)
class Selection:
    """The questions of a half, with any of the tags, then a random sample of them, then the first few.

    ``seed`` is that of the sample, and of the intervals of a run.
    """

    tags: tuple[str, ...] = ()
    half: str = ""
    sample: int | None = None
    limit: int | None = None
    seed: int = 0

    def choose(self, questions: Sequence[SuiteQuestion]) -> tuple[SuiteQuestion, ...]:
        """Return the chosen questions, in the suite's order; one seed always draws one sample."""
        kept = [question for question in questions if self.fits(question)]
        if self.sample is not None and self.sample < len(kept):
            kept = [kept[i] for i in sorted(random.Random(self.seed).sample(range(len(kept)), self.sample))]
        return tuple(kept[: self.limit])

    def fits(self, question: SuiteQuestion) -> bool:
        """Return whether a question has the half and one of the tags, where those matter."""
        return self.half in ("", question.half) and (not self.tags or bool({*self.tags} & {*question.tags}))

    def __str__(self) -> str:
        return ", ".join((*self.tags, *([self.half] if self.half else [])))
