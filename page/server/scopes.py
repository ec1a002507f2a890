"""The keys under which a request's ASGI scope holds what was found out about it; no client can set them."""

from collections.abc import Mapping
from typing import Any

REQUEST = "footnote.request"  # the request's id
USER = "footnote.user"  # the name of the user who sent it
REFUSED = "footnote.refused"  # in a word or two, why it was not let through
FAILED = "footnote.failed"  # a list that what is called puts the status in that it failed with


def scope_of(request: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """Return the ASGI scope of a Gradio or a Starlette request; an empty one without."""
    scope = getattr(getattr(request, "request", None) or request, "scope", None)
    return scope if isinstance(scope, Mapping) else {}
