"""From what a user names - files, folders, standard input - to articles, one at a time."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from corpus.article import Article
from corpus.dates import partial_date
from corpus.errors import RefusedError
from corpus.head import read_head
from corpus.markdown import first_heading, split_front_matter, to_text
from corpus.text import MAX_ARTICLE_CHARS, decode, one_line, storable, stored

STDIN = "-"
TEXT_SUFFIXES = frozenset({".txt", ".text"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson"})
SUFFIXES = TEXT_SUFFIXES | MARKDOWN_SUFFIXES | JSONL_SUFFIXES
MAX_FILE_BYTES = 4 * MAX_ARTICLE_CHARS
MAX_ID_CHARS = 200

_UNREADABLE = {
    ".pdf": "PDF",
    ".docx": "DOCX",
    ".doc": "Word",
    ".html": "HTML",
    ".htm": "HTML",
    ".eml": "e-mail",
}


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a source held. ``named`` tells an id that it came with from one made from its file's name."""

    article: Article
    named: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source, or a line of one, that holds no article, and why."""

    source: str
    reason: str


def read_sources(sources: Iterable[str], stdin: BinaryIO | None = None) -> Iterator[Found | Refusal]:
    """Yield what each of ``sources`` holds, in order; a bad one yields a `Refusal` and the rest go on.

    A source is a text, Markdown or JSONL file, a folder of such files (read recursively, by name), or ``-``
    for standard input.
    """
    for source in sources:
        try:
            yield from _read_source(source, stdin)
        except RefusedError as error:
            yield Refusal(source, str(error))
        except OSError as error:
            yield Refusal(source, f"it cannot be read: {(error.strerror or str(error)).lower()}")


def _read_source(source: str, stdin: BinaryIO | None) -> Iterator[Found | Refusal]:
    if source == STDIN:
        yield from _read_stdin(stdin or sys.stdin.buffer)
        return
    if re.match(r"https?://", source, re.IGNORECASE):
        raise RefusedError("web addresses are not read yet; save the page as text and add the file")
    path = Path(source)
    if not source or not path.exists():  # an empty name would be the folder that one happens to be in
        raise RefusedError("there is no such file or folder; check the path")
    if not path.is_dir():
        yield from read_file(path)
        return
    files = sorted(file for file in path.rglob("*") if _is_article_file(file, path))
    if not files:
        raise RefusedError(f"there is no article in this folder ({', '.join(sorted(SUFFIXES))})")
    yield from read_sources([str(file) for file in files])


def _is_article_file(file: Path, folder: Path) -> bool:
    relative = file.relative_to(folder)
    hidden = any(part.startswith(".") for part in relative.parts)
    is_article = file.suffix.lower() in SUFFIXES and not file.stem.upper().startswith("README")
    return is_article and not hidden and file.is_file()


def read_file(path: Path) -> Iterator[Found | Refusal]:
    """Yield the articles of one file.

    Raises:
        RefusedError: the file as a whole cannot be read as articles.
    """
    suffix = path.suffix.lower()
    if suffix in _UNREADABLE:
        raise RefusedError(f"{_UNREADABLE[suffix]} files are not read yet; save the article as text or Markdown")
    if not path.is_file():
        raise RefusedError("it is not a regular file")
    if suffix in JSONL_SUFFIXES:
        with path.open("rb") as lines:
            yield from _read_jsonl(lines, str(path), str(path.absolute()))
        return
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise RefusedError(
            f"it is {size / 1e6:.0f} MB, over the limit of {MAX_FILE_BYTES / 1e6:.0f} MB for one article"
        )
    read = read_markdown if suffix in MARKDOWN_SUFFIXES else read_plain
    yield read(decode(path.read_bytes()), source=str(path.absolute()), stem=path.stem)


def _read_stdin(stream: BinaryIO) -> Iterator[Found | Refusal]:
    data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise RefusedError(f"standard input is over {MAX_FILE_BYTES / 1e6:.0f} MB; add it as a .jsonl file")
    text = decode(data)
    if text.lstrip().startswith("{"):
        yield from _read_jsonl(data.splitlines(keepends=True), "stdin", "stdin")
        return
    stem = "stdin-" + hashlib.sha256(data).hexdigest()[:8]
    read = read_markdown if text.startswith("---\n") else read_plain
    yield read(text, source="stdin", stem=stem)


def read_plain(text: str, *, source: str, stem: str) -> Found:
    """Read an article as people paste it: title, byline and date are found where they are there."""
    text = stored(text)
    head = read_head(text)
    article = Article(
        id=clean_id(stem),
        text=text,
        title=head.title,
        authors=head.authors,
        published=head.published,
        source=storable(source),
    )
    return Found(article, named=False)


def read_markdown(text: str, *, source: str, stem: str) -> Found:
    """Read Markdown; the front matter's fields win over what the text shows."""
    fields, body = split_front_matter(text)
    words = stored(to_text(body))
    return _from_fields({"title": first_heading(body), **fields, "text": words}, source=source, stem=stem)


def _read_jsonl(lines: Iterable[bytes], shown: str, source: str) -> Iterator[Found | Refusal]:
    """Read an article from each line; ``shown`` names the file as the user did, ``source`` in full."""
    found = False
    for number, line in enumerate(_bounded(lines), 1):
        if not line.strip():
            continue
        found = True
        try:
            yield _from_json(line, f"{source}:{number}")
        except RefusedError as error:
            yield Refusal(f"{shown}:{number}", str(error))
    if not found:
        raise RefusedError("it is empty: there is no article in it")


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines, each cut just above the limit, without ever holding a longer one in memory."""
    readline = getattr(lines, "readline", None)
    if readline is None:
        yield from lines
        return
    while line := readline(MAX_FILE_BYTES + 1):
        yield line
        while len(line) > MAX_FILE_BYTES and not line.endswith(b"\n"):
            line = readline(MAX_FILE_BYTES + 1)


def _from_json(line: bytes, where: str) -> Found:
    if len(line) > MAX_FILE_BYTES:
        raise RefusedError(f"the line is over {MAX_FILE_BYTES / 1e6:.0f} MB, too long for one article")
    try:
        fields = json.loads(decode(line))
    except json.JSONDecodeError as error:
        raise RefusedError(f"the line is not valid JSON ({error.msg} at column {error.colno})") from None
    except ValueError:
        raise RefusedError("the line is not usable JSON (it holds a number of thousands of digits)") from None
    except RecursionError:
        raise RefusedError("the line is not valid JSON (nested too deeply)") from None
    if not isinstance(fields, dict):
        raise RefusedError("the line is not a JSON object with `id`, `title` and `text`")
    if not isinstance(fields.get("text"), str):
        raise RefusedError("the article has no `text`")
    text = stored(fields["text"])
    stem = slug(str(fields.get("title") or "")) or hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    return _from_fields({**fields, "text": text}, source=where, stem=stem)


def _from_fields(fields: Mapping[str, Any], *, source: str, stem: str) -> Found:
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
    article = Article(
        id=clean_id(str(given)) if named else clean_id(stem),
        text=str(fields["text"]),
        title=one_line(str(fields.get("title") or "")),
        authors=tuple(name for author in authors if (name := one_line(str(author), 100))),
        publisher=one_line(str(fields.get("publisher") or ""), 200),
        published=partial_date(published),
        url=one_line(str(fields.get("url") or ""), 2_000),
        source=storable(source),
    )
    return Found(article, named)


def clean_id(value: str) -> str:
    """Return ``value`` when it can be an id.

    Raises:
        RefusedError: it is empty, over 200 characters, or holds control or invisible characters.
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
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:80].rstrip("-")
