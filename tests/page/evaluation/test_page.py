"""The evaluation page: what is chosen in its address is shown, searched or compared; troubles are lines in it."""

import logging
import re
import shutil
from types import SimpleNamespace

import pytest
from browser import ATTACK
from fastapi import FastAPI
from measured import COUNT, runs
from parsed import Elements
from starlette.testclient import TestClient

from footnote.eval.report.runs import PAGE, ListedRun, RunFolder
from footnote.page import strings
from footnote.page.evaluation.page import MAX_WORDS, add_evaluation, pair, respond, there_are
from footnote.page.server.guard import Guard
from footnote.page.signin.access import USER, Access, User


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return runs(tmp_path_factory.mktemp("evaluation") / "runs")


def client_of(found, access=None, user=None):
    web = FastAPI()
    add_evaluation(web, found, access or Access())

    async def signed_in(scope, receive, send):
        scope[USER] = user
        await web(scope, receive, send)

    return TestClient(Guard(signed_in, bound="127.0.0.1"), base_url="http://127.0.0.1:7860", follow_redirects=False)


@pytest.fixture
def client(folder):
    return client_of(RunFolder(folder))


def options(page, name):
    """The values of a drop-down list, and the chosen one."""
    (inside,) = re.findall(rf'<select name="{name}" [^>]*>(.*?)</select>', page)
    return re.findall(r'<option value="([^"]*)"', inside), re.findall(r'value="([^"]*)" selected', inside)


def test_the_last_run_is_shown(client):
    response = client.get("/evaluation")
    elements = Elements(response.text)
    said = "".join(elements.text)
    assert response.status_code == 200
    assert f"other {ATTACK}" in said
    assert "Risk and coverage" in said
    assert f"1 to {PAGE} of {COUNT}" in said
    assert options(response.text, "run") == (["other", "later/bold", "careful"], ["other"])
    assert options(response.text, "after")[1] == ["later/bold"]
    assert options(response.text, "before")[1] == ["careful"]
    assert "other, finished 20" in said
    assert response.headers["cache-control"] == "no-store"
    assert f"<title>{strings.EVALUATION_TITLE}</title>" in response.text
    assert response.text.partition("</head>")[0].count("<title>") == 1
    assert 'aria-current="page"' in response.text


def test_nothing_that_others_wrote_is_markup(client):
    for address in ("/evaluation", "/evaluation?before=careful&after=later/bold", f"/evaluation?run={ATTACK}"):
        found = Elements(client.get(address).text).found
        assert not {tag for tag, _ in found} & {"img", "style"}
        assert [attrs["src"].split("?")[0] for tag, attrs in found if tag == "script"] == ["evaluation.js"]
        assert not any(name.startswith("on") for _, attrs in found for name in attrs)
        assert {attrs["action"].split("#")[0] for tag, attrs in found if tag == "form"} == {"evaluation"}


def test_its_policy_lets_no_inline_script_run(client):
    policy = client.get("/evaluation").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == "'self'"
    for address in re.findall(r'(?:src|href)="(evaluation\.[^"]*)"', client.get("/evaluation").text):
        response = client.get(f"/{address}")
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert client.get("/evaluation.css").headers["content-type"].startswith("text/css")
    assert client.get("/evaluation.js").headers["content-type"].startswith("text/javascript")


def test_questions_are_searched_by_words_outcome_and_tag(client):
    page = client.get("/evaluation", params={"run": "careful", "find": "number", "outcome": "right", "tag": "odd"}).text
    assert "10 of 60" in page
    assert page.count('<details class="question') == 10
    assert options(page, "outcome")[1] == ["right"]
    assert options(page, "tag")[1] == ["odd"]
    assert 'value="number"' in page
    assert 'type="hidden" name="run" value="careful"' in page
    nothing = client.get("/evaluation", params={"run": "careful", "find": "zebra" + ATTACK * 9}).text
    assert strings.NO_QUESTIONS in nothing
    (kept,) = re.findall(r'name="find" value="([^"]*)"', nothing)
    assert len(Elements(f'<input value="{kept}">').found[0][1]["value"]) == MAX_WORDS


