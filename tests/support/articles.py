"""Articles as tests write them."""

import json
import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from footnote.corpus.article import Article
from footnote.corpus.sources import SourcedArticle
from footnote.index.library import Library


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


def assert_same_library(one, other):
    """Two libraries, by their folders, hold the same articles, and the same chunks with the same vectors."""
    first, second = (Library(home, create=False) for home in (one, other))
    assert first.versions() == second.versions()
    for article_id in first.versions():
        assert first.article(article_id) == second.article(article_id)
    assert first.origins() == second.origins()
    assert first.indexed_with() == second.indexed_with()
    ids = [n for n, _ in first.chunk_keys()]
    assert first.chunk_keys() == second.chunk_keys()
    for mine, theirs in zip(first.chunks(ids), second.chunks(ids), strict=True):
        assert (mine.article_id, mine.start, mine.end) == (theirs.article_id, theirs.start, theirs.end)
        assert np.array_equal(mine.spans, theirs.spans)
        np.testing.assert_allclose(mine.vector, theirs.vector, atol=1e-4)
        np.testing.assert_allclose(mine.sentence_vectors, theirs.sentence_vectors, atol=1e-4)
    first.close()
    second.close()
