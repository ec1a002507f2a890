"""Whether a question asks what one publisher says: "What did the Coast Daily report?"."""

from __future__ import annotations

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
    found: dict[str, set[str]] = {}
    for publisher in {name.strip() for name in publishers if name.strip()}:
        for name in _names(publisher):
            if name in asked and _reports(name, asked):
                found.setdefault(name, set()).add(publisher)
    if not found:
        return ""
    meant = found[max(found, key=len)]
    return next(iter(meant)) if len(meant) == 1 else ""


def _names(publisher: str) -> list[str]:
    """Return a publisher's name as people write it, folded: with and without what is general in it."""
    words = fold(publisher).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    names = [" ".join(words)]
    if len(words) > 1 and words[-1] in _GENERAL:
        names.append(" ".join(words[:-1]))
    return [name for name in names if len(name) > 1]


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
