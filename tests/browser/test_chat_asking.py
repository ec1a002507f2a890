"""Asking in headless Chromium: answers that grow, what can be changed and asked again, limits, reloads."""

from pathlib import Path

import pytest
from browser import NARROW, ROOT, WIDE, picture, serving
from chatting import BOTH, FULL, STORY, ask, cited, more, quote_of
from live import live
from playwright.sync_api import expect
from scripted import Scripted

from footnote.page import strings
from footnote.page.chat.conversations import MAX_QUESTION

pytestmark = pytest.mark.browser


def real(home):
    """The real engine with some of the articles that ship."""
    from footnote.corpus.settings import Settings
    from footnote.corpus.sources import SourcedArticle, read_sources
    from footnote.qa.engine import Engine

    engine = Engine.open(Settings(home=Path(home)))
    files = [str(file) for file in sorted((ROOT / "corpus" / "articles").glob("2019-*"))]
    assert (
        sum(1 for _ in engine.add_many(found for found in read_sources(files) if isinstance(found, SourcedArticle)))
        >= 5
    )
    return engine


@pytest.fixture(scope="module")
def real_address(tmp_path_factory, chromium):
    folder = tmp_path_factory.mktemp("real")
    with serving(f"real({str(folder / 'home')!r})", folder / "log", "tests.browser.test_chat_asking") as url:
        yield url


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_with_the_real_engine_ask_check_and_be_declined(visit, real_address, size):
    page = visit(real_address, size)
    turn = ask(page, "Who set out 12 demands on Iran in a speech at the Heritage Foundation?")
    expect(turn).to_contain_text("Pompeo")
    marker = turn.locator(".fn-cite").first
    marker.click()
    assert cited(page) == quote_of(marker)
    expect(page.locator(".fn-pane")).to_contain_text("10 May 2019")
    picture(page, f"real answer {size['width']}")
    page.locator(".fn-close").click()
    turn = ask(page, "Who painted the ceiling of the Sistine Chapel?")
    expect(turn).to_contain_text(strings.NO_ANSWER)
    assert turn.locator(".fn-cite").count() == 0


def test_an_answer_grows_and_stop_ends_it(visit, chat):
    page = visit(chat)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill(STORY)
    box.press("Enter")
    turn = page.locator(".fn-turn")
    expect(turn.locator(".fn-sentence").nth(1)).to_be_visible()
    expect(turn).to_have_attribute("aria-busy", "true")
    expect(turn).to_contain_text(strings.WRITING)
    page.get_by_role("button", name=strings.STOP, exact=True).click()
    expect(turn).not_to_have_attribute("aria-busy", "true")
    assert 2 <= turn.locator(".fn-sentence").count() < 30
    expect(turn.get_by_role("button", name=strings.COPY_ANSWER)).to_be_visible()
    expect(page.get_by_role("button", name=strings.STOP, exact=True)).to_be_hidden()


@pytest.fixture(scope="module")
def soon(tmp_path_factory):
    """The address of a chat whose answers are one message."""
    with serving("soon()", tmp_path_factory.mktemp("soon") / "log", "chatting") as url:
        yield url


def test_a_question_is_shown_before_the_server_says_anything(visit, soon):
    page = visit(soon)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("A slow <b>one</b>")
    box.press("Enter")
    waiting = page.locator(".fn-asked")
    expect(waiting).to_contain_text(strings.READING)
    expect(waiting.locator(".fn-question")).to_have_text("A slow <b>one</b>")
    expect(box).to_have_value("")
    expect(page.locator(".fn-welcome")).to_be_hidden()
    box.fill("What happened to the ferry?")
    expect(page.locator("[data-turn='0']")).to_contain_text(strings.NO_ANSWER)
    expect(waiting).to_have_count(0)
    expect(box).to_have_value("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator("[data-turn='1'] .fn-cite")).to_have_count(3)
    expect(page.locator(".fn-turn")).to_have_count(2)
    more(page.locator("[data-turn='1']"), strings.EDIT_QUESTION)
    box.fill("Another slow one")
    box.press("Enter")
    expect(waiting).to_have_count(1)
    expect(page.locator("[data-turn='1']")).to_be_hidden()
    expect(page.locator("[data-turn='1']")).to_contain_text(strings.NO_ANSWER)
    expect(page.locator(".fn-turn")).to_have_count(2)


def test_a_question_that_the_server_refuses_goes_back_to_its_box(visit, soon):
    page = visit(soon, forgiven="503|queue")
    refusal = {"status": 503, "content_type": "application/json", "body": '{"detail": "The queue is full."}'}
    page.route("**/queue/join*", lambda route: route.fulfill(**refusal))
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator(".fn-asked")).to_have_count(0)
    expect(box).to_have_value("What happened to the ferry?")
    expect(page.locator(".fn-welcome")).to_be_visible()


