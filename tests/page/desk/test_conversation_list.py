"""The list of conversations over HTTP: only one's own, only well-formed changes; and links to single answers."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from articles import found
from fastapi.testclient import TestClient
from kills import ToyEncoder
from live import made
from scripted import Scripted, answered, passage

from footnote.corpus.settings import Settings
from footnote.index.database.conversations import ConversationStore
from footnote.index.passages import PassageIndex
from footnote.page import strings
from footnote.page.chat.chat import Chat
from footnote.page.chat.conversations import Conversations, ShownTurn
from footnote.page.desk.owners import COOKIE, Owners
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import Access, User

ASKED = "What fell?"
OIL = "Oil fell by 3 percent. Gas rose."
NOBODY = SimpleNamespace(username=None)
USERS = [User("ann", "a"), User("bob", "b"), User("ed", "e", edits=True)]


@pytest.fixture
def index(tmp_path):
    opened = PassageIndex(Settings(tmp_path / "home"), ToyEncoder("toy", 16))
    list(opened.add([found("oil", OIL)]))
    yield opened
    opened.close()


def engine(index):
    article = index.library.article("oil")
    return Scripted(index.library, {ASKED: answered(ASKED, passage(article, "Oil fell by 3 percent."))})


def chat(index, users=()):
    ready = threading.Event()
    ready.set()
    return Chat(engine(index), ready, owners=Owners(Access(users)))


def who(name):
    return SimpleNamespace(username=name)


def test_a_restart_loses_no_conversation(index):
    before = chat(index)
    *_, (_, key) = [*before.ask(ASKED, None, None)][:1]
    list(before.ask(ASKED, None, key))
    shown, _, _, same = chat(index).start(f"?c={key.id}", NOBODY)
    assert same == key
    assert shown.count("Oil fell by 3 percent.") >= 1
    turn = chat(index).kept.turns(key)[-1]
    assert turn.answer == before.kept.turns(key)[-1].answer
    assert turn.answered_at
    assert turn.link


def test_what_was_being_answered_when_the_server_stopped_can_be_asked_again(index):
    kept = Conversations(ConversationStore(index.library))
    key = kept.start()
    kept.ask(key, ShownTurn(ASKED))
    (turn,) = Conversations(ConversationStore(index.library)).turns(key)
    assert turn.error == strings.INTERRUPTED


def test_a_record_that_cannot_be_read_keeps_its_question(index):
    kept = Conversations(ConversationStore(index.library))
    key = kept.start()
    kept.ask(key, ShownTurn(ASKED, error="No."))
    for record in ("[]", "{", '{"answer": 3}'):
        with index.library.change() as connection:
            connection.execute("UPDATE turns SET record = ?", (record,))
        (turn,) = Conversations(ConversationStore(index.library)).turns(key)
        assert (turn.question, turn.error) == (ASKED, strings.UNREADABLE_TURN)


def test_a_link_opens_that_answer_and_says_what_became_of_its_articles(index):
    page = chat(index, USERS)
    _, _, _, key = page.start("", who("ann"))
    list(page.ask(ASKED, None, key))
    address = f"?a={page.kept.turns(key)[0].link}"
    shown, _, _, other = page.start(address, who("bob"))
    assert "Oil fell by 3 percent." in shown
    assert strings.LINK_FRESH in shown
    assert not page.kept.turns(other), "to read an answer begins no conversation"
    list(index.add([replace(found("oil", "Oil fell by 4 percent."), named=True)]))
    shown = page.start(address, who("bob"))[0]
    assert "Oil fell by 3 percent." in shown, "the answer stays as it was given"
    assert strings.LINK_STALE in shown
    index.library.withdraw(["oil"])
    assert strings.LINK_WITHDRAWN in page.start(address, who("bob"))[0]
    for reader in ("ann", "ed"):
        assert "Oil fell by 3 percent." in page.start(address, who(reader))[0], reader
    index.purge(["oil"])
    for reader in ("ann", "bob", "ed"):
        shown = page.start(address, who(reader))[0]
        assert strings.ERASED in shown
        assert "3 percent" not in shown
    assert strings.LINK_GONE in page.start("?a=guessed", who("ann"))[0]


@contextmanager
def server(index, **options):
    import asyncio

    web = asyncio.run(made(engine(index), **options))
    with TestClient(web, base_url="http://127.0.0.1:7860") as client:
        yield client


def test_changes_are_for_the_owner_and_of_the_documented_form(index):
    ConversationStore(index.library).put(
        "mine", "ann", SimpleNamespace(number=0, question="<b>?", record="{}", link=""), "<b>?"
    )
    with server(index, options=ServerOptions(users=tuple(USERS))) as client:
        assert client.get("/conversations").status_code in (303, 401)
        ann, bob = ("ann", "a"), ("bob", "b")
        assert "&lt;b&gt;?" in client.get("/conversations", auth=ann).text
        assert strings.NO_CONVERSATIONS in client.get("/conversations", auth=bob).text

        def change(auth=ann, **body):
            return client.post("/conversations", json=body, auth=auth).status_code

        assert change(bob, doing="delete", conversation="mine") == 404
        for bad in ({}, {"doing": "burn", "conversation": "mine"}, {"doing": "pin", "conversation": 3},
                    {"doing": "rename", "conversation": "mine", "name": "x" * 200}):  # fmt: skip
            assert change(**bad) == 422 or change(**bad) == 400
        assert client.post("/conversations", content=b"[", auth=ann).status_code in (400, 422)
        assert change(doing="rename", conversation="mine", name=" My\n desk ") == 200
        assert "My desk" in client.get("/conversations?words=desk", auth=ann).text
        assert change(doing="pin", conversation="mine") == 200
        assert strings.PINNED in client.get("/conversations", auth=ann).text
        assert change(doing="delete", conversation="mine") == 200
        assert "My desk" not in client.get("/conversations", auth=ann).text
        assert change(doing="restore", conversation="mine") == 200
        assert strings.NO_CONVERSATION_FOUND in client.get("/conversations?words=nothing", auth=ann).text


def test_where_others_reach_a_server_without_users_each_browser_has_its_own(index):
    owners = Owners(Access(), private=False)

    def request(cookie):
        headers = [(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else []
        return SimpleNamespace(scope={"type": "http", "headers": headers})

    assert owners.of(request("a" * 32)) == owners.of(request("a" * 32)) != owners.of(request("b" * 32))
    assert owners.of(request("")) != owners.of(request("")), "without a cookie, nobody's"
    assert owners.of(request("short")) != owners.of(request("short"))
    assert Owners(Access()).of(request("")) == ""
    with server(index, host="0.0.0.0") as client:
        first = client.get("/")
        assert len(client.cookies[COOKIE]) == 32
        assert "HttpOnly" in first.headers["set-cookie"]
        assert "set-cookie" not in client.get("/").headers
    with server(index) as client:
        assert "set-cookie" not in client.get("/").headers
