"""Signing in: who has done so, how fast passwords can be tried, and the gate before everything else.

A browser keeps a random cookie, a program may send HTTP Basic with each request. Both end with the server.
"""

import asyncio
import base64
import binascii
import hashlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.page import strings
from footnote.page.server import logs
from footnote.page.server.rate_limits import MOST_KEYS, TooOftenError, network_of
from footnote.page.server.scopes import REFUSED, USER
from footnote.page.server.statuses import status_of
from footnote.page.signin import pages as signin_pages
from footnote.page.signin.access import MAX_NAME, MAX_PASSWORD, Access

# the pages that somebody who has not signed in is led away from, to sign in and come back
PAGES = frozenset({"/", "/library", "/evaluation"})
FONTS = ("/static/fonts/", "/fonts/")
OPEN = frozenset(  # the paths that everybody may see; ``/metrics`` looks for itself who may
    "/login /logout /healthz /metrics /page.css /desk.css /signin.css /favicon.ico /robots.txt /sw.js"
    " /manifest.webmanifest /icon.svg".split()
)
MAX_SESSIONS = 32  # how many sessions a user has at once; the one used least recently ends
IDLE = 12 * 3600.0  # how long a session lasts after it was last used, in seconds
_FORGIVE = 15 * 60.0
_LONGEST_PAUSE = 4.0
_MOST_WAIT = 10.0


