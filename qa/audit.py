"""Re-checks a saved answer: whether its quotes stand where it says, and whether its articles have changed since."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from footnote.corpus.errors import NotFoundError, UsageError
from footnote.index.library import Library
from footnote.qa.answer import SCHEMA

State = Literal["holds", "stale", "withdrawn", "broken"]


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one footnote.

    ``holds``: the quote stands there, in the article as it is now; ``stale``: it stood there, and the article has
    changed since; ``withdrawn``: its article is no longer in the library; ``broken``: it never stood there.
    """

    n: int
    state: State
    detail: str

    @property
    def right(self) -> bool:
        """Whether the quote stands, or stood, where the answer says."""
        return self.state != "broken"


def verify(text: str, library: Library) -> list[Check]:
    """Check each footnote of an answer's JSON, in order; an abstention has none.

    Raises:
        UsageError: ``text`` is not a saved answer.
    """
    try:
        record = json.loads(text)
        citations = [dict(citation) for citation in record["citations"]] if record["schema"] == SCHEMA else None
    except (ValueError, TypeError, KeyError, RecursionError):
        citations = None
    if citations is None:
        raise UsageError(f"this is not a saved answer ({SCHEMA}); save one with: footnote ask QUESTION --json > FILE")
    return [_check(citation, library) for citation in citations]


def _check(citation: Mapping[str, Any], library: Library) -> Check:
    number = citation.get("n")
    n = number if isinstance(number, int) else 0
    article_id, version = str(citation.get("article_id")), str(citation.get("version"))
    start, end, quote = (citation.get(key) for key in ("start", "end", "quote"))
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(quote, str) and 0 <= start < end):
        return Check(n, "broken", "it has no offsets or no quote")
    try:
        stored = library.article(article_id, version)
    except NotFoundError:
        return Check(n, "broken", f"the library never held this version of {article_id!r}")
    if stored.version != version or stored.text[start:end] != quote:
        return Check(n, "broken", f"the quote does not stand at {start}-{end} of {article_id!r}")
    live = library.version_of(article_id)
    if live is None:
        return Check(n, "withdrawn", f"{article_id!r} has been withdrawn since")
    if live != version:
        now = f"`footnote show {article_id}` shows it as it is now"
        return Check(n, "stale", f"{article_id!r} has changed since; {now}")
    return Check(n, "holds", f"{article_id!r} at {start}-{end}")
