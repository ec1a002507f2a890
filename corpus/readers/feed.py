"""An RSS or Atom feed to the links of its articles, and what it says of each: for some, the whole article."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import lxml.html
from lxml import etree

from footnote.corpus.dates import any_date
from footnote.corpus.errors import RefusedError
from footnote.corpus.result import Entry
from footnote.corpus.text import one_line

MAX_ENTRIES = 200
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_DATES = ("pubDate", "published", "date", "issued")
_AUTHORS = ("creator", "author")
_CONTENT = frozenset(
    ("{http://purl.org/rss/1.0/modules/content/}encoded", "{http://www.w3.org/2005/Atom}content", "content")
)
_LEADS_ON = (
    r"read (?:more|on|the (?:full|rest)[^.]{0,40})|continue reading[^.]{0,200}|weiterlesen|mehr lesen|lire la suite"
    r"|leer más|seguir leyendo|leggi tutto|lees (?:verder|meer)"
)
_CUT_SHORT = re.compile(
    rf"(?:\[?(?:\.\.\.|…)\]?|\[\+\d+ chars\]|\b(?:{_LEADS_ON}))\W{{0,6}}"
    r"(?:the post .{1,200} (?:appeared first|first appeared) on .{1,100})?",
    re.IGNORECASE,
)
_LAST = 400


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's name and its entries in its own order, each address once."""

    title: str
    entries: tuple[Entry, ...]


def read_feed(data: bytes, base: str = "") -> Feed:
    """Read RSS 0.9 to 2.0 or Atom; links are completed with ``base``, the feed's own address.

    Raises:
        RefusedError: it is no feed, defines entities, or links to nothing.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data.strip(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _local(root) not in ("rss", "feed", "RDF"):
        raise RefusedError("it is neither an RSS nor an Atom feed")
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise RefusedError("it defines XML entities, which no feed needs; it is not read")
    entries = {entry.link or entry.content: entry for entry in reversed(list(_entries(root, base)))}
    if not entries:
        raise RefusedError("the feed links to no articles")
    channel = next((child for child in root if _local(child) == "channel"), root)
    return Feed(one_line(_child(channel, ("title",))), tuple(reversed(entries.values())))


def _entries(root: etree._Element, base: str) -> Iterator[Entry]:
    count = 0
    for item in root.iter():
        if _local(item) not in ("item", "entry"):
            continue
        count += 1
        if count > MAX_ENTRIES:
            return
        link = _link(item)
        try:
            link = urljoin(urljoin(base, item.get(_XML_BASE) or ""), link) if link else ""
        except ValueError:
            continue
        content = _content(item)
        if link or content:
            yield Entry(
                link=link[:4_000],
                content=content,
                title=one_line(_child(item, ("title",))),
                author=one_line(_author(item), 100),
                published=any_date(_child(item, _DATES)),
            )


def _content(item: etree._Element) -> str:
    """Return the HTML of the whole article that an entry holds, if it does; a beginning that leads on is not one."""
    for child in item:
        if child.tag in _CONTENT and not child.get("src"):
            content = _html(child)
            if any(map(str.isalnum, words := _plain(content))) and not _is_cut_short(words):
                return content
    return ""


def _html(element: etree._Element) -> str:
    """Return content as HTML: it is escaped, as in RSS, or plain, or elements (Atom's ``type``, RFC 4287)."""
    words, kind = element.text or "", element.get("type", "")
    if len(element):
        return words + "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    if kind.startswith("text/p") or (kind in ("", "text") and "<" not in words):
        return "".join(f"<p>{html.escape(block)}</p>" for block in words.split("\n\n") if block.strip())
    return words


def _plain(content: str) -> str:
    try:
        root = lxml.html.document_fromstring(content)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    etree.strip_elements(root, "script", "style", with_tail=False)
    return " ".join("".join(map(str, root.itertext())).split())


def _is_cut_short(words: str) -> bool:
    last = words[-_LAST:]
    return any(match.end() == len(last) for match in _CUT_SHORT.finditer(last))


def _link(item: etree._Element) -> str:
    """Return where an entry leads: Atom's ``link`` that is the article itself, RSS's ``link``, or a permanent id."""
    links = [child for child in item if _local(child) == "link"]
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href")).strip()
    written = next(((link.text or "").strip() for link in links if (link.text or "").strip()), "")
    if written:
        return written
    for child in item:
        words = (child.text or "").strip()
        if _local(child) == "guid" and child.get("isPermaLink", "true") == "true" and words.startswith("http"):
            return words
    return ""


def _author(item: etree._Element) -> str:
    for child in item:
        if _local(child) in _AUTHORS:
            return _child(child, ("name",)) or _words(child)
    return ""


def _child(parent: etree._Element, names: tuple[str, ...]) -> str:
    """Return the words of the first child that has one of ``names``, earlier names first."""
    for name in names:
        for child in parent:
            if _local(child) == name and (words := _words(child)):
                return words
    return ""


def _words(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()[:4_000]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
