"""Candidate questions from what people said about answers."""

import json

import pytest
from articles import found
from hypothesis import given
from hypothesis import strategies as st

from footnote.cli.main import main
from footnote.corpus.errors import SuiteError
from footnote.eval.check import check_suite
from footnote.eval.draft import drafts
from footnote.eval.jsonl import as_jsonl
from footnote.eval.suite import load_suite
from footnote.index.database.feedback import KINDS, Feedback
from footnote.index.library import Library

TEXT = "The bridge opened in May. It cost four million euros. The mayor cut a ribbon."
QUOTES = ["The bridge opened in May.", "It cost four million euros.", "The mayor cut a ribbon."]


def quote(place, **fields):
    return {"article_id": "a", "quote": QUOTES[place], **fields}


ANSWERED = {
    "id": "one",
    "question": "And what did it cost?",
    "standalone_question": "What did the bridge cost?",
    "status": "answered",
    "citations": [quote(0, n=1), quote(1, n=2)],
    "nearest": [],
}
DECLINED = {
    "id": "two",
    "question": "Who cut a ribbon?",
    "standalone_question": "Who cut a ribbon?",
    "status": "abstained",
    "citations": [],
    "nearest": [quote(2), quote(1), quote(2)],
}


def said(number, kind, answer=ANSWERED, citation=None, note=""):
    return Feedback(number, "2024-01-01T00:00:00+00:00", kind, answer, citation, note)


def test_a_wrong_answer_makes_a_candidate():
    (row,) = drafts([said(7, "wrong answer", note="It was five million.")])
    assert row == {
        "id": "draft-7",
        "question": "What did the bridge cost?",
        "answerable": True,
        "answers": [],
        "evidence": [quote(0), quote(1)],
        "tags": ["draft", "wrong answer"],
        "draft": True,
        "note": "It was five million.",
    }


@pytest.mark.parametrize(
    ("kind", "answer", "answerable", "evidence"),
    [
        ("helpful", ANSWERED, True, [0, 1]),
        ("helpful", DECLINED, False, []),
        ("not helpful", ANSWERED, True, [0, 1]),
        ("not helpful", DECLINED, False, []),
        ("wrong answer", ANSWERED, True, [0, 1]),
        ("wrong citation", ANSWERED, True, [0]),
        ("should have answered", DECLINED, True, [2, 1]),
    ],
)
def test_what_is_guessed_from_each_kind(kind, answer, answerable, evidence):
    citation = 2 if kind == "wrong citation" else None
    (row,) = drafts([said(1, kind, answer, citation)])
    assert (row["answerable"], row["evidence"]) == (answerable, [quote(n) for n in evidence])
    assert row["tags"] == ["draft", kind]


def test_all_that_was_said_of_one_answer_is_one_candidate():
    entries = [
        said(1, "wrong citation", citation=1, note="not this"),
        said(2, "should have answered", DECLINED),
        said(3, "wrong citation", citation=2, note="nor this"),
    ]
    first, second = drafts(entries)
    assert (first["id"], first["evidence"], first["tags"]) == ("draft-1", [], ["draft", "wrong citation"])
    assert first["note"] == "not this\nnor this"
    assert second["id"] == "draft-2"


def test_records_without_an_id_are_not_taken_for_one_answer():
    bare = {"question": "What?", "status": "answered"}
    assert [row["id"] for row in drafts([said(1, "helpful", bare), said(2, "helpful", bare)])] == ["draft-1", "draft-2"]


def test_a_record_without_a_question_makes_none():
    for record in ({}, {"question": 7}, {"question": " "}):
        assert drafts([said(1, "helpful", record)]) == []


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["id", "question", "standalone_question", "status", "citations", "nearest", "n", "quote"])


records = st.dictionaries(names, junk)


