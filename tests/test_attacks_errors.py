"""What goes wrong is said with the right status, or in one line; nothing that is sent makes a traceback."""

import asyncio
import threading

import pytest
from live import made
from starlette.testclient import TestClient

from corpus.article import Article
from corpus.errors import LibraryError
from page import programs
from page.options import Options
from page.scripted import Scripted, Shelf, answered, passage

OIL = Article("oil", "Oil fell by 3 percent.", "Oil", publisher="Wire", published="2020-05-04")
QUESTION = "What fell?"


class Slow(Scripted):
    """Answers once it may."""

    def __init__(self):
        super().__init__(Shelf([OIL]))
        self.go, self.begun = threading.Event(), threading.Semaphore(0)

    def events(self, query, stop=lambda: False):
        if query.query_str == "Slow?":
            self.begun.release()
            assert self.go.wait(30)
        yield from super().events(query, stop)


def client_of(engine=None, **chosen):
    engine = engine or Scripted(Shelf([OIL]), {QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent."))})
    web = asyncio.run(made(engine, options=Options(**chosen)))
    return TestClient(web, base_url="http://127.0.0.1:7860")


def call(client, name, *data):
    return client.post(f"/gradio_api/run/{name}", json={"data": list(data)})


def ask(client, question=QUESTION):
    return call(client, "ask", question, "", "", "", "")


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("show", ("gas", ""), 404),
        ("show", ("oil", "0" * 64), 404),
        ("show", ("", ""), 422),
        ("ask", ("", "", "", "", ""), 422),
        ("ask", (QUESTION, "soon", "", "", ""), 422),
        ("search", ("oil", 0), 422),
    ],
)
def test_a_call_that_is_wrong_has_a_status_of_its_own(name, data, status):
    answer = call(client_of(), name, *data)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_who_asks_too_much_is_told_when_to_come_again():
    client = client_of(questions=6)
    answers = [ask(client) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 10


def test_a_busy_server_says_when_to_come_again(monkeypatch):
    monkeypatch.setattr(programs, "_PATIENCE", 0.05)
    engine = Slow()
    client = client_of(engine)
    busy = [threading.Thread(target=ask, args=(client, "Slow?")) for _ in range(programs.AT_ONCE)]
    try:
        for each in busy:
            each.start()
        for _ in busy:
            assert engine.begun.acquire(timeout=30)
        answer = ask(client)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
    finally:
        engine.go.set()
        for each in busy:
            each.join()


def test_a_library_that_cannot_be_read_is_the_servers_fault():
    answer = ask(client_of(Scripted(Shelf([OIL]), {QUESTION: LibraryError("the library is damaged")})))
    assert answer.status_code == 500
    assert answer.json()["error"] == "the library is damaged"
