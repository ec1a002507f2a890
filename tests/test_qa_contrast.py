"""Where sentences are at odds with a question, by table; what holds for any text, by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa.contrast import CONTRASTS, contrasts
from qa.opposites import AXES


def row(question, sentence):
    """What is not 0 of a sentence."""
    return {name: float(column[0]) for name, column in contrasts(question, [sentence]).items() if column[0]}


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Which ferry did not sail?", "The ferry Dawn sailed.", {"not_asked": 1}),
        ("Which ferry didn't sail?", "The ferry Dawn did not sail.", {}),
        ("Which ferry did not sail?", "The ferry Dawn stayed.", {}),
        ("Which ferry was told not to sail?", "The ferry Dawn was told to sail at five.", {}),
        ("Why did the mayor refuse to pay?", "The mayor never paid.", {}),
        ("Why did the mayor refuse to pay?", "The mayor did pay.", {}),
        ("Why did the ferry sail?", "The ferry did not sail.", {"not_said": 1}),
        ("Why did the ferry sail?", "The ferry sailed, and no bread was sold that day in town.", {}),
        ("When did the prices rise?", "The prices fell in May.", {"opposite": 1}),
        ("Who was the highest bidder?", "The lowest bidder was Ann.", {"opposite": 1}),
        ("Who supported it before the vote?", "Ann opposed it after the vote.", {"opposite": 2}),
        ("Did prices rise or fall?", "Prices fell.", {}),
        ("What is informal rule?", "Formal rule is a form.", {"opposite": 1}),
        ("When did Queen Elizabeth visit?", "Queen Mary visited in May.", {"name_replaced": 1}),
        ("When did President Obama visit?", "Barack Obama visited in May.", {}),
        ("Who led the Bay Republic?", "Ann led the Town Republic.", {"name_replaced": 1}),
        ("Who led the small republic?", "Ann led the Town Republic.", {"word_replaced": 1}),
        ("Who sank in 1985?", "The Dawn sank in 1987.", {"other_year": 1}),
        ("Who sank in 1985?", "The Dawn sank in 1985, the Dusk in 1987.", {}),
        ("Who sank in 1985?", "The Dawn sank.", {}),
        ("What was the first and largest ferry?", "The first was the Dawn.", {"limits_missing": 0.5}),
    ],
)
def test_at_odds(question, sentence, expected):
    found = row(question, sentence)
    asides = {"word_replaced", "limits_missing"} - expected.keys()
    assert {name: value for name, value in found.items() if name not in asides} == expected


def test_no_sentences():
    assert {name: column.shape for name, column in contrasts("Who?", []).items()} == dict.fromkeys(CONTRASTS, (0,))


def test_no_word_is_its_own_opposite():
    assert all(one and other and one.isdisjoint(other) for one, other in AXES)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_measured(question, sentence):
    found = contrasts(question, [sentence, question])
    assert all(0 <= value <= 2 for column in found.values() for value in column)


@given(st.lists(st.sampled_from("the Dawn sailed not rose in 1985 first Bay largest fell".split()), min_size=1))
def test_a_text_is_not_at_odds_with_itself(words):
    text = " ".join(words)
    found = row(text, text)
    assert found == {}


def test_a_people_does_not_stand_in_for_its_country():
    (country,) = contrasts("Who has Iranian acceptance?", ["Iran accepted the nominee."])["name_replaced"]
    (other,) = contrasts("Who has Iranian support?", ["Then Turkish support was there."])["name_replaced"]
    assert (country, other) == (0.0, 1.0)
