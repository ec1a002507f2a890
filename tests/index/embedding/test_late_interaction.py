"""Vectors of words: which words, packed in two bits a number, and near enough to the exact ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.index.embedding.encoder import EncoderInput
from footnote.index.embedding.late_interaction import pack_words, unpack_words
from footnote.index.search.query_words import word_spans


def unit_vectors(count, dimension, seed=0):
    made = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who killed the commander?", ["killed", "commander"]),
        ("It was in the and of", []),
        ("Mr. Trump's 2,000 men", ["Mr", "Trump's", "2", "000", "men"]),
        ("al-Asad, 8 January", ["al-Asad", "8", "January"]),
        ("", []),
    ],
)
def test_words_that_carry_meaning(text, expected):
    assert [text[start:end] for start, end in word_spans(text)] == expected


def test_words_of_a_part_are_counted_in_the_whole():
    text = "First part. Second part."
    assert [text[start:end] for start, end in word_spans(text, 12)] == ["Second", "part"]


@given(count=st.integers(1, 30), dimension=st.integers(1, 40), shift=st.integers(0, 10_000))
def test_packing_keeps_starts_and_shape(count, dimension, shift):
    starts = list(range(0, 3 * count, 3))
    found = unpack_words(pack_words(starts, unit_vectors(count, dimension)), dimension, shift)
    assert found.starts.tolist() == [start + shift for start in starts]
    assert found.vectors.shape == (count, dimension)
    assert np.isfinite(found.vectors).all()


def test_no_words_give_no_bytes():
    assert pack_words([], np.zeros((0, 8), np.float32)) == b""
    assert len(unpack_words(b"", 8).starts) == 0


def test_bytes_of_another_dimension_are_refused():
    packed = pack_words([0], unit_vectors(1, 384))
    with pytest.raises(ValueError, match="buffer size"):
        unpack_words(packed, 256)


def test_a_word_takes_102_bytes_at_384_dimensions():
    assert len(pack_words([0, 5], unit_vectors(2, 384))) == 2 * 102


def test_products_are_near_the_exact_ones(encoder):
    text = "The commander was killed near the airport on Friday. Oil prices rose by four percent, and markets fell."
    spans = list(word_spans(text))
    (encoded,) = encoder.encode_passages([EncoderInput("", text, (), tuple(spans))])
    asked = encoder.encode_question("Who died at the airport?", list(word_spans("Who died at the airport?")))
    packed = unpack_words(pack_words([span.start for span in spans], encoded.words), 384)
    exact, near = asked.words @ encoded.words.T, asked.words @ packed.vectors.T
    assert np.abs(exact - near).max() < 0.08
    assert exact.argmax(axis=1).tolist() == near.argmax(axis=1).tolist()


def test_a_word_has_its_meaning_in_context(encoder):
    question = "Who was killed?"
    asked = encoder.encode_question(question, list(word_spans(question)))
    texts = ["He was assassinated.", "He was promoted."]
    cosines = []
    for text in texts:
        (encoded,) = encoder.encode_passages([EncoderInput("", text, (), tuple(word_spans(text)))])
        cosines.append(float((asked.words @ encoded.words.T).max()))
    assert cosines[0] > cosines[1]
