"""Sentences as the answering code gets them, made from plain text for tests."""

from __future__ import annotations

import numpy as np

from footnote.corpus.article import Article
from footnote.qa.footnotes import Footnotes
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.select.extract import Draft


def footnoted(chosen, marks=()):
    """The sentences of an answer that quotes ``chosen``, and their footnotes."""
    notes = Footnotes()
    notes.quote(Draft(tuple(chosen), tuple(marks)))
    return tuple(notes.sentences), tuple(notes.citations)


def measured(rows, spans=(), read=()):
    """Sentences as they are measured; ``spans`` are the words of each that would answer, ``read`` the log odds."""
    inputs = {"read": np.array(read or [0.0] * len(rows))}
    return SentenceFeatures((), tuple(rows), tuple(spans) or (None,) * len(rows), inputs, {})


def sentences(texts, article="a", published="", passage=0, title="", paragraph=0, start=0):
    """The sentences of one passage of one article, one after the other."""
    found = []
    for place, text in enumerate(texts):
        source = Article(article, "", title, published=published)
        found.append(Sentence(source, "v", start, start + len(text), text, passage, place, paragraph, 0.5))
        start += len(text) + 1
    return found
