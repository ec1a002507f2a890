"""What somebody who starts a server may choose about it."""

from dataclasses import dataclass

from footnote.page import strings
from footnote.page.evaluation.page import Runs
from footnote.page.server.rate_limits import Limit, RateLimits, is_local
from footnote.page.signin.access import Access, User

QUESTIONS_PER_MINUTE = 60
ADDS_PER_MINUTE = 30
SEARCHES_PER_MINUTE = 600


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Who may use a server, how, and from where; the defaults are those of one person at their own computer.

    Without ``users``, whoever reaches the server may ask, and may edit where only this computer reaches it, or with
    ``allow_edits``. ``hosts`` are names it answers to besides its address; ``root_path`` the path that a proxy adds;
    ``proxies`` the addresses of proxies whose word on a request is taken. ``questions`` and ``adds`` are how many a
    client may have in a minute, 0 for any number; None takes the default, which leaves this computer out.
    ``metrics_public`` shows the metrics to everybody; ``log_questions`` logs the words of questions. ``runs`` are shown
    on the evaluation page.
    """

    users: tuple[User, ...] = ()
    allow_edits: bool = False
    hosts: tuple[str, ...] = ()
    root_path: str = ""
    proxies: tuple[str, ...] = ()
    questions: int | None = None
    adds: int | None = None
    metrics_public: bool = False
    log_questions: bool = False
    runs: Runs | None = None

    def private(self, host: str) -> bool:
        """Tell whether only people at this computer reach a server bound to ``host``."""
        return (host == "localhost" or is_local(host)) and not (self.hosts or self.root_path or self.proxies)

    def access(self, host: str) -> Access:
        """Return who may do what; raises ``UsageError``."""
        return Access(self.users, anyone_edits=self.allow_edits or self.private(host))

    def limits(self) -> RateLimits:
        """Return how often a client may ask and add."""
        return RateLimits(
            questions=_limit(self.questions, QUESTIONS_PER_MINUTE, strings.TOO_MANY_QUESTIONS),
            adds=_limit(self.adds, ADDS_PER_MINUTE, strings.TOO_MANY_ADDS),
            searches=_limit(self.questions and 10 * self.questions, SEARCHES_PER_MINUTE, strings.TOO_MANY_QUESTIONS),
        )


def _limit(chosen: int | None, default: int, message: str) -> Limit:
    return Limit(default, message) if chosen is None else Limit(chosen, message, local=True)
