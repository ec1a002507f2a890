"""The articles of the suites gold and plain, made from the briefs that ship: ``python -m eval.gold_articles``."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.errors import RefusedError
from corpus.sources import Refusal, read_sources

_ROOT = Path(__file__).resolve().parent
BRIEFS = _ROOT.parent / "corpus" / "articles"
SUITES = (_ROOT / "gold", _ROOT / "plain")


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
    """Write ``articles.jsonl`` of both suites anew."""
    articles = render().encode("utf-8")
    for suite in SUITES:
        (suite / "articles.jsonl").write_bytes(articles)


if __name__ == "__main__":
    main()
