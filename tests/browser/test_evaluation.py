"""The evaluation page in headless Chromium: the last run, its questions, two runs compared; by keyboard, on a phone."""

import pytest
from browser import ATTACK, NARROW, WIDE, accessible
from live import live
from measured import COUNT, runs
from playwright.sync_api import expect
from scripted import Scripted

from footnote.eval.report.runs import PAGE, RunFolder
from footnote.page import strings
from footnote.page.server.options import ServerOptions

pytestmark = pytest.mark.browser


def engine():
    """An engine without articles: this page has no need of any."""
    return Scripted()


def options(folder):
    """The options of a server that shows these runs."""
    return {"options": ServerOptions(runs=RunFolder(folder))}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = runs(tmp_path_factory.mktemp("evaluation") / "runs")
    with live(engine(), **options(folder)) as url:
        yield url


def opened(visit, url, size, scheme="light", query=""):
    page = visit(f"{url}/evaluation{query}", size, scheme, shows="#fn-content h1, #fn-content h2")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 22, 20)"
    assert dark is (scheme == "dark")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_run_is_read_and_its_questions_are_searched(visit, address, size, scheme):
    page = opened(visit, address, size, scheme)
    expect(page.locator("h1").nth(1)).to_have_text(f"other {ATTACK}")
    expect(page.locator("svg")).to_have_count(4)
    accessible(page, f"evaluation {size['width']} {scheme}")
    page.get_by_label(strings.RUN, exact=True).select_option("later/bold")
    page.get_by_role("button", name=strings.SHOW_RUN).click()
    expect(page.locator("h1").nth(1)).to_have_text("harbour")
    page.get_by_label(strings.OUTCOME, exact=True).select_option("not answerable")
    page.get_by_label(strings.TAG, exact=True).select_option("even")
    search = page.get_by_label(strings.FIND_QUESTIONS)
    search.fill("BRIDGE")
    search.press("Enter")
    expect(page.locator("output")).to_have_text("10 of 60")
    question = page.locator(".question").first
    question.locator("summary").click()
    expect(question).to_contain_text(ATTACK)
    expect(page.get_by_label(strings.OUTCOME, exact=True)).to_have_value("not answerable")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    accessible(page, f"evaluation questions {size['width']} {scheme}")
    assert page.evaluate("typeof pwned") == "undefined"


def test_questions_are_paged(visit, address):
    page = opened(visit, address, NARROW, query="?run=careful")
    expect(page.locator(".question")).to_have_count(PAGE)
    page.get_by_role("link", name=strings.LATER_QUESTIONS).click()
    expect(page.locator("output")).to_have_text(f"{PAGE + 1} to {2 * PAGE} of {COUNT}, from {COUNT}")
    heading = page.locator("h2#questions")
    page.wait_for_load_state()
    expect(heading).to_be_in_viewport()
    page.get_by_role("link", name=strings.EARLIER_QUESTIONS).click()
    expect(page.locator("output")).to_have_text(f"1 to {PAGE} of {COUNT}, from {COUNT}")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")])
def test_two_runs_are_compared(visit, address, size, scheme):
    page = opened(visit, address, size, scheme)
    expect(page.get_by_label(strings.BEFORE_RUN, exact=True)).to_have_value("careful")
    expect(page.get_by_label(strings.AFTER_RUN, exact=True)).to_have_value("later/bold")
    page.get_by_role("button", name=strings.COMPARE_RUNS).click()
    expect(page.locator(".verdict.worse")).to_contain_text("40 fixed, 20 broken")
    expect(page.get_by_role("img", name="Changes")).to_be_visible()
    page.locator(".question summary").first.click()
    expect(page.locator(".sides").first).to_contain_text("First: abstained")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    accessible(page, f"evaluation comparison {size['width']} {scheme}")


def test_runs_in_trouble_are_in_the_table_with_the_reason(visit, address):
    page = opened(visit, address, WIDE)
    page.get_by_text(strings.ALL_RUNS).click()
    table = page.get_by_role("region", name=strings.ALL_RUNS)
    expect(table).to_contain_text("holds no run")
    expect(table).to_contain_text("not finished")
    expect(table).to_contain_text("report.json is not that of a run")
    accessible(page, "evaluation runs")
    table.get_by_role("link", name="careful").click()
    expect(page.get_by_label(strings.RUN, exact=True)).to_have_value("careful")


def test_by_keyboard_one_comes_past_the_masthead_to_the_content(visit, address):
    page = opened(visit, address, WIDE)
    link = page.get_by_text(strings.SKIP_TO_CONTENT)
    link.focus()
    link.press("Enter")
    expect(page.locator("#fn-content")).to_be_focused()
    page.get_by_label(strings.RUN, exact=True).focus()
    expect(page.get_by_label(strings.RUN, exact=True)).to_be_focused()


def test_the_chat_leads_there_and_back(visit, address):
    page = visit(address)
    page.get_by_role("link", name=strings.PAGES["evaluation"]).click()
    expect(page.locator("#fn-content h1")).to_be_visible()
    page.get_by_role("link", name=strings.PAGES["chat"]).click()
    expect(page.locator(".fn-welcome")).to_be_visible()


def test_without_runs_it_says_how_to_make_one(visit, tmp_path):
    with live(engine(), **options(tmp_path / "none")) as url:
        page = opened(visit, url, NARROW)
        expect(page.locator(".fn-welcome")).to_contain_text(strings.NO_RUNS_COMMAND)
        accessible(page, "evaluation without runs")
        page.get_by_role("link", name=strings.PAGES["chat"]).click()
        expect(page.locator(".fn-welcome")).to_contain_text(strings.EMPTY_COMMAND)
        expect(page.get_by_role("link", name=strings.PAGES["evaluation"])).to_have_count(0)
        visit.leave()
