"""Sessions, the brake on guessing, and the gate before the pages."""

import asyncio
import base64
import logging

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from scripted import Clock

from footnote.page import strings
from footnote.page.signin import routes as signin_routes
from footnote.page.signin import sessions
from footnote.page.signin.access import MAX_PASSWORD, Access, User
from footnote.page.signin.pages import coming_back, sign_in_page
from footnote.page.signin.sessions import IDLE, MAX_SESSIONS, Authenticator, LoginThrottle, Sessions, SignInMiddleware

ACCESS = Access([User("ann", "secret"), User("ed", "top", edits=True)])


@pytest.fixture
def clock():
    return Clock()


def test_a_session_lasts_while_it_is_used(clock):
    sessions = Sessions(clock)
    token = sessions.start("ann")
    clock.now += IDLE - 1
    assert sessions.user(token) == "ann"
    clock.now += IDLE - 1
    assert sessions.user(token) == "ann"
    clock.now += IDLE + 1
    assert sessions.user(token) is None
    assert sessions.user("") is None


def test_sessions_are_bounded_for_each_user(clock):
    sessions = Sessions(clock)
    other = sessions.start("ed")
    tokens = [sessions.start("ann") for _ in range(MAX_SESSIONS + 5)]
    assert [sessions.user(token) for token in tokens].count("ann") == MAX_SESSIONS
    assert sessions.user(tokens[0]) is None
    assert sessions.user(tokens[-1]) == "ann"
    assert sessions.user(other) == "ed"


def test_a_session_ends(clock):
    sessions = Sessions(clock)
    token = sessions.start("ann")
    sessions.end(token)
    assert sessions.user(token) is None


def test_tries_wait_longer_and_longer(clock):
    brake = LoginThrottle(clock=clock)
    waits = []
    for _ in range(6):
        wait, may = brake.begin("192.0.2.1", "ann")
        assert may
        waits.append(wait)
        clock.now += wait
    assert waits == [0.0, 0.5, 1.0, 2.0, 4.0, 4.0]
    clock.now += 16 * 60
    assert brake.begin("192.0.2.1", "ann") == (0.0, True)


def test_tries_at_once_wait_for_each_other_and_then_are_not_made(clock):
    brake = LoginThrottle(clock=clock)
    tries = [brake.begin("192.0.2.1", f"name {n}") for n in range(1000)]
    assert [wait for wait, may in tries if may] == [0.0, 0.5, 1.5, 3.5, 7.5]
    assert all(10 < wait < 12 for wait, may in tries if not may)


def test_somebody_elsewhere_is_slowed_down_and_not_shut_out(clock):
    brake = LoginThrottle(clock=clock)
    for n in range(500):
        brake.begin(f"198.51.100.{n % 250}", "ann")
    assert brake.begin("192.0.2.1", "ann") == (4.0, True)
    assert brake.begin("192.0.2.2", "ed") == (0.0, True)


def test_what_was_right_does_not_count(clock):
    brake = LoginThrottle(clock=clock)
    for _ in range(50):
        assert brake.begin("192.0.2.1", "ann") == (0.0, True)
        brake.right("192.0.2.1", "ann")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0, 30), st.booleans()), max_size=80))
def test_no_wait_is_long_and_memory_is_bounded(tries):
    clock = Clock()
    brake = LoginThrottle(most=6, clock=clock)
    for client, name, pause, right in tries:
        clock.now += pause
        wait, may = brake.begin(str(client), str(name))
        assert 0 <= wait <= 14
        assert may == (wait <= 10) or wait <= 4
        if may and right:
            brake.right(str(client), str(name))
        assert len(brake._kept) <= 6


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("/", "/"),
        ("/library", "/library"),
        ("/evaluation?tag=a%20b&run=1", "/evaluation?tag=a%20b&run=1"),
        ("/?q=Who+is+it%3F", "/?q=Who+is+it%3F"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/library/../x", "/"),
        ("/?q=<b>", "/"),
        ("/\r\nset-cookie: a=b", "/"),
        ("/gradio_api/info", "/"),
        (None, "/"),
        ("/?" + "a" * 5000, "/"),
    ],
)
def test_where_one_comes_back_to(asked, back):
    assert coming_back(asked) == back


def test_the_form_holds_nothing_that_was_sent_but_a_page_of_ours():
    page = sign_in_page("/news", "/?q=a%22b", '<b>"')
    assert 'value="/?q=a%22b"' in page
    assert 'action="/news/login"' in page
    assert "<b>" not in page
    assert "<script" not in page


def build(access=ACCESS, root_path=""):
    desk = Authenticator(access, root_path)
    web = FastAPI()
    signin_routes.attach(web, desk)

    @web.get("/{path:path}")
    @web.post("/{path:path}")
    def shown(request: Request) -> str:
        return f"{access.user_of(request)} sees {request.url.path}"

    web.add_middleware(SignInMiddleware, desk=desk)
    return TestClient(web, base_url="http://127.0.0.1:7860", follow_redirects=False)


@pytest.fixture
def client():
    return build()


@pytest.fixture
def slept(monkeypatch):
    """How long each try waited; no test waits so long."""
    seconds = []

    async def sleep(time):
        seconds.append(time)

    monkeypatch.setattr(sessions.asyncio, "sleep", sleep)
    return seconds


def enter(client, name="ann", password="secret", **form):
    return client.post("/login", data={"username": name, "password": password, **form})


