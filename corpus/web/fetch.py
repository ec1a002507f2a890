"""Fetch a page from the web: from public addresses only, within limits, and as its site's ``robots.txt`` allows."""

from __future__ import annotations

import http
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from urllib.parse import urljoin

import httpcore

from footnote.corpus.errors import RefusedError
from footnote.corpus.file_types import is_readable_type
from footnote.corpus.sandbox.process import Sandbox
from footnote.corpus.web.address import WebAddress, parse_url
from footnote.corpus.web.transport import CheckedBackend, Resolve, resolve

AGENT = "Footnote"
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_ROBOTS = 500_000
_LONGEST_DELAY = 10.0
_LATER = "try again later, or save the page and add the file"
_ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/plain,application/rss+xml,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class WebLimits:
    """What one page may take: seconds, redirects and robots.txt included, and bytes, unpacked.

    ``pause`` is the least time in seconds between two pages of one host.
    """

    seconds: float = 9.0
    size: int = 20_000_000
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: where it came from in the end, its bytes unpacked, and what they are said to be."""

    url: str
    data: bytes
    content_type: str
    charset: str


@dataclass(eq=False)
class Fetcher:
    """Fetches pages, one at a time; remembers each site's ``robots.txt``, and when it was asked last."""

    sandbox: Sandbox
    allow_private: bool = False
    limits: WebLimits = WebLimits()
    resolve: Resolve = resolve
    inner: httpcore.NetworkBackend | None = None
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._robots: dict[str, bytes | None] = {}
        self._asked: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self.agent = f"{AGENT}/{version('footnote')} (reads articles that a person asks for)"

    def fetch(self, url: str) -> Page:
        """Return the page at ``url``, up to five redirects further on.

        Raises ``RefusedError`` when the address may not be read, or what it gives is not a page within the limits.
        """
        address = parse_url(url, self.allow_private)
        deadline = time.monotonic() + self.limits.seconds + self._wait(address.host)
        for _ in range(MAX_REDIRECTS + 1):
            self._obey_robots(address, deadline)
            answer = self._get(address, deadline, self.limits.size, pages_only=True)
            if answer.status not in _REDIRECTS:
                return _page(address, answer)
            address = self._next(address, answer)
        raise RefusedError(f"it redirects more than {MAX_REDIRECTS} times")

    def _next(self, address: WebAddress, answer: _HttpAnswer) -> WebAddress:
        try:
            target = urljoin(address.url, answer.header("location"))
        except ValueError:
            target = ""
        if not answer.header("location") or not target:
            raise RefusedError("it redirects to nowhere")
        try:
            return parse_url(target, self.allow_private)
        except RefusedError as error:
            raise RefusedError(f"it redirects to an address that is not read: {error}") from None

    def _wait(self, host: str) -> float:
        """Let a host rest between two pages, as long as it asks for; returns the seconds that passed."""
        now = time.monotonic()
        due = self._asked.get(host, now - 60) + max(self.limits.pause, self._delays.get(host, 0.0))
        if due > now:
            self.sleep(due - now)
        self._asked[host] = max(due, now)
        return max(due - now, 0.0)

    def _obey_robots(self, address: WebAddress, deadline: float) -> None:
        if address.origin not in self._robots:
            self._robots[address.origin] = self._read_robots(address, deadline)
        if (rules := self._robots[address.origin]) is None:
            unknown = f"{address.host} does not say which pages programs may read (its robots.txt fails)"
            raise RefusedError(f"{unknown}; {_LATER}")
        if not rules.strip():
            return
        said = self.sandbox.run("robots", rules, url=address.url, agent=AGENT)
        if not said["allowed"]:
            raise RefusedError(f"{address.host} asks programs not to read this page (robots.txt); save it by hand")
        self._delays[address.host] = min(float(said["delay"]), _LONGEST_DELAY)

    def _read_robots(self, address: WebAddress, deadline: float) -> bytes | None:
        """Return a site's rules: none when it has no such file, and `None` when it should, and they cannot be read."""
        here = WebAddress(address.scheme, address.host, address.port, "/robots.txt")
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._get(here, deadline, _MAX_ROBOTS, pages_only=False)
            if answer.status in _REDIRECTS and answer.header("location"):
                here = self._next(here, answer)
            elif answer.status == 200:
                return answer.data
            else:
                return b"" if 400 <= answer.status < 500 and answer.status != 429 else None
        return b""

    def _get(self, address: WebAddress, deadline: float, size: int, pages_only: bool) -> _HttpAnswer:
        inner = self.inner or httpcore.SyncBackend()
        backend = CheckedBackend(deadline, self.allow_private, self.resolve, inner)
        url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
        headers: dict[bytes | str, bytes | str] = {
                   "Host": address.origin.partition("://")[2], "User-Agent": self.agent, "Accept": _ACCEPT,
                   "Accept-Encoding": "gzip", "Connection": "close"}  # fmt: skip
        try:
            with (
                httpcore.ConnectionPool(max_connections=1, network_backend=backend) as pool,
                pool.stream("GET", url, headers=headers) as response,
            ):
                held = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers[::-1])
                answer = _HttpAnswer(response.status, {name.lower(): value for name, value in held})
                if answer.status != 200:
                    return answer
                if pages_only and not is_readable_type(answer.content_type):
                    raise RefusedError(f"it is {answer.content_type[:60]!r}, not a page, a document or a feed")
                data = bytearray()
                for chunk in _unpacked(response.iter_stream(), answer.header("content-encoding"), size):
                    data += chunk
                    if len(data) > size:
                        raise RefusedError(f"it is over {size / 1e6:.1f} MB, the limit for one page")
                return replace(answer, data=bytes(data))
        except httpcore.TimeoutException:
            late = f"{address.host} does not give the page within {self.limits.seconds:.0f} seconds"
            raise RefusedError(f"{late}; {_LATER}") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise RefusedError(_failure(address.host, error)) from None


@dataclass(frozen=True, slots=True)
class _HttpAnswer:
    """A response: its status, its headers with their names in lower case, and its body when that was read."""

    status: int
    headers: dict[str, str]
    data: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def content_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()


def _failure(host: str, error: Exception) -> str:
    if "CERTIFICATE" in str(error).upper():
        return f"the certificate of {host} is not valid; the page is not read"
    if isinstance(error, httpcore.ConnectError):
        return f"{host} cannot be reached; check the address, and that this computer is online"
    return f"{host} gave no proper answer; {_LATER}"


def _page(address: WebAddress, answer: _HttpAnswer) -> Page:
    status = answer.status
    if status != 200:
        meaning = http.HTTPStatus(status).phrase if status in list(http.HTTPStatus) else "unknown"
        todo = "try again later" if status == 429 or status >= 500 else "open it in a browser, save it and add the file"
        raise RefusedError(f"{address.host} answered {status} ({meaning}); {todo}")
    parameters = answer.header("content-type").partition(";")[2].lower()
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(" \"'")[:40]
    return Page(address.url, answer.data, answer.content_type, charset)


def _unpacked(chunks: Iterator[bytes], encoding: str, size: int) -> Iterator[bytes]:
    """Yield the body unpacked; each piece is cut just above ``size``, so that a bomb ends there."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip"):
        raise RefusedError(f"it is packed as {encoding[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    whole = False
    try:
        for chunk in chunks:
            while chunk:
                yield unpacker.decompress(chunk, size + 1)
                chunk, whole = unpacker.unused_data, unpacker.eof
                if whole:
                    unpacker = zlib.decompressobj(wbits=31)
    except zlib.error:
        whole = False
    if not whole:
        raise RefusedError(f"its packing is damaged; {_LATER}")
