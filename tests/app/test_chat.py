"""The handlers of the page, the application around them, and how it stops."""

import ast
import asyncio
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from fastapi.testclient import TestClient
from parsed import Parsed
from scripted import Scripted, Shelf, answered, passage

from footnote import app
from footnote.corpus.article import Article
from footnote.corpus.errors import ModelError, UsageError
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.asking import MOST, BackgroundAnswers
from footnote.page.chat.chat import Chat
from footnote.page.chat.conversations import MAX_QUESTION, MAX_TURNS, Key
from footnote.page.desk.owners import Owners
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import Access, User
from footnote.qa.answer import Inferred
from footnote.qa.events import RankedPassage

OLD = Article("oil", "Oil fell by 2 percent.", "Oil", publisher="Wire", published="2020-05-04")
OIL = Article("oil", "Oil fell by 3 percent. Gas rose.", "Oil", publisher="Wire", published="2020-05-04")
QUESTION = "What fell?"
LONG = "What fell, and what rose?"
FOLLOW = "When last week?"
ROOT = Path(app.__file__).parent


@pytest.fixture
def engine():
    return Scripted(
        Shelf([OIL], [OLD]),
        {
            QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent.")),
            LONG: answered(LONG, passage(OIL, "Oil fell by 3 percent."), passage(OIL, "Gas rose.")),
            FOLLOW: replace(
                answered(FOLLOW, passage(OIL, "Oil fell by 3 percent.")),
                standalone_question="When did oil fall last week?",
                inferred=(Inferred("last week", "2020-05-11", "2020-05-20"),),
            ),
            "No model?": ModelError("No model: run `footnote doctor`."),
            "Broken?": RuntimeError("secret detail"),
        },
        ["What fell?"],
    )


@pytest.fixture
def chat(engine):
    ready = threading.Event()
    ready.set()
    return Chat(engine, ready)


def event(**data):
    return SimpleNamespace(_data=data or None)


NOBODY = SimpleNamespace(username=None)


def asked(chat, typed, key=None):
    """All that asking shows, and the key of the conversation."""
    shown = list(chat.ask(typed, None, key))
    return [conversation for conversation, _ in shown], shown[0][1]


def last(chat, typed, key=None):
    shown, key = asked(chat, typed, key)
    return shown[-1], key


def test_the_question_is_shown_at_once_and_then_its_answer(chat):
    (waiting, key), (shown, _) = chat.ask(QUESTION, None, None)
    assert strings.READING in waiting
    assert "Oil fell by 3 percent." in shown
    again, same = last(chat, "Who won?", key)
    assert same == key
    assert "Oil fell by 3 percent." in again
    assert strings.NO_ANSWER in again
    assert [turn.number for turn in chat.kept.turns(key)] == [0, 1]


def test_until_the_model_is_loaded_it_says_so(engine):
    loading = Chat(engine, threading.Event())
    (waiting, _), _ = asked(loading, QUESTION)
    assert strings.WARMING in waiting
    opened, *_ = loading.start("", NOBODY)
    assert f'data-waiting="{strings.WARMING}"' in opened


def test_an_answer_that_comes_soon_is_one_message(chat, engine):
    shown, key = chat.answer(LONG, None, None)
    assert "Gas rose." in shown
    assert "aria-busy" not in shown
    assert [turn.question for turn in chat.kept.turns(key)] == [LONG]
    assert chat.answer(" ", None, key) == (gr.skip(), gr.skip())
    refused, same = chat.answer("x" * 3000, None, key)
    assert "3,000" in refused
    assert same == key
    assert "data-waiting" not in refused


def test_an_answer_is_shown_as_it_grows(chat):
    (_, writing, growing, shown), _ = asked(chat, LONG)
    assert strings.WRITING in writing
    assert "Oil fell by 3 percent." in growing
    assert "Gas rose." not in growing
    assert 'aria-busy="true"' in growing
    assert "Gas rose." in shown
    assert "aria-busy" not in shown


