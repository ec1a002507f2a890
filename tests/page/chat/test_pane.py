"""A stored text is cut along its highlights without losing a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.page.chat.pane import Mark, Run, paragraphs

TEXT = "One two.\n\nThree four five.\nSix"


@pytest.mark.parametrize(
    ("cited", "also", "expected"),
    [
        (None, [], [[Run("One two.")], [Run("Three four five.")], [Run("Six")]]),
        (Mark(4, 7), [],
         [[Run("One "), Run("two", "cited"), Run(".")], [Run("Three four five.")], [Run("Six")]]),
        (Mark(0, 8), [Mark(10, 15)],
         [[Run("One two.", "cited")], [Run("Three", "also"), Run(" four five.")], [Run("Six")]]),
        (Mark(4, 15), [],
         [[Run("One "), Run("two.", "cited")], [Run("Three", "cited"), Run(" four five.")], [Run("Six")]]),
        (Mark(12, 20), [Mark(10, 15)],
         [[Run("One two.")],
          [Run("Th", "also"), Run("ree", "cited"), Run(" four", "cited"), Run(" five.")], [Run("Six")]]),
        (Mark(27, 99), [], [[Run("One two.")], [Run("Three four five.")], [Run("Six", "cited")]]),
    ],
)  # fmt: skip
def test_cuts(cited, also, expected):
    assert paragraphs(TEXT, cited, also) == expected


def test_nothing_to_cut():
    assert paragraphs("") == []
    assert paragraphs("\n \n\t\n") == []


LINES = st.text(st.sampled_from("ab \n\t.é🙂\r\u2028"), max_size=60)
SPANS = st.builds(Mark, st.integers(0, 70), st.integers(0, 70))


@given(LINES, st.none() | SPANS, st.lists(SPANS, max_size=4))
def test_no_character_is_lost_and_what_is_cited_is_marked(stored, cited, also):
    cut = paragraphs(stored, cited, also)
    lines = [line for line in stored.split("\n") if line.strip()]
    assert ["".join(piece.text for piece in line) for line in cut] == lines
    marked = "".join(piece.text for line in cut for piece in line if piece.kind == "cited")
    wanted = stored[cited.start : cited.end] if cited else ""
    assert "".join(marked.split()) == "".join(wanted.split())


@given(LINES, SPANS)
def test_what_is_also_cited_is_marked(stored, span):
    marked = "".join(piece.text for line in paragraphs(stored, None, [span]) for piece in line if piece.kind == "also")
    assert "".join(marked.split()) == "".join(stored[span.start : span.end].split())
