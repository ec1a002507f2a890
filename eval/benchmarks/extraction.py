"""How well web pages are read, against a collection that a developer has; trafilatura's own figures stand beside.

Two formats are known: trafilatura's (``evaldata.json`` with the pages in ``cache`` and ``eval`` beside it) and that of
scrapinghub's article-extraction-benchmark (``ground-truth.json`` with ``html/*.html.gz``). Nothing of either ships.
"""

import argparse
import gzip
import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm
from trafilatura import bare_extraction

from footnote.corpus.errors import RefusedError
from footnote.corpus.readers.html.page import read_html
from footnote.corpus.text import fold

_JOINED = re.compile(r";|,| und | and | & | et | y ")
_WORD = re.compile(r"\w+")
_SHINGLE = 4
_ENOUGH, _NEARLY_EMPTY = 500, 0.1


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and what is right for it; a field is `None` where the collection does not say."""

    name: str
    data: bytes
    within: Sequence[str] = ()
    without: Sequence[str] = ()
    body: str | None = None
    title: str | None = None
    published: str | None = None
    authors: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Got:
    """What a reader made of a page; ``refused`` says why it made nothing."""

    text: str = ""
    title: str = ""
    published: str = ""
    authors: frozenset[str] = frozenset()
    refused: str = ""


@dataclass(slots=True)
class ExtractionTally:
    """The counts of one reader over a collection."""

    name: str
    seconds: float = 0.0
    snippets: Counter[str] = field(default_factory=Counter)
    shingles: list[tuple[float, float, float]] = field(default_factory=list)
    fields: Counter[str] = field(default_factory=Counter)
    nearly_empty: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, wanted: LabelledPage, got: Got, other: Got) -> None:
        """Count a page; ``other`` is what the reader beside made of it."""
        text = _folded(got.text)
        self.snippets["found"] += sum(_folded(snippet) in text for snippet in wanted.within)
        self.snippets["wanted"] += len(wanted.within)
        self.snippets["false"] += sum(_folded(snippet) in text for snippet in wanted.without)
        if wanted.body is not None:
            self.shingles.append(shingle_counts(wanted.body, got.text))
        self._count("title", wanted.title, wanted.title is not None and _seen(got.title) == _seen(wanted.title))
        self._count("date", wanted.published, got.published == wanted.published)
        self._count("author", wanted.authors, got.authors == wanted.authors)
        if len(other.text) >= _ENOUGH and len(got.text) < _NEARLY_EMPTY * len(other.text):
            self.nearly_empty.append(wanted.name)
        if got.refused:
            self.refused.append(f"{wanted.name}: {got.refused}")

    def _count(self, name: str, wanted: object, is_right: bool) -> None:
        self.fields[f"{name}s"] += bool(wanted)
        self.fields[f"{name}s right"] += bool(wanted) and is_right

    def f1(self) -> float:
        """F1 of snippets, or of shingles where the collection has whole bodies."""
        if self.shingles:
            precision, recall = _macro(self.shingles)
        else:
            found, false = self.snippets["found"], self.snippets["false"]
            precision, recall = found / max(found + false, 1), found / max(self.snippets["wanted"], 1)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    def line(self) -> str:
        """Return the counts as a row of the table."""
        cells = [f"{self.name:<12}", f"F1 {self.f1():.4f}"]
        told = [name for name in ("titles", "dates", "authors") if self.fields[name]]
        cells += [f"{name} {self.fields[f'{name} right']}/{self.fields[name]}" for name in told]
        cells += [f"nearly empty {len(self.nearly_empty)}", f"refused {len(self.refused)}", f"{self.seconds:.0f} s"]
        return "  ".join(cells)


def shingle_counts(wanted: str, got: str) -> tuple[float, float, float]:
    """Return the shares of word shingles found, false and missed, as article-extraction-benchmark counts them."""
    one, other = _shingles(wanted), _shingles(got)
    found = float(sum((one & other).values()))
    false, missed = sum((other - one).values()), sum((one - other).values())
    total = (found + false + missed) or 1.0
    return found / total, false / total, missed / total


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1)) if words)


def _macro(counts: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    precisions = [found / (found + false) for found, false, _ in counts if found + false]
    recalls = [found / (found + missed) for found, _, missed in counts if found + missed]
    return sum(precisions) / max(len(precisions), 1), sum(recalls) / max(len(recalls), 1)


def _seen(title: str) -> str:
    return fold(title.replace("\u00ad", ""))


def _folded(text: str) -> str:
    return " ".join(text.split())


def pages(folder: Path) -> Iterator[LabelledPage]:
    """Yield the pages of a collection in either format; raise FileNotFoundError where ``folder`` holds neither."""
    if (folder / "evaldata.json").is_file():
        for item in json.loads((folder / "evaldata.json").read_text("utf-8")).values():
            found = [file for part in ("cache", "eval") if (file := folder / part / item["file"]).is_file()]
            if found:
                title, date, names = item.get("title"), item.get("date"), people(item.get("author")) or None
                within, without = item["with"], item["without"]
                yield LabelledPage(item["file"], found[0].read_bytes(), within, without, None, title, date, names)
    elif (folder / "ground-truth.json").is_file():
        for name, item in json.loads((folder / "ground-truth.json").read_text("utf-8")).items():
            data = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield LabelledPage(name, data, body=item["articleBody"])
    else:
        raise FileNotFoundError(f"{folder}: there is no evaldata.json and no ground-truth.json")


def people(value: object) -> frozenset[str]:
    """Return names for comparing, of a list or of text that joins them."""
    parts = value if isinstance(value, list) else [value] if value else []
    return frozenset(fold(name) for part in parts for name in _JOINED.split(str(part)) if name.strip())


def ours(data: bytes) -> Got:
    """Read a page as `footnote add` does."""
    try:
        reading = read_html(data)
    except RefusedError as error:
        return Got(refused=str(error))
    return Got(reading.text, reading.title, reading.published, people([*reading.authors]))


def theirs(data: bytes) -> Got:
    """Read a page with trafilatura alone, as it comes."""
    document: Any = bare_extraction(data, include_comments=False, include_tables=True, with_metadata=True)
    if document is None:
        return Got(refused="no text")
    return Got(document.text or "", document.title or "", document.date or "", people(document.author))


def measure(collection: Sequence[LabelledPage]) -> tuple[ExtractionTally, ExtractionTally]:
    """Return the counts of our reader and of trafilatura's over a collection."""
    tallies = ExtractionTally("footnote"), ExtractionTally("trafilatura")
    readers: tuple[Callable[[bytes], Got], ...] = (ours, theirs)
    for wanted in tqdm(collection, desc="reading", unit=" pages", delay=2, disable=None):
        got = []
        for tally, reader in zip(tallies, readers, strict=True):
            started = time.perf_counter()
            got.append(reader(wanted.data))
            tally.seconds += time.perf_counter() - started
        tallies[0].add(wanted, got[0], got[1])
        tallies[1].add(wanted, got[1], got[0])
    return tallies


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each reader; with ``--list``, also the pages that are refused or nearly empty."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path, help="trafilatura's tests folder, or article-extraction-benchmark")
    parser.add_argument("--list", action="store_true", help="name the pages that are refused or nearly empty")
    args = parser.parse_args(arguments)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it remarks on single pages
    try:
        collection = [*pages(args.collection)]
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    tallies = measure(collection)
    lines = [f"{len(collection)} pages", *(tally.line() for tally in tallies)]
    if args.list:
        lines += [f"nearly empty: {name}" for name in tallies[0].nearly_empty] + tallies[0].refused
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