def test_stop_ends_an_answer_and_keeps_what_there_is(chat):
    running = chat.ask(LONG, None, None)
    _, key = next(running)
    next(running)
    chat.stop(key)
    assert strings.STOPPING in chat._talk(key)
    *_, (shown, _) = running
    assert "Oil fell by 3 percent." in shown
    assert "Gas rose." not in shown
    assert not chat.kept.turns(key)[0].pending


def test_a_page_that_goes_away_leaves_no_turn_waiting(chat):
    running = chat.ask(LONG, None, None)
    _, key = next(running)
    next(running)
    running.close()
    assert eventually(lambda: not chat.kept.turns(key)[0].pending)
    assert "Gas rose." in chat.start(f"?c={key.id}", NOBODY)[0]


def test_a_page_that_goes_away_at_once_is_answered_too(chat):
    running = chat.ask(LONG, None, None)
    _, key = next(running)
    running.close()
    assert eventually(lambda: not chat.kept.turns(key)[0].pending)
    assert "Gas rose." in chat.start(f"?c={key.id}", NOBODY)[0]


def test_of_many_pages_that_go_away_some_are_told_that_they_were_interrupted(chat, engine):
    engine.pause, keys = 0.2, []
    for _ in range(MOST + 2):
        running = chat.ask(LONG, None, None)
        keys.append(next(running)[1])
        running.close()
    assert eventually(lambda: not any(chat.kept.turns(key)[0].pending for key in keys))
    errors = [chat.kept.turns(key)[0].error for key in keys]
    assert errors == [""] * MOST + [strings.INTERRUPTED] * 2


def test_what_nobody_comes_back_for_ends_with_what_there_is(chat):
    clock = itertools.count(0, 100)
    chat._unheard = BackgroundAnswers(chat.kept, clock=lambda: next(clock))
    running = chat.ask(LONG, None, None)
    _, key = next(running)
    running.close()
    assert eventually(lambda: not chat.kept.turns(key)[0].pending)
    assert [each.text for each in chat.kept.turns(key)[0].answer.sentences] == ["Oil fell by 3 percent."]


def eventually(holds, seconds=20):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_an_answer_is_finished_in_the_conversation_that_was_left(chat):
    running = chat.ask(LONG, None, None)
    _, key = next(running)
    chat.fresh(event(), key)
    assert list(running) == [], "the page shows another conversation by now"
    assert eventually(lambda: not chat.kept.turns(key)[0].pending)
    assert "Gas rose." in chat.start(f"?c={key.id}", NOBODY)[0]


def test_a_follow_up_carries_the_conversation_until_that_is_taken_back(chat, engine):
    _, key = last(chat, QUESTION)
    shown, _ = last(chat, FOLLOW, key)
    assert [turn.question for turn in engine.asked[-1].history] == [QUESTION]
    assert engine.asked[-1].history[0].quotes == ("Oil fell by 3 percent.",)
    assert "Asked as: When did oil fall last week?" in shown
    assert "last week: 11 to 20 May 2020" in shown
    unchanged, waiting, *_ = chat.again(event(turn=1, drop="carry"), key)
    assert unchanged == gr.skip()
    assert 'aria-busy="true"' in waiting
    assert (engine.asked[-1].carry, engine.asked[-1].read_dates) == (False, True)
    assert list(chat.again(event(turn=1, drop="dates"), key))
    assert (engine.asked[-1].carry, engine.asked[-1].read_dates) == (False, False)
    assert [turn.question for turn in chat.kept.turns(key)] == [QUESTION, FOLLOW]
    for data in ({}, {"turn": 9, "drop": "carry"}, {"turn": 1}):
        assert list(chat.again(event(**data), key)) == [gr.skip()]
    assert list(chat.again(event(turn=1, drop="carry"), None)) == [gr.skip()]


