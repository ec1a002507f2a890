"""The comparison's own arithmetic, and both systems once over a scripted server."""

import json

import pytest
from articles import write_jsonl
from llm_server import llm_server

from footnote.eval.benchmarks.side_by_side import (
    OURS,
    THEIRS,
    Reply,
    SaidSentence,
    SystemRow,
    choose,
    digits,
    main,
    read_log,
    row_of,
    table,
)
from footnote.eval.suite import GoldSpan, load_suite

TEXT = (
    "Mayor Ana Ruiz closed the harbour on Monday after 12 boats sank. It rained all day. Nobody was hurt in the storm."
)
GOLD = "Mayor Ana Ruiz closed the harbour on Monday after 12 boats sank."


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    write_jsonl(folder / "articles.jsonl", [{"id": "storm", "title": "Storm", "text": TEXT}])
    asked = {"id": "q1", "question": "Who closed the harbour?", "answerable": True, "answers": ["Ana Ruiz"]}
    evidence = [{"article_id": "storm", "quote": GOLD}]
    never = {
        "id": "q2",
        "question": "Who won the World Cup in Peru?",
        "answerable": False,
        "answers": [],
        "evidence": [],
    }
    write_jsonl(folder / "questions.jsonl", [{**asked, "evidence": evidence}, never])
    return folder


def said(text, source=GOLD, marked=False, cited=True):
    return SaidSentence(text, (GoldSpan("storm", 0, 64),) if cited else (), source if cited else "", marked)


def test_a_reply_is_scored_by_what_it_cites_and_leaves_unmarked(suite):
    question = load_suite(suite).questions[0]
    sentences = (
        said("Ana Ruiz closed the harbour."), said("Ana Ruiz closed it after 13 boats sank."),
        said("Bo Lind closed it after 13 boats sank.", marked=True), said("It was in Peru.", cited=False),
    )  # fmt: skip
    row = row_of(question, OURS, Reply(sentences, 1.0, 2.0, 3.0))
    assert (row.precision, row.recall, len(row.reply.sentences)) == (1.0, 1.0, 4)
    shown = table([row, row_of(question, THEIRS, Reply((), 1.0, 0.0, 1.0))])
    ours = {cells[1].strip(): cells[3].strip() for line in shown.splitlines() if (cells := line.split("|"))}
    assert ours["sentences marked “not confirmed”"] == "1 of 4 (25.0%)"
    assert ours["sentences with a particular that is not in what they cite, unmarked"] == "2 of 4 (50.0%)"
    assert ours["the same by plain search for digits"] == "1 of 4 (25.0%)"
    assert ours["sentences without a citation, unmarked"] == "1 of 4 (25.0%)"


def test_digits_are_read_without_commas():
    assert digits("3,000 of 12.5, in 2019.") == {"3000", "12.5", "2019"}


def test_only_questions_that_both_answered_are_in_the_table(suite):
    able, never = load_suite(suite).questions
    rows = [
        row_of(able, OURS, Reply((said("Ana Ruiz closed the harbour."),), 1.0, 2.0, 3.0)),
        row_of(able, THEIRS, Reply((said("Bo Lind closed the harbour."),), 4.0, 4.0, 5.0)),
        row_of(never, OURS, Reply((), 0.0, 0.0, 0.1)),
    ]
    shown = table(rows)
    assert "| 1 questions, 1 answerable | CitationQueryEngine | footnote |" in shown
    assert "particular that is not in what they cite, unmarked | 1 of 1 (100.0%) | 0 of 1 (0.0%) |" in shown
    assert "| first token, median of those asked | 4.0 s | 1.0 s |" in shown
    assert "no question" in table(rows[:1])


def test_the_same_questions_are_chosen_again(suite):
    questions = load_suite(suite)
    assert len(choose(questions, 1, 7)) == 1
    assert choose(questions, 1, 7) == choose(questions, 1, 7)


@pytest.mark.slow
def test_both_systems_are_asked_and_a_run_goes_on_where_it_was(suite, tmp_path, loaded_once, capsys):
    out = tmp_path / "out"
    with llm_server(text="Ana Ruiz closed the harbour on Monday. [1]") as (url, script):
        arguments = ["--llm", url, "--model", "tiny", "--suite", str(suite), "--out", str(out)]
        assert main(arguments) == 0
        first = capsys.readouterr().out
        asked = len(script.seen)
        assert main(arguments) == 0
    assert len(script.seen) == asked
    assert capsys.readouterr().out == first
    rows = read_log(out / "rows.jsonl")
    assert {(row.id, row.system) for row in rows} == {(q, system) for q in ("q1", "q2") for system in (OURS, THEIRS)}
    ours = next(row for row in rows if (row.id, row.system) == ("q1", OURS))
    assert (len(ours.reply.sentences), ours.precision) == (1, 1.0)
    with (out / "rows.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"id": "cut"})[:7])
    assert main(["--report", "--out", str(out)]) == 0
    assert capsys.readouterr().out == first
    assert all(isinstance(row, SystemRow) for row in read_log(out / "rows.jsonl"))


def test_a_wrong_address_is_one_line(suite, tmp_path, capsys):
    assert main(["--llm", "nowhere", "--suite", str(suite), "--out", str(tmp_path / "out")]) == 2
    assert "must be http or https" in capsys.readouterr().err
