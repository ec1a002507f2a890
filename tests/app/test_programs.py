"""The API and the MCP server, each used by a real client against a real server, with and without users."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError
from live import live
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from scripted import Scripted, Shelf, answered, passage

from footnote.corpus.article import Article
from footnote.corpus.errors import NotFoundError
from footnote.page import strings
from footnote.page.api import MOST_PASSAGES, ApiFunctions
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import Access, User
from footnote.qa.passage_search import FoundPassage

OLD = Article("oil", "Oil fell by 2 percent.", "Oil")
OIL = Article(
    "oil", "Oil fell by 3 percent. “Gas” rose.", "Oil", ("Ann Lee",), "Wire", "2020-05-04", source="/secret/oil.txt"
)
QUESTION = "What fell?"
USERS = (User("ann", "secret"), User("ed", "top", edits=True))


class Found(Scripted):
    """Finds the first words of the article."""

    def search(self, query, limit=10):
        if "broken" in query:
            raise RuntimeError("secret detail")
        return [FoundPassage(passage(OIL, "Oil fell"), 0.51234)][:limit]


def engine():
    return Found(Shelf([OIL], [OLD]), {QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent."))})


@pytest.fixture(scope="module")
def address():
    with live(engine()) as url:
        yield url


@pytest.fixture(scope="module")
def guarded():
    with live(engine(), options=ServerOptions(users=USERS)) as url:
        yield url


def gradio(url, **chosen):
    return Client(url, verbose=False, analytics_enabled=False, **chosen)


@asynccontextmanager
async def session(url, auth=None):
    async with (
        httpx.AsyncClient(auth=auth, timeout=30) as http,
        streamable_http_client(f"{url}/gradio_api/mcp", http_client=http) as (read, write, _),
        ClientSession(read, write) as opened,
    ):
        await opened.initialize()
        yield opened


def tool(url, name, arguments, auth=None):
    """What a tool gives: its JSON, or what it says is wrong."""

    async def call():
        async with session(url, auth) as opened:
            return await opened.call_tool(name, arguments)

    result = asyncio.run(call())
    (content,) = result.content
    return (content.text, True) if result.isError else (json.loads(content.text), False)


def test_only_three_functions_are_named_typed_and_described(address):
    info = httpx.get(f"{address}/gradio_api/info", params={"all_endpoints": "1"}).json()
    assert info["unnamed_endpoints"] == {}
    types = {
        name: {p["parameter_name"]: p["type"]["type"] for p in endpoint["parameters"]}
        for name, endpoint in info["named_endpoints"].items()
    }
    limits = dict.fromkeys(("after", "before", "publisher", "as_of"), "string")
    assert types == {
        "/ask": {"question": "string", **limits},
        "/search": {"query": "string", "limit": "integer"},
        "/show": {"article": "string", "version": "string"},
    }
    named = httpx.get(f"{address}/config").json()["dependencies"]
    assert [each["api_name"] for each in named if each["api_visibility"] == "public"] == ["ask", "search", "show"]


def test_the_api(address):
    client = gradio(address)
    answer = client.predict(QUESTION, after="2020", publisher="Wire", api_name="/ask")
    assert answer["schema"] == "footnote.answer/1"
    (citation,) = answer["citations"]
    article = client.predict(citation["article_id"], citation["version"], api_name="/show")
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"] == "Oil fell by 3 percent."
    (found,) = client.predict("oil", limit=1, api_name="/search")
    assert (found["quote"], found["start"], found["end"], found["score"]) == ("Oil fell", 0, 8, 0.5123)
    declined = client.predict("Who won?", api_name="/ask")
    assert (declined["status"], declined["citations"]) == ("abstained", [])


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("ask", {"question": " "}, "question"),
        ("ask", {"question": "x" * 2001}, "2,000"),
        ("ask", {"question": "x" * 100_000}, "2,000"),
        ("ask", {"question": "Who?", "after": "soon"}, "after"),
        ("ask", {"question": "Who?", "publisher": "x" * 1001}, "publisher"),
        ("search", {"query": "oil", "limit": MOST_PASSAGES + 1}, "limit"),
        ("search", {"query": "oil", "limit": 0}, "limit"),
        ("search", {"query": "broken"}, "Something went wrong"),
        ("show", {"article": "gas"}, "gas"),
        ("show", {"article": "x" * 1001}, "article"),
        ("show", {"article": "oil", "version": "0" * 64}, "oil"),
    ],
)
def test_what_is_wrong_with_a_call_is_said(address, name, arguments, why):
    with pytest.raises(AppError, match=why) as error:
        gradio(address).predict(**arguments, api_name=f"/{name}")
    said, wrong = tool(address, name, arguments)
    assert wrong
    assert said == str(error.value)
    assert "secret detail" not in said
    assert "Traceback" not in said


def test_the_tools(address):
    async def listed():
        async with session(address) as opened:
            tools = (await opened.list_tools()).tools
            return tools, (await opened.list_resources()).resources, (await opened.list_prompts()).prompts

    tools, resources, prompts = asyncio.run(listed())
    assert [each.name for each in tools] == ["ask", "search", "show"]
    assert (resources, prompts) == ([], [])
    for each in tools:
        assert each.description.strip()
        assert all(field["description"] and field["type"] for field in each.inputSchema["properties"].values())
        assert "self" not in each.inputSchema["properties"]
    answer, wrong = tool(address, "ask", {"question": QUESTION})
    assert not wrong
    assert answer["citations"][0]["quote"] == "Oil fell by 3 percent."
    article, _ = tool(address, "show", {"article": "oil"})
    assert article["text"] == OIL.text
    assert "/secret" not in json.dumps(article)
    assert tool(address, "search", {"query": "oil"})[0][0]["article_id"] == "oil"
    assert tool(address, "show", {"article": "oil", "version": OLD.version})[0]["text"] == OLD.text


def test_a_tool_checks_what_it_is_given(address):
    assert tool(address, "ask", {"question": 7})[1]
    assert tool(address, "ask", {})[1]
    assert tool(address, "start", {})[1]
    assert tool(address, "search", {"query": "oil", "limit": "many"})[1]


def test_with_users_nobody_else_is_let_in(guarded):
    for method, path in (("GET", "/gradio_api/info"), ("POST", "/gradio_api/mcp"), ("POST", "/gradio_api/queue/join"),
                         ("POST", "/gradio_api/run/ask"), ("GET", "/config")):  # fmt: skip
        assert httpx.request(method, f"{guarded}{path}", json={}).status_code == 401
    with pytest.raises(AuthenticationError):
        gradio(guarded, auth=("ann", "wrong"))
    with pytest.raises(BaseExceptionGroup) as error:
        tool(guarded, "show", {"article": "oil"}, ("ann", "wrong"))
    assert error.group_contains(httpx.HTTPStatusError, match="401")


@pytest.mark.slow
def test_with_users_a_reader_may_ask(guarded):
    client = gradio(guarded, auth=("ann", "secret"))
    assert client.predict(QUESTION, api_name="/ask")["status"] == "answered"
    headed = gradio(guarded, headers={"authorization": httpx.BasicAuth("ann", "secret")._auth_header})
    assert headed.predict("oil", api_name="/show")["id"] == "oil"
    assert tool(guarded, "ask", {"question": QUESTION}, ("ann", "secret"))[0]["status"] == "answered"


def test_private_endpoints_are_out_of_reach_by_name(address):
    private = [
        each for each in httpx.get(f"{address}/config").json()["dependencies"] if each["api_visibility"] != "public"
    ]
    assert private
    for each in private:
        for kind in ("run", "call", "call/v2"):
            url = f"{address}/gradio_api/{kind}/{each['api_name']}"
            assert httpx.post(url, json={"data": []}).status_code == 404
    client = gradio(address)
    for name in {each["api_name"] for each in private}:
        with pytest.raises(ValueError, match="Cannot find a function"):
            client.predict(api_name=f"/{name}")


def test_no_private_endpoint_takes_what_it_should_not(address):
    """Each is called as the page would, with what the page would never send; none of it comes to anything."""
    config = httpx.get(f"{address}/config").json()
    with httpx.Client(base_url=address, timeout=30) as http:
        for each in config["dependencies"]:
            if each["api_visibility"] == "public" or not each["backend_fn"]:
                continue
            for value in (None, "oil", {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, ["x"] * 9):
                body = {"data": [value] * len(each["inputs"]), "event_data": value, "fn_index": each["id"],
                        "session_hash": "raw", "trigger_id": each["targets"][0][0]}  # fmt: skip
                joined = http.post("/gradio_api/queue/join", json=body)
                assert joined.status_code in ((400,) if isinstance(value, dict) else (200, 422)), joined.text
            with http.stream("GET", "/gradio_api/queue/data", params={"session_hash": "raw"}) as messages:
                said = ""
                for line in messages.iter_lines():
                    said += line
                    if "close_stream" in line:
                        break
            assert "root:" not in said
            assert "/secret" not in said


@pytest.mark.slow
def test_too_many_questions_are_refused():
    with live(engine(), options=ServerOptions(questions=6)) as url:
        client = gradio(url)
        for _ in range(3):
            assert client.predict(QUESTION, api_name="/ask")["status"] == "answered"
        with pytest.raises(AppError, match=r"Too many questions; try again in \d+ s"):
            client.predict(QUESTION, api_name="/ask")
        with pytest.raises(AppError, match="Too many"):
            client.predict("oil", api_name="/search")
        assert "Too many" in tool(url, "ask", {"question": QUESTION})[0]
        with pytest.raises(AppError, match="Too many"):
            client.predict("oil", api_name="/show")
        numbers = httpx.get(f"{url}/metrics").text
        assert 'footnote_questions_total{outcome="answered"} 3.0' in numbers
        assert 'footnote_questions_total{outcome="refused"} 2.0' in numbers


def test_only_so_many_calls_are_worked_on_at_once(monkeypatch):
    programs = ApiFunctions(engine(), Access(), ServerOptions().limits())
    monkeypatch.setattr("footnote.page.api._PATIENCE", 0.01)
    while programs._turns.acquire(blocking=False):
        pass
    with pytest.raises(Exception, match=strings.TOO_BUSY):
        programs.ask(QUESTION)
    programs._turns.release()
    assert programs.ask(QUESTION)["status"] == "answered"
    assert programs.ask(QUESTION)["status"] == "answered"
    with pytest.raises(NotFoundError):
        programs.show("gas")
