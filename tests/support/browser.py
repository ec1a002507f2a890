"""What the browser tests share: a server in a process of its own, Chromium, pages that are watched, and axe-core.

The fixtures ``chromium``, ``visit`` and ``chat`` are there in every test, without an import. Set the variable
``FOOTNOTE_SCREENSHOTS`` to a folder to keep pictures: of each page at the end of its test, and of what `picture` is
called for.
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

expect.set_options(timeout=30_000)

ROOT = Path(__file__).parents[2]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 300
"""How many seconds a server has to start in: a busy machine may take minutes to read the first articles."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
ATTACK = (
    "<img src=//evil.example/x onerror=pwned=1><script>pwned=1</script>\"' onmouseover='pwned=1' {{constructor}} "
    "${pwned=1} [7] <form action=//evil.example><input type=password></form><style>*{display:none}</style>"
)

SERVER = """
import sys
sys.path[:0] = sys.argv[1:3]
from footnote.corpus.offline import shut_network
shut_network()
from importlib import import_module
from footnote import app
known = vars(import_module(sys.argv[3]))
app.serve(eval(sys.argv[4], known), port=0, **eval(sys.argv[5], known))
"""


@contextmanager
def serving(expression, log, module, options="{}", quiet=True):
    """Serve the engine of an expression in a process of its own; gives the address.

    ``options`` is an expression too: further arguments of ``app.serve``. Both see the names of the test ``module``.
    Unless ``quiet`` is false, the server may write nothing but where it is.
    """
    command = [sys.executable, "-c", SERVER, str(ROOT), str(ROOT / "tests" / "support"), module, expression, options]
    with log.open("w") as errors:
        server = subprocess.Popen(command, cwd=ROOT, stdout=errors, stderr=errors)
    try:
        for _ in range(5 * PATIENCE):
            found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
            if found or server.poll() is not None:
                break
            try:
                server.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        assert found, log.read_text()
        yield found.group()
    finally:
        server.terminate()
        server.wait(60)
    assert not quiet or log.read_text().count("\n") == 1, log.read_text()


@pytest.fixture(scope="session")
def chat(tmp_path_factory):
    """The address of a chat with the scripted engine of ``chatting``, for all tests."""
    with serving("scripted()", tmp_path_factory.mktemp("chat") / "log", "chatting") as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    """The browser, once for the tests of a module."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no Chromium: install Debian's `chromium` package")
        pytest.skip("there is no Chromium: install Debian's `chromium` package")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def contexts(chromium):
    """Give the context for some options of Playwright's: what was loaded once is there for the next page."""
    kept = {}

    def context(size, own, **options):
        key = repr((size, options))
        if own or key not in kept:
            options = {"service_workers": "block", **options}
            made = chromium.new_context(viewport=size, has_touch=size == NARROW, **options)
            made.grant_permissions(["clipboard-read", "clipboard-write"])
            made.set_default_timeout(30_000)
            if own:
                return made
            kept[key] = made
        return kept[key]

    return context


@pytest.fixture
def visit(contexts, request):
    """Open pages, each a tab of its own; those that are each other's ``own`` share no cookies either.

    At the end, nothing was logged as an error, no answer of the server was one, and no other host was asked for
    anything; ``forgiven`` is a pattern of such troubles that a test brings about. ``shows`` is waited for. A page that
    listens to a server is in trouble as that stops, now and then: ``visit.leave()`` closes the pages before it does.
    """
    pages, troubles = [], []

    def visit(url, size=WIDE, scheme="light", shows=".fn-welcome", forgiven=None, own=False, **options):
        here = urlsplit(url)

        def trouble(text):
            if "blocked by Playwright" in text:  # the service worker, which would hide requests from `page.route`
                return
            if forgiven is None or not re.search(forgiven, text):
                troubles.append(text)

        def asked(address):
            if not address.startswith((f"{here.scheme}://{here.netloc}/", "data:")):
                trouble(address)

        page = contexts(size, own, color_scheme=scheme, **options).new_page()
        pages.append(page)
        page.on("console", lambda m: trouble(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: trouble(str(error)))
        page.on("response", lambda r: trouble(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on("request", lambda r: asked(r.url))
        page.goto(url)
        expect(page.locator(shows).first).to_be_visible()
        return page

    def leave():
        for number, page in enumerate(pages):
            if not page.is_closed():
                picture(page, f"{request.node.name}-{number}")
                page.close()

    visit.leave = leave
    yield visit
    leave()
    assert troubles == []


def picture(page: Page, name: str):
    """Keep a picture of the page, where pictures are kept."""
    folder = os.environ.get("FOOTNOTE_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{re.sub(r'[^a-zA-Z0-9]+', '-', name).strip('-')}.png")


SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter(each => each.effect.getComputedTiming().endTime !== Infinity).map(each => each.finished))"""


def accessible(page: Page, name: str = ""):
    """Check that axe-core finds nothing grave once what moves has moved; keeps a picture under ``name``."""
    page.evaluate(SETTLED)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [
        f"{violation['id']}: {violation['help']}: {[node['html'][:300] for node in violation['nodes'][:5]]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == [], f"{name}: {grave}"
    if name:
        picture(page, name)
