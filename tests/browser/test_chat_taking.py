"""What can be taken along from the chat, in headless Chromium: copies, files, paper, links; and feedback."""

import json
from pathlib import Path

import pytest
from browser import ATTACK, NARROW
from chatting import BOTH, ask, cited, more
from playwright.sync_api import expect

from footnote.page import strings

pytestmark = pytest.mark.browser


def test_quote_and_answer_can_be_copied(visit, chat):
    page = visit(chat)
    turn = ask(page, "What happened to the ferry?")
    turn.get_by_role("button", name=strings.COPY_ANSWER).click()
    expect(turn.get_by_role("button", name=strings.COPIED)).to_be_visible()
    assert "[^2]: “The port was closed" in page.evaluate("navigator.clipboard.readText()")
    turn.locator(".fn-cite").first.click()
    page.get_by_role("button", name=strings.COPY_QUOTE).click()
    expect(page.get_by_role("button", name=strings.COPIED, exact=True)).to_have_count(2)
    expected = "“The ferry carried 412 people.” (The ferry, Harbour News, 2 March 2004, https://example.org/ferry)"
    assert page.evaluate("navigator.clipboard.readText()") == expected


@BOTH
def test_a_link_opens_the_answer_and_asks_it_now_inside_the_same_limits(visit, chat, size):
    page = visit(chat, size)
    page.get_by_text(strings.LIMITS, exact=True).click()
    page.get_by_label(strings.LIMIT_PUBLISHER).select_option("Harbour News")
    ask(page, "What happened to the ferry?").get_by_role("button", name=strings.COPY_LINK).click()
    expect(page.get_by_role("button", name=strings.COPIED)).to_be_visible()
    other = visit(page.evaluate("navigator.clipboard.readText()"), size, shows=".fn-frozen")
    expect(other.locator(".fn-cite")).to_have_count(3)
    expect(other.locator(".fn-frozen")).to_contain_text(strings.LINK_FRESH)
    expect(other.locator("[data-turn]")).to_have_count(0)
    other.locator(".fn-cite").first.click()
    assert cited(other) == "The ferry carried 412 people."
    if size == NARROW:
        other.locator(".fn-close:visible").click()
    other.get_by_role("button", name=strings.ASK_NOW).click()
    turn = other.locator("[data-turn='0']")
    expect(turn.locator(".fn-cite")).to_have_count(3)
    expect(turn.locator(".fn-chips")).to_contain_text("only from Harbour News")
    expect(other.locator(".fn-frozen")).to_have_count(0)
    assert "?c=" in other.url


def test_a_question_in_the_address_is_asked_once(visit, chat):
    cut = "AbortError|errored out"  # the reload ends what the page still hears
    page = visit(f"{chat}/?q=What+happened+to+the+ferry%3F&publisher=Harbour+News", shows=".fn-cite", forgiven=cut)
    expect(page.locator(".fn-turn .fn-chips")).to_contain_text("only from Harbour News")
    assert "q=" not in page.url
    page.reload()
    expect(page.locator(".fn-cite")).to_have_count(3)
    expect(page.locator(".fn-turn")).to_have_count(1)


def test_an_answer_and_the_conversation_can_be_saved_and_printed(visit, chat):
    page = visit(chat)
    turn = ask(page, "What happened to the ferry?")
    with page.expect_download() as saving:
        more(turn, strings.EVIDENCE)
    assert json.loads(Path(saving.value.path()).read_text())["schema"] == "footnote.answer/1"
    with page.expect_download() as saving:
        page.get_by_role("button", name=strings.TAKE_ALL).click()
        page.get_by_role("button", name=strings.TAKE_MARKDOWN).click()
    assert saving.value.suggested_filename == "footnote.md"
    assert "[^1-3]: “It sank in 2004.”" in Path(saving.value.path()).read_text()
    with page.expect_download() as saving:
        page.get_by_role("button", name=strings.TAKE_ALL).click()
        page.get_by_role("button", name=strings.TAKE_EVIDENCE).click()
    assert json.loads(Path(saving.value.path()).read_text())["answers"][0]["schema"] == "footnote.answer/1"
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    notes = page.locator(".fn-printed li")
    expect(notes).to_have_count(3)
    expect(notes.nth(2)).to_contain_text(
        "3. “It sank in 2004.” (The ferry, Harbour News, 2 March 2004, https://example.org"
    )
    expect(turn.locator(".fn-sources")).to_be_hidden()
    expect(turn.locator(".fn-answer")).to_be_visible()
    expect(page.locator("#fn-pane")).to_be_hidden()
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(notes).to_have_count(0)


def test_feedback_on_an_answer_and_on_a_footnote_is_kept(visit, chat):
    page = visit(chat, NARROW)
    turn = ask(page, "What happened to the ferry?")
    turn.get_by_role("button", name=strings.FEEDBACK["helpful"], exact=True).click()
    dialog = page.get_by_role("dialog", name=strings.FEEDBACK["helpful"])
    dialog.get_by_label(strings.NOTE).fill(ATTACK)
    dialog.get_by_role("button", name=strings.SEND).click()
    expect(page.locator(".fn-toast")).to_have_text(strings.THANKS)
    expect(turn).to_contain_text("You said: helpful")
    turn.locator(".fn-cite").nth(1).click()
    page.get_by_role("button", name=strings.FEEDBACK["wrong citation"]).click()
    dialog = page.get_by_role("dialog", name=f"{strings.FEEDBACK['wrong citation']} (2)")
    dialog.get_by_label(strings.NOTE).press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name=strings.FEEDBACK["wrong citation"]).click()
    page.get_by_role("dialog").get_by_role("button", name=strings.SEND).click()
    expect(turn).to_contain_text("footnote 2 is wrong")
    assert page.evaluate("typeof pwned") == "undefined"
