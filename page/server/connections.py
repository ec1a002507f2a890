"""How many connections there may be, and how long each may take: uvicorn bounds neither.

A connection has so long to send the whole head of a request, the first and each later one, so long for the body, and
so long to take what it is sent; what takes longer is cut off. Where there are too many, the one goes that has waited
longest for its client; only where none waits is the new one ended. So whoever opens connections by the hundred and
does nothing with them loses those first, and whoever has something to ask gets in.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from footnote.page.server.guard import most_body
from footnote.page.server.rate_limits import is_local, network_of

MOST = 512  # how many connections there are at most, which is well below what a process may open
MOST_EACH = 256  # how many of them one network address has, if it is not this computer, where a proxy may be
MAX_HEAD = 16 * 1024  # the longest head of a request, in bytes
HEAD_SECONDS = 10.0  # how long the head of a request may take, from when there could have been one
BODY_SECONDS = 20.0  # how long its body may take: so many seconds, and one more for each so many bytes
BODY_RATE = 16 * 1024
TAKING_SECONDS = 30.0  # how long a client may leave untaken what is sent to it

Peer = tuple[str, int]


@dataclass(slots=True)
class _Connection:
    """An open connection; ``waits`` is since when it is the client's turn, and None while it is the server's."""

    transport: asyncio.Transport
    network: str
    waits: float | None = None
    deadline: asyncio.TimerHandle | None = None

    def wait(self, seconds: float) -> None:
        """Cut the connection off in so many seconds, unless the client does its part before."""
        self.done()
        loop = asyncio.get_running_loop()
        self.waits = loop.time()
        self.deadline = loop.call_later(seconds, self.transport.abort)

    def done(self) -> None:
        """The client has done its part."""
        self.waits = None
        if self.deadline:
            self.deadline.cancel()


@dataclass(eq=False)
class Connections:
    """The open connections of a server, by address and port of the client. For use from its event loop alone."""

    most: int = MOST
    most_each: int = MOST_EACH
    head_seconds: float = HEAD_SECONDS
    body_seconds: float = BODY_SECONDS
    taking_seconds: float = TAKING_SECONDS
    _open: dict[Peer, _Connection] = field(default_factory=dict, init=False)

    def protocol(self) -> type[asyncio.Protocol]:
        """Return what uvicorn makes of each connection: its own, counted."""
        connections = self

        class Counted(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                connections.opened(self.client, transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.closed(self.client, self.transport)
                super().connection_lost(exc)

        return Counted

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return an application during whose requests it is known whose turn it is."""

        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            connection = self._open.get(scope.get("client") or ("", 0)) if scope["type"] == "http" else None
            if connection is None:
                await app(scope, receive, send)
                return
            length = _body_length(scope)
            if length:
                connection.wait(self.body_seconds + length / BODY_RATE)
            else:
                connection.done()

            async def received() -> Message:
                message = await receive()
                if message["type"] == "http.request" and not message.get("more_body", False):
                    connection.done()
                return message

            async def sent(message: Message) -> None:
                connection.wait(self.taking_seconds)
                await send(message)
                connection.done()

            try:
                await app(scope, received, sent)
            finally:
                connection.wait(self.head_seconds)

        return timed

    def opened(self, peer: Peer | None, transport: asyncio.Transport) -> None:
        """Let a new connection in, in the place of another where there are too many, or end it."""
        if peer is None:  # it has gone already
            return
        connection = _Connection(transport, network_of(peer[0]))
        own = {at: each for at, each in self._open.items() if each.network == connection.network}
        crowded = len(own) >= self.most_each and not is_local(peer[0])
        if (crowded and not self._make_room(own)) or (len(self._open) >= self.most and not self._make_room(self._open)):
            transport.abort()
            return
        self._open[peer] = connection
        connection.wait(self.head_seconds)

    def closed(self, peer: Peer | None, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        connection = self._open.get(peer) if peer else None
        if peer and connection and connection.transport is transport:
            connection.done()
            del self._open[peer]

    def _make_room(self, among: Mapping[Peer, _Connection]) -> bool:
        """Cut off the one that has waited longest for its client; False where none waits."""
        waiting = [(each.waits, peer) for peer, each in among.items() if each.waits is not None]
        if not waiting:
            return False
        _, peer = min(waiting)
        self._open[peer].done()
        self._open.pop(peer).transport.abort()
        return True


def _body_length(scope: Scope) -> int:
    """Return how long the body of a request is, or may be where it does not say so; 0 where it has none."""
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return most_body(scope["path"])
    said = headers.get("content-length", "0")
    return min(int(said), most_body(scope["path"])) if said.isdecimal() else 0
