"""A publisher that a question asks for by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.qa.interpret.publishers import publisher_asked_for

PUBLISHERS = ["BBC News", "The Coast Daily", "Coast Daily Sunday", "Wire", "White House", "Sun News", "Sun Online", ""]


@pytest.mark.parametrize(
    ("question", "publisher"),
    [
        ("What did the BBC say about the ferry?", "BBC News"),
        ("What does BBC News report?", "BBC News"),
        ("According to the Coast Daily, who sank?", "The Coast Daily"),
        ("according to COAST DAILY SUNDAY who sank?", "Coast Daily Sunday"),
        ("Who sank in the Coast Daily\u2019s coverage?", "The Coast Daily"),
        ("What was reported by Wire?", "Wire"),
        ("What is in Wire reports of the sinking?", "Wire"),
        ("Who is barbed wire sold to?", ""),
        ("What happened at the White House?", ""),
        ("Who told Wire reporters that?", ""),
        ("According to Wirecard, who sank?", ""),
        ("What did the Sun say?", ""),
        ("Who attacked the BBC?", ""),
        ("", ""),
    ],
)
def test_publishers(question, publisher):
    assert publisher_asked_for(question, PUBLISHERS) == publisher


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=5))
def test_any_text_names_one_of_the_publishers_or_none(question, publishers):
    assert publisher_asked_for(question, publishers) in {"", *(name.strip() for name in publishers)}
