"""What a case shows the reader: windows of its sentences, and which of them are evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.article import Article
from eval.cases import Case
from qa.features import NAMES
from qa.reader import Window
from qa.reading_model import Pieces, Tokenizer
from qa.windows import WINDOWS, Place, closest, windows

Texts = Mapping[str, tuple[str, str]]
"""The title and the text of each article, by its id."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a question shows: the pieces of each window, and which of its sentences are evidence.

    ``weight`` is how much it counts beside the others.
    """

    shown: tuple[Pieces, ...]
    labels: tuple[tuple[float, ...], ...]
    weight: float = 1.0


def texts_of(articles: Iterable[Article]) -> Texts:
    """Return the texts of a suite's articles."""
    return {article.id: (article.title, article.text) for article in articles}


def places_of(case: Case) -> list[Place]:
    """Return where a case's sentences stand."""
    return [(span.article_id, span.start, span.end) for span in case.spans]


def seeds_of(case: Case) -> list[int]:
    """Return a case's sentences, closest to the question first."""
    return closest(*(case.features[:, NAMES.index(name)] for name in ("similarity", "chunk_similarity", "met")))


def window_of(case: Case, some: Sequence[int], texts: Texts) -> Window:
    """Return what is read of a case's sentences by their index."""
    title, text = texts[case.spans[some[0]].article_id]
    return Window(title, tuple(text[case.spans[n].start : case.spans[n].end] for n in some))


def lesson_of(case: Case, texts: Texts, tokenizer: Tokenizer, weight: float = 1.0) -> Lesson | None:
    """Return the windows closest to a question, one of which holds evidence; None where none was found that should."""
    every = windows(seeds_of(case), places_of(case), len(case.spans))
    chosen = every[:WINDOWS]
    if case.answerable and not any(case.labels[n] for window in chosen for n in window):
        holding = [window for window in every if any(case.labels[n] for n in window)]
        chosen = [*chosen[:-1], *holding[:1]] if holding else []
    if not chosen:
        return None
    shown = tokenizer.pieces(case.question.question, [window_of(case, window, texts) for window in chosen])
    return Lesson(tuple(shown), tuple(tuple(float(case.labels[n]) for n in window) for window in chosen), weight)
