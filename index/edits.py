"""What a person sets of an article's metadata, cleaned as the readers clean what they find."""

from collections.abc import Mapping, Sequence
from typing import Any

from footnote.corpus.article import Article
from footnote.corpus.errors import UsageError
from footnote.corpus.fields import with_fields
from footnote.index.library import METADATA

_MOST_AUTHORS = 100


def cleaned(article: Article, fields: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
    """Return those fields that would change ``article``, as they are stored; an empty one is emptied.

    Raises ``UsageError`` for an unknown field or a value of a wrong type, ``RefusedError`` for a date that is none.
    """
    for name, value in fields.items():
        if name not in METADATA:
            raise UsageError(f"{name[:40]!r} cannot be edited; what can is: {', '.join(METADATA)}")
        if name == "authors":
            _check_names(value)
        elif not isinstance(value, str):
            raise UsageError(f"{name} is not a text")
    clean = with_fields(article, fields)
    return {name: getattr(clean, name) for name in fields if getattr(clean, name) != getattr(article, name)}


def _check_names(value: str | Sequence[str]) -> None:
    if isinstance(value, str) or len(value) > _MOST_AUTHORS or not all(isinstance(name, str) for name in value):
        raise UsageError(f"authors are a list of at most {_MOST_AUTHORS} names")
