"""Articles as JSON lines: one is read at a time, however long the file is."""

import hashlib
import json
from collections.abc import Callable, Iterator

from footnote.corpus.errors import RefusedError
from footnote.corpus.fields import from_fields, slug
from footnote.corpus.result import Refusal, SourcedArticle
from footnote.corpus.text import MAX_ARTICLE_CHARS, decode, stored

MAX_LINE_BYTES = 4 * MAX_ARTICLE_CHARS
ReadLine = Callable[[int], bytes]  # gives the next line, cut after so many bytes; nothing at the end


def read_jsonl(readline: ReadLine, *, shown: str, source: str) -> Iterator[SourcedArticle | Refusal]:
    """Yield the article of each line; ``shown`` names the file as the user did, ``source`` in full.

    Raises ``RefusedError`` when there is no line in it.
    """
    found = False
    for number, line in enumerate(_bounded(readline), 1):
        if not line.strip():
            continue
        found = True
        try:
            yield _from_json(line, f"{source}:{number}").read_from(line, "jsonl")
        except RefusedError as error:
            yield Refusal(f"{shown}:{number}", str(error))
    if not found:
        raise RefusedError("it is empty: there is no article in it")


def _bounded(readline: ReadLine) -> Iterator[bytes]:
    """Yield lines, each cut just above the limit, without ever holding a longer one in memory."""
    while line := readline(MAX_LINE_BYTES + 1):
        yield line
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = readline(MAX_LINE_BYTES + 1)


def _from_json(line: bytes, where: str) -> SourcedArticle:
    if len(line) > MAX_LINE_BYTES:
        raise RefusedError(f"the line is over {MAX_LINE_BYTES / 1e6:.0f} MB, too long for one article")
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
    return from_fields({**fields, "text": text}, source=where, stem=stem)
