"""Published cross-encoders in place of the order of the model that ships: a tiny one, made and trained here."""

import json
from pathlib import Path

import numpy as np
import pytest
from evidence import sentences
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import cross_encoder

from footnote.cli.main import main
from footnote.corpus.article import Article
from footnote.corpus.errors import ModelError
from footnote.corpus.settings import Settings
from footnote.index.embedding.encoder import packaged_minilm
from footnote.qa.engine import Engine
from footnote.qa.rank.reranker import RERANKED, CrossEncoderReranker, reranked

TEXT = (
    "Mayor Ingrid Solheim opened the second quay of Vardo on Tuesday. The second quay of Vardo cost 42 million kroner."
    " A lighthouse stands at the end of the second quay of Vardo. The ferry to Hamnes stopped in March."
)
QUESTION = "How much did the second quay of Vardo cost?"


class ByLength:
    """Prefers long texts."""

    def scores(self, question, texts):
        return np.array([len(text) for text in texts], dtype=float)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return cross_encoder(tmp_path_factory.mktemp("models") / "lighthouses", "lighthouse")


@pytest.fixture
def opened(tmp_path, encoder):
    """Opens an engine over one article, with the reranker of that name."""
    engines = []

    def open_(reranker=""):
        settings = Settings(tmp_path / "home", reader=str(reranker), min_confidence=0)
        engines.append(Engine.open(settings, encoder=encoder))
        list(engines[-1].add_many([Article("quay", TEXT, "Second quay")]))
        return engines[-1]

    yield open_
    for engine in engines:
        engine.close()


@given(st.lists(st.floats(0.01, 0.99), max_size=30))
def test_the_likeliest_go_by_its_order_and_the_probabilities_stay(values):
    rows = sentences([f"{'word ' * (7 * n % 31)}end." for n in range(len(values))])
    before = np.array(values)
    after = reranked(ByLength(), QUESTION, rows, before)
    assert sorted(after) == sorted(before)
    best = np.argsort(-before, kind="stable")[:RERANKED]
    longest = sorted(best, key=lambda n: -len(rows[n].text))
    assert [*after[longest]] == [*before[best]]
    rest = np.setdiff1d(np.arange(len(values)), best)
    assert np.array_equal(after[rest], before[rest])


def test_its_first_sentence_is_the_answers_first(folder, opened):
    plain = opened().ask(QUESTION)
    answer = opened(folder).ask(QUESTION)
    assert "lighthouse" not in plain.sentences[0].text
    assert "lighthouse" in answer.sentences[0].text
    assert all(TEXT[c.source.start : c.source.end] == c.source.quote for c in answer.citations)


def test_an_engine_tells_which_it_asks(folder, opened):
    digest = opened(folder).describe()["reranker_digest"]
    assert len(str(digest)) == 64
    assert opened().describe()["reranker_digest"] == ""


def test_the_command_line_takes_one(folder, tmp_path, capsys, loaded_once):
    (tmp_path / "quay.txt").write_text(TEXT, "utf-8")
    home = ["--home", str(tmp_path / "library")]
    assert main([*home, "add", str(tmp_path / "quay.txt")]) == 0
    capsys.readouterr()
    assert main([*home, "ask", QUESTION, "--json", "--min-confidence", "0", "--reader", str(folder)]) == 0
    assert "lighthouse" in json.loads(capsys.readouterr().out)["sentences"][0]["text"]
    assert main([*home, "ask", QUESTION, "--reader", str(tmp_path / "nothing")]) == 1
    assert "cannot be loaded" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (lambda _: packaged_minilm(), "no cross-encoder"),  # it would be given a head of random weights
        (lambda folder: cross_encoder(folder / "two", labels=2), "2 scores"),
        (lambda folder: folder, "cannot be loaded"),
        (lambda _: Path("nobody/no-such-model"), "--allow-download"),
    ],
)
def test_what_is_no_reranker_is_refused(model, why, tmp_path):
    with pytest.raises(ModelError, match=why) as error:
        CrossEncoderReranker(str(model(tmp_path))).scores("Who?", ["Nobody."])
    assert "\n" not in str(error.value)
