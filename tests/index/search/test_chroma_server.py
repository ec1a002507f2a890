"""Vectors on a real Chroma server: the same answers as beside the library, whatever becomes of the server."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from articles import found

from footnote.corpus.errors import LibraryError, UsageError
from footnote.corpus.settings import Settings
from footnote.index.doctor import problems
from footnote.index.passages import PassageIndex
from footnote.index.search.chroma import server_client
from footnote.index.search.scope import Scope
from tests.trials import chroma_server
from tests.trials.kills import ENCODERS

TOPICS = "harbour election bread volcano football treaty drought museum vaccine railway".split()


def articles(topics=TOPICS):
    return [found(topic, f"The {topic} made news. People talked of the {topic} for weeks.") for topic in topics]


@pytest.fixture(scope="module")
def server():
    with chroma_server.running() as running:
        yield running


@pytest.fixture
def open_shared(tmp_path, server, monkeypatch):
    """Open the one library as another app process would."""
    monkeypatch.setattr("footnote.index.search.derived._WATCH_SECONDS", 0.1)
    opened = []

    def open_(notify=lambda line: None):
        opened.append(PassageIndex(Settings(tmp_path / "home", chroma=server.address), ENCODERS[0], notify))
        opened[-1].derived.wait()
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def shared(open_shared):
    index = open_shared()
    list(index.add(articles()))
    index.derived.sync()
    return index


def near(index, word="volcano"):
    question = f"The {word} made news. People talked of the {word} for weeks."
    vector = index.encoder.encode_query(question)
    return [(c.article.id, round(c.similarity, 5)) for c in index.search(vector, question, Scope(), 5)]


def asked(index, article_id):
    """What the server itself says is nearest to an article's chunk."""
    chunk = index.library.chunks([n for n, owner in index.library.chunk_keys() if owner == article_id])[0]
    found = index.derived.query(chunk.vector, 1)
    return None if found is None else found == [chunk.id]


def comes(wanted):
    return any(wanted() or time.sleep(0.1) for _ in range(300))


def test_it_answers_as_an_exact_search_does(shared, tmp_path):
    assert asked(shared, "volcano")
    assert problems(shared) == []
    exact = PassageIndex(Settings(tmp_path / "home"), ENCODERS[0], chroma=False)
    assert near(exact) == near(shared)
    exact.close()
    assert not list((tmp_path / "home").glob("chroma*")), "nothing is kept beside the library"


def test_two_processes_answer_alike_and_find_what_the_other_adds(shared, open_shared):
    other = open_shared()
    assert near(other) == near(shared)
    list(other.add([found("lava", "Lava ran down.")]))
    assert asked(shared, "lava")
    assert asked(other, "lava")
    assert shared.derived._store.count() == 11, "nothing twice"
    assert problems(shared) == problems(other) == []


def test_what_is_purged_leaves_the_server(shared, open_shared):
    other = open_shared()
    before = other.derived._store._collection.name
    shared.purge(["volcano"])
    assert comes(lambda: asked(other, "bread"))
    assert comes(lambda: asked(shared, "bread"))
    names = [each.name for each in other.derived._store._client.list_collections()]
    assert before not in names
    assert problems(shared) == problems(other) == []


@pytest.mark.parametrize("harm", ["delete", "remove"])
def test_what_the_server_lost_is_made_anew(shared, open_shared, harm):
    store = shared.derived._store
    if harm == "delete":
        store._collection.delete(ids=["3", "4"])
        assert problems(shared) == ["2 vectors are missing from the Chroma index"]
    else:
        store._client.delete_collection(store._collection.name)
    lines = []
    again = open_shared(lines.append)
    assert problems(again) == []
    assert [("lost vectors" in line) for line in lines] == ([True] if harm == "delete" else [])
    assert near(again) == near(shared)
    assert comes(lambda: asked(shared, "bread")), "who had it open finds the new one"


def test_answers_go_on_while_the_server_is_gone(shared, server, open_shared):
    lines, before = [], near(shared)
    index = open_shared(lines.append)
    server.kill()
    assert near(index) == before
    list(index.add([found("lava", "Lava ran down.")]))
    index.derived.sync()
    assert near(index) == before
    late = open_shared()
    assert near(late) == before
    assert problems(late) == ["the Chroma index cannot be opened"]
    server.start()
    assert comes(lambda: asked(index, "lava"))
    assert comes(lambda: asked(late, "lava"))
    assert [line[:28] for line in lines] == ["the Chroma index failed ([Er", "the Chroma index answers aga"]


@pytest.mark.slow
def test_a_server_that_is_killed_ten_times_loses_nothing_and_holds_nothing_twice(shared, server, open_shared):
    number = 0
    with chroma_server.killed(server, times=10) as done:
        while not done.is_set():
            list(shared.add([found(f"a{number}", f"Word{number} and word{number + 1} met.")]))
            shared.derived.sync()
            number += 1
    assert comes(lambda: asked(shared, "bread"))
    assert number > 10
    live = {n for n, _ in shared.library.chunk_keys()}
    store = shared.derived._store
    assert {n for n, _ in store.pairs()} == live
    assert store.count() == len(live) == number + len(TOPICS)
    assert problems(shared) == []
    again = open_shared()
    assert problems(again) == []
    assert again.derived._store._collection.name == store._collection.name


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host", "http://user:secret@host", "http://host/path"])
def test_an_address_that_is_none(address, tmp_path):
    with pytest.raises(UsageError, match="as in http"):
        Settings.from_environment({}, home=tmp_path, chroma=address)


class Proxy(BaseHTTPRequestHandler):
    """Lets nobody pass, and remembers the token."""

    seen: ClassVar[list[str | None]] = []

    def do_GET(self):
        self.seen.append(self.headers["Authorization"])
        self.send_error(401)

    def log_message(self, *_):
        pass


def test_a_token_is_sent_and_shown_nowhere(tmp_path):
    settings = Settings.from_environment({"FOOTNOTE_CHROMA_TOKEN": "secret", "HOME": str(tmp_path)})
    assert "secret" not in repr(settings)
    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.handle_request)
        thread.start()
        with pytest.raises(LibraryError, match="does not answer: Client error '401 Unauthorized'"):
            server_client(f"http://127.0.0.1:{proxy.server_port}", settings.chroma_token)
        thread.join()
    assert Proxy.seen == ["Bearer secret"]
