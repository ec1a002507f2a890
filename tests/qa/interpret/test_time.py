"""Time in questions: which days are meant, and which words mean none."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.eval.suite import load_suite
from footnote.qa.interpret.time import read_time
from footnote.qa.text.written_dates import nearness

TODAY = date(2020, 5, 22)  # a Friday


def days_text(first, last):
    """Write a range of days as short as it goes: "11-17 May 2020", "May 2020", "since 1 January 2020"."""
    if last is None:
        return f"since {first.day} {first:%B %Y}"
    whole = first.day == 1 and (last + timedelta(1)).day == 1
    if whole and (first.month, last.month) == (1, 12) and first.year == last.year:
        return f"{first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}" if whole else f"{first.day}-{last.day} {last:%B %Y}".removeprefix(f"{last.day}-")
    return f"{first.day} {first:%B %Y} - {last.day} {last:%B %Y}"


def meant(question, today=TODAY, newest=""):
    return [
        (period.phrase, days_text(period.first, period.last)) for period in read_time(question, today, newest).periods
    ]


@pytest.mark.parametrize(
    ("question", "phrase", "text"),
    [
        ("What did Iran say yesterday?", "yesterday", "21 May 2020"),
        ("What did Iran say the day before yesterday?", "the day before yesterday", "20 May 2020"),
        ("What happened today?", "today", "22 May 2020"),
        ("Who met Hook last week?", "last week", "11-17 May 2020"),
        ("Last week, who met Hook?", "Last week", "11-17 May 2020"),
        ("Who met Hook this week?", "this week", "18-24 May 2020"),
        ("Who met Hook last weekend?", "last weekend", "16-17 May 2020"),
        ("What was blacklisted last month?", "last month", "April 2020"),
        ("What was blacklisted this month?", "this month", "May 2020"),
        ("What was seized last year?", "last year", "2019"),
        ("Who resigned in the past three days?", "in the past three days", "19-22 May 2020"),
        ("Who resigned over the last week?", "over the last week", "15-22 May 2020"),
        ("Who resigned two days ago?", "two days ago", "20 May 2020"),
        ("Who resigned two weeks ago?", "two weeks ago", "5-11 May 2020"),
        ("Who resigned a year ago?", "a year ago", "2019"),
        ("Who resigned a few days ago?", "a few days ago", "15-21 May 2020"),
        ("What has Iran done since January?", "since January", "since 1 January 2020"),
        ("What has Iran done since January 3?", "since January 3", "since 3 January 2020"),
        ("What has Iran done since last Friday?", "since last Friday", "since 15 May 2020"),
        ("What did Iran announce on Tuesday?", "on Tuesday", "19 May 2020"),
        ("What did Iran announce on Friday?", "on Friday", "15 May 2020"),
        ("Which swap did Iran offer in April?", "in April", "April 2020"),
        ("Which swap did Iran offer in December?", "in December", "December 2019"),
        ("What did Iran offer in may?", "in may", "May 2020"),
        ("What happened in May last year?", "in May last year", "May 2019"),
        ("What happened last May?", "last May", "May 2019"),
        ("What happened on May 19?", "on May 19", "19 May 2020"),
        ("What happened on May 25?", "on May 25", "25 May 2019"),
    ],
)
def test_what_counts_from_today(question, phrase, text):
    assert meant(question) == [(phrase, text)]
    assert not read_time(question, TODAY).periods[0].written


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What happened in 1998?", ["1998"]),
        ("What did Iran announce on 3 January 2020?", ["3 January 2020"]),
        ("what did trump announce on january 3 2020", ["3 January 2020"]),
        ("What did Trump announce in May 2019?", ["May 2019"]),
        ("In March of 1974, what was the price of oil?", ["March 1974"]),
        ("What did Iran do after January 3, 2020?", ["since 3 January 2020"]),
        ("Who was freed on January 3 in 2020?", ["3 January 2020", "2020"]),
        ("Who was freed in 2019 and 2020?", ["1 January 2019 - 31 December 2020"]),
        ("2020-05-08?", ["8 May 2020"]),
    ],
)
def test_dates_that_are_written_out(question, text):
    found = read_time(question, TODAY)
    assert [days_text(period.first, period.last) for period in found.periods] == text
    assert all(period.written for period in found.periods)


@pytest.mark.parametrize(
    "question",
    [
        "What may happen next?",
        "Who led the march on the second of two bases?",
        "In march madness, who plays?",
        "Who hosts Last Week Tonight?",
        "Who sang “Last Friday Night” first?",
        "Who succeeded Theresa May?",
        "Who was prime minister after May?",
        "What did May say in the march?",
        "What was his last year in office like?",
        "What happened in the last year of the war?",
        "Who lived there 500 years ago?",
        "What happened more than two years ago?",
        "By what name is that church known today?",
        "How many Huguenots live in France today?",
        "What time does the game start on Sunday?",
        "What is Good Friday?",
        "What holiday is celebrated in October?",
        "Who had died by March?",
        "What had Iran done before last week?",
        "What did infrastructure do over the past years?",
        "How many had been counted by January 24, 2020?",
        "How may 20 people enter?",
        "What does he do every May 8?",
        "As of June 1, 2020, who is the speaker?",
        "What is a two-day-old lamb called?",
        "",
    ],
)
def test_what_means_no_days(question):
    assert meant(question) == []
    assert read_time(question, TODAY).days is None


@pytest.mark.parametrize(
    "question",
    [
        "What happened on May 8, 2018?",
        "what took place on 8 May 2018",
        "What happened in Iran last week?",
        "What events occurred in May 2018?",
        "What went on yesterday?",
        "Any news of 8 May 2018?",
        "May 8, 2018?",
        "Tell me about January 2020",
    ],
)
def test_a_question_that_asks_for_what_happened_then(question):
    assert read_time(question, TODAY).asks_for_events


@pytest.mark.parametrize(
    "question",
    [
        "What happened?",
        "Who was killed on January 3, 2020?",
        "Why did it happen on May 8, 2018?",
        "When did the talks take place in May 2018?",
        "What did Iran say last week?",
    ],
)
def test_a_question_that_asks_for_something_else(question):
    assert not read_time(question, TODAY).asks_for_events


def test_a_day_that_the_question_wants_to_be_asked_on():
    found = read_time("As of June 1, 2020, who resigned last week?", date(2026, 1, 1))
    assert (found.as_of, found.days) == (date(2020, 6, 1), (date(2020, 5, 25), date(2020, 5, 31)))
    assert read_time("Who leads it as of May 2020?", TODAY).as_of == date(2020, 5, 31)
    assert read_time("Who leads it as of now?", TODAY).as_of is None


def test_a_month_is_the_latest_that_has_articles():
    assert meant("Who was freed in June?", date(2026, 11, 22), "2020-05") == [("in June", "June 2019")]
    assert meant("Who was freed in May?", date(2026, 11, 22), "2020-05") == [("in May", "May 2020")]
    assert meant("Who was freed in May?", date(2026, 11, 22), "2020-05-21") == [("in May", "May 2020")]
    assert meant("Who was freed in May?", TODAY, "2021-01-01") == [("in May", "May 2020")]
    assert meant("Who was freed in May?", TODAY, "nonsense") == [("in May", "May 2020")]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Did Iran say yesterday what it said two weeks ago?", date(2020, 5, 5), date(2020, 5, 21)),
        ("What did Iran say last week and on May 12?", date(2020, 5, 12), date(2020, 5, 12)),
        ("What happened between May 8 and May 10, 2018?", date(2018, 5, 8), date(2018, 5, 10)),
        ("What has Iran done since January, and since last Friday?", date(2020, 5, 15), None),
        ("What was done in May 2018 and since last Friday?", date(2018, 5, 1), None),
    ],
)
def test_the_days_of_several_periods_together(question, first, last):
    assert read_time(question, TODAY).days == (first, last)


@pytest.mark.parametrize(
    ("question", "newest"),
    [
        ("What is the latest on the embargo?", True),
        ("Is Michael White still in Iranian hands?", True),
        ("So far, has INSTEX done any business?", True),
        ("Who is currently the speaker?", True),
        ("Who is the current speaker?", True),
        ("How many have died now?", True),
        ("What is the most recent count?", True),
        ("When at the latest must it end?", False),
        ("What is a direct current?", False),
        ("Describe the components of current in transistors.", False),
        ("In what is now France, who ruled?", False),
        ("It's now or never, by whom?", False),
        ("Who painted the still life?", False),
        ("Is that the final number?", True),
        ("Who killed Suleimani?", False),
    ],
)
def test_what_prefers_newer_articles(question, newest):
    assert read_time(question, TODAY).prefers_newest is newest


def test_the_evidence_of_the_gold_set_is_of_the_time_meant():
    suite = load_suite(Path(__file__).parents[3] / "eval/gold")
    published = {article.id: article.published for article in suite.articles}
    newest = max(published.values())
    gains = []
    for question in suite.questions:
        today = date.fromisoformat(question.as_of) if len(question.as_of) == 10 else date(2026, 1, 1)
        days = read_time(question.question, today, newest).days
        if days and question.evidence:
            gains.append(max(nearness(days, False, published[e.article_id], e.quote) for e in question.evidence))
    assert len(gains) >= 30
    assert sum(gain > 0.5 for gain in gains) / len(gains) > 0.8


@given(st.text(alphabet="aelstwikmonthy ago3since inMay.\"“'-yrdu", max_size=80), st.dates(date(1990, 1, 1)))
def test_any_text_gives_periods_in_their_place(text, today):
    found = read_time(text, today)
    assert all(text[p.start : p.end] == p.phrase for p in found.periods)
    assert all(p.last is None or p.first <= p.last for p in found.periods)
    assert found.days is None or found.days[1] is None or found.days[0] <= found.days[1]


@pytest.mark.parametrize("piece", ["since ", "last ", "in the past ", "a few days ", "“", "in May ", "'s "])
def test_long_questions_are_read_at_once(piece):
    started = time.perf_counter()
    read_time(piece * 100_000, TODAY)
    assert time.perf_counter() - started < 1
