"""Which articles a question is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.article import Article
from footnote.corpus.dates import first_day, last_day
from footnote.corpus.text import fold
from footnote.index.search.scope import Publications, Scope

DATES = st.sampled_from(["", "2019", "2020", "2020-02", "2020-03", "2020-02-29", "2020-03-01", "2021-12-31"])
PUBLISHERS = st.sampled_from(["", "wire", "The Wire’s desk", "Post"])


def inside(scope, article):
    return Publications([article]).inside(scope).tolist() == [True]


def allows(scope, article):
    """Whether an article is inside the limits, by their definition."""
    if fold(scope.publisher) not in fold(article.publisher):
        return False
    if not article.published:
        return not (scope.after or scope.before or scope.as_of)
    early, late = first_day(article.published), last_day(article.published)
    until = [last_day(limit) for limit in (scope.before, scope.as_of) if limit]
    return all(early <= limit for limit in until) and (not scope.after or late >= first_day(scope.after))


@pytest.mark.parametrize(
    ("published", "scope", "allowed"),
    [
        ("2020-05-21", {}, True),
        ("", {}, True),
        ("", {"after": "2020"}, False),
        ("", {"publisher": "wire"}, True),
        ("2020-05-21", {"after": "2020-05-21"}, True),
        ("2020-05-21", {"after": "2020-05-22"}, False),
        ("2020-05-21", {"before": "2020-05-21"}, True),
        ("2020-05-21", {"before": "2020-05-20"}, False),
        ("2020-05-21", {"before": "2020-05"}, True),
        ("2020-05-21", {"before": "2020-04"}, False),
        ("2020-05-21", {"after": "2020-05"}, True),
        ("2020-05-21", {"after": "2020-06"}, False),
        ("2020-05", {"after": "2020-05-21"}, True),
        ("2020-05", {"before": "2020-05-01"}, True),
        ("2020", {"before": "2020-01-01", "after": "2019-12-31"}, True),
        ("2020", {"after": "2021"}, False),
        ("2020-05-21", {"as_of": "2020-05-20"}, False),
        ("2020-05-21", {"as_of": "2020-05-21"}, True),
        ("2020-05-21", {"as_of": "2021", "before": "2019"}, False),
        ("2020-05-21", {"publisher": "WIRE"}, True),
        ("2020-05-21", {"publisher": "post"}, False),
        ("2020-05-21", {"publisher": "the\u00a0wire’s"}, True),
    ],
)
def test_allows(published, scope, allowed):
    article = Article("a", "", publisher="The Wire's desk", published=published)
    assert inside(Scope(**scope), article) is allowed
    assert allows(Scope(**scope), article) is allowed


def test_an_empty_scope_is_false():
    assert not Scope()
    assert not Scope(period_start="2020-01-01", period_end="2020-01-31")
    assert Scope(publisher="x")


@pytest.mark.parametrize(
    ("published", "around"),
    [("2019-12-31", 0), ("2020-01-01", 1), ("2020-01", 1), ("2020-02-04", 1), ("2020-02-05", 0), ("2019", 0), ("", 0)],
)
def test_around_a_period_are_its_articles_and_those_of_the_weeks_after(published, around):
    scope = Scope(period_start="2020-01-01", period_end="2020-01-07")
    article = Article("a", "", published=published)
    assert Publications([article]).around(scope).tolist() == [bool(around)]
    assert inside(scope, article)


@given(
    st.lists(st.tuples(DATES, PUBLISHERS), max_size=8),
    st.builds(Scope, DATES, DATES, PUBLISHERS, DATES, DATES, DATES),
)
def test_all_at_once_is_each_by_itself(published, scope):
    articles = [Article("a", "", publisher=publisher, published=day) for day, publisher in published]
    allowed = [article for article in articles if allows(scope, article)]
    publications = Publications(articles)
    assert publications.inside(scope).tolist() == [allows(scope, article) for article in articles]
    assert publications.newest(scope) == max((article.published for article in allowed), default="")
