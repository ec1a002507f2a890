"""Names, speakers and quotations as spans of a sentence."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.text.figures import dates, figures
from footnote.qa.text.mentions import names, person, proper_words, quoting, speaker

KNOWN = {"belovia"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Gen. Anna Poole met Karl Brandt.", ["Gen. Anna Poole", "Karl Brandt"]),
        ("The Strait of Hormuz and the Gulf of Oman", ["Strait of Hormuz", "Gulf of Oman"]),
        ("Belovia’s army left the U.S. on Monday in May 2020.", ["Belovia", "U.S."]),
        ("Critics say the New York Times erred.", ["New York Times"]),
        ("Protests grew.", []),
        ("It was Ain al-Asad, she said.", ["Ain al-Asad"]),
        ("“The deal is dead,” Brandt said.", ["Brandt"]),
        ("", []),
    ],
)
def test_names(text, wanted):
    assert [name.text for name in names(text, KNOWN)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Defense Secretary Mark Esper spoke.", "Mark Esper"),
        ("Secretary of State Mike Pompeo spoke.", "Mike Pompeo"),
        ("It was Anna Poole.", "Anna Poole"),
        ("It was the Middle East.", None),
        ("It was in Saudi Arabia.", None),
        ("It was Amnesty International.", None),
        ("It was Poole.", None),
        ("It was Gen. Poole.", "Poole"),
    ],
)
def test_persons_without_their_titles(text, wanted):
    found = person(text, names(text)[0])
    assert (found and found.text) == wanted


def test_words_that_are_names_inside_sentences_are_known_at_their_start():
    assert proper_words(["The army of Belovia left.", "Critics left; the critics stayed."]) == {"belovia"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“We will go on,” said Karl Brandt, and Anna Poole left.", "Karl Brandt"),
        ("Anna Poole, the envoy for Belovia, said that talks go on.", "Anna Poole"),
        ("On Monday the minister, Anna Poole said, had left.", "Anna Poole"),
        ("About 40 died, according to the Interior Ministry.", "the Interior Ministry"),
        ("Belovia denied it.", "Belovia"),
        ("Officials said that Belovia had left.", ""),
        ("About 40 people died in Belovia, the fire service said.", ""),
        ("Belovia left.", ""),
    ],
)
def test_who_speaks(text, wanted):
    assert speaker(text, KNOWN) == wanted


@pytest.mark.parametrize(
    ("text", "inside", "after"),
    [("“We left.", False, True), ("They came.”", True, False), ('"a" "b', False, True), ("plain", True, True)],
)
def test_quotations_are_followed_from_sentence_to_sentence(text, inside, after):
    assert quoting(text, inside) == (inside, after)


@given(st.text(max_size=300))
def test_mentions_are_spans_of_their_text(text):
    for mention in [*names(text), *dates(text)]:
        assert text[mention.start : mention.end] == mention.text


@pytest.mark.parametrize(
    "piece", ["Gen. ", "of the ", "A. ", "1,", "12 ", "“a” ", "about ", "twenty-", "May 1", "x of "]
)
def test_hostile_runs_are_read_in_linear_time(piece):
    text = piece * (20_000 // len(piece))
    started = time.perf_counter()
    for read in (names, speaker, dates, figures):
        read(text)
    assert time.perf_counter() - started < 5
