"""Two values for one thing are told apart from two values for two things."""

import numpy as np
import pytest
from evidence import footnoted, measured, sentences
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.interpret.question import read_question
from footnote.qa.select.conflicts import disputes, recorded
from footnote.qa.select.select import select

QUAKE = "How many people did the earthquake in Lorvina kill?"
ROCKETS = "How many rockets landed at Camp Orell?"


def between(question, one, other, *, dates=("", ""), articles=("a", "b"), title="", original_of=str):
    """What two relevant sentences disagree on."""
    both = [
        *sentences([one], articles[0], dates[0], 0, title),
        *sentences([other], articles[1], dates[1], 1, title, start=0 if articles[0] != articles[1] else 500),
    ]
    return disputes(read_question(question), both, np.array([0.9, 0.6]), original_of)


@pytest.mark.parametrize(
    ("question", "one", "other", "dates", "articles", "kind", "values"),
    [
        (
            QUAKE, "The earthquake in Lorvina killed at least 120 people, the government said.",
            "The earthquake in Lorvina killed at least 214 people, the government said.",
            ("2021-03-02", "2021-03-05"), "ab", "later update", ["at least 120", "at least 214"],
        ),
        (  # the later one first: the order is by date
            QUAKE, "The earthquake in Lorvina killed 214 people.", "The earthquake in Lorvina killed 120 people.",
            ("2021-03-05", "2021-03-02"), "ab", "later update", ["120", "214"],
        ),
        (
            "How many people were injured in the fire at Dorn Hall?", "The fire at Dorn Hall left 12 people injured.",
            "Hospitals said that 31 people had been injured in the fire at Dorn Hall.",
            ("2021-03-02", "2021-03-03"), "ab", "later update", ["12", "31"],
        ),
        (  # one tells a detail more, by name, and both tell all that is asked
            "How many people were killed in the Lorvina flood?",
            "The River Sarn burst its banks, and at least 12 people were killed by the flood in Lorvina.",
            "The death toll from the flood in Lorvina rose to 19 on Friday, the fire service said.",
            ("2021-03-02", "2021-03-04"), "ab", "later update", ["at least 12", "19"],
        ),
        (
            ROCKETS, "The coalition said that 12 rockets had landed at Camp Orell.",
            "The Interior Ministry said that 20 rockets had landed at Camp Orell.",
            ("2021-03-02", "2021-03-02"), "ab", "conflict", ["12", "20"],
        ),
        (  # of two figures one counts cities, and whom a source has it from is no part of the event
            "How many people did the earthquake in Iran kill?",
            "The earthquake killed at least 106 people in 21 Iranian cities, the Red Cross said.",
            "The Daily Bell said that the earthquake had killed 1,500 people in Iran, citing the Rescue Office.",
            ("2021-03-02", "2021-03-02"), "ab", "conflict", ["at least 106", "1,500"],
        ),
        (  # the source stands between commas, and has a dot of its own
            QUAKE, "At least 106 people were killed by the earthquake in Lorvina, the Red Cross said.",
            "The Daily Bell said, citing the U.S. Survey, that the earthquake in Lorvina killed 1,500 people.",
            ("2021-03-02", "2021-03-02"), "ab", "conflict", ["At least 106", "1,500"],
        ),
        (  # cities are no people
            QUAKE, "At least 106 people were killed by the earthquake in Lorvina, and banks burnt in 21 Iraqi cities.",
            "At least 214 people were killed by the earthquake in Lorvina, it was said later.",
            ("2021-03-02", "2021-03-05"), "ab", "later update", ["At least 106", "At least 214"],
        ),
        (  # a later count of somebody else's is no update of the first
            QUAKE, "At least 106 people were killed by the earthquake in Lorvina, the Red Cross said.",
            "The Daily Bell reported that 1,500 people had been killed by the earthquake in Lorvina.",
            ("2021-03-02", "2021-03-09"), "ab", "conflict", ["At least 106", "1,500"],
        ),
        (  # one article, two speakers
            ROCKETS, "General Anna Poole said that 12 rockets had landed at Camp Orell.",
            "Minister Karl Brandt said that 20 rockets had landed at Camp Orell.",
            ("2021-03-02", "2021-03-02"), "aa", "conflict", ["12", "20"],
        ),
        (  # a speaker who is one word, and opens the sentence
            QUAKE, "Anna Poole said that at least 106 people had been killed by the earthquake in Lorvina.",
            "Reuters said that about 1,500 people had been killed by the earthquake in Lorvina.",
            ("2021-03-02", "2021-03-02"), "aa", "conflict", ["at least 106", "about 1,500"],
        ),
        (
            "When did the ferry Aurelia sink?", "The ferry Aurelia sank off the coast on March 4.",
            "The ferry Aurelia sank off the coast on March 6.",
            ("2021-03-09", "2021-03-09"), "ab", "conflict", ["March 4", "March 6"],
        ),
        (
            "Who attacked the refinery at Sarn?",
            "President Ilya Marek said that Belovia was behind the attack on the refinery at Sarn.",
            "Belovia denied any part in the attack on the refinery at Sarn.",
            ("2021-03-02", "2021-03-03"), "ab", "conflict", ["President Ilya Marek said", "Belovia denied"],
        ),
    ],
)  # fmt: skip
def test_two_values_for_one_thing(question, one, other, dates, articles, kind, values):
    (found,) = between(question, one, other, dates=dates, articles=articles)
    assert found.kind == kind
    assert [side.value for side in found.sides] == values
    assert found.about in f"{one} {other}" or found.about == "people killed"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (QUAKE, "The earthquake in Lorvina killed 120 people.",
         "The earthquake in Lorvina killed 120 people, he said."),
        # two things
        (QUAKE, "The earthquake in Lorvina killed 120 people.", "The earthquake in Lorvina injured 900 people."),
        (QUAKE, "The earthquake in Lorvina killed 120 people.", "The earthquake in Tamory killed 300 people."),
        ("How many people were killed in the protests?", "Anna Poole said that 106 people had been killed in protests.",
         "More than 400 people had been killed in the Belovian protests, according to Belovian officials."),
        (QUAKE, "The earthquake in Lorvina in 2009 killed 120 people.",
         "The 2021 earthquake in Lorvina killed 90 people."),
        (QUAKE, "The earthquake in Lorvina killed 120 people.", "The earthquake in Lorvina killed 17 teenagers."),
        # a part, or more, of the same
        (QUAKE, "The earthquake in Lorvina killed 109 people.",
         "Of them, 34 of the people killed in Lorvina were children."),
        (QUAKE, "The earthquake in Lorvina killed 109 people.",
         "Another 12 people were killed by the earthquake in Lorvina."),
        (QUAKE, "The earthquake in Lorvina killed 109 people.",
         "The earthquake in Lorvina killed 109 people, including 34 people in schools."),
        ("How many people were killed in the Lorvina flood?", "The flood in Lorvina killed 19 people.",
         "The flood in Lorvina killed 7 people in the Mill Quarter."),
        ("How many people were killed in the Lorvina flood?", "The flood in Lorvina killed 19 people.",
         "The River Sarn killed 7 people in Lorvina."),
        # rounding, a year, no figure at all
        (QUAKE, "The earthquake in Lorvina killed about 50 people.", "The earthquake in Lorvina killed 52 people."),
        (QUAKE, "The earthquake in Lorvina killed 120 people.",
         "The earthquake in Lorvina in 1961 killed people, too."),
        (QUAKE, "The earthquake in Lorvina killed 120 people.", "The earthquake in Lorvina killed dozens of people."),
        # not what is asked
        ("Where was the earthquake in Lorvina?", "The earthquake in Lorvina killed 5 people.",
         "The earthquake in Lorvina killed 9 people."),
        (ROCKETS, "The coalition said that 12 rockets had landed at Camp Orell.",
         "The coalition said that 20 rockets were fired."),
        # dates of one event, one more exact
        ("When did the ferry Aurelia sink?", "The ferry Aurelia sank on March 4.",
         "The ferry Aurelia sank on March 4, 2021."),
        ("When did the ferry Aurelia sink?", "The ferry Aurelia sank on March 4.",
         "Divers reached the wreck on March 6."),
        # a denial of something else, and one's own
        ("Who attacked the refinery at Sarn?", "Marek said that Belovia was behind the attack on the refinery at Sarn.",
         "Belovia denied that it had sold oil."),
        ("Who attacked the refinery at Sarn?", "Belovia said the attack on the refinery at Sarn was a crime.",
         "Belovia denied any part in the attack on the refinery at Sarn."),
    ],
)  # fmt: skip
def test_values_that_do_not_contradict_each_other(question, one, other):
    assert between(question, one, other, dates=("2021-03-02", "2021-03-05")) == []
    assert between(question, one, other, dates=("2021-03-02", "2021-03-02")) == []


