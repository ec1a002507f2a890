"""The reader that ships: what it makes of a question and passages, and how answering uses it."""

import subprocess
import sys

import numpy as np
import pytest

from footnote.corpus.article import Article
from footnote.corpus.errors import ModelError
from footnote.corpus.settings import Settings
from footnote.qa.engine import Engine
from footnote.qa.rank.model_folder import open_model
from footnote.qa.rank.reader import ReaderInput
from footnote.qa.rank.reader_network import (
    KEPT,
    LEFT_OUT,
    MAX_PIECES,
    MAX_QUESTION,
    MAX_SENTENCE,
    MAX_TITLE,
    RELATIONS,
    PieceTokenizer,
    TransformerReader,
)

QUESTION = "How much did the second quay of Vardo cost?"
TEXT = (
    "Mayor Ingrid Solheim opened the second quay of Vardo on Tuesday. The second quay of Vardo cost 42 million kroner."
    " A lighthouse stands at the end of the second quay of Vardo. The ferry to Hamnes stopped in March."
)
QUAY = ReaderInput("Second quay", tuple(f"{text}." for text in TEXT.removesuffix(".").split(". ")))


@pytest.fixture(scope="module")
def reader():
    return open_model().reader


@pytest.mark.slow
def test_nothing_that_answering_imports_loads_torch():
    code = "import sys, qa.engine; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_sentence_that_answers_is_told_from_those_about_the_same_thing(reader):
    (cost,) = reader.read(QUESTION, [QUAY])
    assert cost.sentences.argmax() == 1
    (opened,) = reader.read("Who opened the second quay of Vardo?", [QUAY])
    assert opened.sentences.argmax() == 0
    (buried,) = reader.read("Which king is buried under the old town hall?", [QUAY])
    assert buried.sentences.max() < cost.sentences[1] - 2
    assert buried.passage < cost.passage - 2


def test_the_words_that_answer_how_much_are_the_amount(reader):
    (cost,) = reader.read(QUESTION, [QUAY])
    span = cost.spans[1]
    assert "42 million" in QUAY.sentences[1][span.start : span.end]
    assert "quay" not in QUAY.sentences[1][span.start : span.end]
    assert span.margin > 0
    assert all(other is None or other.margin < span.margin for n, other in enumerate(cost.spans) if n != 1)


def test_words_lie_in_their_sentence(reader):
    for text in ("Ænës’ quay — 42 million.", "x", "İstanbul cost  more\t!"):
        (read,) = reader.read(QUESTION, [ReaderInput("", (text,))])
        assert 0 <= read.spans[0].start < read.spans[0].end <= len(text)


def test_texts_are_scored_as_each_alone_however_many_are_read(reader):
    shown = [("t" * (n % 2), [f"{'word ' * (3 * n + k)}end." for k in range(1 + n % 4)]) for n in range(7)]
    pieces = PieceTokenizer().pieces(QUESTION, shown)
    for own, scored in zip(pieces, reader.scores(pieces), strict=True):
        (alone,) = reader.scores([own])
        assert len(alone.sentences) == len(own.spans)
        assert np.allclose(alone.sentences, scored.sentences, atol=0.1)
        assert np.allclose(alone.edges, scored.edges, atol=0.1)
        assert alone.passage == pytest.approx(scored.passage, abs=0.1)


def test_a_passage_far_behind_another_is_not_read_to_the_end(reader):
    rain = ReaderInput("Weather", tuple(f"On day {n} it rained in Hamnes." for n in range(6)))
    alone, (beside, cost) = reader.read(QUESTION, [rain])[0], reader.read(QUESTION, [rain, QUAY])
    assert alone.passage > LEFT_OUT
    assert any(alone.spans)
    assert beside.passage == LEFT_OUT
    assert beside.sentences.tolist() == [LEFT_OUT] * 6
    assert not any(beside.spans)
    assert cost.sentences.argmax() == 1
    assert np.allclose(cost.sentences, reader.read(QUESTION, [QUAY])[0].sentences, atol=0.1)


def test_pieces_are_cut_to_what_the_reader_was_trained_with():
    sentences = ("word " * 300, "", "word " * 300, "left out")
    (pieces,) = PieceTokenizer().pieces("why " * 300, [("title " * 90, sentences)])
    assert len(pieces.ids) == MAX_PIECES
    assert pieces.question_end == MAX_QUESTION + 2
    lengths = [end - start for start, end in pieces.spans]
    assert lengths[:2] == [MAX_SENTENCE, 0]
    assert lengths[3] == 0
    assert sum(lengths) + pieces.question_end + MAX_TITLE + 1 == MAX_PIECES


def test_a_sentence_that_was_cut_off_has_no_words(reader):
    (read,) = reader.read(QUESTION, [ReaderInput("", (*["word " * 120] * 4, "left out"))])
    assert read.spans[0] is not None
    assert read.spans[4] is None
    assert np.isfinite(read.sentences).all()


def test_the_likeliest_sentences_are_read_to_the_end_wherever_they_stand(reader):
    rain = [f"On day {n} it rained in Hamnes." for n in range(9)]
    for place in (0, 5, 9):
        sentences = [*rain[:place], QUAY.sentences[1], *rain[place:]]
        (read,) = reader.scores(PieceTokenizer().pieces(QUESTION, [("", sentences)]))
        assert read.sentences.argmax() == place
        assert sorted(read.sentences.tolist())[: 10 - KEPT] == [LEFT_OUT] * (10 - KEPT)
        assert (read.sentences > LEFT_OUT).sum() == KEPT
        (read,) = reader.read(QUESTION, [ReaderInput("", tuple(sentences))])
        assert read.spans[place] is not None
        assert sum(span is not None for span in read.spans) < KEPT


def test_without_passages_there_is_nothing_to_read(reader):
    assert reader.read(QUESTION, []) == []
    assert reader.relations([]).shape == (0, len(RELATIONS))


def test_relations_are_probabilities_whatever_is_read_with_them(reader):
    pairs = [("The quay cost 42 million kroner.", QUAY.sentences[1]), ("", ""), ("word " * 400, "word " * 400)]
    found = reader.relations(pairs)
    assert found.shape == (3, len(RELATIONS))
    assert (found >= 0).all()
    assert found.sum(axis=1) == pytest.approx(1)
    assert np.allclose(reader.relations(pairs[:1]), found[:1], atol=0.05)


@pytest.mark.parametrize("content", [None, b"", b"not a reader", b"\x02\0\0\0\0\0\0\0{}"])
def test_a_file_that_is_no_reader_is_refused_with_its_name(tmp_path, content):
    if content is not None:
        (tmp_path / "mine").write_bytes(content)
    with pytest.raises(ModelError, match="mine: this is no reader"):
        TransformerReader(tmp_path / "mine")


def test_an_answer_cites_the_sentence_and_marks_the_amount(tmp_path, encoder):
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
