"""Who caused what is being done now: for limits and logs, also deep inside an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradio.context import LocalContext

from page.access import Access
from page.scopes import REQUEST


@dataclass(frozen=True, slots=True)
class Caller:
    """A network address, the user's name if there is one, and the id of the request; all empty for nobody."""

    address: str = ""
    user: str | None = None
    request: str = ""


def caller(access: Access, request: Any = None) -> Caller:  # noqa: ANN401
    """Return who sent a Gradio or Starlette request; without one, the request that Gradio is handling right here."""
    if request is None:
        request = LocalContext.request.get(None)
    scope = getattr(getattr(request, "request", None) or request, "scope", None)
    if not isinstance(scope, Mapping):
        return Caller()
    address = (scope.get("client") or ("",))[0]
    return Caller(str(address), access.user_of(request), str(scope.get(REQUEST, "")))
