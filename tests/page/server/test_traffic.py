"""Every answer has its request's id, and says when to come again where there is too much to do."""

import asyncio

import pytest

from footnote.page.server.metrics import Metrics
from footnote.page.server.traffic import BUSY_SECONDS, ID_HEADER, Requests


async def headers_of(status, *own):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": list(own)})
        await send({"type": "http.response.body", "body": b""})

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "client": ("127.0.0.1", 1)}
    await Requests(app, Metrics(lambda: (0, 0)))(scope, None, send)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    ("status", "own", "told"),
    [(503, (), BUSY_SECONDS), (503, ((b"retry-after", b"9"),), "9"), (200, (), None), (429, (), None)],
)
def test_who_is_turned_away_is_told_when_to_come_again(status, own, told):
    headers = asyncio.run(headers_of(status, *own))
    assert headers.get("retry-after") == told
    assert headers[ID_HEADER]
