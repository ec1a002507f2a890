"""What the machinery is worth beside the simplest answerers: the difference, its interval, and every report."""

import json
import random

import pytest
from evidence import WordOverlap

from footnote.corpus.settings import Settings
from footnote.eval.record import Record, Score
from footnote.eval.report.html import page
from footnote.eval.report.report import markdown, terminal
from footnote.eval.run import run_suite
from footnote.eval.score.paired import against
from footnote.eval.subject import Answered

ARTICLE = {"id": "a", "text": "The bridge opened in May. It cost four million euros. The mayor cut the ribbon."}
QUESTIONS = [
    {
        "id": f"q{i}",
        "question": "What did it cost in euros?" if i % 3 else "Which rocket reached Mars?",
        "answerable": bool(i % 3),
        "evidence": [{"article_id": "a", "quote": "It cost four million euros."}] if i % 3 else [],
    }
    for i in range(12)
]


class LastSentence(WordOverlap):
    """Quotes the last sentence of all, and is as sure of each question as of any other."""

    def answer(self, question):
        (*_, last) = self.sentences()
        found = super().answer(question)
        return Answered(found.answer, (self.quote(last),), (last,))


class BaselineRecords(WordOverlap):
    """Has one beside it that is worse."""

    def answer(self, question):
        other = LastSentence(0.0, self.articles)
        found = super().answer(question)
        return Answered(found.answer, found.draft, found.passages, lambda: {"last": other.answer(question)})


@pytest.fixture
def report(tmp_path):
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (suite / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS))
    settings = Settings(home=tmp_path / "home")
    opener = {"opener": lambda _: BaselineRecords(0.3), "progress": False, "resamples": 50}
    run_suite(suite, tmp_path / "out", settings, **opener)
    lines = (tmp_path / "out" / "simplest.jsonl").read_text().splitlines(keepends=True)
    assert len(lines) == len(QUESTIONS)
    records = (tmp_path / "out" / "records.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "out" / "records.jsonl").write_text("".join(records[:4]))
    (tmp_path / "out" / "simplest.jsonl").write_text("".join(lines[:5]))  # it was stopped between the two
    report = run_suite(suite, tmp_path / "out", settings, **opener)
    assert (tmp_path / "out" / "simplest.jsonl").read_text() == "".join(lines)
    return report


def test_every_report_says_what_the_machinery_is_worth(report):
    assert list(report.summary.simplest) == ["last"]
    assert {name: (each.value, each.more) for name, each in report.summary.simplest["last"].items()} == {
        "right_first": (0.0, 1.0),
        "draft_f1": (0.0, 1.0),
        "auroc": (1.0, 0.0),
    }
    assert "  last                 right sentence first             0.000     +1.000" in terminal(report)
    assert "| last | right sentence first | 0.000 | +1.000 |" in markdown(report)
    assert "<tr><th>last</th>" in page(report)
    values = json.loads((report.folder / "report.json").read_text())
    assert values["simplest"]["last"]["right_first"] == {"value": 0.0, "more": 1.0, "low": None, "high": None}


def test_the_difference_is_paired_and_its_interval_holds_it():
    rng = random.Random(5)

    def answered(right, sure, known, i):
        scores = {"right_first": Score(float(right), "")} if known else {}
        return Record(f"q{i}", "What?", known, "answered", sure, f"article {i // 4}", scores=scores)

    known = [rng.random() < 0.6 for _ in range(240)]
    simple = [answered(rng.random() < 0.5, rng.random(), k, i) for i, k in enumerate(known)]
    better = [
        answered(bool(old.value("right_first")) or rng.random() < 0.4, old.confidence / 2 + k / 4, k, i)
        for i, (old, k) in enumerate(zip(simple, known, strict=True))
    ]
    found = against(better, {"simple": simple}, resamples=400)["simple"]
    assert found["right_first"].more == pytest.approx(0.2, abs=0.08)
    for each in found.values():
        assert 0 < each.low < each.more < each.high <= 1
    same = against(simple, {"simple": simple}, resamples=50)["simple"].values()
    assert all(each.low == each.more == each.high == 0 for each in same)


def test_the_table_is_kept_in_a_runs_folder(report):
    from footnote.eval.report.loaded import read_summary

    back = read_summary(report.folder).simplest["last"]
    assert [(name, each.value, each.more) for name, each in back.items()] == [
        (name, each.value, each.more) for name, each in report.summary.simplest["last"].items()
    ]
