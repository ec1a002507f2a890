"""Nothing that a client sends makes the server open a connection: a server whose every connection is written down."""

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow  # a server in a process of its own
ROOT = Path(__file__).resolve().parents[2]

# Python runs this in the server before anything else: it writes down what is looked up, and what is connected to.
WATCH = """
import os, sys

SEEN = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}

def watch(event, args):
    if event in SEEN:
        with open(os.environ["FOOTNOTE_TEST_SEEN"], "a") as seen:
            seen.write(f"{event} {args[1:] if 'connect' in event else args!r}\\n")

sys.addaudithook(watch)
"""

# With asyncio's own loop, whose connections Python sees; a name of this computer is looked up once, at the start.
SERVE = """
import asyncio, socket, sys
sys.path.insert(0, "tests/support")
from footnote.corpus.article import Article
from footnote.page.server.options import ServerOptions
from scripted import Scripted, Shelf, answered, passage
from footnote import app
from footnote.page.server.server import Server

oil = Article("oil", "Oil fell by 3 percent.", "Oil", publisher="Wire", published="2020-05-04")
engine = Scripted(Shelf([oil]), {"What fell?": answered("What fell?", passage(oil, "Oil fell by 3 percent."))})

async def made():
    return app.application(engine, host="0.0.0.0", options=ServerOptions())

listener = socket.create_server(("127.0.0.1", 0))
server = Server(asyncio.run(made()))
server.config.loop = "asyncio"
print(listener.getsockname()[1], flush=True)
server.run(sockets=[listener])
"""

ELSEWHERE = (
    "http://100.100.100.200/latest/meta-data",
    "http://168.63.129.16:8080/x",
    "http://192.0.0.192/",
    "http://[fec0::1]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://example.org/large.bin",
    "https://127.0.0.1:9/",
    "file:///etc/passwd",
)


def file(url, **more):
    return {"path": url, "url": url, "meta": {"_type": "gradio.FileData"}, "orig_name": "x.txt", **more}


def wrapped(value):
    """A value as it is, and deeper and deeper in others."""
    return [value, [value], {"a": value}, {"a": [{"b": [value]}]}, [[[[{"x": {"y": value}}]]]]]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A client of a server, and the file in which that writes down what it connects to or looks up."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "sitecustomize.py").write_text(WATCH, "utf-8")
    seen = folder / "seen"
    seen.touch()
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "FOOTNOTE_TEST_SEEN": str(seen)}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            port = int(server.stdout.readline())
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                until_up(client)
                yield client, seen
        finally:
            server.terminate()


@pytest.fixture
def watched(server):
    """The client, and what the server connected to or looked up since the test began."""
    client, seen = server
    seen.write_text("")
    return client, lambda: seen.read_text("utf-8")


def until_up(client):
    for _ in range(200):
        try:
            if client.get("/healthz").json()["ready"]:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not come up")


def test_the_watch_sees_a_connection(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCH, "utf-8")
    seen = tmp_path / "seen"
    code = "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError: pass"
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), "FOOTNOTE_TEST_SEEN": str(seen)}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)
    assert "socket.connect" in seen.read_text("utf-8")


def test_no_event_of_the_page_makes_it_fetch(watched):
    client, seen = watched
    config = client.get("/config").json()
    urls = itertools.cycle(ELSEWHERE)
    for each in config["dependencies"]:
        for value in wrapped(file(next(urls))):
            body = {"data": [value] * max(1, len(each["inputs"])), "event_data": value, "fn_index": each["id"],
                    "session_hash": "s", "trigger_id": None}  # fmt: skip
            client.post("/gradio_api/queue/join", json=body)
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "s"}) as messages:
        for line in messages.iter_lines():
            if "close_stream" in line or "not_found" in line:
                break
    assert seen() == ""


