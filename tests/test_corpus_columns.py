"""Placed words to paragraphs: lines, columns and paragraphs as a reader sees them."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.columns import Fragment, lines_of, paragraphs_of, reading_order, without_margins

numbers = st.floats(-2_000, 2_000)
fragments = st.lists(st.builds(Fragment, numbers, numbers, st.floats(1, 72), st.text(max_size=40)), max_size=60)


def lines(*texts, x=50.0, top=700.0, step=12.0):
    return [Fragment(x, top - step * n, 10.0, text) for n, text in enumerate(texts)]


@given(fragments)
def test_nothing_is_lost_and_nothing_added(placed):
    found = lines_of(placed)
    ordered = reading_order(found)
    assert sorted(ordered, key=repr) == sorted(found, key=repr)
    letters = sorted(c for f in placed for c in f.text if not c.isspace())
    assert sorted(c for line in ordered for c in line.text if not c.isspace()) == letters


@given(fragments)
def test_paragraphs_hold_the_words_of_the_lines(placed):
    ordered = reading_order(lines_of(placed))
    kept = "".join("".join(paragraphs_of(ordered)).split())
    assert len(kept) <= 3 * sum(len(line.text) for line in ordered)


def test_a_raised_letter_stays_in_its_line():
    first = Fragment(50, 700, 10, "It is 3 km")
    row = [first, Fragment(first.right, 702, 6, "2"), Fragment(first.right + 4, 700, 10, " wide.")]
    assert [line.text for line in lines_of(row)] == ["It is 3 km2 wide."]


def test_a_gap_in_a_line_is_a_gap_between_columns():
    row = [Fragment(50, 700, 10, "left words"), Fragment(310, 700, 10, "right words")]
    assert [line.text for line in lines_of(row)] == ["left words", "right words"]


def test_a_heading_across_columns_divides_them():
    left = lines(*["left column words here"] * 5) + lines(*["lower left column words"] * 5, top=600)
    right = lines(*["right column words here"] * 5, x=310) + lines(*["lower right column words"] * 5, x=310, top=600)
    across = Fragment(
        50, 630, 10, "A heading that runs across both of the columns of this page, from left to right, all of it"
    )
    texts = [line.text for line in reading_order([*left, *right, across])]
    expected = ["left column words here", "right column words here", across.text, "lower left column words"]
    assert list(dict.fromkeys(texts)) == [*expected, "lower right column words"]


def test_a_few_indented_lines_are_no_column():
    page = lines(*["a line of body text that is as wide as the page is, or nearly so, at least"] * 20)
    page += lines("— an indented line", "— another of them", x=250, top=300)
    assert reading_order(page) == sorted(page, key=lambda line: (-line.y, line.x))


def test_what_recurs_at_the_edges_is_dropped_and_a_number_in_the_text_is_not():
    pages = [
        [Fragment(50, 830, 10, f"Bay Post, issue {n}"), Fragment(50, 400, 10, "17"), Fragment(290, 20, 10, f"- {n} -")]
        for n in range(1, 5)
    ]
    assert [[line.text for line in page] for page in without_margins(pages, [842.0] * 4)] == [["17"]] * 4


def test_paragraphs_end_where_space_indent_or_a_short_line_says_so():
    assert paragraphs_of(lines("One two three.", "Four five six") + lines("Seven.", top=650)) == [
        "One two three. Four five six",
        "Seven.",
    ]
    block = lines("The first line of it is long,", "and the second line is as long", "end.", "A new paragraph is here.")
    assert paragraphs_of(block)[1:] == ["A new paragraph is here."]


def test_a_sentence_goes_on_in_the_next_column():
    assert paragraphs_of(lines("The harbour of") + lines("Bay Town closed.", x=310)) == [
        "The harbour of Bay Town closed."
    ]
