"""The running text of a page: the blocks that say something, by which what an extractor kept is checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element, iterwalk
from lxml.html import HtmlElement

from footnote.corpus.text import MAX_ARTICLE_CHARS

LONG = 80  # a block with this many characters that are no link is running text

_SAMPLES, _SAMPLE = 12, 30

NEVER_TEXT = frozenset(
    """script style noscript template iframe object embed svg canvas audio video select datalist button textarea input
    map frameset applet meter progress""".split()
)
_NEVER_READ = NEVER_TEXT - {"noscript"}
_BLOCK_TAGS = frozenset(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main nav noscript ol p pre section summary table tbody td tfoot th
    thead tr ul""".split()
)
_BESIDE_TAGS = frozenset({"nav", "aside", "footer", "form", "menu", "figcaption", "head"})
_BESIDE_NAMES = re.compile(
    r"(?i)cookie|consent|gdpr|comment|related|recommend|newsletter|promo|teaser|footer|disclaimer|copyright"
    r"|(?<!has-)(?<!with-)(?<!without-)(?<!no-)sidebar(?!-?layout)|author-?(?:bio|box)|about-?author|biograph|caption"
    r"|(?<!elementor-)widget"
)


@dataclass(slots=True)
class Block:
    """A block of a page: its element, its words, and how many of their characters are no link."""

    element: HtmlElement
    parts: list[str] = field(default_factory=list)
    unlinked: int = 0

    @property
    def words(self) -> str:
        """Its words, with spaces folded."""
        return " ".join("".join(self.parts).split())


def prose(root: HtmlElement) -> list[Block]:
    """Return the blocks of running text in ``root``, in order, without those that stand beside the article."""
    return [block for block in blocks_of(root) if block.unlinked >= LONG]


def blocks_of(root: HtmlElement) -> list[Block]:
    """Return every block in ``root`` that does not stand beside the article, with the words that are its own."""
    found: list[Block] = []
    state: list[tuple[Block | None, bool]] = []  # the block that text goes to, and whether that text is a link
    for event, element in iterwalk(root, ("start", "end")):
        if event == "start":
            block, linked = state[-1] if state else (Block(root), False)
            if element is root or (block is not None and element.tag in _BLOCK_TAGS):
                block = Block(element)
                found.append(block)
            if element.tag in _NEVER_READ or is_beside(element):
                block = None
            elif block is not None and element.tag == "br":
                block.parts.append(" ")
            state.append((block, linked or element.tag == "a"))
            _note(state[-1], element.text)
        else:
            state.pop()
            if state:
                _note(state[-1], element.tail)
    return found


def lines_of(root: HtmlElement) -> str:
    """Return all the words of a page; blocks and line breaks begin new lines."""
    parts: list[str] = []
    for event, element in iterwalk(root, ("start", "end")):
        starts = "\n" if element.tag in _BLOCK_TAGS or (element.tag == "br" and event == "start") else ""
        words = " ".join(((element.text if event == "start" else element.tail) or "").split("\n"))
        parts += [starts, words]
    return "\n".join(" ".join(line.split()) for line in "".join(parts).splitlines())


def _note(state: tuple[Block | None, bool], text: str | None) -> None:
    block, linked = state
    if block is not None and text:
        block.parts.append(text)
        block.unlinked += 0 if linked else len(text.strip())


def is_beside(element: HtmlElement) -> bool:
    """Tell whether an element is called what stands beside an article; what holds the article itself is not."""
    if element.tag in ("html", "body", "main", "article"):
        return False
    if element.tag not in _BESIDE_TAGS and not _BESIDE_NAMES.search(named(element)):
        return False
    return not has(element, "h1", "article", "main")


def has(element: HtmlElement, *tags: str) -> bool:
    """Tell whether an element is, or holds, one with any of ``tags``."""
    return next(element.iter(*tags), None) is not None


def is_within(element: HtmlElement, *tags: str) -> bool:
    """Tell whether an element stands in one with any of ``tags``."""
    return next(element.iterancestors(*tags), None) is not None


def named(element: HtmlElement) -> str:
    """Return what an element is called: its class and id, from which its part in the page can be told."""
    return f"{element.get('class', '')} {element.get('id', '')}"[:500]


def text_of(element: _Element, limit: int = MAX_ARTICLE_CHARS) -> str:
    """Return the words of an element, at most ``limit`` characters of them or little more."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part.strip())
        if length > limit:
            break
    return " ".join("".join(parts).split())


def size(blocks: Sequence[Block]) -> int:
    """Return how many characters the blocks have between them."""
    return sum(len(block.words) for block in blocks)


def kept_of(blocks: Sequence[Block], text: str) -> list[Block]:
    """Return those of ``blocks`` that are in ``text``: half of a few samples of each, and more."""
    whole = letters(text)
    return [block for block in blocks if _is_kept(letters(block.words), whole)]


def _is_kept(words: str, whole: str) -> bool:
    step = max(len(words) // _SAMPLES, _SAMPLE)
    samples = [words[start : start + _SAMPLE] for start in range(0, max(len(words) - _SAMPLE, 1), step)]
    return 2 * sum(sample in whole for sample in samples) >= len(samples)


def letters(text: str) -> str:
    """Return the letters and digits of a text, by which texts are compared that are laid out in different ways."""
    return "".join(filter(str.isalnum, text))
