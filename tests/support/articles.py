"""Articles as tests write them."""

import json
import os
from contextlib import suppress
from pathlib import Path

from footnote.corpus.article import Article
from footnote.corpus.sources import SourcedArticle


def found(article_id, text, named=True, **fields):
    """An article as a source gives it."""
    return SourcedArticle(Article(article_id, text, **fields), named)


def write_jsonl(path: Path, rows) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def holders(home, needle):
    """The files below ``home`` that hold some bytes."""
    held = []
    for folder, _, names in os.walk(home):  # which passes over an old store that goes while this looks
        for name in names:
            with suppress(FileNotFoundError):
                path = Path(folder) / name
                if needle in path.read_bytes():
                    held.append(str(path.relative_to(home)))
    return sorted(held)