def test_a_lasting_figure_of_another_day_is_no_update():
    one, other = "The bridge at Sarn has 12 arches.", "The bridge at Sarn has 14 arches."
    question = "How many arches has the bridge at Sarn?"
    assert between(question, one, other, dates=("2020-01-01", "2021-01-01")) == []
    assert between(question, one, other, dates=("2020-01-01", "2020-01-01"))[0].kind == "conflict"


def test_a_copy_that_gives_another_value_is_a_conflict_and_no_update():
    pair = ("The earthquake in Lorvina killed 120 people.", "The earthquake in Lorvina killed 214 people.")
    days = ("2021-03-02", "2021-03-05")
    assert between(QUAKE, *pair, dates=days)[0].kind == "later update"
    assert between(QUAKE, *pair, dates=days, original_of=lambda article: "wire")[0].kind == "conflict"


def test_one_article_that_does_not_say_whose_figures_they_are():
    assert between(
        QUAKE, "The earthquake in Lorvina killed 120 people.", "The earthquake in Lorvina killed 214 people.",
        articles="aa",
    ) == []  # fmt: skip


def test_a_count_that_one_article_follows_over_time():
    counts = ["The army's count of injuries at Camp Orell was 11 on March 2.",
              "The army's count of injuries at Camp Orell was 34 on March 9.",
              "The army's count of injuries at Camp Orell was 50 on March 20."]  # fmt: skip
    rows = sentences(counts, published="2021-04-01")
    question = read_question("How many soldiers were injured at Camp Orell?")
    (found,) = disputes(question, rows, np.array([0.5, 0.6, 0.9]))
    assert (found.kind, [side.value for side in found.sides]) == ("later update", ["11", "34", "50"])


