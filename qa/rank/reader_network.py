"""The reader's network: question and passage in, one pass, and what each of its heads says of them.

The form is Provence's (Chirkova et al., ICLR 2025): a sentence's score is read from its tokens in context, the
passage's from the first token. Start, end and null scores are those of SQuAD 2.0's readers (Devlin et al. 2019). Over
the same body, a last head reads a claim and its evidence. The body is MiniLM's.

It is apart from what answering imports at first, since torch takes seconds to load.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from footnote.corpus.errors import ModelError
from footnote.index.embedding.bert import Batch, BertLayers, batch_of
from footnote.index.embedding.encoder import has_bfloat16, packaged_minilm
from footnote.index.embedding.model_files import WEIGHTS, file_sha256
from footnote.qa.rank.reader import AnswerSpan, Matrix, ReaderInput, ReaderOutput

MAX_QUESTION, MAX_TITLE, MAX_SENTENCE, MAX_PIECES = 56, 16, 128, 320
"""The most word pieces of a question, a title, a sentence, and of all together."""
START, STOP, PAD = 101, 102, 0
MAX_ANSWER = 24
"""The most word pieces of an answer's words."""
RELATIONS = ("supported", "refuted", "not_enough")
_HIDDEN = 128


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces as the model reads them: [CLS] question [SEP] title sentences [SEP].

    ``question_end`` is where the second segment begins; ``spans`` are the sentences', end exclusive, one for each
    sentence of the passage; those of sentences that were cut off are empty.
    """

    ids: list[int]
    question_end: int
    spans: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say of a batch of n texts of up to t pieces and s sentences; all are log odds.

    ``sentences`` has shape (n, s): it belongs to the answer. ``passage`` (n,): the passage answers at all.
    ``edges`` (n, t, 2): the answer starts, or ends, at a piece; at piece 0, there is none. ``relation``
    (n, 3): `RELATIONS`, before a softmax.
    """

    sentences: Tensor
    passage: Tensor
    edges: Tensor
    relation: Tensor


class ReaderModel(nn.Module):
    """MiniLM over question and passage, and four heads."""

    def __init__(self) -> None:
        super().__init__()
        folder = packaged_minilm()
        self.model = AutoModel.from_config(AutoConfig.from_pretrained(str(folder)), add_pooling_layer=False)
        self.model.load_state_dict(load_file(folder / WEIGHTS), strict=False)  # it has a pooling layer more
        size = int(self.model.config.hidden_size)
        self.sentence_head = _head(2 * size, 1)
        self.passage_head = _head(size, 1)
        self.span_head = nn.Linear(size, 2)
        self.relation_head = _head(size, len(RELATIONS))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor, shares: Tensor) -> Scores:
        """Read ``ids`` of shape (n, t); ``shares``, (n, s, t), turn pieces' vectors into sentences' means."""
        out = self.model(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state.float()
        first = out[:, :1]
        means = torch.bmm(shares, out)
        with torch.autocast(out.device.type, enabled=False):  # in half precision, log odds would be off by .03
            return Scores(
                self.sentence_head(torch.cat([means, first.expand_as(means)], dim=-1)).squeeze(-1),
                self.passage_head(first[:, 0]).squeeze(-1),
                self.span_head(out),
                self.relation_head(first[:, 0]),
            )


def _head(size: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, out))


