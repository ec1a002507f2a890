"""The reader that ships: what it makes of a question and sentences, and how answering uses it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from qa.reader import CLIP, READ, Window, _columns, load_reader, reading
from qa.reading_model import _ALL, Tokenizer
from qa.scorer import FILE_NAME, QUICK, Scorers

import qa
from corpus.article import Article
from corpus.errors import ModelError
from corpus.settings import Settings
from qa.engine import Engine

QUESTION = "How much did the second quay of Vardo cost?"
TEXT = (
    "Mayor Ingrid Solheim opened the second quay of Vardo on Tuesday. The second quay of Vardo cost 42 million kroner."
    " A lighthouse stands at the end of the second quay of Vardo. The ferry to Hamnes stopped in March."
)


class ByLength:
    """Log odds are a text's length."""

    def logits(self, question, shown):
        return [np.array([len(text) for text in window.sentences], dtype=float) for window in shown]


@pytest.fixture(scope="module")
def reader():
    return load_reader()


@pytest.mark.parametrize(
    ("own", "columns"),
    [
        ([1.0], [[1, 9, 1]]),
        ([2.0, -1.0], [[2, 3, 2], [-1, -3, 2]]),
        ([2.0, np.nan], [[2, 9, 2], [-7, -9, 2]]),
        ([np.nan, -6.0], [[-8, -2, -6], [-6, 2, -6]]),
        ([3.0, 3.0, 1.0], [[3, 0, 3], [3, 0, 3], [1, -2, 3]]),
    ],
)
def test_the_columns_tell_how_each_stands_beside_the_others(own, columns):
    assert _columns(np.array(own)).tolist() == columns


def test_nothing_that_answering_imports_loads_torch():
    code = "import sys, qa.engine; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_not_near_is_not_read():
    text = f"{'word ' * 30}end."
    places = [("a", n * 160, n * 160 + len(text)) for n in range(40)]
    columns = reading(ByLength(), QUESTION, places, lambda some: Window("", (text,) * len(some)), range(40))()
    assert columns.shape == (40, len(READ))
    assert columns[0].tolist()[::2] == [CLIP, CLIP]
    assert (columns[10:, 0] == -7).all()


def test_without_sentences_there_is_nothing_to_read():
    assert reading(ByLength(), QUESTION, [], lambda _: Window("", ()), [])().shape == (0, len(READ))
    assert list(load_reader().logits(QUESTION, [])) == []


def test_the_sentence_that_answers_is_told_from_those_about_the_same_thing(reader):
    window = Window("Second quay", tuple(f"{text}." for text in TEXT.removesuffix(".").split(". ")))
    (logits,) = reader.logits(QUESTION, [window])
    assert logits.argmax() == 1
    (opened,) = reader.logits("Who opened the second quay of Vardo?", [window])
    assert opened.argmax() == 0
    (buried,) = reader.logits("Which king is buried under the old town hall?", [window])
    assert buried.max() < logits[1] - 2


def test_windows_read_together_are_read_as_each_alone(reader):
    shown = [Window("t" * (n % 2), tuple(f"{'word ' * (3 * n + k)}end." for k in range(1 + n % 4))) for n in range(7)]
    for window, together in zip(shown, reader.logits(QUESTION, shown), strict=True):
        (alone,) = reader.logits(QUESTION, [window])
        assert len(alone) == len(window.sentences)
        assert np.allclose(alone, together, atol=0.1)


def test_pieces_are_cut_to_what_the_reader_was_taught_with():
    window = Window("title " * 90, ("word " * 300, "", "word " * 300, "left out"))
    (pieces,) = Tokenizer().pieces("why " * 300, [window])
    assert len(pieces.ids) <= _ALL
    assert pieces.after == 42
    lengths = [end - start for start, end in pieces.spans]
    assert lengths[0] == 100
    assert lengths[1] == 0
    assert sum(lengths) + pieces.after + 16 + 1 == len(pieces.ids)


@pytest.mark.parametrize("content", [None, b"", b"not a reader", b"\x02\0\0\0\0\0\0\0{}"])
def test_a_file_that_is_no_reader_is_refused_with_its_name(tmp_path, content):
    if content is not None:
        (tmp_path / "mine").write_bytes(content)
    with pytest.raises(ModelError, match="mine: this is no reader"):
        load_reader(str(tmp_path / "mine"))


def test_the_scorer_that_ships_reads_and_the_quick_one_does_not():
    assert Scorers().fitting("").reads
    assert not Scorers.of_file(QUICK).fitting("").reads


def test_the_scorer_was_fitted_with_the_reader_that_ships(reader):
    assert (
        json.loads(Path(qa.__file__).with_name(FILE_NAME).read_text("utf-8"))["provenance"]["reader"] == reader.digest
    )


def test_an_answer_with_the_reader_cites_the_sentence(tmp_path, encoder):
    engine = Engine.open(Settings(tmp_path / "home"), encoder=encoder)
    try:
        engine.warm_up()
        list(engine.add_many([Article("quay", TEXT, "Second quay")]))
        answer = engine.ask(QUESTION)
        assert answer.status == "answered"
        assert answer.citations[0].source.quote == "The second quay of Vardo cost 42 million kroner."
        assert engine.ask("Which king is buried under the old town hall?").status == "abstained"
    finally:
        engine.close()
