"""The runs in a folder: listed, shown, searched and compared; folders that hold something else."""

import json
import math
import os
import re
import shutil
from unittest.mock import patch

import pytest
from articles import found as stored
from browser import ATTACK
from hypothesis import given
from hypothesis import strategies as st
from kills import ToyEncoder
from measured import COUNT, runs
from parsed import Elements

from footnote.corpus.errors import FootnoteError, NotFoundError
from footnote.corpus.settings import Settings
from footnote.eval.report import runs as report_runs
from footnote.eval.report.loaded import LIMITS, read_head, read_questions, read_summary, read_times
from footnote.eval.report.runs import PAGE, RunFolder
from footnote.eval.score.summary import summarise
from footnote.index.passages import PassageIndex


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return runs(tmp_path_factory.mktemp("evaluation") / "runs")


@pytest.fixture
def own(folder, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(folder, tmp_path / "runs")


@pytest.fixture
def found(folder):
    return RunFolder(folder)


def test_runs_are_listed_newest_first_and_then_those_in_trouble(found):
    rows = found.runs()
    assert [row.name for row in rows[:3]] == ["other", "later/bold", "careful"]
    assert rows[0].suite == f"other {ATTACK}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows[1].finished)
    assert [(len(row.figures), row.questions, row.trouble) for row in rows[:3]] == [(4, COUNT, "")] * 3
    assert len(found.headings) == 4
    troubles = {row.name: row.trouble for row in rows[3:]}
    assert troubles == {
        "notes": "holds no run",
        "unfinished": "not finished; the same footnote eval run goes on with it",
        "broken": "report.json is not that of a run: questions: Input should be a valid integer",
    }


def test_a_folder_that_is_not_there_has_no_runs(tmp_path):
    assert RunFolder(tmp_path / "nothing").runs() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may enter every folder")
def test_a_folder_that_may_not_be_entered_holds_no_run(own):
    (own / "careful").chmod(0)
    try:
        assert {row.name: row.trouble for row in RunFolder(own).runs()}["careful"] == "holds no run"
    finally:
        (own / "careful").chmod(0o700)


def test_what_is_read_back_is_what_was_measured(folder):
    run = folder / "later" / "bold"
    records = read_questions(run)
    again = summarise(records, seed=0, resamples=60)
    summary = read_summary(run)
    assert len(records) == COUNT
    assert (summary.table, summary.stages, summary.tags.keys()) == (again.table, again.stages, again.tags.keys())
    assert [(n, r.count) for n, r in summary.results.items()] == [(n, r.count) for n, r in again.results.items()]
    assert summary.value("right") == pytest.approx(again.value("right"), abs=1e-6)
    assert (summary.curve, summary.bins) == (again.curve, again.bins)
    assert read_head(run).articles == 1
    assert len(read_times(run).milliseconds) == COUNT


def test_a_report_holds_measures_and_plots_and_no_markup_of_others(found):
    elements = Elements(found.report("other"))
    assert [attrs.get("aria-label") for tag, attrs in elements.found if tag == "svg"] == [
        "Risk and coverage",
        "Reliability",
        "Time to answer",
        "Score by tag",
    ]
    assert not {tag for tag, _ in elements.found} & {"img", "script", "form", "style", "input"}
    assert f"other {ATTACK}" in "".join(elements.text)


def test_names_that_are_not_listed_open_nothing(found, folder):
    (folder.parent / "secret").mkdir()
    shutil.copy(folder / "careful" / "run.json", folder.parent / "secret" / "run.json")
    for name in ("", ".", "..", "../secret", "careful/../../secret", str(folder / "careful"), "careful/", "later"):
        with pytest.raises(NotFoundError):
            found.report(name)
        with pytest.raises(NotFoundError):
            found.questions(name, "", "", "", 0)
        with pytest.raises(NotFoundError):
            found.comparison("careful", name)
    for name in ("broken", "unfinished", "notes"):
        with pytest.raises(FootnoteError, match=r"report\.json|not finished|no run"):
            found.report(name)


def test_questions_come_in_pages(found):
    first = found.questions("careful", "", "", "", 0)
    assert (first.first, first.shown, first.matching, first.total) == (0, PAGE, COUNT, COUNT)
    last = found.questions("careful", "", "", "", 10**6)
    assert (last.first, last.shown) == (COUNT // PAGE * PAGE, COUNT % PAGE)
    assert found.questions("careful", "", "", "", PAGE + 3).first == PAGE
    assert found.questions("careful", "", "", "", -5).first == 0
    ids = [
        attrs["id"]
        for start in range(0, COUNT, PAGE)
        for _, attrs in Elements(found.questions("careful", "", "", "", start).html).found
        if attrs.get("class", "").startswith("question")
    ]
    assert ids == [f"q-q{n}" for n in range(COUNT)]


@pytest.mark.parametrize(
    ("words", "outcome", "tag", "matching"),
    [
        ("", "", "odd", 30),
        ("", "not answerable", "", 20),
        ("", "not answerable", "odd", 10),
        ("NUMBER bridge", "", "", COUNT - 1),
        ("number 17?", "", "", 1),
        ("q17", "", "", 1),
        ("ferry", "", "", 0),
        ("", "no such outcome", "", 0),
        ("", "", "no such tag", 0),
        ("", "", ATTACK, 1),
    ],
)
def test_questions_are_narrowed_by_words_outcome_and_tag(found, words, outcome, tag, matching):
    questions = found.questions("careful", words, outcome, tag, 0)
    assert questions.matching == matching
    assert questions.total == COUNT
    assert bool(questions.html) == bool(matching)
    assert questions.tags == tuple(sorted(["even", "odd", ATTACK]))
    assert questions.outcomes[0] == ("", "every outcome")
    assert not {tag for tag, _ in Elements(questions.html).found} & {"img", "script", "form", "style", "input"}


def test_without_the_articles_the_quotes_are_shown_and_with_them_their_surroundings(own):
    html = RunFolder(own).questions("later/bold", "number 1?", "", "", 0).html
    assert "It cost four million" not in html
    assert '<mark class="gold">The bridge opened in May.</mark>' in html
    index = PassageIndex(Settings(own / "later" / "bold" / "library"), ToyEncoder("toy", 384))
    text = f"The bridge opened in May. It cost four million. {ATTACK} was written on it."
    list(index.add([stored(f"a{ATTACK}", text)]))
    index.close()
    html = RunFolder(own).questions("later/bold", "number 1?", "", "", 0).html
    assert '<mark class="cited gold">The bridge opened in May.</mark>' in html
    assert "It cost four million" in html
    (own / "later" / "bold" / "library" / "library.sqlite").write_text("not a library, but long enough to be looked at")
    html = RunFolder(own).questions("later/bold", "number 1?", "", "", 0).html
    assert '<mark class="gold">The bridge opened in May.</mark>' in html


@pytest.mark.slow
def test_a_comparison_says_what_changed_and_is_kept(found):
    html = found.comparison("careful", "later/bold")
    elements = Elements(html)
    said = " ".join("".join(elements.text).split())
    assert "later/bold against careful; 40 fixed, 20 broken, 0 unchanged" in said
    assert "The second run is worse" in said
    assert "worse: answers given to unanswerable questions +1.000" in said
    assert "citation F1, abstained counts 00.0001.000+1.000" in said
    assert [attrs["aria-label"] for tag, attrs in elements.found if tag == "svg"] == ["Changes"]
    assert not {tag for tag, _ in elements.found} & {"img", "script", "form", "style", "input"}
    assert ATTACK in "".join(elements.text)
    assert found.comparison("careful", "later/bold") is html
    assert "No difference that holds" in found.comparison("careful", "careful")
    with pytest.raises(FootnoteError, match="different suites"):
        found.comparison("careful", "other")


@pytest.mark.slow
def test_a_run_that_changes_is_read_again(own):
    runs_here = RunFolder(own)
    assert runs_here.questions("careful", "", "", "", 0).total == COUNT
    before = runs_here.comparison("careful", "later/bold")
    records = own / "careful" / "records.jsonl"
    records.write_text("".join(records.read_text().splitlines(keepends=True)[:-1]))
    assert runs_here.questions("careful", "", "", "", 0).total == COUNT - 1
    assert runs_here.comparison("careful", "later/bold") != before
    shutil.rmtree(own / "careful")
    assert "careful" not in {row.name for row in runs_here.runs()}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(ATTACK),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def with_value(whole, path, value):
    """The JSON value with another one at a place."""
    if not path:
        return value
    copy = whole.copy()
    copy[path[0]] = with_value(copy[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize(
    "name", ["run.json", "report.json", pytest.param("records.jsonl", marks=pytest.mark.slow), "timings.jsonl"]
)
@given(data=st.data())
def test_whatever_is_in_its_files_a_run_is_shown_or_has_a_reason(name, data, tmp_path_factory, folder):
    """One place of one file holds something else: all is shown, or there is one line that says why not."""
    copied = tmp_path_factory.getbasetemp() / "hostile" / name
    if not copied.exists():
        shutil.copytree(folder / "careful", copied / "run")
    original = json.loads((folder / "careful" / name).read_text().splitlines()[0] if name.endswith("l") else
                          (folder / "careful" / name).read_text())  # fmt: skip
    path = data.draw(st.sampled_from(list(places(original))))
    changed = with_value(original, path, data.draw(json_values))
    (copied / "run" / name).write_text(json.dumps(changed) + "\n")
    hostile = RunFolder(copied)
    ways = [lambda: hostile.report("run"), lambda: hostile.questions("run", "", "", "", 0).html]
    for show in (*ways, lambda: hostile.comparison("run", "run")) if name == "records.jsonl" else ways:
        with patch.object(report_runs, "RESAMPLES", 200):  # as well shown as with ten thousand
            html, reason = outcome_of(show)
        assert "\n" not in reason
        assert str(copied) not in reason
        assert not {tag for tag, _ in Elements(html).found} & {"img", "script", "form", "style"}


def outcome_of(show):
    """What is shown, and why nothing is."""
    try:
        return show(), ""
    except FootnoteError as error:
        return "", str(error)


def test_files_that_are_no_files_or_too_large_have_a_reason(own, monkeypatch):
    (own / "careful" / "report.json").unlink()
    (own / "careful" / "report.json").mkdir()
    monkeypatch.setitem(LIMITS, "records.jsonl", 10)
    runs_here = RunFolder(own)
    assert {row.name: row.trouble for row in runs_here.runs()}["careful"].startswith("not finished")
    with pytest.raises(FootnoteError, match="larger than"):
        runs_here.questions("later/bold", "", "", "", 0)


def test_a_measure_without_a_value_stays_without_one(own):
    path = own / "careful" / "report.json"
    report = json.loads(path.read_text())
    report["results"] = {"right": {"value": None, "low": None, "high": None, "count": 0}, "of tomorrow": {}}
    path.write_text(json.dumps(report))
    summary = read_summary(own / "careful")
    assert list(summary.results) == ["right"]
    assert math.isnan(summary.value("right"))
    assert next(row for row in RunFolder(own).runs() if row.name == "careful").figures[1] == "–"
