"""Names and figures that are not there make an answer unlikely, and so does a missing number; all else does not."""

import numpy as np
import pytest
from qa.features import NAMES
from qa.premise import LACKING, UNKNOWN_NAME, doubt, lacking, unfit

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
        ("How many died in Kirkuk?", [0, 0], ["number"]),
        ("How old is the president?", [0], ["number"]),
        ("How many died in Kirkuk?", [0, 1], []),
        ("How many died in Kirkuk?", [], []),
        ("When did they die?", [0, 0], []),
        ("What did the mayor say of how many died?", [0], ["words"]),
        ("What did the mayor say?", [0, 1], []),
        ("In what year did they die?", [0, 0], ["date"]),
        ("On which day did they die?", [0, 1], []),
        ("Why did they die?", [0], []),
    ],
)
def test_a_number_that_is_asked_for_is_among_what_is_quoted(question, fits, expected):
    quoted = np.zeros((len(fits), len(NAMES)))
    quoted[:, NAMES.index("kind_fits")] = fits
    assert lacking(read_question(question), quoted) == expected


@pytest.mark.parametrize(
    ("question", "held", "expected"),
    [
        ("Who sank in 1985?", [0, 0], ["figure"]),
        ("Who sank in 1985?", [0, 1], []),
        ("Who sank with 985 others in 1985?", [0.5, 0.5], ["figure"]),
        ("Who won World War 2?", [0.5], []),
        ("Who sank?", [0.5], []),
    ],
)
def test_a_figure_of_the_question_is_in_the_quoted_article(question, held, expected):
    quoted = np.zeros((len(held), len(NAMES)))
    quoted[:, NAMES.index("numbers_article")] = held
    assert lacking(read_question(question), quoted) == expected


def test_each_thing_that_is_lacking_makes_an_answer_less_likely():
    question, quoted = read_question("How many sank in 1985?"), np.zeros((2, len(NAMES)))
    assert lacking(question, quoted) == ["figure", "number"]
    assert unfit(lacking(question, quoted)) == LACKING["figure"] + LACKING["number"]
