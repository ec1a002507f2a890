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
from footnote.qa.rank.reader_network import BELOW, KEPT, LEFT_OUT, NO_EDGE, RELATIONS, Pieces

_HIDDEN = 128


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say of a batch of n texts of up to t pieces and s sentences; all are log odds.

    ``sentences`` has shape (n, s): it belongs to the answer. ``passage`` (n,): the passage answers at all.
    ``edges`` (n, t, 2): the answer starts, or ends, at a piece; at piece 0, there is none. ``relation``
    (n, 3): `RELATIONS`, before a softmax. ``early`` (n, s): as ``sentences``, by the layers that read all of them.
    """

    sentences: Tensor
    passage: Tensor
    edges: Tensor
    relation: Tensor
    early: Tensor


class ReaderModel(nn.Module):
    """A MiniLM over question and passage, and five heads; ``layers`` is how deep it is.

    The lowest layers read everything, and the early head chooses by what they make of it; the others read the question
    and the likeliest sentences alone, or, unless ``leaves_out``, everything too.
    """

    def __init__(self, layers: int) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(str(packaged_minilm()), num_hidden_layers=layers)
        self.model = AutoModel.from_config(config, add_pooling_layer=False)
        self.model.set_attn_implementation("eager")  # on a processor, three times as fast to train
        size = int(self.model.config.hidden_size)
        self.early_head = _head(2 * size, 1)
        self.sentence_head = _head(2 * size, 1)
        self.passage_head = _head(size, 1)
        self.span_head = nn.Linear(size, 2)
        self.relation_head = _head(size, len(RELATIONS))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor, shares: Tensor, leaves_out: bool = True) -> Scores:
        """Read ``ids`` of shape (n, t); ``shares``, (n, s, t), turn pieces' vectors into sentences' means."""
        return self.above(self.below(ids, segments, mask), mask, shares, leaves_out)

    def below(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """Return what the lowest layers make of all pieces, shape (n, t, d)."""
        return self._layers(self.model.embeddings(input_ids=ids, token_type_ids=segments), mask, 0, BELOW)

    def above(self, states: Tensor, mask: Tensor, shares: Tensor, leaves_out: bool = True) -> Scores:
        """Return what the heads say, once the other layers have read on from the ``states`` of the lowest ones."""
        early = _of_sentences(self.early_head, states, shares)
        kept = torch.ones_like(early, dtype=torch.bool)
        if leaves_out:
            there = shares.sum(-1) > 0
            chosen = early.detach().masked_fill(~there, -torch.inf).topk(min(KEPT, early.shape[1]), dim=1).indices
            kept = torch.zeros_like(kept).scatter(1, chosen, True) & there
        inside = torch.bmm(kept[:, None].to(shares), shares)[:, 0] > 0
        read = (mask > 0) & (inside | (shares.sum(1) == 0))
        order = torch.argsort((~read).int(), dim=1, stable=True)[:, : int(read.sum(1).max())]
        out = self._layers(_at(states, order), read.gather(1, order), BELOW, len(self.model.encoder.layer)).float()
        own = shares.gather(2, order[:, None].expand(-1, shares.shape[1], -1))
        first = out[:, 0]
        edges = out.new_full((*mask.shape, 2), NO_EDGE)
        with torch.autocast(out.device.type, enabled=False):  # in half precision, log odds would be off by .03
            return Scores(
                _of_sentences(self.sentence_head, out, own).masked_fill(~kept, LEFT_OUT),
                self.passage_head(first).squeeze(-1),
                edges.scatter(1, order[:, :, None].expand(-1, -1, 2), self.span_head(out)).masked_fill(
                    ~read[:, :, None], NO_EDGE
                ),
                self.relation_head(first),
                early,
            )

    def _layers(self, states: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        unread = (1.0 - mask[:, None, None].to(states.dtype)) * -1e4
        for layer in self.model.encoder.layer[first:last]:
            states = layer(states, unread)
        return states


def _head(size: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, out))


def _at(states: Tensor, places: Tensor) -> Tensor:
    return states.gather(1, places[:, :, None].expand(-1, -1, states.shape[-1]))


def _of_sentences(head: nn.Sequential, states: Tensor, shares: Tensor) -> Tensor:
    means = torch.bmm(shares, states.float())
    scores: Tensor = head(torch.cat([means, states[:, :1].float().expand_as(means)], dim=-1)).squeeze(-1)
    return scores


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
