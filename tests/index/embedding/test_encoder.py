"""The real embedding model: what it promises."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from footnote.corpus.errors import ModelError
from footnote.corpus.text import Span
from footnote.index.embedding import encoder as encoder_module
from footnote.index.embedding.encoder import (
    MINILM_SHA256,
    MPNET_SHA256,
    EncoderInput,
    SentenceTransformerEncoder,
    packaged_minilm,
    unit,
)
from footnote.index.embedding.minilm import body, open_encoder
from footnote.index.embedding.model_files import load_model, weights_digest

MPNET_LOADED_SHA256 = "1bee6b7fd6f00e8de3558405c264eb656f363fab10fd2ec960b49113508a9650"
MPNET = Path(__file__).resolve().parents[3] / "models" / "all-mpnet-base-v2"
FIRST = "Iran called off its militias in May."
SECOND = "The attacks have largely ceased."
LEAST = 0.985
"""int8 against bfloat16 or fp32."""


def passage(*sentences, title=""):
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return EncoderInput(title, " ".join(sentences), tuple(spans))


def test_the_packaged_model(encoder):
    assert encoder.digest == MINILM_SHA256
    assert (encoder.name, encoder.dimension, encoder.budget) == ("all-MiniLM-L6-v2", 384, 254)


@pytest.mark.skipif(not MPNET.is_dir(), reason="all-mpnet-base-v2 is not here; `make mpnet` gets it")
def test_mpnet_is_known_by_its_file_and_by_its_weights():
    model = load_model(SentenceTransformer, str(MPNET), allow_download=False)
    assert weights_digest(model, MPNET) == MPNET_SHA256
    assert weights_digest(model, "a name on a hub") == MPNET_LOADED_SHA256


def test_other_weights_in_the_package_are_refused(monkeypatch):
    monkeypatch.setattr("footnote.index.embedding.minilm.MINILM_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="reinstall"):
        open_encoder()


def test_a_model_that_is_not_here_is_refused_without_asking_the_network(tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded") as error:
        SentenceTransformerEncoder("nobody/no-such-model")
    assert "\n" not in str(error.value)
    with pytest.raises(ModelError, match="cannot be loaded"):
        SentenceTransformerEncoder(str(tmp_path))


def test_a_model_by_folder(tmp_path, encoder):
    shutil.copytree(packaged_minilm(), tmp_path / "mine")
    other = open_encoder(str(tmp_path / "mine"))
    assert isinstance(other, SentenceTransformerEncoder)
    assert (other.name, other.digest, other.budget) == ("mine", encoder.digest, encoder.budget)
    assert other.pieces(FIRST) == encoder.pieces(FIRST)
    assert other.encode_query(FIRST) @ encoder.encode_query(FIRST) > LEAST
    (read,), (own,) = (each.encode_passages([passage(FIRST, SECOND, title="A title")]) for each in (other, encoder))
    assert read.chunk @ own.chunk > LEAST
    assert (read.sentences * own.sentences).sum(axis=1).min() > LEAST


def test_vectors_are_of_length_one(encoder):
    (encoded,) = encoder.encode_passages([passage(FIRST, SECOND, title="A title")])
    assert encoded.chunk.shape == (384,)
    assert encoded.sentences.shape == (2, 384)
    lengths = np.linalg.norm([encoded.chunk, *encoded.sentences, encoder.encode_query("who?")], axis=1)
    assert np.allclose(lengths, 1, atol=1e-4)


def test_late_pooling_is_the_average_of_the_tokens_in_the_span(encoder):
    given = passage(FIRST, SECOND, title="A title")
    (encoded,) = encoder.encode_passages([given])
    text = "A title\n" + given.text
    read = encoder._tokenizer.encode(text)
    tokens = body(encoder._session, read.ids)
    for (start, end), vector in zip(given.sentences, encoded.sentences, strict=True):
        inside = [n for n, (a, b) in enumerate(read.offsets) if b > a and a >= start + 8 and b <= end + 8]
        assert text[read.offsets[inside[0]][0] : read.offsets[inside[-1]][1]] == given.text[start:end]
        assert np.allclose(unit(tokens[inside].mean(axis=0)), vector, atol=1e-5)
    assert np.allclose(unit(tokens.mean(axis=0)), encoded.chunk, atol=1e-5)


def test_weights_kept_in_bfloat16_give_what_casting_them_at_each_pass_gives():
    import torch

    model = SentenceTransformer(str(packaged_minilm()), device="cpu", local_files_only=True).eval()
    rows = model.tokenizer(FIRST, return_tensors="pt")
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        before = model(dict(rows))["sentence_embedding"]
        encoder_module._keep_in_bfloat16(model)
        assert torch.equal(model(dict(rows))["sentence_embedding"], before)


def test_a_sentence_without_tokens_takes_the_chunk_vector(encoder):
    (encoded,) = encoder.encode_passages([EncoderInput("", "a \u200b b", (Span(0, 1), Span(2, 3)))])
    assert np.allclose(encoded.sentences[1], encoded.chunk)


def test_batches_do_not_change_vectors(encoder):
    given = [passage(*[FIRST] * (1 + n % 9), SECOND, title="t" * (n % 3)) for n in range(25)]
    for one, encoded in zip(given, encoder.encode_passages(given), strict=True):
        (alone,) = encoder.encode_passages([one])
        assert np.array_equal(alone.chunk, encoded.chunk)
        assert np.array_equal(alone.sentences, encoded.sentences)


def test_a_passage_that_is_too_long_raises(encoder):
    with pytest.raises(ModelError, match=r"over .* limit of 256"):
        encoder.encode_passages([passage("word " * 300)])


def test_nothing_gives_nothing(encoder):
    assert encoder.encode_passages([]) == []


def test_a_long_question_is_cut(encoder):
    assert encoder.encode_query("word " * 2_000).shape == (384,)


def test_questions_and_passages_from_many_threads(encoder):
    question = encoder.encode_query(FIRST)
    (encoded,) = encoder.encode_passages([passage(FIRST, SECOND)])

    def work(n):
        if n % 3:
            return np.allclose(encoder.encode_query(FIRST), question, atol=1e-5)
        again, _ = encoder.encode_passages([passage(FIRST, SECOND), passage("word " * n)])
        return np.allclose(again.chunk, encoded.chunk, atol=1e-5)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(60)))


def test_related_sentences_are_near(encoder):
    question = encoder.encode_query("Which country told its militias to stop?")
    (encoded,) = encoder.encode_passages([passage(FIRST, "Bread costs two euros at the corner shop.")])
    assert encoded.sentences[0] @ question > encoded.sentences[1] @ question


def test_importing_does_not_load_torch():
    code = "import sys, index.passages, cli.main; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
