"""Footnotes as they are handed out: numbered from 1 in order of appearance, one number for one span."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.qa.answer import AnswerSentence, Citation
from footnote.qa.llm.compose import Composed
from footnote.qa.rank.candidates import Sentence
from footnote.qa.select.extract import Draft


class Footnotes:
    """The sentences of an answer and their footnotes, in order."""

    def __init__(self) -> None:
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []
        self._numbers: dict[tuple[str, int], int] = {}

    def quote(self, draft: Draft) -> None:
        """Add the sentences of a draft, verbatim."""
        marks = draft.marks or [()] * len(draft.sentences)
        for sentence, marked in zip(draft.sentences, marks, strict=True):
            self.sentences.append(AnswerSentence(sentence.text, self._cite([sentence]), marks=marked))

    def compose(self, said: Composed) -> None:
        """Add a sentence in other words than the articles'."""
        self.sentences.append(AnswerSentence(said.text, self._cite(said.cited), said.verdict, said.mismatches))

    def _cite(self, cited: Sequence[Sentence]) -> tuple[int, ...]:
        numbers = []
        for sentence in cited:
            place = sentence.where
            if place not in self._numbers:
                self._numbers[place] = len(self._numbers) + 1
                self.citations.append(Citation(self._numbers[place], sentence.quote()))
            numbers.append(self._numbers[place])
        return tuple(dict.fromkeys(numbers))
