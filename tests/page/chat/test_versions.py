"""The versions of an article, and what changed between two of them."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from parsed import HOSTILE, Parsed
from scripted import Shelf

from footnote.corpus.article import Article
from footnote.page import strings
from footnote.page.chat.pane import changes, choice

TEXTS = st.lists(st.sampled_from(["a ", "b, ", "c.\n", "\n", "<b> ", "é "]), max_size=30).map("".join)


def compared(before, after):
    """What changed from one article to the other."""
    old, new = Shelf([after], [before]).history(after.id)
    return changes(old, new, before, after)


def words(html, left_out):
    """The words of the compared text, without those in this kind of mark."""
    text = html[html.index("fn-changes") :].partition(">")[2].replace('<span class="fn-unseen">', "<i>")
    text = re.sub(rf"<{left_out}>.*?</{left_out}>", "", re.sub("<i>.*?</span>", "", text), flags=re.DOTALL)
    return "".join(unescape(re.sub("<[^>]*>", "", text)).split())


@given(TEXTS, TEXTS)
def test_the_marks_make_up_both_texts(old, new):
    html = compared(Article("a", old), Article("a", new, "New"))
    assert words(html, "ins") == "".join(old.split())
    assert words(html, "del") == "".join(new.split())
    assert (strings.CHANGES_NONE in html) == (old == new)


def test_fields_that_changed_are_told():
    before = Article("a", "Same.", "Old title", ("Ann Lee",), published="2020")
    html = compared(before, Article("a", "Same. ", "New title", ("Ann Lee", "Bo Ek"), "Wire", "2020"))
    told = re.findall("<li[^>]*>(.*?)</li>", html)
    assert told == ["Title: Old title → New title", "Authors: Ann Lee → Ann Lee, Bo Ek", "Publisher: none → Wire"]


def test_the_latest_version_is_listed_first_and_the_shown_one_is_told():
    first, second, third = (Article("a", text) for text in ("One.", "Two.", "Three."))
    html = choice(Shelf([third], [first, second]).history("a"), second.version)
    rows = re.findall("<li><span>(.*?)</span>", html)
    assert [row.partition("00, ")[2] for row in rows] == [strings.CURRENT, strings.SHOWN, ""]
    actions = [(attrs["data-do"], attrs["data-version"]) for _, attrs in Parsed(html).tags if "data-do" in attrs]
    assert actions == [
        ("article", third.version), ("changed", third.version), ("changed", second.version), ("article", first.version),
    ]  # fmt: skip


def test_one_version_is_no_choice():
    only = Article("a", "One.")
    assert choice(Shelf([only]).history("a"), only.version) == ""
    assert choice([], "") == ""


@given(HOSTILE, HOSTILE)
def test_hostile_text_stays_text(one, other):
    before, after = Article(one, one, one, (one,), one, one, one), Article(one, other, other, (other,), other)
    html = compared(before, after) + choice(Shelf([after], [before]).history(one), one)
    tags = {"article", "p", "h2", "ul", "li", "div", "span", "ins", "del", "details", "summary", "button"}
    assert {tag for tag, _ in Parsed(html).tags} <= tags
