"""A language model behind any OpenAI-compatible endpoint: llama.cpp, vLLM, Ollama, LM Studio, or a hosted one.

The reply is streamed, and everything about it is limited: connecting, silence, the whole time, its length in
characters and in bytes. There is one try. Whatever goes wrong becomes one `EndpointError` with one line for the user;
what the server says about its own failure is never shown, for it is not ours to trust.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from footnote.corpus.errors import ModelError, UsageError
from footnote.corpus.text import one_line

KEY_VARIABLE = "FOOTNOTE_LLM_KEY"
_NO_KEY = "none"
_POLL_SECONDS = 0.05
_SENT_BY_CLIENT = ("openai-organization", "openai-project")
_NO_STREAM = "did not answer with a chat stream"
_BROKE_OFF = "broke off in the middle of its reply"
_STATUS = {
    401: f"did not accept the key; set {KEY_VARIABLE}",
    403: f"did not accept the key; set {KEY_VARIABLE}",
    404: "has no such model, or its address is another (most end in /v1)",
    429: "has too much to do",
}


class EndpointError(ModelError):
    """The language model could not be used; its text is one line for the user."""


class LanguageModel(Protocol):
    """What composing an answer needs of a language model."""

    @property
    def model(self) -> str:
        """The model's name, as an answer gives it."""

    def stream(self, system: str, user: str, stop: Callable[[], bool]) -> Iterator[str]:
        """Yield the reply in pieces; end early, without an error, once ``stop()`` is true.

        Raises `EndpointError` when the reply is not a whole one.
        """


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """What a reply may take: seconds, tokens asked for, and characters and bytes that are read before giving up.

    ``silence`` is how long it may go without a word, from the beginning on: what comes without one does not count. A
    model on a laptop may read for a minute and more before its first.
    """

    connect: float = 5.0
    silence: float = 120.0
    total: float = 240.0
    tokens: int = 250
    characters: int = 6_000
    size: int = 4_000_000


class Endpoint:
    """One model at one address. Safe to use from several threads; close it when done."""

    def __init__(self, url: str, model: str, key: str = "", limits: ReplyLimits | None = None) -> None:
        """Remember where the model is; nothing is sent yet.

        Raises:
            UsageError: the address is no plain http or https address, or there is no model name.
        """
        self.url = _checked(url)
        self.model = one_line(model, 200)
        if not self.model:
            raise UsageError("name the language model, as in: --llm http://127.0.0.1:8080/v1 --model NAME")
        self.limits = limits or ReplyLimits()
        timeout = httpx.Timeout(self.limits.silence, connect=self.limits.connect)
        self._client = httpx.Client(
            transport=_Guard(self.limits), timeout=timeout, follow_redirects=False,
            event_hooks={"request": [_anonymous]},
        )  # fmt: skip
        from llama_index.llms.openai_like import OpenAILike

        self._llm = OpenAILike(
            model=self.model, api_base=self.url, api_key=key or _NO_KEY, is_chat_model=True, temperature=0.0,
            max_tokens=self.limits.tokens, max_retries=0, timeout=self.limits.silence, http_client=self._client,
        )  # fmt: skip

    @classmethod
    def from_environment(
        cls, url: str, model: str, limits: ReplyLimits | None = None, environ: Mapping[str, str] | None = None
    ) -> Endpoint:
        """Make one with the key in ``FOOTNOTE_LLM_KEY``, where there is one."""
        env = os.environ if environ is None else environ
        return cls(url, model, env.get(KEY_VARIABLE, ""), limits)

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r}, {self.model!r})"

    def stream(self, system: str, user: str, stop: Callable[[], bool] = lambda: False) -> Iterator[str]:
        """Yield the reply in pieces; see `LanguageModel`.

        A thread reads, and this one waits: a server that hangs, in whatever call, cannot hold the answer up.
        """
        pieces: queue.SimpleQueue[str | EndpointError | None] = queue.SimpleQueue()
        abandoned = threading.Event()
        reading = (system, user, pieces, abandoned)
        threading.Thread(target=self._read, args=reading, name="language-model", daemon=True).start()
        heard = time.monotonic()
        deadline = heard + self.limits.total
        length = 0
        try:
            while not stop():
                piece: str | EndpointError | None = ""
                with suppress(queue.Empty):
                    piece = pieces.get(timeout=_POLL_SECONDS)
                now = time.monotonic()
                if now > deadline or (piece == "" and now - heard > self.limits.silence):
                    raise self._error("took too long")
                if piece is None:
                    return
                if isinstance(piece, EndpointError):
                    raise piece
                if piece:
                    heard = now
                    length += len(piece)
                    if length > self.limits.characters:
                        raise self._error("did not stop writing")
                    yield piece
        finally:
            abandoned.set()

    def _read(
        self, system: str, user: str, pieces: queue.SimpleQueue[str | EndpointError | None], abandoned: threading.Event
    ) -> None:
        """Read a reply into a queue, then None, or why it is not a whole one.

        It is run in a thread, which ends once it hears from the server after it was abandoned.
        """
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        told = ((MessageRole.SYSTEM, system), (MessageRole.USER, user))
        finished = written = False
        try:
            replies = self._llm.stream_chat([ChatMessage(role=role, content=text) for role, text in told])
            for reply in replies:
                if abandoned.is_set():
                    replies.close()
                    return
                finished = finished or any(each.finish_reason for each in getattr(reply.raw, "choices", None) or ())
                if reply.delta:
                    written = True
                    pieces.put(reply.delta)
        except Exception as error:  # the client parses what a stranger sent: anything can come out of it
            pieces.put(self._error(_reason(error)))
        else:
            end = None if finished else self._error(_BROKE_OFF)
            pieces.put(end if written else self._error("gave an empty reply"))

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _error(self, why: str) -> EndpointError:
        return EndpointError(f"the language model at {self.url} {why}")


