"""The report's page in a real browser, at desktop and phone width, in light and dark."""

import json
import shutil

import pytest
from evidence import WordOverlap

from footnote.corpus.settings import Settings
from footnote.eval.run import run_suite

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suite")
    long = "unbreakable" * 20
    article = {"id": "a", "title": long, "text": f"The bridge opened in May. It cost {long}. The end was near."}
    rows = [
        {
            "id": f"q{i}",
            "question": f"When was the bridge opened, {'again' if i % 2 else long}?",
            "answerable": i % 3 > 0,
            "evidence": [{"article_id": "a", "quote": "The bridge opened in May."}] if i % 3 else [],
            "tags": ["odd" if i % 2 else "even"],
        }
        for i in range(30)
    ]
    (folder / "articles.jsonl").write_text(json.dumps(article) + "\n")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    subject = WordOverlap(0.5)
    run_suite(folder, folder / "out", Settings(home=folder), opener=lambda _: subject, progress=False, resamples=50)
    return (folder / "out" / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_works(browser, address, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    troubles, asked = [], []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}#q-q4")
    assert page.inner_text("#shown") == "30 of 30"
    assert page.locator("[id='q-q4']").get_attribute("open") is not None
    page.select_option("#outcome", "not answerable")
    page.select_option("#tag", "odd")
    assert page.inner_text("#shown") == "5 of 30"
    page.fill("#find", "AGAIN bridge")
    assert page.inner_text("#shown") == "5 of 30"
    page.fill("#find", "ferry")
    assert page.inner_text("#shown") == "0 of 30"
    page.fill("#find", "")
    page.select_option("#outcome", "")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("mark.cited.gold").count() > 0
    assert troubles == []
    assert asked == [f"{address}#q-q4"] or asked == [address]
    page.close()
