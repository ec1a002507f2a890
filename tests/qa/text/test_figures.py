"""Figures with what they count, and dates, as spans of a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.text.figures import dates, denied_figures, figures


@pytest.mark.parametrize(
    ("text", "printed", "value"),
    [
        ("It fired 16 missiles.", "16", 16),
        ("More than 1,500 people died.", "More than 1,500", 1500),
        ("About two dozen ships left.", "About two dozen", 24),
        ("It cost $1.2 billion.", "$1.2 billion", 1.2e9),
        ("It grew by 5.7 percent.", "5.7 percent", 5.7),
        ("Twenty-five drones came.", "Twenty-five", 25),
        ("A hundred came.", "A hundred", 100),
    ],
)
def test_a_figure_and_its_value(text, printed, value):
    (figure,) = figures(text)
    assert (text[figure.start : figure.end], figure.value) == (printed, pytest.approx(value))


@pytest.mark.parametrize(
    "text",
    ["² of", "on January 8, 2020", "in 1987", "an RQ-4A", "the 82nd wing", "Resolution 2231 holds", "Flight 752 fell"],
)
def test_dates_ordinals_and_numbers_of_things_are_no_figures(text):
    assert not figures(f"It was {text}.")


def test_what_is_counted_whether_it_is_hedged_and_whether_it_is_a_part():
    (about,) = figures("About 12 ballistic missiles fell.")
    assert ([word for word, _ in about.units], about.about, about.part) == (
        ["ballistic", "missiles", "fell"],
        True,
        False,
    )
    assert [figure.part for figure in figures("It hit 34 of the 109 men.")] == [True, False]
    assert [figure.part for figure in figures("It killed 9 men, including 3 medics.")] == [False, True]
    assert [figure.part for figure in figures("It killed 9 more people.")] == [True]
    assert [figure.share for figure in figures("It rose 4% to 20 ships.")] == [True, False]
    assert [figure.money for figure in figures("It lost €3 and 4 ships.")] == ["€", ""]


def test_what_there_is_none_of_is_a_figure_of_nothing():
    text = "He said no Americans were hurt; there was no doubt, and not one ship sank."
    found = [
        (text[each.start : each.end], each.value, [word for word, _ in each.units]) for each in denied_figures(text)
    ]
    assert found == [("no", 0, ["americans"]), ("no", 0, ["doubt"])]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("on January 8, 2020, and on 9 March", ["January 8, 2020", "9 March"]),
        ("in late February 2020 or early May 2021", ["late February 2020", "early May 2021"]),
        ("from 1987 to the 1990s, in the 19th century", ["1987", "1990s", "19th century"]),
        ("in March, they march; 1,987 men may", ["March"]),
    ],
)
def test_dates(text, wanted):
    assert [date.text for date in dates(text)] == wanted


@given(st.text(alphabet=st.sampled_from("0123456789,.-$% aone million dozen of\u0663"), max_size=120))
def test_any_run_of_figures_can_be_read(text):
    for figure in figures(text):
        assert 0 <= figure.start < figure.end <= len(text)
        assert figure.value >= 0