def test_a_server_that_is_away_is_said_and_the_question_is_back_in_its_box(visit, tmp_path):
    with serving("soon()", tmp_path / "log", "chatting") as url:
        page = visit(url, forgiven="ERR_|fetch|Failed|Connection|network")
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator("#fn-hint")).to_have_text(strings.AWAY)
    expect(box).to_have_value("What happened to the ferry?")
    expect(page.locator(".fn-asked")).to_have_count(0)
    expect(page.locator(".toast-wrap")).to_be_hidden()


def test_a_question_that_does_not_reach_the_server_is_there_after_a_reload(visit, soon):
    page = visit(soon, forgiven="ERR_FAILED|fetch")
    page.route("**/queue/join*", lambda route: route.abort())
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator(".fn-asked")).to_have_count(1)
    page.unroute("**/queue/join*")
    page.reload()
    expect(box).to_have_value("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator(".fn-cite")).to_have_count(3)
    page.reload()
    expect(page.locator(".fn-cite")).to_have_count(3)
    expect(box).to_have_value("")


def test_a_question_asked_before_the_last_is_answered_waits_its_turn(visit, chat):
    page = visit(chat)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("A slow one")
    box.press("Enter")
    expect(page.locator(".fn-waiting")).to_be_visible()
    expect(box).to_have_value("")
    box.fill("What happened to the ferry?")
    box.press("Enter")
    box.press("Enter")
    expect(page.locator(".fn-turn .fn-cite")).to_have_count(3)
    expect(page.locator(".fn-question")).to_have_count(2)
    expect(page.locator(".fn-turn").first).to_contain_text(strings.NO_ANSWER)


def test_an_example_pressed_twice_is_asked_once(visit, chat):
    page = visit(chat)
    page.locator(".fn-suggestions button").first.dblclick()
    expect(page.locator(".fn-cite")).to_have_count(3)
    page.wait_for_timeout(500)
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("")


def test_enter_in_an_empty_box_says_what_to_do_and_changes_nothing(visit, chat):
    page = visit(chat)
    ask(page, "What happened to the ferry?")
    page.get_by_label(strings.QUESTION_LABEL).press("Enter")
    expect(page.locator("#fn-hint")).to_have_text(strings.EMPTY_QUESTION)
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.locator(".fn-cite")).to_have_count(3)
    page.get_by_label(strings.QUESTION_LABEL).press_sequentially("W")
    expect(page.locator("#fn-hint")).to_be_hidden()


def test_a_question_that_is_too_long_is_not_cut_and_that_is_said(visit, chat):
    page = visit(chat)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("?" * (MAX_QUESTION + 7))
    expect(page.locator("#fn-hint")).to_have_text(strings.QUESTION_OVER.format(count=7))
    expect(box).to_have_value("?" * (MAX_QUESTION + 7))
    box.press("Enter")
    expect(page.locator(".fn-error")).to_contain_text(f"{MAX_QUESTION + 7:,} characters")


def test_an_error_is_a_line_in_the_chat(visit, chat):
    page = visit(chat)
    turn = ask(page, "No model")
    expect(turn.locator(".fn-error")).to_have_text("The model is not there: install it.")
    turn.get_by_role("button", name=strings.ASK_AGAIN).click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(turn.locator(".fn-error")).to_have_text("The model is not there: install it.")
    expect(page.locator(".fn-turn")).to_have_count(1)