def test_limits_go_with_a_question_and_can_be_taken_back(chat, engine):
    sent = {"after": "2020-05-01", "before": "", "publisher": "Wire", "replaces": None}
    *_, (shown, _) = chat.ask(QUESTION, sent, key := chat.kept.start())
    assert engine.asked[-1].scope == Scope(after="2020-05-01", publisher="Wire")
    assert "only from Wire" in shown
    list(chat.again(event(turn=0, drop="publisher"), key))
    assert engine.asked[-1].scope == Scope(after="2020-05-01")
    for bad in ({"after": "May"}, {"after": "2020-13-01"}, {"publisher": 3}, {"replaces": -1}, [], 7):
        ((shown, _),) = chat.ask(QUESTION, bad, chat.kept.start())
        assert "fn-error" in shown
    assert len(engine.asked) == 2


def test_an_edited_question_takes_the_place_of_the_one_it_was(chat):
    _, key = last(chat, "Who won?")
    _, key = last(chat, "Whatt fell?", key)
    list(chat.ask(QUESTION, {"replaces": 1}, key))
    assert [(turn.number, turn.question) for turn in chat.kept.turns(key)] == [(0, "Who won?"), (1, QUESTION)]
    list(chat.ask("And then?", {"replaces": 0}, key))
    assert [(turn.number, turn.question) for turn in chat.kept.turns(key)] == [(0, "And then?"), (1, QUESTION)]


def test_a_question_is_asked_again_in_its_place(chat, engine):
    _, key = last(chat, "No model?")
    engine.script["No model?"] = answered("No model?", passage(OIL, "Gas rose."))
    *_, shown = chat.again(event(turn=0, drop=""), key)
    assert "Gas rose." in shown
    assert len(chat.kept.turns(key)) == 1
    _, key = asked(chat, "x" * 3000)
    assert list(chat.again(event(turn=0, drop=""), key)) == [gr.skip()]


OUTLET = "What did the Wire report about oil?"


def test_a_publisher_is_read_out_of_the_question_and_can_be_taken_back(chat, engine):
    engine.script[OUTLET] = answered(OUTLET, passage(OIL, "Oil fell by 3 percent."))
    shown, key = last(chat, OUTLET)
    assert engine.asked[-1].scope.publisher == "Wire"
    assert strings.FROM_OUTLET.format(publisher="Wire") in shown
    *_, shown = chat.again(event(turn=0, drop="outlet"), key)
    assert engine.asked[-1].scope == Scope()
    assert strings.FROM_OUTLET.format(publisher="Wire") not in shown


def test_a_publisher_without_an_answer_is_said_and_the_others_asked(chat, engine):
    events = engine.events

    def limited(query, stop=lambda: False):
        yield from events(replace(query, query_str="Nothing") if query.scope else query, stop)

    engine.script[OUTLET] = answered(OUTLET, passage(OIL, "Oil fell by 3 percent."))
    engine.events = limited
    shown, _ = last(chat, OUTLET)
    assert [query.query_str for query in engine.asked] == ["Nothing", OUTLET]
    assert strings.ELSEWHERE.format(publisher="Wire") in shown
    assert strings.FROM_OUTLET.format(publisher="Wire") not in shown


def test_what_was_read_is_told_from_what_was_used(chat, engine):
    engine.read = [RankedPassage("oil", 0, 22, 0.9), RankedPassage("oil", 23, 32, 0.1), RankedPassage("gone", 0, 9, 0)]
    _, key = last(chat, QUESTION)
    shown = chat.open(event(article="", view="read", turn=0), key)
    used, unused = shown.split(strings.READ_UNUSED)
    assert f"{strings.READ_USED['answered']} (1)" in used
    assert "Oil fell by 3 percent." in used
    assert "Gas rose." in unused
    assert "(1)" in unused
    opened = chat.open(event(article="oil", version=OIL.version, kind="read", cited=[23, 32]), key)
    assert '<mark class="fn-also">Gas rose.</mark>' in opened
    assert strings.READ_PASSAGE in opened
    for turn, somebody in ((7, key), (0, None)):
        assert strings.NOT_THERE in chat.open(event(article="", view="read", turn=turn), somebody)


