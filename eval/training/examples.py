"""Training examples as the reader reads them: word pieces and what each head should say."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footnote.eval.training.questions import TrainingQuestion
from footnote.qa.rank.reader_network import MAX_PIECES, RELATIONS, Pieces, PieceTokenizer, join

PAIR_SETS = ("fool_me_twice", "fever_symmetric", "wice", "cad_nli")
HELD_PAIRS = 600
"""So many claims are not trained on."""
_PASSAGE_ROOM = MAX_PIECES - 60
"""Pieces of a long passage that is cut around its evidence; the rest is left for the question and the title."""
UNKNOWN, NONE = (-1, -1), (0, 0)

Read = tuple[list[int], list[tuple[int, int]]]
"""The word pieces of a text, and where each stands in it."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text to read. ``answer`` is the first and the last piece of the words that answer; see `UNKNOWN`, `NONE`.

    ``labels`` has 1 for each sentence that answers; for a claim and its evidence it is empty, and ``relation`` is the
    index in `RELATIONS`, else -1. ``taught``: what the reader of before says of it is learnt, too.
    """

    pieces: Pieces
    labels: tuple[float, ...]
    answer: tuple[int, int] = UNKNOWN
    relation: int = -1
    weight: float = 1.0
    taught: bool = False


def question_examples(rows: Sequence[TrainingQuestion], tokenizer: PieceTokenizer) -> Iterator[Example]:
    """Yield the examples of questions; what is left of a long passage holds its evidence."""
    for start in range(0, len(rows), 256):
        some = rows[start : start + 256]
        texts = [text for row in some for text in (row.question, row.title, *row.sentences)]
        read = iter(tokenizer.ids_and_offsets(texts))
        for row in some:
            question, title = next(read)[0], next(read)[0]
            yield _example(row, question, title, [next(read) for _ in row.sentences])


def _example(row: TrainingQuestion, question: list[int], title: list[int], read: Sequence[Read]) -> Example:
    first, last = _window([len(ids) for ids, _ in read], row.evidence, _PASSAGE_ROOM)
    pieces = join(question, title, [ids for ids, _ in read[first:last]])
    labels = tuple(float(n in row.evidence) for n in range(first, last))
    weight = 0.5 if row.source == "squadshifts_reddit" else 1.0
    return Example(pieces, labels, _answer(row, read, first, pieces), weight=weight)


def _window(sizes: Sequence[int], evidence: Iterable[int], budget: int) -> tuple[int, int]:
    """Return the first sentence and the one behind the last of those that fit, the evidence among them."""
    held = sorted(evidence)
    first = 0
    while held and first < held[0] and sum(sizes[first : held[-1] + 1]) > budget:
        first += 1
    last = first
    while last < len(sizes) and sum(sizes[first : last + 1]) <= budget:
        last += 1
    return first, max(last, first + 1)


def _answer(row: TrainingQuestion, read: Sequence[Read], first: int, pieces: Pieces) -> tuple[int, int]:
    if row.answers is None:
        return UNKNOWN
    if not row.evidence:
        return NONE
    for n in sorted(row.evidence):
        for answer in row.answers:
            at = row.sentences[n].lower().find(answer.lower())
            if at < 0 or not 0 <= n - first < len(pieces.spans):
                continue
            offsets, (start, end) = read[n][1], pieces.spans[n - first]
            inside = [k for k, (a, b) in enumerate(offsets) if a < at + len(answer) and b > at]
            if inside and start + inside[-1] < end:
                return start + inside[0], start + inside[-1]
    return UNKNOWN


def pair_rows(folder: Path) -> list[dict[str, Any]]:
    """Return claims with their evidence, of all sets, shuffled; the first `HELD_PAIRS` are held out of training."""
    files = [(folder / f"{name}.jsonl").read_text("utf-8") for name in PAIR_SETS]
    rows: list[dict[str, Any]] = [json.loads(line) for text in files for line in text.splitlines()]
    random.Random(0).shuffle(rows)
    return rows


def pair_examples(rows: Sequence[Mapping[str, Any]], tokenizer: PieceTokenizer) -> Iterator[Example]:
    """Yield the examples of claims."""
    read = tokenizer.ids([text for row in rows for text in (row["claim"], row["evidence_text"])])
    for row, claim, evidence in zip(rows, read[::2], read[1::2], strict=True):
        parts = [evidence[at : at + 100] for at in range(0, min(len(evidence), _PASSAGE_ROOM), 100)]
        yield Example(join(claim, [], parts), (), relation=RELATIONS.index(row["label"]))
