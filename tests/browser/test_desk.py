"""Conversations that last, in headless Chromium: their list, their names, and what becomes of them."""

import json
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from articles import found
from browser import NARROW, WIDE, accessible
from chatting import ask, cited, more
from kills import ToyEncoder
from live import live
from llm_server import llm_server
from playwright.sync_api import expect
from scripted import Scripted, answered, passage

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.index.database.conversations import ConversationStore, KeptTurn
from footnote.index.database.purge import purge
from footnote.index.database.watches import Watches
from footnote.index.library import Library
from footnote.index.passages import PassageIndex
from footnote.page import strings
from footnote.page.desk.conversation_list import SHOWN
from footnote.page.desk.settings import KNOWN
from footnote.qa.engine import Engine

pytestmark = pytest.mark.browser
SIZES = [WIDE, {"width": 1024, "height": 768}, NARROW]
FELL, ROSE = "What fell?", "What rose?"
HARBOUR = "The harbour of Bay Town closed on Monday after engineers found cracks. Repairs will take six weeks."


@pytest.fixture
def desk(tmp_path, visit):
    """Serves, as often as it is called, one library: each time as after a restart. Pages are left before, or not."""
    index = PassageIndex(Settings(tmp_path / "home"), ToyEncoder("toy", 16))
    list(index.add([found("oil", "Oil fell by 3 percent. Gas rose.")]))
    oil = index.library.article("oil")
    script = {
        FELL: answered(FELL, passage(oil, "Oil fell by 3 percent.")),
        ROSE: answered(ROSE, passage(oil, "Gas rose.")),
    }

    @contextmanager
    def served(stays=False):
        with live(Scripted(index.library, script, [FELL])) as url:
            yield url
            if not stays:
                visit.leave()

    yield served
    index.close()


@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024", "390"])
def test_the_text_is_searched_beside_the_chat(visit, desk, size):
    with desk() as url:
        page = visit(url, size)
        if size["width"] < 1000:
            page.get_by_role("button", name="See the article").click()
        page.get_by_label(strings.FIND).fill("percnt")
        hit = page.locator("#fn-found .fn-found-words")
        expect(hit).to_contain_text("Oil fell by 3 percent.")
        expect(hit.locator("mark")).to_have_text("percent")
        expect(page.locator("#fn-found")).to_contain_text("percnt: found as percent")
        accessible(page, f"found {size['width']}")
        hit.click()
        assert cited(page) == "Oil fell by 3 percent."
        expect(page.locator(".fn-foot")).to_have_count(0)
        page.get_by_role("button", name=strings.ALL_ARTICLES).click()
        expect(page.locator("#fn-found .fn-found-words")).to_be_visible()
        page.locator("#fn-found .fn-found-words").click()
        page.get_by_role("button", name=strings.ONLY_THIS).click()
        expect(page.locator("#fn-limits .fn-chips")).to_contain_text("only oil")
        expect(ask(page, FELL).locator(".fn-chips")).to_contain_text("only “oil”")


def test_the_keyboard_asks_goes_and_finds(visit, desk):
    with desk() as url:
        page = visit(url)
        first, second = ask(page, FELL), ask(page, ROSE)
        page.locator("body").evaluate("document.activeElement.blur()")
        page.keyboard.press("n")
        assert cited(page) == "Gas rose."
        page.keyboard.press("Escape")
        page.locator("body").evaluate("document.activeElement.blur()")
        page.keyboard.press("k")
        expect(first).to_be_focused()
        page.keyboard.press("j")
        expect(second).to_be_focused()
        page.keyboard.press("/")
        expect(page.get_by_label(strings.QUESTION_LABEL)).to_be_focused()
        page.keyboard.type("n/?")
        expect(page.get_by_label(strings.QUESTION_LABEL)).to_have_value("n/?")
        page.get_by_label(strings.QUESTION_LABEL).fill("")
        page.locator("body").evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name=strings.HELP)).to_contain_text("Ctrl+K")
        accessible(page, "help")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.get_by_role("textbox", name=strings.COMMAND).fill("gas rose")
        dialog = page.get_by_role("dialog", name=strings.COMMAND_OPEN)
        expect(dialog.locator(".fn-found-words")).to_contain_text("Gas rose.")
        accessible(page, "everything")
        page.get_by_role("textbox", name=strings.COMMAND).fill(FELL)
        page.keyboard.press("Enter")
        expect(page.locator("[data-turn='2'] .fn-sentence")).to_contain_text("Oil fell by 3 percent.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024", "390"])
