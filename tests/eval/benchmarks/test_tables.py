"""The table of all suites, from a tiny one and a subject that needs no model."""

import json
import re

import pytest
from evidence import WordOverlap

from footnote.eval.benchmarks import tables

ARTICLES = [{"id": "a", "text": "The bridge opened in May. It cost four million euros."}]
QUESTIONS = [
    ("opened", "When was the bridge opened?", "The bridge opened in May."),
    ("price", "Which bridge opened for a price?", "It cost four million euros."),
    ("moon", "Which rocket reached Mars yesterday?", ""),
    ("june", "The bridge opened in June?", ""),
]


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suites" / "seeds-dev"
    folder.mkdir(parents=True)
    rows = [
        {
            "id": name,
            "question": asked,
            "answerable": bool(quote),
            "evidence": [{"article_id": "a", "quote": quote}] if quote else [],
        }
        for name, asked, quote in QUESTIONS
    ]
    for name, items in (("articles", ARTICLES), ("questions", rows)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    return folder


def make(tmp_path, gold, **options):
    folders = ["--suites", tmp_path / "suites", "--gold", gold, "--runs", tmp_path / "runs"]
    words = [*folders, "--out", tmp_path / "docs" / "results.md"]
    subject = options.pop("opener", lambda settings: WordOverlap(0.3))
    return tables.main([str(word) for word in words], opener=subject, resamples=50)


def rows_of(text):
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_table_holds_every_suite_that_is_there(suite, tmp_path, capsys):
    assert make(tmp_path, suite) == 0
    out, err = capsys.readouterr()
    path = tmp_path / "docs" / "results.md"
    assert out == f"{path}\n"
    for name in ("clapnq-dev", "squad2-dev"):
        assert f"{name}: left out, for there is no folder {tmp_path / 'suites' / name}" in err
    rows = rows_of(path.read_text(encoding="utf-8"))
    assert rows[""] == ["gold", "seeds-dev"]
    assert rows["questions (answerable)"] == ["4 (2)"] * 2
    assert rows["answerable, answered: right / wrong"] == ["1 / 1"] * 2
    assert rows["unanswerable: declined / answered"] == ["1 / 1"] * 2
    assert rows["citation F1 over the answered"][0].startswith("0.500")
    assert rows["wrong among given answers"] == ["0.667"] * 2
    assert rows["answerable but not answered"] == ["0.000"] * 2
    assert rows["simplest-one: right sentence first"] == ["–"] * 2  # this subject has none beside it
    assert rows["median answer"][0].endswith(" ms")
    assert "\nModels fitted on: not stated." in path.read_text(encoding="utf-8")
    assert set(rows) == {"", *(title for title, _ in tables.ROWS)}
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    assert last.startswith("Answered by the word overlap answerer; ")
    held = re.search(r"at most ([\d,]+) MB of memory", last)
    assert held
    assert 20 < int(held[1].replace(",", "")) < 64_000


def test_a_second_time_everything_is_run_again(suite, tmp_path):
    asked = []

    class Counting(WordOverlap):
        def answer(self, question):
            asked.append(question.id)
            return super().answer(question)

    for _ in range(2):
        assert make(tmp_path, tmp_path / "none", opener=lambda settings: Counting(0.3)) == 0
    assert asked == [name for name, *_ in QUESTIONS] * 2


def test_a_failed_question_is_told_and_fails(suite, tmp_path):
    class Failing(WordOverlap):
        def answer(self, question):
            raise ValueError("no")

    assert make(tmp_path, suite, opener=lambda settings: Failing()) == 1
    assert "failed a question" in (tmp_path / "docs" / "results.md").read_text(encoding="utf-8")


def test_without_any_suite_nothing_is_written(tmp_path, capsys):
    assert make(tmp_path, tmp_path / "none") == 1
    assert "there is no suite to run" in capsys.readouterr().err
    assert not (tmp_path / "docs").exists()


def test_a_broken_suite_is_one_line(suite, tmp_path, capsys):
    (suite / "questions.jsonl").write_text("{}\n")
    assert make(tmp_path, suite) == 1
    assert "questions.jsonl:1: “id” must be a string, not missing" in capsys.readouterr().err
    assert not (tmp_path / "docs").exists()
