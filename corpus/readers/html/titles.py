"""Which of a page's headings and titles is the article's: what its reader sees over it, without the site's name."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from footnote.corpus.readers.html.prose import named
from footnote.corpus.text import fold, one_line

_SEPARATOR = re.compile(r"\s+(?:[|–—·•:›»~/⋆♥│-]|::|>>|<)\s+|\s*[|│›]\s*")
_NOT_HEADLINES = re.compile(
    r"(?i)logo|site-?(?:title|name)|sitename|branding|breadcrumb|masthead|comment|related|recommend|sidebar|widget|footer"
    r"|newsletter|navbar|cookie|consent|teaser"
)
_OVER = re.compile(
    r"(?i)kicker|overline|top-?line|dachzeile|(?:^|[\s_-])(?:category|label|rubrik|eyebrow|roof|date|time)(?:$|[\s_-])"
    r"|pre-?title|sub-?title|sub-?head|antetitulo|volanta|surtitre|occhiello"
)
"""What parts of a heading are called that stand over or under the headline proper."""
_ROOT_LINK = re.compile(r"(?:https?://[^/]+)?/?(?:index\.\w+)?")
_LEAST = 12  # a heading with fewer characters is believed to be within a title by chance


def best_title(root: HtmlElement, written: Sequence[str], page_title: str, sites: Sequence[str]) -> str:
    """Return the article's title.

    ``written`` are the titles that the page gives in its metadata, the surest first; ``page_title`` is its ``title``
    element; ``sites`` are names of the site, which no title is.
    """
    names = [fold(site) for site in sites if site]
    titles = [title for title in written if title and fold(title) not in names]
    said = [*titles, page_title]
    headings = [*_headings(root, ("h1",), names)]
    found = _heading_for([*headings, *_headings(root, ("h2", "h3"), names)], said)
    if found or len(headings) == 1:
        return found or headings[0]
    if titles:
        return without_site(titles[0], names)
    title = without_site(page_title, names)
    first = _SEPARATOR.split(title)[0]  # what stands before the first dash or bar, when that says something
    return (first if len(first) >= _LEAST and " " in first else title) or next(iter(headings), "")


def _heading_for(headings: Sequence[str], titles: Sequence[str]) -> str:
    """Return the heading that one of ``titles`` says again, or that title where the heading has more around it.

    The last is the page's own, which may be cut short.
    """
    for title in filter(None, titles):
        if same := next((heading for heading in headings if fold(heading) == fold(title)), ""):
            return same
        if around := next((heading for heading in headings if _is_part(title, heading)), ""):
            return around if title == titles[-1] or fold(around).startswith(fold(title)) else title
        if within := max((heading for heading in headings if _is_part(heading, title)), key=len, default=""):
            return within
    return ""


def _is_part(part: str, whole: str) -> bool:
    """Tell whether a title begins or ends with another, as behind the name of a column or before that of a site."""
    small, large = fold(part), fold(whole)
    return _LEAST <= len(small) < len(large) and (large.startswith(small) or large.endswith(small))


def _headings(root: HtmlElement, tags: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the headings that may be the article's, without logos."""
    for heading in islice(root.iter(*tags), 40):
        words = _headline(heading)
        links = [*islice(heading.iter("a"), 2)]
        is_home = len(links) == 1 and _ROOT_LINK.fullmatch(links[0].get("href") or "none")
        if words and fold(words) not in names and not is_home and not _NOT_HEADLINES.search(named(heading)):
            yield words


def _headline(heading: HtmlElement) -> str:
    """Return the words of a heading, without those of a part that stands over or under the headline proper."""
    whole = _words(heading)
    for part in islice(heading.iterdescendants("span", "small", "div", "em", "strong", "p", "a", "time"), 10):
        words = _words(part)
        if not words or words == whole:
            continue
        rest = one_line(whole.replace(words, "", 1).strip(" |:/–—-"), 500)
        is_over = part.tag in ("small", "time") or _OVER.search(named(part))
        if is_over and len(rest) >= _LEAST and not rest[0].islower():
            return rest
    return whole


def _words(element: HtmlElement) -> str:
    """Return an element's words; those of blocks in it stay apart."""
    parts: list[str] = []
    for event, part in islice(iterwalk(element, ("start", "end")), 200):
        if part is element:
            parts += [part.text or ""] if event == "start" else []
        else:
            apart = " " if part.tag in ("br", "div", "p", "small") else ""
            parts += [apart, (part.text if event == "start" else part.tail) or ""]
    return one_line("".join(parts), 500)


def without_site(title: str, names: Sequence[str]) -> str:
    """Return a title without the name of the site that many pages put before or after it; ``names`` are folded."""
    kept = title
    for match in reversed([*_SEPARATOR.finditer(title)]):
        before, after = kept[: match.start()], fold(kept[match.end() :])
        is_site = any(after == name or (len(name) > 3 and name in after and len(after) < 50) for name in names)
        is_behind_a_bar = match[0].strip() in ("|", "│", "›") and len(before.split()) > 2
        if len(before) < _LEAST or not (is_site or is_behind_a_bar):
            break
        kept = before
    first = _SEPARATOR.search(kept)
    if first and fold(kept[: first.start()]) in names:
        kept = kept[first.end() :]
    return kept.strip()
