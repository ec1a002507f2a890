"""Watched questions: asked again when articles come in, told in the page and as an Atom feed, and forgotten."""

import asyncio
import json
from datetime import UTC, date, datetime
from html import unescape
from xml.etree import ElementTree

import pytest
from articles import found
from fastapi.testclient import TestClient
from kills import ToyEncoder
from live import made
from scripted import Scripted, abstained, answered, passage

from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings
from footnote.index.database import watches
from footnote.index.database.watches import Watches
from footnote.index.passages import PassageIndex
from footnote.page import strings
from footnote.page.desk.watching import Watching, feed
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User

ASKED = "How many fell?"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def index(tmp_path):
    opened = PassageIndex(Settings(tmp_path / "home"), ToyEncoder("toy", 16))
    list(opened.add([found("one", "In all, 3 trees fell. Nobody was hurt.")]))
    yield opened
    opened.close()


def told(index, engine, text="In all, 3 trees fell.", name="one"):
    engine.script = {ASKED: answered(ASKED, passage(index.library.article(name), text))}


def watching(index, **limits):
    engine = Scripted(index.library)
    told(index, engine)
    desk = Watching(engine, index.library)
    desk.kept.add("ann", ASKED, json.dumps(limits))
    desk.look(rest=0)
    return desk, engine


def test_it_is_asked_when_the_library_has_changed_and_what_changed_is_told(index):
    desk, engine = watching(index, publisher="Wire")
    assert engine.asked[0].scope.publisher == "Wire"
    desk.look(rest=0)
    assert len(engine.asked) == 1, "nothing has come in"
    assert desk.kept.news("ann") == []
    list(index.add([found("two", "Later, 5 trees fell. It went on.")]))
    desk.look(rest=0)
    assert desk.kept.news("ann") == [], "the answer is the same"
    list(index.add([found("three", "Something else came in on Monday.")]))
    told(index, engine, "Later, 5 trees fell.", "two")
    desk.look(rest=0)
    (news,) = desk.kept.news("ann")
    assert "3 trees fell" in news.record
    assert "5 trees fell" in news.record
    assert desk.kept.news("bob") == []
    engine.script = {ASKED: abstained(ASKED)}
    list(index.add([found("four", "And this came in on Tuesday.")]))
    desk.look(rest=0)
    latest, _ = desk.kept.news("ann")
    shown = feed([latest], "http://desk/")
    assert strings.NEWS_DECLINED in shown


def test_editors_get_everybodys_news_and_all_are_told_since_when(index):
    desk, engine = watching(index)
    list(index.add([found("two", "Later, 5 trees fell. It went on.")]))
    told(index, engine, "Later, 5 trees fell.", "two")
    desk.look(rest=0)
    users = (User("ann", "a"), User("bob", "b"), User("ed", "e", edits=True))
    web = asyncio.run(made(Scripted(index.library), options=ServerOptions(users=users)))
    line = f"1 new answer since {datetime.now(UTC):%A}"
    with TestClient(web, base_url="http://127.0.0.1:7860") as client:
        for name, count, brief, entries in (("ann", line, line, 1), ("bob", "", strings.WATCH_NONE, 0),
                                            ("ed", line, strings.NEWS_ALL, 1)):  # fmt: skip
            auth = (name, name[0])
            assert client.get("/watches/news", auth=auth).text == count
            assert brief in (page := unescape(client.get("/watches", auth=auth).text))
            assert (strings.NEWS_ALL in page) == (name == "ed")
            shown = client.get("/watches.atom?everybody=1", auth=auth).text
            assert shown.count("<entry>") == entries
    assert strings.NEWS_FOR.format(owner="ann") in page


@pytest.mark.parametrize(
    ("day", "words"), [("2020-05-14", "Thursday"), ("2020-05-08", "Friday"), ("2020-05-07", "7 May 2020")]
)
def test_since_when(day, words):
    assert strings.since(f"{day}T08:00:00+00:00", date(2020, 5, 14)) == words


def test_a_question_is_watched_once_by_its_owner_and_no_more_when_that_is_said(index, monkeypatch):
    kept = Watches(index.library)
    assert kept.add("ann", ASKED, "{}") == (watch := kept.add("ann", ASKED, "{}"))
    assert not kept.remove(watch, "bob")
    monkeypatch.setattr(watches, "MAX_WATCHES", 1)
    with pytest.raises(UsageError):
        kept.add("ann", "Another?", "{}")
    assert kept.remove(watch, "ann")
    assert kept.of("ann") == []


def test_what_was_purged_is_in_no_record_and_no_feed(index):
    desk, engine = watching(index)
    list(index.add([found("two", "Later, 5 trees fell. It went on.")]))
    told(index, engine, "Later, 5 trees fell.", "two")
    desk.look(rest=0)
    assert desk.kept.news("ann")
    index.purge(["two"])
    assert desk.kept.news("ann") == []
    assert desk.kept.of("ann")[0].record == ""
    told(index, engine)
    desk.look(rest=0)
    assert desk.kept.news("ann") == [], "there is nothing to compare with"


def test_the_feed_is_xml_whatever_is_in_it(index):
    desk, engine = watching(index)
    hostile = ']]><script>&\x07 fell over the "fence" today.'
    list(index.add([found("two", hostile)]))
    text = index.library.article("two").text
    told(index, engine, text, "two")
    desk.look(rest=0)
    root = ElementTree.fromstring(feed(desk.kept.news("ann"), "http://desk/?a=1&b=<"))
    assert root.findtext(f"{ATOM}title") == strings.FEED_TITLE
    (entry,) = root.findall(f"{ATOM}entry")
    assert "<script>" in entry.findtext(f"{ATOM}content")
    assert ElementTree.fromstring(feed([], "http://desk/")).findall(f"{ATOM}entry") == []


def test_over_http_it_is_each_users_own(index):
    users = (User("ann", "a"), User("bob", "b"))
    web = asyncio.run(made(Scripted(index.library), options=ServerOptions(users=users)))
    with TestClient(web, base_url="http://127.0.0.1:7860") as client:
        ann, bob = ("ann", "a"), ("bob", "b")
        assert client.get("/watches.atom").status_code in (303, 401)
        told_ = client.post("/watches", json={"question": "Who <b>?", "publisher": "Wire"}, auth=ann)
        assert told_.json() == {"told": strings.WATCHING}
        assert "Who &lt;b&gt;?" in client.get("/watches", auth=ann).text
        assert strings.WATCH_NONE in client.get("/watches", auth=bob).text
        for bad in ({}, {"question": ""}, {"question": "x" * 2001}, {"question": "?", "after": "soon"}):
            assert client.post("/watches", json=bad, auth=ann).status_code in (400, 422), bad
        assert client.post("/watches", content=b"[", auth=ann).status_code in (400, 422)
        assert client.get("/watches.atom", auth=ann).headers["content-type"].startswith("application/atom+xml")
        (watch,) = Watches(index.library).of("ann")
        client.post("/watches", json={"leave": watch.id}, auth=bob)
        assert Watches(index.library).of("ann")
        client.post("/watches", json={"leave": watch.id}, auth=ann)
        assert Watches(index.library).of("ann") == []
