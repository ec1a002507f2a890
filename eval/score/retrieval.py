"""Retrieval measures, computed by ir-measures, at article and passage level.

The documents that are judged are made so that the numbers do not depend on how articles are cut:

* **Articles** rank by their best passage; the gold articles are the relevant ones.
* **recall@k of passages** is the share of gold quotes that the first k passages overlap. Each quote is a
  query of its own, and the passages that overlap it are one document, found where the first of them stands.
* **MRR and nDCG of passages**: a passage is relevant when it overlaps a gold quote that none before it did;
  each quote that no passage overlaps is one relevant document that was not found.
"""

from collections.abc import Sequence
from typing import Any

import ir_measures

from footnote.eval.suite import Evidence, GoldSpan

DEPTH = 10


MEASURES: dict[str, Any] = {
    "recall@1": ir_measures.R @ 1,
    "recall@5": ir_measures.R @ 5,
    "recall@10": ir_measures.R @ DEPTH,
    "mrr@10": ir_measures.RR @ DEPTH,
    "ndcg@10": ir_measures.nDCG @ DEPTH,
}
"""ir-measures' measures by the names that the report uses."""


def article_measures(passages: Sequence[GoldSpan], gold: Sequence[Evidence]) -> dict[str, float]:
    """Score the ranking of articles against those that hold gold quotes; each value is 0 to 1."""
    ranked = list(dict.fromkeys(passage.article_id for passage in passages))
    return judged(ranked, {item.article_id for item in gold}, tuple(MEASURES))


def passage_measures(passages: Sequence[GoldSpan], gold: Sequence[Evidence]) -> dict[str, float]:
    """Score the ranking of passages against the gold quotes; each value is 0 to 1."""
    scores = judged(*distinct_finds(passages, gold), ("mrr@10", "ndcg@10"))
    names = tuple(name for name in MEASURES if name.startswith("recall"))
    each = [judged(*distinct_finds(passages, [item]), names) for item in gold]
    recalls = {name: sum(found[name] for found in each) / len(each) for name in names}
    return {name: (recalls | scores)[name] for name in MEASURES}


def distinct_finds(passages: Sequence[GoldSpan], gold: Sequence[Evidence]) -> tuple[list[str], set[str]]:
    """Name each passage, and say which names are relevant: those that overlap a quote not met before."""
    missing = set(range(len(gold)))
    ranked, relevant = [], set()
    for rank, passage in enumerate(passages):
        met = {i for i in missing if gold[i].hit_by(passage)}
        ranked.append(f"passage {rank}")
        if met:
            relevant.add(ranked[-1])
            missing -= met
    return ranked, relevant | {f"quote {i}" for i in missing}


def judged(ranked: Sequence[str], relevant: set[str], names: Sequence[str]) -> dict[str, float]:
    """Score one ranking, best first, with ir-measures; an empty ranking scores 0."""
    chosen = [MEASURES[name] for name in names]
    qrels = [ir_measures.Qrel("q", document, 1) for document in sorted(relevant)]
    run = [ir_measures.ScoredDoc("q", document, -float(rank)) for rank, document in enumerate(ranked)]
    if not run:
        return dict.fromkeys(names, 0.0)
    found = {metric.measure: metric.value for metric in ir_measures.iter_calc(chosen, qrels, run)}
    return {name: float(found[measure]) for name, measure in zip(names, chosen, strict=True)}
