"""Dates as articles print them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.dates import find_date, first_day, last_day, partial_date


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Published: May 21, 2020", "2020-05-21"),
        ("Updated Aug. 29, 2019 at 4 p.m.", "2019-08-29"),
        ("Sept. 3rd 2021", "2021-09-03"),
        ("21 May 2020", "2020-05-21"),
        ("1st of June", ""),
        ("2020-05-21T08:00:00Z", "2020-05-21"),
        ("May 2020", "2020-05"),
        ("Friday, January 3, 2020", "2020-01-03"),
        ("February 30, 2020", ""),
        ("2020-13-01", ""),
        ("in 2020", ""),
        ("maybe 2020, in the decade 2020", ""),
        ("", ""),
    ],
)
def test_finds_the_first_date(text, found):
    assert find_date(text) == found


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2020", "2020"),
        ("2020-02", "2020-02"),
        ("2020-02-29", "2020-02-29"),
        ("2019-02-29", ""),
        ("2020-05-21T08:00:00Z", "2020-05-21"),
        ("2020-05-21 08:00", "2020-05-21"),
        ("20-05-21", ""),
        ("yesterday", ""),
        ("0000", ""),
        ("", ""),
    ],
)
def test_partial_date(value, kept):
    assert partial_date(value) == kept


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-12", "2019-12-01", "2019-12-31"),
        ("2020-05-21", "2020-05-21", "2020-05-21"),
    ],
)
def test_days_of_a_partial_date(partial, first, last):
    assert (first_day(partial), last_day(partial)) == (first, last)


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_a_day_lies_within_its_own_partial_date(day: date, length):
    partial = day.isoformat()[:length]
    assert first_day(partial) <= day.isoformat() <= last_day(partial)


@given(st.text())
def test_never_raises(text):
    assert find_date(text) == "" or partial_date(find_date(text))
    assert partial_date(partial_date(text)) == partial_date(text)
