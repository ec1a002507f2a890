"""The articles of the gold suite, made from the briefs that ship: ``python -m eval.gold_articles``."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.errors import RefusedError
from corpus.sources import Refusal, read_sources

_ROOT = Path(__file__).resolve().parent
BRIEFS = _ROOT.parent / "corpus" / "articles"
ARTICLES = _ROOT / "gold" / "articles.jsonl"


def render(folder: Path = BRIEFS) -> str:
    """Return the briefs of ``folder`` as JSON lines, one article each, in the order of their ids.

    Raises:
        RefusedError: a brief cannot be read; a suite with one missing would not say so by itself.
    """
    rows = []
    for found in read_sources([str(folder)]):
        if isinstance(found, Refusal):
            raise RefusedError(f"{found.source}: {found.reason}")
        article = found.article
        rows.append(
            {
                "id": article.id,
                "title": article.title,
                "publisher": article.publisher,
                "published": article.published,
                "text": article.text,
            }
        )
    rows.sort(key=lambda row: row["id"])
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main() -> None:
    """Write ``eval/gold/articles.jsonl`` anew."""
    ARTICLES.parent.mkdir(exist_ok=True)
    ARTICLES.write_bytes(render().encode("utf-8"))


if __name__ == "__main__":
    main()
