"""The metadata of a web page: what it says of itself in JSON-LD, meta tags, and the line under the title.

The date is the one that the article carries. The file's date and the clock are never asked, and what the page does not
say stays empty.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from corpus.address import web_link
from corpus.dates import any_date, find_date
from corpus.head import MAX_AUTHORS, byline
from corpus.text import fold, one_line

_ARTICLE_TYPES = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|OpinionPiece)")
_MAX_JSON = 500_000
_TITLES = ("og:title", "twitter:title", "parsely-title", "dc.title", "dcterms.title", "citation_title", "headline")
_PUBLISHERS = (
    "og:site_name", "application-name", "publisher", "dc.publisher", "dcterms.publisher", "citation_publisher",
    "copyright",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author", "article:author_name", "byl", "byline", "parsely-author", "sailthru.author",
    "dc.creator", "dcterms.creator", "citation_author", "authors", "twitter:data1",
)  # fmt: skip
_DATES = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date",
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "pubdate",
    "publishdate", "publish-date", "publish_date", "publication_date", "published_date", "parsely-pub-date",
    "sailthru.date", "citation_publication_date", "citation_date", "originalpublicationdate", "displaydate",
)  # fmt: skip
_BESIDES = re.compile(r"comment|related|recommend|sidebar|footer|promo|teaser|newsletter", re.IGNORECASE)
_DATED = re.compile(r"date|time|publish|byline|posted|dateline|meta", re.IGNORECASE)
_SIGNED = re.compile(r"byline|author|writer|signed", re.IGNORECASE)
_SEPARATORS = (" | ", " – ", " — ", " - ", " · ", " • ", " :: ", " » ")
_SPLIT_AUTHORS = re.compile(r";|, and |, & | and | & |,|\|")


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What a page says of its article; empty where it says nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    url: str = ""


def read_meta(root: HtmlElement, linked: dict[str, Any]) -> PageMeta:
    """Read a page's metadata from its visible elements, its meta tags, and ``linked``, its `linked_article`."""
    tags = _meta_tags(root)
    publisher = _name(linked.get("publisher")) or _first(tags, _PUBLISHERS[:-1])
    return PageMeta(
        title=_title(root, linked, tags, publisher),
        authors=_authors(root, linked, tags, publisher),
        publisher=one_line(publisher, 200),
        published=_published(root, linked, tags),
        url=_own_url(root, tags),
    )


# --- JSON-LD ---


def linked_article(root: HtmlElement) -> dict[str, Any]:
    """Return the first article that the page's JSON-LD describes, or nothing; to be read before scripts are removed."""
    return next(_articles_in_json(root), {})