def test_axe_finds_nothing_grave_in_any_dialog(visit, desk, size, scheme):
    with desk() as url:
        page = visit(url, size, scheme)
        ask(page, FELL)
        for name in (strings.WATCHED, strings.HELP, strings.COMMAND_OPEN):
            page.locator("body").evaluate("document.activeElement.blur()")
            if name in (strings.HELP, strings.COMMAND_OPEN):
                page.keyboard.press("?" if name == strings.HELP else "Control+k")
            else:
                if size["width"] < 1280:
                    page.get_by_role("button", name=strings.CONVERSATIONS).click()
                page.get_by_role("button", name=name, exact=True).click()
            expect(page.get_by_role("dialog", name=name)).to_be_visible()
            accessible(page, f"{name} {size['width']} {scheme}")
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog", name=name)).to_be_hidden()


def test_a_question_is_watched_and_left(visit, desk):
    with desk() as url:
        page = visit(url)
        more(ask(page, FELL), strings.WATCH)
        expect(page.locator(".fn-undo")).to_contain_text(strings.WATCHING)
        page.get_by_role("button", name=strings.WATCHED).click()
        dialog = page.get_by_role("dialog", name=strings.WATCHED)
        expect(dialog).to_contain_text(FELL)
        accessible(page, "watched")
        dialog.get_by_role("button", name=strings.WATCH_LEAVE.format(question=FELL)).click()
        expect(dialog).to_contain_text(strings.WATCH_NONE)


def test_on_a_phone_targets_are_large_and_the_source_is_a_sheet(visit, desk):
    with desk() as url:
        page = visit(url, NARROW)
        turn = ask(page, FELL)
        sizes = page.evaluate(
            """[...document.querySelectorAll('button, a[href], summary, input:not([type=hidden])')]
            .filter(e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
            .filter(e => !e.matches('.fn-cite'))
            .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
            .filter(([, r]) => r.width && (r.width < 24 || r.height < 24))
            .map(([name, r]) => [name, r.width, r.height])"""
        )
        assert sizes == []
        turn.locator(".fn-cite").click()
        assert cited(page) == "Oil fell by 3 percent."
        top = page.locator("#fn-pane").evaluate("pane => pane.getBoundingClientRect().top")
        assert top > 50


def test_what_was_loaded_is_read_when_the_server_is_away(visit, desk):
    with desk(stays=True) as url:
        page = visit(url, service_workers="allow", own=True, forgiven=".*")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        ask(page, FELL)
        expect(page.locator("#fn-rows a")).to_have_count(1)
        page.wait_for_timeout(1000)
    page.reload()
    expect(page.locator(".fn-away")).to_be_visible()
    expect(page.locator(".fn-sentence")).to_contain_text("Oil fell by 3 percent.")
    expect(page.locator("button[data-do=again]")).to_have_count(0)


def test_copies_in_the_browser_are_gone_at_the_first_visit_after_a_purge(visit, desk, tmp_path):
    with desk() as url:
        page = visit(url, service_workers="allow", own=True, forgiven="ERR_CONNECTION|Failed to fetch|errored out")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        ask(page, FELL)
        held = """async () => {
            const cache = await caches.open('footnote-1');
            return (await cache.keys()).filter(({ url }) => new URL(url).searchParams.has('c')).length;
        }"""
        until = f"async () => (await ({held})()) === %s"
        page.wait_for_function(until % 1)
        page.reload()
        expect(page.locator(".fn-sentence")).to_contain_text("Oil fell by 3 percent.")
        page.wait_for_function(until % 1)
        with closing(Library(tmp_path / "home")) as library:
            purge(library, ["oil"])
        page.goto(f"{url}/")
        page.wait_for_function(until % 0)


def rows(page):
    return page.locator("#fn-rows a")


