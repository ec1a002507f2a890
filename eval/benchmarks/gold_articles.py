"""The articles of the suites gold, plain and blind, made from their Markdown.

``python -m footnote.eval.benchmarks.gold_articles``. Gold and plain hold the briefs that ship; blind holds those and
articles of its own on other subjects.
"""

from __future__ import annotations

import json
from pathlib import Path

from footnote.corpus.errors import RefusedError
from footnote.corpus.sources import Refusal, read_sources

_ROOT = Path(__file__).resolve().parents[1]
BRIEFS = _ROOT.parent / "corpus" / "articles"
SOURCES = {
    _ROOT / "gold": (BRIEFS,),
    _ROOT / "plain": (BRIEFS,),
    _ROOT / "blind": (BRIEFS, _ROOT / "blind" / "articles"),
}
"""The folders of Markdown that each suite's articles are made from."""


def render(*folders: Path) -> str:
    """Return the briefs of ``folders`` as JSON lines, one article each, in the order of their ids.

    Raises:
        RefusedError: a brief cannot be read; a suite with one missing would not say so by itself.
    """
    rows = []
    for found in read_sources([str(folder) for folder in folders]):
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
    """Write ``articles.jsonl`` of each suite anew."""
    for suite, folders in SOURCES.items():
        (suite / "articles.jsonl").write_bytes(render(*folders).encode("utf-8"))


if __name__ == "__main__":
    main()
