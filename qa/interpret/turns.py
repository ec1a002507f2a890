"""A conversation so far, and what a question in it means by itself."""

from dataclasses import dataclass

MAX_TURNS = 3
"""How far back a name is looked for; what was said before that is no longer the topic."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked, as typed and as it was searched with, and what its answer cited.

    ``quotes`` are the cited sentences and ``titles`` the titles of their articles, in the order of the footnotes; both
    are empty for an abstention.
    """

    question: str
    standalone: str
    quotes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question to search with and to show, and the words that it took from the conversation: none in most."""

    text: str
    carried: tuple[str, ...] = ()
