import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.eval.score.measures import (
    answer_in_quotes,
    article_agreement,
    citation_agreement,
    exact_match,
    token_f1,
)
from footnote.eval.suite import Evidence, GoldSpan, SuiteQuestion


def evidence(article, *spans):
    return Evidence(article, "", spans)


def question(*items, alternatives=()):
    return SuiteQuestion("q", "?", True, evidence=items, alternatives=alternatives)


# Article a:   0.......10......20......30......40
# gold              [10 to 20)     [30 to 40)
GOLD = question(evidence("a", (10, 20)), evidence("a", (30, 40)))


def test_citations_by_hand():
    # Three cited: one right, one beside the gold, one in another article; one of two gold quotes found.
    found = citation_agreement([GoldSpan("a", 15, 25), GoldSpan("a", 20, 30), GoldSpan("b", 10, 20)], GOLD)
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)
    assert found.f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))  # = 0.4


def test_touching_is_not_overlapping_and_one_code_point_is():
    assert citation_agreement([GoldSpan("a", 0, 10)], GOLD).right == 0
    assert citation_agreement([GoldSpan("a", 0, 11)], GOLD).right == 1


def test_one_long_span_may_find_two_quotes():
    found = citation_agreement([GoldSpan("a", 0, 50)], GOLD)
    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_a_span_cited_twice_counts_once():
    found = citation_agreement([GoldSpan("a", 10, 20), GoldSpan("a", 10, 20)], GOLD)
    assert (found.precision, found.recall) == (1.0, 0.5)


def test_any_occurrence_of_a_quote_will_do():
    twice = question(evidence("a", (0, 5), (50, 55)))
    assert citation_agreement([GoldSpan("a", 50, 60)], twice).f1 == 1.0


def test_recall_is_best_over_alternatives_and_precision_knows_them_all():
    # Either quote 0 alone, or quotes 1 and 2 together.
    either = question(
        evidence("a", (0, 5)), evidence("a", (10, 15)), evidence("a", (20, 25)), alternatives=((0,), (1, 2))
    )
    assert citation_agreement([GoldSpan("a", 0, 5)], either).f1 == 1.0
    assert citation_agreement([GoldSpan("a", 10, 15)], either).recall == 0.5
    assert citation_agreement([GoldSpan("a", 0, 5), GoldSpan("a", 10, 15)], either).f1 == 1.0


def test_nothing_cited_is_zero():
    found = citation_agreement([], GOLD)
    assert (found.precision, found.recall, found.f1) == (0.0, 0.0, 0.0)


def test_articles_by_hand():
    # Cited: a, b and c. Gold: a and d. One of three right, one of two found.
    gold = question(evidence("a", (0, 5)), evidence("a", (9, 12)), evidence("d", (0, 5)))
    found = article_agreement(
        [GoldSpan("a", 70, 80), GoldSpan("a", 90, 95), GoldSpan("b", 0, 1), GoldSpan("c", 0, 1)], gold
    )
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)


spans = st.builds(
    lambda article, start, length: GoldSpan(article, start, start + length),
    st.sampled_from("ab"),
    st.integers(0, 60),
    st.integers(1, 20),
)


@given(st.lists(spans, max_size=6), st.lists(spans, min_size=1, max_size=4))
def test_measures_stay_in_range_and_do_not_depend_on_order(cited, gold):
    asked = question(*(Evidence(s.article_id, "", ((s.start, s.end),)) for s in dict.fromkeys(gold)))
    found = citation_agreement(cited, asked)
    assert 0 <= found.f1 <= 1
    assert min(found.precision, found.recall) <= found.f1 + 1e-12
    assert found == citation_agreement(cited[::-1], asked)
    assert citation_agreement(gold, asked).f1 == 1.0
    assert article_agreement(cited, asked).right >= (found.right > 0)


def test_exact_match_is_squads():
    assert exact_match("The  Eiffel tower!", ["eiffel Tower"]) == 1.0
    assert exact_match("Eiffel", ["Eiffel Tower", "the tower"]) == 0.0


def test_token_f1_by_hand():
    # "opened in may" against "may": one word shared, 3 and 1 words: 2 * 1 / (3 + 1).
    assert token_f1("It opened in May.", ["May"]) == pytest.approx(2 * 1 / (4 + 1))
    assert token_f1("Opened in May", ["June", "in May"]) == pytest.approx(2 * 2 / (3 + 2))
    assert token_f1("a a b", ["a"]) == 0.0  # "a" is an article, and is left out of both
    assert token_f1("x x y", ["x"]) == pytest.approx(2 * 1 / (3 + 1))


def test_an_answer_in_a_quote_is_whole_words_in_a_row():
    assert answer_in_quotes(["It cost 4 million euros."], ["4 million"]) == 1.0
    assert answer_in_quotes(["It cost 14 million euros."], ["4 million"]) == 0.0
    assert answer_in_quotes(["It cost 4.", "million"], ["4 million"]) == 0.0
    assert answer_in_quotes(["anything"], ["the"]) == 0.0