def test_what_changed_in_an_article_is_shown_word_by_word(chat, engine):
    shown = chat.open(event(article="oil", version=OLD.version, cited=[0, 22]), None)
    assert strings.CHANGES_SINCE in shown
    assert "2 versions" in shown
    for request in ({"version": OLD.version, "n": 1}, {"version": OIL.version, "n": 0}):
        shown = chat.open(event(article="oil", view="changes", **request), None)
        assert re.findall("<(ins|del)>.*?</span>(.*?)</", shown) == [
            ("del", "2 "),
            ("ins", "3 "),
            ("ins", ". Gas rose"),
        ]
    assert strings.CHANGES_NONE in chat.open(event(article="oil", view="changes", version=OLD.version, n=0), None)
    assert strings.GONE in chat.open(event(article="oil", view="changes", version="x"), None)


def test_an_answer_from_a_library_that_is_still_being_filled_says_so(engine):
    ready, filling = threading.Event(), [True]
    ready.set()
    chat = Chat(engine, ready, partial=lambda: filling[0])
    for typed in (QUESTION, "Who won?"):
        assert strings.ADDING_ANSWERED in last(chat, typed)[0]
    filling[0] = False
    assert strings.ADDING_ANSWERED not in last(chat, QUESTION)[0]


def test_what_to_ask_next_is_offered_under_the_last_answer(engine):
    words = "Oil fell. On May 4, 2020, gas rose in Norway. Ann Lee, a senior analyst, agreed."
    story = Article("story", words, "Story")
    engine.library = Shelf([story])
    day = "What happened on May 4, 2020?"
    engine.script[QUESTION] = answered(QUESTION, passage(story, "Oil fell."))
    engine.script[day] = answered(day, passage(story, "On May 4, 2020, gas rose in Norway."))
    ready = threading.Event()
    chat = Chat(engine, ready)
    shown, key = last(chat, QUESTION)
    assert 'data-next="0"' in shown, "the page asks for them once it shows the answer"
    assert chat.further(key, 0) == (day, "Who is Ann Lee?")
    assert chat.further(Key(key.id, "bob"), 0) == ()
    shown = chat.start(f"?c={key.id}", NOBODY)[0]
    assert "Who is Ann Lee?" in shown
    assert "data-next" not in shown
    shown, _ = last(chat, "Who won?", key)
    assert "Who is Ann Lee?" not in shown


def test_an_empty_question_changes_nothing(chat):
    assert list(chat.ask("  \n", None, None)) == [(gr.skip(), gr.skip())]


def test_errors_are_a_line_in_the_chat(chat, caplog):
    shown, key = last(chat, "No model?")
    assert "No model: run `footnote doctor`." in shown
    shown, _ = last(chat, "Broken?", key)
    assert strings.UNEXPECTED in unescape(shown)
    assert "secret detail" not in shown
    assert "secret detail" in caplog.text
    assert "Broken?" not in caplog.text


def test_a_long_question_is_refused_and_not_kept(chat):
    (shown,), key = asked(chat, "x" * 500_000)
    assert "500,000 characters" in shown
    assert len(chat.kept.turns(key)[0].question) == MAX_QUESTION + 1
    (shown,), _ = asked(chat, {"not": "text"})
    assert strings.BAD_REQUEST in shown


def test_a_conversation_does_not_grow_without_end(chat):
    key = None
    for _ in range(MAX_TURNS + 5):
        _, key = last(chat, QUESTION, key)
    turns = chat.kept.turns(key)
    assert len(turns) == MAX_TURNS + 1
    assert turns[-1].number == MAX_TURNS + 4


def test_a_reload_brings_the_conversation_back_to_its_own_user(chat):
    chat.owners = Owners(Access([User("ann", "a"), User("bob", "b")]))
    first, _, _, key = chat.start("", SimpleNamespace(username="ann"))
    assert "What fell?" in first
    last(chat, QUESTION, key)
    shown, _, _, same = chat.start(f"?c={key.id}", SimpleNamespace(username="ann"))
    assert same == key
    assert "Oil fell by 3 percent." in shown
    for kept, username in ((key.id, "bob"), (key.id, None), ("guess", "ann")):
        shown, _, _, other = chat.start(f"?c={kept}", SimpleNamespace(username=username))
        assert other.id != key.id
        assert "Oil fell by 3 percent." not in shown


