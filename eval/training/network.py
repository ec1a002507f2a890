"""The reader's network in torch, to be trained; `qa.rank.reader_network` has what is run, and the form of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from footnote.corpus.errors import ModelError
from footnote.index.embedding.encoder import packaged_minilm
from footnote.qa.rank.reader_network import RELATIONS, Pieces

_HIDDEN = 128


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
    """A MiniLM over question and passage, and four heads; ``layers`` is how deep it is."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(str(packaged_minilm()), num_hidden_layers=layers)
        self.model = AutoModel.from_config(config, add_pooling_layer=False)
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
    """Return the model of a file; of one that has a body alone, with heads that have learnt nothing.

    Raises:
        ModelError: the file cannot be read, or is no reader's.
    """
    try:
        held = {name: values.float() for name, values in load_file(file).items()}
        if not any(name.startswith("model.") for name in held):
            held = {f"model.{name}": values for name, values in held.items()}
        model = ReaderModel(len({name.split(".")[3] for name in held if name.startswith("model.encoder.layer.")}))
        missing, unknown = model.load_state_dict(held, strict=False)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(f"{file}: this is no reader ({str(error).splitlines()[0][:200]})") from None
    if unknown or any(name.startswith("model.") for name in missing):
        raise ModelError(f"{file}: this is no reader; `make reader` writes one")
    return model.eval()