def test_a_long_question_is_refused_by_the_server(visit, chat):
    page = visit(chat)
    page.get_by_label(strings.QUESTION_LABEL).fill("x" * 2001)
    expect(page.locator("#fn-hint")).to_contain_text("1 characters too many")
    turn = ask(page, "x" * 2001)
    expect(turn.locator(".fn-error")).to_contain_text("2,001 characters")


def test_an_abstention_offers_the_nearest_passages(visit, chat):
    page = visit(chat)
    turn = ask(page, "Who won?")
    expect(turn).to_contain_text("No article says who won.")
    assert turn.locator(".fn-cite").count() == 0
    assert turn.locator(".fn-passages button").count() == 0, "none of the nearest has a word of the question"
    expect(turn.locator(".fn-suggestions")).to_contain_text("What happened to the ferry?")
    turn = ask(page, "Nothing")
    turn.locator(".fn-passages button").first.click()
    expect(page.locator(".fn-steps span")).to_have_text("Passage 1 of 1")


def test_examples_edit_and_a_new_conversation(visit, chat):
    page = visit(chat)
    page.locator(".fn-suggestions button").first.click()
    expect(page.locator(".fn-cite")).to_have_count(3)
    more(page.locator(".fn-turn"), strings.EDIT_QUESTION)
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("What happened to the ferry?")
    page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(page.locator(".fn-turn")).to_have_count(0)


@BOTH
def test_any_question_is_changed_and_asked_again_in_its_place(visit, chat, size):
    page = visit(chat, size)
    ask(page, "Who won?")
    turn = ask(page, "What hapened?")
    more(turn, strings.EDIT_QUESTION)
    chip = page.locator("#fn-limits .fn-chips li")
    expect(chip).to_contain_text(strings.EDITING)
    chip.get_by_role("button").click()
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("")
    more(turn, strings.EDIT_QUESTION)
    box = page.get_by_label(strings.QUESTION_LABEL)
    expect(box).to_have_value("What hapened?")
    box.fill("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator(".fn-cite")).to_have_count(3)
    expect(page.locator(".fn-question")).to_contain_text(["Who won?", "What happened to the ferry?"])
    expect(chip).to_have_count(0)
    more(turn, strings.ASK_AGAIN)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator(".fn-cite")).to_have_count(3)
    expect(page.locator(".fn-turn")).to_have_count(2)
    more(page.locator("[data-turn='0']"), strings.EDIT_QUESTION)
    box.fill("No model")
    box.press("Enter")
    expect(page.locator(".fn-question")).to_contain_text(["No model", "What happened to the ferry?"])
    expect(page.locator("[data-turn='0'] .fn-error")).to_be_visible()
    expect(page.locator(".fn-turn")).to_have_count(2)


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def test_what_a_reader_must_know_is_shown_and_can_be_taken_back(visit, chat, size, scheme):
    page = visit(chat, size, scheme)
    ask(page, "What happened to the ferry?")
    turn = ask(page, FULL)
    expect(turn.locator(".fn-answer mark")).to_have_text("412")
    for words in ("Not confirmed by its source", "412 is not in it", "The model did not reply.", "A later update on",
                  "From 2 articles, 1 origin", "Newest article used: 2 March 2004", "Asked as: When did the ferry",
                  "last week: 1 to 7 March 2004"):  # fmt: skip
        expect(turn).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    turn.get_by_label(strings.DROP_DATES).click()
    expect(turn.get_by_label(strings.DROP_CARRY)).to_be_visible()
    turn.get_by_label(strings.DROP_CARRY).click()
    expect(turn.get_by_label(strings.DROP_CARRY)).to_have_count(0)
    expect(page.locator(".fn-turn")).to_have_count(2)
    turn.locator(".fn-dispute button").first.click()
    assert cited(page) == "The port was closed for a week."


