"""An RSS or Atom feed to the links of its articles, and what it says of each: for some, the whole article."""

import html
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

import feedparser
import lxml.html
from lxml import etree

from footnote.corpus.dates import any_date
from footnote.corpus.errors import RefusedError
from footnote.corpus.result import FeedEntry
from footnote.corpus.text import one_line

MAX_ENTRIES = 200
_LEADS_ON = (
    r"read (?:more|on|the (?:full|rest)[^.]{0,40})|continue reading[^.]{0,200}|weiterlesen|mehr lesen|lire la suite"
    r"|leer más|seguir leyendo|leggi tutto|lees (?:verder|meer)"
)
_CUT_SHORT = re.compile(
    rf"(?i)(?:\[?(?:\.\.\.|…)\]?|\[\+\d+ chars\]|\b(?:{_LEADS_ON}))\W{{0,6}}"
    r"(?:the post .{1,200} (?:appeared first|first appeared) on .{1,100})?"
)
_LAST = 400


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's name and its entries in its own order, each address once."""

    title: str
    entries: tuple[FeedEntry, ...]


def read_feed(data: bytes, base: str = "") -> Feed:
    """Read RSS 0.9 to 2.0 or Atom; links are completed with ``base``, the feed's own address.

    Raises ``RefusedError`` when it is no feed, defines entities, or links to nothing.
    """
    if b"<!ENTITY" in data.replace(b"\0", b""):  # also where it is in UTF-16
        raise RefusedError("it defines XML entities, which no feed needs; it is not read")
    # hidden text is told by its style, which feedparser's own cleaning would remove
    parsed = feedparser.parse(io.BytesIO(data.strip()), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise RefusedError("it is neither an RSS nor an Atom feed")
    entries = {entry.link or entry.content: entry for entry in reversed([*_entries(parsed, base)])}
    if not entries:
        raise RefusedError("the feed links to no articles")
    return Feed(one_line(parsed.feed.get("title", "")), tuple(reversed(entries.values())))


def _entries(parsed: feedparser.FeedParserDict, base: str) -> Iterator[FeedEntry]:
    for item in parsed.entries[:MAX_ENTRIES]:
        try:
            link = urljoin(base, link) if (link := item.get("link", "").strip()) else ""
        except ValueError:
            continue
        content = next((words for held in item.get("content", ()) if (words := _whole(held))), "")
        if link or content:
            author = item.get("author_detail", {}).get("name") or item.get("author", "")
            dated = item.get("published") or (item.get("updated", "") if parsed.version.startswith("rss") else "")
            title = one_line(item.get("title", ""))
            yield FeedEntry(link[:4_000], title, one_line(author, 100), any_date(dated), content)


def _whole(held: Mapping[str, str]) -> str:
    """Return the HTML of the whole article that an entry holds, if it does; a beginning that leads on is not one."""
    content: str = held.get("value", "")
    if held.get("type") == "text/plain" and "<" not in content:
        content = "".join(f"<p>{html.escape(block)}</p>" for block in content.split("\n\n") if block.strip())
    words = ""
    with suppress(etree.ParserError, etree.XMLSyntaxError):
        root = lxml.html.document_fromstring(content)
        etree.strip_elements(root, "script", "style", with_tail=False)
        words = " ".join("".join(map(str, root.itertext())).split())
    last = words[-_LAST:]
    is_cut_short = any(match.end() == len(last) for match in _CUT_SHORT.finditer(last))
    return content if any(map(str.isalnum, words)) and not is_cut_short else ""
