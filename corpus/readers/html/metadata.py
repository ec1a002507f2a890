"""The metadata of a web page: what it says of itself in JSON-LD, meta tags, and the lines around the title.

The date is the one that the article carries. The file's date and the clock are never asked, and what the page does not
say stays empty.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from htmldate import find_date as search_date
from lxml.html import HtmlElement

from footnote.corpus.dates import any_date, find_date, near, plausible
from footnote.corpus.readers.html.authors import (
    MAX_AUTHORS,
    is_credited,
    is_signed,
    names_in,
    signed_within,
    without_by,
)
from footnote.corpus.readers.html.prose import LONG, Block, blocks_of, has, is_within, named
from footnote.corpus.readers.html.titles import best_title
from footnote.corpus.result import ParsedArticle
from footnote.corpus.text import fold, one_line
from footnote.corpus.web.address import web_link

_ARTICLE_TYPES = re.compile(
    r"(?:\w*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|DiscussionForumPosting|Report"
    r"|OpinionPiece|Recipe|HowTo)"
)
_MAX_JSON = 500_000
_TITLES = ("og:title", "twitter:title", "parsely-title", "dc.title", "dcterms.title", "citation_title", "headline")
_PUBLISHERS = tuple("og:site_name application-name publisher dc.publisher dcterms.publisher citation_publisher".split())
_AUTHORS = tuple("article:author article:author_name byl byline parsely-author sailthru.author citation_author".split())
_LOOSE_AUTHORS = ("author", "authors", "dc.creator", "dcterms.creator", "twitter:data1")
"""Meta tags that as often name whoever runs or built the site."""
_DATES = tuple(
    """article:published_time og:article:published_time article:published datepublished date dc.date.issued
    dcterms.issued dc.date dcterms.date dc.date.created dcterms.created pubdate publishdate publish-date publish_date
    publication_date published_date parsely-pub-date sailthru.date citation_publication_date citation_date
    originalpublicationdate displaydate""".split()
)
_UTC = re.compile(r"\d(?:Z|[+-]00:?00| ?GMT| ?UTC)$")
_BESIDES = re.compile(
    r"(?i)comment|related|recommend|sidebar|promo(?!t)|teaser|newsletter|most-?(?:read|popular)|trending|columnist|footer"
    r"|also-?read|read-?more|next-?(?:post|article)|prev(?:ious)?-?(?:post|article)"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_DATED = re.compile(
    r"(?i)date|time|publi|byline|posted|submitted|meta|datum|fecha|parution|(?:entry|post|article)-?info|stamp"
)
_SIGNED = re.compile(
    r"(?i)by-?line|author|autor|auteur|autore|writer|signed|signature|posted-?by|submitted|verfasser|redakteur|zuozhe"
    r"|journalist|reporter|contributor|(?:^|\s)(?:fn|vcard|by|username|firma|byl)(?:$|\s)"
)
_NOT_SIGNED = re.compile(
    r"(?i)bio|avatar|image|photo|img|description|more|title|social|follow|share|caption|copyright|comment|count"
    r"|page|archive|list|box|about"
)
_AUTHORS_PAGE = re.compile(
    r"(?i)/(?:authors?|autor(?:en|es)?|auteurs?|autori|redakteure?|journalists?|contributors?)/[\w%@.+-]{2,60}/?$"
)
"""What addresses of authors' pages look like."""
_ARTICLE_NAMES = re.compile(
    r"(?i)(?:^|[\s_-])(?:article|(?:news|post)-?single|single-?(?:news|post)|hentry|post)(?:$|[\s_-])"
)
_SITES = re.compile(
    r"(?i)\b(?:the|die|der|das|le|la|el|il|post|times|herald|tribune|gazette|courier|journal|daily|wire|blog|foundation|kurier"
    r"|blatt|anzeiger|bote|presse|online|community|welt|world|sagt|echo|express|mail|report|review|today|heute|\w*(?:blatt|zeitung))\b"
)
"""Words of the names of sites, which no person's name has."""
_NEAR_TOP = 12  # so many blocks after the title may be its byline and date


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as its fields are read: the tree, what JSON-LD and meta tags say, and what they are read by."""

    root: HtmlElement
    linked: dict[str, Any]
    tags: dict[str, list[str]]
    signed: list[tuple[str, HtmlElement, bool]]  # see `_signed`
    publisher: str
    language: str
    url: str

    def people(self, value: str) -> tuple[str, ...]:
        """Return whom ``value`` names as authors."""
        return names_in(value, self.publisher, self.language)


def read_meta(root: HtmlElement, linked: dict[str, Any]) -> ParsedArticle:
    """Read a page's metadata from its visible elements, its meta tags, and ``linked``, its `linked_article`.

    The article that is returned has no text.
    """
    tags = _meta_tags(root)
    publisher = next(filter(None, [_name(linked.get("publisher")), *_tagged(tags, _PUBLISHERS)]), "")
    said = [root.get("lang"), root.get("xml:lang"), *_tagged(tags, ("og:locale", "content-language", "language"))]
    language = next(filter(None, said), "").strip().replace("_", "-")[:20]
    page = _Page(root, linked, tags, _signed(root), publisher, language, _own_url(root, tags))
    title = _title(page)
    top = _top(root, title)
    authors, published = _authors(page, top), _published(page, top)
    return ParsedArticle("", title, authors, one_line(publisher, 200), published, page.url)


def _top(root: HtmlElement, title: str) -> list[Block]:
    """Return the blocks between the title and the article's first paragraph, where its byline and date stand."""
    found: list[Block] = []
    started, wanted = not title, fold(title)
    for block in islice(blocks_of(root), 3_000):
        words = block.words
        if not started:
            started = block.element.tag in ("h1", "h2", "h3") and wanted in fold(words)
        elif words:
            if block.unlinked >= LONG + 20 or len(found) >= _NEAR_TOP:
                break
            found.append(block)
    return found


