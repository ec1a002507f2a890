"""Send a server what no client of its own would, again and again, and look whether anything gives way.

``python -m tests.trials.fuzz --requests 10000``. A server in this process, on the loopback interface, over a small
library in which everybody may edit; hypothesis makes the requests: addresses, methods, headers and bodies that are
nearly right, and some that are not. Every answer must come within ten seconds and be none of 500 and above, but for
503 with a time to come again; no traceback is logged; and nothing but this program connects to anything, or looks a
name up.
"""

import argparse
import json
import logging
import math
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from footnote.cli.output import note, result
from footnote.corpus.article import Article
from footnote.corpus.offline import shut_network
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.index.passages import PassageIndex
from footnote.page.server.options import ServerOptions
from tests.support.live import live
from tests.support.scripted import Scripted, answered, passage
from tests.trials.kills import ToyEncoder

TEXT = "Oil fell by 3 percent. Gas rose."
QUESTION = "What fell?"
SECONDS = 10.0
"""How long an answer may take, where nobody says that the machine is busy."""
BATCH = 250
"""Hypothesis makes so many requests at a time: it keeps what it made."""

REACHING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")

ELSEWHERE = (
    "http://100.100.100.200/",
    "http://127.0.0.1:9/x",
    "file:///etc/passwd",
    "//example.org",
    "http://[fec0::1]/",
)
FILE = {"path": ELSEWHERE[0], "url": ELSEWHERE[0], "meta": {"_type": "gradio.FileData"}}
NAMES = ("ask", "search", "show")
PATHS = (
    "/", "/config", "/config/", "/healthz", "/metrics", "/page.css", "/theme.css", "/favicon.ico", "/robots.txt",
    "/login", "/logout", "/login_check", "/library", "/library/table", "/library/article", "/library/draft",
    "/library/change", "/library/stage", "/library/waiting", "/library/add", "/evaluation", "/assets/x",
    "/static/x", "/svelte/x", "/gradio_api/info", "/gradio_api/user", "/gradio_api/token", "/gradio_api/app_id",
    "/gradio_api/startup-events", "/gradio_api/reset", "/gradio_api/cancel", "/gradio_api/login_check",
    "/gradio_api/mcp", "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/queue/status",
    "/gradio_api/heartbeat/x", "/gradio_api/upload",
    *(f"/gradio_api/{kind}/{name}" for kind in ("run", "call", "call/v2") for name in NAMES),
)  # fmt: skip
FIELDS = (
    "data", "fn_index", "session_hash", "event_data", "trigger_id", "event_id", "batched", "question", "query",
    "article", "version", "limit", "jsonrpc", "id", "method", "params", "name", "arguments", "uri", "doing",
    "fields", "seen", "leave", "clear", "refused", "turn", "kind", "citation", "form", "after", "before",
    "publisher", "page", "sort", "view", "draft", "username", "password", "next", "address", "text", "q",
    "deep_link", "__theme", "simple_format",
)  # fmt: skip
METHODS = (
    "initialize", "ping", "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/read",
    "resources/templates/list", "completion/complete", "logging/setLevel", "notifications/initialized", "x",
)  # fmt: skip

