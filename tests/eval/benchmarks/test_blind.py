"""The blind suite: each look is recorded, and nothing but a look reads it. The suite here is a tiny one of its own."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from evidence import WordOverlap

from footnote.corpus.errors import SuiteError
from footnote.eval.benchmarks.blind import main
from footnote.eval.run import run_suite
from footnote.eval.suite import load_suite

ROOT = Path(__file__).resolve().parents[3]
ARTICLE = {"id": "a", "text": "The bridge opened in May. It cost four million euros."}
QUESTIONS = [
    ("opened", "When was the bridge opened?", "The bridge opened in May."),
    ("moon", "Which rocket reached Mars yesterday?", ""),
]


def git(root, *words):
    own = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    return subprocess.run(["git", "-C", root, *own, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def root(tmp_path):
    suite = tmp_path / "eval" / "blind"
    suite.mkdir(parents=True)
    rows = [
        {
            "id": name,
            "question": asked,
            "answerable": bool(quote),
            "evidence": [{"article_id": "a", "quote": quote}] if quote else [],
        }
        for name, asked, quote in QUESTIONS
    ]
    (suite / "suite.json").write_text('{"name": "blind", "blind": true}')
    (suite / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (suite / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / ".gitignore").write_text("/runs/\n")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "As it is")


def look(root):
    return main(root, opener=lambda _: WordOverlap(0.3), resamples=50)


def lines_of(root):
    lines = (root / "docs" / "blind.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def test_each_look_prints_its_figures_and_is_recorded(root, capsys):
    first = git(root, "rev-parse", "--short=12", "HEAD")
    assert look(root) == 0
    out, err = capsys.readouterr()
    assert out.startswith("blind: 2 questions, 1 answerable, 1 articles\n")
    assert "right sentence first" in out
    assert "docs/blind.md has a line more" in err
    head, row = lines_of(root)
    found = dict(zip(head, row, strict=True))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["date"])
    assert found["commit"] == first
    assert found["questions (answerable)"] == "2 (1)"
    assert found["citation F1, nothing declined"] == "1.000 (–)"
    assert found["answerable but not answered"] == "0.000 (–)"
    commit(root)
    assert look(root) == 0
    assert [row[1] for row in lines_of(root)] == ["commit", first, git(root, "rev-parse", "--short=12", "HEAD")]


def test_nobody_looks_with_what_is_not_committed(root, capsys):
    (root / "note.txt").write_text("A change.")
    assert look(root) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "not everything is committed (?? note.txt): a look is recorded with its commit; commit first" in err
    assert not (root / "runs").exists()
    assert not (root / "docs").exists()


def test_nobody_looks_twice_without_the_first_being_committed(root):
    assert look(root) == 0
    assert look(root) == 2
    assert len(lines_of(root)) == 2


def test_without_git_nobody_looks(tmp_path, root, capsys):
    (root / ".git").rename(root / "moved")
    assert look(root) == 2
    assert "is no git checkout" in capsys.readouterr().err


def test_a_suite_that_is_not_called_blind_is_not_looked_at(root, capsys):
    (root / "eval/blind/suite.json").write_text("{}")
    commit(root)
    assert look(root) == 2
    assert "must say “blind”: true" in capsys.readouterr().err


def test_nothing_else_runs_a_blind_suite(root, tmp_path):
    with pytest.raises(SuiteError, match="a blind suite; `make blind` runs it"):
        load_suite(root / "eval" / "blind")
    with pytest.raises(SuiteError, match="a blind suite"):
        run_suite(root / "eval" / "blind", tmp_path / "out", None)
    assert len(load_suite(root / "eval" / "blind", blind=True).questions) == 2


BLIND = re.compile(r"eval[/.]blind\b|[\"'/]blind[\"'/]|blind=True|eval[./]look\b|make blind")
LOOKING = {
    "eval/benchmarks/blind.py": "makes the look",
    "eval/suite.py": "keeps it from all else",
    "eval/commands.py": "checks it for errors, which asks nothing",
    "eval/benchmarks/gold_articles.py": "writes its articles from the briefs, and asks nothing",
}


def test_nothing_is_fitted_chosen_or_gated_by_the_blind_suite():
    """No other module of the program names it, nor the gate, nor what runs on every change; `make` has one target."""
    files = [
        path for package in ("corpus", "index", "qa", "eval", "page", "cli") for path in (ROOT / package).rglob("*.py")
    ]
    named = {path.relative_to(ROOT).as_posix() for path in files if BLIND.search(path.read_text(encoding="utf-8"))}
    assert named == set(LOOKING)
    for name in ("eval/gate.json", ".ci/run"):
        assert "blind" not in (ROOT / name).read_text(encoding="utf-8")
    rules = re.split(r"\n(?=\S)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert [rule.split(":")[0] for rule in rules if BLIND.search(rule) or "footnote.eval.benchmarks.blind" in rule] == [
        "blind"
    ]
    assert not [rule for rule in rules if re.match(r"[a-z]+:.*\bblind\b", rule.split("##")[0]) and rule[:5] != "blind"]


@pytest.mark.skipif(not (ROOT / "eval/blind/suite.json").exists(), reason="the blind suite is not in this checkout")
def test_the_blind_suite_is_called_blind_and_loads():
    suite = load_suite(ROOT / "eval" / "blind", blind=True)
    assert suite.about["blind"] is True