def test_a_reload_tells_which_answers_cite_what_has_changed_since(chat, engine):
    shown, key = last(chat, QUESTION)
    assert strings.STALE not in shown
    assert strings.STALE not in chat.start(f"?c={key.id}", NOBODY)[0]
    for engine.library in (Shelf([OLD], [OIL]), Shelf([], [OIL])):
        assert strings.STALE in chat.start(f"?c={key.id}", NOBODY)[0]


def test_an_article_that_was_erased_takes_the_answers_that_quote_it_along(chat, engine):
    _, key = last(chat, QUESTION)
    engine.library = Shelf()
    assert strings.NOT_THERE in chat.take(event(turn=0, form="markdown"), key)
    shown = chat.start(f"?c={key.id}", NOBODY)[0]
    assert strings.ERASED in shown
    assert "Oil fell by 3 percent." not in shown


def test_a_page_that_is_reloaded_during_an_answer_watches_it_to_its_end(chat, engine):
    engine.pause = 0.4
    running = chat.ask(LONG, None, None)
    _, key = next(running)
    next(running)
    running.close()
    shown, *_ = chat.start(f"?c={key.id}", NOBODY)
    assert 'aria-busy="true"' in shown
    *before, shown = [html for html in chat.again(event(turn=0, drop=""), key) if isinstance(html, str)]
    assert all('aria-busy="true"' in each for each in before)
    assert "Gas rose." in shown
    assert "aria-busy" not in shown
    assert len(engine.asked) == 1


def test_feedback_is_kept_with_the_answer_and_told(chat, engine):
    _, key = last(chat, QUESTION)
    shown, told = chat.feedback(event(turn=0, kind="helpful", note=" <b>Good</b> "), key)
    assert strings.THANKS in told
    assert strings.KEPT.format(what="helpful") in shown
    shown, _ = chat.feedback(event(turn=0, kind="wrong citation", citation=1), key)
    assert "footnote 1 is wrong" in shown
    kinds = [(kind, answer["question"], n, note) for kind, answer, n, note in engine.library.feedback]
    assert kinds == [("helpful", QUESTION, None, "<b>Good</b>"), ("wrong citation", QUESTION, 1, "")]
    assert strings.SAID_BEFORE in chat.feedback(event(turn=0, kind="helpful"), key)[1]
    assert len(engine.library.feedback) == 2


@pytest.mark.parametrize(
    "data",
    [
        {"turn": 0, "kind": "helpful", "note": "x" * 1001},
        {"turn": 0, "kind": "wrong citation", "citation": 2},
        {"turn": 0, "kind": "wrong citation"},
        {"turn": 0, "kind": "helpful", "citation": 1},
        {"turn": 0, "kind": "should have answered"},
        {"turn": 0, "kind": "wrong answer"},
        {"turn": 1, "kind": "helpful"},
        {"turn": 0, "kind": ["helpful"]},
        {},
    ],
)
def test_feedback_that_does_not_fit_is_refused(chat, engine, data):
    _, key = last(chat, QUESTION)
    shown, told = chat.feedback(event(**data), key)
    assert shown == gr.skip()
    assert "fn-toast" in told
    assert engine.library.feedback == []


def test_a_refusal_can_be_called_wrong(chat, engine):
    _, key = last(chat, "Who won?")
    assert strings.THANKS in chat.feedback(event(turn=0, kind="should have answered"), key)[1]
    assert strings.BAD_REQUEST in chat.feedback(event(turn=0, kind="helpful"), key)[1]
    assert strings.NOT_THERE in chat.feedback(event(turn=0, kind="helpful"), None)[1]


def saved(html):
    ((_, attrs),) = Parsed(html).tags
    return attrs["data-name"], attrs["data-content"]


