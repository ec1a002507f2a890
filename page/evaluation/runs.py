"""What the evaluation page needs of the runs that were made, in its own words: `eval.report.runs` has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Run(Protocol):
    """A run, or what stands where one should be; then ``trouble`` says what is wrong, on one line."""

    @property
    def name(self) -> str:
        """What it is asked for by."""

    @property
    def suite(self) -> str:
        """The name of its questions."""

    @property
    def over(self) -> str:
        """What two runs have in common that are over the same questions and articles; empty for one in trouble."""

    @property
    def finished(self) -> str:
        """When, in words; empty for one in trouble."""

    @property
    def questions(self) -> int:
        """How many it has."""

    @property
    def figures(self) -> Sequence[str]:
        """Its main measures, in the order of the headings; none for one in trouble."""

    @property
    def trouble(self) -> str:
        """Why it cannot be opened; empty when it can."""


class Questions(Protocol):
    """Some of a run's questions: ``shown`` from the ``first`` on, of those ``matching``, of all."""

    @property
    def html(self) -> str:
        """The questions, all text in them escaped."""

    @property
    def first(self) -> int:
        """The place of the first one shown among those that match, from 0."""

    @property
    def shown(self) -> int:
        """How many are shown."""

    @property
    def matching(self) -> int:
        """How many match."""

    @property
    def total(self) -> int:
        """How many there are."""

    @property
    def outcomes(self) -> Sequence[tuple[str, str]]:
        """What they can be narrowed to, and what that is called; the first, empty, is all of them."""

    @property
    def tags(self) -> Sequence[str]:
        """The tags that occur."""


class Runs(Protocol):
    """The runs that are there. HTML from here is finished: all text in it is escaped, and it has no script."""

    @property
    def style(self) -> str:
        """The style sheet of the HTML."""

    @property
    def headings(self) -> Sequence[str]:
        """What the figures of a run are."""

    def runs(self) -> Sequence[Run]:
        """Return the runs, newest first, and then those in trouble."""

    def report(self, name: str, /) -> str:
        """Return a run's measures and plots as HTML.

        Raises ``NotFoundError`` for a name that is not listed, and ``FootnoteError`` for a run that cannot be shown.
        """

    def questions(self, name: str, words: str, outcome: str, tag: str, first: int, /) -> Questions:
        """Return a page of the questions that hold the words and have the outcome and the tag, where they are given.

        It is the page that the one at the place ``first`` is on, the last page when there are not so many. Raises as
        `report`.
        """

    def comparison(self, before: str, after: str, /) -> str:
        """Return two runs compared as HTML; raises as `report`, and for runs that cannot be compared."""
