"""What comes in without a folder or command line around it: a file that was sent, pasted text, a web address."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from footnote.corpus.errors import RefusedError
from footnote.corpus.fields import from_fields, slug
from footnote.corpus.result import Item, Refusal, SourcedArticle
from footnote.corpus.sources import MAX_FILE_BYTES as MAX_FILE_BYTES
from footnote.corpus.sources import read_bytes, read_plain, read_sources
from footnote.corpus.text import one_line
from footnote.corpus.web.address import parse_url

SENT, PASTED = "upload", "pasted"
"""How the source of an article begins that was sent as a file, or pasted: ``upload:HASH/NAME``, ``pasted:HASH``."""

_MAX_NAME_BYTES = 120
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*\\/', "-"))


def file_name(given: str) -> str:
    """Return the last part of a name that somebody gave a file, as a name that is harmless in any folder."""
    last = one_line(given.replace("\\", "/").rstrip("/").rpartition("/")[2], 1_000)
    name = last.translate(_NOT_IN_NAMES).lstrip(". -").rstrip(". ")
    suffix = PurePosixPath(name).suffix
    if len(suffix) > 10:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: _MAX_NAME_BYTES - len(suffix.encode())].decode(errors="ignore").rstrip()
    return f"{stem or 'file'}{suffix}"


def read_sent(data: bytes, name: str) -> Iterator[Item]:
    """Yield what a file that was sent holds; ``name`` is what its sender calls it.

    The articles' source is that name, made harmless, and a part of the file's hash.
    """
    name = file_name(name)
    source = f"{SENT}:{hashlib.sha256(data).hexdigest()[:12]}/{name}"
    for item in read_bytes(data, name, source):
        yield replace(item, source=item.source.replace(source, name)) if isinstance(item, Refusal) else item


def read_address(url: str) -> Iterator[Item]:
    """Yield what a web address holds: a page, a file, or the articles of a feed; never a file of this computer."""
    try:
        address = parse_url(url.strip())
    except RefusedError as error:
        yield Refusal(one_line(url, 200), str(error))
        return
    yield from read_sources([address.url])


def read_pasted(text: str, fields: Mapping[str, Any]) -> SourcedArticle:
    """Return the article of pasted text; ``fields`` are what its giver says of it, and win over what the text shows.

    Raises ``RefusedError`` when there is no text, or no title, or a field is not what it should be.
    """
    plain = read_plain(text, source=PASTED, stem=PASTED).article
    digest = hashlib.sha256(plain.text.encode()).hexdigest()[:12]
    shown = {"title": plain.title, "authors": list(plain.authors), "published": plain.published}
    given = {name: value for name, value in fields.items() if value}
    wanted = {**shown, **given, "id": "", "text": plain.text}
    found = from_fields(wanted, source=f"{PASTED}:{digest}", stem=f"{PASTED}-{digest}")
    if not found.article.title:
        raise RefusedError("it has no title; give it one")
    article = replace(found.article, id=slug(found.article.title) or found.article.id)
    return replace(found, article=article).read_from(text.encode(errors="replace"), "text")