def linked_article(root: HtmlElement) -> dict[str, Any]:
    """Return the first article that the page's JSON-LD describes, or nothing; to be read before scripts are removed.

    Its ``author`` is a list. One that is only referred to is looked up among what is described beside the article.
    """
    values = [*_values_in_json(root)]
    own = (item for value in values for item in _objects(value, 0, ("@graph", "mainEntity")))
    article = next(filter(_is_article, own), {})
    described = [item for value in values for item in _objects(value) if item.get("@id") and item.get("name")]
    known = {str(item["@id"]): item for item in described}
    said = article.get("author") or article.get("creator") or []
    authors = (said if isinstance(said, list) else [said])[:50]
    for n, author in enumerate(authors):
        if isinstance(author, dict) and not author.get("name"):
            authors[n] = known.get(str(author.get("@id", "")), author)
    return {**article, "author": authors}


def _values_in_json(root: HtmlElement) -> Iterator[object]:
    """Yield what JSON-LD scripts hold, in order."""
    for script in islice(root.iter("script"), 500):
        kind, text = script.get("type", "").strip().lower(), script.text or ""
        if kind.startswith("application/ld+json") and len(text) <= _MAX_JSON:
            with suppress(ValueError, RecursionError):
                yield json.loads(text, strict=False)


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE_TYPES.fullmatch(kind.rsplit("/", 1)[-1]) for kind in kinds)


