"""The suites that ship: sound in themselves, and the gold set answered as well as the gate asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from corpus.sources import Found, read_sources
from eval.check import check_suite
from eval.suite import load_suite

ROOT = Path(__file__).resolve().parent.parent
GOLD, PLAIN = ROOT / "eval" / "gold", ROOT / "eval" / "plain"
both = pytest.mark.parametrize("folder", [GOLD, PLAIN], ids=lambda folder: folder.name)


@both
def test_its_articles_are_the_briefs_that_ship(folder):
    suite = load_suite(folder)
    shipped = {
        f.article.id: f.article.text for f in read_sources([str(ROOT / "corpus/articles")]) if isinstance(f, Found)
    }
    assert {article.id: article.text for article in suite.articles} == shipped


@both
def test_nothing_in_it_is_doubtful(folder):
    assert check_suite(load_suite(folder)) == []


@both
def test_it_asks_what_it_says_it_does(folder):
    suite = load_suite(folder)
    assert len(suite.questions) >= 150
    assert 0.1 < sum(not question.answerable for question in suite.questions) / len(suite.questions) < 0.5


@pytest.mark.slow
def test_the_gate_holds(tmp_path, capsys, loaded_once):
    gate = ["--gate", str(ROOT / "eval/gate.json")]
    code = main(["eval", "run", str(GOLD), "--out", str(tmp_path / "run"), *gate])
    assert code == 0, capsys.readouterr().out
    records = [json.loads(line) for line in (tmp_path / "run" / "records.jsonl").read_text("utf-8").splitlines()]
    assert len(records) == len(load_suite(GOLD).questions)
