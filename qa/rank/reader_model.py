"""The reader's network: question and passage in, one pass, and what each of its heads says of them.

The form is Provence's (Chirkova et al., ICLR 2025): a sentence's score is read from its tokens in context, the
passage's from the first token. Start, end and null scores are those of SQuAD 2.0's readers (Devlin et al. 2019). Over
the same body, a last head reads a claim and its evidence. The body is MiniLM's.

It is apart from what answering imports at first, since torch takes seconds to load.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from corpus.errors import ModelError
from index.encoder import packaged_minilm
from index.models import WEIGHTS

MAX_QUESTION, MAX_TITLE, MAX_SENTENCE, MAX_PIECES = 56, 16, 128, 320
"""The most word pieces of a question, a title, a sentence, and of all together."""
START, STOP, PAD = 101, 102, 0
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


def join(question: Sequence[int], title: Sequence[int], sentences: Sequence[Sequence[int]]) -> Pieces:
    """Put the pieces of a question and a passage together; what is over a limit is cut off at its end."""
    ids = [START, *question[:MAX_QUESTION], STOP]
    question_end = len(ids)
    ids += title[:MAX_TITLE]
    spans = []
    for sentence in sentences:
        kept = sentence[: min(MAX_SENTENCE, max(0, MAX_PIECES - 1 - len(ids)))]
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
