import argparse
import json
import re

import pytest
from evidence import WordOverlap

import footnote.eval.engine
import footnote.eval.run
from footnote.corpus.errors import FootnoteError
from footnote.corpus.settings import Settings
from footnote.eval.commands import add_eval_commands, notify

ARTICLE = {"id": "a", "text": "The bridge opened in May. It cost four million euros."}
QUESTIONS = [
    {
        "id": f"q{i}",
        "question": "When was the bridge opened?",
        "answerable": True,
        "evidence": [{"article_id": "a", "quote": "The bridge opened in May."}],
    }
    for i in range(12)
]


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "bridges"
    folder.mkdir()
    (folder / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS))
    return folder


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Calls ``footnote eval`` with a subject that needs no model."""

    def opener(settings):
        return WordOverlap(0.3 if settings.min_confidence is None else settings.min_confidence)

    monkeypatch.setattr(footnote.eval.engine, "open_engine", opener)
    monkeypatch.setitem(footnote.eval.run.run_suite.__kwdefaults__, "resamples", 100)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        parser = argparse.ArgumentParser(prog="footnote eval")
        add_eval_commands(parser)
        args = parser.parse_args([str(word) for word in words])
        try:
            code = args.run(args, Settings(home=tmp_path / "home"))
        except FootnoteError as error:
            code = error.exit_code
            notify(f"footnote: {error}")
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_run_prints_its_table_and_says_where_it_is(call, suite, tmp_path):
    code, out, err = call("run", suite, "--limit", "6")
    assert code == 0
    assert out.startswith("bridges: 6 questions, 6 answerable, 1 articles\n")
    assert "exact match" not in out
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("bridges-")
    assert f"open runs/{folder.name}/report.html" in err
    assert {path.name for path in folder.iterdir()} >= {"run.json", "records.jsonl", "report.json", "report.md"}


def test_a_run_as_json_is_its_report(call, suite, tmp_path):
    code, out, _ = call("run", suite, "--out", "one", "--json", "--limit", "3")
    assert code == 0
    assert json.loads(out)["results"]["citation_f1"] == {"value": 1.0, "low": None, "high": None, "count": 3}
    assert json.loads(out)["fitted_on"] == []


def test_all_measures_are_printed_when_asked_for(call, suite):
    first, everything = (call("run", suite, "--out", f"run{len(words)}", *words)[1] for words in ((), ("--all",)))
    assert "Brier score" in everything
    assert "Brier score" not in first


def test_a_crossed_gate_fails_the_run(call, suite, tmp_path):
    gate = tmp_path / "gate.json"
    gate.write_text('{"citation_f1_all": {"min": 0.9}}')
    assert call("run", suite, "--out", "good", "--gate", gate)[0] == 0
    code, _, err = call("run", suite, "--out", "bad", "--gate", gate, "--min-confidence", "0.9")
    assert code == 1
    assert "footnote: citation_f1_all is 0, below the floor of 0.9" in err


def test_the_verdict_is_the_exit_code(call, suite, tmp_path):
    call("run", suite, "--out", "good")
    call("run", suite, "--out", "bad", "--min-confidence", "0.9")
    code, out, _ = call("compare", "good", "good")
    assert (code, out.split(":")[0]) == (0, "UNCHANGED")
    gate = tmp_path / "gate.json"
    gate.write_text('{"over_refusal": {"max": 0.5}}')
    code, out, _ = call("compare", "good", "bad", "--gate", gate, "--json")
    assert (code, json.loads(out)["verdict"]) == (1, "worse")
    assert len(json.loads(out)["broken"]) == 12


def test_another_run_in_the_folder_is_a_wrong_call(call, suite):
    call("run", suite, "--out", "one", "--limit", "2")
    code, out, err = call("run", suite, "--out", "one")
    assert (code, out) == (2, "")
    assert err.startswith("footnote: one holds a run that differs in selection")
    assert call("run", suite, "--out", "one", "--fresh")[0] == 0


def test_an_interrupted_run_says_how_to_go_on(call, suite, monkeypatch):
    def interrupted(self, question):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(WordOverlap, "answer", interrupted)
        code, out, err = call("run", suite, "--out", "one")
    assert (code, out) == (1, "")
    assert "the same command with --out one goes on where it stopped" in err
    code, _, err = call("run", suite, "--out", "one")
    assert code == 0
    assert "going on with the run in one" in err


def test_errors_are_one_line(call, suite, tmp_path):
    (suite / "questions.jsonl").write_text('{"id": 3}\n')
    for words in (("run", suite), ("check", suite)):
        code, out, err = call(*words)
        assert (code, out) == (1, "")
        assert err == f"footnote: {suite}/questions.jsonl:1: “id” must be a string, not a number\n"
    code, _, err = call("compare", tmp_path, tmp_path)
    assert code == 1
    assert "holds no run" in err


def with_question(**changes):
    return [*QUESTIONS, {**QUESTIONS[0], "id": "new", **changes}]


BROKEN = {
    "missing file": (None, r"questions\.jsonl: cannot be read: No such file or directory"),
    "wrong field": (with_question(answerable="yes"), r"questions\.jsonl:13: “answerable” must be true or false"),
    "unknown article id": (
        with_question(evidence=[{"article_id": "z", "quote": "x"}]),
        r"questions\.jsonl:13: evidence in article “z”, which articles\.jsonl does not hold",
    ),
    "a quote that is not there": (
        with_question(evidence=[{"article_id": "a", "quote": "It fell."}]),
        r"questions\.jsonl:13: the quote “It fell\.” is not in article “a”",
    ),
    "two questions with one id": (with_question(id="q0"), r"questions\.jsonl:13: id “q0” is already used at .*:1"),
    "a draft": (with_question(draft=True), r"questions\.jsonl:13: “new” is a draft"),
}


def refused(call, suite, what, tmp_path, monkeypatch):
    """Check that a run is refused in one line, before a library is made or the engine opened."""

    def opened(*_):
        raise AssertionError("the engine was opened")

    monkeypatch.setattr(footnote.eval.engine, "open_engine", opened)
    code, out, err = call("run", suite, "--out", tmp_path / "out")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert re.match(rf"footnote: {re.escape(str(suite))}/{what}", err), err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_suite_is_one_line_before_anything_is_run(call, suite, tmp_path, monkeypatch, name):
    rows, what = BROKEN[name]
    (suite / "questions.jsonl").unlink()
    if rows is not None:
        (suite / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    refused(call, suite, what, tmp_path, monkeypatch)


def test_a_line_of_100_mb_is_one_line_before_anything_is_run(call, suite, tmp_path, monkeypatch):
    with (suite / "articles.jsonl").open("ab") as stream:
        stream.truncate(100_000_000)
    refused(call, suite, r"articles\.jsonl:2: the line is longer than 8,000,000 bytes", tmp_path, monkeypatch)


def test_check_prints_what_is_doubtful(call, suite):
    code, out, err = call("check", suite)
    assert code == 1
    assert f"{suite}/questions.jsonl:2: 100% the words of q0, " in out
    assert err.startswith("bridges: 1 articles, 12 questions, 12 answerable; ")
    found = json.loads(call("check", suite, "--json")[1])
    assert found[0]["where"] == f"{suite}/questions.jsonl:2"


@pytest.mark.parametrize("name", ["run", "compare", "check", "draft"])
def test_each_command_has_help_with_an_example(name, capsys):
    parser = argparse.ArgumentParser(prog="footnote eval")
    add_eval_commands(parser)
    with pytest.raises(SystemExit) as left:
        parser.parse_args([name, "--help"])
    assert left.value.code == 0
    assert f"example: footnote eval {name} " in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [[], ["run"], ["run", "s", "--limit", "0"], ["run", "s", "--min-confidence", "2"], ["judge", "x"]],
)
def test_wrong_calls_exit_with_2(words, capsys):
    parser = argparse.ArgumentParser(prog="footnote eval")
    add_eval_commands(parser)
    with pytest.raises(SystemExit) as left:
        parser.parse_args(words)
    assert left.value.code == 2
    assert "error:" in capsys.readouterr().err
