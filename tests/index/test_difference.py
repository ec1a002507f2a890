"""What changed between two texts."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.index.difference import DiffPiece, difference

TEXT = st.text(st.sampled_from(list("ab .,\n\t é🙂")), max_size=60)


@given(TEXT, TEXT)
def test_the_pieces_make_up_both_texts(old, new):
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("One.", "One.", [("same", "One.")]),
        ("", "One.", [("added", "One.")]),
        ("One.", "", [("removed", "One.")]),
        (
            "It rained for nine days.",
            "It rained for eleven days.",
            [("same", "It rained for "), ("removed", "nine "), ("added", "eleven "), ("same", "days.")],
        ),
        ("Port shut.", "Port shut!", [("same", "Port shut"), ("removed", "."), ("added", "!")]),
    ],
)
def test_words_and_marks_are_compared(old, new, pieces):
    assert difference(old, new) == [DiffPiece(kind, text) for kind, text in pieces]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" ".join(f"w{n}" for n in range(60_000)), " ".join(f"w{n + n % 2}" for n in range(60_000))),
        ("a b " * 9_000, "b a c " * 6_000),
        ("\n".join(f"line {n} of the old text" for n in range(40_000)), "\n".join("of the new" for _ in range(40_000))),
    ],
)
def test_long_texts_take_bounded_time(old, new):
    started = time.perf_counter()
    pieces = difference(old, new)
    assert time.perf_counter() - started < 20
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
