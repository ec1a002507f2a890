"""The transformer behind `qa.reader`: MiniLM with its upper layers taught anew, and a head.

It is apart from what answering imports, since torch takes seconds to load, and is needed only where a scorer reads.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.models.bert.modeling_bert import BertLayer

from corpus.errors import ModelError
from index.encoder import has_bfloat16, packaged_minilm
from index.models import WEIGHTS, file_sha256
from qa.reader import Window
from qa.trees import Matrix

_QUESTION, _TITLE, _SENTENCE, _ALL = 40, 16, 100, 160
"""The most word pieces of a question, a title, a sentence, and of all together."""
_START, _STOP = 101, 102
_HIDDEN = 128
_SWITCH = 2e-4


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

    def forward(self, batch: Sequence[Pieces]) -> list[torch.Tensor]:
        """Return the log odds of each one's sentences, each of shape (sentences,)."""
        length, most = max(len(each.ids) for each in batch), max(len(each.spans) for each in batch)
        ids, kinds, mask = torch.zeros(3, len(batch), length, dtype=torch.long)
        averaging = torch.zeros(len(batch), most, length)
        for row, each in enumerate(batch):
            ids[row, : len(each.ids)] = torch.tensor(each.ids)
            kinds[row, each.after : len(each.ids)] = 1
            mask[row, : len(each.ids)] = 1
            for n, (start, end) in enumerate(each.spans):
                averaging[row, n, start:end] = 1 / max(1, end - start)
        out = self.model(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state.float()
        means = torch.bmm(averaging, out)
        with torch.autocast("cpu", enabled=False):  # in half precision, log odds would be off by .03
            scores = self.head(torch.cat([means, out[:, :1].expand_as(means)], dim=-1)).squeeze(-1)
        return [scores[row, : len(each.spans)] for row, each in enumerate(batch)]


class Tokenizer:
    """Turns questions and windows into pieces. Safe to use from several threads."""

    def __init__(self) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(str(packaged_minilm()))
        self._lock = threading.Lock()

    def pieces(self, question: str, window: Window) -> Pieces:
        """Return the pieces of a question and a window, cut to what the model was taught with."""
        with self._lock:
            rows = self._tokenizer([question, window.title, *window.sentences], add_special_tokens=False, verbose=False)
        asked, title, *sentences = rows["input_ids"]
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


class _Layer:
    """A layer of BERT, its products in one type, sums and norms in float32."""

    def __init__(self, layer: BertLayer, heads: int, kind: torch.dtype) -> None:
        attention, inner = layer.attention, layer.attention.self
        asked = (inner.query, inner.key, inner.value)
        weight = torch.cat([each.weight for each in asked]).to(kind)
        self._attending = weight, torch.cat([each.bias for each in asked]).to(kind)
        rest = (attention.output.dense, layer.intermediate.dense, layer.output.dense)
        self._mixing, self._widening, self._narrowing = ((each.weight.to(kind), each.bias.to(kind)) for each in rest)
        self._norms = attention.output.LayerNorm, layer.output.LayerNorm
        self._heads, self._kind = heads, kind

    def __call__(self, rows: torch.Tensor, lengths: list[int]) -> torch.Tensor:
        """Return the next layer's rows, of texts one after the other that are ``lengths`` long."""
        both = functional.linear(rows.to(self._kind), *self._attending).view(len(rows), 3, self._heads, -1)
        seen = torch.cat([self._attend(each) for each in torch.split(both, lengths)])
        rows = self._norms[0](rows + functional.linear(seen, *self._mixing).float())
        wide = functional.gelu(functional.linear(rows.to(self._kind), *self._widening))
        out: torch.Tensor = self._norms[1](rows + functional.linear(wide, *self._narrowing).float())
        return out

    @staticmethod
    def _attend(own: torch.Tensor) -> torch.Tensor:
        query, key, value = own.permute(1, 2, 0, 3).unsqueeze(1)
        return functional.scaled_dot_product_attention(query, key, value)[0].transpose(0, 1).reshape(len(own), -1)


class _Pass:
    """What `ReadingModel` computes, for reading only: texts stand one after the other, so that nothing is padding.

    It takes four fifths of the time.
    """

    def __init__(self, model: ReadingModel, kind: torch.dtype) -> None:
        bert = model.model
        self._embeddings, self._head = bert.embeddings, model.head
        self._layers = [_Layer(each, bert.config.num_attention_heads, kind) for each in bert.encoder.layer]

    def __call__(self, batch: Sequence[Pieces]) -> list[Matrix]:
        """Return the log odds of each one's sentences, each of shape (sentences,)."""
        lengths = [len(each.ids) for each in batch]
        ids = torch.tensor([[piece for each in batch for piece in each.ids]])
        kinds = torch.tensor([[int(n >= each.after) for each in batch for n in range(len(each.ids))]])
        at = torch.cat([torch.arange(length) for length in lengths])[None]
        rows = self._embeddings(input_ids=ids, token_type_ids=kinds, position_ids=at)[0]
        for layer in self._layers:
            rows = layer(rows, lengths)
        found = []
        for each, own in zip(batch, torch.split(rows, lengths), strict=True):
            means = [own[start:end].mean(0) if end > start else torch.zeros_like(own[0]) for start, end in each.spans]
            scores = self._head(torch.cat([torch.stack(means), own[:1].expand(len(means), -1)], dim=-1))
            found.append(scores.squeeze(-1).numpy().astype(np.float64))
        return found


class TransformerReader:
    """The reader in a file. Safe to use from several threads.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer()
        self._pass = _Pass(load_model(file).requires_grad_(False), torch.bfloat16 if has_bfloat16() else torch.float32)
        self.digest = file_sha256(file)
        # a pass is many short steps, and after each a thread waits for Python's lock: up to 5 ms while others hold it
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
        self._workers = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="read")

    def logits(self, question: str, shown: Sequence[Window]) -> list[Matrix]:
        """Return, for each window, the log odds that each of its sentences answers the question."""
        pieces = [self._tokenizer.pieces(question, window) for window in shown]
        share = max(1, -(-len(pieces) // self._workers))
        batches = [pieces[start : start + share] for start in range(0, len(pieces), share)]
        return [scores for batch in self._threads.map(self._forward, batches) for scores in batch]

    def _forward(self, batch: Sequence[Pieces]) -> list[Matrix]:
        with torch.inference_mode():
            return self._pass(batch)
