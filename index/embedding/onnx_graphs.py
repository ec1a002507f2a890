"""ONNX graphs of a BERT, made from its weights: what `transformers` computes, of one text at a time.

In int8, the products' weights are whole numbers, with a scale for each output, and what they are multiplied with is
made so on the way, with a scale for each text (dynamic quantisation). A few inputs of each product are many times as
large as all others, whatever is read: those are multiplied apart, as they are (LLM.int8(), Dettmers et al. 2022), which
makes what is lost an eighth. In int7 weights have a bit less: older processors add two products in sixteen bits, and
what is too large for that is cut off. A text alone needs no padding and no mask, and its vectors do not depend on what
else is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from footnote.index.embedding.onnx_runtime import Precision, session_of

Weights = Mapping[str, npt.NDArray[Any]]

_CONTRIB = "com.microsoft"
_LARGEST = {"int8": 127, "int7": 63}
_APART = 24
"""So many inputs of each product are multiplied as they are."""


def graph_of(
    weights: Weights,
    precision: Precision,
    inputs: Mapping[str, Sequence[str | int]],
    build: Callable[[Graph], Mapping[str, str]],
    samples: Sequence[Mapping[str, npt.NDArray[np.float32]]],
) -> bytes:
    """Return the graph that ``build`` makes, as a file's content; it returns the steps that are outputs, by name.

    ``inputs`` are floats, by their shapes. ``samples`` of them show which inputs of the products are large.
    """
    graph = Graph(weights)
    outputs = build(graph)
    if precision == "fp32" or not graph.multiplied:
        return graph.to_bytes(inputs, outputs)
    session = session_of(graph.to_bytes(inputs, {f"seen_{n}": step for n, step in enumerate(graph.multiplied)}))
    seen = [session.run(None, dict(sample)) for sample in samples]
    largest = [np.max([np.abs(each).max(axis=(0, 1)) for each in own], axis=0) for own in zip(*seen, strict=True)]
    graph = Graph(weights, _LARGEST[precision], largest)
    return graph.to_bytes(inputs, build(graph))


class Graph:
    """A graph that grows step by step; each step returns the name of what it gives."""

    def __init__(self, weights: Weights, bound: int = 0, largest: Sequence[npt.NDArray[np.float32]] = ()) -> None:
        """Take the model's ``weights``; those of products are whole numbers up to ``bound``, or as they are where 0.

        ``largest`` has, of each product, the largest absolute value of each of its inputs.
        """
        self._weights, self._bound, self._largest = weights, bound, largest
        self.multiplied: list[str] = []
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, values: npt.NDArray[Any]) -> str:
        """Add numbers."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> npt.NDArray[np.float32]:
        """Return a weight of the model, by its name there."""
        return np.asarray(self._weights[name], dtype=np.float32)

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401 - as onnx takes them
        """Add an operation of one output."""
        return self.ops(kind, 1, *inputs, domain=domain, **attributes)[0]

    def ops(self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:  # noqa: ANN401
        """Add an operation of several outputs."""
        names = [f"{kind}_{len(self._nodes)}_{n}" for n in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def linear(self, rows: str, *names: str, exact: bool = False) -> str:
        """Add linear layers of the model, side by side; ``exact`` keeps them in fp32."""
        weight = np.concatenate([self.weight(f"{name}.weight") for name in names]).T
        bias = self.constant(np.concatenate([self.weight(f"{name}.bias") for name in names]))
        if not exact:
            self.multiplied.append(rows)
        if exact or not self._bound:
            return self.op("Add", self.op("MatMul", rows, self.constant(weight)), bias)
        large = np.argsort(-self._largest[len(self.multiplied) - 1])[:_APART]
        apart = self.op("MatMul", self.op("Gather", rows, self.constant(large), axis=-1), self.constant(weight[large]))
        small = np.ones(len(weight), np.float32)
        small[large] = 0
        weight = weight * small[:, None]
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-12) / self._bound
        held = self.constant(np.round(weight / scale).astype(np.int8))
        whole, step, zero = self.ops("DynamicQuantizeLinear", 3, self.op("Mul", rows, self.constant(small)))
        product = self.op("MatMulInteger", whole, held, zero, self.constant(np.zeros((), np.int8)))
        scales = self.op("Mul", step, self.constant(scale))
        scaled = self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), scales)
        return self.op("Add", self.op("Add", scaled, bias), apart)

    def squeezed(self, rows: str, axis: int = 0) -> str:
        """Take away an axis of length one."""
        return self.op("Squeeze", rows, self.constant(np.array([axis], np.int64)))

    def normed(self, rows: str, name: str) -> str:
        """Add a layer norm of the model."""
        weight, bias = (self.constant(self.weight(f"{name}.{which}")) for which in ("weight", "bias"))
        return self.op("LayerNormalization", rows, weight, bias, epsilon=1e-12)

    def bert(self, rows: str, heads: int) -> str:
        """Add a BERT: sums of embeddings in, shape (1, t, d), last hidden states out."""
        return self.layers(self.normed(rows, "embeddings.LayerNorm"), heads, range(self.depth))

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len({name.split(".")[2] for name in self._weights if name.startswith("encoder.layer.")})

    def layers(self, rows: str, heads: int, which: Iterable[int]) -> str:
        """Add some of the layers of a BERT: hidden states in and out, shape (1, t, d)."""
        for n in which:
            layer = f"encoder.layer.{n}"
            own = [f"{layer}.attention.self.{which}" for which in ("query", "key", "value")]
            asked = self.ops("Split", 3, self.linear(rows, *own), axis=-1, num_outputs=3)
            seen = self.op("MultiHeadAttention", *asked, domain=_CONTRIB, num_heads=heads)
            mixed = self.linear(seen, f"{layer}.attention.output.dense")
            rows = self.normed(self.op("Add", rows, mixed), f"{layer}.attention.output.LayerNorm")
            wide = self.op("Gelu", self.linear(rows, f"{layer}.intermediate.dense"))
            narrow = self.linear(wide, f"{layer}.output.dense")
            rows = self.normed(self.op("Add", rows, narrow), f"{layer}.output.LayerNorm")
        return rows

    def to_bytes(self, inputs: Mapping[str, Sequence[str | int]], outputs: Mapping[str, str]) -> bytes:
        """Return the graph as a file's content; see `graph_of`."""
        for name, step in outputs.items():
            self._nodes.append(helper.make_node("Identity", [step], [name]))
        graph = helper.make_graph(
            self._nodes,
            "footnote",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
        model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()
        return model
