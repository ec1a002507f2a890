"""Run the application on a socket until a signal stops it."""

import signal
import socket

import uvicorn
from fastapi import FastAPI

from footnote.page.server.connections import MAX_HEAD, Connections


class Server(uvicorn.Server):
    """A server that ends the streams to open pages when it stops, instead of waiting for them."""

    def __init__(self, web: FastAPI, connections: Connections | None = None) -> None:
        connections = connections or Connections()
        super().__init__(
            uvicorn.Config(
                connections.around(web),
                http=connections.protocol(),
                ws="none",
                h11_max_incomplete_event_size=MAX_HEAD,
                log_level="warning",
                timeout_graceful_shutdown=3,
                server_header=False,
                proxy_headers=False,
            )
        )
        self._ended = web.state.ended

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: what is being answered has three seconds to finish."""
        self._ended.set()
        await super().shutdown(sockets)


def run(web: FastAPI, listener: socket.socket) -> None:
    """Run until stopped. Uvicorn repeats the signal that stopped it, so ours has to take it quietly."""
    server = Server(web)

    def stop(*_: object) -> None:
        server.should_exit = True

    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, stop) for kind in kinds]
    try:
        server.run(sockets=[listener])
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