def _objects(value: object, depth: int = 0, keys: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Yield the objects in a JSON-LD value, in order, also those within others: under ``keys``, or anywhere."""
    if depth > 4:
        return
    inner: Iterable[object] = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield value
        inner = [value.get(key) for key in keys] if keys else value.values()
    for item in islice(inner, 200):
        yield from _objects(item, depth + 1, keys)


def _name(value: object) -> str:
    """Return the name of a person or publisher, which may be written as text, as an object, or as a list of them."""
    if isinstance(value, list):
        return next(filter(None, map(_name, value[:20])), "")
    return _said(value.get("name") if isinstance(value, dict) else value)


def _said(value: object) -> str:
    return one_line(html.unescape(value[:4_000])) if isinstance(value, str) else ""


def _meta_tags(root: HtmlElement) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for meta in islice(root.iter("meta"), 1_000):
        content = _said(meta.get("content"))
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(key) or "").strip().lower()
            if name and content:
                tags.setdefault(name, []).append(content)
    return tags


def _tagged(tags: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    """Return the first value of each of the meta tags that are there."""
    return [tags[name][0] for name in names if name in tags]


def _title(page: _Page) -> str:
    written = [_said(page.linked.get("headline")), _said(page.linked.get("name")), *_tagged(page.tags, _TITLES),
               *page.tags.get("og:title", [])[1:3]]  # fmt: skip
    sites = [page.publisher, *_tagged(page.tags, _PUBLISHERS), _site_label(page.url)]
    page_title = next((_line(title) for title in page.root.iter("title")), "")
    return best_title(page.root, [title for title in written if title], page_title, sites)


def _site_label(url: str) -> str:
    """Return the telling part of an address's host: ``bay-post`` of ``https://www.bay-post.example/a``."""
    return max((urlsplit(url).hostname or "").split(".")[:-1], key=len, default="")


def _authors(page: _Page, top: list[Block]) -> tuple[str, ...]:
    """Return who signed the article: by the surest source that names somebody in full, else the surest at all."""
    first: tuple[str, ...] = ()
    site = _site_label(page.url).replace("-", "")
    for values in _signatures(page, top):
        found = dict.fromkeys(name for value in values for name in page.people(value))
        names = tuple(name for name in found if " " not in name or fold(name).replace(" ", "") != site)[:MAX_AUTHORS]
        if any(" " in name for name in names):
            # what is not believed by itself is where it names more beside the same
            others = [value for name in _LOOSE_AUTHORS for value in page.tags.get(name, [])[:5]]
            others += [words for words, _, _ in page.signed]
            return next((more for more in map(page.people, others) if set(names) < set(more)), names)
        first = first or names
    return first or tuple(_own_site(page))


def _own_site(page: _Page) -> list[str]:
    """Return the person whose name the site has, where the page marks it as its author's, as on a blog of their own."""
    marked = [_name(item) for item in page.linked["author"][:5] if _is_kind(item, "person")]
    marked += page.tags.get("shareaholic:article_author_name", [])
    marked += [words for words, _, is_marked in page.signed if is_marked]
    names = (name for value in marked for name in names_in(value, "", page.language))
    return [name for name in names if " " in name and not _SITES.search(name)][:1]


def _signatures(page: _Page, top: list[Block]) -> Iterator[list[str]]:
    """Yield what the page says of its authors, source by source, the surest first."""
    yield [
        _name(item) for item in page.linked["author"] if _is_kind(item, "person") or not _is_kind(item, "organization")
    ]
    for name in _AUTHORS:
        yield page.tags.get(name, [])[:50]
    lines = [words for block in top if len(words := block.words) <= 150]
    yield [*filter(is_signed, lines)][:1]
    yield _together([(words, element) for words, element, is_marked in page.signed if is_marked])
    yield from ([words] for words, _, _ in page.signed[:20])
    yield from ([signed_within(words)] for words in lines)
    for name in _LOOSE_AUTHORS:
        yield page.tags.get(name, [])[:50]
    yield from ([line] for line in _signed_lines(page.root))


def _signed_lines(root: HtmlElement) -> Iterator[str]:
    """Yield what follows the "by" of short lines anywhere in the article, as of one that stands under it."""
    for block in islice(blocks_of(root), 3_000):
        words = block.words
        if (
            5 < len(words) <= 80
            and (is_signed(words) or is_credited(words) or _DATED.search(_named(block.element)))
            and not _is_beside(block.element)
        ):
            yield signed_within(words) or (without_by(words) if is_credited(words) else "")


def _is_kind(item: object, kind: str) -> bool:
    return isinstance(item, dict) and kind in str(item.get("@type", "")).lower()


def _together(marked: list[tuple[str, HtmlElement]]) -> list[str]:
    """Return what the first marked author says, and those beside it in the same line, or list."""
    lines = [next(element.iterancestors("li"), element).getparent() for _, element in marked[:8]]
    return [words for (words, _), line in zip(marked, lines, strict=False) if line is lines[0]]


def _signed(root: HtmlElement) -> list[tuple[str, HtmlElement, bool]]:
    """Return what elements called byline or author say, those in the article if any are; and which are marked."""
    tags = "a address ul p span div li td dd strong em b i cite small h3 h4 h5".split()
    found = []
    for element in islice(root.iter(*tags), 20_000):
        is_marked = "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author"
        if not is_marked and not _is_called_author(element):
            continue
        parts = islice(element.iterdescendants(), 30)  # one of which may be marked as the name alone
        named_part = next((part for part in parts if part.get("itemprop") == "name"), element)
        words = one_line(" ".join(islice(named_part.itertext(), 40)), 200)
        if 1 < len(words) <= 150 and not _is_beside(element):
            found.append((words, element, is_marked))
    return [each for each in found if is_within(each[1], "article")] or found


def _is_called_author(element: HtmlElement) -> bool:
    if element.tag == "a" and _AUTHORS_PAGE.search(element.get("href", "")[:500]):
        return True
    names = f"{_named(element)} {element.get('data-testid', '')} {element.get('data-component', '')}"
    return bool(_SIGNED.search(names)) and not _NOT_SIGNED.search(_SIGNED.sub("", names))


def _published(page: _Page, top: list[Block]) -> str:
    """Return the day on which the article was published: by its metadata, by what stands around it, or by its address.

    What is marked as the date under the title is what the article's reader sees: it wins over a stamp, and so does any
    date on the page over a stamp in UTC of the day before or after.
    """
    stamp, is_utc = _stamped(page)
    shown = _shown(page, top) if stamp else ""
    if stamp and (shown or not is_utc):
        return shown or stamp
    short = (words for block in top if len(words := block.words) <= 120)
    dated = (day for words in short if (day := plausible(find_date(words, page.language))))
    seen = _time_element(page) or next(dated, "")
    if stamp:
        return seen if near(stamp, seen) else stamp
    return seen or _searched(page)


def _stamped(page: _Page) -> tuple[str, bool]:
    """Return the date in the page's metadata, and whether it is told in UTC."""
    said = [page.linked.get("datePublished"), page.linked.get("dateCreated"), *_tagged(page.tags, _DATES)]
    dated = [(found, bool(_UTC.search(value))) for value in map(_said, said)
             if (found := plausible(any_date(value, page.language)))]  # fmt: skip
    return next((each for each in dated if len(each[0]) == 10), dated[0] if dated else ("", False))


def _shown(page: _Page, top: list[Block]) -> str:
    """Return the day in the line under the title that is marked as its date or has a time, if it is no change's."""
    for block in top:
        words = block.words
        parts = islice(block.element.iter(), 20)
        marked = _CLOCK.search(words) or any(part.tag == "time" or _DATED.search(_named(part)) for part in parts)
        if len(words) <= 120 and marked:
            found = plausible(find_date(words, page.language, changes=False))
            if len(found) == 10:
                return found
    return ""


def _time_element(page: _Page) -> str:
    times = [time for time in islice(page.root.iter("time"), 200) if not _is_beside(time)]
    marked = [time for time in times if time.get("pubdate") is not None or time.get("itemprop") == "datePublished"]
    for time in [*marked, *times]:
        if time.get("itemprop") == "dateModified" or "updated" in time.get("class", "").split():
            continue
        found = find_date(_line(time), page.language) or any_date(time.get("datetime") or "", page.language)
        if plausible(found):
            return found
    return ""


def _searched(page: _Page) -> str:
    """Return the date that htmldate finds in the page's address, or in the page without what is beside the article."""
    tree = deepcopy(page.root)
    for element in [*tree.iter("aside", "nav", "footer", "div", "section", "ul", "ol", "form", "blockquote")]:
        if element.getparent() is not None and _is_beside(element):
            element.drop_tree()
    try:
        found = search_date(tree, original_date=True, extensive_search=True, url=page.url or None) or ""
    except Exception:  # a search in what may be anything: no date is found, then
        return ""
    if found.endswith("-01-01"):
        return ""
    of_address = found[:8].replace("-", "/") in page.url and found.replace("-", "/") not in page.url
    return plausible(found[:7] if of_address and found.endswith("-01") else found)  # /2020/05/ tells no day


def _own_url(root: HtmlElement, tags: dict[str, list[str]]) -> str:
    base = next((element.get("href") or "" for element in root.iter("base")), "")
    links = [link.get("href") or "" for link in islice(root.iter("link"), 500)
             if "canonical" in (link.get("rel") or "").lower().split()]  # fmt: skip
    for link in [*links, *_tagged(tags, ("og:url",))]:
        with suppress(ValueError):
            if found := web_link(urljoin(base, link[:4_000])):
                return found
    return ""


def _named(element: HtmlElement) -> str:
    return f"{named(element)} {element.get('itemprop', '')}"


def _is_beside(element: HtmlElement) -> bool:
    """Tell whether an element stands in a part of the page that is not the article; its own footer is one that is."""
    for part in [element, *islice(element.iterancestors(), 60)]:
        name = _BESIDES.search(_named(part))
        if part.tag in ("article", "main", "body", "html"):
            outer = next(part.iterancestors("article"), None)
            is_inner = part.tag == "article" and outer is not None and not has(part, "h1")
            return is_inner or (part.tag == "article" and name is not None and "comment" in name[0].lower())
        if part.tag in ("nav", "blockquote") or (part.tag == "aside" and not _is_own(part)):
            return True
        is_footer = part.tag == "footer" or (name is not None and name[0].lower() == "footer")
        if is_footer and not _is_own(part):
            return True
        is_own_teaser = name is not None and name[0].lower() == "teaser" and not _leads_away(part)
        if name and not is_footer and not is_own_teaser and not has(part, "h1", "article", "main"):
            return True
    return False


def _leads_away(teaser: HtmlElement) -> bool:
    """Tell whether a teaser is one of another article, and not the article's own introduction."""
    heads = ("h2", "h3", "h4", "h5")
    is_linked = any(has(head, "a") for head in teaser.iter(*heads))
    return is_linked or is_within(teaser, "a") or any(has(link, *heads) for link in teaser.iter("a"))


def _is_own(part: HtmlElement) -> bool:
    """Tell whether a footer, or an aside that is called one of metadata, is a part of the article."""
    if part.tag == "aside" and not _DATED.search(_named(part)):
        return False
    outer = part.iterancestors("article", "div", "section")
    return any(around.tag == "article" or _ARTICLE_NAMES.search(_named(around)) for around in outer)


def _line(element: HtmlElement) -> str:
    return one_line("".join(islice(element.itertext(), 200)), 500)
