"""What one user may learn or do of another's: by the session that a page names, and of what was withdrawn."""

import asyncio
import json
from contextlib import suppress

import httpx
import pytest
from live import live, made
from scripted import Scripted, Shelf, answered, passage
from starlette.testclient import TestClient

from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError
from footnote.page.library.article import source_name
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User

OIL = Article(
    "oil", "Oil fell by 3 percent.", "Oil", publisher="Wire", published="2020-05-04", source="/srv/in/oil.txt"
)
GAS = Article("gas", "Gas rose in Vienna.", "Gas", publisher="Wire", published="2020-05-04", source="/srv/in/gas")
QUESTION = "What fell?"
USERS = (User("ann", "secret"), User("bob", "hidden"), User("ed", "top", edits=True))


class Page:
    """A user's open page, as Gradio's script speaks for it."""

    def __init__(self, url, auth, session):
        self.http = httpx.Client(base_url=url, auth=auth, timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
        self.session = session
        config = self.http.get("/config").json()
        self.events = {name: each["id"] for each in config["dependencies"] for _, name in each["targets"]}
        self.inputs = {each["id"]: len(each["inputs"]) for each in config["dependencies"]}

    def send(self, name, *data, event=None):
        """Send an event; returns the answer's status and id."""
        number = self.events[name]
        given = [*data, *[None] * (self.inputs[number] - len(data))]
        body = {"data": given, "event_data": event, "fn_index": number, "session_hash": self.session, "trigger_id": 1}
        return self.http.post("/gradio_api/queue/join", json=body)

    def heard(self):
        """Return all that comes for this page until there is nothing more to come."""
        said = ""
        asked = {"session_hash": self.session}
        with (
            suppress(httpx.RemoteProtocolError),  # that is how Gradio says that it knows no such session
            self.http.stream("GET", "/gradio_api/queue/data", params=asked) as messages,
        ):
            for line in messages.iter_lines():
                said += line
        return said

    def does(self, name, *data, event=None):
        """Send an event and return what comes of it."""
        self.send(name, *data, event=event)
        return self.heard()


@pytest.fixture(scope="module")
def url():
    engine = Scripted(Shelf([OIL]), {QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent."))})
    with live(engine, options=ServerOptions(users=USERS)) as address:
        yield address


def test_a_page_has_its_own_conversation(url):
    page = Page(url, ("ann", "secret"), "ann-alone")
    page.does("load", "")
    assert "3 percent" in page.does("submit", QUESTION)
    assert "3 percent" in page.does("download", event={"form": "markdown"})


def test_another_users_session_opens_nothing(url):
    ann, bob = (Page(url, who, "the-session") for who in (("ann", "secret"), ("bob", "hidden")))
    ann.does("load", "")
    ann.does("submit", QUESTION)
    for said in (
        bob.does("download", event={"form": "markdown"}),
        bob.does("download", event={"form": "evidence"}),
        bob.does("select", event={"view": "read", "article": "", "turn": 0}),
        bob.does("like", event={"turn": 0, "kind": "helpful"}),
        bob.does("submit", "Who won?"),
    ):
        assert "percent" not in said
    assert "Who won" not in ann.does("download", event={"form": "evidence"})


def test_another_user_hears_nothing_and_ends_nothing(url):
    ann, bob = (Page(url, who, "heard") for who in (("ann", "secret"), ("bob", "hidden")))
    ann.does("load", "")
    sent = ann.send("submit", QUESTION).json()
    assert "percent" not in bob.heard()
    with bob.http.stream("GET", "/gradio_api/heartbeat/heard"):
        pass  # a heartbeat that ends makes Gradio forget the session
    cancel = {"session_hash": "heard", "fn_index": ann.events["submit"], "event_id": "none"}
    bob.http.post("/gradio_api/cancel", json=cancel)
    assert "percent" in ann.heard()
    assert sent["event_id"]
    assert "percent" in ann.does("download", event={"form": "markdown"})


@pytest.fixture
def clients():
    """A client for each user, over an article, and one that was withdrawn."""
    engine = Scripted(Shelf([OIL], [GAS]), {})
    web = asyncio.run(made(engine, options=ServerOptions(users=USERS)))
    return {
        user.name: TestClient(web, base_url="http://127.0.0.1:7860", headers={"authorization": basic(user)})
        for user in USERS
    }


def basic(user):
    return httpx.BasicAuth(user.name, user.password)._auth_header


def show(client, *data):
    return client.post("/gradio_api/run/show", json={"data": [*data, ""][:2]})


def test_the_text_of_a_withdrawn_article_is_for_editors(clients):
    assert show(clients["ann"], "oil").json()["data"][0]["text"] == OIL.text
    for version in ("", GAS.version):
        refused = show(clients["ann"], "gas", version)
        assert refused.status_code == 404
        assert "Vienna" not in refused.text
        assert show(clients["ed"], "gas", GAS.version).json()["data"][0]["text"] == GAS.text


def test_the_text_of_a_withdrawn_article_is_for_editors_on_the_page_too():
    engine = Scripted(Shelf([OIL], [GAS]), {})
    with live(engine, options=ServerOptions(users=USERS)) as url:
        ann, ed = (Page(url, who, "x") for who in (("ann", "secret"), ("ed", "top")))
        for page in (ann, ed):
            page.does("load", "")
        for view, n in (("article", 0), ("changes", 0), ("changes", 1)):
            asked = {"article": "gas", "version": GAS.version, "view": view, "n": n}
            assert "Vienna" not in ann.does("select", event=asked)
        assert "Vienna" in ed.does("select", event={"article": "gas", "version": GAS.version})


def test_a_folder_on_the_server_is_for_editors():
    assert source_name("/srv/in/gas.txt") == "gas.txt"
    assert source_name("/srv/in/gas.txt", edits=True) == "/srv/in/gas.txt"
    assert source_name("https://wire.example/gas") == "https://wire.example/gas"


def test_what_is_wrong_with_the_server_is_for_editors():
    engine = Scripted(Shelf([OIL]), {"Broken?": LibraryError("the library at /srv/in/library.sqlite is damaged")})
    with live(engine, options=ServerOptions(users=USERS)) as url:
        for user, shown in (("bob", "hidden"), False), (("ed", "top"), True):
            page = Page(url, user, "x")
            page.does("load", "")
            assert ("/srv/in" in page.does("submit", "Broken?")) is shown
            call = page.http.post("/gradio_api/run/ask", json={"data": ["Broken?", "", "", "", ""]})
            assert ("/srv/in" in call.text) is shown


def test_showing_articles_is_limited_like_asking(clients):
    engine = Scripted(Shelf([OIL]), {})
    web = asyncio.run(made(engine, options=ServerOptions(questions=6)))
    client = TestClient(web, base_url="http://127.0.0.1:7860")
    found = [show(client, "oil") for _ in range(4)]
    assert [each.status_code for each in found] == [200, 200, 200, 429]
    assert 0 < int(found[-1].headers["retry-after"]) <= 10


def test_no_path_of_the_server_is_shown(clients):
    for client in clients.values():
        for path in ("/", "/config", "/gradio_api/info"):
            assert "/srv/in" not in client.get(path).text
        assert "/srv/in" not in json.dumps(show(client, "oil").json())