class Sessions:
    """Who has signed in, by token: random ones for browsers. For use from one thread; ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def start(self, name: str, token: str = "") -> str:
        """Begin a session and return its token."""
        token = token or secrets.token_urlsafe(32)
        own = [kept for kept, (owner, _) in self._kept.items() if owner == name]
        for kept in own[: max(0, len(own) - MAX_SESSIONS + 1)]:
            del self._kept[kept]
        self._kept[token] = (name, self._clock())
        return token

    def user(self, token: str) -> str | None:
        """Return whose session this is, and let it last longer; None when it is none, or has ended."""
        name, used = self._kept.get(token, ("", 0.0))
        if not name:
            return None
        if self._clock() - used > IDLE:
            del self._kept[token]
            return None
        self._kept[token] = (name, self._clock())
        self._kept.move_to_end(token)
        return name

    def end(self, token: str) -> None:
        """End a session."""
        self._kept.pop(token, None)


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    free_at: float = 0.0
    last: float = 0.0


class LoginThrottle:
    """How long a try to sign in has to wait: longer after each wrong one, up to four seconds, and never for good.

    Tries of one client wait for each other; where that takes over ten seconds, one is not made at all. A name only
    adds its pause, so that whoever guesses at it from elsewhere does not lock its owner out. Wrong tries are forgotten
    a quarter of an hour after the last. For use from one thread; ``clock`` gives seconds.
    """

    def __init__(self, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, _Tries] = OrderedDict()

    def begin(self, client: str, name: str) -> tuple[float, bool]:
        """Return the seconds that a try has to wait, and whether it may then be made; it counts as wrong so far."""
        now = self._clock()
        own, named = self._tries(f"from {client}"), self._tries(f"as {name}")
        turn = max(own.free_at, now) + _pause(own.wrong) - now
        if turn > _MOST_WAIT:
            return turn, False
        own.free_at = now + turn
        for tries in (own, named):
            tries.wrong += 1
            tries.last = now
        return max(turn, _pause(named.wrong - 1)), True

    def right(self, client: str, name: str) -> None:
        """Take back that a try counted as wrong: it was right."""
        self._tries(f"from {client}").wrong -= 1
        self._kept.pop(f"as {name}", None)

    def _tries(self, key: str) -> _Tries:
        tries = self._kept.pop(key, None)
        if tries is None or self._clock() - tries.last > _FORGIVE:
            tries = _Tries()
        self._kept[key] = tries
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return tries


def _pause(wrong: int) -> float:
    return min(0.25 * 2.0 ** min(wrong, 10), _LONGEST_PAUSE) if wrong > 0 else 0.0


class Authenticator:
    """Where users sign in, and requests are told apart. For use from the event loop alone."""

    def __init__(self, access: Access, root_path: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self.access = access
        self.root_path = root_path
        self.cookie = f"footnote-{secrets.token_hex(4)}"
        self._sessions = Sessions(clock)
        self._brake = LoginThrottle(clock=clock)

    async def sign_in(self, name: str, password: str, client: str, token: str = "") -> str | None:
        """Return the token of a new session, or None when the password is wrong; guessing gets slower and slower.

        Raises ``TooOftenError`` when there are too many tries at once to look at this one.
        """
        client = network_of(client)
        wait, may = self._brake.begin(client, name[:MAX_NAME])
        shown = name if self.access.is_user(name) else None
        if not may:
            line = strings.LOG_TOO_MANY.format(client=client)
            logs.event("sign-in refused", logging.WARNING, line, user=shown, client=client)
            raise TooOftenError(strings.SLOW_DOWN, wait)
        if wait:
            await asyncio.sleep(wait)
        if len(password) > MAX_PASSWORD or not self.access.right(name, password):
            line = strings.LOG_WRONG.format(user=shown or strings.LOG_NOBODY, client=client)
            logs.event("wrong password", logging.WARNING, line, user=shown, client=client)
            return None
        self._brake.right(client, name[:MAX_NAME])
        logs.event("signed in", user=name, client=client)
        return self._sessions.start(name, token)

    def sign_out(self, scope: Scope) -> None:
        """End the session of a browser."""
        self._sessions.end(self.token(scope))

    def token(self, scope: Scope) -> str:
        """Return the token that a browser sent; empty when it sent none."""
        return Request(scope).cookies.get(self.cookie, "")

    async def user(self, scope: Scope) -> str | None:
        """Return the name of who sent a request; raises ``TooOftenError``."""
        name = self._sessions.user(self.token(scope))
        sent = Headers(scope=scope).get("authorization", "")
        if name or sent[:6].lower() != "basic ":
            return name
        token = "basic " + hashlib.sha256(sent.encode("latin-1", "replace")).hexdigest()
        known = self._sessions.user(token)
        if known:
            return known
        claimed, password = _basic(sent[6:])
        client = (scope.get("client") or ("",))[0]
        return claimed if claimed and await self.sign_in(claimed, password, client, token) else None

    def set_cookie(self, response: Response, token: str, scope: Scope) -> None:
        """Let a browser keep a token, or forget it when it is empty: for this server's pages, out of scripts' reach."""
        response.set_cookie(
            self.cookie, token, max_age=None if token else 0, path=self.root_path or "/", httponly=True,
            samesite="lax", secure=scope["scheme"] == "https",
        )  # fmt: skip


def _basic(sent: str) -> tuple[str, str]:
    """Return name and password of an ``Authorization`` header; both empty when there is none in it."""
    try:
        name, _, password = base64.b64decode(sent.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeError):
        return "", ""
    return name, password


class SignInMiddleware:
    """ASGI middleware that lets nobody in who has not signed in, and says in a request's scope who sent it."""

    def __init__(self, app: ASGIApp, desk: Authenticator) -> None:
        self.app = app
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, lead to the page to sign in, or refuse."""
        if scope["type"] != "http" or not self.desk.access.has_users:
            await self.app(scope, receive, send)
            return
        try:
            name = await self.desk.user(scope)
        except TooOftenError as error:
            scope[REFUSED] = "too many sign-ins"
            answer = PlainTextResponse(str(error), 429, status_of(error).headers)
            await answer(scope, receive, send)
            return
        scope[USER] = name
        if name or scope["path"] in OPEN or scope["path"].startswith(FONTS):
            await self.app(scope, receive, send)
            return
        scope[REFUSED] = "not signed in"
        # A browser would put up a window of its own for what a page of ours asks.
        program = "sec-fetch-mode" not in Headers(scope=scope)
        challenge = {"www-authenticate": 'Basic realm="Footnote", charset="UTF-8"'} if program else {}
        shut: Response = PlainTextResponse(strings.SIGN_IN_FIRST, 401, challenge)
        if scope["path"] in PAGES and scope["method"] in ("GET", "HEAD"):
            shut = RedirectResponse(signin_pages.address(self.desk.root_path, scope), 303)
        await shut(scope, receive, send)
