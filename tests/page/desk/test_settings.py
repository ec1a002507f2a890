"""What is chosen in the page: kept in the library, of this computer alone, by those who may edit alone."""

import asyncio
import http.server
import json
import shutil
import threading
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from live import made
from llm_server import llm_server
from tiny_models import cross_encoder

from footnote.corpus.article import Article
from footnote.corpus.errors import ModelError, UsageError
from footnote.corpus.settings import Settings
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.desk.settings import READERS, Choice, Chosen, choice_of, form, look, models
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User
from footnote.qa.engine import Engine
from footnote.qa.events import last_of
from footnote.qa.rank.model_folder import open_model
from footnote.qa.retriever import ScopedQuery

TEXT = "The harbour of Bay Town closed on Monday after engineers found cracks. Repairs will take six weeks."


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = Engine.open(Settings(tmp_path_factory.mktemp("chosen") / "home"))
    list(opened.add_many([Article("harbour", TEXT, "Harbour closes", published="2020-05-21")]))
    yield opened
    opened.close()


def asked(engine, question, **scope):
    return last_of(engine.events(ScopedQuery(question, scope=Scope(**scope)))).answer


def test_how_sure_it_has_to_be_is_chosen_and_kept(engine):
    chosen = Chosen(engine)
    question = "How long will the repairs take?"
    before = asked(chosen, question)
    assert before.status == "answered"
    chosen.choose(Choice(min_confidence=1.0))
    assert asked(chosen, question).status == "abstained"
    assert Chosen(engine).choice == Choice(min_confidence=1.0), "after a restart, too"
    chosen.choose(Choice())
    assert asked(chosen, question).text == before.text
    assert not chosen.streams


@pytest.mark.slow
def test_a_reader_is_one_that_lies_in_the_library(engine):
    folder, chosen = engine.settings.home / READERS, Chosen(engine)
    assert chosen.readers() == []
    shutil.copytree(open_model().folder, folder / "mine")
    cross_encoder(folder / "cross", "six")
    (folder / "none").mkdir()
    assert chosen.readers() == ["cross", "mine", "none"]
    for name in ("mine", "cross"):
        chosen.choose(Choice(reader=name))
        assert asked(chosen, "How long will the repairs take?").text.startswith("Repairs will take six weeks.")
        assert f'value="{name}" selected' in form(chosen)
    for name, error in (("none", ModelError), ("../home", UsageError), ("gone", UsageError)):
        with pytest.raises(error):
            chosen.choose(Choice(reader=name))
    chosen.choose(Choice())


def test_a_threshold_leaves_the_language_model_of_the_start(tmp_path):
    with llm_server(text="The harbour closed on Monday. [1]") as (url, _):
        opened = Engine.open(Settings(tmp_path / "home", llm_url=url, llm_model="m"))
        list(opened.add_many([Article("harbour", TEXT, "Harbour closes")]))
        chosen = Chosen(opened)
        chosen.choose(Choice(min_confidence=0.1))
        assert asked(chosen, "When did the harbour close?").answerer == "llm:m"
        opened.close()


def test_a_question_is_limited_to_articles(engine):
    assert asked(engine, "How long will the repairs take?", only=frozenset(["harbour"])).status == "answered"
    assert asked(engine, "How long will the repairs take?", only=frozenset(["other"])).status == "abstained"


@pytest.mark.parametrize("url", ["http://example.org/v1", "http://10.0.0.5:8080/v1", "http://[::2]/v1", "file:///etc"])
def test_a_language_model_is_one_of_this_computer(engine, url):
    chosen = Chosen(engine)
    with pytest.raises(UsageError):
        chosen.choose(Choice(llm_url=url, llm_model="m"))
    assert chosen.choice == Choice()


@pytest.mark.parametrize(
    "data",
    [None, [], {"min_confidence": 5}, {"min_confidence": "101"}, {"min_confidence": "nan"}, {"min_confidence": "x"},
     {"as_of": "May"}, {"reader": []},
     {"llm_url": "http://localhost/v1"}, {"llm_model": "m"}, {"llm_model": "m" * 600, "llm_url": "http://localhost"}],
)  # fmt: skip
def test_what_is_no_choice_is_refused(data):
    with pytest.raises(UsageError):
        choice_of(data)


def test_a_choice_in_words():
    given = {"min_confidence": " 40 ", "llm_url": "http://localhost:1/v1 ", "llm_model": "m"}
    assert choice_of(given) == Choice(0.4, "http://localhost:1/v1", "m")
    assert choice_of({"reader": "mine", "as_of": "2020-05-14"}) == Choice(reader="mine", as_of="2020-05-14")
    assert choice_of({"min_confidence": ""}) == Choice()


@contextmanager
def serving(body):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_models_on_this_computer_are_found_when_they_are_looked_for():
    with serving(json.dumps({"data": [{"id": "<b>small</b>"}, {"id": "large"}]}).encode()) as port:
        found = look({"Ollama": port, "nothing": 9})
    assert [model for _, _, model in found] == ["<b>small</b>", "large"]
    assert "&lt;b&gt;small" in models(found)
    with serving(b"[") as port:
        assert look({"other": port}) == []
    assert strings.SETTINGS_NO_MODEL in models([])


def test_only_those_who_may_edit_see_and_change_it(engine):
    users = (User("ann", "a"), User("ed", "e", edits=True))
    web = asyncio.run(made(engine, options=ServerOptions(users=users)))
    with TestClient(web, base_url="http://127.0.0.1:7860") as client:
        for name, status in (("ann", 403), ("ed", 200)):
            auth = (name, name[0])
            assert client.get("/settings", auth=auth).status_code == status
            assert client.post("/settings", json={"min_confidence": ""}, auth=auth).status_code == status
        assert client.post("/settings/look", auth=("ann", "a")).status_code == 403
        assert client.post("/settings", content=b"[", auth=("ed", "e")).status_code in (400, 422)
    assert "llm_url" in form(Chosen(engine))
