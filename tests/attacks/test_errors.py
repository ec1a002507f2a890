"""What goes wrong is said with the right status, or in one line; nothing that is sent makes a traceback."""

import asyncio
import errno
import json
import logging
import threading

import pytest
from filelock import FileLock
from kills import ToyEncoder
from live import made
from scripted import Scripted, Shelf, answered, passage
from starlette.testclient import TestClient

from footnote.cli.main import main
from footnote.corpus.article import Article
from footnote.corpus.errors import LibraryError
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.index.doctor import problems
from footnote.index.passages import PassageIndex
from footnote.page import api
from footnote.page.server.options import ServerOptions
from footnote.page.server.request_bodies import understood

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
    web = asyncio.run(made(engine, options=ServerOptions(**chosen)))
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
    monkeypatch.setattr(api, "_PATIENCE", 0.05)
    engine = Slow()
    client = client_of(engine)
    busy = [threading.Thread(target=ask, args=(client, "Slow?")) for _ in range(api.AT_ONCE)]
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


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        None,
        {"data": []},
        {"data": [], "fn_index": 0},
        {"data": [], "session_hash": "x"},
        {"data": [], "fn_index": 9999, "session_hash": "x"},
        {"data": [], "fn_index": -1, "session_hash": "x"},
        {"data": [], "fn_index": "1", "session_hash": "x"},
        {"data": "x", "fn_index": 3, "session_hash": "x"},
        {"data": [1, 2, 3, 4, 5, 6, 7, 8], "fn_index": 3, "session_hash": "x"},
        {"data": [], "fn_index": 3, "session_hash": "x"},
        {"data": [{"a": 1}], "fn_index": 3, "session_hash": "x", "trigger_id": "none"},
        {"data": [None, None, None], "fn_index": 3, "session_hash": "x", "event_data": {"x": {"y": 1}}},
        {"data": [None] * 3, "fn_index": 3, "session_hash": "x", "batched": True},
        {"data": [["x"] * 40], "fn_index": 3, "session_hash": ""},
        {"data": [[[[["x"]]]]] * 3, "fn_index": 4, "session_hash": "x", "simple_format": True},
        {"question": QUESTION, "more": 1},
        {"session_hash": "x", "fn_index": 3, "event_id": "none"},
    ],
    ids=str,
)
@pytest.mark.slow
def test_a_malformed_call_is_no_traceback(body, caplog, capsys):
    client = client_of()
    for path in ("queue/join", "run/ask", "call/ask", "call/v2/ask", "call/none", "run/show", "cancel", "reset", "mcp"):
        with caplog.at_level(logging.WARNING):
            answer = client.post(f"/gradio_api/{path}", json=body)
        assert answer.status_code < 500, (path, answer.text)
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert [each for each in caplog.records if each.exc_info] == []


def test_what_only_the_pages_script_does_is_not_called():
    client = client_of()
    events = [each for each in client.get("/config").json()["dependencies"] if not each["backend_fn"]]
    assert events
    for each in events:
        body = {"data": [None] * len(each["inputs"]), "fn_index": each["id"], "session_hash": "x"}
        assert client.post("/gradio_api/queue/join", json=body).status_code == 400


def test_half_a_character_is_no_fault_of_the_servers(tmp_path):
    """In JSON there may be one; no file, table or page holds it."""
    home = tmp_path / "home"
    home.mkdir()
    lock = FileLock(str(home / "chroma.lock"))  # as if another process had Chroma: this one opens at once
    lock.acquire()
    index = filled(home)
    engine = Scripted(index.library)
    engine.index = index
    try:
        client, half = client_of(engine, allow_edits=True), "a\ud800"
        for path, body in (
            *(("change", {"doing": doing, "article": half}) for doing in ("edit", "withdraw", "restore", "purge")),
            (f"waiting?draft={'x' * 32}", {"refused": [half]}),
            (f"stage?draft={'x' * 32}&kind=text", {"text": half, "fields": {"title": half}}),
            (f"add?draft={'x' * 32}", {}),
        ):
            answer = client.post(f"/library/{path}", content=json.dumps(body))
            assert answer.status_code in (200, 404, 422), (path, answer.text)
            assert "\ufffd" in answer.text or path == "change" or path.startswith("add"), path
        assert understood(json.dumps({"data": [half, {half: 1}]}).encode()) == {"data": ["a\ufffd", {"a\ufffd": 1}]}
    finally:
        index.close()
        lock.release()


def test_a_full_disk_ends_adding_with_a_line(tmp_path, monkeypatch, capsys, not_owner):
    monkeypatch.setattr("footnote.index.passages.open_encoder", lambda *_: ToyEncoder("toy", 16))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "library.sqlite-wal")

    monkeypatch.setattr("footnote.index.library.Library.put", full)
    story = tmp_path / "story.txt"
    story.write_text("The harbour closed on Monday. It rained all day.", "utf-8")
    assert main(["--home", str(tmp_path / "home"), "add", str(story)]) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said
    assert "Traceback" not in said


def filled(home, notify=lambda line: None):
    index = PassageIndex(Settings(home), ToyEncoder("toy", 16), notify)
    list(index.add([SourcedArticle(OIL, named=True)]))
    index.derived.sync()
    return index


def test_a_file_in_the_place_of_chroma_is_repaired_or_said(tmp_path):
    home, lines = tmp_path / "home", []
    home.mkdir()
    (home / "chroma").write_text("no folder", "utf-8")
    index = filled(home, lines.append)
    try:
        assert index.library.versions() == {"oil": OIL.version}
        assert problems(index) == [] or any("Chroma" in line or "chroma" in line for line in lines)
    finally:
        index.close()


def test_a_folder_in_the_place_of_the_lock_is_said(tmp_path):
    home = tmp_path / "home"
    (home / "chroma.lock").mkdir(parents=True)
    with pytest.raises(LibraryError, match=r"chroma\.lock"):
        filled(home)
