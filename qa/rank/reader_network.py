"""The reader that is run: question and passages in, two passes in ONNX Runtime, and what its heads say of each.

The form is Provence's (Chirkova et al., ICLR 2025): a sentence's score is read from its tokens in context, the
passage's from the first token. Start, end and null scores are those of SQuAD 2.0's readers (Devlin et al. 2019). Half
of the layers read everything; a head scores the sentences by what those make of it, and the other half reads the
question and the likeliest alone (PoWER-BERT, Goyal et al. 2020, leaves out words). Over the same body, a last head
reads a claim and its evidence. The body is a MiniLM of any depth, word pieces are MiniLM's.
`eval.training.network` has the same network to be trained.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from footnote.corpus.errors import ModelError
from footnote.index.embedding.encoder import Vectors
from footnote.index.embedding.minilm import DIMENSION, HEADS, Embeddings, precision, sample_texts, tokenizer
from footnote.index.embedding.model_files import file_sha256
from footnote.index.embedding.onnx_runtime import Precision, open_graph
from footnote.qa.rank.reader import AnswerSpan, Matrix, ReaderInput, ReaderOutput

if TYPE_CHECKING:
    from footnote.index.embedding.onnx_graphs import Graph

MAX_QUESTION, MAX_TITLE, MAX_SENTENCE, MAX_PIECES = 56, 16, 128, 320
"""The most word pieces of a question, a title, a sentence, and of all together."""
START, STOP, PAD = 101, 102, 0
BELOW, KEPT = 6, 4
"""So many layers read everything; the others read the question and so many sentences of a passage, the likeliest."""
BEHIND = 3.0
"""How far behind the likeliest of all passages of a question a sentence may be by then, in log odds."""
LEFT_OUT, NO_EDGE = -9.0, -1e4
"""The log odds of a sentence that is not read to the end, and that an answer starts, or ends, in it."""
MAX_ANSWER = 24
"""The most word pieces of an answer's words."""
_BODY = "model."
"""Stands before the names of the body's weights."""
RELATIONS = ("supported", "refuted", "not_enough")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces as the model reads them: [CLS] question [SEP] title sentences [SEP].

    ``question_end`` is where the second segment begins; ``spans`` are the sentences', end exclusive, one for each
    sentence of the passage; those of sentences that were cut off are empty.
    """

    ids: list[int]
    question_end: int
    spans: list[tuple[int, int]]


class PieceTokenizer:
    """Turns questions and passages into pieces. Safe to use from several threads."""

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text's pieces."""
        return [read.ids for read in tokenizer().encode_batch(list(texts), add_special_tokens=False)]

    def ids_and_offsets(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Return the ids of each text's pieces, and where in the text each piece starts and ends."""
        return [(read.ids, read.offsets) for read in tokenizer().encode_batch(list(texts), add_special_tokens=False)]

    def pieces(self, question: str, passages: Sequence[tuple[str, Sequence[str]]]) -> list[Pieces]:
        """Return the pieces of a question with each passage, given by its title and its sentences."""
        texts = [question, *(text for title, sentences in passages for text in (title, *sentences))]
        rows = iter(self.ids(texts))
        asked = next(rows)
        return [join(asked, next(rows), [*islice(rows, len(sentences))]) for _, sentences in passages]


def join(
    question: Sequence[int], title: Sequence[int], sentences: Sequence[Sequence[int]], longest: int = MAX_SENTENCE
) -> Pieces:
    """Put the pieces of a question and a passage together; what is over a limit is cut off at its end."""
    ids = [START, *question[:MAX_QUESTION], STOP]
    question_end = len(ids)
    ids += title[:MAX_TITLE]
    spans = []
    for sentence in sentences:
        kept = sentence[: min(longest, max(0, MAX_PIECES - 1 - len(ids)))]
        spans.append((len(ids), len(ids) + len(kept)))
        ids += kept
    return Pieces([*ids, STOP], question_end, spans)


@dataclass(frozen=True, slots=True)
class TextScores:
    """What the heads say of a text of t pieces and s sentences; all are log odds.

    ``sentences`` has shape (s,): it belongs to the answer. ``passage``: the passage answers at all. ``edges`` (t, 2):
    the answer starts, or ends, at a piece; at piece 0, there is none. ``relation`` (3,): `RELATIONS`, before a softmax.
    Sentences that were not read to the end have `LEFT_OUT`, and their pieces `NO_EDGE`.
    """

    sentences: Matrix
    passage: float
    edges: Matrix
    relation: Matrix


@dataclass(frozen=True, slots=True)
class _HalfRead:
    """What the lower layers make of a text of t pieces and s sentences, for the upper ones to go on from.

    ``states`` have shape (1, t, d). ``sentences``, (s,), are log odds; those of one that was cut off are minus
    infinity. ``shares``: see `_shares`.
    """

    pieces: Pieces
    shares: Vectors
    states: Vectors
    sentences: Vectors


class TransformerReader:
    """The reader in a file. Safe to use from several threads.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = PieceTokenizer()
        chosen = precision().name
        try:
            self.digest = file_sha256(file)
            self._embeddings = Embeddings(file, _BODY)
            name = f"reader-{self.digest[:16]}-{chosen}"
            self._lower = open_graph(
                f"{name}-lower", lambda: _graph(file, chosen, _lower, [self._given(each) for each in _samples()])
            )
            self._upper = open_graph(
                f"{name}-upper",
                lambda: _graph(file, chosen, _upper, [_inputs_above(self._below(each))[0] for each in _samples()]),
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"{file}: this is no reader ({str(error).splitlines()[0][:200]})") from None
        except KeyError as error:
            raise ModelError(f"{file}: this is no reader ({error} is missing); `make reader` writes one") from None
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="read")

    def read(self, question: str, passages: Sequence[ReaderInput]) -> list[ReaderOutput]:
        """Read each passage with the question; see `qa.rank.reader.ReaderOutput`."""
        texts = [question, *(text for each in passages for text in (each.title, *each.sentences))]
        rows = iter(self._tokenizer.ids_and_offsets(texts))
        asked = next(rows)[0]
        titles, offsets = [], []
        for each in passages:
            titles.append(next(rows)[0])
            offsets.append([next(rows) for _ in each.sentences])
        pieces = [join(asked, title, [ids for ids, _ in own]) for title, own in zip(titles, offsets, strict=True)]
        found = self.scores(pieces, together=True)
        return [
            ReaderOutput(each.sentences, each.passage, _spans(each.edges, own.spans, [places for _, places in at]))
            for each, own, at in zip(found, pieces, offsets, strict=True)
        ]

    def relations(self, pairs: Sequence[tuple[str, str]]) -> Matrix:
        """Return, of each claim and its evidence, the probabilities of `RELATIONS`, shape (n, 3)."""
        if not pairs:  # the tokenizer takes no empty list
            return np.zeros((0, len(RELATIONS)))
        ids = self._tokenizer.ids([text for pair in pairs for text in pair])
        found = self.scores([join(ids[n], [], [ids[n + 1]], MAX_PIECES) for n in range(0, len(ids), 2)])
        logits = np.array([each.relation for each in found]).reshape(-1, len(RELATIONS))
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def scores(self, pieces: Sequence[Pieces], together: bool = False) -> list[TextScores]:
        """Return what the heads say of each text; the longest are read first, so that the threads end together.

        Of texts that are read ``together``, the upper layers read no sentence that is `BEHIND`, and no text all of
        whose sentences are: it has `LEFT_OUT` as a whole, too.
        """
        order = sorted(range(len(pieces)), key=lambda n: -len(pieces[n].ids))
        half_read = list(self._threads.map(lambda n: self._below(pieces[n]), order))
        best = max((each.sentences.max(initial=-np.inf) for each in half_read), default=-np.inf)
        least = float(best) - BEHIND if together else -np.inf
        found = dict(zip(order, self._threads.map(lambda each: self._above(each, least), half_read), strict=True))
        return [found[n] for n in range(len(pieces))]

    def _below(self, pieces: Pieces) -> _HalfRead:
        given = self._given(pieces)
        states, sentences = self._lower.run(None, given)
        there = given["shares"].any(axis=1)
        return _HalfRead(pieces, given["shares"], states, np.where(there, sentences, -np.inf)[: len(pieces.spans)])

    def _above(self, half_read: _HalfRead, least: float) -> TextScores:
        length, count = len(half_read.pieces.ids), len(half_read.pieces.spans)
        all_sentences, all_edges = np.full(count, LEFT_OUT), np.full((length, 2), NO_EDGE)
        if count and half_read.sentences.max() < least:
            return TextScores(all_sentences, LEFT_OUT, all_edges, np.zeros(len(RELATIONS)))
        given, kept, read = _inputs_above(half_read, least)
        sentences, passage, edges, relation = self._upper.run(None, given)
        all_sentences[kept] = sentences[: len(kept)]
        all_edges[read] = edges
        return TextScores(all_sentences, float(passage[0]), all_edges, relation.astype(np.float64))

    def _given(self, pieces: Pieces) -> dict[str, Vectors]:
        """Return what the lower layers take of a text."""
        return {"rows": self._embeddings(pieces.ids, pieces.question_end), "shares": _shares(pieces)}


def _shares(pieces: Pieces) -> Vectors:
    """Return what turns pieces' vectors into sentences' means, shape (s, t); one row where there is no sentence."""
    shares = np.zeros((max(1, len(pieces.spans)), len(pieces.ids)), np.float32)
    for row, (start, end) in enumerate(pieces.spans):
        shares[row, start:end] = 1 / max(1, end - start)
    return shares


def _inputs_above(
    half_read: _HalfRead, least: float = -np.inf
) -> tuple[dict[str, Vectors], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return what the upper layers take of a text, and the sentences and pieces that this is.

    They are the `KEPT` likeliest sentences, of those that are as likely as ``least``, and the pieces of no sentence.
    """
    likeliest = np.argsort(-half_read.sentences, kind="stable")[:KEPT]
    log_odds = half_read.sentences[likeliest]
    kept = likeliest[(log_odds >= least) & (log_odds > -np.inf)]
    read = np.flatnonzero(half_read.shares[kept].any(axis=0) | ~half_read.shares.any(axis=0))
    shares = half_read.shares[kept if len(kept) else [0]]
    return {"rows": half_read.states[:, read], "shares": shares[:, read]}, kept, read


def _graph(
    file: Path,
    precision: Precision,
    build: Callable[[Graph], Mapping[str, str]],
    samples: Sequence[Mapping[str, Vectors]],
) -> bytes:
    """Return the graph of the lower or the upper layers and their heads."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from footnote.index.embedding.onnx_graphs import graph_of

    try:
        weights = {name.removeprefix(_BODY): values for name, values in load_file(file).items()}
    except SafetensorError as error:
        raise ValueError(str(error)) from None
    return graph_of(weights, precision, {"rows": (1, "t", DIMENSION), "shares": ("s", "t")}, build, samples)


def _spans(
    edges: Matrix, spans: Sequence[tuple[int, int]], offsets: Sequence[Sequence[tuple[int, int]]]
) -> tuple[AnswerSpan | None, ...]:
    """Return the likeliest run of at most `MAX_ANSWER` pieces in each sentence that was read, as characters of it."""
    nothing = float(edges[0].sum())
    found: list[AnswerSpan | None] = []
    for (start, end), places in zip(spans, offsets, strict=True):
        size = end - start
        if not size or edges[start, 0] == NO_EDGE:
            found.append(None)
            continue
        together = edges[start:end, 0][:, None] + edges[start:end, 1][None, :]
        run = np.subtract.outer(np.arange(size), np.arange(size))
        together[(run > 0) | (run <= -MAX_ANSWER)] = -np.inf
        first, last = divmod(int(together.argmax()), size)
        found.append(AnswerSpan(places[first][0], places[last][1], float(together[first, last]) - nothing))
    return tuple(found)


def _samples() -> list[Pieces]:
    """Return texts whose first words stand for a question."""
    return [join(ids[1:10], [], [ids[10:40], ids[40:-1]]) for ids in sample_texts()]


def _lower(graph: Graph) -> dict[str, str]:
    """Add the layers that read everything, and the head that chooses by what they make of it."""
    states = graph.layers(graph.normed("rows", "embeddings.LayerNorm"), HEADS, range(min(BELOW, graph.depth)))
    return {"states": states, "sentences": _sentence_head(graph, graph.squeezed(states), "early_head")}


def _upper(graph: Graph) -> dict[str, str]:
    """Add the other layers, and the heads over what they make of the pieces that are read on."""
    pieces = graph.squeezed(graph.layers("rows", HEADS, range(BELOW, graph.depth)))
    first = _first(graph, pieces)
    return {
        "sentences": _sentence_head(graph, pieces, "sentence_head"),
        "passage": graph.squeezed(_head(graph, first, "passage_head"), 1),
        "edges": graph.linear(pieces, "span_head", exact=True),
        "relation": graph.squeezed(_head(graph, first, "relation_head")),
    }


def _sentence_head(graph: Graph, pieces: str, name: str) -> str:
    """Add a head over sentences: the means of their pieces, each beside the first piece; shape (s,)."""
    means = graph.op("MatMul", "shares", pieces)
    both = graph.op("Concat", means, graph.op("Expand", _first(graph, pieces), graph.op("Shape", means)), axis=1)
    return graph.squeezed(_head(graph, both, name), 1)


def _first(graph: Graph, pieces: str) -> str:
    return graph.op("Slice", pieces, *(graph.constant(np.array([n], np.int64)) for n in (0, 1, 0)))


def _head(graph: Graph, rows: str, name: str) -> str:
    hidden = graph.op("Gelu", graph.linear(rows, f"{name}.0", exact=True))
    return graph.linear(hidden, f"{name}.2", exact=True)
