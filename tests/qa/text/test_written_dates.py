"""Dates that are written out, and how near a sentence is to the days that a question means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.text.written_dates import days_and_months, names_date, nearness

DAY = (date(2020, 3, 25), date(2020, 3, 25))
MONTH = (date(2020, 3, 1), date(2020, 3, 31))
SINCE = (date(2020, 3, 1), None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on March 25, 2020, and on Apr. 3", [(2020, 3, 25), (0, 4, 3)]),
        ("the 3rd of January 2019", [(2019, 1, 3)]),
        ("3 May 2020, May 2020 and 2020-05-04", [(2020, 5, 3), (2020, 5, 0), (2020, 5, 4)]),
        ("march 25 2020 but not march 25", [(2020, 3, 25)]),
        ("in May", []),
        ("How may 20 people march 3 miles?", []),
        ("In 2020 some 1,500 marched on 12 streets.", []),
        ("2020-13-01", []),
    ],
)
def test_dates_in_a_text(text, found):
    assert [(each.year, each.month, each.day) for each in days_and_months(text)] == found


@pytest.mark.parametrize(
    ("days", "published", "text", "share"),
    [
        (DAY, "2020-05-21", "He said on March 25, 2020, that it was so.", 1),
        (DAY, "2020-05-21", "He said so on 25 March.", 1),
        (DAY, "2021-02", "He said so on March 25.", 0),
        (DAY, "", "He said so on March 25.", 1),
        (DAY, "2020-05-21", "He said so on March 24.", 0),
        (DAY, "2020-05-21", "He said so in March 2020.", 1 / 3),
        (DAY, "2020-03-26", "He said so on Wednesday.", 1),
        (DAY, "2020-04-02", "He said so on Wednesday.", 0),
        (DAY, "2020-03", "He said so on Wednesday.", 0),
        (MONTH, "2020-05-21", "He said so on March 3.", 1),
        (MONTH, "2020-05-21", "He said so in March 2020.", 1),
        (MONTH, "2020-05-21", "He said so on April 3.", 0),
        (SINCE, "2020-05-21", "He said so on April 3.", 1),
    ],
)
def test_what_names_the_days_meant(days, published, text, share):
    assert names_date(days, published, text) == pytest.approx(share)


def test_articles_count_by_how_near_they_are():
    order = ["2020-03-25", "2020-03-28", "2020-04-10", "2020-06-01", "2021-06-01", "2020-03-20", "2019-01-01"]
    gains = [nearness(DAY, False, published, "It rained.") for published in order]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] == gains[1] == nearness(DAY, False, "2020-03", "It rained.")
    assert nearness(DAY, False, "", "It rained.") == 0
    assert gains[4] > 0 > gains[5]
    assert (
        nearness(DAY, True, "2020-06-01", "It rained on March 25.")
        > 2 + nearness(DAY, True, "2020-03-25", "It rained.") - 2
    )


@given(
    st.text(alphabet="MarchJan 12305,.-/thofdMAY", max_size=60), st.sampled_from(["", "2020", "2020-02", "2020-02-29"])
)
def test_any_text_gives_a_share(text, published):
    for days in (DAY, MONTH, SINCE):
        assert 0 <= names_date(days, published, text) <= 1
