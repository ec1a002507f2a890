"""What a site's ``robots.txt`` allows (RFC 9309)."""

from dataclasses import dataclass

from protego import Protego


@dataclass(frozen=True, slots=True)
class Robots:
    """Whether an address may be fetched, and how many seconds the site asks for between two requests."""

    allowed: bool
    delay: float = 0.0


def read_robots(data: bytes, url: str, agent: str) -> Robots:
    """Return what the file ``data`` says about ``url`` to the program called ``agent``."""
    rules = Protego.parse(data.decode("utf-8", "replace"))
    return Robots(rules.can_fetch(url, agent), float(rules.crawl_delay(agent) or 0.0))
