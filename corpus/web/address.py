"""Which web addresses may be read: the rules for a URL, and for the address that it leads to."""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna

from footnote.corpus.errors import RefusedError

MAX_URL_CHARS = 2_048
DEFAULT_PORTS = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8080, 8443})  # the ports that web servers use in the open; others belong to other services
_PLAIN_PART = re.compile(r"(?=[_-]*[a-z0-9])[a-z0-9_-]{1,63}")

_OPEN_V6 = IPv6Network("2000::/3")
"""Outside it nothing of IPv6 is public: loopback, mapped, NAT64, fc00::, fe80::, fec0::, ff00::."""
_SHUT = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # the host behind a virtual machine in one cloud
        "192.0.0.0/24",  # protocol assignments, and the metadata service of another cloud
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.175.48.0/24",
        "224.0.0.0/4",
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking; each can carry or name something else
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
"""What `ipaddress` takes for global, and is not of the public internet."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A checked URL in its parts; ``host`` is ASCII, in lower case, without brackets or a trailing dot."""

    scheme: str
    host: str
    port: int
    target: str  # path and query, percent-encoded, as they are sent

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in a URL; a default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        """The URL in its normal form, without a fragment."""
        return self.origin + self.target


def parse_url(url: str, any_port: bool = False) -> WebAddress:
    """Check a URL and take it apart; ``any_port`` allows ports that web servers seldom use.

    Raises ``RefusedError`` when it is not http or https, carries a user name, or its host or port is not a plain one.
    """
    if len(url) > MAX_URL_CHARS:
        raise RefusedError(f"the web address is over {MAX_URL_CHARS:,} characters long")
    if "\\" in url or any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zs") for character in url):
        raise RefusedError("the web address holds spaces, control characters or backslashes; percent-encode them")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedError("the web address is not well formed; copy it again from the browser") from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise RefusedError("only http:// and https:// addresses are read")
    if "@" in parts.netloc:
        raise RefusedError("the web address carries a user name; only pages that need none are read")
    port = DEFAULT_PORTS[scheme] if port is None else port
    if not any_port and port not in PORTS:
        allowed = ", ".join(map(str, sorted(PORTS)))
        raise RefusedError(f"port {port} is not one of a public web server ({allowed}); --allow-private reads it")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return WebAddress(scheme, _host(parts.hostname or ""), port, target)


def _host(name: str) -> str:
    """Return a host name or IP address in its one normal form."""
    if "%" in name:
        raise RefusedError("the web address's host holds a percent sign; write the plain name")
    if ":" in name:
        try:
            return str(IPv6Address(name))
        except ValueError:
            raise RefusedError("the web address's host is not an IPv6 address") from None
    try:
        ascii_name = idna.encode(name.rstrip("."), uts46=True).decode("ascii").lower() if name else ""
    except (idna.IDNAError, UnicodeError):  # IDNA does not allow underscores, which servers use all the same
        ascii_name = name.rstrip(".").lower()
        if not all(map(_PLAIN_PART.fullmatch, ascii_name.split("."))):
            raise RefusedError("the web address's host is not a valid name") from None
    ascii_name = ascii_name.rstrip(".")
    if not ascii_name or len(ascii_name) > 253:
        raise RefusedError("the web address has no host, or one that is not a name")
    last = ascii_name.rsplit(".", 1)[-1]
    if re.fullmatch(r"\d+|0x[\da-fx]*", last):
        try:
            return str(IPv4Address(ascii_name))
        except ValueError:
            raise RefusedError("the host is a number in an unusual form; write it as 192.0.2.1 is written") from None
    return ascii_name


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Tell whether ``address`` is one of the public internet: of those only, whatever is not known to be is not."""
    try:
        ip = ip_address(address)
    except ValueError:  # with a zone, or no address at all
        return False
    if isinstance(ip, IPv6Address) and (ip.scope_id or ip not in _OPEN_V6):
        return False
    return ip.is_global and not any(ip in network for network in _SHUT)


def web_link(value: str) -> str:
    """Return ``value`` when it is an absolute http or https URL in plain characters, else nothing."""
    try:
        return parse_url(value.strip(), any_port=True).url
    except RefusedError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Tell whether two URLs are of one site: equal hosts, or one a subdomain of the other, as ``www.`` and ``amp.``."""
    try:
        a, b = parse_url(one, any_port=True).host, parse_url(other, any_port=True).host
    except RefusedError:
        return False
    return a == b or a.endswith("." + b) or b.endswith("." + a)
