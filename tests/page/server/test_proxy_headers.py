"""What is believed of a proxy's headers, and the path it adds."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.corpus.errors import UsageError
from footnote.page.server.proxy_headers import ProxyHeaders, client_of, inside, networks, prefix

LIES = {
    "x-forwarded-for": "198.51.100.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "news.example",
    "forwarded": "for=198.51.100.7",
    "x-real-ip": "198.51.100.7",
}


async def seen(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "client": request.client.host,
            "url": str(request.url),
            "path": request.scope["path"],
            "told": sorted(name for name in request.headers if "forwarded" in name or name == "x-real-ip"),
        }
    )


def client(trusted=(), root_path="", peer="192.0.2.1"):
    app = Starlette(routes=[Route("/{path:path}", seen)])
    return TestClient(
        ProxyHeaders(app, networks(trusted), root_path), base_url="http://127.0.0.1:7860", client=(peer, 50_000)
    )


@pytest.mark.parametrize(("trusted", "peer"), [((), "127.0.0.1"), ((), "192.0.2.1"), (("10.0.0.0/8",), "192.0.2.1")])
def test_strangers_are_not_believed(trusted, peer):
    told = client(trusted, peer=peer).get("/page", headers=LIES).json()
    assert told == {"client": peer, "url": "http://127.0.0.1:7860/page", "path": "/page", "told": []}


def test_a_named_proxy_is_believed():
    told = client(("192.0.2.0/24",)).get("/page", headers=LIES).json()
    assert told["client"] == "198.51.100.7"
    assert told["url"] == "https://news.example/page"
    assert told["told"] == []


def test_a_line_of_the_clients_own_is_not_believed():
    """Some proxies do not replace ``X-Forwarded-For``, but put a line of their own below."""
    lines = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "198.51.100.7")]
    answer = client(["10.0.0.0/8"], peer="10.0.0.1").get("/", headers=lines)
    assert answer.json()["client"] == "198.51.100.7"


def test_a_proxy_that_says_little():
    told = client(("192.0.2.1",)).get("/page", headers={"x-forwarded-proto": "gopher"}).json()
    assert told == {"client": "192.0.2.1", "url": "http://127.0.0.1:7860/page", "path": "/page", "told": []}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("198.51.100.7, nonsense", "10.0.0.1"),
        ("198.51.100.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "10.0.0.1"),
        (",".join(["10.0.0.2"] * 100_000), "10.0.0.2"),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy(told, found):
    assert client_of("10.0.0.1", told, networks(["10.0.0.0/8"])) == found


@pytest.mark.parametrize(("path", "seen"), [("/news/", "/"), ("/news/library", "/library"), ("/library", "/library"),
                                            ("/newspaper", "/newspaper")])  # fmt: skip
def test_the_path_that_the_proxy_adds_is_taken_off(path, seen):
    assert client(root_path="/news").get(path).json()["path"] == seen


def test_the_bare_path_leads_to_the_page():
    answer = client(root_path="/news").get("/news", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/news/")


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("/", ""), ("/news", "/news"), ("news/", "/news"), ("/a/b-c_d", "/a/b-c_d")]
)
def test_prefixes(typed, kept):
    assert prefix(typed) == kept


@pytest.mark.parametrize("typed", ["/a//b", "/..", "/a?b", "/a b", "https://x.example/a", "/<b>", "/é", "/a\n"])
def test_what_is_no_prefix(typed):
    with pytest.raises(UsageError, match="--root-path"):
        prefix(typed)


def test_what_is_no_network():
    with pytest.raises(UsageError, match="--proxy"):
        networks(["proxy.example"])
    assert not inside("nonsense", networks(["0.0.0.0/0"]))
