"""Passages nearest to a question, from a real library."""

import pytest
from articles import found

from footnote.corpus.errors import UsageError
from footnote.qa.passage_search import search

HARBOUR = "Mayor Ana Ruiz closed the harbour on Monday after the storm."
OIL = "Oil fell by three percent as traders waited for news from Vienna."


@pytest.fixture
def index(exact):
    list(exact.add([found("harbour", HARBOUR, title="Storm", publisher="Coast"), found("oil", OIL, title="Oil")]))
    return exact


def test_the_nearest_come_first_with_their_exact_place(index):
    first, second = search(index, "Who closed the harbour?", 5)
    assert (first.source.article_id, second.source.article_id) == ("harbour", "oil")
    assert first.score > second.score
    quote = first.source
    assert index.library.article("harbour").text[quote.start : quote.end] == quote.quote
    assert (quote.title, quote.publisher, quote.version) == ("Storm", "Coast", index.library.version_of("harbour"))


def test_no_more_than_asked_for(index):
    assert len(search(index, "Who closed the harbour?", 1)) == 1


def test_an_empty_library_has_none(exact):
    assert search(exact, "Who?", 5) == []


@pytest.mark.parametrize("query", ["", "  ?", "x" * 2001])
def test_what_is_no_question(index, query):
    with pytest.raises(UsageError):
        search(index, query, 5)
