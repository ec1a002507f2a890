"""The article: what every other part of Footnote talks about."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article, as it is stored.

    ``text`` is the stored text: every offset in Footnote counts its Unicode code points. ``published`` is
    ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or empty; fields that the source does not hold are empty.
    """

    id: str
    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    url: str = ""
    source: str = ""  # where it was read from: a path, ``path:line`` or a URL

    @property
    def version(self) -> str:
        """SHA-256 of the stored text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def label(self) -> str:
        """What to call the article in a list: its title, or its id."""
        return self.title or self.id
