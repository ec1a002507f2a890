"""What the scorer is fitted from, over a small suite and the real model."""

import numpy as np
import pytest
from conftest import write_jsonl
from eval.cases import FEW, Pool, collect
from qa.features import NAMES

TOWNS = ("Arvo", "Belmar", "Corvin", "Dunmore", "Estrin", "Fallow", "Gorton", "Hexam", "Ilmar", "Jorvik")


@pytest.fixture(scope="module")
def cases(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("suite")
    texts = {
        town: f"The mayor of {town} opened a bridge. It cost {n + 2} million crowns." for n, town in enumerate(TOWNS)
    }
    write_jsonl(
        folder / "articles.jsonl", [{"id": t, "title": f"A bridge in {t}", "text": x} for t, x in texts.items()]
    )
    asked = [
        {"id": town, "question": f"How much did the bridge in {town} cost?", "answerable": True, "answers": [],
         "evidence": [{"article_id": town, "quote": f"It cost {n + 2} million crowns."}]}
        for n, town in enumerate(TOWNS)
    ]  # fmt: skip
    asked.append({"id": "x", "question": "Who painted the bridge in Arvo?", "answerable": False, "evidence": []})
    asked.append({"id": "t", "question": "And who did?", "answerable": False, "evidence": [], "turns": ["Who?"]})
    write_jsonl(folder / "questions.jsonl", asked)
    (folder / "suite.json").write_text('{"name": "bridges", "licence": "MIT"}')
    pool = Pool("bridges", folder, 100, 2.0, 4.0, again=100)
    return list(collect(pool, tmp_path_factory.mktemp("scratch"), encoder))


def test_each_question_but_follow_ups_is_asked_of_all_articles_and_of_few(cases):
    whole, few = (sorted(c.question.id for c in cases if c.pool == pool) for pool in ("bridges", f"bridges{FEW}"))
    assert whole == few == sorted([*TOWNS, "x"])


def test_both_share_what_the_pool_weighs(cases):
    assert sum(case.weight for case in cases) == pytest.approx(2_000)
    assert sum(case.judged for case in cases) == pytest.approx(4_000)


def test_a_question_is_in_one_cluster_and_its_evidence_is_found(cases):
    for town in TOWNS:
        own = [case for case in cases if case.question.id == town]
        assert len({case.cluster for case in own}) == 1
        assert [case.labels.sum() for case in own] == [1, 1]


def test_a_library_of_few_holds_the_article_and_at_most_a_few_others(cases):
    held = [{span.article_id for span in case.spans} for case in cases if case.pool.endswith(FEW)]
    assert max(map(len, held)) <= 8
    assert min(map(len, held)) < len(TOWNS)
    assert all(case.question.id in articles | {"x"} for case, articles in zip(
        [case for case in cases if case.pool.endswith(FEW)], held, strict=True))  # fmt: skip


def test_words_that_every_passage_has_still_tell_passages_apart(cases):
    column = NAMES.index("bm25_share")
    for case in cases:
        assert np.isfinite(case.features).all()
        if case.answerable:
            assert case.features[case.labels == 1, column].tolist() == [1.0]
