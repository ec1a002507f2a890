"""The library page in headless Chromium: finding, adding, changing; phone, keyboard, hostile text, two users."""

import re
from pathlib import Path

import pytest
from browser import ATTACK, NARROW, WIDE, accessible, picture, serving
from playwright.sync_api import Page, expect

from footnote.corpus.article import Article
from footnote.page import strings
from footnote.page.signin.access import User

pytestmark = pytest.mark.browser

TABLE, PANE, STAGED, TOLD = "#fn-listing", "#fn-pane", "#fn-staged", "#fn-told"
BOTH = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
USERS = {"editor": "long secret", "reader": "other secret"}
QUESTION = "How many passengers did the ferry Skagerrak carry?"
FERRY = (
    "Ferry runs aground\n\nBy Mira Olsen\n\nMay 21, 2020\n\nThe ferry Skagerrak carried 412 passengers when it ran "
    "aground outside of Esbjerg on Wednesday, the harbour master said.\n\nNobody was hurt, and it was free by noon."
)


def real(home, towns=60):
    """The real engine with some small articles; those named after a test are that test's own."""
    from footnote.corpus.settings import Settings
    from footnote.qa.engine import Engine

    def item(n):
        return Article(f"item-{n}", f"Town number {n} has a new mayor.", f"Mayor of town {n:03d}", ("Ann Lee",),
                       ("Wire", "Post", "Daily")[n % 3], f"20{n % 20:02d}-0{n % 9 + 1}-11")  # fmt: skip

    engine = Engine.open(Settings(home=Path(home)))
    own = [
        Article(name, f"It is about {name}, and was written in May.", f"Story of {name}", published="2021-05-03")
        for name in ("editing", "withdrawing", "erasing", "keys", "phone")
    ]
    own += [Article("changing", f"The fire of {year} burnt for 3 days.", "Story of changing") for year in (2019, 2020)]
    own.append(Article("attack", f"{ATTACK}\n\nQuoted {ATTACK}", ATTACK, (ATTACK,), ATTACK, "", "javascript:pwned=1"))
    assert sum(1 for _ in engine.add_many([*(item(n) for n in range(towns)), *own])) == towns + 8
    return engine


def two():
    """The options of a server with an editor and a reader."""
    from footnote.page.server.options import ServerOptions

    return ServerOptions(users=tuple(User(name, USERS[name], name == "editor") for name in USERS))


@pytest.fixture(scope="module")
def address(tmp_path_factory, chromium):
    folder = tmp_path_factory.mktemp("library")
    with serving(f"real({str(folder / 'home')!r})", folder / "log", "tests.browser.test_library", quiet=False) as url:
        yield url


@pytest.fixture
def library(visit, address):
    """Open the library page."""

    def open_page(size=WIDE, scheme="light", search="", **options):
        return visit(f"{address}/library{search}", size, scheme, shows=".fn-found", **options)

    return open_page


def titles(page: Page):
    return page.locator(".fn-row-title").all_inner_texts()


def field(page: Page, name: str):
    return page.locator(f".fn-search [name={name}]")


def find(page: Page, words: str, count=1):
    """Look for words and wait for the table."""
    page.get_by_role("searchbox").fill(words)
    expect(page.locator(".fn-row-title")).to_have_count(count)


def open_story(page: Page, name: str):
    find(page, f"story {name}")
    page.get_by_role("button", name=f"Story of {name}").click()
    expect(page.locator(f"{PANE} .fn-pane-title")).to_contain_text(f"Story of {name}")
    expect(page.locator(f"{PANE} .fn-pane-title")).to_be_focused()


def choose_files(page: Page, *files):
    sent = [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files]
    page.set_input_files("#fn-files", sent)


def adding(page: Page):
    page.get_by_role("button", name=strings.LIBRARY_ADD, exact=True).click()
    expect(page.locator("#fn-add .fn-side-title").first).to_be_focused()


def add(page: Page):
    """Add what waits, and wait for the result."""
    page.locator(f"{STAGED} [data-do=add]").click()
    expect(page.locator(f"{STAGED} [data-state=done]")).to_be_visible()