def test_answers_can_be_saved(chat):
    _, key = last(chat, QUESTION)
    last(chat, "Who won?", key)
    name, text = saved(chat.take(event(turn=0, form="evidence"), key))
    record = json.loads(text)
    assert name == "footnote-scripted.json"
    assert record["schema"] == "footnote.answer/1"
    assert record["citations"][0]["quote"] == "Oil fell by 3 percent."
    _, text = saved(chat.take(event(turn=None, form="evidence"), key))
    assert [answer["question"] for answer in json.loads(text)["answers"]] == [QUESTION, "Who won?"]
    name, text = saved(chat.take(event(turn=None, form="markdown"), key))
    assert name == "footnote.md"
    assert "Oil fell by 3 percent.[^1-1]" in text
    assert "## Who won?" in text
    assert strings.NOT_THERE in chat.take(event(turn=7, form="evidence"), key)
    assert strings.BAD_REQUEST in chat.take(event(form="exe"), key)


def test_the_pane_shows_the_article_or_the_list(chat):
    shown = chat.open(event(article="oil", version=OIL.version, cited=[0, 22]), None)
    assert '<mark class="fn-cited">Oil fell by 3 percent.</mark>' in shown
    assert strings.COLLECTION in chat.open(event(article=""), None)
    assert strings.GONE in chat.open(event(article="other"), None)
    assert strings.BAD_REQUEST in chat.open(event(article=3), None)
    assert strings.BAD_REQUEST in chat.open(SimpleNamespace(_data=None), None)


def test_an_older_version_says_so(chat, engine):
    shown = chat.open(event(article="oil", version=OLD.version, cited=[0, 22]), None)
    assert strings.CITED_VERSION in shown
    assert "Oil fell by 2 percent." in shown
    engine.library = Shelf([], [OLD])
    assert strings.WITHDRAWN in chat.open(event(article="oil", version=OLD.version), None)


def test_a_new_conversation_is_as_at_the_start(chat):
    _, key = last(chat, QUESTION)
    talk, pane, new = chat.fresh(event(), key)
    assert new.id != key.id
    assert "What fell?" in talk
    assert strings.COLLECTION in pane
    assert chat.kept.turns(new) == ()


def test_an_earlier_conversation_is_gone_on_with_by_its_owner(chat, engine):
    _, key = last(chat, QUESTION)
    _, _, new = chat.fresh(event(), key)
    talk, _, back = chat.fresh(event(conversation=key.id), new)
    assert back == key
    assert "Oil fell by 3 percent." in talk
    for guess in ("guess", new.id, 7, None, "x" * 5000, key.id):
        talk, _, other = chat.fresh(event(conversation=guess), Key(new.id, "bob"))
        assert other.id != key.id
        assert "Oil fell" not in talk
    engine.library = Shelf()
    assert strings.ERASED in chat.fresh(event(conversation=key.id), new)[0]


def test_an_empty_library_says_what_to_do():
    talk, pane, _, _ = Chat(Scripted(), threading.Event()).start("", NOBODY)
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
    public = {each["api_name"] for each in config["dependencies"] if each["api_visibility"] != "private"}
    assert public == {"ask", "search", "show"}
    assert config["analytics_enabled"] is False
    for path in ("/gradio_api/upload", "/gradio_api/component_server", "/monitoring", "/gradio_api/file=app.py"):
        assert client.get(path).status_code == 404
    assert set(client.get("/gradio_api/info").json()["named_endpoints"]) == {"/ask", "/search", "/show"}


def test_nothing_of_the_articles_is_served_without_a_password(engine):
    client = client_of(engine, options=ServerOptions(users=(User("ann", "secret"),)))
    for path in ("/", "/config"):
        response = client.get(path, follow_redirects=False)
        assert response.status_code in (303, 401)
        assert "What fell?" not in response.text
    join = {"data": ["What fell?", None, None], "fn_index": 0, "session_hash": "x"}
    assert client.post("/gradio_api/queue/join", json=join).status_code == 401


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
from footnote.corpus.offline import shut_network
shut_network()
from footnote import app
from scripted import Scripted
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
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests/support"},
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
