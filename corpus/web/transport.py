"""Connections that lead only where they may: names are resolved once, checked, and connected to as checked.

A name that resolves to something else a moment later (DNS rebinding) changes nothing, since nobody asks again. Every
step ends at one deadline, however slowly the other side goes on.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import httpcore

from footnote.corpus.errors import RefusedError
from footnote.corpus.web.address import is_public

Resolve = Callable[[str, int], list[str]]  # the IP addresses of a host; an `OSError` when it has none
SocketOptions = Iterable[Any] | None
_MAX_ADDRESSES = 4


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host by the system's resolver, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@dataclass(eq=False)
class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore to public addresses only, or to any with ``allow_private``.

    ``deadline`` is in seconds of `time.monotonic`. ``inner`` makes the connections, to IP addresses.
    """

    deadline: float
    allow_private: bool
    resolve: Resolve
    inner: httpcore.NetworkBackend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host's first address that answers.

        Raises ``RefusedError`` when the host has no address, or any of its addresses may not be connected to.
        """
        addresses = self._addresses(host, port)
        shut = [address for address in addresses if not is_public(address)]
        if shut and not self.allow_private:
            where = host if host == shut[0] else f"{host} leads to {shut[0]}, which"
            raise RefusedError(f"{where} is not a public address; --allow-private reads it all the same")
        addresses = addresses[:_MAX_ADDRESSES]
        failure: Exception = httpcore.ConnectError("no address")
        for n, address in enumerate(addresses):
            left = remaining(self.deadline) / (len(addresses) - n)
            try:
                stream = self.inner.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self.deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        with suppress(ValueError):
            return [str(ip_address(host))]
        found = _in_time(lambda: self.resolve(host, port), self.deadline)
        if not found:
            raise RefusedError(f"{host} cannot be found; check the address, and that this computer is online")
        return found


def _in_time(work: Callable[[], list[str]], deadline: float) -> list[str]:
    """Return what ``work`` gives, or nothing when it fails; the system's resolver takes no limit of its own."""
    found: list[str] = []

    def run() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(work())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(remaining(deadline))
    if thread.is_alive():
        raise httpcore.ConnectTimeout("the name is not resolved in time")
    return found


def remaining(deadline: float) -> float:
    """Return the seconds that are left, above zero. Raises ``httpcore.ReadTimeout`` when none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left


@dataclass(eq=False)
class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline."""

    stream: httpcore.NetworkStream
    deadline: float

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, remaining(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, remaining(self.deadline))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = remaining(self.deadline)
        return _TimedStream(self.stream.start_tls(ssl_context, server_hostname, left), self.deadline)

    def get_extra_info(self, info: str) -> object:
        return self.stream.get_extra_info(info)