@BOTH
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_finding_articles(library, size, scheme):
    page = library(size, scheme)
    accessible(page, f"library-{scheme}-{size['width']}")
    expect(page.locator(".fn-count")).to_contain_text("1 to 50 of")
    assert page.locator(".fn-table tbody tr").count() == 50
    page.get_by_role("button", name=strings.LIBRARY_NEXT).click()
    expect(page.locator(".fn-count")).to_contain_text("51 to")
    find(page, "mayor 007")
    assert titles(page) == ["Mayor of town 007"]
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("mayor 007")
    assert titles(page) == ["Mayor of town 007"]
    find(page, "mayor", 50)
    if size == NARROW:
        page.get_by_text(strings.LIBRARY_MORE_FILTERS).click()
    field(page, "publisher").select_option("Wire")
    expect(page.locator(".fn-row-title")).to_have_count(20)
    field(page, "after").fill("2015-01-01")
    expect(page.locator(".fn-row-title")).to_have_count(5)
    field(page, "order").select_option("title ascending")
    expect(page.locator(".fn-row-title").first).to_have_text("Mayor of town 015")
    assert titles(page) == sorted(titles(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_heads_of_the_columns_sort(library):
    page = library()
    head = page.get_by_role("columnheader", name="Title")
    assert head.get_attribute("aria-sort") is None
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    first = titles(page)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert titles(page) != first
    expect(field(page, "order")).to_have_value("title descending")


@BOTH
def test_what_one_page_adds_can_be_asked_in_another(visit, library, address, size):
    asking = visit(address, size)
    page = library(size)
    adding(page)
    unlike = "Bread\n\nBread became dear in May, as millers paid more for wheat."
    story = FERRY.replace("412", "412" if size == WIDE else "413")
    choose_files(page, (f"../{ATTACK}.txt", unlike), ("ferry.txt", story), ("broken.pdf", "nonsense"))
    items = page.locator(f"{STAGED} li")
    expect(items).to_have_count(3)
    expect(items.nth(1)).to_contain_text("Ferry runs aground")
    expect(items.nth(1)).to_contain_text("21 May 2020 · Mira Olsen")
    expect(items.nth(2)).to_contain_text("Refused: it is called a pdf file and is none")
    accessible(page, f"library-adding-{size['width']}")
    add(page)
    expect(items.nth(1)).to_contain_text("added" if size == NARROW else "Added")
    accessible(page, f"library-added-{size['width']}")
    box = asking.get_by_label(strings.QUESTION_LABEL)
    box.fill(QUESTION)
    box.press("Enter")
    answer = asking.locator(".fn-turn:not([aria-busy]) .fn-answer")
    expect(answer).to_contain_text("412 passengers" if size == WIDE else "413 passengers")


@BOTH
def test_details_of_one_file_are_set_before_it_is_added(library, size):
    page = library(size)
    adding(page)
    choose_files(page, (f"note{size['width']}.txt", f"A note of {size['width']} words says that bread became dear."))
    item = page.locator(f"{STAGED} li").first
    item.get_by_text(strings.LIBRARY_EDIT).click()
    accessible(page, f"library-details-{size['width']}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for name, value in (
        ("title", f"Dear bread {size['width']}"),
        ("authors", "Mira Olsen"),
        ("published", "2020-05-21"),
    ):
        item.locator(f"[name={name}]").fill(value)
    item.get_by_role("button", name=strings.SAVE).click()
    expect(item).to_contain_text(f"Dear bread {size['width']}")
    expect(item).to_contain_text("21 May 2020 · Mira Olsen")
    add(page)
    if size == WIDE:  # on a phone, what is added lies over the list
        find(page, f"dear bread {size['width']}")


@pytest.fixture
def no_attack(library):
    """Open the page and, at the end, see that nothing of what it showed was executed."""
    opened = []

    def open_page(*given, **options):
        opened.append(library(*given, **options))
        return opened[-1]

    yield open_page
    for page in opened:
        assert page.evaluate("window.pwned") is None
        assert page.locator("main img, main iframe, main style, main script").count() == 0


@BOTH
def test_hostile_text_shows_as_it_is(no_attack, size):
    page = no_attack(size)
    find(page, "onerror pwned")
    title = page.locator(".fn-row-title").first
    expect(title).to_have_text(ATTACK)
    title.click()
    expect(page.locator(f"{PANE} .fn-pane-title")).to_have_text(ATTACK)
    expect(page.locator(f"{PANE} .fn-text")).to_contain_text(f"Quoted {ATTACK}")
    assert page.locator(f"{PANE} a[href^=javascript]").count() == 0
    page.locator("[data-do=purge]").click()
    expect(page.get_by_role("dialog", name=strings.LIBRARY_PURGE_ASK)).to_contain_text("onerror=pwned=1")
    page.get_by_role("button", name=strings.CANCEL).click()
    page.locator(f"{PANE} .fn-close").click()
    adding(page)
    choose_files(page, (f"{ATTACK}.txt", f"{ATTACK}\n\nQuoted {ATTACK} {size['width']}"), (f"{ATTACK}.png", "\0\0"))
    expect(page.locator(f"{STAGED} li")).to_have_count(2)
    picture(page, f"library-hostile-{size['width']}")
    page.locator(f"{STAGED} [data-do=clear]").click()
    expect(page.locator(f"{STAGED} li")).to_have_count(0)


def test_pasting_an_address_and_leaving_out(library):
    page = library()
    adding(page)
    page.locator("[name=address]").fill("http://127.0.0.1/secret")
    page.get_by_role("button", name=strings.LIBRARY_READ_ADDRESS).click()
    expect(page.locator(f"{STAGED} li")).to_contain_text("Refused")
    page.get_by_text(strings.LIBRARY_PASTE, exact=True).click()
    form = page.locator(".fn-paste[data-form]")
    form.get_by_label("Title").fill("A pasted story")
    form.get_by_label("Authors").fill("Ann Lee\nBo Ek")
    form.get_by_label(strings.LIBRARY_PASTED_TEXT).fill("The harbour closed on Thursday. It opened on Friday.")
    form.get_by_role("button", name=strings.LIBRARY_PREVIEW).click()
    expect(page.locator(f"{STAGED} li").nth(1)).to_contain_text("Ann Lee and Bo Ek · 9 words")
    page.locator(f"{STAGED} li").first.get_by_role("button").click()
    expect(page.locator(f"{STAGED} li")).to_have_count(1)
    page.reload()
    expect(page.locator(f"{STAGED} li")).to_contain_text("A pasted story")
    add(page)
    expect(page.locator(STAGED)).to_contain_text("1 article is in the library now")
    find(page, "pasted story")


def test_files_are_dropped_anywhere(library):
    page = library()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          const text = "Drops\\n\\nIt was dropped on the page, and read.";
          data.items.add(new File([text], "drop.txt", {type: "text/plain"}));
          for (const type of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator(f"{STAGED} li")).to_contain_text("Drops")
    page.locator(f"{STAGED} [data-do=clear]").click()
    expect(page.locator(f"{STAGED} li")).to_have_count(0)


@BOTH
def test_details_are_edited(library, size):
    page = library(size, forgiven="422")
    open_story(page, "editing")
    page.get_by_text(strings.LIBRARY_EDIT).click()
    accessible(page, f"library-article-{size['width']}")
    form = page.locator("[data-form=edit]")
    form.get_by_label("Publisher").fill(f"Publisher {size['width']}")
    form.get_by_label("Date").fill("never")
    form.get_by_role("button", name=strings.SAVE).click()
    expect(page.locator(TOLD)).to_contain_text("never")
    form.get_by_label("Date").fill("2021-06")
    form.get_by_role("button", name=strings.SAVE).click()
    expect(page.locator(TOLD)).to_contain_text(strings.LIBRARY_SAVED)
    expect(page.locator(f"{PANE} .fn-kicker")).to_have_text(f"Publisher {size['width']}, June 2021")
    expect(page.locator(f"{TABLE} .fn-col-publisher").last).to_have_text(f"Publisher {size['width']}")


@BOTH
def test_withdrawing_is_undone(library, size):
    page = library(size)
    open_story(page, "withdrawing")
    page.locator("[data-do=withdraw]").click()
    expect(page.locator(TOLD)).to_contain_text("“Story of withdrawing” was withdrawn")
    expect(page.locator(f"{PANE} .fn-notice")).to_have_text(strings.LIBRARY_WITHDRAWN_NOTE)
    expect(page.locator(".fn-row-title")).to_have_count(0)
    accessible(page, f"library-withdrawn-{size['width']}")
    page.get_by_role("button", name=strings.UNDO).click()
    expect(page.locator(TOLD)).to_contain_text("is back")
    expect(page.locator(".fn-row-title")).to_have_count(1)
    page.locator("[data-do=withdraw]").click()
    expect(page.locator(".fn-row-title")).to_have_count(0)
    page.locator(f"{PANE} .fn-close").click()
    if size == NARROW:
        page.get_by_text(strings.LIBRARY_MORE_FILTERS).click()
    page.get_by_label(strings.LIBRARY_WITHDRAWN_ONLY).check()
    page.get_by_role("button", name="Story of withdrawing").click()
    page.locator("[data-do=restore]").last.click()
    expect(page.locator(f"{PANE} .fn-notice")).to_have_count(0)


def test_versions_and_what_changed(library):
    page = library(search="?article=changing")
    expect(page.locator(f"{PANE} .fn-text")).to_have_text("The fire of 2020 burnt for 3 days.")
    page.get_by_text("2 versions", exact=True).last.click()
    page.get_by_role("button", name=re.compile("^What changed")).click()
    expect(page.locator(f"{PANE} del")).to_contain_text("2019")
    expect(page.locator(f"{PANE} ins")).to_contain_text("2020")
    accessible(page, "library-changes")
    page.go_back()
    expect(page.locator(f"{PANE} .fn-text")).to_have_text("The fire of 2020 burnt for 3 days.")


@BOTH
def test_erasing_asks_first_and_says_what_it_did(library, address, visit, size):
    page = library(size)
    name = "erasing" if size == WIDE else "phone"
    open_story(page, name)
    page.locator("[data-do=purge]").click()
    dialog = page.get_by_role("dialog", name=strings.LIBRARY_PURGE_ASK)
    erase = dialog.get_by_role("button", name=strings.LIBRARY_PURGE)
    erase.click()
    expect(dialog).to_be_visible()
    accessible(page, f"library-erasing-{size['width']}")
    dialog.get_by_role("checkbox").check()
    erase.click()
    expect(page.locator(TOLD)).to_contain_text("Erased: 1 article, 1 version, 1 passage")
    expect(page.locator(".fn-row-title")).to_have_count(0)
    expect(page.locator(PANE)).not_to_be_visible()


def test_all_of_it_by_keyboard(library):
    page = library()
    search = page.get_by_role("searchbox")
    search.focus()
    search.press_sequentially("story keys")
    expect(page.locator(".fn-row-title")).to_have_count(1)
    title = page.locator(".fn-row-title")
    title.press("Enter")
    expect(page.locator(f"{PANE} .fn-pane-title")).to_be_focused()
    page.locator(f"{PANE} .fn-pane-title").press("Escape")
    expect(page.locator(PANE)).not_to_be_visible()
    expect(title).to_be_focused()
    page.get_by_role("button", name=strings.LIBRARY_ADD, exact=True).press("Enter")
    expect(page.locator("#fn-add .fn-side-title").first).to_be_focused()
    page.locator("#fn-add .fn-side-title").first.press("Escape")
    expect(page.get_by_role("button", name=strings.LIBRARY_ADD, exact=True)).to_be_focused()


def test_on_a_phone_the_way_back_closes_the_article(library):
    page = library(NARROW)
    page.locator(".fn-row-title").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#fn-shelf")).to_have_attribute("inert", "")
    page.go_back()
    expect(page.locator(PANE)).not_to_be_visible()
    expect(page.locator("#fn-shelf")).not_to_have_attribute("inert", "")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, chromium):
    folder = tmp_path_factory.mktemp("guarded")
    expression = f"real({str(folder / 'home')!r}, towns=0)"
    with serving(expression, folder / "log", "tests.browser.test_library", "{'options': two()}", quiet=False) as url:
        yield url


def signed_in(visit, url, name):
    page = visit(f"{url}/library", shows="form", forgiven="401|403", own=True)
    page.locator("input[type=text], input[name=name], input[autocomplete=username]").first.fill(name)
    page.locator("input[type=password]").fill(USERS[name])
    page.locator("input[type=password]").press("Enter")
    expect(page.locator(".fn-found")).to_be_visible()
    return page


def test_a_reader_reads_and_an_editor_edits(visit, guarded):
    reader, editor = signed_in(visit, guarded, "reader"), signed_in(visit, guarded, "editor")
    open_story(reader, "editing")
    expect(reader.locator(f"{PANE} .fn-text")).to_contain_text("It is about editing")
    for control in (strings.LIBRARY_ADD, strings.LIBRARY_WITHDRAW, strings.LIBRARY_PURGE, strings.LIBRARY_EDIT):
        assert reader.get_by_text(control, exact=True).count() == 0
    draft = editor.locator(".fn-tools").get_attribute("data-draft")
    refused = reader.evaluate(
        """async (draft) => {
          const post = (path, body) =>
            fetch(`library/${path}draft=${draft}`, {method: "POST", body}).then((answer) => answer.status);
          const change = JSON.stringify({doing: "withdraw", article: "editing"});
          return [await post("change?", change), await post("stage?kind=file&name=a.txt&", "Words and words."),
            await post("add?", ""), await post("waiting?", "{}")];
        }""",
        draft,
    )
    assert refused == [403] * 4
    open_story(editor, "editing")
    editor.locator("[data-do=withdraw]").click()
    expect(editor.locator(TOLD)).to_contain_text("was withdrawn")
    reader.get_by_role("searchbox").fill("story  editing")
    expect(reader.locator(".fn-row-title")).to_have_count(0)