def choose(page, row, what):
    line = page.locator("#fn-rows li").nth(row)
    line.hover()
    line.locator(".fn-row-more").click()
    page.locator("#fn-row-menu").get_by_role("button", name=what, exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024", "390"])
def test_conversations_are_listed_found_renamed_pinned_deleted_and_had_back(visit, desk, size, scheme):
    with desk() as url:
        page = visit(url, size, scheme)
        narrow = size["width"] < 1280

        def drawn():
            if narrow and not page.locator("body.fn-drawn").count():
                page.get_by_role("button", name=strings.CONVERSATIONS).click()

        ask(page, FELL)
        page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
        expect(page.locator(".fn-welcome")).to_be_visible()
        ask(page, ROSE)
        drawn()
        expect(rows(page)).to_contain_text([ROSE, FELL])
        expect(rows(page).first).to_have_attribute("aria-current", "page")
        accessible(page, f"conversations {size['width']} {scheme}")
        choose(page, 1, strings.PIN)
        expect(rows(page)).to_contain_text([FELL, ROSE])
        choose(page, 0, strings.RENAME)
        page.get_by_role("textbox", name=strings.CONVERSATION_NAME).fill("<b>Oil</b>")
        page.get_by_role("button", name=strings.SAVE, exact=True).click()
        expect(rows(page)).to_contain_text(["<b>Oil</b>", ROSE])
        page.get_by_label(strings.SEARCH_CONVERSATIONS).fill("gas rose")
        expect(rows(page)).to_have_count(1)
        expect(rows(page)).to_contain_text(ROSE)
        page.get_by_label(strings.SEARCH_CONVERSATIONS).fill("nothing of it")
        expect(page.locator("#fn-rows")).to_contain_text(strings.NO_CONVERSATION_FOUND)
        page.get_by_label(strings.SEARCH_CONVERSATIONS).fill("")
        expect(rows(page)).to_have_count(2)
        choose(page, 1, strings.DELETE)
        expect(rows(page)).to_have_count(1)
        expect(page.locator(".fn-welcome")).to_be_attached()
        page.get_by_role("button", name=strings.UNDO).click()
        expect(rows(page)).to_have_count(2)
        drawn()
        rows(page).first.click()
        expect(page.locator(".fn-question")).to_contain_text(FELL)
        address = page.url
        page.goto("about:blank")
    with desk() as again:
        page = visit(
            f"{again}/{address.partition('/?')[2] and '?' + address.partition('/?')[2]}", size, scheme, shows=".fn-turn"
        )
        expect(page.locator(".fn-question")).to_contain_text(FELL)
        expect(page.locator(".fn-sentence")).to_contain_text("Oil fell by 3 percent.")


def test_a_language_model_is_looked_for_chosen_and_set_beside_the_articles(visit, tmp_path, monkeypatch):
    engine = Engine.open(Settings(tmp_path / "home"))
    list(engine.add_many([Article("harbour", HARBOUR, "Harbour closes", published="2020-05-21")]))
    with llm_server(text="The harbour closed on Monday. [1]") as (url, script), live(engine) as desk:
        monkeypatch.setitem(KNOWN, "Ollama", urlsplit(url).port)
        page = visit(desk, forgiven="422|ERR_CONNECTION")
        page.get_by_role("button", name=strings.SETTINGS, exact=True).click()
        dialog = page.get_by_role("dialog", name=strings.SETTINGS)
        expect(dialog.locator("#fn-models")).to_be_empty()
        assert script.looked == 0
        dialog.get_by_role("button", name=strings.SETTINGS_LOOK).click()
        dialog.get_by_role("button", name="Ollama: m").click()
        accessible(page, "settings")
        dialog.get_by_label(strings.SETTINGS_SURE).fill("101")
        dialog.get_by_role("button", name=strings.SAVE).click()
        expect(page.locator(".fn-undo")).to_contain_text(strings.SETTINGS_BAD_SURE)
        dialog.get_by_label(strings.SETTINGS_SURE).fill("10")
        dialog.get_by_label(strings.SETTINGS_AS_OF).fill("2020-05-22")
        dialog.get_by_role("button", name=strings.SAVE).click()
        expect(dialog).to_have_count(0)
        expect(page.locator("#fn-limits .fn-chips")).to_contain_text("as of 22 May 2020")
        turn = ask(page, "When did the harbour close?")
        expect(turn.locator(".fn-sentence")).to_have_text("The harbour closed on Monday.")
        more(turn, strings.OWN)
        sides = page.get_by_role("dialog", name=strings.OWN).locator("section")
        expect(sides).to_contain_text(["The harbour closed on Monday.", HARBOUR.partition(". ")[0]])
        left, right = (sides.nth(n).bounding_box() for n in (0, 1))
        assert left["y"] == right["y"]
        assert left["x"] < right["x"]
        accessible(page, "side by side")
        sides.nth(1).locator(".fn-cite").first.click()
        assert cited(page) == f"{HARBOUR.partition('. ')[0]}."
        page.get_by_role("button", name=strings.NEW_CONVERSATION).click()
        expect(page.locator("#fn-limits .fn-chips")).to_contain_text("as of 22 May 2020")
        visit.leave()
    engine.close()


def test_earlier_conversations_are_shown_when_they_are_asked_for(visit, desk, tmp_path):
    with desk() as url:
        library = Library(tmp_path / "home")
        for n in range(SHOWN + 3):
            ConversationStore(library).put(f"c{n}", "", KeptTurn(0, f"Question {n}?", ""), "")
        library.close()
        page = visit(url)
        expect(rows(page)).to_have_count(SHOWN)
        page.get_by_role("button", name=strings.ALL_CONVERSATIONS).click()
        expect(rows(page)).to_have_count(SHOWN + 3)


def test_questions_are_understood_and_what_is_declined_says_why(visit, tmp_path):
    engine = Engine.open(Settings(tmp_path / "home"))
    told = [("2020-01-04", "A drone strike killed Maj. Gen. Qassim Suleimani near Baghdad on January 3, 2020."),
            ("2020-05-14", "Boats of Qassem Soleimani were painted green."),
            ("2020-05-21", HARBOUR)]  # fmt: skip
    list(engine.add_many(Article(f"a{day}", text, f"Of {day}", published=day) for day, text in told))
    with live(engine) as desk:
        page = visit(desk)
        turn = ask(page, "When was Qassem Soleimani killed?")
        expect(turn.locator(".fn-answer")).to_contain_text("January 3, 2020")
        expect(turn.locator(".fn-notice")).to_contain_text("“Soleimani” as “Suleimani”")
        turn = ask(page, "Pourquoi la mairie de Lyon a-t-elle fermé ?")
        expect(turn.locator(".fn-reason")).to_contain_text("seems to be in French")
        turn = ask(page, "Who won the chess title in Reykjavik?")
        expect(turn.locator(".fn-none")).to_be_visible()
        expect(turn).not_to_contain_text("limits that were set")
        expect(turn.locator(".fn-suggestions, .fn-reason").first).to_be_visible()
        turn = ask(page, "As of January 10, 2020, what happened last week?")
        expect(turn.locator(".fn-chips")).to_contain_text("last week: 30 December 2019 to 5 January 2020")
        expect(turn.locator(".fn-answer")).to_contain_text("January 3, 2020")
        visit.leave()
    engine.close()


def test_an_editor_is_told_what_has_changed_for_whom(visit, desk, tmp_path):
    with desk() as url:
        library = Library(tmp_path / "home")
        kept = Watches(library)
        watch = kept.add("", FELL, "{}")
        said = {"status": "answered", "citations": [], "disagreements": []}
        news = json.dumps({"before": {**said, "text": "Oil fell by 2."}, "now": {**said, "text": "Oil fell by 3."}})
        (each,) = [each for each in kept.of("") if each.id == watch]
        kept.asked(each, json.dumps({"answer": said}), library.generation(), news)
        library.close()
        page = visit(url)
        line = f"1 new answer since {datetime.now(UTC):%A}"
        expect(page.locator(".fn-list-foot").first).to_contain_text(line)
        page.get_by_role("button", name=strings.WATCHED).click()
        dialog = page.get_by_role("dialog", name=strings.WATCHED)
        expect(dialog).to_contain_text("Oil fell by 3.")
        expect(dialog.locator(".fn-newest").first).to_have_text(line)
        expect(dialog.get_by_role("link", name=strings.WATCH_FEED)).to_be_visible()
        accessible(page, "news")
