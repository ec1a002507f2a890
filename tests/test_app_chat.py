"""The handlers of the page, the application around them, and how it stops."""

import ast
import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from fastapi.testclient import TestClient

import app
from corpus.article import Article
from corpus.errors import ModelError, UsageError
from page import strings
from page.scripted import Scripted, Shelf, answered, passage
from page.talk import MAX_QUESTION, MAX_TURNS

OLD = Article("oil", "Oil fell by 2 percent.", "Oil", publisher="Wire", published="2020-05-04")
OIL = Article("oil", "Oil fell by 3 percent. Gas rose.", "Oil", publisher="Wire", published="2020-05-04")
QUESTION = "What fell?"
ROOT = Path(app.__file__).parent


@pytest.fixture
def engine():
    return Scripted(
        Shelf([OIL], [OLD]),
        {
            QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent.")),
            "No model?": ModelError("No model: run `footnote doctor`."),
            "Broken?": RuntimeError("secret detail"),
        },
        ["What fell?"],
    )


@pytest.fixture
def chat(engine):
    ready = threading.Event()
    ready.set()
    return app.Chat(engine, ready)


def event(**data):
    return SimpleNamespace(_data=data or None)


def asked(chat, typed, turns=()):
    return list(chat.ask(typed, turns))


def test_the_question_is_shown_at_once_and_then_its_answer(chat):
    (waiting, unchanged, emptied), (shown, turns, _) = asked(chat, QUESTION)
    assert strings.READING in waiting
    assert unchanged == gr.skip()
    assert emptied == ""
    assert "Oil fell by 3 percent." in shown
    assert [turn.question for turn in turns] == [QUESTION]
    _, (again, turns, _) = asked(chat, "Who won?", turns)
    assert "Oil fell by 3 percent." in again
    assert strings.NO_ANSWER in again
    assert [turn.number for turn in turns] == [0, 1]


def test_until_the_model_is_loaded_it_says_so(engine):
    (waiting, *_), _ = asked(app.Chat(engine, threading.Event()), QUESTION)
    assert strings.WARMING in waiting


def test_an_empty_question_changes_nothing(chat):
    assert asked(chat, "  \n") == [(gr.skip(), gr.skip(), gr.skip())]


def test_errors_are_a_line_in_the_chat(chat, caplog):
    *_, (shown, turns, _) = asked(chat, "No model?")
    assert "No model: run `footnote doctor`." in shown
    *_, (shown, _, _) = asked(chat, "Broken?", turns)
    assert strings.UNEXPECTED in unescape(shown)
    assert "secret detail" not in shown
    assert "secret detail" in caplog.text
    assert "Broken?" not in caplog.text


def test_a_long_question_is_refused_and_not_kept(chat):
    ((shown, turns, _),) = asked(chat, "x" * 500_000)
    assert "500,000 characters" in shown
    assert len(turns[0].question) == MAX_QUESTION
    ((shown, _, _),) = asked(chat, {"not": "text"})
    assert strings.BAD_REQUEST in shown


def test_a_conversation_does_not_grow_without_end(chat):
    turns = ()
    for _ in range(MAX_TURNS + 5):
        *_, (_, turns, _) = asked(chat, QUESTION, turns)
    assert len(turns) == MAX_TURNS + 1
    assert turns[-1].number == MAX_TURNS + 4


def test_the_pane_shows_the_article_or_the_list(chat):
    shown = chat.open(event(article="oil", version=OIL.version, cited=[0, 22]))
    assert '<mark class="fn-cited">Oil fell by 3 percent.</mark>' in shown
    assert strings.COLLECTION in chat.open(event(article=""))
    assert strings.GONE in chat.open(event(article="other"))
    assert strings.BAD_REQUEST in chat.open(event(article=3))
    assert strings.BAD_REQUEST in chat.open(SimpleNamespace(_data=None))


