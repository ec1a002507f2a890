"""Whether a question asks what one publisher says: "What did the Coast Daily report?"."""

import re
from collections.abc import Iterable

from footnote.corpus.text import fold

_SAY = r"says?|said|report(?:s|ed)?|writes?|wrote|written|publish(?:es|ed)?|cover(?:s|ed)?|claim(?:s|ed)?|print"
_WORK = r"report(?:s|ing)?|articles?|stor(?:y|ies)|coverage|pieces?|briefs?|accounts?|version"
_GENERAL = frozenset({"news", "online", "international", "media", "network", "agency"})
"""Words at the end of a publisher's name that people leave out."""


def publisher_asked_for(question: str, publishers: Iterable[str]) -> str:
    """Return the publisher whose articles a question asks for, or an empty string.

    It has to be named as the one who reports: "according to X", "what did X say", "in X's coverage". A name that could
    be that of several publishers is none of them; a longer name wins over one that it contains.
    """
    asked = fold(question)
    known = {name.strip() for name in publishers if name.strip()}
    named = [(name, publisher) for publisher in known for name in _names(publisher) if name in asked]
    found = [(name, publisher) for name, publisher in named if _reports(name, asked)]
    longest = max((name for name, _ in found), key=len, default="")
    meant = {publisher for name, publisher in found if name == longest}
    return meant.pop() if len(meant) == 1 else ""


def _names(publisher: str) -> list[str]:
    """Return a publisher's name as people write it, folded: with and without what is general in it."""
    whole = " ".join(fold(publisher).split()).removeprefix("the ")
    start, _, end = whole.rpartition(" ")
    return [name for name in (whole, start if end in _GENERAL else "") if len(name) > 1]


def _reports(name: str, asked: str) -> bool:
    """Tell whether the name stands where the one who reports does."""
    who = rf"(?:the )?{re.escape(name)}"
    patterns = (
        rf"\baccording to {who}(?!\w)",
        rf"\b(?:did|does|do|has|have|had) {who} (?:{_SAY})\b",
        rf"\b(?:in|by|from|of) {who}(?:'s)? (?:{_WORK})\b",
        rf"(?<!\w){who}'s (?:{_WORK})\b",
        rf"\b(?:reported|published|written|covered|printed|told) (?:in|by) {who}(?!\w)",
    )
    return any(re.search(pattern, asked) for pattern in patterns)
