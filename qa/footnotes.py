"""Footnotes as they are handed out: numbered from 1 in order of appearance, one number for one span."""

from collections.abc import Sequence
from dataclasses import replace

from footnote.corpus.text import mixed_word
from footnote.qa.answer import Answer, AnswerSentence, Citation
from footnote.qa.findings import Findings
from footnote.qa.llm.compose import Composed
from footnote.qa.rank.candidates import Sentence
from footnote.qa.select.conflicts import recorded
from footnote.qa.select.select import Selection

MIXED = "What is quoted has words in letters of two alphabets, which may pass for others, as {word}."


class Footnotes:
    """The sentences of an answer and their footnotes, in order."""

    def __init__(self) -> None:
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []
        self._numbers: dict[tuple[str, int], int] = {}

    def quote(self, selection: Selection) -> None:
        """Add selected sentences, verbatim."""
        marks = selection.marks or [()] * len(selection.sentences)
        for sentence, marked in zip(selection.sentences, marks, strict=True):
            self.sentences.append(AnswerSentence(sentence.text, self._numbered([sentence]), marks=marked))

    def compose(self, said: Composed) -> None:
        """Add a sentence in other words than the articles'."""
        self.sentences.append(AnswerSentence(said.text, self._numbered(said.cited), said.verdict, said.mismatches))

    def _numbered(self, cited: Sequence[Sentence]) -> tuple[int, ...]:
        """Return the numbers of sentences' footnotes; each gets the next one where it is cited first."""
        for sentence in cited:
            if sentence.where not in self._numbers:
                self._numbers[sentence.where] = len(self._numbers) + 1
                self.citations.append(Citation(len(self._numbers), sentence.quote()))
        return tuple(dict.fromkeys(self._numbers[sentence.where] for sentence in cited))


def quoted(blank: Answer, findings: Findings) -> Answer:
    """Return the answer that quotes the selection."""
    notes = Footnotes()
    notes.quote(findings.selection)
    return footnoted(blank, notes, findings)


def footnoted(blank: Answer, notes: Footnotes, findings: Findings) -> Answer:
    """Return the answer that has these sentences and footnotes."""
    cited = tuple(notes.citations)
    return replace(
        blank,
        status="answered",
        sentences=tuple(notes.sentences),
        citations=cited,
        disagreements=recorded(findings.selection.disputes, cited),
        origins=len({findings.original_of(citation.source.article_id) for citation in cited}),
        newest=max((citation.source.published for citation in cited), default=""),
    )


def flagged(answer: Answer) -> Answer:
    """Return an answer with a notice where it quotes words that pass for others."""
    word = next((word for quote in answer.quotes if (word := mixed_word(quote.quote))), "")
    return replace(answer, notices=(*answer.notices, MIXED.format(word=word))) if word else answer
