"""Who caused what is being done now: for limits and logs, also deep inside an answer."""

from dataclasses import dataclass
from typing import Any

from gradio.context import LocalContext

from footnote.page.server.scopes import FAILED, REQUEST, scope_of
from footnote.page.server.statuses import Status
from footnote.page.signin.access import Access


@dataclass(frozen=True, slots=True)
class Caller:
    """A network address, the user's name if there is one, and the id of the request; all empty for nobody."""

    address: str = ""
    user: str | None = None
    request: str = ""


def caller(access: Access, request: Any = None) -> Caller:  # noqa: ANN401
    """Return who sent a Gradio or Starlette request; without one, the request that Gradio is handling right here."""
    request = request or LocalContext.request.get(None)
    scope = scope_of(request)
    if not scope:
        return Caller()
    address = (scope.get("client") or ("",))[0]
    return Caller(str(address), access.user_of(request), str(scope.get(REQUEST, "")))


def tell_status(status: Status) -> None:
    """Let the request that Gradio is handling right here fail with this status."""
    failed = scope_of(LocalContext.request.get(None)).get(FAILED)
    if failed is not None:
        failed.append(status)