def test_pages_of_questions_lead_to_each_other(client):
    seen, address, back = [], "/evaluation?run=careful&tag=odd&find=number", []
    while address:
        page = client.get(address).text
        seen += re.findall(r'id="q-(q\d+)"', page)
        back += re.findall(r'<a href="([^"]*)" rel="prev"', page)
        following = re.findall(r'<a href="([^"]*)" rel="next"', page)
        address = "/" + following[0].replace("&amp;", "&") if following else ""
    assert seen == [f"q{n}" for n in range(1, COUNT, 2)]
    assert len(back) == 1
    assert "q1" in re.findall(r'id="q-(q\d+)"', client.get("/" + back[0].replace("&amp;", "&")).text)


def test_two_runs_are_compared(client):
    page = client.get("/evaluation", params={"before": "careful", "after": "later/bold"}).text
    assert "The second run is worse" in page
    assert options(page, "before")[1] == ["careful"]
    assert options(page, "after")[1] == ["later/bold"]
    response = client.get("/evaluation", params={"before": "careful", "after": "other"})
    assert response.status_code == 422
    assert "different suites" in response.text
    assert options(response.text, "after")[1] == ["other"]


@pytest.mark.parametrize(
    ("suites", "shown", "proposed"),
    [
        ("", "", ("", "")),
        ("a", "", ("", "")),
        ("ab", "r0", ("", "")),
        ("aa", "", ("r0", "r1")),
        ("bab", "", ("r0", "r2")),
        ("baac", "", ("r1", "r2")),
        ("aaab", "r1", ("r1", "r2")),
        ("aaab", "r2", ("r2", "r1")),
        ("aaab", "r3", ("r0", "r1")),
        ("aa", "gone", ("r0", "r1")),
    ],
)
def test_a_run_is_proposed_with_the_one_before_it_over_the_same_questions(suites, shown, proposed):
    good = [ListedRun(f"r{n}", suite, over=suite) for n, suite in enumerate(suites)]
    assert pair(good, "", "", shown) == proposed
    assert pair(good, "one", "two", shown) == ("one", "two")


def test_where_no_two_runs_are_over_the_same_questions_it_says_so(folder, tmp_path):
    shutil.copytree(folder / "careful", tmp_path / "careful")
    shutil.copytree(folder / "other", tmp_path / "other")
    page = client_of(RunFolder(tmp_path)).get("/evaluation").text
    assert strings.NO_PAIR in page
    assert 'name="after"' not in page


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("../careful", 404, strings.RUN_GONE),
        ("/etc", 404, strings.RUN_GONE),
        ("careful\x00", 404, strings.RUN_GONE),
        ("broken", 422, "report.json is not that of a run"),
        ("unfinished", 422, "not finished"),
        ("notes", 422, "holds no run"),
    ],
)
def test_a_run_that_cannot_be_shown_is_a_line(client, name, status, said):
    for fields in ({"run": name}, {"before": name, "after": "careful"}, {"before": "careful", "after": name}):
        response = client.get("/evaluation", params=fields)
        assert response.status_code == status
        assert said in response.text
        assert "Traceback" not in response.text


def test_folders_in_trouble_are_listed_with_the_reason(client):
    page = client.get("/evaluation").text
    assert "3 runs, 3 that cannot be opened" in page
    assert "holds no run" in page
    assert set(options(page, "run")[0]).isdisjoint({"notes", "broken", "unfinished"})


def test_without_runs_it_says_how_to_make_one(tmp_path, folder):
    for found in (None, RunFolder(tmp_path)):
        response = client_of(found).get("/evaluation")
        assert response.status_code == 200
        assert strings.NO_RUNS_COMMAND in response.text
        assert not there_are(found)
    shutil.copytree(folder / "notes", tmp_path / "notes")
    page = client_of(RunFolder(tmp_path)).get("/evaluation")
    assert page.status_code == 200
    assert "holds no run" in page.text
    assert there_are(RunFolder(folder))


def test_who_has_to_sign_in_is_sent_there(folder):
    access = Access([User("ann", "secret")])
    for user in (None, "bob"):
        response = client_of(RunFolder(folder), access, user).get("/evaluation")
        assert (response.status_code, response.headers["location"]) == (303, "./")
        assert "bridge" not in response.text
    assert "bridge" in client_of(RunFolder(folder), access, "ann").get("/evaluation").text


def test_what_nobody_thought_of_is_a_line_and_a_log(caplog):
    def broken():
        raise ZeroDivisionError("secret detail")

    with caplog.at_level(logging.ERROR):
        status, content = respond(SimpleNamespace(runs=broken), {})
    assert status == 500
    assert strings.RUN_UNEXPECTED.split(";")[0] in content
    assert "secret detail" not in content
    assert "secret detail" in caplog.text
