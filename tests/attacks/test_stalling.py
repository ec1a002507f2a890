"""What stalls a server without signing in: endless heads, idle connections, bodies that never end."""

import asyncio
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest
from live import live
from scripted import Scripted, Shelf, answered, passage

from footnote.corpus.article import Article
from footnote.page.server.connections import MAX_HEAD, MOST, Connections
from footnote.page.server.options import ServerOptions
from footnote.page.signin.access import User

OIL = Article("oil", "Oil fell by 3 percent.", "Oil", publisher="Wire", published="2020-05-04")
QUESTION = "What fell?"
SOON = 0.5
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SLOW = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def engine():
    return Scripted(Shelf([OIL]), {QUESTION: answered(QUESTION, passage(OIL, "Oil fell by 3 percent."))})


@pytest.fixture(scope="module")
def address():
    with live(engine(), options=ServerOptions(users=(User("ann", "secret"),))) as url:
        healthy(url)
        yield url


@pytest.fixture(autouse=True)
def no_traceback(caplog):
    """Nothing of this is logged as an error: to write tracebacks by the hundred would stall a server, too."""
    yield
    assert [each for each in caplog.records if each.exc_info] == []


@pytest.fixture(scope="module")
def hasty():
    """A server that waits for next to nothing."""
    connections = Connections(most=8, head_seconds=0.4, body_seconds=0.4, taking_seconds=0.4)
    with live(engine(), connections=connections, options=ServerOptions(users=(User("ann", "secret"),))) as url:
        healthy(url)
        yield url


def healthy(url):
    """The seconds that /healthz takes: the best of five, where the machine is busy with other things."""
    return min(taken(url) for _ in range(5))


def taken(url):
    began = time.perf_counter()
    assert httpx.get(f"{url}/healthz", timeout=30).status_code == 200
    return time.perf_counter() - began


def soon(url):
    """The seconds that /healthz may take: half a one, on a machine where it takes next to nothing by itself."""
    return max(SOON, 4 * healthy(url))


@contextmanager
def connected(url, count, sent=b""):
    """So many connections, each of which has sent this."""
    with ExitStack() as opened:
        made = []
        for _ in range(count):
            made.append(opened.enter_context(socket.create_connection(place(url), 10)))
            if sent:
                made[-1].sendall(sent)
        yield made


def place(url):
    found = httpx.URL(url)
    return found.host, found.port


def is_cut_off(connection, seconds=10.0):
    """Whether the server ends a connection, in so many seconds, whatever it says before."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def sent_until_cut_off(connection, piece, pause=0.0, most=4_000_000):
    """How many bytes a connection takes of one piece after another before the server ends it."""
    sent = 0
    with suppress(ConnectionError):
        while sent < most and (not pause or sent < 10 / pause):
            connection.sendall(piece)
            sent += len(piece)
            time.sleep(pause)
    return sent


def test_a_head_ends_at_its_limit(address):
    for piece in (b"X-A: " + b"a" * 1000 + b"\r\n", b"a" * 1000):
        with connected(address, 1, HEAD + (b"X-A: " if piece.startswith(b"a") else b"")) as (endless,):
            assert sent_until_cut_off(endless, piece) < 4_000_000


def test_a_head_that_is_long_and_fits_is_taken(address):
    cookie = "x" * (MAX_HEAD // 2)
    assert httpx.get(f"{address}/healthz", headers={"cookie": cookie}).status_code == 200


def test_endless_heads_stall_nobody(address):
    ended, allowed = threading.Event(), soon(address)

    def endless():
        while not ended.is_set():
            try:
                with socket.create_connection(place(address), 5) as connection:
                    connection.sendall(HEAD)
                    while not ended.is_set():
                        connection.sendall(b"X-A: " + b"a" * 60_000 + b"\r\n")
            except OSError:
                ended.wait(0.05)

    attackers = [threading.Thread(target=endless) for _ in range(3)]
    for each in attackers:
        each.start()
    try:
        time.sleep(0.5)
        assert healthy(address) < allowed
    finally:
        ended.set()
        for each in attackers:
            each.join()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /heal",
        HEAD,
        SLOW + b"Content-Length: 100\r\n\r\nusername=",
        SLOW + b"Transfer-Encoding: chunked\r\n\r\n5\r\nusern\r\n",
    ],
    ids=["idle", "half a line", "half a head", "half a body", "half a body in chunks"],
)
def test_hundreds_that_do_nothing_stall_nobody(address, sent):
    allowed = soon(address)
    with connected(address, MOST + 8, sent) as waiting:
        assert healthy(address) < allowed
        assert is_cut_off(waiting[0]), "the one that waited longest gave way"


def test_who_takes_next_to_nothing_of_what_they_are_sent_stalls_nobody(address):
    allowed, asked = soon(address), b"GET /page.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200
    with connected(address, 20, asked) as greedy:
        for each in greedy:
            each.recv(64)
        assert healthy(address) < allowed
        assert healthy(address) < allowed


@pytest.mark.slow
def test_who_takes_nothing_is_cut_off(hasty):
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(place(hasty))
        connection.sendall(b"GET /page.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 180)
        time.sleep(1.5)
        assert is_cut_off(connection, 30)


@pytest.mark.parametrize(
    "sent",
    [b"", HEAD, SLOW + b"Content-Length: 100\r\n\r\nuser", HEAD + b"\r\n" + HEAD],
    ids=["idle", "half a head", "half a body", "half a second head"],
)
def test_what_never_ends_is_cut_off(hasty, sent):
    with connected(hasty, 1, sent) as (connection,):
        assert is_cut_off(connection)


def test_a_trickle_is_no_life(hasty):
    """A byte now and then does not keep a connection."""
    with connected(hasty, 1, HEAD + b"X-A: ") as (connection,):
        assert sent_until_cut_off(connection, b"a", pause=0.05) < 200


@pytest.mark.slow
def test_who_asks_is_not_cut_off(hasty):
    """A stream stays as long as somebody takes what it gives, however many connections wait."""
    with (
        httpx.Client(base_url=hasty, auth=("ann", "secret"), timeout=10) as client,
        client.stream("GET", "/gradio_api/heartbeat/x", timeout=2) as beating,
    ):
        lines = beating.iter_lines()
        assert next(lines) == "data: ALIVE"
        with connected(hasty, 12):
            time.sleep(0.6)
            assert client.get("/healthz").status_code == 200
        assert client.post("/gradio_api/run/show", json={"data": ["oil", ""]}).status_code == 200
        with pytest.raises(httpx.ReadTimeout):  # it beats every 15 s: there is nothing to read, and no end
            list(lines)


def test_one_address_cannot_take_all():
    class Transport:
        ended = False

        def abort(self):
            self.ended = True

    async def opened():
        connections = Connections(most=6, most_each=3)
        made = {}
        for peer in [("192.0.2.1", port) for port in range(5)] + [("198.51.100.7", 1), ("127.0.0.1", 1)]:
            made[peer] = Transport()
            connections.opened(peer, made[peer])
        return [peer for peer, each in made.items() if each.ended]

    assert asyncio.run(opened()) == [("192.0.2.1", 0), ("192.0.2.1", 1)]
