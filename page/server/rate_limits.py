"""How often somebody may ask or add: so many a minute, with a store for bursts."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from footnote.corpus.errors import UsageError

MOST_KEYS = 4096  # how many clients are remembered; the one that was seen least recently goes first


class TooOftenError(UsageError):
    """Somebody has to wait; the text says how long, and so does ``seconds``."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message.format(seconds=math.ceil(seconds)))
        self.seconds = seconds


class ServerBusyError(TooOftenError):
    """Too much is being done already, whoever asks."""


def ip_of(address: str) -> IPv4Address | IPv6Address | None:
    """Return an address of the Internet Protocol; None for what is none."""
    try:
        return ip_address(address)
    except ValueError:
        return None


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 network that an IPv6 host can choose freely in."""
    found = ip_of(address)
    if found is None:
        return address[:64]
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def is_local(address: str) -> bool:
    """Tell whether an address is this computer itself."""
    found = ip_of(address)
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return found is not None and found.is_loopback


class Buckets:
    """A token bucket for each key: ``per_minute`` tokens flow in, and a quarter of a minute's, or 3, are kept.

    0 a minute means no limit. Safe to use from several threads; ``clock`` gives seconds.
    """

    def __init__(self, per_minute: int, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._size = max(3.0, per_minute / 4)
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = self._clock()
            tokens, at = self._kept.pop(key, (self._size, now))
            tokens = min(self._size, tokens + (now - at) * self._rate)
            wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
            self._kept[key] = (tokens if wait else tokens - 1, now)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return wait


class Limit:
    """So many of something a minute for each client; as many as they like for this computer itself unless ``local``.

    A client is a user with a name, else a network address. ``message`` is for who comes too often.
    """

    def __init__(
        self, per_minute: int, message: str, local: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._buckets = Buckets(per_minute, clock=clock)
        self._message = message
        self._local = local

    def count(self, address: str, user: str | None = None) -> None:
        """Count one; raises ``TooOftenError`` when there were too many."""
        if is_local(address) and not self._local:
            return
        wait = self._buckets.take(f"user {user}" if user else network_of(address))
        if wait:
            raise TooOftenError(self._message, wait)


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What a client may do in a minute."""

    questions: Limit
    adds: Limit
    searches: Limit