def test_of_many_values_the_newest_is_among_those_shown():
    counts = [f"The army's count of injuries at Camp Orell was {n} on March {day}."
              for n, day in ((11, 2), (34, 9), (50, 20), (64, 24), (109, 30))]  # fmt: skip
    rows = sentences(counts, published="2021-04-01")
    question = read_question("How many soldiers were injured at Camp Orell?")
    (found,) = disputes(question, rows, np.array([0.5, 0.9, 0.8, 0.4, 0.3]))
    assert [side.value for side in found.sides] == ["34", "50", "64", "109"]


def test_what_happened_may_stand_in_the_title_alone():
    one = "The River Sarn burst its banks in Lorvina, and at least 12 people were killed, officials said."
    other = "The death toll in Lorvina rose to 19 on Friday, the fire service said."
    question, days = "How many people were killed in the Lorvina flood?", ("2021-03-02", "2021-03-04")
    (found,) = between(question, one, other, dates=days, title="A flood in Lorvina")
    assert (found.kind, [side.value for side in found.sides]) == ("later update", ["at least 12", "19"])
    assert between(question, one, other, dates=days, title="News of Lorvina") == []


def test_what_is_hardly_relevant_is_not_compared():
    rows = [*sentences(["The earthquake in Lorvina killed 120 people."], "a", "2021-03-02"),
            *sentences(["The earthquake in Lorvina killed 214 people."], "b", "2021-03-05", 1)]  # fmt: skip
    assert disputes(read_question(QUAKE), rows, np.array([0.9, 0.02])) == []
    arches = [*sentences(["The bridge at Sarn has 12 arches."], "a", "2021-03-02"),
              *sentences(["The bridge at Sarn has 14 arches."], "b", "2021-03-02", 1)]  # fmt: skip
    asked = read_question("How many arches has the bridge at Sarn?")
    assert disputes(asked, arches, np.array([0.9, 0.2]))
    assert disputes(asked, arches, np.array([0.9, 0.1])) == []


