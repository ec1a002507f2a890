"""How large the library is that a server answers from."""

from __future__ import annotations

from typing import Any

from footnote.page.ports import Answerer


def sizes(engine: Answerer) -> tuple[int, int]:
    """Return how many articles and chunks there are; 0 chunks where an engine has none, as one for tests."""
    index: Any = getattr(engine, "index", None)
    if index is None:
        return len(engine.library.articles()), 0
    if not index.library.versions():  # an empty one would load the model to know how long its vectors are
        return 0, 0
    snapshot = index.snapshot()
    return len(snapshot.articles), len(snapshot.ids)