class PieceTokenizer:
    """Turns questions and passages into pieces. Safe to use from several threads."""

    def __init__(self) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(str(packaged_minilm()))
        self._lock = threading.Lock()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text's pieces."""
        with self._lock:
            return list(self._tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"])

    def ids_and_offsets(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Return the ids of each text's pieces, and where in the text each piece starts and ends."""
        with self._lock:
            rows = self._tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return list(zip(rows["input_ids"], rows["offset_mapping"], strict=True))

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


def pad(batch: Sequence[Pieces]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return ids, segments, mask and shares of a batch, as `ReaderModel` takes them."""
    length, most = max(len(each.ids) for each in batch), max(len(each.spans) for each in batch)
    ids, segments, mask = torch.zeros(3, len(batch), length, dtype=torch.long)
    shares = torch.zeros(len(batch), most, length)
    for row, each in enumerate(batch):
        ids[row, : len(each.ids)] = torch.tensor(each.ids)
        segments[row, each.question_end : len(each.ids)] = 1
        mask[row, : len(each.ids)] = 1
        for n, (start, end) in enumerate(each.spans):
            shares[row, n, start:end] = 1 / max(1, end - start)
    return ids, segments, mask, shares


class _Forward(nn.Module):
    """What `ReaderModel` computes of texts one after the other, for reading alone; to be scripted."""

    def __init__(self, model: ReaderModel, half: bool) -> None:
        super().__init__()
        self.bert = BertLayers(model.model, half)
        self.sentence_head, self.passage_head = model.sentence_head, model.passage_head
        self.span_head, self.relation_head = model.span_head, model.relation_head

    def forward(self, batch: Batch, shares: Tensor, firsts: Tensor, starts: Tensor) -> list[Tensor]:
        """Return the log odds of sentences (n,), passages (m,), edges (t, 2) and relations (m, 3).

        ``shares``, shape (n, t), turn pieces' vectors into sentences' means; ``firsts``, (n,), are the places of their
        texts' first pieces, ``starts``, (m,), those of all texts.
        """
        rows = self.bert(batch)
        first = rows[starts]
        sentences = self.sentence_head(torch.cat([shares @ rows, rows[firsts]], dim=-1)).squeeze(-1)
        return [sentences, self.passage_head(first).squeeze(-1), self.span_head(rows), self.relation_head(first)]


@dataclass(frozen=True, slots=True)
class _Read:
    """The numbers of one text; see `Scores`."""

    sentences: Matrix
    passage: float
    edges: Matrix
    relation: Matrix


class TransformerReader:
    """The reader in a file. Safe to use from several threads.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = PieceTokenizer()
        self._half = has_bfloat16()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of TorchScript, which runs all as one call
            self._scores = torch.jit.script(_Forward(load_model(file), self._half).eval().requires_grad_(False))
        self.digest = file_sha256(file)
        self._workers = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="read")

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
        found = self._run(pieces)
        return [
            ReaderOutput(each.sentences, each.passage, _spans(each.edges, own.spans, [places for _, places in at]))
            for each, own, at in zip(found, pieces, offsets, strict=True)
        ]

    def relations(self, pairs: Sequence[tuple[str, str]]) -> Matrix:
        """Return, of each claim and its evidence, the probabilities of `RELATIONS`, shape (n, 3)."""
        if not pairs:  # the tokenizer takes no empty list
            return np.zeros((0, len(RELATIONS)))
        ids = self._tokenizer.ids([text for pair in pairs for text in pair])
        found = self._run([join(ids[n], [], [ids[n + 1]], MAX_PIECES) for n in range(0, len(ids), 2)])
        logits = np.array([each.relation for each in found]).reshape(-1, len(RELATIONS))
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _run(self, pieces: Sequence[Pieces]) -> list[_Read]:
        share = max(1, -(-len(pieces) // self._workers))
        started = [self._threads.submit(self._pass, pieces[n : n + share]) for n in range(0, len(pieces), share)]
        return [each for some in started for each in some.result()]

    def _pass(self, some: Sequence[Pieces]) -> list[_Read]:
        batch = batch_of([each.ids for each in some], [each.question_end for each in some], self._half)
        starts = np.cumsum([0, *batch.sizes[:-1]])
        shares = torch.zeros(sum(len(each.spans) for each in some), len(batch.pieces))
        firsts, row = [], 0
        for each, at in zip(some, starts.tolist(), strict=True):
            for start, end in each.spans:
                shares[row, at + start : at + end] = 1 / max(1, end - start)
                firsts.append(at)
                row += 1
        with torch.inference_mode(), torch.jit.optimized_execution(False):  # type: ignore[attr-defined] # not in __all__
            found = self._scores(batch, shares, torch.tensor(firsts, dtype=torch.long), torch.from_numpy(starts))
        sentences, passage, edges, relation = (each.double().numpy() for each in found)
        ends = np.cumsum([len(each.spans) for each in some])
        return [
            _Read(own, float(passage[n]), edges[starts[n] : starts[n] + len(each.ids)], relation[n])
            for n, (own, each) in enumerate(zip(np.split(sentences, ends[:-1]), some, strict=True))
        ]


def _spans(
    edges: Matrix, spans: Sequence[tuple[int, int]], offsets: Sequence[Sequence[tuple[int, int]]]
) -> tuple[AnswerSpan | None, ...]:
    """Return the likeliest run of at most `MAX_ANSWER` pieces in each sentence, as characters of it."""
    nothing = float(edges[0].sum())
    found: list[AnswerSpan | None] = []
    for (start, end), places in zip(spans, offsets, strict=True):
        size = end - start
        if not size:
            found.append(None)
            continue
        together = edges[start:end, 0][:, None] + edges[start:end, 1][None, :]
        run = np.subtract.outer(np.arange(size), np.arange(size))
        together[(run > 0) | (run <= -MAX_ANSWER)] = -np.inf
        first, last = divmod(int(together.argmax()), size)
        found.append(AnswerSpan(places[first][0], places[last][1], float(together[first, last]) - nothing))
    return tuple(found)


def load_model(file: Path) -> ReaderModel:
    """Return the model that a file's weights make of MiniLM.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """
    model = ReaderModel()
    try:
        trained = {name: values.float() for name, values in load_file(file).items()}
        unknown = model.load_state_dict(trained, strict=False).unexpected_keys
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(f"{file}: this is no reader ({str(error).splitlines()[0][:200]})") from None
    if unknown or "span_head.weight" not in trained:
        raise ModelError(f"{file}: this is no reader; `make reader` writes one")
    return model.eval()
