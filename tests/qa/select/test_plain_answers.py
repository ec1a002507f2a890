"""Who and how old somebody is, and what somebody said: told by the words beside the name."""

import pytest

from footnote.qa.interpret.question import read_question
from footnote.qa.select.plain_answers import answers_plainly

IS = "Its sponsor, Senator Tim Kaine of Virginia, replied."
SAID = "The quay is old, said Tim Kaine, a Democrat."


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("Who is Tim Kaine?", IS, True),
        ("Who is the senator of Virginia?", IS, False),
        ("Who is Tim Kaine suing?", IS, False),
        ("Who killed Tim Kaine?", IS, False),
        ("who is it", IS, False),
        ("Who was Abu Mahdi al-Muhandis?", "It killed Abu Mahdi al-Muhandis, the founder of a militia.", True),
        ("What did Tim Kaine say?", SAID, True),
        ("What did Tim Kaine say about Vardo?", SAID, False),
        ("What did Ann Kaine say?", SAID, False),
        ("What did Tim Kaine say?", "The quay is old, Solheim told Tim Kaine.", False),
        ("What did Tim Kaine say about the quay?", SAID, True),
        ("What did the port office say about the quay?", "The port office of Vardo said that the quay is old.", True),
        ("What did the port office say about the fees?", "The port office of Vardo said that the quay is old.", False),
        (
            "What did the port office say about the quay?",
            "Of the quay, Solheim said the port office is old.",
            False,
        ),
        ("How old is Tim Kaine?", "Tim Kaine, 62, replied.", True),
        ("How old is Tim Kaine?", "The 62-year-old Tim Kaine replied.", True),
        ("How old is Tim Kaine?", "The 62-year-old Democrat replied.", False),
        ("How old was Tim B. Kaine?", "It named Tim B. Kaine, 62.", True),
        ("How old was Tim Kaine when he left?", "Tim Kaine, 62, replied.", False),
        ("How old is Tim Kaine?", "Tim Kaine replied in 62 words.", False),
        ("How old is Tim Kaine?", "Tim Kaine and Ann Solheim, 48, replied.", False),
    ],
)
def test_only_a_name_and_nothing_else_is_answered(question, text, answers):
    assert answers_plainly(read_question(question), text) == answers


def test_an_age_is_that_of_whom_the_article_is_about_where_the_sentence_names_nobody():
    asked = read_question("How old is Tim Kaine?")
    assert answers_plainly(asked, "The 62-year-old Democrat replied.", "A quay for Kaine")
    assert answers_plainly(asked, "The 62-year-old Dane replied.", "A quay for Kaine")
    assert not answers_plainly(asked, "The 62-year-old Ann Solheim replied.", "A quay for Kaine")
    assert not answers_plainly(asked, "Solheim, 48, replied.", "A quay for Kaine")


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("Its sponsor, Senator Tim Kaine of Virginia, replied.", True),
        ("Tim Kaine, a Democrat, replied.", True),
        ("That was Tim Kaine, who leads the panel.", True),
        ("Former Gov. Tim Kaine replied.", True),
        ("said Tim Kaine of the Vardo Institute, where she is a fellow.", True),
        ("The name is also spelled Tim Kayne or Tim Kaine.", False),
        ("The mayor met Mr. Solheim and thanked Tim Kaine.", False),
        ("Kaine, a Democrat, replied.", False),
    ],
)
def test_a_title_or_what_follows_the_whole_name_says_it(sentence, says):
    assert answers_plainly(read_question("Who is Tim Kaine?"), sentence) == says
