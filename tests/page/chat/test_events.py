"""What the browser sends is checked before it is used."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import UsageError
from footnote.index.search.scope import Scope
from footnote.page.chat.conversations import MAX_QUESTION
from footnote.page.chat.events import (
    MAX_NOTE,
    AgainRequest,
    FeedbackRequest,
    OpenRequest,
    QuestionOptions,
    TakeRequest,
    options,
    question,
)
from footnote.page.chat.pane import Mark
from footnote.page.web import validated

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["article", "version", "cited", "also", "kind", "n", "count"])


def test_a_full_request():
    data = {
        "article": "a",
        "version": "v",
        "cited": [3, 9],
        "also": [[0, 2]],
        "kind": "passage",
        "n": 2,
        "count": 3,
        "token": 9,
    }
    assert validated(OpenRequest, data) == OpenRequest("a", "v", Mark(3, 9), (Mark(0, 2),), "passage", 2, 3, 9)


def test_an_article_alone():
    assert validated(OpenRequest, {"article": "a"}) == OpenRequest("a")
    assert validated(OpenRequest, {"article": ""}) == OpenRequest("")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"article": 3},
        {"article": "a" * 2000},
        {"article": "a", "cited": [1]},
        {"article": "a", "cited": [1, 2, 3]},
        {"article": "a", "cited": [-1, 2]},
        {"article": "a", "cited": [0, 1.5]},
        {"article": "a", "cited": [0, True]},
        {"article": "a", "cited": [0, 10**12]},
        {"article": "a", "cited": "12"},
        {"article": "a", "also": {"0": 1}},
        {"article": "a", "also": [[0, 1]] * 101},
        {"article": "a", "n": "1"},
        {"article": "a", "count": -1},
        {"article": "a", "version": None},
        {"article": "a", "kind": "other"},
        {"article": "a", "view": ["read"]},
        {"article": "a", "turn": "1"},
    ],
)
def test_refuses_what_is_not_of_the_form(data):
    with pytest.raises(UsageError, match="Reload"):
        validated(OpenRequest, data)


@given(JSON | st.dictionaries(FIELDS, JSON))
def test_anything_else_is_a_request_or_refused(data):
    with contextlib.suppress(UsageError):
        assert isinstance(validated(OpenRequest, data), OpenRequest)


def test_questions():
    assert question("  Who?\n") == "Who?"
    assert question("x" * MAX_QUESTION) == "x" * MAX_QUESTION
    with pytest.raises(UsageError, match="2,001 characters; the most is 2,000"):
        question("x" * (MAX_QUESTION + 1))
    with pytest.raises(UsageError, match="first"):
        question(" \n ")
    for other in (None, 3, ["x"], {"a": 1}):
        with pytest.raises(UsageError, match="Reload"):
            question(other)


def test_what_else_the_page_sends():
    assert validated(AgainRequest, {"turn": 2, "drop": "dates"}) == AgainRequest(2, "dates")
    assert validated(AgainRequest, {"turn": 2, "drop": ""}) == AgainRequest(2, "")
    assert validated(FeedbackRequest, {"turn": 0, "kind": "helpful"}) == FeedbackRequest(0, "helpful")
    assert validated(
        FeedbackRequest, {"turn": 1, "kind": "wrong citation", "citation": 3, "note": " no "}
    ) == FeedbackRequest(1, "wrong citation", 3, "no")
    assert validated(TakeRequest, {"turn": None, "form": "markdown"}) == TakeRequest("markdown", None)
    assert validated(TakeRequest, {"turn": 4, "form": "evidence"}) == TakeRequest("evidence", 4)
    assert validated(TakeRequest, {"form": "evidence"}) == TakeRequest("evidence", None)


def test_what_goes_with_a_question():
    for nothing in (None, "", {}):
        assert options(nothing) == QuestionOptions()
    sent = {"after": "2020", "before": "2020-05-31", "publisher": "Wire", "replaces": 4}
    assert options(sent) == QuestionOptions("2020", "2020-05-31", publisher="Wire", replaces=4)
    assert options(sent).scope == Scope("2020", "2020-05-31", "Wire")
    for day in ("2020-02-30", "yesterday", "2020-05-31T08:00", " 2020", "9" * 50, 2020):
        with pytest.raises(UsageError, match="year, month and day"):
            options({"after": day})


@given(JSON | st.dictionaries(st.sampled_from(["after", "before", "publisher", "replaces"]), JSON))
def test_other_options_are_read_or_refused(data):
    with contextlib.suppress(UsageError):
        assert isinstance(options(data), QuestionOptions)


def test_a_long_note_is_refused():
    note = "x" * MAX_NOTE
    assert validated(FeedbackRequest, {"turn": 0, "kind": "helpful", "note": note}).note == note
    with pytest.raises(UsageError, match="1,001 characters"):
        validated(FeedbackRequest, {"turn": 0, "kind": "helpful", "note": note + "x"})


@pytest.mark.parametrize("kind", [AgainRequest, FeedbackRequest, TakeRequest])
@given(JSON | st.dictionaries(st.sampled_from(["turn", "drop", "kind", "citation", "note", "form"]), JSON))
def test_other_requests_are_read_or_refused(kind, data):
    with contextlib.suppress(UsageError):
        turn = validated(kind, data).turn
        assert turn is None or (isinstance(turn, int) and turn >= 0)