def _articles_in_json(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the articles that JSON-LD scripts describe, in order."""
    for script in islice(root.iter("script"), 500):
        kind, text = script.get("type", "").strip().lower(), script.text or ""
        if not kind.startswith("application/ld+json") or len(text) > _MAX_JSON:
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _articles(value, 0)


def _articles(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:200]:
            yield from _articles(item, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if any(isinstance(kind, str) and _ARTICLE_TYPES.fullmatch(kind.rsplit("/", 1)[-1])
               for kind in (kinds if isinstance(kinds, list) else [kinds])):  # fmt: skip
            yield value
        for key in ("@graph", "mainEntity"):
            yield from _articles(value.get(key), depth + 1)


def _name(value: object) -> str:
    """Return the name of a person or publisher, which may be written as text, as an object, or as a list of them."""
    if isinstance(value, list):
        return next((name for item in value[:20] if (name := _name(item))), "")
    if isinstance(value, dict):
        value = value.get("name")
    return _said(value)


def _said(value: object) -> str:
    return one_line(html.unescape(value[:4_000])) if isinstance(value, str) else ""


# --- meta tags ---


def _meta_tags(root: HtmlElement) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for meta in islice(root.iter("meta"), 1_000):
        content = _said(meta.get("content"))
        for key in ("property", "name", "itemprop"):
            name = (meta.get(key) or "").strip().lower()
            if name and content:
                tags.setdefault(name, []).append(content)
    return tags


def _first(tags: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((tags[name][0] for name in names if name in tags), "")


# --- each field ---


def _title(root: HtmlElement, linked: dict[str, Any], tags: dict[str, list[str]], publisher: str) -> str:
    headings = [words for heading in islice(root.iter("h1"), 20) if (words := _words(heading))]
    written = _said(linked.get("headline")) or _said(linked.get("name")) or _first(tags, _TITLES)
    if written:
        return _without_site(written, publisher, headings)
    page_title = next((_words(title) for title in root.iter("title")), "")
    if page_title and headings:  # the heading that the page's title starts with, or the only one
        for heading in headings:
            if fold(page_title).startswith(fold(heading)):
                return heading
    if len(headings) == 1 or (headings and not page_title):
        return headings[0]
    return _without_site(page_title, publisher, headings)


def _without_site(title: str, publisher: str, headings: list[str]) -> str:
    """Return a title without the name of the site that many pages put after it."""
    for separator in _SEPARATORS:
        before, found, after = title.rpartition(separator)
        if not found or not before:
            continue
        is_site = publisher and fold(after) == fold(publisher)
        if is_site or any(fold(before) == fold(heading) for heading in headings):
            return before.strip()
        if separator == " | " and len(before.split()) > 2 and not publisher:
            return before.strip()
    return title


def _authors(root: HtmlElement, linked: dict[str, Any], tags: dict[str, list[str]], publisher: str) -> tuple[str, ...]:
    value = linked.get("author") or linked.get("creator")
    people = [_name(item) for item in (value if isinstance(value, list) else [value])[:50]]
    found = _clean_authors(people, publisher)
    for name in _AUTHORS:
        found = found or _clean_authors(tags.get(name, []), publisher)
    return found or _signed(root, publisher)


def _clean_authors(values: list[str], publisher: str) -> tuple[str, ...]:
    names: list[str] = []
    for value in values:
        parts = _SPLIT_AUTHORS.split(re.sub(r"^(?:by|written by)[:\s]", "", value, flags=re.IGNORECASE))
        for part in parts:
            name = one_line(part, 100)
            is_name = name and not name.startswith(("http", "@", "www.", "/")) and "@" not in name
            if is_name and fold(name) != fold(publisher) and name not in names and any(c.isalpha() for c in name):
                names.append(name)
    return tuple(names[:MAX_AUTHORS])


def _signed(root: HtmlElement, publisher: str) -> tuple[str, ...]:
    """Return the names in the line under the title: an element that is called byline or author."""
    for element in islice(root.iter("a", "address", "p", "span", "div"), 5_000):
        is_author = "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author"
        if not is_author and not _SIGNED.search(_named(element)):
            continue
        words = _words(element)
        if words and len(words) <= 200 and not _is_beside(element):
            names = byline(words) or byline(_before_date(words))
            if not names and is_author:
                names = _clean_authors([words], publisher)
            if names:
                return names
    return ()


def _before_date(words: str) -> str:
    """Return the first part of a line as "By A B | May 21, 2020"."""
    return re.split(r" [|·•–—-] |,? (?:on |published |updated |posted )", words, maxsplit=1, flags=re.IGNORECASE)[0]


def _published(root: HtmlElement, linked: dict[str, Any], tags: dict[str, list[str]]) -> str:
    said = [linked.get("datePublished"), linked.get("dateCreated"), *(tags[name][0] for name in _DATES if name in tags)]
    for value in said:
        found = any_date(_said(value))
        if found:
            return found
    return _time_element(root) or _date_line(root)


def _time_element(root: HtmlElement) -> str:
    times = [time for time in islice(root.iter("time"), 200) if not _is_beside(time)]
    marked = [time for time in times if time.get("pubdate") is not None or time.get("itemprop") == "datePublished"]
    for time in [*marked, *times]:
        if time.get("itemprop") == "dateModified":
            continue
        found = any_date(time.get("datetime") or "") or find_date(_words(time))
        if found:
            return found
    return ""


def _date_line(root: HtmlElement) -> str:
    for element in islice(root.iter("p", "span", "div", "li", "small"), 5_000):
        if _DATED.search(_named(element)) and not _is_beside(element):
            words = _words(element)
            found = find_date(words) if len(words) <= 200 else ""
            if found:
                return found
    return ""


def _own_url(root: HtmlElement, tags: dict[str, list[str]]) -> str:
    base = next((element.get("href") or "" for element in root.iter("base")), "")
    links = [link.get("href") or "" for link in islice(root.iter("link"), 500)
             if "canonical" in (link.get("rel") or "").lower().split()]  # fmt: skip
    for link in [*links, _first(tags, ("og:url",))]:
        try:
            found = web_link(urljoin(base, link[:4_000]))
        except ValueError:
            continue
        if found:
            return found
    return ""


# --- elements ---


def _named(element: HtmlElement) -> str:
    """Return what an element is called: its class, id and role, from which its part in the page can be told."""
    return f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"[:500]


def _is_beside(element: HtmlElement) -> bool:
    """Tell whether an element stands in a part of the page that is not the article."""
    for ancestor in islice(element.iterancestors(), 60):
        if ancestor.tag in ("aside", "footer", "nav") or _BESIDES.search(_named(ancestor)):
            return ancestor.tag not in ("html", "body", "main", "article")
    return bool(_BESIDES.search(_named(element)))


def _words(element: HtmlElement) -> str:
    return one_line("".join(islice(element.itertext(), 200)), 500)
