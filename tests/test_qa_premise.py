"""Names that occur nowhere make an answer unlikely, and so does a missing number; all else leaves it as it is."""

import numpy as np
import pytest

from qa.features import NAMES
from qa.premise import NO_NUMBER, UNKNOWN_NAME, doubt, unfit
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


@pytest.mark.parametrize(
    ("question", "fits", "expected"),
    [
        ("How many died in Kirkuk?", [0, 0], NO_NUMBER),
        ("How old is the president?", [0], NO_NUMBER),
        ("How many died in Kirkuk?", [0, 1], 0),
        ("How many died in Kirkuk?", [], 0),
        ("When did they die?", [0, 0], 0),
        ("Why did they die?", [0], 0),
    ],
)
def test_a_number_that_is_asked_for_is_among_what_is_quoted(question, fits, expected):
    quoted = np.zeros((len(fits), len(NAMES)))
    quoted[:, NAMES.index("kind_fits")] = fits
    assert unfit(read_question(question), quoted) == expected
