"""The transformer behind `qa.reader`: MiniLM with its upper layers taught anew, and a head.

It is apart from what answering imports, since torch takes seconds to load, and is needed only where a scorer reads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from corpus.errors import ModelError
from index.bert import Batch, BertLayers, batch_of, compiled
from index.encoder import has_bfloat16, packaged_minilm
from index.models import WEIGHTS, file_sha256
from qa.reader import Window
from qa.trees import Matrix

_QUESTION, _TITLE, _SENTENCE, _ALL = 40, 16, 100, 160
"""The most word pieces of a question, a title, a sentence, and of all together."""
_START, _STOP = 101, 102
_HIDDEN = 128


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces as the model reads them; ``after`` is how many belong to the question, ``spans`` are sentences'."""

    ids: list[int]
    after: int
    spans: list[tuple[int, int]]


class ReadingModel(nn.Module):
    """MiniLM over pieces of question and window, and a head that gives each sentence its log odds."""

    def __init__(self) -> None:
        super().__init__()
        folder = packaged_minilm()
        self.model = AutoModel.from_config(AutoConfig.from_pretrained(str(folder)), add_pooling_layer=False)
        self.model.load_state_dict(load_file(folder / WEIGHTS), strict=False)  # it has a pooling layer more
        size = int(self.model.config.hidden_size)
        self.head = nn.Sequential(nn.Linear(2 * size, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, 1))

    def forward(self, batch: Sequence[Pieces]) -> list[Tensor]:
        """Return the log odds of each one's sentences, each of shape (sentences,)."""
        length, most = max(len(each.ids) for each in batch), max(len(each.spans) for each in batch)
        ids, kinds, mask = torch.zeros(3, len(batch), length, dtype=torch.long)
        shares = torch.zeros(len(batch), most, length)
        for row, each in enumerate(batch):
            ids[row, : len(each.ids)] = torch.tensor(each.ids)
            kinds[row, each.after : len(each.ids)] = 1
            mask[row, : len(each.ids)] = 1
            shares[row, : len(each.spans)] = averaging(each.spans, length)
        out = self.model(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state.float()
        means = torch.bmm(shares, out)
        with torch.autocast("cpu", enabled=False):  # in half precision, log odds would be off by .03
            scores = self.head(torch.cat([means, out[:, :1].expand_as(means)], dim=-1)).squeeze(-1)
        return [scores[row, : len(each.spans)] for row, each in enumerate(batch)]


class Tokenizer:
    """Turns questions and windows into pieces. Safe to use from several threads."""

    def __init__(self) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(str(packaged_minilm()))
        self._lock = threading.Lock()

    def pieces(self, question: str, shown: Sequence[Window]) -> list[Pieces]:
        """Return the pieces of a question with each window, cut to what the model was taught with."""
        texts = [question, *(text for window in shown for text in (window.title, *window.sentences))]
        with self._lock:
            rows = iter(self._tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"])
        asked = next(rows)
        return [self._together(asked, next(rows), [*islice(rows, len(window.sentences))]) for window in shown]

    @staticmethod
    def _together(asked: list[int], title: list[int], sentences: Sequence[list[int]]) -> Pieces:
        ids = [_START, *asked[:_QUESTION], _STOP]
        after = len(ids)
        ids += title[:_TITLE]
        spans = []
        for sentence in sentences:
            kept = sentence[: min(_SENTENCE, max(0, _ALL - 1 - len(ids)))]
            spans.append((len(ids), len(ids) + len(kept)))
            ids += kept
        return Pieces([*ids, _STOP], after, spans)


def load_model(file: Path) -> ReadingModel:
    """Return the model that a file's weights make of MiniLM.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """
    model = ReadingModel()
    try:
        taught = {name: values.float() for name, values in load_file(file).items()}
        unknown = model.load_state_dict(taught, strict=False).unexpected_keys
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(f"{file}: this is no reader ({str(error).splitlines()[0][:200]})") from None
    if unknown or "head.0.weight" not in taught:
        raise ModelError(f"{file}: this is no reader; `make reader` writes one")
    return model.eval()


class _Scoring(nn.Module):
    """What `ReadingModel` computes, for reading alone; to be `compiled`."""

    def __init__(self, model: ReadingModel, half: bool) -> None:
        super().__init__()
        self.bert, self.head = BertLayers(model.model, half), model.head

    def forward(self, batch: Batch, shares: Tensor, openers: Tensor) -> Tensor:
        """Return log odds of shape (n,), for ``shares`` of shape (n, t) that turn vectors into sentences' means.

        ``openers`` are the places of their texts' first pieces, shape (n,).
        """
        rows = self.bert(batch)
        scores: Tensor = self.head(torch.cat([shares @ rows, rows[openers]], dim=-1))
        return scores.squeeze(-1)


class TransformerReader:
    """The reader in a file. Safe to use from several threads.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer()
        self._half = has_bfloat16()
        self._scores = compiled(_Scoring(load_model(file), self._half))
        self.digest = file_sha256(file)
        self._workers = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="read")

    def logits(self, question: str, shown: Sequence[Window]) -> Iterator[Matrix]:
        """Start to read, and give for each window the log odds that each of its sentences answers the question."""
        pieces = self._tokenizer.pieces(question, shown)
        share = max(1, -(-len(pieces) // self._workers))
        started = [self._start(pieces[n : n + share]) for n in range(0, len(pieces), share)]
        return (own.numpy() for some in started for own in some.result())

    def _start(self, some: Sequence[Pieces]) -> Future[Sequence[Tensor]]:
        batch = batch_of([each.ids for each in some], [each.after for each in some], self._half)
        counts = [len(each.spans) for each in some]
        shares, openers = torch.zeros(sum(counts), len(batch.pieces)), torch.zeros(sum(counts), dtype=torch.long)
        row = start = 0
        for each, size in zip(some, batch.sizes, strict=True):
            end = row + len(each.spans)
            shares[row:end, start : start + len(each.ids)] = averaging(each.spans, len(each.ids))
            openers[row:end] = start
            row, start = end, start + size
        return self._threads.submit(lambda: torch.split(self._scores(batch, shares, openers).double(), counts))


def averaging(spans: Sequence[tuple[int, int]], length: int) -> Tensor:
    """Return what turns the vectors of ``length`` pieces into the mean of each span, shape (len(spans), length)."""
    shares = torch.zeros(len(spans), length)
    for n, (start, end) in enumerate(spans):
        shares[n, start:end] = 1 / max(1, end - start)
    return shares
