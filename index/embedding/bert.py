"""A BERT's pass over texts, for reading alone: what `transformers` computes, in half of the time.

Texts stand one after the other, so that next to nothing is padding: only attention needs a text's own length, and is
twice as fast where that is a multiple of 16. In bfloat16, products are oneDNN's, with weights laid out beforehand as it
wants them; sums and norms are in float32. TorchScript runs all of it as one call: a pass is some hundred short steps,
and in Python each would wait for the lock that threads beside it hold.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

_ALIGNED = 16
_PADDING = -1e4
"""What is added to the attention that padding would get."""


class Batch(NamedTuple):
    """Texts one after the other, each with some padding behind it.

    ``pieces``, ``segments`` and ``places`` have shape (t,); ``sizes`` are the texts' with their padding, t together;
    ``masks`` are added to the attention of each.
    """

    pieces: Tensor
    segments: Tensor
    places: Tensor
    sizes: list[int]
    masks: list[Tensor]


def batch_of(texts: Sequence[Sequence[int]], firsts: Sequence[int], half: bool) -> Batch:
    """Lay out texts, at least one, by the ids of their pieces; the ``firsts`` of each are of the first segment."""
    sizes = [-(-len(text) // _ALIGNED) * _ALIGNED for text in texts]
    pieces, segments = torch.zeros(2, sum(sizes), dtype=torch.long)
    masks, start = [], 0
    for text, first, size in zip(texts, firsts, sizes, strict=True):
        end = start + len(text)
        pieces[start:end] = torch.tensor(text)
        segments[start + first : end] = 1
        masks.append(torch.zeros(1, 1, 1, size, dtype=torch.bfloat16 if half else torch.float32))
        masks[-1][..., len(text) :] = _PADDING
        start += size
    return Batch(pieces, segments, torch.cat([torch.arange(size) for size in sizes]), sizes, masks)


def compiled(module: nn.Module) -> Callable[..., Tensor]:
    """Return what a module computes as one call; it can be called from several threads."""
    with warnings.catch_warnings():
        # it is deprecated, for compilers that need one of C++; without it all is the same, but for the lock
        warnings.simplefilter("ignore", DeprecationWarning)
        script = torch.jit.script(module.eval().requires_grad_(False))

    def call(*given: Any) -> Tensor:  # noqa: ANN401 - whatever the module takes
        # to optimise would take a second for the first text of each length
        with torch.inference_mode(), torch.jit.optimized_execution(False):  # type: ignore[attr-defined] # not in __all__
            found: Tensor = script(*given)
            return found

    return call


class Bert:
    """Gives the vectors of texts' pieces. Safe to use from several threads."""

    def __init__(self, model: Any, half: bool) -> None:  # noqa: ANN401 - transformers is untyped
        """Take over the weights of ``model``, a `transformers.BertModel`; products are in bfloat16 if ``half``."""
        self._layers = compiled(BertLayers(model, half))
        self._half = half

    def __call__(self, texts: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        """Return the last hidden states of each text, given by the ids of its pieces, each of shape (pieces, d)."""
        lengths = [len(text) for text in texts]
        batch = batch_of(texts, lengths, self._half)
        rows = torch.split(self._layers(batch), batch.sizes)
        return [own[:length].numpy() for own, length in zip(rows, lengths, strict=True)]


class BertLayers(nn.Module):
    """The last hidden states of a BERT, to be `compiled`: a `Batch` in, shape (t, d) out, in float32.

    It takes over the weights of ``model``, a `transformers.BertModel`; products are in bfloat16 if ``half``.
    """

    def __init__(self, model: Any, half: bool) -> None:  # noqa: ANN401 - transformers is untyped
        super().__init__()
        embeddings, heads = model.embeddings, model.config.num_attention_heads
        self.pieces, self.places = embeddings.word_embeddings, embeddings.position_embeddings
        self.segments, self.norm = embeddings.token_type_embeddings, embeddings.LayerNorm
        self.layers = nn.ModuleList(_Layer(each, heads, half) for each in model.encoder.layer)

    def forward(self, batch: Batch) -> Tensor:
        """Return the vectors of all pieces."""
        rows: Tensor = self.pieces(batch.pieces) + self.places(batch.places) + self.segments(batch.segments)
        rows = self.norm(rows)
        for layer in self.layers:
            rows = layer(rows, batch.sizes, batch.masks)
        return rows


class _Layer(nn.Module):
    def __init__(self, layer: Any, heads: int, half: bool) -> None:  # noqa: ANN401 - transformers is untyped
        super().__init__()
        linear, wide = (_HalfLinear, _HalfWide) if half else (_Linear, _Wide)
        attention, inner = layer.attention, layer.attention.self
        self.attending = linear([inner.query, inner.key, inner.value])
        self.mixing = linear([attention.output.dense])
        self.widening = wide([layer.intermediate.dense])
        self.narrowing = linear([layer.output.dense])
        self.first, self.second = attention.output.LayerNorm, layer.output.LayerNorm
        self.heads = heads

    def forward(self, rows: Tensor, sizes: list[int], masks: list[Tensor]) -> Tensor:
        both = self.attending(rows).view(len(rows), 3, self.heads, -1)
        seen: list[Tensor] = []
        for n, own in enumerate(torch.split(both, sizes)):
            asked = own.permute(1, 2, 0, 3).unsqueeze(1)
            found = functional.scaled_dot_product_attention(asked[0], asked[1], asked[2], attn_mask=masks[n])
            seen.append(found[0].transpose(0, 1).reshape(len(own), -1))
        rows = self.first(rows + self.mixing(torch.cat(seen)))
        next_rows: Tensor = self.second(rows + self.narrowing(self.widening(rows)))
        return next_rows


class _Linear(nn.Module):
    """A product, and what is added, by any processor."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = torch.cat([layer.weight.detach() for layer in layers])
        self.bias = torch.cat([layer.bias.detach() for layer in layers])

    def forward(self, rows: Tensor) -> Tensor:
        return functional.linear(rows, self.weight, self.bias)


class _Wide(_Linear):
    def forward(self, rows: Tensor) -> Tensor:
        return functional.gelu(functional.linear(rows, self.weight, self.bias))


class _HalfLinear(nn.Module):
    """A product, and what is added, in bfloat16 by oneDNN."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        weight = torch.cat([layer.weight.detach() for layer in layers]).bfloat16()
        self.weight: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS)
        self.bias = torch.cat([layer.bias.detach() for layer in layers]).bfloat16()

    def forward(self, rows: Tensor) -> Tensor:
        half = rows.to(torch.bfloat16)
        out: Tensor = torch.ops.mkldnn._linear_pointwise(half, self.weight, self.bias, "none", [], "")
        return out


class _HalfWide(_HalfLinear):
    def forward(self, rows: Tensor) -> Tensor:
        half = rows.to(torch.bfloat16)
        out: Tensor = torch.ops.mkldnn._linear_pointwise(half, self.weight, self.bias, "gelu", [], "none")
        return out


_ROWS = 128
"""How many pieces the layout of weights is for; it does for any number."""
