"""The table of articles: search, filters, order, pages."""

import time

import pytest
from articles import found
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.article import Article
from footnote.index.listing import ArticleRow, ArticleTable, ListingQuery, choose, ordered, searched


def row(article_id, title="", publisher="", published="", authors=(), added="2026-01-01", withdrawn="", origin=""):
    article = Article(article_id, "", title, authors, publisher, published)
    return ArticleRow(article, added, withdrawn, origin or article_id, 1, searched(article))


ROWS = [
    row("oil", "Oil falls", "Wire", "2020-05-04", ("Ann Lee",), "2026-01-03"),
    row("ete", "Été à Paris", "Post", "2020-05", ("Zoë Ödön",), "2026-01-01"),
    row("zoo", "“Zoo” opens", "", "", (), "2026-01-02"),
    row("air", "Air is clean", "Wire", "2019-12-31", (), "2026-01-04"),
    row("gone", "Oil gone", "Wire", "2020-05-04", (), "2026-01-05", withdrawn="2026-02-01"),
]


def ids(wanted, size=50):
    return [each.article.id for each in choose(ROWS, wanted, size).rows]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ListingQuery(), ["oil", "ete", "air", "zoo"]),
        (ListingQuery(descending=False), ["air", "ete", "oil", "zoo"]),
        (ListingQuery(order="title", descending=False), ["air", "ete", "oil", "zoo"]),
        (ListingQuery(order="publisher", descending=False), ["ete", "air", "oil", "zoo"]),
        (ListingQuery(order="publisher", descending=True), ["air", "oil", "ete", "zoo"]),
        (ListingQuery(order="added"), ["air", "oil", "zoo", "ete"]),
        (ListingQuery(words="OIL lee"), ["oil"]),
        (ListingQuery(words="  paris "), ["ete"]),
        (ListingQuery(words="ＯＩＬ"), ["oil"]),
        (ListingQuery(words="oil paris"), []),
        (ListingQuery(publisher="Wire"), ["oil", "air"]),
        (ListingQuery(publisher="Wir"), []),
        (ListingQuery(after="2020-05-20"), ["ete"]),
        (ListingQuery(before="2020-05-01"), ["ete", "air"]),
        (ListingQuery(after="2020"), ["oil", "ete"]),
        (ListingQuery(withdrawn=True), ["gone"]),
    ],
)
def test_what_is_shown_and_in_what_order(wanted, expected):
    assert ids(wanted) == expected


def test_pages():
    first, last = choose(ROWS, ListingQuery(), 3), choose(ROWS, ListingQuery(page=1), 3)
    assert (first.total, first.page, first.pages, len(first.rows)) == (4, 0, 2, 3)
    assert [each.article.id for each in last.rows] == ["zoo"]
    beyond = choose(ROWS, ListingQuery(page=99), 3)
    assert (beyond.page, beyond.rows) == (1, last.rows)
    nothing = choose([], ListingQuery(page=5))
    assert (nothing.total, nothing.page, nothing.pages, nothing.rows) == (0, 0, 1, [])


@given(
    st.lists(st.tuples(st.text(max_size=4), st.sampled_from(["", "2020", "2020-05", "2021-01-02"])), max_size=12),
    st.sampled_from(["title", "publisher", "published", "added"]),
    st.booleans(),
    st.integers(1, 5),
)
def test_pages_hold_every_article_once(made, order, descending, size):
    rows = [row(f"a{n}", title, title, published) for n, (title, published) in enumerate(made)]
    seen = []
    for page in range(choose(rows, ListingQuery(), size).pages):
        seen += choose(rows, ListingQuery(order=order, descending=descending, page=page), size).rows
    assert seen == ordered(rows, order, descending)
    assert sorted(each.article.id for each in seen) == sorted(each.article.id for each in rows)


def test_ten_thousand_articles_are_searched_at_once():
    rows = [row(f"a{n}", f"Title {n} of many", f"Publisher {n % 40}", f"20{n % 20:02d}-05-04") for n in range(10_000)]
    started = time.perf_counter()
    listed = choose(rows, ListingQuery(words="title 99", after="2004", order="title"))
    assert listed.total > 100
    assert time.perf_counter() - started < 5


def test_a_library(exact):
    text = " ".join(f"On day {n} of the fire, ship number {n} was told to wait outside of Esbjerg." for n in range(20))
    for article_id, words, publisher in (("a", text, "Wire"), ("b", f"{text} More.", "Post"), ("c", "Bread.", "")):
        list(exact.add([found(article_id, words, publisher=publisher)]))
    shelves = ArticleTable(exact.library)
    assert shelves.publishers() == [("Post", 1), ("Wire", 1)]
    assert [each.article.id for each in shelves.of_origin(shelves.row("b").origin)] == ["a", "b"]
    list(exact.add([found("c", "Bread is dear.", publisher="Wire")]))
    assert shelves.row("c").versions == 2
    assert shelves.publishers() == [("Post", 1), ("Wire", 2)]
    exact.library.withdraw(["a"])
    assert shelves.row("a").withdrawn_at
    assert [each.article.id for each in shelves.listed(ListingQuery(withdrawn=True)).rows] == ["a"]
    assert shelves.row("none") is None
