"""The gate: what is one particular in other words, and what is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.llm.particulars import mismatches, particulars

SAME = [
    ("Twelve people died.", "In all, 12 people died."),
    ("A dozen people died.", "12 people died"),
    ("It cost 3.1m dollars.", "It cost $3.1 million."),
    ("It cost $3.1 million.", "It cost 3,100,000 dollars."),
    ("2bn barrels", "two billion barrels"),
    ("25% of voters", "25 percent of voters"),
    ("twenty-five fighters", "at least 25 fighters"),
    ("one hundred and five men", "105 men"),
    ("two hundred thousand", "200,000"),
    ("100m away", "100 meters away"),
    ("in 2019", "on May 3, 2019"),
    ("a four-month waiver", "a waiver of 4 months"),
    ("on 21 May", "on May 21, 2020"),
    ("on May 21st", "on 21 May 2020"),
    ("in January 2020", "on Jan. 3, 2020"),
    ("on 2020-01-03", "on January 3, 2020"),
    ("in May", "in May 2020"),
    ("on the 3rd", "on January 3"),
    ("Suleimani died.", "Maj. Gen. Qassim Suleimani died."),
    ("General Qaani spoke.", "Gen. Ismail Qaani spoke."),
    ("Mr. Hook spoke.", "Brian Hook spoke."),
    ("José spoke.", "Jose spoke."),
    ("The IAEA spoke.", "The International Atomic Energy Agency spoke."),
    ("the U.S. Navy", "the American Navy"),
    ("the United States", "U.S. officials"),
    ("Iranians left.", "Iran left."),
    ("Suleimani's men", "the men of Suleimani"),
    ("He said “I will go.”", "“I will go,” he said."),
    ("He said 'I will go'.", "“I will go,” he said."),
    ("According to officials, rain fell.", "Rain fell, officials said."),
    ("１２ people", "12 people"),
    ("", ""),
]
OTHER = [
    ("It rose to 3.1 percent.", "It rose to 2.8 percent.", "answer 3.1%, source 2.8%"),
    ("12 people", "21 people", "answer 12, source 21"),
    ("3.1 million", "3.1 billion", "answer 3.1 million, source 3.1 billion"),
    ("25%", "25 men", "answer 25%, source 25"),
    ("3 people died.", "They died on January 3.", "answer 3, source has none"),
    ("on January 4, 2020", "on January 3, 2020", "answer January 4, 2020, source January 3, 2020"),
    ("on January 3, 2020", "on January 3", "answer January 3, 2020, source January 3"),
    ("in June", "in May", "answer June, source May"),
    ("in May", "in June", "answer May, source June"),
    ("Soleimani died.", "Suleimani died.", "answer Soleimani, source Suleimani"),
    ("Ismail Qaani spoke.", "Ismail spoke.", "answer Qaani, not in the source"),
    ("the US army", "the army told us", "answer US, not in the source"),
    ("Austria won.", "Australia won.", "answer Austria, source Australia"),
    ("Iraq spoke.", "Iran spoke.", "answer Iraq, source Iran"),
    ("The FBI came.", "The International Atomic Energy Agency came.", "answer FBI, not in the source"),
    ("He said “I will stay.”", "“I will go,” he said.", "answer “I will stay.”, not quoted so in the source"),
    ("12 people", "", "answer 12, source has none"),
]


@pytest.mark.parametrize(("answer", "source"), SAME)
def test_same_in_other_words(answer, source):
    assert mismatches(answer, source) == ()


@pytest.mark.parametrize(("answer", "source", "shown"), OTHER)
def test_other_is_shown_with_what_the_source_has(answer, source, shown):
    assert shown in mismatches(answer, source)


def test_every_kind_is_read():
    read = particulars("On May 3, 2019, Ana Ruiz said “no more” to 12 people.")
    assert [number.text for number in read.numbers] == ["12"]
    assert [(date.year, date.month, date.day) for date in read.dates] == [(2019, 5, 3)]
    assert read.names == ("Ana", "Ruiz")
    assert read.quotations == ("no more",)
    assert sum(map(len, read)) == 5


@pytest.mark.parametrize("text", ["One of them may march on.", "Hundreds of people sang.", "He said no.", "It's over."])
def test_ordinary_words_are_no_particulars(text):
    assert sum(map(len, particulars(text))) == 0


@given(st.text(alphabet=st.sampled_from("aAbB.,'\"“” 0123456789%mMayJune-\n\u202e½²"), max_size=80))
def test_a_text_never_differs_from_itself(text):
    assert mismatches(text, text) == ()


@given(st.integers(2, 999_999), st.integers(2, 999_999))
def test_two_numbers_are_equal_only_if_they_are(one, other):
    assert (mismatches(f"It took {one} days.", f"It took {other:,} days.") == ()) == (one == other)


@pytest.mark.parametrize("text", ["1," * 20_000, "one " * 20_000, '"' * 50_000, "A. " * 20_000, "May 3 " * 9_000])
def test_long_input_is_cut(text):
    assert sum(map(len, particulars(text))) < 25_000