class _Refused(Exception):  # noqa: N818 - it becomes an EndpointError
    """Why a response is not read on, as the end of a sentence about the server."""


class _Guard(httpx.BaseTransport):
    """Refuses what is no stream of events before it is read, and reads no more than the limits allow."""

    def __init__(self, limits: ReplyLimits) -> None:
        self._limits = limits
        self._inner = httpx.HTTPTransport(retries=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        refusal = ""
        if response.status_code != 200:
            refusal = _STATUS.get(response.status_code, f"failed (HTTP {response.status_code})")
        elif kind != "text/event-stream" or response.headers.get("content-encoding", "identity") != "identity":
            refusal = _NO_STREAM
        if refusal:
            response.close()
            raise _Refused(refusal)
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)
        limited = _Limited(stream, self._limits)
        return httpx.Response(200, headers=response.headers, stream=limited, extensions=response.extensions)

    def close(self) -> None:
        self._inner.close()


class _Limited(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, limits: ReplyLimits) -> None:
        self._stream = stream
        self._size = limits.size
        self._deadline = time.monotonic() + limits.total

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for block in self._stream:
            read += len(block)
            if read > self._size:
                raise _Refused("did not stop writing")
            if time.monotonic() > self._deadline:
                raise _Refused("took too long")
            yield block

    def close(self) -> None:
        self._stream.close()


def _anonymous(request: httpx.Request) -> None:
    """Ask for a plain stream, and send nothing that the client library reads from its own environment variables."""
    for name in _SENT_BY_CLIENT:
        request.headers.pop(name, None)
    request.headers["accept-encoding"] = "identity"
    if request.headers.get("authorization") == f"Bearer {_NO_KEY}":
        del request.headers["authorization"]


def _reason(error: BaseException) -> str:
    """Return why a reply could not be had, as the end of a sentence; without a word of the server's."""
    cause: BaseException | None = error
    for _ in range(10):
        if isinstance(cause, _Refused):
            return str(cause)
        if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
            return "cannot be reached"
        if isinstance(cause, httpx.TimeoutException):
            return "took too long"
        if isinstance(cause, httpx.TransportError):
            return _BROKE_OFF
        cause = cause and (cause.__cause__ or cause.__context__)
    return _NO_STREAM


def _checked(url: str) -> str:
    """Return an address without a slash at its end; a key in it would end up in logs."""
    try:
        parts = urlsplit(url.strip())
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named, parts = False, urlsplit("")
    plain = parts.scheme in ("http", "https") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not named or not plain or one_line(url) != url.strip():
        raise UsageError(
            "the language model's address must be http or https, without a name, key or query in it,"
            " as in: http://127.0.0.1:8080/v1"
        )
    return url.strip().rstrip("/")
