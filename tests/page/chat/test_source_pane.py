"""The pane: an article with its highlights, and the list of articles."""

import re

import pytest
from hypothesis import given
from parsed import HOSTILE, Parsed

from footnote.corpus.article import Article
from footnote.page import strings
from footnote.page.chat.events import OpenRequest
from footnote.page.chat.pane import Mark, authors
from footnote.page.chat.source_pane import MAX_LISTED, contents, gone, source

ARTICLE = Article(
    "a", "The title\n\nFirst one. Second one.\n- an item\nA heading\nLast.", "The title",
    authors=("Ann Lee", "Bo Ek"), publisher="Wire", published="2020-05-04", url="https://example.org/a",
)  # fmt: skip


def marks(html, kind):
    return re.findall(rf'<mark class="fn-{kind}">(.*?)</mark>', html)


def words(html):
    return " ".join("".join(Parsed(html).words).split())


def span_of(text):
    start = ARTICLE.text.index(text)
    return Mark(start, start + len(text))


def test_the_cited_sentence_is_highlighted_and_the_others_lightly():
    html = source(ARTICLE, OpenRequest("a", cited=span_of("Second one."), also=(span_of("First one."),), n=2, count=2))
    assert marks(html, "cited") == ["Second one."]
    assert marks(html, "also") == ["First one."]
    assert strings.POSITION["footnote"].format(n=2, count=2) in words(html)


def test_the_cited_span_among_the_others_is_shown_once():
    span = span_of("First one.")
    html = source(ARTICLE, OpenRequest("a", cited=span, also=(span,)))
    assert marks(html, "cited") == ["First one."]
    assert marks(html, "also") == []


def test_the_whole_article_is_there_with_what_is_known_of_it():
    html = source(ARTICLE, OpenRequest("a"))
    assert words(html).count("The title") == 1
    for part in ("Wire, 4 May 2020", "By Ann Lee and Bo Ek", "First one. Second one.", "an item", "Last."):
        assert part in words(html)
    assert '<ul class="fn-items"><li dir="auto">an item</li>' in html
    assert '<h3 class="fn-subhead"' in html
    links = [attrs for tag, attrs in Parsed(html).tags if tag == "a"]
    assert links == [{"href": "https://example.org/a", "target": "_blank", "rel": "noopener noreferrer"}]
    assert strings.COPY_QUOTE not in html


def test_a_marked_title_is_not_left_out():
    html = source(ARTICLE, OpenRequest("a", cited=Mark(0, 9)))
    assert marks(html, "cited") == ["The title"]


def test_a_blank_title_hides_nothing():
    html = source(Article("a", "First.\nLast.", "\r", authors=(" ",)), OpenRequest("a", cited=Mark(0, 6)))
    assert marks(html, "cited") == ["First."]
    assert "By" not in words(html)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "ftp://example.org"])
def test_other_addresses_are_no_links(url):
    html = source(Article("a", "Text.", url=url), OpenRequest("a", cited=Mark(0, 5)))
    assert [tag for tag, _ in Parsed(html).tags if tag == "a"] == []
    copied = [attrs["data-copy"] for _, attrs in Parsed(html).tags if "data-copy" in attrs]
    assert copied == ["“Text.” (a)"]


@pytest.mark.parametrize("cited", [Mark(500, 600), Mark(7, 7), Mark(9, 3)])
def test_spans_outside_the_text_mark_nothing(cited):
    html = source(ARTICLE, OpenRequest("a", cited=cited, also=(cited,)))
    assert "<mark" not in html
    assert strings.COPY_QUOTE not in html


def test_steps_end_at_the_first_and_the_last():
    def disabled(n):
        html = source(ARTICLE, OpenRequest("a", cited=Mark(0, 3), n=n, count=3))
        return [attrs["data-step"] for _, attrs in Parsed(html).tags if "data-step" in attrs and "disabled" in attrs]

    assert (disabled(1), disabled(2), disabled(3)) == (["-1"], [], ["1"])


def test_notices():
    assert strings.CITED_VERSION in words(source(ARTICLE, OpenRequest("a"), strings.CITED_VERSION))
    assert strings.GONE in words(gone(strings.GONE))


def test_the_list_is_latest_first_and_undated_last():
    articles = [Article("u", "", "Undated"), Article("o", "", "Old", published="2019"),
                Article("n", "", "New", published="2020-05")]  # fmt: skip
    html = contents(articles)
    assert re.findall(r'data-article="(.)"', html) == ["n", "o", "u"]
    assert "3 articles" in words(html)


def test_a_long_list_is_cut_and_counted():
    html = contents([Article(f"a{n}", "") for n in range(MAX_LISTED + 5)])
    assert html.count("data-article") == MAX_LISTED
    assert "and 5 more" in words(html)


def test_an_empty_list_says_what_to_do():
    assert strings.EMPTY_COMMAND in words(contents([]))


@pytest.mark.parametrize(
    ("names", "expected"), [((), ""), (("A",), "A"), (("A", "B"), "A and B"), (("A", "B", "C"), "A, B and C")]
)
def test_authors(names, expected):
    assert authors(names) == expected


@given(*[HOSTILE] * 4)
def test_hostile_text_stays_text(title, body, author, url):
    article = Article(title, body, title, authors=(author,), publisher=author, published=title, url=url)
    request = OpenRequest(title, cited=Mark(0, 5), also=(Mark(3, 9),))
    for html in (source(article, request, title), contents([article]), gone(title)):
        tags = {tag for tag, _ in Parsed(html).tags}
        assert tags <= {"section", "div", "button", "span", "article", "h2", "h3", "p", "a", "mark", "ul", "li",
                        "blockquote", "input"}  # fmt: skip
        names = {name for _, attrs in Parsed(html).tags for name in attrs}
        plain = {"class", "dir", "type", "role", "tabindex", "disabled", "href", "target", "rel", "id",
                 "maxlength", "placeholder", "autocomplete"}  # fmt: skip
        assert all(name in plain or name.startswith(("data-", "aria-")) for name in names)
    shown = letters("".join(Parsed(source(article, request)).words))
    for line in body.split("\n"):
        assert letters(line) in shown  # of a list's item not the bullet


def letters(text):
    return "".join(filter(str.isalnum, text))


def test_lines_that_repeat_what_stands_above_are_left_out_unless_they_are_cited():
    text = "The title\nBy Ann Lee\n4 May 2020\nWire\n\nIt rained.\nWire"
    article = Article("a", text, "The title", ("Ann Lee",), "Wire", "2020-05-04")
    shown = words(source(article, OpenRequest("a")))
    assert [shown.count(each) for each in ("The title", "By Ann Lee", "Wire")] == [1, 1, 2], "only at its start"
    assert words(source(article, OpenRequest("a", cited=Mark(10, 20)))).count("By Ann Lee") == 2


def test_a_paragraph_that_is_a_quotation_is_shown_as_one():
    text = "“It rained all day,” she said.\n“It rained all day, and the night before as well.”"
    html = source(Article("a", text), OpenRequest("a"))
    assert html.count("<blockquote>") == 1
