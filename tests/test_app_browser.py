"""The real page in headless Chromium: asking, footnotes, the source pane, keyboard, phone, hostile text."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from browser import ATTACK, NARROW, ROOT, WIDE, accessible, picture, serving
from playwright.sync_api import Page, expect

from corpus.article import Article
from corpus.errors import ModelError
from page import strings
from page.scripted import Scripted, Shelf, abstained, answered, passage
from qa.answer import Disagreement, Inferred, Side
from qa.query_engine import RankedPassage

pytestmark = pytest.mark.browser

STORY, FULL = "Tell the whole story", "When did it sink last week?"
LONG = "\n\n".join(f"Paragraph {n} is about nothing in particular, and goes on for a while." for n in range(40))
FERRY = Article(
    "ferry",
    f"The ferry carried 412 people.\n\n{LONG}\n\nEve Moss, the chief engineer, was aboard. It sank in 2004.",
    "The ferry",
    ("Ann Lee",),
    "Harbour News",
    "2004-03-02",
    "https://example.org/ferry",
)
PORT = Article("port", "The port was closed for a week.", "The port", publisher="Coast Daily", published="2004")
OLD_PIER = Article("pier", "The pier is 90 metres long. It is closed.", "The pier", publisher="Coast Daily")
PIER = Article("pier", "The pier is 80 metres long. It is closed.", "The pier", publisher="Coast Daily")
WORD = "Donaudampfschifffahrt" * 12
FAR = Article("far", f"ذهب الوفد إلى طهران يوم الأحد. {WORD} was the word.", f"تقرير {WORD}", (WORD,), "وكالة", "2020")
HOSTILE = Article(ATTACK, f"{ATTACK}\n\nQuoted {ATTACK}", ATTACK, (ATTACK,), ATTACK, ATTACK, "javascript:pwned=1")


class Slow(Scripted):
    """Takes its time over questions that say so."""

    def events(self, query, stop=lambda: False):
        time.sleep(0.7 if "slow" in query.query_str else 0)
        yield from super().events(query, stop)


def scripted():
    """The engine of most tests: a few articles, a few answers."""
    ferry = [passage(FERRY, "The ferry carried 412 people."), passage(PORT, "The port was closed for a week."),
             passage(FERRY, "It sank in 2004.")]  # fmt: skip
    hostile = passage(HOSTILE, f"Quoted {ATTACK}")
    return Slow(
        Shelf([FERRY, PORT, PIER, FAR, HOSTILE], [OLD_PIER]),
        {
            "What happened to the ferry?": answered("What happened to the ferry?", *ferry),
            STORY: answered(STORY, *ferry * 20),
            FULL: full(ferry),
            "How long is the pier?": answered(
                "How long is the pier?", passage(OLD_PIER, "The pier is 90 metres long.")
            ),
            WORD: answered(WORD, passage(FAR, "ذهب الوفد إلى طهران يوم الأحد."), passage(FAR, f"{WORD} was the word.")),
            "Attack": replace(
                full([hostile, hostile]),
                question=ATTACK,
                standalone_question=f"Again {ATTACK}",
                notices=(ATTACK,),
                inferred=(Inferred(ATTACK, ATTACK, ATTACK),),
                disagreements=(Disagreement("conflict", ATTACK, (Side(ATTACK, ATTACK, 1), Side(ATTACK, "", 2))),),
                newest=ATTACK,
            ),
            "Nothing": abstained(ATTACK, hostile, missing=ATTACK),
            "No model": ModelError("The model is not there: install it."),
            "Who won?": abstained("Who won?", ferry[1], ferry[2], missing="No article says who won."),
        },
        ["What happened to the ferry?", ATTACK],
        pause=0.4,
        read=[RankedPassage("ferry", 0, 29, 0.9), RankedPassage("ferry", 31, 95, 0.2)],
    )


def full(quotes):
    """An answer with everything that can be said about it."""
    answer = answered(FULL, *quotes)
    first, *others = answer.sentences
    doubted = [replace(each, verdict="not confirmed", mismatches=("412 is not in it",)) for each in others[:1]]
    return replace(
        answer,
        standalone_question="When did the ferry sink last week?",
        sentences=(replace(first, marks=((18, 21),)), *doubted, *others[1:]),
        disagreements=(Disagreement("later update", "people", (Side("412", "2004-03-02", 1), Side("410", "", 2))),),
        origins=1,
        newest="2004-03-02",
        inferred=(Inferred("last week", "2004-03-01", "2004-03-07"),),
        notices=("The model did not reply.",),
    )


def real(home):
    """The real engine with the articles that ship."""
    from corpus.settings import Settings
    from corpus.sources import Found, read_sources
    from qa.engine import Engine

    engine = Engine.open(Settings(home=Path(home)))
    articles = (found for found in read_sources([str(ROOT / "corpus" / "articles")]) if isinstance(found, Found))
    assert sum(1 for _ in engine.add_many(articles)) >= 16
    return engine


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving("scripted()", tmp_path_factory.mktemp("served") / "log") as url:
        yield url


def ask(page: Page, question: str):
    """Ask in the box and wait for the reply; returns the last turn."""
    turns = page.locator(".fn-turn").count()
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".fn-turn").nth(turns)
    expect(turn).to_be_visible()
    expect(turn).not_to_have_attribute("aria-busy", "true")
    return turn


def cited(page: Page) -> str:
    """Wait until the pane is new and its highlighted sentence in view, and return that."""
    mark = page.locator(".fn-pane:not(.fn-stale) mark.fn-cited")
    expect(mark.first).to_be_in_viewport()
    return " ".join(" ".join(mark.all_inner_texts()).split())


def quote_of(marker) -> str:
    return " ".join(marker.get_attribute("data-quote").split())


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_with_the_real_engine_ask_check_and_be_declined(visit, real_address, size):
    page = visit(real_address, size)
    assert page.locator(".fn-suggestions button").count() >= 1
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
    nearest = turn.locator(".fn-passages button").first
    nearest.click()
    assert cited(page) == quote_of(nearest)


@pytest.fixture(scope="module")
def real_address(tmp_path_factory, chromium):
    folder = tmp_path_factory.mktemp("real")
    with serving(f"real({str(folder / 'home')!r})", folder / "log") as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_footnote_opens_its_sentence(visit, address, size, scheme):
    page = visit(address, size, scheme)
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


def test_steps_go_through_the_footnotes_across_articles(visit, address):
    page = visit(address)
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


def test_the_numbers_under_an_answer_lead_there_too(visit, address):
    page = visit(address)
    turn = ask(page, "What happened to the ferry?")
    turn.locator(".fn-numbers button", has_text="2").click()
    assert cited(page) == "The port was closed for a week."


def test_the_same_footnote_scrolls_back_to_its_sentence(visit, address):
    page = visit(address)
    marker = ask(page, "What happened to the ferry?").locator(".fn-cite").nth(2)
    marker.click()
    cited(page)
    page.locator(".fn-pane-scroll").evaluate("box => box.scrollTo(0, 0)")
    expect(page.locator("mark.fn-cited")).not_to_be_in_viewport()
    marker.click()
    assert cited(page) == "It sank in 2004."


def test_a_footnote_shows_its_quote_before_it_is_opened(visit, address):
    page = visit(address)
    ask(page, "What happened to the ferry?").locator(".fn-cite").first.hover()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("The ferry carried 412 people.")
    expect(card).to_contain_text("Harbour News, 2 March 2004")
    expect(card).to_contain_text(strings.VERDICTS["verbatim"])
    page.mouse.move(0, 0)
    expect(card).to_have_count(0)


def test_all_of_it_by_keyboard(visit, address):
    page = visit(address)
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


def test_a_pane_that_comes_late_leaves_the_keyboard_to_somebody_who_writes(visit, address):
    page = visit(address)
    ask(page, "What happened to the ferry?")
    # In one go, so that the pane, which has to come from the server, cannot be there before.
    page.evaluate("""() => {
      document.querySelector(".fn-cite").click();
      document.querySelector("#fn-question textarea").focus();
    }""")
    assert cited(page) == "The ferry carried 412 people."
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_focused()


def test_the_skip_link_leads_to_the_question(visit, address):
    page = visit(address)
    link = page.get_by_text(strings.SKIP)
    link.press("Enter")
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_focused()


def test_on_a_phone_the_source_is_a_sheet_that_back_closes(visit, address):
    page = visit(address, NARROW)
    expect(page.locator("#fn-pane")).to_be_hidden()
    marker = ask(page, "What happened to the ferry?").locator(".fn-cite").first
    marker.click()
    assert cited(page) == "The ferry carried 412 people."
    box = page.locator("#fn-pane").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.locator("#fn-pane")).to_be_hidden()
    expect(marker).to_be_visible()
    marker.click()
    page.get_by_label(strings.CLOSE).click()
    expect(page.locator("#fn-pane")).to_be_hidden()
    expect(marker).to_be_focused()


def test_the_question_box_stays_in_view(visit, address):
    for size in (WIDE, NARROW):
        page = visit(address, size)
        for _ in range(3):
            turn = ask(page, "What happened to the ferry?")
        expect(turn.locator(".fn-question")).to_be_in_viewport()
        expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_in_viewport(ratio=1)


def test_an_abstention_offers_the_nearest_passages(visit, address):
    page = visit(address)
    turn = ask(page, "Who won?")
    expect(turn).to_contain_text("No article says who won.")
    assert turn.locator(".fn-cite").count() == 0
    turn.locator(".fn-passages button").nth(1).click()
    assert cited(page) == "It sank in 2004."
    expect(page.locator(".fn-steps span")).to_have_text("Passage 2 of 2")


def test_the_list_opens_an_article_and_is_come_back_to(visit, address):
    page = visit(address)
    row = page.locator(".fn-contents button", has_text="The port")
    row.click()
    expect(page.locator(".fn-text")).to_contain_text("The port was closed for a week.")
    assert page.locator("mark").count() == 0
    page.get_by_role("button", name=strings.ALL_ARTICLES).click()
    expect(row).to_be_focused()


def test_examples_edit_and_a_new_conversation(visit, address):
    page = visit(address)
    page.locator(".fn-suggestions button").first.click()
    expect(page.locator(".fn-cite")).to_have_count(3)
    page.get_by_role("button", name=strings.EDIT_QUESTION).click()
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("What happened to the ferry?")
    page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(page.locator(".fn-turn")).to_have_count(0)


def test_quote_and_answer_can_be_copied(visit, address):
    page = visit(address)
    turn = ask(page, "What happened to the ferry?")
    turn.get_by_role("button", name=strings.COPY_ANSWER).click()
    expect(turn.get_by_role("button", name=strings.COPIED)).to_be_visible()
    assert "[^2]: “The port was closed" in page.evaluate("navigator.clipboard.readText()")
    turn.locator(".fn-cite").first.click()
    page.get_by_role("button", name=strings.COPY_QUOTE).click()
    expect(page.get_by_role("button", name=strings.COPIED, exact=True)).to_have_count(2)
    expected = "“The ferry carried 412 people.” (The ferry, Harbour News, 2 March 2004, https://example.org/ferry)"
    assert page.evaluate("navigator.clipboard.readText()") == expected


def test_the_last_of_several_quick_clicks_is_shown(visit, address):
    page = visit(address)
    turn = ask(page, "What happened to the ferry?")
    for _ in range(3):
        turn.evaluate("turn => turn.querySelectorAll('.fn-cite').forEach(marker => marker.click())")
        expect(page.locator(".fn-pane:not(.fn-stale) .fn-steps span")).to_have_text("Footnote 3 of 3")
        assert cited(page) == "It sank in 2004."
        turn.evaluate("turn => [...turn.querySelectorAll('.fn-cite')].reverse().forEach(marker => marker.click())")
        expect(page.locator(".fn-pane:not(.fn-stale) .fn-steps span")).to_have_text("Footnote 1 of 3")
        assert cited(page) == "The ferry carried 412 people."


def test_a_question_asked_before_the_last_is_answered_waits_its_turn(visit, address):
    page = visit(address)
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


def test_an_example_pressed_twice_is_asked_once(visit, address):
    page = visit(address)
    page.locator(".fn-suggestions button").first.dblclick()
    expect(page.locator(".fn-cite")).to_have_count(3)
    page.wait_for_timeout(500)
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("")


def test_enter_in_an_empty_box_changes_nothing(visit, address):
    page = visit(address)
    ask(page, "What happened to the ferry?")
    page.get_by_label(strings.QUESTION_LABEL).press("Enter")
    page.wait_for_timeout(500)
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.locator(".fn-cite")).to_have_count(3)


def test_an_error_is_a_line_in_the_chat(visit, address):
    page = visit(address)
    turn = ask(page, "No model")
    expect(turn.locator(".fn-error")).to_have_text("The model is not there: install it.")
    turn.get_by_role("button", name=strings.ASK_AGAIN).click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(turn.locator(".fn-error")).to_have_text("The model is not there: install it.")
    expect(page.locator(".fn-turn")).to_have_count(1)


def test_a_long_question_is_refused_by_the_server(visit, address):
    page = visit(address)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.evaluate("box => box.removeAttribute('maxlength')")
    turn = ask(page, "x" * 2001)
    expect(turn.locator(".fn-error")).to_contain_text("2,001 characters")


def test_hostile_text_stays_text(visit, address):
    page = visit(address)
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
    assert page.locator(parts).locator("img, script, form, input, style, iframe").count() == 0
    assert page.locator("#fn-pane a").count() == 0


def test_everything_that_can_be_pressed_has_a_name(visit, address):
    page = visit(address)
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
    assert page.title() == strings.PAGE_TITLE


def test_two_readers_do_not_see_each_other(visit, address):
    one, other = visit(address), visit(address)
    ask(one, "What happened to the ferry?")
    turn = ask(other, "Who won?")
    expect(turn).to_contain_text("No article says who won.")
    expect(other.locator(".fn-turn")).to_have_count(1)


def test_an_answer_grows_and_stop_ends_it(visit, address):
    page = visit(address)
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


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def test_what_a_reader_must_know_is_shown_and_can_be_taken_back(visit, address, size, scheme):
    page = visit(address, size, scheme)
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
    assert cited(page) == "The ferry carried 412 people."


def test_feedback_on_an_answer_and_on_a_footnote_is_kept(visit, address):
    page = visit(address, NARROW)
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


def test_a_reload_keeps_the_conversation_and_a_new_tab_begins_anew(visit, address):
    page = visit(address)
    ask(page, "What happened to the ferry?")
    page.reload()
    expect(page.locator(".fn-turn")).to_have_count(1)
    page.locator(".fn-cite").nth(2).click()
    assert cited(page) == "It sank in 2004."
    ask(page, "Who won?")
    expect(page.locator(".fn-turn")).to_have_count(2)
    page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    page.reload()
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(visit(address).locator(".fn-turn")).to_have_count(0)


def test_an_answer_and_the_conversation_can_be_saved_and_printed(visit, address):
    page = visit(address)
    turn = ask(page, "What happened to the ferry?")
    with page.expect_download() as saving:
        turn.get_by_role("button", name=strings.EVIDENCE).click()
    assert json.loads(Path(saving.value.path()).read_text())["schema"] == "footnote.answer/1"
    with page.expect_download() as saving:
        page.get_by_role("button", name=strings.TAKE_MARKDOWN).click()
    assert saving.value.suggested_filename == "footnote.md"
    assert "[^1-3]: “It sank in 2004.”" in Path(saving.value.path()).read_text()
    page.emulate_media(media="print")
    expect(turn.locator(".fn-answer")).to_be_visible()
    expect(page.locator("#fn-pane")).to_be_hidden()
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_hidden()


def test_an_empty_library_says_what_to_do(visit, tmp_path):
    with serving("Scripted()", tmp_path / "log") as url:
        page = visit(url)
        expect(page.locator(".fn-welcome")).to_contain_text(strings.EMPTY_COMMAND)
        expect(page.locator("#fn-pane")).to_contain_text(strings.EMPTY_COMMAND)


BOTH = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@BOTH
def test_what_to_ask_next_is_asked_by_pressing_it(visit, address, size):
    page = visit(address, size)
    turn = ask(page, "What happened to the ferry?")
    turn.get_by_role("button", name="Who is Eve Moss?").click()
    expect(page.locator(".fn-turn")).to_have_count(2)
    expect(page.locator(".fn-question").nth(1)).to_contain_text("Who is Eve Moss?")
    expect(page.locator(".fn-further")).to_have_count(0)


@BOTH
def test_limits_are_set_and_taken_back(visit, address, size):
    page = visit(address, size)
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
def test_the_last_question_is_changed_and_asked_again_in_its_place(visit, address, size):
    page = visit(address, size)
    ask(page, "Who won?")
    turn = ask(page, "What hapened?")
    turn.get_by_role("button", name=strings.EDIT_QUESTION).click()
    chip = page.locator("#fn-limits .fn-chips li")
    expect(chip).to_contain_text(strings.EDITING)
    chip.get_by_role("button").click()
    expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("")
    turn.get_by_role("button", name=strings.EDIT_QUESTION).click()
    box = page.get_by_label(strings.QUESTION_LABEL)
    expect(box).to_have_value("What hapened?")
    box.fill("What happened to the ferry?")
    box.press("Enter")
    expect(page.locator(".fn-cite")).to_have_count(3)
    expect(page.locator(".fn-question")).to_contain_text(["Who won?", "What happened to the ferry?"])
    expect(chip).to_have_count(0)
    page.get_by_role("button", name=strings.ASK_AGAIN).click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator(".fn-cite")).to_have_count(3)
    expect(page.locator(".fn-turn")).to_have_count(2)


@BOTH
def test_what_was_read_opens_beside_the_answer(visit, address, size):
    page = visit(address, size)
    turn = ask(page, "What happened to the ferry?")
    button = turn.get_by_role("button", name=strings.WHAT_IT_READ)
    button.click()
    rows = page.locator(".fn-read button")
    expect(rows).to_have_count(2)
    expect(page.locator(".fn-read")).to_contain_text(f"{strings.READ_UNUSED} (1)")
    rows.nth(1).click()
    expect(page.locator("mark.fn-also").first).to_be_in_viewport()
    expect(page.locator("#fn-pane")).to_contain_text(strings.READ_PASSAGE)
    page.get_by_role("button", name=f"← {strings.READ_TITLE}").click()
    expect(rows).to_have_count(2)
    page.get_by_label(strings.CLOSE).click()
    expect(button).to_be_focused()


@BOTH
def test_the_versions_of_an_article_and_what_changed(visit, address, size):
    page = visit(address, size)
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


@BOTH
def test_a_link_asks_the_same_question_once(visit, address, size):
    page = visit(address, size)
    page.get_by_text(strings.LIMITS, exact=True).click()
    page.get_by_label(strings.LIMIT_PUBLISHER).select_option("Harbour News")
    ask(page, "What happened to the ferry?").get_by_role("button", name=strings.COPY_LINK).click()
    expect(page.get_by_role("button", name=strings.COPIED)).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit(link, size, shows=".fn-cite")
    expect(other.locator(".fn-cite")).to_have_count(3)
    expect(other.locator("[aria-busy]")).to_have_count(0)
    expect(other.locator(".fn-question")).to_contain_text("What happened to the ferry?")
    expect(other.locator(".fn-turn .fn-chips")).to_contain_text("only from Harbour News")
    assert "?" not in other.url
    other.reload()
    expect(other.locator(".fn-cite")).to_have_count(3)
    expect(other.locator(".fn-turn")).to_have_count(1)


def test_the_masthead_leads_to_the_pages(visit, address):
    page = visit(address)
    pages = page.get_by_role("navigation", name=strings.NAVIGATION)
    expect(pages.get_by_role("link", name=strings.PAGES["chat"])).to_have_attribute("aria-current", "page")
    assert pages.get_by_role("link", name=strings.PAGES["library"]).get_attribute("href") == "library"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@BOTH
def test_axe_finds_nothing_grave_in_any_view(visit, address, size, scheme):
    page = visit(address, size, scheme)
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
def test_nothing_jumps_while_an_answer_grows(visit, address, size):
    page = visit(address, size)
    page.evaluate(SHIFTS)
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill(STORY)
    box.press("Enter")
    expect(page.locator(".fn-sentence").nth(4)).to_be_visible()
    page.get_by_role("button", name=strings.STOP, exact=True).click()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert page.evaluate("window.shifted") < 0.1


@pytest.mark.parametrize("size", [WIDE, NARROW, {"width": 720, "height": 450}], ids=["wide", "narrow", "zoomed"])
def test_long_words_and_other_directions_fit(visit, address, size):
    page = visit(address, size)
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


def test_with_forced_colours_and_without_motion_it_works_the_same(visit, address):
    page = visit(address, forced_colors="active", reduced_motion="reduce")
    turn = ask(page, "What happened to the ferry?")
    turn.locator(".fn-cite").nth(2).click()
    assert cited(page) == "It sank in 2004."
    outline = page.locator("mark.fn-cited").evaluate("mark => getComputedStyle(mark).outlineStyle")
    assert outline == "solid"
    box = page.get_by_label(strings.QUESTION_LABEL)
    box.fill("A slow one")
    box.press("Enter")
    dots = page.locator(".fn-dots")
    assert dots.evaluate("dots => getComputedStyle(dots, '::after').animationName") == "none"
    picture(page, "forced colours")
