"""The server around the page: ids and logs of requests, metrics, how it opens, and where its page says it is."""

import asyncio
import json
import logging
import re
import stat
import threading
import time

import pytest
from fastapi.testclient import TestClient
from live import made
from scripted import Scripted, Shelf, answered, passage

from footnote import app
from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError, ModelError, UsageError
from footnote.page import strings
from footnote.page.chat.startup import StartupProgress, Watch
from footnote.page.server import logs
from footnote.page.server.options import ServerOptions
from footnote.page.server.traffic import shown
from footnote.page.signin.access import User

OIL = Article("oil", "Oil fell by 3 percent. Gas rose.", "Oil", publisher="Wire", published="2020-05-04")
QUESTION = "What fell in Vienna?"
USERS = (User("ann", "secret"), User("ed", "top", edits=True))


@pytest.fixture
def engine():
    return Scripted(
        Shelf([OIL]),
        {QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent.")), "Broken?": ModelError("No model.")},
    )


def client_of(engine, peer="127.0.0.1", options=None, **chosen):
    web = asyncio.run(made(engine, options=options, **chosen))
    return TestClient(web, base_url="http://127.0.0.1:7860", client=(peer, 50_000), follow_redirects=False)


def call(client, name, *data):
    return client.post(f"/gradio_api/run/{name}", json={"data": list(data)})


def ask(client, question=QUESTION):
    return call(client, "ask", question, "", "", "", "")


@pytest.fixture
def lines(tmp_path):
    """What was logged since, as records."""
    file = tmp_path / "access.log"
    handler = logs.to_file(file)
    yield lambda: [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    logs.stop(handler)


def test_each_request_has_an_id_and_a_line(engine, lines):
    client = client_of(engine)
    answer = client.get("/healthz", headers={"x-request-id": "mine"})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
    (line,) = lines()
    assert line["request"] == answer.headers["x-request-id"]
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/healthz", 200)
    assert line["client"] == "127.0.0.1"
    assert line["ms"] >= 0
    refused = client.get("/", headers={"host": "evil.example"})
    assert lines()[-1]["request"] == refused.headers["x-request-id"]
    assert lines()[-1]["status"] == 400


def test_no_question_is_logged_unless_asked_for(engine, lines):
    client = client_of(engine)
    client.get("/", params={"q": QUESTION})
    answer = ask(client)
    assert answer.json()["data"][0]["status"] == "answered"
    ask(client, "Broken?")
    said = [line for line in lines() if line["event"] == "question"]
    assert [line["outcome"] for line in said] == ["answered", "failed"]
    assert said[0]["request"] == answer.headers["x-request-id"]
    assert said[0]["answer"] == "scripted"
    assert said[0]["characters"] == len(QUESTION)
    assert "Vienna" not in json.dumps(lines())
    ask(client_of(engine, options=ServerOptions(log_questions=True)))
    assert lines()[-2]["question"] == QUESTION


def test_a_path_cannot_write_a_line_of_its_own(engine, lines):
    client = client_of(engine)
    client.get("/x%0a%7b%22event%22%3a1%7d%1b[31m" + "y" * 500)
    (hostile,) = lines()
    assert len(hostile["path"]) < 100
    assert "the-session" not in shown("/gradio_api/heartbeat/the-session")


@pytest.mark.slow
def test_signing_in_is_logged_without_the_password(engine, lines):
    client = client_of(engine, options=ServerOptions(users=USERS))
    client.post("/login", data={"username": "ann", "password": "wrong-one"})
    client.post("/login", data={"username": "a-password-typed-here", "password": "x"})
    client.post("/login", data={"username": "ann", "password": "secret"})
    assert ask(client).status_code == 200
    events = [(line["event"], line.get("user")) for line in lines() if line["event"] != "request"]
    assert events == [("wrong password", "ann"), ("wrong password", None), ("signed in", "ann"), ("question", "ann")]
    text = json.dumps(lines())
    assert "wrong-one" not in text
    assert "a-password-typed-here" not in text
    assert lines()[-1]["user"] == "ann"


def test_the_log_is_for_its_owner_alone(tmp_path):
    file = tmp_path / "access.log"
    logs.stop(logs.to_file(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="cannot be written"):
        logs.to_file(tmp_path / "none" / "access.log")


def test_everything_as_json_on_standard_error(capsys):
    handler = logs.to_stderr()
    try:
        try:
            raise ValueError("a\nb")
        except ValueError:
            logging.getLogger("footnote.app").exception("it \u2028 failed")
        logs.event("signed in", user="ann")
    finally:
        logs.stop(handler)
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["event"]) == ("error", "footnote.app", "it \u2028 failed")
    assert "ValueError: a\nb" in first["error"]
    assert (second["event"], second["user"]) == ("signed in", "ann")


def numbers(client):
    text = client.get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^(footnote_.+) (\S+)$", text, re.MULTILINE)}


def test_metrics(engine):
    client = client_of(engine)
    ask(client)
    ask(client, "Who won?")
    ask(client, "Broken?")
    client.get("/nothing")
    client.get("/", headers={"host": "evil.example"})
    found = numbers(client)
    outcomes = ("answered", "abstained", "failed", "stopped", "refused", "broken")
    asked = {outcome: found[f'footnote_questions_total{{outcome="{outcome}"}}'] for outcome in outcomes}
    assert asked == {"answered": 1, "abstained": 1, "failed": 1, "stopped": 0, "refused": 0, "broken": 0}
    assert found["footnote_articles"] == 1
    assert found["footnote_answering"] == 0
    assert found["footnote_requests_in_flight"] == 1
    assert found['footnote_requests_total{status="4xx"}'] == 2
    assert found['footnote_refused_requests_total{reason="not found"}'] == 1
    assert found['footnote_refused_requests_total{reason="unknown host"}'] == 1
    assert "Vienna" not in client.get("/metrics").text
    assert client.get("/metrics").headers["content-type"].startswith("text/plain")


def test_stages_are_timed(engine):
    script = dict(engine.script)
    script[QUESTION].timings_ms.update({"total": 80.0, "retrieval": 20.0})
    client = client_of(engine)
    ask(client)
    found = numbers(client)
    assert found['footnote_answer_seconds_sum{stage="total"}'] == pytest.approx(0.08)
    assert found['footnote_answer_seconds_bucket{le="0.025",stage="retrieval"}'] == 1


@pytest.mark.parametrize(
    ("peer", "options", "login", "status"),
    [
        ("127.0.0.1", ServerOptions(), None, 200),
        ("192.0.2.1", ServerOptions(), None, 403),
        ("192.0.2.1", ServerOptions(metrics_public=True), None, 200),
        ("192.0.2.1", ServerOptions(users=USERS), None, 403),
        ("192.0.2.1", ServerOptions(users=USERS), ("ann", "secret"), 403),
        ("192.0.2.1", ServerOptions(users=USERS), ("ed", "top"), 200),
        ("127.0.0.1", ServerOptions(users=USERS), None, 200),
    ],
)
def test_who_may_read_the_metrics(engine, peer, options, login, status):
    client = client_of(engine, peer, options)
    assert client.get("/metrics", auth=login).status_code == status


def test_a_proxy_that_nobody_named_does_not_open_the_metrics(engine):
    client = client_of(engine, "127.0.0.1", ServerOptions(proxies=("127.0.0.1",)))
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 403
    assert client.get("/metrics").status_code == 200


def test_nothing_of_the_articles_is_in_what_is_served_without_a_password(engine):
    engine.examples = (QUESTION,)
    client = client_of(engine, options=ServerOptions(users=USERS))
    assert client.get("/").headers["location"] == "/login"
    assert QUESTION not in client.get("/login").text
    assert client.get("/config").status_code == 401
    join = {"data": [QUESTION, None, None], "fn_index": 3, "session_hash": "x"}
    assert client.post("/gradio_api/queue/join", json=join).status_code == 401
    assert engine.asked == []
    client.post("/login", data={"username": "ann", "password": "secret"})
    assert client.get("/config").json()["username"] == "ann"
    assert ask(client).status_code == 200


def root(client, **headers):
    page = client.get("/", headers=headers).text
    return json.JSONDecoder().raw_decode(page.partition("window.gradio_config = ")[2])[0]["root"]


def test_the_page_believes_no_forwarded_header(engine):
    lies = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    assert root(client_of(engine), **lies) == "http://127.0.0.1:7860"


def test_behind_a_proxy_the_page_knows_where_it_is(engine):
    options = ServerOptions(root_path="/news", proxies=("127.0.0.1",), hosts=("news.example",))
    client = client_of(engine, options=options)
    told = {"x-forwarded-host": "news.example", "x-forwarded-proto": "https"}
    assert root(client, **told) == "https://news.example/news"
    assert client.get("/news/healthz").status_code == 200
    assert client.get("/news").headers["location"] == "/news/"
    assert client.get("/", headers={**told, "x-forwarded-host": "evil.example"}).status_code == 400
    post = {**told, "origin": "https://news.example"}
    assert client.post("/gradio_api/run/show", json={"data": ["oil", ""]}, headers=post).status_code == 200
    other = {**told, "origin": "https://evil.example"}
    assert client.post("/gradio_api/run/show", json={"data": ["oil", ""]}, headers=other).status_code == 403


@pytest.mark.parametrize(
    "options", [ServerOptions(root_path="/a b"), ServerOptions(proxies=("x",)), ServerOptions(users=USERS + USERS)]
)
def test_options_that_cannot_be(engine, options):
    with pytest.raises(UsageError):
        asyncio.run(made(engine, options=options))


@pytest.mark.slow
def test_the_page_is_up_before_the_first_articles_are(engine, monkeypatch):
    monkeypatch.setattr(app, "_HEAD_START", 0.01)
    go, reached = threading.Event(), threading.Event()

    def first(opening):
        opening.added(7, 20)
        reached.set()
        assert go.wait(30)

    with client_of(engine, first=first) as client:
        assert reached.wait(30)
        assert client.get("/").status_code == 200
        assert client.get("/healthz").json() == {"status": "ok", "ready": True, "adding": {"done": 7, "of": 20}}
        assert ask(client).json()["data"][0]["status"] == "answered"
        go.set()
        until(lambda: client.get("/healthz").json()["adding"] is None)


@pytest.mark.parametrize("error", [LibraryError("The disk is full."), RuntimeError("odd")])
def test_articles_that_cannot_be_added_leave_the_page_up(engine, caplog, error):
    opening = StartupProgress(adds=True)
    opening.run(engine, lambda _: (_ for _ in ()).throw(error))
    assert not opening.adding
    assert opening.ready.is_set()
    assert str(error) in caplog.text


def until(done):
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("it did not come about")


class Told:
    """A chat that tells when it was asked for the page anew."""

    def __init__(self, articles, turns=()):
        self.engine = Scripted(Shelf(articles))
        self.kept = self
        self.shown = turns

    def turns(self, key):
        return self.shown

    def start(self, conversation, request):
        return f"conversation {conversation}", "pane", "limits", "key"


def test_the_page_says_that_articles_are_being_added_and_shows_them_afterwards():
    opening, chat = StartupProgress(adds=True), Told([OIL])
    watch = Watch(opening, chat)
    opening.added(3, 20)
    notice, clock, *anew = watch.look("key", None)
    assert strings.ADDING_COUNT.format(done=3, total=20) in notice
    assert clock.active
    assert [each["__type__"] for each in anew] == ["update"] * 4
    opening.run(chat.engine)
    notice, clock, *anew = watch.look("key", None)
    assert (notice, clock.active) == ("", False)
    assert anew == ["conversation ", "pane", "limits", "key"]
    _, _, *anew = Watch(opening, Told([OIL], ["a turn"])).look("key", None)
    assert [each["__type__"] for each in anew] == ["update"] * 4
