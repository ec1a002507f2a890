"""The folder of a model and its calibration: what is checked when it is opened."""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import ModelError
from footnote.corpus.settings import Settings
from footnote.qa.rank.calibration import (
    ANSWERED,
    OF_THE_ENCODER,
    SENTENCE,
    Calibration,
    Logistic,
    dump_calibration,
    log_odds_of,
    parse_calibration,
    sigmoid,
)
from footnote.qa.rank.model_folder import (
    CALIBRATION,
    FORM,
    MANIFEST,
    READER,
    answering_model,
    is_model,
    open_model,
    write_manifest,
)

OWN = Calibration(
    Logistic({name: 0.25 * n for n, name in enumerate(SENTENCE)}, -1.5),
    Logistic({name: 0.5 - n for n, name in enumerate(ANSWERED)}, 0.125),
    0.4,
)
OTHER = Calibration(Logistic({"read": 1.0}, 0.0), Logistic({"best": 2.0}, -1.0), 0.5)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mine"
    made.mkdir()
    (made / READER).write_bytes(b"weights")
    (made / CALIBRATION).write_text(dump_calibration(OWN, OTHER), "utf-8")
    write_manifest(made, {"name": "minilm", "sha256": "abc"}, "a test", ("one set", "another"))
    return made


def test_a_calibration_is_read_as_it_was_written():
    assert parse_calibration(dump_calibration(OWN, OTHER)) == (OWN, OTHER)


@pytest.mark.parametrize("part", ["sentence", "answered"])
def test_an_input_of_another_version_is_told_by_its_name(part):
    values = json.loads(dump_calibration(OWN, OTHER))
    values["without_encoder"][part]["rare_words"] = 1.0
    with pytest.raises(ValueError, match="another version: rare_words"):
        parse_calibration(json.dumps(values))


def test_of_the_shipped_ones_the_second_goes_without_the_embedding_model():
    shipped = open_model()
    assert not OF_THE_ENCODER & shipped.without_encoder.sentence.weights.keys()
    assert not OF_THE_ENCODER & shipped.without_encoder.answered.weights.keys()
    assert shipped.with_encoder.sentence.weights.keys() == {*SENTENCE}
    assert shipped.with_encoder.sentence.weights["read"] > 0


@given(st.floats(-20, 20), st.floats(0.01, 5))
def test_more_of_what_counts_for_it_makes_it_likelier(value, more):
    logistic = Logistic({"read": 0.5, "passage": 0.1}, -1.0)
    at = {"read": np.array([value, value + more]), "passage": np.zeros(2)}
    low, high = sigmoid(logistic.log_odds(at))
    assert 0 < low < high < 1
    assert log_odds_of(np.array([low]))[0] == pytest.approx(0.5 * value - 1)


def test_a_folder_says_what_it_was_trained_on_and_its_digest(folder):
    model = open_model(str(folder))
    assert model.trained_on == ("one set", "another")
    assert model.digest == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    assert model.calibration("abc") == OWN
    assert model.calibration("another embedding model") == OTHER


def change(folder, **fields):
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**manifest, **fields}), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda it: (it / READER).write_bytes(b"others"), r"mine/reader\.safetensors: it is not the file"),
        (lambda it: (it / CALIBRATION).write_text("{}", "utf-8"), r"mine/calibration\.json: it is not the file"),
        (lambda it: (it / READER).unlink(), r"No such file.*reader\.safetensors"),
        (lambda it: (it / CALIBRATION).unlink(), r"No such file.*calibration\.json"),
        (lambda it: (it / MANIFEST).unlink(), r"No such file.*manifest\.json"),
        (lambda it: (it / MANIFEST).write_text("[]", "utf-8"), "mine: this is no model"),
        (lambda it: (it / MANIFEST).write_text("not JSON", "utf-8"), "mine: this is no model"),
        (lambda it: change(it, form="footnote.model/9"), rf"footnote\.model/9; this version reads {FORM}"),
        (lambda it: change(it, files={}), "mine: this is no model"),
    ],
)
def test_a_folder_that_is_not_as_it_was_made_is_refused(folder, spoil, told):
    spoil(folder)
    with pytest.raises(ModelError, match=told):
        open_model(str(folder))


def test_a_published_cross_encoder_goes_with_the_model_that_ships(folder, tmp_path):
    assert answering_model(Settings(tmp_path, reader=str(folder))).folder == folder
    assert not is_model("nobody/a-cross-encoder")
    for reader in ("", "nobody/a-cross-encoder"):
        assert answering_model(Settings(tmp_path, reader=reader)) == open_model()


def test_the_reader_of_a_folder_is_read_when_it_is_needed(folder):
    model = open_model(str(folder))
    with pytest.raises(ModelError, match="this is no reader"):
        _ = model.reader