def test_no_call_makes_it_fetch(watched):
    client, seen = watched
    arguments = {"ask": 5, "search": 2, "show": 2}
    urls = itertools.cycle(ELSEWHERE)
    for name, count in arguments.items():
        for value in wrapped(file(next(urls))):
            client.post(f"/gradio_api/run/{name}", json={"data": [value] * count})
            for kind in ("call", "call/v2"):
                keys = {"question": value, "query": value, "article": value}
                sent = client.post(f"/gradio_api/{kind}/{name}", json={"data": [value] * count, **keys}).json()
                if isinstance(sent, dict) and "event_id" in sent:
                    client.get(f"/gradio_api/{kind}/{name}/{sent['event_id']}")
        client.post(f"/gradio_api/run/{name}", json={"data": [next(urls)] * count})
    assert seen() == ""


def test_a_body_in_another_encoding_or_with_a_key_twice_makes_it_fetch_nothing(watched):
    client, seen = watched
    text = json.dumps({"data": [file(ELSEWHERE[0]), "", "", "", ""]})
    headers = {"content-type": "application/json"}
    bodies = [text.encode(each) for each in ("utf-16", "utf-32-le", "utf-8-sig")]
    bodies.append(text.replace('"meta"', '"meta": {}, "meta"').encode())
    bodies.append(text.replace('"path"', '"p\\u0061th"').encode())
    for body in bodies:
        for path in ("run/ask", "call/ask", "call/v2/ask", "queue/join", "mcp"):
            client.post(f"/gradio_api/{path}", content=body, headers=headers)
    assert seen() == ""


REQUESTS = [
    ("initialize", {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}),
    ("ping", {}), ("tools/list", {}), ("prompts/list", {}), ("resources/list", {}), ("resources/templates/list", {}),
    ("prompts/get", {"name": "ask", "arguments": {"question": "http://example.org/"}}),
    ("prompts/get", {"name": "none"}),
    ("resources/read", {"uri": "http://example.org/"}), ("resources/read", {"uri": "file:///etc/passwd"}),
    ("resources/subscribe", {"uri": "http://example.org/"}),
    ("completion/complete", {"ref": {"type": "ref/prompt", "name": "ask"}, "argument": {"name": "x", "value": "y"}}),
    ("logging/setLevel", {"level": "debug"}),
    *(("tools/call", {"name": name, "arguments": {key: value}})
      for name, key in (("ask", "question"), ("search", "query"), ("show", "article"))
      for value in (file(ELSEWHERE[0]), [file(ELSEWHERE[1])], ELSEWHERE[2])),
]  # fmt: skip


def test_no_method_of_the_tool_protocol_makes_it_fetch(watched):
    """Whatever ``Host`` says, be it another server that waits to be called."""
    client, seen = watched
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        waiting.settimeout(0.2)
        port = waiting.getsockname()[1]
        for host in (f"127.0.0.1:{port}", "192.0.2.1:80", "100.100.100.200"):
            for method, parameters in REQUESTS:
                body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
                headers = {"accept": "application/json, text/event-stream", "host": host}
                headers |= {"x-forwarded-host": host, "x-forwarded-proto": "http"}
                answer = client.post("/gradio_api/mcp", json=body, headers=headers)
                assert answer.status_code < 500, answer.text
        with pytest.raises(TimeoutError):
            waiting.accept()
    assert seen() == ""


def test_no_address_makes_it_fetch(watched):
    client, seen = watched
    for url in ELSEWHERE:
        for path in ("/", "/config", "/theme.css", "/gradio_api/info", "/gradio_api/startup-events", "/favicon.ico"):
            named = ("deep_link", "__theme", "view", "url", "session_hash", "q", "root", "api_prefix")
            client.get(path, params=dict.fromkeys(named, url))
        for path in (f"/assets/{url}", f"/static/{url}", f"/svelte/{url}", f"/gradio_api/proxy={url}",
                     f"/gradio_api/file={url}", f"/gradio_api/file/{url}"):  # fmt: skip
            assert client.get(path).status_code in (400, 403, 404)
    assert seen() == ""
