"""Every request gets an id, is counted, and is logged without what was asked."""

import secrets
import time
from http import HTTPStatus
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.page.server import logs
from footnote.page.server.metrics import Metrics
from footnote.page.server.scopes import REFUSED, REQUEST, USER

ID_HEADER = "x-request-id"
BUSY_SECONDS = "5"  # when who is turned away may come again: half of a full queue is answered by then
_LONGEST = 80
_HEARTBEAT = "/gradio_api/heartbeat/"


class Requests:
    """ASGI middleware around everything: ids, numbers, and one log line a request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its id in its scope and in the answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope[REQUEST] = request_id = secrets.token_hex(8)
        began = time.perf_counter()
        seen: dict[str, Any] = {"status": 500, "bytes": 0}

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                headers = MutableHeaders(scope=message)
                headers[ID_HEADER] = request_id
                if message["status"] == HTTPStatus.SERVICE_UNAVAILABLE:  # Gradio's queue is full, and does not say so
                    headers.setdefault("retry-after", BUSY_SECONDS)
            seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            with self.metrics.in_flight.track_inprogress():
                await self.app(scope, receive, sender)
        finally:
            self.metrics.request(seen["status"], scope.get(REFUSED))
            logs.event(
                "request",
                request=request_id,
                method=scope["method"],
                path=shown(scope["path"]),
                status=seen["status"],
                bytes=seen["bytes"],
                ms=round((time.perf_counter() - began) * 1000, 1),
                client=(scope.get("client") or ("",))[0],
                user=scope.get(USER),
            )


def shown(path: str) -> str:
    """Return a path as the log has it: short, and without what names somebody's session."""
    if path.startswith(_HEARTBEAT):
        return f"{_HEARTBEAT}…"
    return path if len(path) <= _LONGEST else path[:_LONGEST] + "…"
