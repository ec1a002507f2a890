"""The words that answer are marked; where there is doubt, none are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa.marks import MOST, marks

from qa.question import read_question


def marked(question, text, known=()):
    return [text[start:end] for start, end in marks(read_question(question), text, known)]


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        # persons
        ("Who leads the agency?", "The agency is led by Gen. Anna Poole, a former pilot.", ["Anna Poole"]),
        ("Who resigned in May?", "Foreign Minister Karl Brandt resigned on May 3.", ["Karl Brandt"]),
        ("Who is Karl Brandt?", "Karl Brandt is a minister.", []),
        ("Who attacked the ship?", "Belovia attacked the ship, and it sank.", []),
        ("Who met in Sarn?", "Anna Poole, Karl Brandt and Ilya Marek met in Sarn.", []),
        ("What did the man who leads the agency say?", "Anna Poole leads the agency.", []),
        # times
        ("When was the ship hit?", "The ship was hit on March 4, 2021, off Sarn.", ["March 4, 2021"]),
        ("What year did it open?", "The museum opened in 1987.", ["1987"]),
        ("When did talks start in 2019?", "Talks started in May 2019.", ["May 2019"]),
        ("When did talks start in 2019?", "Talks started in 2019.", []),
        ("When did it sink?", "It left in 1990, sank in 1991 and was found in 1999.", []),
        ("When may they meet?", "They may meet soon.", []),
        # numbers
        ("How many people died?", "About 50 people died on March 4, 2021.", ["About 50 people"]),
        ("How many soldiers were hurt?", "Two dozen soldiers and 9 civilians were hurt.", ["Two dozen soldiers"]),
        ("How many missiles were fired?", "It fired 16 ballistic missiles at 3 bases.", ["16 ballistic missiles"]),
        ("How many of the 400 seats did it win?", "It won 252 of the 400 seats.", ["252"]),
        ("How long was he held?", "He was held for 683 days in 2 prisons.", ["683 days"]),
        ("What percentage agreed?", "Of 900 members, 56.2% agreed.", ["56.2%"]),
        ("How much did it cost?", "The bridge cost $1.2 billion.", ["$1.2 billion"]),
        ("How many drones were used?", "An RQ-4A drone of the 82nd wing was used.", []),
        ("How many people came?", "One of them came.", []),
        # places
        ("Where was it signed?", "It was signed in Vienna.", ["Vienna"]),
        ("Where did the ship sink?", "The ship sank near the Strait of Hormuz.", ["Strait of Hormuz"]),
        ("Where was Anna Poole born?", "Anna Poole was born in March.", []),
        # nothing that can be marked
        ("Why did she resign?", "Anna Poole resigned in May over 3 leaks.", []),
    ],
)
def test_marks(question, text, wanted):
    assert marked(question, text) == wanted


def test_a_lone_name_that_opens_a_sentence_is_marked_when_it_is_known_for_one():
    assert marked("Who attacked the ship?", "Belovia attacked the ship.") == []
    assert marked("Who attacked the ship?", "Belovia attacked the ship.", {"belovia"}) == ["Belovia"]


@given(
    st.sampled_from(["Who won?", "When was it?", "How many were there?", "Where was it?", "How long did it take?"]),
    st.text(alphabet=st.sampled_from("Anna of Sarn 12 3.5, “” in May 2020 - % $ the\u00a0é."), max_size=300),
)
def test_marks_are_spans_of_the_text_in_order_and_few(question, text):
    found = marks(read_question(question), text)
    assert len(found) <= MOST
    ends = [edge for span in found for edge in span]
    assert ends == sorted(set(ends))
    assert all(0 <= start < end <= len(text) for start, end in found)
