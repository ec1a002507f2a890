"""Hosts, origins, sizes, paths and headers, in front of a small application."""

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.page.server.guard import MAX_BODY, Guard, finished, host_allowed, host_name, origin_allowed, path_allowed

PAGE = (
    '<html><head><meta property="og:title" content="Gradio" /><link rel="manifest" href="/manifest.json" />'
    "<script>a()</script></head><body><script src='b.js'></script></body></html>"
)


async def show(request: Request) -> HTMLResponse:
    encodings = request.headers.get("accept-encoding", "none")
    return HTMLResponse(PAGE, headers={"x-encodings": encodings})


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client():
    routes = [Route("/", show), Route("/gradio_api/queue/join", echo, methods=["POST"])]
    guard = Guard(Starlette(routes=routes), bound="127.0.0.1", head="<title>Ours</title>")
    return TestClient(guard, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


def test_the_page_gets_our_head_and_a_fresh_nonce_on_each_script(client):
    first, second = client.get("/"), client.get("/")
    nonces = re.findall(r'<script nonce="([^"]+)"', first.text)
    assert len(nonces) == 2
    assert len(set(nonces)) == 1
    policy = first.headers["content-security-policy"]
    assert f"'nonce-{nonces[0]}'" in policy
    assert nonces[0] not in second.text
    assert "<title>Ours</title></head>" in first.text
    assert "og:title" not in first.text
    assert "manifest" not in first.text
    assert int(first.headers["content-length"]) == len(first.content)
    assert first.headers["x-encodings"] == "none"
    assert first.headers["cache-control"] == "no-store"


def test_the_policy_lets_nothing_in_from_elsewhere(client):
    policy = client.get("/").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["img-src"] == "'self' data:"
    assert rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in rules["script-src"]
    assert "http" not in policy
    assert "*" not in policy


def test_every_answer_is_hardened(client):
    for response in (client.get("/"), client.get("/nothing"), client.post("/gradio_api/queue/join", content=b"x")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[", "10.0.0.1"]
)
def test_other_hosts_are_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:7860", "127.0.0.1:1", "[::1]:7860"])
def test_our_own_names_are_served(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("authority", "bound", "allowed"),
    [
        ("desk.example:7860", "desk.example", True),
        ("desk.example:7860", "127.0.0.1", False),
        ("192.168.1.7:7860", "0.0.0.0", True),
        ("[fe80::1]:7860", "::", True),
        ("evil.example", "0.0.0.0", False),
        ("", "0.0.0.0", False),
    ],
)
def test_hosts(authority, bound, allowed):
    assert host_allowed(authority, bound) is allowed


def test_other_names_are_served_where_they_were_given():
    guard = Guard(Starlette(routes=[Route("/", show)]), bound="127.0.0.1", hosts=["News.example"])
    client = TestClient(guard, base_url="http://127.0.0.1:7860")
    assert client.get("/", headers={"host": "news.EXAMPLE"}).status_code == 200
    assert client.get("/", headers={"host": "127.0.0.1"}).status_code == 200
    assert client.get("/", headers={"host": "evil.news.example"}).status_code == 400
    assert client.get("/", headers={"host": ""}).status_code == 400


def test_programs_only_send(client):
    for method in ("GET", "DELETE", "PUT"):
        assert client.request(method, "/gradio_api/mcp").status_code == 405
    assert client.post("/gradio_api/mcp").status_code == 404  # let through, to nothing here


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("A.B:80", "a.b"),
        ("[::1]:80", "::1"),
        ("a:b:c", ""),
        ("", ""),
        ("[", ""),
        ("a:99999", "a"),
        ("evil.example@a", ""),
        ("a/b", ""),
        ("a?b", ""),
        ("a#b", ""),
        ("a\\b", ""),
        ("a b", ""),
        ("[::1]x", ""),
    ],
)
def test_host_names(authority, name):
    assert host_name(authority) == name


@pytest.mark.parametrize(
    ("method", "origin", "allowed"),
    [
        ("POST", None, True),
        ("POST", "http://127.0.0.1:7860", True),
        ("POST", "http://127.0.0.1:9999", False),
        ("POST", "http://evil.example", False),
        ("POST", "null", False),
        ("DELETE", "http://evil.example", False),
        ("GET", "http://evil.example", True),
    ],
)
def test_origins(method, origin, allowed):
    assert origin_allowed(method, origin, "127.0.0.1:7860") is allowed


def test_a_request_from_another_page_is_refused(client):
    foreign = client.post("/gradio_api/queue/join", content=b"x", headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    own = client.post("/gradio_api/queue/join", content=b"xy", headers={"origin": "http://127.0.0.1:7860"})
    assert own.text == "2"


def test_large_bodies_are_refused(client):
    whole = client.post("/gradio_api/queue/join", content=b"x" * (MAX_BODY + 1))
    assert whole.status_code == 413
    assert client.post("/gradio_api/queue/join", content=b"x" * MAX_BODY).text == str(MAX_BODY)
    odd = client.post("/gradio_api/queue/join", content=b"x", headers={"content-length": "-1"})
    assert odd.status_code == 413


def test_two_lengths_are_refused_and_the_connection_ends(client):
    """A proxy may believe the other one, and take the rest of a body for the next request."""
    answer = client.post("/login", content=b"a=b", headers={"content-length": "3", "transfer-encoding": "chunked"})
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")


def test_a_body_that_does_not_say_its_size_ends_at_the_limit(client):
    def chunks():
        for _ in range(MAX_BODY // 1024 + 2):
            yield b"x" * 1024

    assert client.post("/gradio_api/queue/join", content=chunks()).status_code >= 400


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/healthz", True),
        ("/assets/index.js", True),
        ("/static/fonts/a.woff2", True),
        ("/gradio_api/queue/join", True),
        ("/gradio_api/queue/data", True),
        ("/gradio_api/heartbeat/abc", True),
        ("/login", True),
        ("/gradio_api/upload", False),
        ("/gradio_api/file=/etc/passwd", False),
        ("/gradio_api/proxy=https://example.org", False),
        ("/gradio_api/component_server", False),
        ("/gradio_api/deep_link", False),
        ("/monitoring", False),
        ("/metrics", True),
        ("/gradio_api/mcp", True),
        ("/gradio_api/mcp/", True),
        ("/gradio_api/mcp/sse", False),
        ("/gradio_api/mcp/messages/", False),
        ("/gradio_api/mcp/schema", False),
        ("/gradio_api/run/ask", True),
        ("/gradio_api/call/show", True),
        ("/gradio_api/call/v2/search/0123456789abcdef", True),
        ("/gradio_api/run/start", False),
        ("/gradio_api/call/ask_1", False),
        ("/gradio_api/openapi.json", False),
        ("/openapi.json", False),
        ("/x\n/", False),
    ],
)
def test_paths(client, path, allowed):
    assert path_allowed(path) is allowed


def test_only_the_first_end_of_the_head_is_ours():
    page = finished("<head></head></head>", "<i>", "n")
    assert page == "<head><i></head></head>"
