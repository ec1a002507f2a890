"""What a source says of an article, to the record: each field is cleaned, and an id is made where none was given."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from footnote.corpus.article import Article
from footnote.corpus.dates import partial_date
from footnote.corpus.errors import RefusedError
from footnote.corpus.result import ParsedArticle, SourcedArticle
from footnote.corpus.text import mixed_word, one_line, storable, stored
from footnote.corpus.web.address import same_site, web_link

MAX_ID_CHARS = 200
_SLUG_CHARS = 80
_MAX_AUTHORS = 50


def from_fields(fields: Mapping[str, Any], *, source: str, stem: str) -> SourcedArticle:
    """Make an article of the fields that a person or program wrote for it; ``text`` is stored as it is.

    Raises ``RefusedError`` when the id, the authors or the date are not what such fields hold.
    """
    given = fields.get("id")
    named = given not in (None, "")
    if named and (isinstance(given, bool) or not isinstance(given, str | int | float)):
        raise RefusedError("its `id` is not a name or number")
    authors = fields.get("authors") or fields.get("author") or []
    authors = [authors] if isinstance(authors, str) else authors
    if not isinstance(authors, list):
        raise RefusedError("`authors` is not a list of names")
    published = one_line(str(fields.get("published") or fields.get("date") or ""))
    if published and not partial_date(published):
        raise RefusedError(f"`published` is {published[:40]!r}, not a date as YYYY, YYYY-MM or YYYY-MM-DD")
    title, publisher, url = (str(fields.get(name) or "") for name in ("title", "publisher", "url"))
    said = ParsedArticle(
        str(fields["text"]), title, tuple(map(str, authors)), publisher, published, one_line(url, 2_000)
    )
    return _cleaned(clean_id(str(given) if named else stem), said, source, named)


def from_reading(reading: ParsedArticle, *, source: str, stem: str, page_url: str = "") -> SourcedArticle:
    """Make an article of what a reader found in a file; ``page_url`` is where it was fetched from, if it was.

    A page may name its own address on its own site only: what it says of any other is not believed.
    Raises ``RefusedError`` when it holds no text, or its name cannot be an id.
    """
    url = web_link(reading.url)
    if page_url and not (url and same_site(url, page_url)):
        url = page_url
    identity = clean_id(stem)
    said = replace(reading, text=stored(reading.text), authors=reading.authors[:_MAX_AUTHORS], url=url)
    return _cleaned(identity, said, source, named=False)


def _cleaned(identity: str, said: ParsedArticle, source: str, named: bool) -> SourcedArticle:
    """Return an article as a source held it, with what to check in it: what its reader says, and words that deceive."""
    article = Article(
        id=identity,
        text=said.text,
        title=one_line(said.title.replace("\u00ad", "")),
        authors=tuple(name for author in said.authors if (name := one_line(author, 100))),
        publisher=one_line(said.publisher, 200),
        published=partial_date(said.published),
        url=said.url,
        source=storable(source),
    )
    word = mixed_word(f"{article.title}\n{article.publisher}\n{article.text}")
    mixed = f"it has words in letters of two alphabets, which may pass for others, as {word}" if word else ""
    return SourcedArticle(article, named, caution="; ".join(filter(None, (one_line(said.caution), mixed))))


def with_fields(article: Article, given: Mapping[str, Any]) -> Article:
    """Return an article with the fields that a person gives for it; an empty one empties its field.

    Raises ``RefusedError`` when the date is none.
    """
    fields = {name: getattr(article, name) for name in ("title", "authors", "publisher", "published", "url")}
    fields.update(given, id=article.id, text=article.text, authors=[*given.get("authors", fields["authors"])])
    return from_fields(fields, source=article.source, stem=article.id).article


def clean_id(value: str) -> str:
    """Return ``value`` when it can be an id.

    Raises ``RefusedError`` when it is empty, over 200 characters, or holds control or invisible characters.
    """
    value = value.strip()
    if not value or len(value) > MAX_ID_CHARS:
        raise RefusedError(f"its id (or file name) must have 1 to {MAX_ID_CHARS} characters")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in value):
        raise RefusedError("its id (or file name) holds control or invisible characters")
    return value


def slug(value: str) -> str:
    """Return ``value`` as lower-case ASCII words joined by hyphens, 80 characters at most."""
    ascii_only = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:_SLUG_CHARS].rstrip("-")


def url_stem(url: str) -> str:
    """Return an id for what a URL leads to: its host and path as a slug; a long one ends with a part of its hash."""
    words = url.partition("://")[2].removeprefix("www.")
    if len(made := slug(words)) < _SLUG_CHARS - 1:
        return made
    return f"{made[: _SLUG_CHARS - 10].rstrip('-')}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
