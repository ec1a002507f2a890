"""How a language model's sentences are verified, on claims whose evidence is known.

``python -m footnote.eval.benchmarks.verification``. By itself, on the claims that the reader was not trained on; or on
those of files. Each claim is checked as if a model had written it and cited all
of its evidence. A supported one should be confirmed, and any other should not. The particulars gate is counted apart:
what it does not let through, nothing confirms.
"""

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.errors import SuiteError
from footnote.corpus.text import paragraphs
from footnote.eval.commands import offline_program
from footnote.eval.report.report import md_table
from footnote.eval.training.examples import HELD_PAIRS, pair_rows
from footnote.index.embedding.minilm import open_encoder
from footnote.index.embedding.sentences import sentence_spans
from footnote.qa.llm.particulars import mismatches
from footnote.qa.llm.verify import ClaimVerifier, ReadRelation, Relation, WordRelation
from footnote.qa.rank.candidates import Sentence
from footnote.qa.rank.model_folder import open_model
from footnote.qa.rank.reader_network import TransformerReader

PAIRS = Path("../shared/training/pairs")
LABELS = {"supported": "supports", "refuted": "refutes", "not_enough": "does not suffice"}


class Pair(NamedTuple):
    """A claim, its evidence, and what the one is to the other: one of `LABELS`."""

    claim: str
    evidence: str
    label: str


class Checked(NamedTuple):
    """What checking a claim showed: that all its particulars stand in the evidence, and that it is confirmed."""

    label: str
    gated: bool
    confirmed: bool


def load_pairs(path: Path) -> list[Pair]:
    """Read objects with ``claim``, ``evidence_text`` and ``label``, one a line; raise :class:`SuiteError` otherwise."""
    try:
        pairs = [_pair(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SuiteError(f"{path}: this is no file of claims and evidence ({error})") from None
    if not all(pair.label in LABELS for pair in pairs):
        raise SuiteError(f"{path}: a label is one of {', '.join(LABELS)}")
    return pairs


def _pair(row: Mapping[str, Any]) -> Pair:
    return Pair(row["claim"], row["evidence_text"], row["label"])


def held_out(folder: Path) -> dict[str, list[Pair]]:
    """Return the claims that the reader was not trained on, by the set that they are of."""
    found: dict[str, list[Pair]] = {}
    for row in pair_rows(folder)[:HELD_PAIRS]:
        found.setdefault(row["source"], []).append(_pair(row))
    return found


def balanced(pairs: Sequence[Pair], limit: int, seed: int) -> list[Pair]:
    """Return at most ``limit`` pairs, of each label that there is about as many."""
    shuffled = random.Random(seed).sample(list(pairs), len(pairs))
    groups = [group for label in LABELS if (group := [pair for pair in shuffled if pair.label == label])]
    return [pair for group in groups for pair in group[: limit // len(groups)]]


def check(pair: Pair, relation: Relation) -> Checked:
    """Check a claim against all of its evidence."""
    article = Article("evidence", pair.evidence)
    spans = [span for block in paragraphs(pair.evidence) for span in sentence_spans(pair.evidence, block)]
    offered = [
        Sentence(article, article.version, start, end, pair.evidence[start:end], 0, n, 0, 0.0)
        for n, (start, end) in enumerate(spans)
    ]
    found = ClaimVerifier("", offered, relation).confirm(pair.claim, range(1, len(offered) + 1))
    return Checked(pair.label, not mismatches(pair.claim, pair.evidence), found.verdict == "supported")


def table(checked: Sequence[Checked]) -> str:
    """Return the shares as Markdown, a row for each label."""
    rows = [("the evidence", "claims", "through the particulars gate", "confirmed")]
    for label, words in LABELS.items():
        some = [each for each in checked if each.label == label]
        if some:
            gated, confirmed = fmean(each.gated for each in some), fmean(each.confirmed for each in some)
            rows.append((words, str(len(some)), f"{gated:.1%}", f"{confirmed:.1%}"))
    return "\n".join(md_table(rows)) + "\n"


@offline_program
def main(argv: Sequence[str] | None = None) -> int:
    """Verify, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m footnote.eval.benchmarks.verification",
        description="How a language model's sentences are verified, on claims whose evidence is known.",
        epilog="example: python -m footnote.eval.benchmarks.verification --words",
    )
    parser.add_argument("pairs", type=Path, nargs="*", help=f"files of pairs (default: the claims held out of {PAIRS})")
    parser.add_argument("--sample", type=int, default=300, help="how many of each file (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="for choosing them (default: %(default)s)")
    parser.add_argument("--reader", type=Path, help="a reader's file (default: the one that ships)")
    parser.add_argument("--words", action="store_true", help="go by words alone, as without a reader")
    args = parser.parse_args(argv)
    relation: Relation
    relation = by_words = WordRelation(open_encoder())
    if not args.words:
        relation = ReadRelation(by_words, TransformerReader(args.reader) if args.reader else open_model().reader)
    files = {path.stem: balanced(load_pairs(path), args.sample, args.seed) for path in args.pairs}
    for name, pairs in (files or held_out(PAIRS)).items():
        checked = [check(pair, relation) for pair in tqdm(pairs, desc=name, file=sys.stderr)]
        sys.stdout.write(f"{name}\n\n{table(checked)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