def test_an_older_version_says_so(chat, engine):
    shown = chat.open(event(article="oil", version=OLD.version, cited=[0, 22]))
    assert strings.CITED_VERSION in shown
    assert "Oil fell by 2 percent." in shown
    engine.library = Shelf([], [OLD])
    assert strings.WITHDRAWN in chat.open(event(article="oil", version=OLD.version))


def test_a_new_conversation_is_as_at_the_start(chat):
    talk, turns, pane = chat.fresh()
    assert (talk, pane) == chat.start()
    assert turns == ()
    assert "What fell?" in talk


def test_an_empty_library_says_what_to_do():
    talk, pane = app.Chat(Scripted(), threading.Event()).start()
    assert strings.EMPTY_COMMAND in talk
    assert strings.EMPTY_COMMAND in pane


def client_of(engine, **options):
    """Build inside an event loop: where there is none, Gradio makes one and leaves it open."""

    async def make():
        return app.application(engine, **options)

    return TestClient(asyncio.run(make()), base_url="http://127.0.0.1:7860")


@pytest.fixture
def client(engine):
    return client_of(engine)


def test_the_application_is_up_and_shut_to_others(client):
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/page.css").headers["content-type"].startswith("text/css")
    assert strings.TAGLINE in client.get("/").text
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/docs").status_code == 404
    join = client.post("/gradio_api/queue/join", json={}, headers={"origin": "http://evil.example"})
    assert join.status_code == 403
    preflight = {"origin": "http://127.0.0.1:1", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in client.options("/gradio_api/queue/join", headers=preflight).headers


def test_gradio_is_closed_where_the_chat_does_not_need_it(client):
    config = client.get("/config").json()
    assert all(dependency["api_visibility"] == "private" for dependency in config["dependencies"])
    assert config["analytics_enabled"] is False
    for path in ("/gradio_api/upload", "/gradio_api/component_server", "/monitoring", "/gradio_api/file=app.py"):
        assert client.get(path).status_code == 404
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}


def test_the_articles_are_not_in_the_page_that_is_served_without_a_password(engine):
    client = client_of(engine, auth=[("ann", "secret")])
    assert client.get("/config").status_code == 401
    page = client.get("/").text
    assert '"auth_required":true' in page
    assert "What fell?" not in page
    join = {"data": ["What fell?", None], "fn_index": 0, "session_hash": "x"}
    assert client.post("/gradio_api/queue/join", json=join).status_code == 401
    assert client.post("/login", data={"username": "ann", "password": "wrong"}).status_code == 400
    assert client.post("/login", data={"username": "ann", "password": "secret"}).status_code == 200
    assert client.get("/config").status_code == 200


def test_a_model_that_cannot_be_loaded_leaves_the_page_up(engine, caplog, monkeypatch):
    monkeypatch.setattr(app, "_HEAD_START", 0.01)
    engine.warm_up = lambda: (_ for _ in ()).throw(ModelError("No model here."))
    with client_of(engine) as client:
        for _ in range(200):
            if client.get("/healthz").json()["ready"]:
                break
            time.sleep(0.02)
        assert client.get("/healthz").json()["ready"]
        assert client.get("/").status_code == 200
    assert "No model here." in caplog.text


def test_a_port_in_use_is_a_clear_line(engine):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="--port"):
        app.serve(engine, port=taken.getsockname()[1])
    assert engine.closed


SERVER = """
from corpus.offline import shut_network
shut_network()
import app
from page.scripted import Scripted
class Told(Scripted):
    def close(self):
        print("closed", flush=True)
app.serve(Told(), port=0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(kind):
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as server:  # fmt: skip
        address = server.stderr.readline().split()[3]
        with urllib.request.urlopen(f"{address}/healthz", timeout=60) as response:
            assert response.status == 200
        server.send_signal(kind)
        output, errors = server.communicate(timeout=20)
    assert (server.returncode, output, errors) == (0, "closed\n", "")


def test_the_page_imports_only_what_is_below_it():
    allowed = {"corpus", "index", "qa", "page"}
    ours = {"corpus", "index", "qa", "page", "eval", "cli"}
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} & ours <= allowed
