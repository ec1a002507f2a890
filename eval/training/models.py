"""The models in ONNX Runtime beside the same in torch: ``python -m eval.training.models`` or ``make models``.

It makes their graphs, where they are not there yet, and tells how near they come: the cosines of MiniLM's vectors to
those of sentence-transformers, how often they rank the same chunk first, how far off the reader's log odds are from
those of the network that was trained, how often it has the same sentence first, and what a pass takes of one core.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from footnote.eval.commands import notify, offline_program
from footnote.eval.report.report import md_table
from footnote.eval.suite import GOLD, load_suite
from footnote.eval.training.network import load_model, pad
from footnote.index.embedding.encoder import Encoded, EncoderInput, Vectors, has_bfloat16, packaged_minilm
from footnote.index.embedding.minilm import MiniLMEncoder, precision
from footnote.index.embedding.plan import plan
from footnote.qa.rank.model_folder import READER, open_model
from footnote.qa.rank.reader import Matrix
from footnote.qa.rank.reader_network import Pieces, PieceTokenizer, TransformerReader

_CHUNKS, _QUESTIONS, _ROUNDS = 120, 60, 3
_HEADINGS = ("", "cosine, mean", "least", "same chunk first", "log odds off, median", "95%", "same sentence first",
             "a question, ms", "32 chunks, ms", "reading 4 passages, ms")  # fmt: skip

Pair = tuple[str, tuple[str, tuple[str, ...]]]
"""A question, and a passage: its title and its sentences."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A way to run the models: texts to unit vectors, shape (n, d), and pairs to the log odds of each sentence."""

    name: str
    encode: Callable[[Sequence[str]], Vectors]
    read: Callable[[Sequence[Pair]], list[Matrix]]


@offline_program
def main() -> int:
    """Make the graphs, compare, and print the table."""
    notify(str(precision(notify)))
    sys.stdout.write("\n".join(md_table(compared(list(runtimes())))) + "\n")
    return 0


def runtimes() -> Iterator[Runtime]:
    """Yield what there is, fp32 in torch first."""
    torch.set_num_threads(1)
    model = SentenceTransformer(str(packaged_minilm()), device="cpu", local_files_only=True).eval()
    network = load_model(open_model().folder / READER)

    def in_torch(half: bool) -> Runtime:
        def encode(texts: Sequence[str]) -> Vectors:
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
                return np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

        def read(pairs: Sequence[Pair]) -> list[Matrix]:
            pieces = _pieces(pairs)
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
                scores = network(*pad(pieces)).sentences.double().numpy()
            return [own[: len(each.spans)] for own, each in zip(scores, pieces, strict=True)]

        return Runtime("torch, bfloat16" if half else "torch, fp32", encode, read)

    yield in_torch(False)
    if has_bfloat16():
        yield in_torch(True)
    for name in ("fp32", "int8"):
        os.environ["FOOTNOTE_PRECISION"] = name
        yield _in_onnx(name, MiniLMEncoder(), TransformerReader(open_model().folder / READER))


def _in_onnx(name: str, encoder: MiniLMEncoder, reader: TransformerReader) -> Runtime:
    def encode(texts: Sequence[str]) -> Vectors:
        found: list[Encoded] = encoder.encode_passages([EncoderInput("", text, ()) for text in texts])
        return np.stack([each.chunk for each in found])

    def read(pairs: Sequence[Pair]) -> list[Matrix]:
        return [each.sentences for each in reader.scores(_pieces(pairs))]

    return Runtime(f"ONNX Runtime, {name}", encode, read)


def compared(found: Sequence[Runtime]) -> list[Sequence[str]]:
    """Return the table's rows; the first is what the others are held against."""
    encoder = MiniLMEncoder()
    suite = load_suite(GOLD)
    plans = [plan(article, encoder) for article in suite.articles]
    passages = [passage for each in plans for passage in each.passages()][:_CHUNKS]
    texts = [each.joined for each in passages]
    questions = [each.question for each in suite.questions[:_QUESTIONS]]
    chunks, asked = found[0].encode(texts), found[0].encode(questions)
    nearest = (asked @ chunks.T).argmax(axis=1)
    pairs = [(question, _passage(passages[n])) for question, n in zip(questions, nearest, strict=True)]
    exact = [found[0].read([pair])[0] for pair in pairs]
    times = _times(found, questions[0], texts[:32], _longest(pairs))
    rows: list[Sequence[str]] = [_HEADINGS]
    for runtime in found:
        own, said = runtime.encode(texts), [runtime.read([pair])[0] for pair in pairs]
        cosines = (own * chunks).sum(axis=1)
        same = ((runtime.encode(questions) @ own.T).argmax(axis=1) == nearest).mean()
        off = np.abs(np.concatenate(said) - np.concatenate(exact))
        first = np.mean([a.argmax() == b.argmax() for a, b in zip(said, exact, strict=True)])
        rows.append([runtime.name, f"{cosines.mean():.4f}", f"{cosines.min():.4f}", f"{same:.1%}",
                     f"{np.median(off):.3f}", f"{np.quantile(off, 0.95):.3f}", f"{first:.1%}",
                     *(f"{each:.1f}" for each in times[runtime.name])])  # fmt: skip
    return rows


def _passage(passage: EncoderInput) -> tuple[str, tuple[str, ...]]:
    return passage.title, tuple(passage.text[start:end] for start, end in passage.sentences)


def _pieces(pairs: Sequence[Pair]) -> list[Pieces]:
    """Return each pair as the reader reads it."""
    tokenizer = PieceTokenizer()
    return [tokenizer.pieces(question, [passage])[0] for question, passage in pairs]


def _longest(pairs: Sequence[Pair]) -> list[Pair]:
    """Return four pairs of about 200 word pieces."""
    sized = sorted(zip(_pieces(pairs), pairs, strict=True), key=lambda each: abs(len(each[0].ids) - 200))
    return [pair for _, pair in sized[:4]]


def _times(
    found: Sequence[Runtime], question: str, texts: Sequence[str], pairs: Sequence[Pair]
) -> dict[str, list[float]]:
    """Return the least milliseconds of processor time for a question, the texts, and the pairs, in turn."""
    least: dict[str, list[float]] = {}
    for runtime in [*found] * _ROUNDS:
        encode, read = runtime.encode, runtime.read
        took = [_milliseconds(encode, [question]), _milliseconds(encode, texts), _milliseconds(read, pairs)]
        least[runtime.name] = [min(pair) for pair in zip(took, least.get(runtime.name, took), strict=True)]
    return least


def _milliseconds(work: Callable[[Any], object], given: object) -> float:
    started = time.process_time()
    work(given)
    return 1e3 * (time.process_time() - started)


if __name__ == "__main__":
    sys.exit(main())
