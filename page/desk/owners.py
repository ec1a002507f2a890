"""Whose conversations are whose: a user's, everybody's at a computer of one's own, or else a browser's."""

import re
import secrets
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.page.server.scopes import scope_of
from footnote.page.signin.access import Access

COOKIE = "footnote-browser"
_ID = re.compile(r"[\w-]{32}")
_YEAR = 31_536_000


class Owners:
    """Tells who sent a request. Where others reach a server without users, each browser has a name of its own.

    ``private`` tells that only people at this computer reach the server: then there is one owner, with an empty name.
    """

    def __init__(self, access: Access, private: bool = True) -> None:
        self.access = access
        self.private = private

    def of(self, request: Any) -> str:  # noqa: ANN401
        """Return the owner of what a Gradio or a Starlette request is about."""
        if self.access.has_users:
            return self.access.user_of(request) or ""
        if self.private:
            return ""
        return f"browser:{_browser(scope_of(request)) or secrets.token_urlsafe(24)}"  # without a cookie: nobody's


class Browsers:
    """ASGI middleware that gives each browser a random name, in a cookie that no script can read."""

    def __init__(self, app: ASGIApp, owners: Owners) -> None:
        self.app = app
        self.owners = owners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the cookie with the page, where there is none."""

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        page = scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET"
        by_browser = not (self.owners.private or self.owners.access.has_users)
        new = page and by_browser and not _browser(scope)
        await self.app(scope, receive, sender if new else send)


def _browser(scope: Any) -> str:  # noqa: ANN401
    found = Request(scope).cookies.get(COOKIE, "") if scope else ""
    return found if _ID.fullmatch(found) else ""
