"""What a reverse proxy says of a request: believed when the proxy was named at the start, else dropped.

Gradio builds addresses from ``X-Forwarded-Host`` of whoever sends it, and uvicorn believes everything on this computer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.corpus.errors import UsageError
from footnote.page import strings
from footnote.page.server.rate_limits import ip_of

_TOLD = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-original-", b"x-direct-url")
_MOST_HOPS = 10

Networks = Collection[IPv4Network | IPv6Network]


def networks(addresses: Collection[str]) -> Networks:
    """Return addresses, and networks such as ``10.1.0.0/16``, as such. Raises ``UsageError`` for anything else."""
    try:
        return tuple(ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise UsageError(strings.NOT_A_PROXY.format(why=error)) from error


def prefix(path: str) -> str:
    """Return the path that a proxy adds, as ``/news``; empty for none. Raises ``UsageError`` when it is no path."""
    kept = "/" + path.strip("/") if path.strip("/") else ""
    parts = kept.split("/")[1:]
    bad = any(part in ("", ".", "..") or not part.replace("-", "").replace("_", "").isalnum() for part in parts)
    if bad or not kept.isascii():
        raise UsageError(strings.NOT_A_PATH.format(path=path))
    return kept


def inside(address: str, trusted: Networks) -> bool:
    """Tell whether an address is in one of the networks; what is no address is in none."""
    found = ip_of(address)
    return found is not None and any(found in network for network in trusted)


def client_of(peer: str, told: str, trusted: Networks) -> str:
    """Return who sent a request that came from the proxy ``peer``: the last address that is not a proxy's.

    ``told`` is ``X-Forwarded-For``, all lines of it: a proxy may put one below the client's own. What is no address
    ends the chain: the proxy that it came through stands for it.
    """
    found = peer
    for hop in reversed(told.split(",")[-_MOST_HOPS:]):
        address = ip_of(hop.strip())
        if address is None:
            return found
        found = str(address)
        if not inside(found, trusted):
            return found
    return found


@dataclass(eq=False)
class ProxyHeaders:
    """ASGI middleware that knows a request's real client, scheme and host, and takes the proxy's path off.

    ``trusted`` are the proxies that are believed. ``root_path`` is as `prefix` gives it; a proxy may pass it on or not.
    """

    app: ASGIApp
    trusted: Networks = ()
    root_path: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the client sent it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        peer = (scope.get("client") or ("", 0))[0]
        headers = [(name, value) for name, value in scope["headers"] if not name.startswith(_TOLD)]
        changed = {**scope, "headers": headers}
        if self.trusted and inside(peer, self.trusted):
            changed.update(_told(Headers(scope=scope), peer, self.trusted, headers))
        if self.root_path and scope["path"] == self.root_path:
            await RedirectResponse(f"{self.root_path}/", 308)(scope, receive, send)
            return
        if self.root_path and scope["path"].startswith(f"{self.root_path}/"):
            changed["path"] = scope["path"][len(self.root_path) :]
            changed["raw_path"] = changed["path"].encode("utf-8")
        await self.app(changed, receive, send)


def _told(said: Headers, peer: str, trusted: Networks, headers: list[tuple[bytes, bytes]]) -> Mapping[str, object]:
    """Return what a trusted proxy's headers change of a request's scope."""
    changed: dict[str, object] = {"client": (client_of(peer, ",".join(said.getlist("x-forwarded-for")), trusted), 0)}
    scheme = _first(said.get("x-forwarded-proto", "")).lower()
    if scheme in ("http", "https"):
        changed["scheme"] = scheme
    host = _first(said.get("x-forwarded-host", ""))
    if host:
        others = [(name, value) for name, value in headers if name != b"host"]
        changed["headers"] = [*others, (b"host", host.encode("latin-1"))]
    return changed


def _first(value: str) -> str:
    return value.split(",", 1)[0].strip()
