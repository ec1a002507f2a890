"""The articles of the suites gold, plain and blind, made from their Markdown.

``python -m footnote.eval.benchmarks.gold_articles``. Gold and plain hold the briefs that ship; blind holds those and
articles of its own on other subjects.
"""

from pathlib import Path

from footnote.corpus.errors import RefusedError
from footnote.corpus.sources import Refusal, read_sources
from footnote.eval.jsonl import as_jsonl

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

    Raises :class:`RefusedError` for a brief that cannot be read: a suite without it would not say so by itself.
    """
    articles = []
    for found in read_sources([str(folder) for folder in folders]):
        if isinstance(found, Refusal):
            raise RefusedError(f"{found.source}: {found.reason}")
        articles.append(found.article)
    fields = ("id", "title", "publisher", "published", "text")
    articles.sort(key=lambda article: article.id)
    return as_jsonl({name: getattr(article, name) for name in fields} for article in articles)


def main() -> None:
    """Write ``articles.jsonl`` of each suite anew."""
    for suite, folders in SOURCES.items():
        (suite / "articles.jsonl").write_bytes(render(*folders).encode("utf-8"))


if __name__ == "__main__":
    main()