@given(st.lists(st.tuples(st.sampled_from(KINDS), records, st.none() | st.integers(1, 3)), max_size=4))
def test_whatever_the_record_each_line_is_a_candidate(entries):
    rows = drafts(said(i, *entry) for i, entry in enumerate(entries))
    assert [json.loads(line) for line in as_jsonl(rows).split("\n")[:-1]] == rows
    assert all(row["draft"] is True and row["question"].strip() for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def suite_of(folder, rows):
    folder.mkdir()
    (folder / "articles.jsonl").write_text(json.dumps({"id": "a", "text": TEXT}) + "\n")
    (folder / "questions.jsonl").write_text(as_jsonl(rows))
    return folder


def test_a_suite_with_drafts_is_checked_and_not_run(tmp_path):
    accepted = {"id": "q", "question": "When did the bridge open?", "answerable": True, "evidence": [quote(0)]}
    (row,) = drafts([said(4, "should have answered", DECLINED)])
    folder = suite_of(tmp_path / "suite", [accepted, row])
    (finding,) = check_suite(load_suite(folder, drafts=True))
    assert finding.where.endswith("questions.jsonl:2")
    assert finding.what.startswith("a draft: look it over")
    with pytest.raises(SuiteError, match=r"questions\.jsonl:2: “draft-4” is a draft"):
        load_suite(folder)
    accepted_now = {name: value for name, value in row.items() if name != "draft"}
    suite = load_suite(suite_of(tmp_path / "accepted", [accepted, accepted_now]))
    assert check_suite(suite) == []
    assert [e.quote for e in suite.questions[1].evidence] == [QUOTES[2], QUOTES[1]]
    with pytest.raises(SuiteError, match="“draft” must be true or false, not a string"):
        load_suite(suite_of(tmp_path / "wrong", [{**accepted, "draft": "yes"}]))


def of_version(answer, version):
    """The answer as it is given, with the version of what it quotes."""
    quotes = {name: [{**each, "version": version} for each in answer[name]] for name in ("citations", "nearest")}
    return {**answer, **quotes}


@pytest.fixture
def home(tmp_path, open_index):
    index = open_index("home")
    list(index.add([found("a", TEXT)]))
    version = index.library.version_of("a")
    index.library.add_feedback("wrong citation", of_version(ANSWERED, version), 1, "not “this”\u2028one")
    index.library.add_feedback("should have answered", of_version(DECLINED, version))
    index.close()
    return tmp_path / "home"


def test_the_command_prints_candidates_or_writes_a_new_file(home, tmp_path, capsys):
    assert main(["--home", str(home), "eval", "draft"]) == 0
    printed = capsys.readouterr()
    rows = [json.loads(line) for line in printed.out.split("\n")[:-1]]
    assert [row["evidence"] for row in rows] == [[quote(1)], [quote(2), quote(1)]]
    assert "remove “draft” to accept it" in printed.err
    out = tmp_path / "candidates.jsonl"
    assert main(["--home", str(home), "eval", "draft", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 2 candidates\n"
    assert out.read_text(encoding="utf-8") == printed.out


def test_the_command_overwrites_nothing(home, tmp_path, capsys):
    out = tmp_path / "mine.jsonl"
    out.write_text("mine")
    assert main(["--home", str(home), "eval", "draft", "--out", str(out)]) == 2
    assert "is there already, and is left as it is" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main(["--home", str(home), "eval", "draft", "--out", str(tmp_path / "no" / "folder")]) == 2
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


def test_without_feedback_or_library_it_says_so(tmp_path, capsys):
    assert main(["--home", str(tmp_path / "none"), "eval", "draft"]) == 1
    assert capsys.readouterr().err.startswith("footnote: ")
    Library(tmp_path / "new").close()
    assert main(["--home", str(tmp_path / "new"), "eval", "draft", "--out", str(tmp_path / "out")]) == 0
    assert "nobody has said anything" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_run_and_check_speak_of_drafts(tmp_path, capsys):
    folder = suite_of(tmp_path / "suite", drafts([said(4, "should have answered", DECLINED)]))
    assert main(["eval", "check", str(folder)]) == 1
    assert "drafts that wait for a person: 1; no run takes the suite before" in capsys.readouterr().err
    assert main(["eval", "run", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "“draft-4” is a draft" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
