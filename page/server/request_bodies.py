"""What is sent: read whole; for Gradio, looked at, and written anew, so that it sees just what was looked at.

Gradio downloads whatever a value names that looks like its own ``FileData``, before a handler of ours runs. It keeps
what belongs to an open page under the session that the page names, whoever sends it; and it answers every error of a
call with 500.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.corpus.text import one_line, storable
from footnote.page import strings
from footnote.page.server.guard import PROGRAMS, SENDING
from footnote.page.server.scopes import FAILED, REFUSED, USER
from footnote.page.server.statuses import Status

GRADIO = "/gradio_api/"
MAX_DEPTH = 32  # how deep values may be in each other; Gradio goes through them by functions that call themselves
_HEARTBEAT = GRADIO + "heartbeat/"
_SESSION = "session_hash"
_NEVER_SENT = frozenset({"batched", "simple_format", "oauth_token"})
_LOG = logging.getLogger("footnote.app")


class Bodies:
    """ASGI middleware in front of Gradio, behind what says who sent a request.

    Each user has sessions of their own: what another one knows of them names nothing. ``inputs`` is how many values
    each function of the page takes, by its name and by its number: Gradio writes a traceback for any other count.
    """

    def __init__(self, app: ASGIApp, inputs: Mapping[object, int]) -> None:
        self.app = app
        self._inputs = inputs
        self._secret = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, for Gradio as it was understood, or refuse it."""
        if scope["type"] != "http" or scope["path"] == SENDING:  # files for the library are read as they come
            await self.app(scope, receive, send)
            return
        gradio, came = scope["path"].startswith(GRADIO), scope
        if gradio:
            failed: list[Status] = []
            scope = {**self._named(scope), FAILED: failed}
            send = answer = _Answer(send, failed)
        if scope["method"] == "POST":
            body = await whole(scope, receive)
            try:
                if body is None:  # who sends on for too long, or has gone, is not answered by a handler
                    raise ValueError(strings.TOO_LARGE)
                body = json.dumps(self._own(understood(body), scope)).encode() if gradio else body
            except ValueError as error:
                came[REFUSED] = "bad body"
                await JSONResponse({"error": str(error)}, 413 if body is None else 400)(scope, receive, send)
                return
            scope, receive = _replayed(scope, body, receive)
        if not gradio:
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # its functions tell what is wrong with them: this is what was sent
            _LOG.warning("a malformed request: %s", one_line(f"{type(error).__name__}: {error}", 200))
            await answer.end()

    def _named(self, scope: Scope) -> Scope:
        """Return a request whose address names a session of its user."""
        user = scope.get(USER)
        if not user:
            return scope
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        own = [(name, self._session(user, value) if name == _SESSION else value) for name, value in query]
        named = {**scope, "query_string": urlencode(own).encode("latin-1")}
        if scope["path"].startswith(_HEARTBEAT):
            path = _HEARTBEAT + self._session(user, scope["path"][len(_HEARTBEAT) :])
            named |= {"path": path, "raw_path": path.encode("latin-1")}
        return named

    def _own(self, data: object, scope: Scope) -> object:
        """Return what was sent with a session of its user, and without what no page sends.

        Raises ``ValueError`` when it calls a function with too many values, or too few.
        """
        if not isinstance(data, Mapping) or PROGRAMS in scope["path"]:
            return data
        sent = {name: value for name, value in data.items() if name not in _NEVER_SENT}
        called = sent.get("fn_index")
        if called is None:
            called = scope["path"].rstrip("/").rpartition("/")[2]
        takes = self._inputs.get(called) if isinstance(called, str | int) else None
        values = sent.get("data", [])
        if "data" in sent and (takes is None or not isinstance(values, list) or takes != len(values)):
            raise ValueError(strings.BAD_REQUEST)
        user = scope.get(USER)
        if user and isinstance(sent.get(_SESSION), str):
            sent[_SESSION] = self._session(user, sent[_SESSION])
        return sent

    def _session(self, user: str, named: str) -> str:
        said = json.dumps([user, named]).encode()
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


async def whole(scope: Scope, receive: Receive) -> bytes | None:
    """Return a request's body, which the guard keeps from being large; None when the client has gone."""
    try:
        return await Request(scope, receive).body()
    except ClientDisconnect:
        return None


def parsed(body: bytes) -> object:
    """Return what a body of JSON says, in characters that can be written: half of one becomes U+FFFD; None for nothing.

    Raises ``ValueError`` when it is no JSON.
    """
    try:
        data = json.loads(body) if body else None
        return json.loads(storable(json.dumps(data, ensure_ascii=False))) if b"\\u" in body else data
    except (ValueError, RecursionError):
        raise ValueError(strings.BAD_REQUEST) from None


def understood(body: bytes) -> object:
    """Return what a body of JSON says; None for an empty one.

    Raises ``ValueError`` when it is none, goes too deep, or holds what Gradio would take for a file.
    """
    data = parsed(body)
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH or (isinstance(value, dict) and "path" in value and "meta" in value):
            raise ValueError(strings.BAD_REQUEST)
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting.extend((each, depth + 1) for each in inside)
    return data


def _replayed(scope: Scope, body: bytes, receive: Receive) -> tuple[Scope, Receive]:
    """Return a request with this body, and what it gives: the body, and then whatever else comes."""
    headers = [
        (name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")
    ]
    coming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return coming.pop() if coming else await receive()

    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, replay


class _Answer:
    """What Gradio answers: to a call that failed, with the status that it failed with, and when to come again.

    It says 500 also to what it does not understand: that is 400.
    """

    def __init__(self, send: Send, failed: Sequence[Status]) -> None:
        self._send = send
        self._failed = failed
        self._open = False

    async def __call__(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start" and message["status"] == 500:
            status = self._failed[-1] if self._failed else Status(400)
            message["status"] = status.code
            MutableHeaders(scope=message).update(status.headers)
        self._open = message["type"] == "http.response.start" or message.get("more_body", False)
        await self._send(message)

    async def end(self) -> None:
        """End an answer that broke off."""
        if self._open:
            await self._send({"type": "http.response.body", "body": b""})
