"""From what a user names - files, folders, standard input, web addresses - to articles, one at a time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from footnote.corpus.errors import RefusedError
from footnote.corpus.fields import from_fields, from_reading, slug, url_stem
from footnote.corpus.file_types import HEAD, Kind, kind_of
from footnote.corpus.folder import FOLDER_SUFFIXES, article_files
from footnote.corpus.readers.jsonl import read_jsonl
from footnote.corpus.readers.markdown import SHORT, Parsed, parse_markdown
from footnote.corpus.readers.plain_text import read_head
from footnote.corpus.result import FeedEntry, ParsedArticle
from footnote.corpus.result import Item as Item
from footnote.corpus.result import Refusal as Refusal
from footnote.corpus.result import SourcedArticle as SourcedArticle
from footnote.corpus.sandbox.process import Sandbox
from footnote.corpus.text import MAX_ARTICLE_CHARS, decode_any, decode_as, stored
from footnote.corpus.web.address import parse_url, same_site

if TYPE_CHECKING:
    from footnote.corpus.web.fetch import Fetcher

STDIN = "-"
MAX_TEXT_BYTES = 4 * MAX_ARTICLE_CHARS
MAX_FILE_BYTES = 20_000_000
MAX_ATTACHED_DEPTH = 3
_READ_ANYWHERE: frozenset[Kind] = frozenset(["text", "markdown", "html", "pdf", "docx", "mail"])


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file's bytes, to be read by another process; ``path`` is what the user calls it."""

    path: str
    source: str
    data: bytes


def read_sources(
    sources: Iterable[str],
    stdin: BinaryIO | None = None,
    *,
    allow_private: bool = False,
    fetcher: Callable[[Sandbox], Fetcher] | None = None,
) -> Iterator[Item]:
    """Yield what each of ``sources`` holds, in order; a bad one yields a `Refusal` and the rest go on.

    A source is a file (text, Markdown, JSONL, HTML, PDF, DOCX, mail, or a feed, whose articles are fetched unless it
    holds them whole), a folder of such files (read recursively, by name; feeds passed over), an http or https address
    of any of these, or ``-`` for standard input. ``allow_private`` lets addresses lead to private networks.
    ``fetcher`` makes what fetches.
    """
    with Sandbox() as sandbox:
        reader = _Reader(sandbox, fetcher or partial(_fetcher, allow_private=allow_private))
        for source in chain.from_iterable(map(_files_in, sources)):
            yield from [source] if isinstance(source, Refusal) else reader.read(source, stdin)


def list_sources(
    sources: Iterable[str], stdin: BinaryIO | None = None, *, allow_private: bool = False
) -> Iterator[Item | UnreadFile]:
    """Yield what `read_sources` does, but a file that needs no network, and holds no line after line, unread.

    `read_unread` reads it, in any process, on any computer.
    """
    with Sandbox() as sandbox:
        reader = _Reader(sandbox, partial(_fetcher, allow_private=allow_private))
        for source in chain.from_iterable(map(_files_in, sources)):
            if isinstance(source, Refusal):
                yield source
            elif file := _unread(source):
                yield file
            else:
                yield from reader.read(source, stdin)


def read_unread(file: UnreadFile, sandbox: Sandbox) -> list[Item]:
    """Return what a file holds, or why it holds nothing."""
    return list(_Reader(sandbox).data(file))


def _files_in(source: str) -> list[str | Refusal]:
    """Return the files of a folder, and what of it is refused; any other source as it is."""
    files: list[Path | Refusal] = []
    with suppress(OSError):  # it is refused when it is read
        files = article_files(Path(source)) if _is_path(source) and Path(source).is_dir() else []
    return [file if isinstance(file, Refusal) else str(file) for file in files] or [source]


def _unread(source: str) -> UnreadFile | None:
    """Return a file of a kind that is read anywhere; None for any other source, and for what is refused."""
    path = Path(source)
    with suppress(OSError, RefusedError):  # it is refused when it is read
        if _is_path(source) and path.is_file():
            with path.open("rb") as stream:
                kind = kind_of(stream.read(HEAD), path.name)
                stream.seek(0)
                if kind in _READ_ANYWHERE:
                    return UnreadFile(source, str(path.absolute()), _read_up_to(stream, _limit(kind)))
    return None


def read_bytes(data: bytes, name: str, source: str) -> Iterator[Item]:
    """Yield what the bytes of a file called ``name`` hold, or why they hold nothing; ``source`` is where it was."""
    with Sandbox() as sandbox:
        yield from _Reader(sandbox).data(UnreadFile(name, source, data))


