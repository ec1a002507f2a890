"""The source pane in headless Chromium: footnotes, steps, versions, what was read; by keyboard, on a phone."""

import pytest
from browser import NARROW, WIDE
from chatting import BOTH, ask, cited
from playwright.sync_api import expect

from footnote.page import strings

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_footnote_opens_its_sentence(visit, chat, size, scheme):
    page = visit(chat, size, scheme)
    turn = ask(page, "What happened to the ferry?")
    assert turn.locator(".fn-cite").all_inner_texts() == ["1", "2", "3"]
    turn.locator(".fn-cite").nth(2).click()
    assert cited(page) == "It sank in 2004."
    assert page.locator("mark.fn-also").all_inner_texts() == ["The ferry carried 412 people."]
    expect(page.locator(".fn-pane")).to_contain_text("Harbour News, 2 March 2004")
    link = page.get_by_role("link", name=strings.ORIGINAL)
    assert link.get_attribute("href") == "https://example.org/ferry"
    assert "noopener" in link.get_attribute("rel")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 22, 20)"
    assert dark is (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_steps_go_through_the_footnotes_across_articles(visit, chat):
    page = visit(chat)
    ask(page, "What happened to the ferry?").locator(".fn-cite").first.click()
    position = page.locator(".fn-steps span")
    expect(position).to_have_text("Footnote 1 of 3")
    expect(page.get_by_label(strings.PREVIOUS["footnote"])).to_be_disabled()
    page.get_by_label(strings.NEXT["footnote"]).click()
    expect(position).to_have_text("Footnote 2 of 3")
    assert cited(page) == "The port was closed for a week."
    page.get_by_label(strings.NEXT["footnote"]).click()
    expect(position).to_have_text("Footnote 3 of 3")
    assert cited(page) == "It sank in 2004."
    expect(page.locator(".fn-cite[aria-current]")).to_have_text("3")


def test_the_numbers_under_an_answer_lead_there_too(visit, chat):
    page = visit(chat)
    turn = ask(page, "What happened to the ferry?")
    turn.locator(".fn-numbers button", has_text="2").click()
    assert cited(page) == "The port was closed for a week."


def test_the_same_footnote_scrolls_back_to_its_sentence(visit, chat):
    page = visit(chat)
    marker = ask(page, "What happened to the ferry?").locator(".fn-cite").nth(2)
    marker.click()
    cited(page)
    page.locator(".fn-pane-scroll").evaluate("box => box.scrollTo(0, 0)")
    expect(page.locator("mark.fn-cited")).not_to_be_in_viewport()
    marker.click()
    assert cited(page) == "It sank in 2004."


def test_a_footnote_shows_its_quote_before_it_is_opened(visit, chat):
    page = visit(chat)
    ask(page, "What happened to the ferry?").locator(".fn-cite").first.hover()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("The ferry carried 412 people.")
    expect(card).to_contain_text("Harbour News, 2 March 2004")
    expect(card).to_contain_text(strings.VERDICTS["verbatim"])
    page.mouse.move(0, 0)
    expect(card).to_have_count(0)


def test_all_of_it_by_keyboard(visit, chat):
    page = visit(chat)
    box = page.get_by_label(strings.QUESTION_LABEL)
    expect(box).to_be_focused()
    box.press_sequentially("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator(".fn-cite")).to_have_count(3)
    marker = page.locator(".fn-cite").first
    for _ in range(30):
        page.locator("*:focus").press("Shift+Tab")
        if marker.evaluate("element => element === document.activeElement"):
            break
    expect(marker).to_be_focused()
    expect(page.get_by_role("tooltip")).to_contain_text("412 people")
    marker.press("Enter")
    assert cited(page) == "The ferry carried 412 people."
    title = page.locator(".fn-pane-title")
    expect(title).to_be_focused()
    title.press("Escape")
    expect(page.locator('.fn-pane[data-view="contents"]')).to_be_visible()
    expect(marker).to_be_focused()


def test_a_pane_that_comes_late_leaves_the_keyboard_to_somebody_who_writes(visit, chat):
    page = visit(chat)
    ask(page, "What happened to the ferry?")
    # In one go, so that the pane, which has to come from the server, cannot be there before.
    page.evaluate("""() => {
      document.querySelector(".fn-cite").click();
      document.querySelector("#fn-question textarea").focus();
    }""")
    assert cited(page) == "The ferry carried 412 people."
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_focused()


def test_on_a_phone_the_source_is_a_sheet_that_back_closes(visit, chat):
    page = visit(chat, NARROW)
    expect(page.locator("#fn-pane")).to_be_hidden()
    marker = ask(page, "What happened to the ferry?").locator(".fn-cite").first
    marker.click()
    assert cited(page) == "The ferry carried 412 people."
    page.wait_for_timeout(600)  # it slides in
    box = page.locator("#fn-pane").bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert round(box["y"] + box["height"]) == 844
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.locator("#fn-pane")).to_be_hidden()
    expect(marker).to_be_visible()
    marker.click()
    page.get_by_label(strings.CLOSE).click()
    expect(page.locator("#fn-pane")).to_be_hidden()
    expect(marker).to_be_focused()


def test_the_list_opens_an_article_and_is_come_back_to(visit, chat):
    page = visit(chat)
    row = page.locator(".fn-contents button", has_text="The port")
    row.click()
    expect(page.locator(".fn-text")).to_contain_text("The port was closed for a week.")
    assert page.locator("mark").count() == 0
    page.get_by_role("button", name=strings.ALL_ARTICLES).click()
    expect(row).to_be_focused()


def test_the_last_of_several_quick_clicks_is_shown(visit, chat):
    page = visit(chat)
    turn = ask(page, "What happened to the ferry?")
    for _ in range(3):
        turn.evaluate("turn => turn.querySelectorAll('.fn-cite').forEach(marker => marker.click())")
        expect(page.locator(".fn-pane:not(.fn-stale) .fn-steps span")).to_have_text("Footnote 3 of 3")
        assert cited(page) == "It sank in 2004."
        turn.evaluate("turn => [...turn.querySelectorAll('.fn-cite')].reverse().forEach(marker => marker.click())")
        expect(page.locator(".fn-pane:not(.fn-stale) .fn-steps span")).to_have_text("Footnote 1 of 3")
        assert cited(page) == "The ferry carried 412 people."


@BOTH
def test_what_was_read_opens_beside_the_answer(visit, chat, size):
    page = visit(chat, size)
    turn = ask(page, "What happened to the ferry?")
    button = turn.get_by_role("button", name=strings.WHAT_IT_READ)
    button.click()
    rows = page.locator(".fn-read button")
    expect(rows).to_have_count(2)
    expect(page.locator(".fn-read")).to_contain_text(f"{strings.READ_UNUSED} (1)")
    rows.nth(1).click()
    expect(page.locator("mark.fn-also").first).to_be_in_viewport()
    expect(page.locator("#fn-pane")).to_contain_text(strings.READ_PASSAGE)
    page.get_by_role("button", name=f"← {strings.WHAT_IT_READ}").click()
    expect(rows).to_have_count(2)
    page.get_by_label(strings.CLOSE).click()
    expect(button).to_be_focused()


@BOTH
def test_the_versions_of_an_article_and_what_changed(visit, chat, size):
    page = visit(chat, size)
    ask(page, "How long is the pier?").locator(".fn-cite").click()
    assert cited(page) == "The pier is 90 metres long."
    expect(page.locator("#fn-pane")).to_contain_text(strings.CITED_VERSION)
    page.get_by_role("button", name=strings.CHANGES_SINCE).click()
    expect(page.locator(".fn-changes del")).to_contain_text("90")
    expect(page.locator(".fn-changes ins")).to_contain_text("80")
    page.get_by_role("button", name=f"← {strings.BACK_TO_ARTICLE}").click()
    assert cited(page) == "The pier is 90 metres long."
    page.locator(".fn-versions summary").click()
    page.get_by_role("button", name=strings.SHOW_VERSION, exact=False).first.click()
    expect(page.locator(".fn-text")).to_contain_text("80 metres")
    page.locator(".fn-versions summary").click()
    page.get_by_role("button", name=strings.CHANGED_IN).click()
    expect(page.locator(".fn-changes del")).to_contain_text("90")
    page.get_by_label(strings.CLOSE).click()
    expect(page.locator(".fn-cite")).to_be_focused()
