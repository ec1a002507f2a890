"""The shipped models in ONNX Runtime: as near to the same in torch as their precision allows, made once and kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from footnote.corpus.errors import ModelError
from footnote.eval.training.network import load_model, pad
from footnote.index.embedding import minilm, onnx_runtime
from footnote.index.embedding.encoder import EncoderInput, packaged_minilm
from footnote.index.embedding.minilm import MeasuredPrecision, MiniLMEncoder, precision, sample_texts
from footnote.qa.rank.model_folder import READER, open_model
from footnote.qa.rank.reader_network import PieceTokenizer, TransformerReader

TEXTS = (
    "The second quay of Vardo cost 42 million kroner, the mayor said on Tuesday.",
    "Iran called off its militias in May. The attacks have largely ceased.",
    "Bread costs two euros at the corner shop; the ferry to Hamnes stopped in March, and nobody knows why.",
    "How many ships sailed?",
)
PASSAGE = (
    "Second quay",
    ("Solheim opened the quay.", "The second quay cost 42 million kroner.", "A lighthouse stands."),
)


def cuts_off():
    """Tell whether this processor adds products of int8 in sixteen bits, and cuts off what is too large."""
    about = Path("/proc/cpuinfo")
    return about.exists() and "avx2" in (flags := about.read_text()) and "vnni" not in flags


@pytest.fixture(params=["fp32", "int8", "int7"])
def chosen(request, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_PRECISION", request.param)
    return request.param


@pytest.fixture(scope="module")
def published():
    model = SentenceTransformer(str(packaged_minilm()), device="cpu", local_files_only=True)
    texts = [*TEXTS, *(minilm.tokenizer().decode(ids[1:-1]) for ids in sample_texts())]
    return texts, model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def test_vectors_are_those_of_sentence_transformers(chosen, published):
    if chosen == "int8" and cuts_off():
        pytest.skip("vectors of int8 are less exact on this processor, which has AVX2 without VNNI")
    texts, wanted = published
    encoded = MiniLMEncoder().encode_passages([EncoderInput("", text, ()) for text in texts])
    cosines = (np.stack([each.chunk for each in encoded]) * wanted).sum(axis=1)
    assert cosines.min() > {"fp32": 1 - 1e-5, "int8": 0.998, "int7": 0.996}[chosen]
    question = MiniLMEncoder().encode_query(TEXTS[0])
    assert (wanted @ question).argmax() == 0


@pytest.mark.slow
def test_the_reader_says_what_the_network_says_that_was_trained(chosen):
    file = open_model().folder / READER
    pieces = PieceTokenizer().pieces("How much did the second quay cost?", [PASSAGE, ("", ("word " * 150, "", "x"))])
    with torch.inference_mode():
        scores = load_model(file)(*pad(pieces))
    off = {"fp32": 1e-4, "int8": 0.3, "int7": 0.5}[chosen]
    for n, said in enumerate(TransformerReader(file).scores(pieces)):
        assert np.allclose(said.sentences, scores.sentences[n][: len(pieces[n].spans)], atol=off)
        assert np.allclose(said.relation, scores.relation[n], atol=off)
        assert said.passage == pytest.approx(float(scores.passage[n]), abs=off)
        edges = scores.edges[n][: len(pieces[n].ids)].numpy()
        assert np.abs(said.edges - edges).max() < max(off, 1e-3) * 6
        assert (said.edges.argmax(axis=0) == edges.argmax(axis=0)).all()


@pytest.mark.slow
def test_what_is_measured_is_kept_and_said(tmp_path, monkeypatch):
    monkeypatch.delenv("FOOTNOTE_PRECISION", raising=False)
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    lines = []
    found = precision(lines.append)
    assert len(lines) == 1
    assert found.fp32 > 0 < found.integers
    assert found.name in str(found)
    monkeypatch.setattr(minilm, "_measured", None)
    assert precision(lines.append) == found
    assert len(lines) == 1
    (file,) = (tmp_path / "cache").glob("precision-*.json")
    file.write_text("{")
    monkeypatch.setattr(minilm, "_measured", lambda: MeasuredPrecision("fp32", 1.0, 2.0, 0.5))
    assert precision().name == "fp32"
    assert json.loads(file.read_text("utf-8"))["name"] == "fp32"


@pytest.mark.parametrize(
    ("times", "cosines", "wanted"),
    [
        ((9.0, 4.0, 4.0), (0.999, 0.99), "int8"),
        ((9.0, 4.0, 4.0), (0.90, 0.998), "int7"),  # a processor that cuts off what is too large
        ((9.0, 4.0, 4.0), (0.90, 0.90), "fp32"),
        ((9.0, 8.9, 8.9), (0.999, 0.999), "fp32"),
    ],
)
def test_whole_numbers_are_used_where_they_are_faster_and_near(monkeypatch, times, cosines, wanted):
    names = ("fp32", "int8", "int7")
    least = dict(zip(names, (1.0, *cosines), strict=True))
    texts = sample_texts()

    def body(name, ids):  # the last text is the one that comes out least alike
        cosine = least[name] if ids == texts[-1] else 1.0
        return np.array([[cosine, np.sqrt(1 - cosine**2)]], np.float32)

    monkeypatch.setattr(minilm, "_graph", str)
    monkeypatch.setattr(minilm, "session_of", str)
    monkeypatch.setattr(minilm, "body", body)
    monkeypatch.setattr(minilm, "_milliseconds", lambda sessions, ids: [times[names.index(each)] for each in sessions])
    assert minilm._measured().name == wanted


REPORTING = "import onnxruntime; onnxruntime.get_available_providers(); "
READING = "from footnote.index.embedding.minilm import MiniLMEncoder; MiniLMEncoder().encode_query('a quay')"


def kept_for_reports(home, code):
    """Return what ONNX Runtime keeps for its maker after some code, where the environment does not forbid it."""
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")}
    environ = kept | {"HOME": str(home), "FOOTNOTE_PRECISION": "fp32"}
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", code], env=environ, cwd=root, check=True)
    return [*home.rglob("deviceid"), *home.rglob("onnxruntime.db*")]


@pytest.mark.slow
@pytest.mark.parametrize("code", [READING, "import footnote.qa.serving.preload; " + READING])
def test_onnx_runtime_reports_nothing_to_its_maker(tmp_path, code):
    if not kept_for_reports(tmp_path / "told", REPORTING):
        pytest.skip("this build of ONNX Runtime reports nothing in any case")
    assert kept_for_reports(tmp_path / "quiet", code) == []


def test_an_unknown_precision_is_refused(monkeypatch):
    monkeypatch.setenv("FOOTNOTE_PRECISION", "int3")
    with pytest.raises(ModelError, match="int8"):
        precision()


def test_a_graph_is_made_once_and_again_where_it_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path))
    made = []

    def make():
        made.append(1)
        return minilm._graph("fp32")

    given = {"rows": minilm.embeddings()([101, 2054, 102])}
    (first,) = onnx_runtime.open_graph("toy", make).run(None, given)
    (kept,) = tmp_path.iterdir()
    (again,) = onnx_runtime.open_graph("toy", make).run(None, given)
    assert (len(made), np.array_equal(first, again)) == (1, True)
    kept.write_bytes(kept.read_bytes()[:1_000])
    onnx_runtime.open_graph("toy", make)
    assert (len(made), [*tmp_path.iterdir()]) == (2, [kept])


def test_where_nothing_can_be_kept_the_models_run_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("FOOTNOTE_PRECISION", "fp32")
    assert MiniLMEncoder().encode_query("x").shape == (384,)


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {"HOME": "/h"}, "/h/.cache/footnote"),
        ("linux", {"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/footnote"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/footnote"),
        ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/footnote/cache"),
        ("linux", {"FOOTNOTE_CACHE": "/c"}, "/c"),
    ],
)
def test_the_cache_is_where_the_platform_has_it(monkeypatch, platform, environ, folder):
    monkeypatch.setattr(sys, "platform", platform)
    assert onnx_runtime.cache_folder(environ).as_posix() == folder


@pytest.mark.slow
def test_making_the_graphs_needs_no_torch(tmp_path):
    code = (
        "import sys; from footnote.index.embedding.minilm import open_encoder;"
        "from footnote.qa.rank.model_folder import open_model;"
        "open_encoder().encode_query('x'); open_model().reader; sys.exit('torch' in sys.modules)"
    )
    environ = {**os.environ, "FOOTNOTE_CACHE": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], env=environ, check=False).returncode == 0
