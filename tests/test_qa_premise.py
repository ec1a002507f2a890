"""Names that occur nowhere make an answer unlikely; everything else leaves it as it is."""

import pytest

from qa.premise import UNKNOWN_NAME, doubt
from qa.question import read_question

KNOWN = {"suleimani": 3, "iran": 20, "iraq": 9, "kirkuk": 1, "presid": 4, "trump": 8}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who killed Suleimani in Iraq?", 0),
        ("What did Iran say?", 0),
        ("how many people died in kerman", 0),
        ("What did the IMF and the U.N. say?", 0),
        ("Kerman had how many dead?", 0),
        ("WHAT DID BIDEN SAY?", 0),
        ("How many died in Kerman?", UNKNOWN_NAME),
        ("What did President Macron say?", UNKNOWN_NAME),
        ("What did Trump tell Angela Merkel?", 2 * UNKNOWN_NAME),
        ("What will Joe Biden do about Iran?", 2 * UNKNOWN_NAME),
        ("Who is the mayor of Kerman's suburb?", UNKNOWN_NAME),
    ],
)
def test_doubt(question, expected):
    assert doubt(read_question(question), KNOWN) == expected