def basic(name, password):
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def test_nobody_sees_anything_before_signing_in(client):
    assert client.get("/").headers["location"] == "/login"
    assert client.get("/library?page=2").headers["location"] == "/login?next=%2Flibrary%3Fpage%3D2"
    for path in ("/config", "/gradio_api/info", "/static/app.js", "/library/table", "/docs", "/login/../config"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (401, strings.SIGN_IN_FIRST), path
    for path in ("/gradio_api/mcp", "/gradio_api/queue/join", "/", "/library/stage"):
        assert client.post(path, json={}).status_code == 401, path
    for path in ("/healthz", "/page.css", "/static/fonts/a.woff2"):
        assert client.get(path).status_code == 200, path


def test_signing_in_and_out(client):
    answer = enter(client)
    assert answer.json() == {"success": True}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "secret" not in cookie
    assert client.get("/config").json() == "ann sees /config"
    assert client.get("/login").headers["location"] == "/"
    assert "ann" in client.get("/logout").text
    assert client.get("/config").status_code == 200
    assert client.post("/logout").headers["location"] == "/login"
    assert client.get("/config").status_code == 401


def test_a_browser_is_led_back_to_where_it_wanted_to_be():
    client = build(root_path="/news")
    assert client.get("/library").headers["location"] == "/news/login?next=%2Flibrary"
    page = client.post(
        "/login",
        data={"username": "ed", "password": "top", "next": "/library"},
        headers={"accept": "text/html,*/*"},
    )
    assert (page.status_code, page.headers["location"]) == (303, "/news/library")
    assert "Path=/news" in page.headers["set-cookie"]


def test_an_old_cookie_and_a_made_up_one_are_worth_nothing(client):
    name = enter(client).headers["set-cookie"].partition("=")[0]
    client.post("/logout")
    for value in ("x", "", "basic", "a" * 5000, "\xff"):
        client.cookies.clear()
        assert client.get("/config", headers={"cookie": f"{name}={value}".encode("latin-1")}).status_code == 401


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "Secret"), ("eve", "secret"), ("ann", ""), ("", ""), ("ann", "x" * 9000)]
)
def test_a_wrong_password(client, name, password, slept, caplog):
    answer = enter(client, name, password)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    page = client.post("/login", data={"username": name, "password": password}, headers={"accept": "text/html"})
    assert strings.WRONG_PASSWORD in page.text
    assert slept == [0.5]
    logged = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(logged) == 2
    assert password == "" or password not in "".join(logged)
    assert ("eve" in "".join(logged)) is False


def test_guessing_is_slowed_down_and_the_right_password_still_works(client, slept):
    answers = [enter(client, password=f"guess {n}") for n in range(12)]
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    assert {answer.status_code for answer in answers[5:]} == {429}
    assert slept[:4] == [0.5, pytest.approx(1.5, abs=0.1), pytest.approx(3.5, abs=0.2), pytest.approx(7.5, abs=0.5)]
    refused = answers[-1]
    assert 0 < int(refused.headers["retry-after"]) <= 12
    assert "try again in" in refused.json()["detail"]


def test_one_who_waits_blocks_nobody_else():
    async def both():
        desk = Authenticator(ACCESS)
        await desk.sign_in("ann", "wrong", "192.0.2.1")
        waiting = asyncio.ensure_future(desk.sign_in("ann", "wrong", "192.0.2.1"))
        await asyncio.sleep(0)
        assert await desk.sign_in("ed", "top", "192.0.2.2")
        assert not waiting.done()
        assert await waiting is None

    asyncio.run(both())


def test_a_program_signs_in_with_each_request(client, slept):
    assert client.get("/config", headers=basic("ed", "top")).json() == "ed sees /config"
    assert client.get("/config").status_code == 401
    for headers in (basic("ed", "wrong"), basic("eve", "top"), basic("", "")):
        assert client.get("/config", headers=headers).status_code == 401
    for value in ("Basic", "Basic !!!", "Basic /w==", "Bearer top", "basic"):
        assert client.get("/config", headers={"authorization": value}).status_code == 401
    assert client.get("/config", headers=basic("ed", "top")).status_code == 200
    codes = [client.get("/config", headers=basic("ed", f"guess {n}")).status_code for n in range(10)]
    assert codes[-1] == 429
    assert client.get("/config", headers=basic("ed", "top")).status_code == 200


def test_only_programs_are_asked_for_a_password_in_the_header(client):
    assert "www-authenticate" in client.get("/config").headers
    assert "www-authenticate" not in client.get("/config", headers={"sec-fetch-mode": "cors"}).headers


def test_what_is_no_form_is_no_login(client):
    assert client.post("/login", content=b"\xff" * 100).status_code == 401
    many = {f"f{n}": "x" for n in range(50)}
    assert client.post("/login", data=many).status_code == 400
    files = {"username": ("a.txt", b"ann"), "password": ("b.txt", b"secret")}
    assert client.post("/login", files=files).status_code == 400
    assert enter(client, password="x" * (MAX_PASSWORD + 1)).status_code == 401


def test_without_users_nobody_signs_in():
    client = build(Access())
    assert client.get("/config").json() == "None sees /config"
    assert client.get("/login").headers["location"] == "/"
    assert enter(client).headers["location"] == "/"


def test_the_cookie_is_for_encrypted_connections_where_there_is_one():
    web = build()
    assert "Secure" not in enter(web).headers["set-cookie"]
    web.base_url = "https://127.0.0.1"
    assert "Secure" in enter(web).headers["set-cookie"]
