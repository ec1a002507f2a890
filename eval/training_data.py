"""What the models that answered were fitted on: figures on those questions flatter, so that every table says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FITTED_ON = "fitted_on"
"""The key of an engine's description that has the names."""


def fitted_on(engine: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of what an engine's models were fitted on, by its description; none if it has none."""
    names = engine.get(FITTED_ON)
    return tuple(map(str, names)) if isinstance(names, Iterable) and not isinstance(names, str) else ()


def fitted_words(names: Iterable[str]) -> str:
    """Return a line for a table."""
    return f"models fitted on: {', '.join(names) or 'not stated'}"
