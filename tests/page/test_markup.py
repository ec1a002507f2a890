"""Text becomes markup by escaping, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed import HOSTILE, Parsed

from footnote.page import strings
from footnote.page.markup import Html, element, join, reference, safe_url, text


@given(HOSTILE, HOSTILE)
def test_no_text_creates_a_tag_or_an_attribute(words, value):
    parsed = Parsed(element("p", words, data_value=value, class_="c"))
    assert parsed.tags == [("p", {"data-value": value, "class": "c"})]
    assert "".join(parsed.words) == words


@given(st.lists(HOSTILE, max_size=4), HOSTILE)
def test_joining_escapes_parts_and_separator(parts, separator):
    parsed = Parsed(join(parts, separator))
    assert parsed.tags == []
    assert "".join(parsed.words) == separator.join(parts)


def test_markup_is_not_escaped_twice():
    assert text(text("a < b")) == "a &lt; b"
    assert element("p", element("b", "<")) == "<p><b>&lt;</b></p>"
    assert isinstance(join(["<"]), Html)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"disabled": True}, "<p disabled></p>"),
        ({"disabled": False, "id": None}, "<p></p>"),
        ({"data_n": 0}, '<p data-n="0"></p>'),
        ({"class_": 'a" onclick="b'}, '<p class="a&quot; onclick=&quot;b"></p>'),
    ],
)
def test_attributes(attributes, expected):
    assert element("p", **attributes) == expected


@pytest.mark.parametrize("name", ["onclick", "on_load", "a b", "x>y", "", "1", "srcé"])
def test_refuses_attribute_names_that_are_not_plain(name):
    with pytest.raises(ValueError, match="attribute name"):
        element("p", **{name: "x"})


@pytest.mark.parametrize("name", ["p onclick=x", "", "<p", "P"])
def test_refuses_tag_names_that_are_not_plain(name):
    with pytest.raises(ValueError, match="tag name"):
        element(name)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        (" http://example.org ", "http://example.org"),
        ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt://example.org/%0aalert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//example.org", ""),
        ("https:", ""),
        ("http://[", ""),
        ("/path", ""),
        ("", ""),
    ],
)
def test_only_absolute_web_addresses_become_links(url, expected):
    assert safe_url(url) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2020-05-04", "4 May 2020"),
        ("2020-05", "May 2020"),
        ("2020", "2020"),
        ("", ""),
        ("2020-13-01", "2020-13-01"),
        ("2020-00", "2020-00"),
        ("last week", "last week"),
        ("1-2-3-4", "1-2-3-4"),
        ("2020-", "2020-"),
        ("²-³", "²-³"),
    ],
)
def test_dates_are_written_out(published, expected):
    assert strings.date(published) == expected


@given(st.text(max_size=20))
def test_any_date_can_be_shown(published):
    assert isinstance(strings.date(published), str)


def test_a_reference_leaves_out_what_is_missing():
    assert reference("The Paper", "2020-05") == "The Paper, May 2020"
    assert reference("", "2020") == "2020"
    assert reference("The Paper", "") == "The Paper"
    assert reference("", "") == ""


def test_counted_phrases():
    assert strings.plural(strings.COUNT, 1) == "1 article"
    assert strings.plural(strings.COUNT, 0) == "0 articles"
    assert strings.plural(strings.COUNT, 12345) == "12,345 articles"
