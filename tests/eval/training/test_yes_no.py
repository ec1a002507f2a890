"""Yes/no questions made of statements."""

import random

import pytest

from footnote.eval.training.yes_no import YesNo

MADE = YesNo(["They moved to deny it and to move on.", "To plan is to deny."])


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The ministry had denied it in May.", "Had The ministry denied it in May?"),
        ("The old harbour moved to the north, which nobody liked.", "Did The old harbour move to the north?"),
        ("The mayor said that the bridge opens soon.", "Did The mayor say that the bridge opens soon?"),
        ("The company denied every word of it.", "Did The company deny every word of it?"),
        ("It had been denied by all of them.", None),
        ("A wholly unremarkable sentence without any verb.", None),
        ("Too short.", None),
    ],
)
def test_a_question_is_made_of_a_statement(sentence, question):
    assert MADE.question(sentence, random.Random(5)) == question


def test_one_in_three_has_another_number():
    made = {MADE.question("The mayor said that 25 people came along.", random.Random(seed)) for seed in range(40)}
    assert any("25" in each for each in made)
    assert any("25" not in each for each in made)
    assert any(each.startswith("Is it true that") for each in made)