def test_what_tells_all_that_is_asked_of_a_count_is_compared_though_in_other_words():
    rows = [*sentences(["The earthquake in Lorvina killed 120 people."], "a", "2021-03-02"),
            *sentences(["The toll of the earthquake in Lorvina is now 214 dead."], "b", "2021-03-05", 1)]  # fmt: skip
    asked = read_question("How many people did the earthquake in Lorvina kill?")
    assert [side.value for found in disputes(asked, rows, np.array([0.9, 0.05])) for side in found.sides] == [
        "120",
        "214",
    ]
    assert disputes(asked, rows, np.array([0.9, 0.01])) == []


def test_both_sides_are_quoted_and_recorded():
    texts = ["The earthquake in Lorvina killed 120 people.", "Rescuers from Tamory came by road.",
             "Lorvina lies in the hills.", "The earthquake in Lorvina began at dawn."]  # fmt: skip
    first = sentences(texts, "a", "2021-03-02")
    rows = [*first, *sentences(["The earthquake in Lorvina killed 214 people."], "b", "2021-03-05", 1)]
    made = select(read_question(QUAKE), measured(rows), np.array([0.9, 0.8, 0.7, 0.6, 0.3]), 4)
    quoted, citations = footnoted(made.sentences, made.marks)
    (record,) = recorded(made.disputes, citations)
    assert len(quoted) == 4
    assert [(side.value, side.published) for side in record.sides] == [("120", "2021-03-02"), ("214", "2021-03-05")]
    assert [citations[side.citation - 1].source.quote for side in record.sides] == [first[0].text, rows[4].text]
    assert [q.text[a:b] for q in quoted for a, b in q.marks] == ["214", "120"]


def test_the_newest_side_of_an_update_is_quoted_first_whichever_answers_best():
    old, new = (
        sentences([f"The earthquake in Lorvina killed {count} people."], article, published, passage)
        for count, article, published, passage in ((120, "a", "2021-03-02", 0), (214, "b", "2021-03-05", 1))
    )
    rows = [*old, *new, *sentences(["Rescuers from Tamory came by road."], "c", "2021-03-03", 2)]
    made = select(read_question(QUAKE), measured(rows), np.array([0.6, 0.9, 0.5]), 4)
    assert [sentence.where for sentence in made.sentences] == [rows[n].where for n in (1, 0, 2)]


def test_a_side_that_is_not_cited_is_not_recorded():
    (found,) = between(
        QUAKE, "The earthquake in Lorvina killed 120 people.", "The earthquake in Lorvina killed 214 people.",
        dates=("2021-03-02", "2021-03-05"),
    )  # fmt: skip
    _, citations = footnoted([found.sides[0].sentence])
    assert recorded([found], citations) == ()


@given(st.lists(st.text(max_size=200), max_size=6), st.sampled_from([QUAKE, ROCKETS, "When did Aurelia sink?"]))
def test_any_text_can_be_compared(texts, question):
    rows = [
        each for n, text in enumerate(texts) for each in sentences([text], f"a{n % 3}", f"202{n}", n, start=300 * n)
    ]
    for found in disputes(read_question(question), rows, np.full(len(rows), 0.5)):
        assert len({side.value for side in found.sides}) > 1


def test_a_count_is_not_updated_to_none():
    one, none = "The earthquake in Lorvina killed 120 people.", "At first no people were killed by it in Lorvina."
    for first, second, kind, values in (
        (one, none, "conflict", ["120", "no"]),
        (none, one, "later update", ["no", "120"]),
    ):
        (found,) = between(QUAKE, first, second, dates=("2021-03-02", "2021-03-09"))
        assert (found.kind, [side.value for side in found.sides]) == (kind, values)
