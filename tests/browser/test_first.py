"""What is seen of the chat before Gradio's script has made it, in headless Chromium."""

import pytest
from browser import accessible
from playwright.sync_api import expect

from footnote.page import strings

pytestmark = pytest.mark.browser

SCRIPTS = "**/assets/*.js"
PAPER = {"light": "rgb(250, 248, 244)", "dark": "rgb(23, 22, 20)"}


@pytest.mark.parametrize("colours", PAPER)
def test_the_chat_is_seen_at_once_and_its_questions_can_be_asked(chromium, chat, colours):
    context = chromium.new_context(color_scheme=colours)
    page = context.new_page()
    page.route(SCRIPTS, lambda route: route.abort())
    page.goto(chat)
    expect(page.get_by_role("heading", name=strings.WELCOME)).to_be_visible()
    assert page.locator("#fn-first").evaluate("e => getComputedStyle(e).backgroundColor") == PAPER[colours]
    accessible(page)
    link = page.locator("#fn-first a").first
    question = link.inner_text()
    page.unroute(SCRIPTS)
    link.click()
    expect(page.locator(".fn-turn .fn-question")).to_contain_text(question)
    expect(page.locator("#fn-first")).to_have_count(0)
    page.wait_for_url("**c=*")
    page.route(SCRIPTS, lambda route: route.abort())
    page.reload()
    expect(page.locator("#fn-first header")).to_be_visible()
    assert page.locator("#fn-first main").count() == 0  # what was asked comes back in its place
    context.close()
