"""A cross-encoder, where one is named: it reads a question and a sentence together (Nogueira & Cho 2019).

It only puts sentences in another order. The probabilities stay the same numbers, so that its thresholds keep
their meaning: which of the likeliest sentences has which of them is what the cross-encoder says.
"""

import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from footnote.corpus.errors import ModelError
from footnote.index.embedding.model_files import load_model, weights_digest
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.reader import Matrix

RERANKED = 20
"""So many of the likeliest sentences are read again; each costs a pass through the model."""


class Reranker(Protocol):
    """What Footnote needs of a cross-encoder."""

    def scores(self, question: str, texts: Sequence[str]) -> Matrix:
        """Return how well each text answers the question, higher is better, shape (len(texts),)."""


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder that gives one score, by name or folder; on the CPU, loaded when needed.

    Safe to use from several threads. What needs the model raises `ModelError` when it cannot be found (nothing is
    downloaded unless ``allow_download``), or is no such model.
    """

    def __init__(self, model: str, allow_download: bool = False) -> None:
        self._name = model
        self._allow_download = allow_download
        self._loaded: Any = None
        self._lock = threading.Lock()

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""
        with self._lock:
            return weights_digest(self._model(), self._name)

    def scores(self, question: str, texts: Sequence[str]) -> Matrix:
        """Return how well each text answers the question, higher is better, shape (len(texts),)."""
        with self._lock:  # a tokenizer is not safe to use from two threads at once
            found = self._model().predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, dtype=np.float64)

    def _model(self) -> Any:  # noqa: ANN401 - sentence-transformers is untyped
        if self._loaded is None:
            from sentence_transformers import CrossEncoder

            loaded = load_model(CrossEncoder, self._name, self._allow_download)
            kinds = loaded.config.architectures or ()
            # any model at all is taken for a cross-encoder, with weights drawn at random for what it lacks
            if not any(kind.endswith(("ForSequenceClassification", "ForCausalLM")) for kind in kinds):
                raise ModelError(f"the model {self._name!r} is no cross-encoder; it cannot be a reranker")
            if loaded.num_labels != 1:
                raise ModelError(f"the model {self._name!r} gives {loaded.num_labels} scores; a reranker gives one")
            self._loaded = loaded
        return self._loaded


def reranked(reranker: Reranker, question: str, sentences: Sequence[Sentence], probabilities: Matrix) -> Matrix:
    """Return the sentences' probabilities, of which the `RERANKED` highest go by the reranker's order."""
    best = np.argsort(-probabilities, kind="stable")[:RERANKED]
    if len(best) < 2:
        return probabilities
    texts = [f"{sentences[n].article.title}\n{sentences[n].text}".strip() for n in best]
    anew = probabilities.copy()
    anew[best[np.argsort(-reranker.scores(question, texts), kind="stable")]] = probabilities[best]
    return anew
