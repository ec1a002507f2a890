"""The evaluation against the real engine: a small suite, the real model, no network."""

import json

import pytest

from corpus.settings import Settings
from eval.compare import compare, load_run
from eval.run import run_suite

ARTICLES = [
    {
        "id": "bridge",
        "title": "The bridge at Orrin",
        "published": "2021-05-04",
        "text": "The town of Orrin opened its new bridge on Tuesday.\r\n\r\n"
        "The bridge cost four million euros, the mayor said. "
        "It is 120 metres long and carries trams as well as cars.",
    },
    {
        "id": "ferry",
        "title": "Last ferry",
        "published": "2021-06-01",
        "text": "The last ferry across the Orrin left at noon on Friday. "
        "Its captain, Ada Lund, had served for 31 years.",
    },
]
QUESTIONS = [
    ("cost", "How much did the bridge cost?", [("bridge", "The bridge cost four million euros, the mayor said.")]),
    ("captain", "Who was the captain of the ferry?", [("ferry", "Its captain, Ada Lund, had served for 31 years.")]),
    ("moon", "Which chemist discovered the element hafnium?", []),
]


@pytest.mark.slow
def test_the_real_engine_runs_a_suite_the_same_way_twice(tmp_path):
    suite = tmp_path / "suite"
    suite.mkdir()
    rows = [
        {
            "id": name,
            "question": asked,
            "answerable": bool(gold),
            "evidence": [{"article_id": article, "quote": quote} for article, quote in gold],
        }
        for name, asked, gold in QUESTIONS
    ]
    for name, items in (("articles", ARTICLES), ("questions", rows)):
        (suite / f"{name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    settings = Settings(home=tmp_path / "home", min_confidence=0.0)
    for name in ("one", "two"):
        report = run_suite(suite, tmp_path / name, settings, progress=False, resamples=100)
        assert report.summary.violations == report.summary.table.failed == 0
        assert report.summary.value("passage_recall@10") == 1.0
        assert report.summary.value("answered") == 1.0
    for file in ("run.json", "records.jsonl", "report.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert compare(load_run(tmp_path / "one"), load_run(tmp_path / "two")).verdict == "unchanged"
    assert not settings.home.exists()
