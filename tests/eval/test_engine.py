"""The evaluation against the real engine: a small suite, the real model, no network."""

import json
import shutil

import pytest

from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.eval.engine import ONE, THREE, open_engine
from footnote.eval.record import READER
from footnote.eval.report.compare import compare
from footnote.eval.report.loaded import fitted_on, fitted_words, load_run
from footnote.eval.report.report import escaped, terminal
from footnote.eval.run import run_suite
from footnote.eval.score.summary import values_of
from footnote.qa.rank.model_folder import MANIFEST, open_model

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


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
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
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    return folder


def run(suite, out, opener=open_engine, **changes):
    settings = Settings(home=out.parent / "home", **{"min_confidence": 0.0, **changes})
    return run_suite(suite, out, settings, opener=opener, progress=False, resamples=100)


@pytest.mark.slow
def test_the_real_engine_runs_a_suite_the_same_way_twice(suite, tmp_path):
    for name in ("one", "two"):
        report = run(suite, tmp_path / name)
        assert report.summary.violations == report.summary.table.failed == 0
        assert report.summary.value("passage_recall@10") == 1.0
        assert report.summary.value("answered") == 1.0
        assert set(report.summary.simplest) == {THREE, ONE}
    for file in ("run.json", "records.jsonl", "simplest.jsonl", "report.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert compare(load_run(tmp_path / "one"), load_run(tmp_path / "two")).verdict == "unchanged"
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [(THREE, 3), (ONE, 1)])
def test_a_simplest_answerer_quotes_so_many_sentences_and_declines_nothing(suite, tmp_path, loaded_once, name, count):
    lines = (run(suite, tmp_path / "out").folder / "simplest.jsonl").read_text(encoding="utf-8").splitlines()
    beside = [READER.validate_python(json.loads(line)[name]) for line in lines]
    assert [record.violations for record in beside] == [()] * len(QUESTIONS)
    assert {(record.status, len(record.cited), record.draft == record.cited) for record in beside} == {
        ("answered", count, True)
    }
    assert all(record.confidence > 0 for record in beside if record.answerable)
    values = values_of(beside)
    assert values["article_recall@1"] == values["right_first"] == 1.0


@pytest.mark.slow
def test_a_run_is_not_gone_on_with_by_another_reader(suite, tmp_path, loaded_once):
    run(suite, tmp_path / "out")
    other = shutil.copytree(open_model().folder, tmp_path / "other")
    manifest = json.loads((other / MANIFEST).read_text("utf-8"))
    (other / MANIFEST).write_text(json.dumps({**manifest, "made": "another time"}), "utf-8")
    with pytest.raises(UsageError, match="holds a run that differs in engine"):
        run(suite, tmp_path / "out", reader=str(other))


@pytest.mark.slow
def test_what_the_shipped_models_were_fitted_on_is_in_every_report(suite, tmp_path, loaded_once):
    report = run(suite, tmp_path / "out")
    names = fitted_on(report.about["engine"])
    assert names == open_model().trained_on
    assert "clapnq-dev" in names
    line = f"models fitted on: {', '.join(names)}"
    assert line in terminal(report)
    assert escaped(line) in (report.folder / "report.md").read_text(encoding="utf-8")
    assert line in (report.folder / "report.html").read_text(encoding="utf-8")
    assert json.loads((report.folder / "report.json").read_text())["fitted_on"] == list(names)
    assert fitted_on({"fitted_on": ("a", "b")}) == ("a", "b")
    assert fitted_words(fitted_on({"reader_digest": "0"})) == "models fitted on: not stated"
