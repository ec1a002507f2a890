"""Markdown with YAML front matter to plain stored text and metadata."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from footnote.corpus.errors import RefusedError
from footnote.corpus.text import decode_any, raised

SHORT = 65_536  # Markdown of up to so many bytes is parsed at once; longer, where a limit of time holds

_OPENING = "---\n"
_CLOSING = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)
_MAX_FRONT_MATTER = 16_384
_MAX_DEPTH = 8
_RAISED_TAG = re.compile(r"<(/?)sup\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A Markdown file in its parts: the front matter, the first level-one heading, and the words."""

    fields: dict[str, Any]
    heading: str
    words: str


def parse_markdown(data: bytes) -> Parsed:
    """Take a Markdown file apart; its words are without markup, one blank line between blocks.

    Images and raw HTML are dropped; a link keeps its words; list items start with ``- ``; a table's rows stay lines;
    footnotes follow the text, each as ``[n] words``.
    Raises ``RefusedError`` when it is not text, or its front matter cannot be read.
    """
    fields, body = split_front_matter(decode_any(data))
    tokens = MarkdownIt("commonmark").enable("table").use(footnote_plugin).parse(body)
    headings = (after for token, after in pairwise(tokens) if token.type == "heading_open" and token.tag == "h1")
    return Parsed(fields, next(map(_inline, headings), ""), _text(tokens))


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter as a dict (empty when there is none) and the text after it.

    Raises ``RefusedError`` when the front matter is not a plain YAML mapping, or is over 16 KB.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    closing = _CLOSING.search(text, len(_OPENING)) if text.startswith(_OPENING) else None
    if closing is None:
        return {}, text
    head = text[len(_OPENING) : closing.start()]
    if len(head) > _MAX_FRONT_MATTER:
        raise RefusedError("its front matter is over 16 KB; keep only title, authors, publisher, published, url")
    return _mapping(head), text[closing.end() :]


def _mapping(head: str) -> dict[str, Any]:
    try:
        _refuse_bombs(head)
        values = yaml.load(head, _StringLoader)  # a SafeLoader: builds plain values only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise RefusedError(f"its front matter is not valid YAML (line {line})") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise RefusedError("its front matter is not a list of `name: value` lines")
    return {str(key): value for key, value in values.items()}


def _refuse_bombs(head: str) -> None:
    """Stop at the first alias, or at nesting that no metadata has: both can be made to take for ever; and at a tag.

    What a value that is not of its tag's kind raises is no error of the library's own.
    """
    depth = 0
    for event in yaml.parse(head, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) or depth > _MAX_DEPTH:
            raise RefusedError(
                "its front matter uses YAML aliases, tags or deep nesting; write plain `name: value` lines"
            )


class _StringLoader(yaml.SafeLoader):
    """A SafeLoader that leaves dates and numbers as they are written: 2020-05 stays text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the library's own class attribute


def _text(tokens: list[Token]) -> str:
    blocks: list[str] = []
    prefix = ""
    for token in _with_rows(tokens):
        if token.type == "list_item_open":
            prefix = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "footnote_open":
            prefix = f"[{token.meta['id'] + 1}] "
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.strip("\n"))
        elif token.type == "inline" and (words := _inline(token)):
            blocks.append(prefix + words)
            prefix = ""
    return "\n\n".join(block for block in blocks if block.strip())


def _with_rows(tokens: list[Token]) -> Iterator[Token]:
    """Yield tokens with each table as one block of lines, a row each."""
    rows: list[list[str]] | None = None
    for token in tokens:
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(_inline(token))
        elif token.type == "table_close" and rows is not None:
            yield Token("code_block", "", 0, content="\n".join(" | ".join(row) for row in rows if any(row)))
            rows = None
        elif rows is None:
            yield token


def _inline(token: Token) -> str:
    text = ""
    is_raised = False
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            text += raised(child.content, text) if is_raised else child.content
        elif child.type in ("softbreak", "hardbreak"):
            text += " "
        elif child.type == "html_inline" and (tag := _RAISED_TAG.match(child.content)):
            is_raised = not tag[1]
    return text.strip()
