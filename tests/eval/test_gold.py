"""The suites that ship: sound in themselves, and the gold set answered as well as the gate asks."""

import json
from pathlib import Path

import pytest

from footnote.cli.main import main
from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.eval.check import check_suite
from footnote.eval.suite import load_suite

ROOT = Path(__file__).resolve().parents[2]
GOLD, PLAIN = ROOT / "eval" / "gold", ROOT / "eval" / "plain"
LEANING = {"context", "two-sentences", "two-articles"}
"""Tags of questions whose evidence is read with the sentence before it, or is more than one sentence."""

both = pytest.mark.parametrize("folder", [GOLD, PLAIN], ids=lambda folder: folder.name)


@both
def test_its_articles_are_the_briefs_that_ship(folder):
    suite = load_suite(folder)
    shipped = {
        f.article.id: f.article.text
        for f in read_sources([str(ROOT / "corpus/articles")])
        if isinstance(f, SourcedArticle)
    }
    assert {article.id: article.text for article in suite.articles} == shipped


@both
def test_nothing_in_it_is_doubtful(folder):
    assert check_suite(load_suite(folder)) == []


@both
def test_it_asks_what_it_says_it_does(folder):
    suite = load_suite(folder)
    assert (len(suite.articles), len(suite.questions)) == (suite.about["articles"], suite.about["questions"])
    assert suite.about["use"] == "development"
    assert not any(question.half for question in suite.questions)
    answerable = [question for question in suite.questions if question.answerable]
    assert len(answerable) == suite.about["answerable"]
    assert 0.1 < 1 - len(answerable) / len(suite.questions) < 0.5
    assert sum(bool(LEANING & {*question.tags}) for question in answerable) / len(answerable) >= 0.25


@both
def test_what_it_says_of_its_evidence_is_so(folder):
    for question in load_suite(folder).questions:
        tags = {*question.tags}
        least = min((len(chosen) for chosen in question.gold_sets), default=0)
        spread = min((len({item.article_id for item in chosen}) for chosen in question.gold_sets), default=0)
        assert bool({"two-sentences", "two-articles"} & tags) == (least > 1), question.id
        assert ("two-articles" in tags) == (spread > 1), question.id


@both
def test_the_misprint_is_never_evidence(folder):
    assert not any(
        "2,989" in item.quote and "not 2,989" not in item.quote
        for q in load_suite(folder).questions
        for item in q.evidence
    )


@pytest.mark.slow
def test_the_gate_holds(tmp_path, capsys, loaded_once):
    gate = ["--gate", str(ROOT / "eval/gate.json")]
    code = main(["eval", "run", str(GOLD), "--out", str(tmp_path / "run"), *gate])
    assert code == 0, capsys.readouterr().out
    records = [json.loads(line) for line in (tmp_path / "run" / "records.jsonl").read_text("utf-8").splitlines()]
    assert len(records) == len(load_suite(GOLD).questions)
