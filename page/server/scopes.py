"""The keys under which a request's ASGI scope holds what was found out about it; no client can set them."""

from __future__ import annotations

REQUEST = "footnote.request"
"""The request's id."""

USER = "footnote.user"
"""The name of the user who sent it."""

REFUSED = "footnote.refused"
"""In a word or two, why it was not let through."""

FAILED = "footnote.failed"
"""A list that what is called puts the status in that it failed with."""
