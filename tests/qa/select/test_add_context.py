"""A sentence that leaves open who is meant brings the one that says it, and no other does."""

import numpy as np
import pytest
from evidence import sentences
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.select.add_context import add_context, need

STORY = sentences(
    [
        "The ministry gave no comment.",
        "Anna Poole took office in May 2019.",
        "She resigned in August.",
        "Her deputy, Karl Brandt, followed in September.",
        "“We did what we could,” he said.",
        "The budget for Sarn grew by a fifth.",
    ]
)


def mended(chosen, probabilities, limit=4, rows=STORY):
    return add_context([rows[n] for n in chosen], rows, np.array(probabilities), limit)


@pytest.mark.parametrize(
    ("text", "inside", "open_"),
    [
        ("He resigned in August.", False, "person"),
        ("But they refused to sign.", False, "person"),
        ("“He resigned,” the ministry in Sarn said.", False, "person"),
        ("“We will go on,” he said.", False, "person"),
        ("“We will go on,” Anna Poole said, and he said nothing.", False, ""),
        ("His successor Karl Brandt resigned.", False, ""),
        ("His successor resigned.", False, "person"),
        ("It was signed in Vienna.", False, "thing"),
        ("It is unclear whether the talks go on.", False, ""),
        ("It seems hard to believe.", False, ""),
        ("“We will go on. ", False, "speaker"),
        ("We have no choice.”", True, "speaker"),
        ("We have no choice,” Anna Poole said.", True, ""),
        ("Anna Poole resigned in August.", False, ""),
        ("The deal was signed in Vienna.", False, ""),
    ],
)
def test_what_a_sentence_leaves_open(text, inside, open_):
    assert need(text, inside) == open_


def test_a_pronoun_brings_the_sentence_before_that_names_the_person():
    assert mended([2], [0.1, 0.3, 0.9, 0.1, 0.1, 0.1]) == [STORY[1], STORY[2]]


def test_what_is_quoted_already_is_put_before_and_nothing_is_added():
    assert mended([2, 1, 5], [0.1, 0.6, 0.9, 0.1, 0.1, 0.5]) == [STORY[1], STORY[2], STORY[5]]
    assert mended([1, 2], [0.1, 0.9, 0.6, 0.1, 0.1, 0.1]) == [STORY[1], STORY[2]]


def test_a_bare_he_said_brings_the_sentence_with_the_name():
    assert mended([4], [0.1, 0.1, 0.1, 0.1, 0.9, 0.1]) == [STORY[3], STORY[4]]


def test_a_sentence_that_names_its_subject_brings_nothing():
    assert mended([1, 5], [0.1, 0.9, 0.1, 0.1, 0.1, 0.6]) == [STORY[1], STORY[5]]


def test_the_least_probable_gives_way_but_neither_the_best_nor_a_pinned_one():
    rows = STORY
    four = [rows[2], rows[5], rows[3], rows[0]]
    probabilities = np.array([0.2, 0.1, 0.9, 0.5, 0.1, 0.6])
    assert add_context(four, rows, probabilities, 4) == [rows[1], rows[2], rows[5], rows[3]]
    assert add_context(four, rows, probabilities, 4, [rows[0]]) == [rows[1], rows[2], rows[5], rows[0]]
    assert add_context([rows[2]], rows, probabilities, 1) == [rows[2]]


def test_a_near_equal_sentence_takes_the_place_of_one_that_nothing_explains():
    rows = [*sentences(["He resigned in August."], "a"), *sentences(["Anna Poole resigned."], "b", passage=1)]
    assert mended([0], [0.6, 0.55], rows=rows) == [rows[1]]
    assert mended([0], [0.6, 0.2], rows=rows) == [rows[0]]
    copy = [*rows, *sentences(["Anna Poole resigned."], "c", passage=2)]
    assert mended([1, 0], [0.6, 0.7, 0.7], rows=copy) == [rows[1], rows[0]]


def test_no_sentence_is_brought_over_a_gap_or_from_another_article():
    far = [*sentences(["Anna Poole took office."], "a"), *sentences(["She resigned."], "a", passage=1, start=900)]
    other = [*sentences(["Anna Poole took office."], "b"), *sentences(["She resigned."], "a", passage=1, start=24)]
    assert mended([1], [0.1, 0.9], rows=far) == [far[1]]
    assert mended([1], [0.1, 0.9], rows=other) == [other[1]]


def test_a_quotation_that_runs_on_brings_its_speaker():
    rows = sentences(
        [
            "Talks ended on Monday.",
            "“The deal is dead,” Karl Brandt said.",
            "“Nobody will sign it.",
            "Not one of them.”",
        ]
    )
    assert mended([2], [0.1, 0.2, 0.9, 0.1], rows=rows) == [rows[1], rows[2]]
    assert mended([3], [0.1, 0.2, 0.1, 0.9], rows=rows) == [rows[1], rows[3]]


def test_a_quotation_that_another_paragraph_left_open_is_not_followed():
    rows = [*sentences(["“The deal is dead.", "So be it."]), *sentences(["Prices fell."], paragraph=1, start=40)]
    assert mended([2], [0.1, 0.1, 0.9], rows=rows) == [rows[2]]


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6), st.data())
def test_mending_keeps_the_limit_and_the_best_and_quotes_nothing_twice(texts, data):
    rows = sentences(texts)
    limit = data.draw(st.integers(1, 4))
    order = data.draw(st.permutations(range(len(rows))))[:limit]
    probabilities = np.linspace(0.9, 0.1, len(rows))
    done = mended(order, probabilities, limit, rows)
    assert 1 <= len(done) <= limit
    assert len({s.start for s in done}) == len(done)
    assert {s.text for s in done} <= set(texts)