def _fetcher(sandbox: Sandbox, allow_private: bool = False) -> Fetcher:
    from footnote.corpus.web.fetch import Fetcher  # imported for addresses alone: files need no HTTP

    return Fetcher(sandbox, allow_private)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where bytes were read: their source in full, what an id is made of, and what the web said of them.

    ``depth`` is how many messages they were attached in.
    """

    source: str
    stem: str
    page_url: str = ""
    charset: str = ""
    depth: int = 0

    def article(self, reading: ParsedArticle) -> SourcedArticle:
        """Return the article of what a reader found there."""
        return from_reading(reading, source=self.source, stem=self.stem, page_url=self.page_url)


@dataclass
class _Reader:
    """Reads sources with one parsing process and one fetcher between them."""

    sandbox: Sandbox
    fetcher: Callable[[Sandbox], Fetcher] = _fetcher

    @cached_property
    def web(self) -> Fetcher:
        """What fetches; made for the first address."""
        return self.fetcher(self.sandbox)

    def read(self, source: str, stdin: BinaryIO | None) -> Iterator[Item]:
        """Yield what a source holds, or why it holds nothing."""
        try:
            yield from self._read(source, stdin)
        except RefusedError as error:
            yield Refusal(source, str(error))
        except OSError as error:
            yield Refusal(source, f"it cannot be read: {(error.strerror or str(error)).lower()}")

    def _read(self, source: str, stdin: BinaryIO | None) -> Iterator[Item]:
        path = Path(source)
        if source == STDIN:
            yield from self._stdin(stdin or sys.stdin.buffer)
        elif _is_address(source):
            yield from self._url(source)
        elif not source or not path.exists():  # an empty name would be the folder that one happens to be in
            raise RefusedError("there is no such file or folder; check the path")
        elif path.is_dir():  # one that has articles was listed before
            raise RefusedError(f"there is no article in this folder ({', '.join(sorted(FOLDER_SUFFIXES))})")
        else:
            yield from self._file(path)

    def _file(self, path: Path) -> Iterator[Item]:
        if not path.is_file():
            raise RefusedError("it is not a regular file")
        with path.open("rb") as stream:
            kind = kind_of(stream.read(HEAD), path.name)
            stream.seek(0)
            source = str(path.absolute())
            if kind == "jsonl":
                yield from read_jsonl(stream.readline, shown=str(path), source=source)
                return
            data = _read_up_to(stream, _limit(kind))
        yield from self._items(data, kind, _Origin(source, path.stem))

    def data(self, file: UnreadFile) -> Iterator[Item]:
        """Yield the articles of a file that is in memory, or why it holds none."""
        try:
            kind = kind_of(file.data[:HEAD], file.path)
            data = _read_up_to(io.BytesIO(file.data), _limit(kind))
            yield from self._items(data, kind, _Origin(file.source, Path(file.path).stem))
        except RefusedError as error:
            yield Refusal(file.path, str(error))

    def _stdin(self, stream: BinaryIO) -> Iterator[Item]:
        head = stream.read(HEAD)
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            first = io.BytesIO(head)

            def readline(limit: int) -> bytes:
                line = first.readline(limit)
                whole = line.endswith(b"\n") or len(line) == limit
                return line if whole else line + stream.readline(limit - len(line))

            yield from read_jsonl(readline, shown="stdin", source="stdin")
            return
        kind = "markdown" if head.startswith(b"---\n") else kind_of(head)
        try:
            data = head + _read_up_to(stream, _limit(kind) - len(head))
        except RefusedError:
            raise RefusedError(f"standard input is over {_limit(kind) / 1e6:.0f} MB; add it as a .jsonl file") from None
        stem = "stdin-" + hashlib.sha256(data).hexdigest()[:8]
        yield from self._items(data, kind, _Origin("stdin", stem))

    def _url(self, url: str, entry: FeedEntry | None = None) -> Iterator[Item]:
        """Yield the articles at an address; ``entry`` is what a feed said of it, and a feed cannot lead to another."""
        page = self.web.fetch(url)
        name = PurePosixPath(unquote(urlsplit(page.url).path)).name
        kind = kind_of(page.data[:HEAD], name, page.content_type)
        if len(page.data) > _limit(kind):
            raise RefusedError(f"it is over {_limit(kind) / 1e6:.0f} MB, the limit for one article")
        if kind in ("feed", "jsonl") and entry:
            raise RefusedError("a feed links to it, and it is no single article; add it by its own address")
        source = parse_url(url, any_port=True).url
        for item in self._items(page.data, kind, _Origin(source, url_stem(source), page.url, page.charset)):
            yield _completed(item, entry) if entry and isinstance(item, SourcedArticle) else item

    def _items(self, data: bytes, kind: Kind, origin: _Origin) -> Iterator[Item]:
        if kind == "jsonl":
            yield from read_jsonl(io.BytesIO(data).readline, shown=origin.source, source=origin.source)
        elif kind == "feed":
            yield from self._feed(data, origin)
        elif kind == "mail":
            yield from self._mail(data, origin)
        else:
            yield self._single(data, kind, origin).read_from(data, kind)

    def _single(self, data: bytes, kind: Kind, origin: _Origin) -> SourcedArticle:
        if kind == "text":  # in the encoding that a server named, if it is in that
            text = decode_as(data, origin.charset)
            return origin.article(_pasted(decode_any(data) if text is None else text))
        if kind == "markdown":
            parsed = parse_markdown(data) if len(data) <= SHORT else Parsed(**self.sandbox.run("markdown", data))
            return _from_markdown(parsed, origin)
        options = {"charset": origin.charset} if kind == "html" else {}
        return origin.article(_reading(self.sandbox.run(kind, data, **options)))

    def _mail(self, data: bytes, origin: _Origin) -> Iterator[Item]:
        """Yield a message, and each file and message that is attached to it; one that is not read is named."""
        mail = self.sandbox.run("mail", data)
        if mail["reading"]:
            yield origin.article(_reading(mail["reading"])).read_from(data, "mail")
        for attached in mail["attached"]:
            name = attached["name"]
            try:
                yield from self._attached(base64.b64decode(attached["data"]), name, origin)
            except RefusedError as error:
                yield Refusal(f"{origin.source}:{name}", f"attached, and left out: {error}")

    def _attached(self, data: bytes, name: str, message: _Origin) -> Iterator[Item]:
        if message.depth >= MAX_ATTACHED_DEPTH:
            raise RefusedError("it is attached to a message that is attached to another, and so on; add it by itself")
        kind = kind_of(data[:HEAD], name)
        if kind == "feed":
            raise RefusedError("a feed that came with a message is not followed; add it by itself")
        data = _read_up_to(io.BytesIO(data), _limit(kind))
        part = slug(PurePosixPath(name).stem) or hashlib.sha256(name.encode()).hexdigest()[:8]
        origin = _Origin(f"{message.source}:{name}", f"{message.stem}-{part}", depth=message.depth + 1)
        yield from self._items(data, kind, origin)

    def _feed(self, data: bytes, origin: _Origin) -> Iterator[Item]:
        """Yield the articles of a feed: those that it holds whole as they are, the others from where it links to."""
        base = origin.page_url
        feed = self.sandbox.run("feed", data, base=base)
        for number, values in enumerate(feed["entries"], 1):
            entry, source = FeedEntry(**values), f"{origin.source}:{number}"
            try:
                # what a feed of one site says of another site's article is not believed
                if entry.content and (not base or not entry.link or same_site(entry.link, base)):
                    yield self._held(entry, feed["title"], base, source)
                else:
                    yield from self._url(entry.link, entry)
            except RefusedError as error:
                yield Refusal(entry.link or source, str(error))

    def _held(self, entry: FeedEntry, publisher: str, base: str, source: str) -> SourcedArticle:
        """Return an article that a feed holds whole."""
        content = entry.content.encode(errors="replace")
        reading = _reading(self.sandbox.run("html", b"<article>" + content + b"</article>", charset="utf-8"))
        url = parse_url(entry.link, any_port=True).url if entry.link else ""
        stem = url_stem(url) if url else slug(entry.title) or hashlib.sha256(content).hexdigest()[:16]
        reading = replace(
            reading,
            title=entry.title or reading.title,
            authors=(entry.author,) if entry.author else reading.authors,
            publisher=publisher or reading.publisher,
            published=entry.published or reading.published,
            url=url,
        )
        return _Origin(url or source, stem, base and url).article(reading).read_from(content, "feed")


def _is_address(source: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]{1,20}://", source, re.IGNORECASE) is not None


def _is_path(source: str) -> bool:
    return bool(source) and source != STDIN and not _is_address(source)


def read_plain(text: str, *, source: str, stem: str) -> SourcedArticle:
    """Read an article as people paste it: title, byline and date are found where they are there."""
    return _Origin(source, stem).article(_pasted(text))


def _pasted(text: str) -> ParsedArticle:
    head = read_head(stored(text))
    return ParsedArticle(text, head.title, head.authors, published=head.published)


def _from_markdown(parsed: Parsed, origin: _Origin) -> SourcedArticle:
    """Make an article of Markdown; the front matter's fields win over what the text shows.

    From the web, an id is not taken, which could be another article's, nor an address on another site.
    """
    fields = {"title": parsed.heading, **parsed.fields, "text": stored(parsed.words)}
    if page_url := origin.page_url:
        fields["id"] = ""
        fields["url"] = url if same_site(url := str(fields.get("url") or ""), page_url) else page_url
    return from_fields(fields, source=origin.source, stem=origin.stem)


def _reading(values: dict[str, object]) -> ParsedArticle:
    authors = values.pop("authors")
    assert isinstance(authors, list)
    return ParsedArticle(authors=tuple(map(str, authors)), **{name: str(value) for name, value in values.items()})


def _completed(found: SourcedArticle, entry: FeedEntry) -> SourcedArticle:
    """Fill what a page does not say with what its feed says of it."""
    article = found.article
    authors = article.authors or ((entry.author,) if entry.author else ())
    title, published = article.title or entry.title, article.published or entry.published
    return replace(found, article=replace(article, title=title, authors=authors, published=published))


def _limit(kind: Kind) -> int:
    """Return the most bytes that one file of a kind may have."""
    return MAX_TEXT_BYTES if kind in ("text", "markdown") else MAX_FILE_BYTES


def _read_up_to(stream: BinaryIO, limit: int) -> bytes:
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise RefusedError(f"it is over the limit of {limit / 1e6:.0f} MB for one article; split it into articles")
    return data
