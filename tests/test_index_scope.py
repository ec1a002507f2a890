"""Which articles a question is about."""

import pytest

from corpus.article import Article
from index.scope import Scope


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
    assert Scope(**scope).allows(article) is allowed


def test_an_empty_scope_is_false():
    assert not Scope()
    assert Scope(publisher="x")
