"""How the chat looks, in headless Chromium: hostile text, names, contrast, directions, long words, no jumps."""

import pytest
from browser import ATTACK, NARROW, WIDE, accessible, picture
from chatting import BOTH, FULL, STORY, WORD, ask, cited
from playwright.sync_api import expect

from footnote.page import strings

pytestmark = pytest.mark.browser


def test_hostile_text_stays_text(visit, chat):
    page = visit(chat)
    for question in ("Attack", "Nothing"):
        turn = ask(page, question)
        turn.locator("[data-start]").first.hover()
        turn.locator("[data-start]").first.click()
        assert cited(page) == " ".join(f"Quoted {ATTACK}".split())
    page.get_by_role("button", name=strings.ALL_ARTICLES).click()
    expect(page.locator(".fn-contents")).to_contain_text("<script>pwned=1</script>")
    ask(page, ATTACK)
    assert page.evaluate("typeof pwned") == "undefined"
    parts = "#fn-masthead, #fn-conversation, #fn-pane"
    assert page.locator(parts).locator("img, script, form, input:not([type=search]), style, iframe").count() == 0
    assert page.locator("#fn-pane a").count() == 0


def test_everything_that_can_be_pressed_has_a_name(visit, chat):
    page = visit(chat)
    ask(page, "What happened to the ferry?").locator(".fn-cite").first.click()
    ask(page, "Who won?")
    names = page.evaluate(
        "[...document.querySelectorAll('button, a[href]')].map(e => (e.ariaLabel || e.textContent).trim())"
    )
    assert all(names)
    log = page.get_by_role("log", name=strings.CONVERSATION)
    assert log.get_attribute("aria-live") == "off"
    expect(page.locator(".fn-unseen[role=status]")).to_contain_text("No article says who won.")
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == strings.NAME


def test_the_skip_link_leads_to_the_question(visit, chat):
    page = visit(chat)
    link = page.get_by_text(strings.SKIP)
    link.press("Enter")
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_focused()


def test_the_question_box_stays_in_view(visit, chat):
    for size in (WIDE, NARROW):
        page = visit(chat, size)
        for _ in range(3):
            turn = ask(page, "What happened to the ferry?")
        expect(turn.locator(".fn-question")).to_be_in_viewport()
        expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_in_viewport(ratio=1)


def test_the_masthead_leads_to_the_pages(visit, chat):
    page = visit(chat)
    pages = page.get_by_role("navigation", name=strings.NAVIGATION)
    expect(pages.get_by_role("link", name=strings.PAGES["chat"])).to_have_attribute("aria-current", "page")
    assert pages.get_by_role("link", name=strings.PAGES["library"]).get_attribute("href") == "library"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@BOTH
def test_axe_finds_nothing_grave_in_any_view(visit, chat, size, scheme):
    page = visit(chat, size, scheme)
    kept = f"{'wide' if size == WIDE else 'narrow'} {scheme}"
    accessible(page, f"welcome {kept}")
    page.get_by_text(strings.LIMITS, exact=True).click()
    accessible(page, f"limits {kept}")
    turn = ask(page, FULL)
    accessible(page, f"answer {kept}")
    turn.locator(".fn-cite").first.click()
    cited(page)
    accessible(page, f"source {kept}")
    page.get_by_role("button", name=strings.FEEDBACK["wrong citation"]).click()
    expect(page.get_by_role("dialog", name=strings.FEEDBACK["wrong citation"])).to_be_visible()
    accessible(page, f"dialog {kept}")
    page.get_by_role("button", name=strings.CANCEL).click()
    page.get_by_label(strings.CLOSE).click()
    turn = ask(page, "Who won?")
    accessible(page, f"abstention {kept}")
    turn.get_by_role("button", name=strings.WHAT_IT_READ).click()
    expect(page.locator(".fn-read button")).to_have_count(2)
    accessible(page, f"what it read {kept}")
    page.get_by_label(strings.CLOSE).click()
    ask(page, "How long is the pier?").locator(".fn-cite").click()
    page.get_by_role("button", name=strings.CHANGES_SINCE).click()
    expect(page.locator(".fn-changes del")).to_be_visible()
    accessible(page, f"changes {kept}")
    page.get_by_label(strings.CLOSE).click()
    ask(page, "No model")
    accessible(page, f"error {kept}")


SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifted += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
}"""


@BOTH
def test_nothing_jumps_while_an_answer_grows(visit, chat, size):
    page = visit(chat, size)
    page.evaluate(SHIFTS)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill(STORY)
    box.press("Enter")
    expect(page.locator(".fn-sentence").nth(4)).to_be_visible()
    page.get_by_role("button", name=strings.STOP, exact=True).click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert page.evaluate("window.shifted") < 0.1


@pytest.mark.parametrize("size", [WIDE, NARROW, {"width": 720, "height": 450}], ids=["wide", "narrow", "zoomed"])
def test_long_words_and_other_directions_fit(visit, chat, size):
    page = visit(chat, size)
    turn = ask(page, WORD)
    assert turn.locator(".fn-sentence").first.evaluate("node => getComputedStyle(node).direction") == "rtl"
    turn.locator(".fn-cite").first.click()
    assert cited(page) == "ذهب الوفد إلى طهران يوم الأحد."
    wide = "[...document.querySelectorAll('#fn-conversation, .fn-pane-scroll')].map(e => e.scrollWidth - e.clientWidth)"
    assert max(page.evaluate(wide)) <= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    if page.locator("#fn-masthead[inert]").count():
        page.get_by_label(strings.CLOSE).click()
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_in_viewport(ratio=1)


def test_with_forced_colours_and_without_motion_it_works_the_same(visit, chat):
    page = visit(chat, forced_colors="active", reduced_motion="reduce")
    turn = ask(page, "What happened to the ferry?")
    turn.locator(".fn-cite").nth(2).click()
    assert cited(page) == "It sank in 2004."
    outline = page.locator("mark.fn-cited").evaluate("mark => getComputedStyle(mark).outlineStyle")
    assert outline == "solid"
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("A slow one")
    box.press("Enter")
    # Looked up and read in one step: the server's own dots take the place of the browser's first ones.
    still = "getComputedStyle(document.querySelector('.fn-dots'), '::after').animationName === 'none'"
    page.wait_for_function(f"document.querySelector('.fn-dots') && {still}")
    picture(page, "forced colours")
