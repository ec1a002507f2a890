"""What reading a source gives: an article with where it came from, or the reason why there is none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from footnote.corpus.article import Article


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an article came from; every field is empty when that is not known.

    ``source`` is a path in full, ``path:line``, ``path:attached file``, ``stdin`` or a URL; ``reader`` is the reader's
    name (``text``, ``markdown``, ``jsonl``, ``html``, ``pdf``, ``docx``, ``mail`` or ``feed``); ``read_at`` is ISO 8601
    in UTC, to the second; ``bytes_sha256`` is the SHA-256 in hexadecimal of the bytes as they were read (of a JSONL
    file: of the line; of a feed: of the entry's content).
    """

    source: str = ""
    reader: str = ""
    read_at: str = ""
    bytes_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SourcedArticle:
    """An article that a source held. ``named`` tells an id that it came with from one made from its file's name.

    Two readings of one article are equal whenever they were made: ``provenance`` is not compared. ``caution`` says what
    to check before it is relied on; it is empty where there is nothing.
    """

    article: Article
    named: bool
    provenance: Provenance = field(default=Provenance(), compare=False)
    caution: str = field(default="", compare=False)

    def read_from(self, data: bytes, reader: str) -> SourcedArticle:
        """Return it with its provenance: ``data``, read now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        origin = Provenance(self.article.source, reader, now, hashlib.sha256(data).hexdigest())
        return replace(self, provenance=origin)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source, or a line of one, that holds no article, and why."""

    source: str
    reason: str


Item = SourcedArticle | Refusal


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """What a reader made of a file's bytes, before it has an id: text and metadata, empty where the file has none.

    It crosses from the parsing process as JSON, so it holds plain values only.
    """

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    url: str = ""
    caution: str = ""  # what to check before the article is relied on; empty where there is nothing


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article that a feed links to: its address, and what the feed says of it; empty where it says nothing.

    ``content`` is the whole article as HTML, where the feed holds it.
    """

    link: str
    title: str = ""
    author: str = ""
    published: str = ""
    content: str = ""
