"""What the models that answered were fitted on: figures on those questions flatter, so that every table says it."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256

FITTED_ON = "fitted_on"
"""The key of an engine's description that has the names."""


def fitted_on(engine: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of what an engine's models were fitted on, as its description gives them; none if it does not.

    A scorer that ships is known by its digest, and says it in its provenance.
    """
    names = engine.get(FITTED_ON)
    if isinstance(names, Iterable) and not isinstance(names, str):
        return tuple(map(str, names))
    return provenance(str(engine.get("scorer_digest", "")))


@cache
def provenance(digest: str) -> tuple[str, ...]:
    """Return the names of the suites that the shipped scorer of a digest was fitted on; none where there is no such."""
    for file in importlib.resources.files("qa").iterdir():
        if file.name.startswith("scorer") and sha256(content := file.read_bytes()).hexdigest() == digest:
            return tuple(json.loads(content)["provenance"]["suites"])
    return ()


def fitted_words(names: Iterable[str]) -> str:
    """Return a line for a table."""
    return f"models fitted on: {', '.join(names) or 'not stated'}"
