"""A later answer comes before an older one, where it answers as well and says something else."""

import numpy as np
import pytest
from evidence import sentences

from footnote.qa.interpret.question import read_question
from footnote.qa.rank.rank import SentenceFeatures
from footnote.qa.rank.reader import AnswerSpan
from footnote.qa.select.superseded import newest_first, what_became_of_none

OLD = "The storm injured 12 people in Velmar."
NEW = "The count of the injured in Velmar has reached 40."
SAME = "The storm injured 12 people, the town of Velmar said again."


def answers(question, texts, dates, probabilities, values=(), original_of=str):
    """The texts that are quoted, in order; each is of an article of its own, and the first one was chosen."""
    said = [
        sentences([text], name, date, n)[0]
        for n, (name, text, date) in enumerate(zip("abcd", texts, dates, strict=False))
    ]
    spans = tuple(
        AnswerSpan(at, at + len(value), 2.0) if value and (at := text.find(value)) >= 0 else None
        for text, value in zip(texts, values or [""] * len(texts), strict=True)
    )
    measured = SentenceFeatures((), tuple(said), spans, {}, {})
    chosen = newest_first(read_question(question), measured, np.array(probabilities), said[:1], 3, original_of)
    return [sentence.text for sentence in chosen]


HOW_MANY = "How many people did the storm in Velmar injure?"


@pytest.mark.parametrize(
    ("question", "texts", "dates", "probabilities", "values", "expected"),
    [
        (HOW_MANY, [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.6, 0.5], ["12", "40"], [NEW, OLD]),
        (HOW_MANY, [OLD, NEW], ["2021-03-09", "2021-03-01"], [0.6, 0.5], ["12", "40"], [OLD]),
        (HOW_MANY, [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.9, 0.1], ["12", "40"], [OLD]),
        (HOW_MANY, [OLD, SAME], ["2021-03-01", "2021-03-09"], [0.6, 0.5], ["12", "12"], [OLD]),
        (HOW_MANY, [OLD, NEW], ["2021-03-01", ""], [0.6, 0.5], ["12", "40"], [OLD]),
        (HOW_MANY, [OLD, NEW], ["", "2021-03-09"], [0.6, 0.5], ["12", "40"], [NEW, OLD]),
        ("Where was the storm?", [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.6, 0.5], ["12", "40"], [OLD]),
        ("Is Velmar open?", [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.6, 0.5], ["", ""], [NEW, OLD]),
        ("Is Velmar open?", [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.8, 0.4], ["", ""], [OLD]),
        ("Was anybody injured?", [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.6, 0.5], ["", ""], [NEW, OLD]),
    ],
)
def test_the_newest_value_comes_first(question, texts, dates, probabilities, values, expected):
    assert answers(question, texts, dates, probabilities, values) == expected


def test_a_copy_of_the_same_story_is_no_later_answer():
    one = answers(HOW_MANY, [OLD, NEW], ["2021-03-01", "2021-03-09"], [0.6, 0.5], ["12", "40"], lambda _: "same")
    assert one == [OLD]


def test_of_several_the_newest():
    texts = [OLD, "Velmar counted 30 injured.", NEW]
    dates = ["2021-03-01", "2021-03-05", "2021-03-09"]
    assert answers(HOW_MANY, texts, dates, [0.6, 0.58, 0.4], ["12", "30", "40"])[0] == NEW


def test_nothing_chosen_stays_nothing():
    measured = SentenceFeatures((), (), (), {}, {})
    assert newest_first(read_question(HOW_MANY), measured, np.zeros(0), [], 3) == []


def test_a_count_that_goes_on_is_followed_to_its_end():
    texts = (OLD, "It was 30 by Friday.", "The count reached 41 in May.", "The school cost 9 million.")
    told = sentences(texts, "a", "2021-06-01")
    measured = SentenceFeatures((), tuple(told), (None,) * 4, {}, {})
    chosen = newest_first(read_question(HOW_MANY), measured, np.array([0.6, 0.2, 0.1, 0.1]), told[:1], 3)
    assert [sentence.text for sentence in chosen] == [told[2].text, told[0].text]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was anybody injured by the storm?", "It was 40 by May."),
        ("Was anybody killed by the storm?", "At first nobody was injured."),
    ],
)
def test_whether_somebody_was_hurt_is_told_by_a_count_that_goes_on(question, expected):
    said = sentences(
        ["At first nobody was injured.", "A week later it was 12.", "It was 40 by May."], "a", "2021-05-09"
    )
    measured = SentenceFeatures((), tuple(said), (None,) * 3, {}, {})
    chosen = newest_first(read_question(question), measured, np.array([0.6, 0.1, 0.1]), said[:1], 3)
    assert chosen[0].text == expected


def test_that_nobody_was_hurt_is_followed_to_a_later_article_that_says_so_too():
    early = sentences(["Nobody was injured, the mayor said."], "a", "2021-03-01")
    late = sentences(["At first nobody was injured.", "By May it was 40."], "b", "2021-05-09", 1)
    fire = sentences(["Nobody was killed in the fire.", "It was 3 by June."], "c", "2021-06-09", 2)
    measured = SentenceFeatures((), (*early, *late, *fire), (None,) * 5, {}, {})
    asked = read_question("Was the mayor right that nobody was injured?")
    chosen = newest_first(asked, measured, np.array([0.9, 0.01, 0.01, 0.01, 0.01]), early, 3)
    assert chosen == [late[1], early[0]]


@pytest.mark.parametrize(
    ("question", "texts", "expected"),
    [
        ("How many were injured?", ["At first nobody was injured.", "By May it was 40."], "By May it was 40."),
        ("How many were injured?", ["At first 12 were injured.", "By May it was 40."], None),
        ("How many were injured?", ["Nobody was killed.", "By May it was 40."], None),
        ("How many were injured?", ["Nobody was injured.", "By May it was over."], None),
        ("How many ships sailed?", ["None was injured.", "By May it was 40."], None),
    ],
)
def test_what_became_of_none(question, texts, expected):
    told = sentences(texts, "a", "2021-06-01")
    last = what_became_of_none(read_question(question), told[0], told)
    assert (last.text if last else None) == expected


def test_the_newest_of_the_event_that_is_asked_about_comes_first():
    texts = [
        "The storm hurt 12 people in Velmar.",
        "A fire killed 2 people there and hurt 30.",
        "Of the firemen, 3 were hurt.",
        "In Velmar the storm had hurt 40 people.",
    ]
    dates = ["2021-03-01", "2021-03-09", "2021-03-09", "2021-03-09"]
    values = ["12", "30", "3", "40"]
    chosen = answers("How many people did the storm in Velmar hurt?", texts, dates, [0.6, 0.5, 0.5, 0.4], values)
    assert chosen == [texts[3], texts[0]]


def test_what_goes_on_in_an_older_article_or_is_a_year_is_no_count():
    old = sentences(["The storm injured 3 people in Velmar.", "It was 12 a week later."], "a", "2021-03-01")
    new = sentences(
        ["Nobody was injured by the storm.", "The town hall fell: it was built in 1998."], "b", "2021-05-09", 1
    )
    measured = SentenceFeatures((), (*old, *new), (None,) * 4, {}, {})
    asked = read_question("Was anybody injured by the storm?")
    chosen = newest_first(asked, measured, np.array([0.6, 0.05, 0.55, 0.05]), old[:1], 3)
    assert chosen == [new[0], old[0]]