@BOTH
def test_limits_are_set_and_taken_back(visit, chat, size):
    page = visit(chat, size)
    page.get_by_text(strings.LIMITS, exact=True).click()
    page.get_by_label(strings.LIMIT_AFTER).fill("2004-01-31")
    page.get_by_label(strings.LIMIT_PUBLISHER).select_option("Harbour News")
    chips = page.locator("#fn-limits .fn-chips li")
    expect(chips).to_have_text(["from 31 January 2004×", "only Harbour News×"])
    turn = ask(page, "What happened to the ferry?")
    expect(page.get_by_label(strings.LIMIT_AFTER)).to_be_hidden()
    expect(turn.locator(".fn-chips")).to_contain_text("from 31 January 2004 on")
    expect(turn.locator(".fn-chips")).to_contain_text("only from Harbour News")
    chips.first.get_by_role("button").click()
    expect(chips).to_have_text(["only Harbour News×"])
    turn.get_by_label(strings.DROP_LIMIT).first.click()
    expect(turn.locator(".fn-chips li")).to_have_text(["only from Harbour News×"])
    expect(ask(page, "Who won?").locator(".fn-chips li")).to_have_text(["only from Harbour News×"])
    page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(chips).to_have_count(0)


@BOTH
def test_what_to_ask_next_is_asked_by_pressing_it(visit, chat, size):
    page = visit(chat, size)
    turn = ask(page, "What happened to the ferry?")
    turn.get_by_role("button", name="Who is Eve Moss?").click()
    expect(page.locator(".fn-turn")).to_have_count(2)
    expect(page.locator(".fn-question").nth(1)).to_contain_text("Who is Eve Moss?")
    expect(page.locator(".fn-further")).to_have_count(0)


def test_a_reload_keeps_the_conversation_and_a_new_tab_begins_anew(visit, chat):
    page = visit(chat)
    ask(page, "What happened to the ferry?")
    assert "?c=" in page.url
    page.reload()
    expect(page.locator(".fn-turn")).to_have_count(1)
    page.locator(".fn-cite").nth(2).click()
    assert cited(page) == "It sank in 2004."
    assert visit(page.url, shows=".fn-cite").locator(".fn-turn").count() == 1, "the address opens it elsewhere"
    ask(page, "Who won?")
    expect(page.locator(".fn-turn")).to_have_count(2)
    page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    page.reload()
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(visit(chat).locator(".fn-turn")).to_have_count(0)


def test_a_reload_in_the_middle_of_an_answer_goes_on_with_it(visit, chat):
    page = visit(chat, forgiven="AbortError|Connection errored out")  # what Gradio says of a page that is left
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill(STORY)
    box.press("Enter")
    expect(page.locator(".fn-sentence").nth(2)).to_be_visible()
    page.reload()
    turn = page.locator(".fn-turn")
    expect(turn).to_have_attribute("aria-busy", "true")
    count = turn.locator(".fn-sentence").count()
    assert count >= 2
    expect(turn.locator(".fn-sentence").nth(count + 1)).to_be_visible()
    page.get_by_role("button", name=strings.STOP, exact=True).click()
    expect(turn).not_to_have_attribute("aria-busy", "true")
    expect(turn.get_by_role("button", name=strings.COPY_ANSWER)).to_be_visible()
    expect(turn.locator(".fn-question")).to_contain_text(STORY)


def test_two_readers_do_not_see_each_other(visit, chat):
    one, other = visit(chat), visit(chat)
    ask(one, "What happened to the ferry?")
    turn = ask(other, "Who won?")
    expect(turn).to_contain_text("No article says who won.")
    expect(other.locator(".fn-turn")).to_have_count(1)


def test_an_empty_library_says_what_to_do(visit):
    with live(Scripted()) as url:
        page = visit(url)
        expect(page.locator(".fn-welcome")).to_contain_text(strings.EMPTY_COMMAND)
        expect(page.locator("#fn-pane")).to_contain_text(strings.EMPTY_COMMAND)
        visit.leave()
