"""What stands between the network and Gradio: hosts, origins, sizes, paths and security headers.

Gradio checks none of these by itself when the page is mounted in another application: it reflects origins for
hosts that are not local, serves every ``Host``, and takes bodies of any size.
"""

import asyncio
import re
import secrets
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.corpus.sources import MAX_FILE_BYTES
from footnote.page.server.rate_limits import ip_of
from footnote.page.server.scopes import REFUSED

PROGRAMS = "/gradio_api/mcp"  # where programs speak the Model Context Protocol
MAX_BODY = 256 * 1024  # the largest request body, in bytes: a question and an article's spans fit many times
SENDING = "/library/stage"  # where files for the library are sent, and how large a body may be there, in bytes
MAX_SENT = MAX_FILE_BYTES + 64 * 1024

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})
_PATHS = re.compile(
    r"/(?:|healthz|metrics|conversations|next|own|find|settings(?:/look)?|watches(?:\.atom|/news)?|(?:page|desk|signin)\.css|fonts/[\w-]+\.woff2|evaluation(?:\.css|\.js)?|config/?|theme\.css|favicon\.ico|robots\.txt|sw\.js|manifest\.webmanifest|icon\.svg"
    r"|library(?:\.css|\.js|/(?:table|article|draft|change|together|stage|waiting|add))?"
    r"|login|logout|login_check/?"
    r"|(?:assets|static|svelte)/.*"
    r"|gradio_api/(?:info|user|token|app_id|startup-events|reset|cancel|login_check"
    r"|mcp|(?:run|call(?:/v2)?)/(?:ask|search|show)(?:/[0-9a-f]{1,64})?|(?:queue|heartbeat)/.*)/?)"
)
_AUTHORITY = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[\da-fA-F:.]+\](?::\d{1,5})?", re.ASCII)
_PROMOTION = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>|<link rel="manifest"[^>]*>')
_GONE: Message = {"type": "http.disconnect"}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def policy(nonce: str = "") -> str:
    """Return the Content-Security-Policy: nothing from another host, no inline script without the nonce.

    ``unsafe-eval`` is there because Gradio's HTML component compiles its template in the browser; inline
    styles because its widgets set them.
    """
    scripts = f"'self' 'nonce-{nonce}' 'unsafe-eval'" if nonce else "'self'"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def host_name(authority: str) -> str:
    """Return the name in ``name:port``, in lower case, without the brackets of an IPv6 address; else nothing."""
    if not _AUTHORITY.fullmatch(authority):
        return ""
    try:
        return (urlsplit(f"//{authority}").hostname or "").lower()
    except ValueError:
        return ""


def host_allowed(authority: str, bound: str, others: Collection[str] = ()) -> bool:
    """Tell whether a ``Host`` header is one of ours, or of ``others``, which are in lower case.

    A server bound to every address also answers to any literal address: rebinding a name needs a name.
    """
    name = host_name(authority)
    own = {"localhost", "127.0.0.1", "::1", socket.gethostname().lower() if bound in _WILDCARDS else bound.lower()}
    known = name in own or name in others or (bound in _WILDCARDS and ip_of(name) is not None)
    return known and name != ""


def origin_allowed(method: str, origin: str | None, authority: str) -> bool:
    """Tell whether a request that may change something comes from this page, or from no page at all."""
    return method in _SAFE_METHODS or origin is None or urlsplit(origin).netloc.lower() == authority.lower()


def path_allowed(path: str) -> bool:
    """Tell whether the chat uses this path; Gradio's uploads, files, proxy and monitoring are closed."""
    return _PATHS.fullmatch(path) is not None


def most_body(path: str) -> int:
    """Return how large the body of a request may be, in bytes."""
    return MAX_SENT if path == SENDING else MAX_BODY


@dataclass(eq=False)
class Guard:
    """ASGI middleware that refuses what does not belong here and hardens what goes out.

    ``bound`` is the address the server listens on, ``hosts`` are other names it answers to; ``head`` is put into the
    head of the pages, and what ``first`` gives is shown until Gradio has made them. Once ``ended`` is set, the streams
    that Gradio keeps open to every page end, so that a server can stop.
    """

    app: ASGIApp
    bound: str
    head: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    hosts: Collection[str] = ()
    first: Callable[[], str] = str

    def __post_init__(self) -> None:
        self.hosts = frozenset(host.lower() for host in self.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, then pass it on with the answer's headers set."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            scope[REFUSED] = refusal[1].lower()
            ends = {"connection": "close"} if refusal[0] == 400 else {}
            await PlainTextResponse(refusal[1], refusal[0], ends)(scope, receive, _hardened(send))
            return
        if scope["path"] == "/" and scope["method"] == "GET":
            await self._page(scope, receive, send)
            return
        ears = _Ears(receive, self.ended, most_body(scope["path"]))
        try:
            await self.app(scope, ears, _hardened(send))
        finally:
            ears.close()

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and reason when a request is not let through."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if scope["type"] != "http" or not path_allowed(scope["path"]):
            return 404, "Not found"
        if not host_allowed(host, self.bound, self.hosts):
            return 400, "Unknown host"
        if not origin_allowed(scope["method"], headers.get("origin"), host):
            return 403, "Requests from other pages are refused"
        if scope["path"].startswith(PROGRAMS) and scope["method"] != "POST":
            return 405, "Programs send here what they want"
        if "content-length" in headers and "transfer-encoding" in headers:  # a proxy may believe the other one
            return 400, "Two lengths"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length[:12]) > most_body(scope["path"]):
            return 413, "Too large"
        return None

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page with our head, and a fresh nonce on each of its scripts."""
        nonce = secrets.token_urlsafe(18)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: dict[str, Any] = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            if message["type"] != "http.response.body":
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                first = await run_in_threadpool(self.first) if start["status"] == 200 else ""
                page = finished(body.decode("utf-8"), self.head, nonce, first).encode("utf-8")
                own = {"content-length": str(len(page)), "cache-control": "no-store"}
                MutableHeaders(scope=start).update({**_HEADERS, **own, "content-security-policy": policy(nonce)})
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, collect)


def finished(page: str, head: str, nonce: str, first: str = "") -> str:
    """Return Gradio's page with our head, a nonce on every script, ``first`` to begin with, and no promotion."""
    own = _PROMOTION.sub("", page).replace("<gradio-app", f"{first}<gradio-app", 1)
    own = own.replace("<script", f'<script nonce="{nonce}"')
    return own.replace("</head>", f"{head}</head>", 1)


def _hardened(send: Send) -> Send:
    """Wrap ``send`` so that every response carries the security headers."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update({**_HEADERS, "content-security-policy": policy()})
        await send(message)

    return sender


class _Ears:
    """What comes in of one request: a body ends at ``most`` bytes, and everything when ``ended`` is set.

    Gradio asks many times a second whether a page has gone, and gives up at once: all of that waits on one task.
    """

    def __init__(self, receive: Receive, ended: asyncio.Event, most: int) -> None:
        self._receive = receive
        self._ended = ended
        self._left = most
        self._coming: asyncio.Future[Any] | None = None
        self._ending: asyncio.Future[Any] | None = None

    async def __call__(self) -> Message:
        """Return the next message, or that the client has gone."""
        coming = self._coming = self._coming or asyncio.ensure_future(self._receive())
        ending = self._ending = self._ending or asyncio.ensure_future(self._ended.wait())
        if not coming.done():
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            return _GONE
        self._coming = None
        message: Message = coming.result()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else _GONE

    def close(self) -> None:
        """Wait for nothing more."""
        for waiting in (self._coming, self._ending):
            if waiting is not None:
                waiting.cancel()
