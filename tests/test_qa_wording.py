"""A text as words: which carry meaning, and which are written as names."""

from hypothesis import given
from hypothesis import strategies as st

from index.words import words
from qa.wording import wording


def test_the_words_that_carry_meaning_are_stemmed():
    read = wording("The mayor's U.K.-built ferries – \ufb01nally – sailed.")
    assert read.meaning == ("mayor", "uk", "built", "ferri", "final", "sail")
    assert read.words[0] == "the"
    assert read.stems[0] == ""
    assert len(read.words) == len(read.stems) == len(read.named) == 7


def test_names_and_figures_but_the_first_word():
    read = wording("Ferries of Bay Town sank in 1985 off X-ray point.")
    named = [word for word, name in zip(read.words, read.named, strict=True) if name]
    assert named == ["bay", "town", "1985", "x", "ray"]


def test_nothing():
    assert wording("").meaning == ()


ODD = st.sampled_from("ab’'\"“”.-– \t\u00a0\u200b\u00a8\ufb01É5\x1f")


@given(st.text(ODD | st.characters(exclude_characters="İ"), max_size=30))
def test_it_is_the_same_whether_read_piece_by_piece_or_whole(text):
    assert list(wording(text).words) == words(text)
