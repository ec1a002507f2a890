"""Words of a question."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.index.search.query_words import (
    MAX_QUERY_WORDS,
    clean,
    content_words,
    fts_query,
    query_words,
    word_spans,
    words,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The U.S.-backed Gen. Qassim’s force", ["the", "us", "backed", "gen", "qassim", "force"]),
        ("Ｉｒａｎ’s détente", ["iran", "détente"]),
        ("I\u200bran\u202e \U000e0041now", ["iran", "now"]),
        ("3.5 percent, 1,000", ["35", "percent", "1", "000"]),
        ("O'Brien's e-mail", ["obrien", "e", "mail"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_words(text, found):
    assert words(text) == found


def test_content_words_are_once_each_and_without_stop_words():
    assert content_words("Who said what to whom in Iran, and why Iran?") == ["iran"]


def test_query():
    assert query_words("What did the U.N. say about Iran's oil, and oil-rich Iran?") == [
        "u.n",
        "iran's",
        "oil",
        "oil-rich",
        "iran",
    ]
    assert fts_query(["oil", "u.n"]) == '"oil" OR "u.n"'
    assert fts_query([]) == ""
    assert len(query_words(" ".join(f"w{n}" for n in range(100)))) == MAX_QUERY_WORDS


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_makes_a_query_that_sqlite_takes(text):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'porter unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO t VALUES (?)", (text,))
    query = fts_query(query_words(text))
    if query:
        connection.execute("SELECT * FROM t WHERE t MATCH ?", (query,)).fetchall()
    connection.close()


@given(st.text())
def test_clean_is_stable(text):
    assert clean(clean(text)) == clean(text)


def test_a_soft_hyphen_parts_no_word():
    text = "the har\u00adbour author\u00adity"
    assert words(text) == ["the", "harbour", "authority"]
    assert [text[start:end] for start, end in word_spans(text)] == ["har\u00adbour", "author\u00adity"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who killed the commander?", ["killed", "commander"]),
        ("It was in the and of", []),
        ("Mr. Trump's 2,000 men", ["Mr", "Trump's", "2", "000", "men"]),
        ("al-Asad, 8 January", ["al-Asad", "8", "January"]),
        ("", []),
    ],
)
def test_words_that_carry_meaning(text, expected):
    assert [text[start:end] for start, end in word_spans(text)] == expected


def test_words_of_a_part_are_counted_in_the_whole():
    text = "First part. Second part."
    assert [text[start:end] for start, end in word_spans(text, 12)] == ["Second", "part"]
