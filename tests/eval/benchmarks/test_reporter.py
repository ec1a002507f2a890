"""The reporter's questions can be met by the briefs, and are scored by what an answer says."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from articles import write_jsonl
from evidence import WordOverlap

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.eval.benchmarks.reporter import (
    QUESTIONS,
    RequiredAnswer,
    listing,
    load_questions,
    main,
    outcomes,
    report,
)
from footnote.eval.suite import GOLD, SuiteQuestion, load_suite

TEXT = "The ferry sank on Monday. Two people drowned, the owner said. The coast guard counted five."
ASKED = {
    "id": "a",
    "kind": "both sides",
    "question": "How many people drowned on the ferry?",
    "must": ["two|2", "five"],
}


@pytest.fixture(scope="module")
def shipped():
    return load_questions(QUESTIONS)


@pytest.fixture(scope="module")
def answer():
    subject = WordOverlap(min_confidence=0)
    list(subject.add([Article("a", TEXT)]))
    return subject.answer(SuiteQuestion("q", "How many people drowned?", answerable=True)).answer


def test_the_suite_has_several_of_each_kind(shipped):
    kinds = Counter(asked.kind for asked in shipped)
    assert len(shipped) >= 40
    assert len(kinds) == 9
    assert min(kinds.values()) >= 5


def test_what_is_wanted_is_in_the_briefs_of_its_day(shipped):
    articles = load_suite(GOLD).articles
    for asked in shipped:
        known = "\n".join(a.text for a in articles if not asked.question.as_of or a.published <= asked.question.as_of)
        for pattern in (*asked.wanted.must, *filter(None, [asked.wanted.first])):
            assert re.search(pattern, known, re.IGNORECASE), (asked.question.id, pattern)


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (RequiredAnswer(must=("Two people", "OWNER")), True),
        (RequiredAnswer(must=("two|seven",), first="drowned"), True),
        (RequiredAnswer(must=("two",), first="coast"), False),
        (RequiredAnswer(must=("six",)), False),
        (RequiredAnswer(must=("two",), must_not=("owner",)), False),
        (RequiredAnswer(decline="must"), False),
        (RequiredAnswer(must=("two",), decline="may"), True),
        (RequiredAnswer(must=("six",), decline="may"), False),
    ],
)
def test_an_answer_is_right_by_what_it_says(answer, wanted, met):
    assert answer.text.startswith("Two people drowned, the owner said.")
    assert wanted.met_by(answer) is met


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (RequiredAnswer(must=("two",)), False),
        (RequiredAnswer(must=("two",), decline="may"), True),
        (RequiredAnswer(decline="must"), True),
    ],
)
def test_to_decline_is_right_where_it_is_wanted(answer, wanted, met):
    assert wanted.met_by(replace(answer, status="abstained", sentences=())) is met


def test_a_report_counts_by_kind(tmp_path):
    rows = [
        ASKED,
        {**ASKED, "id": "b", "must": ["six"]},
        {"id": "c", "kind": "none", "question": "Who?", "decline": "must"},
    ]
    subject = WordOverlap(min_confidence=0.4)
    list(subject.add([Article("a", TEXT)]))
    found = outcomes(subject, load_questions(write_jsonl(tmp_path / "q.jsonl", rows)))
    assert [outcome.right for outcome in found] == [False, False, True]
    assert report(found).splitlines()[2:] == ["| both sides | 0 of 2 |", "| none | 1 of 1 |", "| all | 1 of 3 |"]
    assert listing(found).splitlines()[2] == "ok    c Who?  ->  declined"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{**ASKED, "id": ""}], "“id”"),
        ([{**ASKED, "must": []}], "any answer would do"),
        ([{**ASKED, "decline": "perhaps"}], "“may” or “must”"),
        ([ASKED, ASKED], "already used"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, rows, says):
    with pytest.raises(SuiteError, match=says):
        load_questions(write_jsonl(tmp_path / "q.jsonl", rows))


@pytest.mark.slow
def test_it_runs(capsys, loaded_once):
    assert main(["--kind", "who is", "--answers"]) == 0
    assert re.search(r"\| who is \| \d of 5 \|\n\| all \| \d of 5 \|", capsys.readouterr().out)
