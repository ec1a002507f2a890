import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.eval.score.retrieval import DEPTH, article_measures, passage_measures
from footnote.eval.suite import Evidence, GoldSpan


def gold(article, start, end):
    return Evidence(article, "", ((start, end),))


def test_articles_by_hand():
    # Articles in order of their best passage: b, a, c. Gold: a and d (never found).
    ranked = [GoldSpan("b", 0, 9), GoldSpan("b", 9, 20), GoldSpan("a", 0, 9), GoldSpan("c", 0, 9)]
    found = article_measures(ranked, [gold("a", 50, 60), gold("a", 0, 5), gold("d", 0, 5)])
    ideal = 1 / math.log2(2) + 1 / math.log2(3)
    assert found == pytest.approx(
        {
            "recall@1": 0.0,
            "recall@5": 1 / 2,
            "recall@10": 1 / 2,
            "mrr@10": 1 / 2,
            "ndcg@10": (1 / math.log2(3)) / ideal,
        }
    )


def test_passages_by_hand():
    # Rank 1 misses, rank 2 holds quotes 1 and 2, rank 3 holds quote 1 again, rank 6 holds quote 3.
    quotes = [gold("a", 100, 110), gold("a", 120, 130), gold("b", 0, 10)]
    miss = GoldSpan("z", 0, 9)
    ranked = [miss, GoldSpan("a", 95, 140), GoldSpan("a", 90, 115), miss, miss, GoldSpan("b", 5, 50)]
    found = passage_measures(ranked, quotes)
    # Two passages add something: ranks 2 and 6.
    ideal = 1 / math.log2(2) + 1 / math.log2(3)
    assert found == pytest.approx(
        {
            "recall@1": 0.0,
            "recall@5": 2 / 3,
            "recall@10": 1.0,
            "mrr@10": 1 / 2,
            "ndcg@10": (1 / math.log2(3) + 1 / math.log2(7)) / ideal,
        }
    )


def test_nothing_retrieved_is_zero():
    assert set(passage_measures([], [gold("a", 0, 1)]).values()) == {0.0}
    assert set(article_measures([], [gold("a", 0, 1)]).values()) == {0.0}


@given(
    st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, min_size=1),
    st.sets(st.sampled_from("abcdefghijklmnopqrs"), min_size=1, max_size=5),
)
def test_articles_agree_with_ir_measures_own_output(ranked, relevant):
    found = article_measures([GoldSpan(name, 0, 5) for name in ranked], [gold(name, 0, 5) for name in relevant])
    qrels = {"q": dict.fromkeys(relevant, 1)}
    run = {"q": {name: float(len(ranked) - i) for i, name in enumerate(ranked)}}
    names = {
        "recall@1": ir_measures.R @ 1,
        "recall@5": ir_measures.R @ 5,
        "recall@10": ir_measures.R @ DEPTH,
        "mrr@10": ir_measures.RR @ DEPTH,
        "ndcg@10": ir_measures.nDCG @ DEPTH,
    }
    theirs = ir_measures.calc_aggregate(list(names.values()), qrels, run)
    assert found == pytest.approx({name: theirs[measure] for name, measure in names.items()})


@given(st.lists(st.integers(0, 9), max_size=30), st.sets(st.integers(0, 9), min_size=1, max_size=4))
def test_passage_recall_is_the_share_of_quotes_covered(places, wanted):
    ranked = [GoldSpan("a", 10 * place, 10 * place + 10) for place in places]
    quotes = [gold("a", 10 * place + 2, 10 * place + 4) for place in sorted(wanted)]
    found = passage_measures(ranked, quotes)
    for k in (1, 5, 10):
        assert found[f"recall@{k}"] == pytest.approx(len(set(places[:k]) & wanted) / len(wanted))
