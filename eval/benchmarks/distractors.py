"""Articles on other things, to make a suite's library as large as an archive."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.eval.jsonl import read_rows
from footnote.eval.score.measures import normalised
from footnote.eval.suite import Suite

RUN = 12
"""An article that shares so many words in a row with a suite is left out: it may hold what the suite asks for."""
_FEWEST, _MOST = 120, 1_200
"""An article of passages has so many words."""

Shingles = frozenset[int]


def distractors(paths: Sequence[Path], suite: Suite, seed: int = 0) -> list[Article]:
    """Return the articles of files and folders that have nothing in common with a suite's, in a random order.

    Where the suite's articles are dated, each has the date of one of them, drawn at random: a filter on dates lets as
    many through as in an archive. Raises :class:`SuiteError` for a file that is missing or not well formed, and for a
    folder without any.
    """
    rng = random.Random(seed)
    found = list(read_articles(paths))
    rng.shuffle(found)
    held = frozenset[int]().union(*(shingles(article.text) for article in suite.articles))
    titles = {folded(article.title) for article in suite.articles} - {""}
    dates = [article.published for article in suite.articles if article.published]
    kept = (each for each in found if folded(each.title) not in titles and not held & shingles(each.text))
    return [replace(each, published=rng.choice(dates)) if dates else each for each in kept]


def read_articles(paths: Iterable[Path]) -> Iterator[Article]:
    """Yield the articles of JSON lines: rows with ``text`` are one each, those with ``sentences`` a passage of one.

    Passages of one title make an article; those without go by the document that their id begins with, before its last
    two colons, and are left out where it names none.
    """
    for file in files_of(paths):
        passages: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for row in read_rows(file):
            if text := row.text("text"):
                yield Article(f"{file.stem}-{row.text('id', required=True)}", text, row.text("title"), source=row.where)
                continue
            title = " ".join(row.text("title").replace("_", " ").split())
            document = "" if title else row.text("id").rpartition(":")[0].rpartition(":")[0]
            if title or document:
                passages[title, document].update(dict.fromkeys(map(str, row.items("sentences"))))
        for number, ((title, _), sentences) in enumerate(passages.items()):
            text = joined(sentences)
            if len(text.split()) >= _FEWEST:
                yield Article(f"{file.stem}-{number}", text, title, source=str(file))


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, and those that lie in the folders; raise :class:`SuiteError` for a folder without any."""
    for path in paths:
        files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not files:
            raise SuiteError(f"{path}: holds no .jsonl to take articles from")
        yield from files


def joined(sentences: Iterable[str]) -> str:
    """Return sentences as a text of at most `_MOST` words, a paragraph every five sentences."""
    text, words = "", 0
    for number, sentence in enumerate(each for each in sentences if each.strip()):
        words += len(sentence.split())
        if words > _MOST:
            break
        text += ("" if not number else "\n\n" if number % 5 == 0 else " ") + " ".join(sentence.split())
    return text


def folded(title: str) -> str:
    """Return a title as it is compared."""
    return " ".join(normalised(title))


def shingles(text: str) -> Shingles:
    """Return a number for each run of :data:`RUN` words."""
    words = normalised(text)
    return frozenset(hash(tuple(words[n : n + RUN])) for n in range(len(words) - RUN + 1))
