"""Signing in, roles in two browsers, the page behind a proxy, and the page of a server that is still opening."""

import asyncio
import socket
import threading
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from browser import NARROW, WIDE, accessible, picture, serving
from live import live
from playwright.sync_api import expect
from scripted import Scripted, Shelf, answered, passage
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.corpus.sources import SourcedArticle
from footnote.page import strings
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORT = Article("port", "The port was closed for a week.", "The port", publisher="Coast Daily", published="2004")
QUESTION = "What was closed?"
HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server", "content-length"}
USERS = (User("ann", "secret"), User("ed", "top:secret", edits=True))


def proxy(target: str, prefix: str) -> Starlette:
    """An application that passes on what is below ``prefix``, without it, and nothing else."""
    client = httpx.AsyncClient(base_url=target, timeout=60)

    async def forward(request: Request) -> Response:
        if not request.url.path.startswith(f"{prefix}/"):
            return PlainTextResponse("nothing here", 404)
        headers = [(name, value) for name, value in request.headers.raw if name not in (b"host", b"accept-encoding")]
        headers += [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"http"),
                    (b"x-forwarded-host", request.headers["host"].encode())]  # fmt: skip
        url = httpx.URL(target).copy_with(raw_path=request.url.path[len(prefix) :].encode() + query(request))
        sent = client.build_request(request.method, url, headers=headers, content=await request.body())
        answer = await client.send(sent, stream=True)
        passed = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        passed.raw_headers = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in HOP]
        return passed

    @asynccontextmanager
    async def lifespan(_: Starlette):
        async with client:
            yield

    routes = [Route("/{path:path}", forward, methods=["GET", "POST", "HEAD", "OPTIONS"])]
    return Starlette(routes=routes, lifespan=lifespan)


def query(request: Request) -> bytes:
    return b"?" + request.scope["query_string"] if request.scope["query_string"] else b""


@contextmanager
def proxied(target: str, prefix: str):
    """Serve the proxy; gives the address with the prefix."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(proxy(target, prefix), log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{prefix}"
        finally:
            server.should_exit = True
            thread.join(30)


def engine():
    return Scripted(Shelf([PORT]), {QUESTION: answered(QUESTION, passage(PORT, PORT.text))}, [QUESTION])


def real(home):
    """The real engine, with one article."""
    from footnote.qa.engine import Engine

    made = Engine.open(Settings(home=Path(home)))
    assert sum(1 for _ in made.add_many([SourcedArticle(PORT, named=True)])) == 1
    return made


def options(**chosen):
    return {"options": ServerOptions(**chosen)}


def filling(go):
    """An engine without articles, and what adds them once ``go`` is set."""
    made = Scripted(Shelf([]))

    def fill(told):
        told.added(0, 1)
        go.wait(60)
        made.library = Shelf([PORT])

    return made, fill


def ask(page):
    page.locator("#fn-question textarea").fill(QUESTION)
    page.locator("#fn-question textarea").press("Enter")


def sign_in(page, name, password):
    page.get_by_label(strings.USER_NAME).fill(name)
    page.get_by_label(strings.PASSWORD).fill(password)
    page.get_by_label(strings.PASSWORD).press("Enter")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    with serving(
        f"real({str(folder / 'home')!r})",
        folder / "log",
        "tests.browser.test_access",
        "options(users=USERS)",
        quiet=False,
    ) as url:
        yield url


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_signing_in_asking_and_signing_out(visit, guarded, size, scheme):
    page = visit(f"{guarded}/", size, scheme, shows=".fn-door", forgiven="401", own=True)
    accessible(page, f"sign-in-{size['width']}-{scheme}")
    sign_in(page, "ann", "wrong")
    expect(page.get_by_role("alert")).to_have_text(strings.WRONG_PASSWORD)
    expect(page.get_by_label(strings.USER_NAME)).to_have_value("ann")
    sign_in(page, "ann", "secret")
    expect(page.locator(".fn-welcome")).to_be_visible()
    ask(page)
    expect(page.locator(".fn-turn")).to_contain_text("The port was closed for a week.")
    page.get_by_role("button", name=strings.SIGN_OUT).click()
    expect(page.locator(".fn-door")).to_be_visible()
    page.goto(f"{guarded}/")
    expect(page.get_by_label(strings.PASSWORD)).to_be_visible()


def test_a_reader_and_an_editor_in_two_browsers(visit, guarded):
    reader = visit(f"{guarded}/library", shows=".fn-door", forgiven="40[13]", own=True)
    editor = visit(f"{guarded}/library", shows=".fn-door", forgiven="40[13]", own=True)
    sign_in(reader, "ann", "secret")
    sign_in(editor, "ed", "top:secret")
    for page in (reader, editor):
        expect(page).to_have_url(f"{guarded}/library")
        expect(page.get_by_text("The port").first).to_be_visible()
    for path in ("change", "stage", "waiting", "add"):
        refused = reader.request.post(f"{guarded}/library/{path}", data="{}", headers={"origin": guarded})
        assert refused.status == 403, path
        allowed = editor.request.post(f"{guarded}/library/{path}", data="{}", headers={"origin": guarded})
        assert allowed.status != 403, path
    listed = httpx.get(f"{guarded}/gradio_api/info", auth=("ann", "secret")).json()["named_endpoints"]
    assert set(listed) == {"/ask", "/search", "/show"}


def test_behind_a_proxy_that_adds_a_path(visit):
    chosen = options(root_path="/footnote", proxies=("127.0.0.1",), users=USERS)
    with live(engine(), **chosen) as url, proxied(url, "/footnote") as outside:
        page = visit(f"{outside}/", shows=".fn-door", own=True)
        expect(page).to_have_url(f"{outside}/login")
        sign_in(page, "ann", "secret")
        expect(page).to_have_url(f"{outside}/")
        ask(page)
        expect(page.locator(".fn-turn")).to_contain_text("The port was closed for a week.")
        page.reload()
        expect(page.locator(".fn-turn")).to_contain_text("The port was closed for a week.")
        assert all(cookie["path"] == "/footnote" for cookie in page.context.cookies())
        picture(page, "behind-a-proxy")
        visit.leave()


def test_too_many_questions_are_a_line_in_the_page(visit):
    with live(engine(), **options(questions=1)) as url:
        page = visit(url)
        for n in range(3):
            ask(page)
            expect(page.locator(".fn-turn")).to_have_count(n + 1)
            expect(page.locator(".fn-turn[aria-busy]")).to_have_count(0)
        ask(page)
        expect(page.locator(".fn-turn").last).to_contain_text("Too many questions; try again in")
        visit.leave()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_page_says_that_the_first_articles_are_being_added(visit, size, scheme):
    go = threading.Event()
    made, fill = filling(go)
    with live(made, first=fill) as url:
        page = visit(url, size, scheme)
        expect(page.locator("#fn-opening")).to_contain_text(strings.ADDING_COUNT.format(done=0, total=1))
        expect(page.locator("body")).not_to_contain_text(strings.EMPTY)
        accessible(page, f"opening-{size['width']}-{scheme}")
        go.set()
        expect(page.locator("#fn-opening")).to_be_empty()
        expect(page.locator("#fn-pane")).to_contain_text("The port")
        visit.leave()