words = st.one_of(
    st.sampled_from((QUESTION, "oil", "", "x" * 3000, "2020-05-04", "\x00", "\ud800", "‮ab", "{}", "[1]", *ELSEWHERE)),
    st.text(max_size=30),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(),
    st.floats(),
    words,
    st.just(FILE),
    st.sampled_from(NAMES),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)
)
fields = st.dictionaries(st.sampled_from(FIELDS), values, max_size=8)
joins = st.fixed_dictionaries(
    {"data": st.lists(values, max_size=5), "fn_index": st.integers(-1, 20), "session_hash": words},
    optional={"event_data": values, "trigger_id": values, "event_id": values},
)
changes = st.fixed_dictionaries(
    {"doing": st.sampled_from(("edit", "withdraw", "restore", "purge")), "article": st.just("oil") | words},
    optional={
        "fields": st.dictionaries(st.sampled_from(("title", "authors", "published", "url")), words),
        "seen": words,
    },
)
left = st.fixed_dictionaries({"refused": st.lists(words, max_size=3)}, optional={"leave": scalars, "clear": scalars})
pasted = st.fixed_dictionaries({"text": words}, optional={"fields": st.dictionaries(st.just("title"), words)})
calls = st.fixed_dictionaries({"data": st.lists(scalars, max_size=5)})
messages = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0"), "method": st.sampled_from(METHODS)},
    optional={"id": values, "params": st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)},
)
bodies = st.one_of(
    st.one_of(joins, calls, messages, fields, values).map(json.dumps).map(str.encode),
    st.binary(max_size=200),
    st.just(b"[" * 5000),
    st.just(b'{"data": ' + b"[" * 60 + b"]" * 60 + b"}"),
    fields.map(
        lambda sent: "&".join(f"{name}={quote(str(value), errors='replace')}" for name, value in sent.items()).encode()
    ),
)
HEADERS = (
    "host", "origin", "content-type", "accept", "x-forwarded-host", "x-forwarded-for", "x-forwarded-proto", "referer",
    "authorization", "cookie", "range", "if-none-match", "content-encoding", "upgrade", "expect", "mcp-session-id",
    "mcp-protocol-version", "last-event-id", "x-gradio-user",
)  # fmt: skip
SAID = (
    "application/json", "text/event-stream", "application/json, text/event-stream", "127.0.0.1", "evil.example", "*/*",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "Basic Og==", "bytes=0-1", "", "gzip",
    "100-continue", "websocket", *ELSEWHERE,
)  # fmt: skip
paths = st.one_of(
    st.sampled_from(PATHS), st.sampled_from(PATHS), st.text(max_size=20).map(lambda text: f"/{quote(text)}")
)
sent_words = words.map(lambda word: word.encode("utf-8", "replace"))
anything = st.fixed_dictionaries(
    {
        "method": st.sampled_from(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")),
        "path": paths,
        "params": st.dictionaries(st.sampled_from(FIELDS), sent_words, max_size=3),
        "headers": st.dictionaries(st.sampled_from(HEADERS), st.sampled_from(SAID), max_size=3),
        "content": bodies,
    }
)
asked = st.fixed_dictionaries(
    {
        "method": st.just("GET"),
        "path": st.sampled_from(PATHS),
        "params": st.dictionaries(st.sampled_from(FIELDS), sent_words, max_size=3),
    }
)


def posted(paths: Sequence[str], bodies: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Return requests that a program would send to one of these paths, but for what they hold."""
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    return st.fixed_dictionaries(
        {
            "method": st.just("POST"),
            "path": st.sampled_from(paths),
            "headers": st.just(headers),
            "content": bodies.map(json.dumps).map(str.encode),
        }
    )


requests = st.one_of(
    anything,
    asked,
    posted([path for path in PATHS if "queue/join" in path], joins),
    posted([path for path in PATHS if "/run/" in path or "/call/" in path], calls | fields),
    posted([path for path in PATHS if path.endswith("mcp")], messages),
    posted(["/library/change"], changes),
    posted([f"/library/waiting?draft={'x' * 32}"], left),
    posted([f"/library/stage?draft={'x' * 32}&kind=text", f"/library/add?draft={'x' * 32}"], pasted),
    posted([path for path in PATHS if path.startswith("/library") or path.endswith(("cancel", "reset"))], fields),
)


class Watched(logging.Handler):
    """Keeps what is logged with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.tracebacks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record that has one."""
        if record.exc_info or "Traceback" in record.getMessage():
            self.tracebacks.append(self.format(record))


class Fuzzed(Scripted):
    """Answers from a script, over a real library."""

    def __init__(self, index: PassageIndex) -> None:
        oil = index.library.article("oil")
        super().__init__(index.library, {QUESTION: answered(QUESTION, passage(oil, "Oil fell by 3 percent."))})
        self.index = index

    def search(self, query: str, limit: int = 10) -> list[object]:
        """Find nothing."""
        return []


@contextmanager
def served(home: Path):
    """Serve a small library; gives the address, what is logged, and what is connected to."""
    index = PassageIndex(Settings(home), ToyEncoder("toy", 16))
    oil = Article("oil", TEXT, "Oil", publisher="Wire", published="2020-05-04")
    list(index.add([SourcedArticle(oil, named=True)]))
    watched, outside = Watched(), []
    logging.getLogger().addHandler(watched)
    ours = []

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event in REACHING and ours and threading.current_thread() is not ours[0]:
            outside.append(f"{event} {args[1:]!r}")

    sys.addaudithook(watch)
    try:
        with live(Fuzzed(index), loop="asyncio", options=ServerOptions(allow_edits=True, questions=0, adds=0)) as url:
            ours.append(threading.current_thread())
            yield url, watched, outside
            ours.clear()
    finally:
        logging.getLogger().removeHandler(watched)
        index.close()


def run(
    count: int, number: int, home: Path, until: float = math.inf, patience: float = SECONDS
) -> tuple[Counter[str], float]:
    """Send so many requests, from a seed; returns how many had which status, and the seconds of the slowest.

    It ends when ``until`` is over, too. Raises ``AssertionError`` for what must not be.
    """
    statuses: Counter[str] = Counter()
    slowest = 0.0
    with served(home) as (url, watched, outside), httpx.Client(base_url=url, timeout=patience) as client:

        def one(request: dict[str, object]) -> None:
            nonlocal slowest
            began = time.perf_counter()
            status = _sent(client, request)
            slowest = max(slowest, time.perf_counter() - began)
            statuses[status] += 1
            assert status[0] != "5" or status == "503 with a time", f"{status}: {request}"
            assert not outside, f"{outside}: {request}"
            assert not watched.tracebacks, f"{watched.tracebacks[0]}: {request}"

        while (left := count - sum(statuses.values())) > 0 and time.monotonic() < until:
            chosen = settings(max_examples=min(left, BATCH), deadline=None, database=None, phases=[Phase.generate],
                              suppress_health_check=list(HealthCheck))  # fmt: skip
            seed(f"{number} {left}")(chosen(given(requests)(one)))()
        assert client.get("/healthz").status_code == 200
    return statuses, slowest


def _sent(client: httpx.Client, request: dict[str, object]) -> str:
    """Send a request and return the status of what answers it, which is read to its end where it has one."""
    try:
        made = client.build_request(url=request["path"], **{k: v for k, v in request.items() if k != "path"})
    except (httpx.InvalidURL, UnicodeEncodeError, ValueError):
        return "cannot be sent"
    try:
        answer = client.send(made, stream=True)
    except httpx.RemoteProtocolError:
        return "cut off"
    endless = "event-stream" in answer.headers.get("content-type", "")
    # what closes on a body that it has not read resets the connection behind its answer
    with closing(answer), suppress(httpx.RemoteProtocolError, httpx.ReadError):
        for _ in answer.iter_raw():
            if endless:
                break
    timed = answer.status_code == 503 and "retry-after" in answer.headers
    return f"{answer.status_code} with a time" if timed else str(answer.status_code)


def main() -> int:
    """Send what the command line asks for; 1 when anything gave way."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=math.inf, help="end after so long")
    parser.add_argument("--patience", type=float, default=SECONDS, help="the seconds that an answer may take")
    args = parser.parse_args()
    shut_network()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="footnote-fuzz-") as folder:
        try:
            statuses, slowest = run(
                args.requests, args.seed, Path(folder) / "home", began + args.seconds, args.patience
            )
        except AssertionError as error:
            note(str(error))
            return 1
    took = time.monotonic() - began
    result(f"seed {args.seed}: {sum(statuses.values())} requests in {took:.0f} s, slowest {slowest:.2f} s")
    result(", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    result("no 500, no traceback, no connection out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
