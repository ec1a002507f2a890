"""Fit the calibration: ``python -m footnote.eval.training.calibrate``; `make reader` runs it after training.

The reader's scores, and the few numbers beside them, become probabilities by two logistic regressions
(`qa.rank.calibration`). They are fitted on the development suites, in libraries of one article, of the suite's own, and
of two thousand more; each question is read by a reader that has not seen its article. Each suite is reported on with
regressions that were fitted on the others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import numpy as np
import torch
from tqdm import tqdm

from footnote.corpus.offline import shut_network
from footnote.eval.report.report import md_table, number
from footnote.eval.score.confidence import Outcomes, auroc, calibration_error
from footnote.eval.score.measures import citation_agreement, token_f1
from footnote.eval.suite import GoldSpan, Suite, SuiteQuestion
from footnote.eval.training.examples import PAIR_SETS
from footnote.eval.training.questions import SHARES
from footnote.eval.training.suites import (
    ADAPTED,
    FOLDS,
    asked_alone,
    cluster_of,
    fold_of,
    labels_of,
    library_of,
    more_articles,
    suites,
)
from footnote.index.embedding.encoder import SentenceTransformerEncoder
from footnote.index.passages import PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.interpret.question import read_question
from footnote.qa.rank.calibration import (
    ANSWERED,
    OF_THE_ENCODER,
    SENTENCE,
    Calibration,
    Logistic,
    dump_calibration,
    sigmoid,
)
from footnote.qa.rank.model_folder import CALIBRATION, READER, write_manifest
from footnote.qa.rank.rank import SentenceFeatures, extract_features, question_inputs
from footnote.qa.rank.reader import Matrix, Reader
from footnote.qa.rank.reader_network import TransformerReader
from footnote.qa.retriever import CANDIDATES
from footnote.qa.select.how_many import how_many

LIBRARIES: tuple[tuple[str, int, int], ...] = (
    ("wikinews", 0, 300),
    ("clapnq-dev", 0, 300),
    ("gold", 0, 240),
    ("plain", 0, 150),
    ("typed", 0, 150),
    ("squad2-dev", 0, 250),
    ("wikinews", 2_000, 120),
    ("clapnq-dev", 2_000, 120),
    ("wikinews", 1, 40),
    ("clapnq-dev", 1, 40),
)
"""The suites, how many articles more their libraries hold (1: one article alone), and how many questions are asked."""
_LOOKED_AT = 15
"""So many of a question's likeliest sentences take part in fitting: the rest are never in doubt."""
_THRESHOLD = 0.5
_PENALTY = 0.05


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it was measured in a library; ``labels`` has 1 for each sentence that is evidence, shape (n,)."""

    suite: str
    library: str
    question: SuiteQuestion
    measured: SentenceFeatures
    labels: Matrix


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, write the calibration, and report."""
    parser = argparse.ArgumentParser(description="Fit the calibration of the reader.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds suites/ and training/")
    parser.add_argument("--readers", type=Path, default=Path("build/reader"), help="where the readers were written")
    parser.add_argument("--out", type=Path, default=Path("qa/model"), help="the folder of the model to write")
    parser.add_argument("--report", type=Path, default=Path("docs/model.md"), help="the file to write the tables to")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are cores")
    parser.add_argument("--threshold", type=float, default=_THRESHOLD, help="the confidence below which one declines")
    args = parser.parse_args(argv)
    shut_network()
    if args.threads:
        torch.set_num_threads(args.threads)
    readers = [TransformerReader(args.readers / f"fold-{n}" / "reader.safetensors") for n in range(FOLDS)]
    cases = list(collect(args.shared, args.readers / "suites", readers))
    own, other = (fit(cases, without, args.threshold) for without in (frozenset[str](), OF_THE_ENCODER))
    args.out.mkdir(parents=True, exist_ok=True)
    copyfile(args.readers / "all" / READER, args.out / READER)
    (args.out / CALIBRATION).write_text(dump_calibration(own, other), "utf-8")
    encoder = SentenceTransformerEncoder()
    trained_on = (*SHARES, *PAIR_SETS, *ADAPTED)
    write_manifest(args.out, {"name": encoder.name, "sha256": encoder.digest}, "make reader", trained_on)
    args.report.write_text(report(cases, own), "utf-8")
    return 0


def collect(shared: Path, scratch: Path, readers: Sequence[Reader]) -> Iterator[Case]:
    """Yield the questions of all `LIBRARIES`, each read by the reader of its fold."""
    encoder, found = SentenceTransformerEncoder(), suites(shared, scratch)
    for name, more, sample in LIBRARIES:
        suite = found[name]
        questions = asked_alone(suite, sample)
        if more == 1:
            yield from _alone(name, suite, questions, scratch, encoder, readers)
            continue
        articles = [*suite.articles, *more_articles(shared, suite)[:more]] if more else list(suite.articles)
        home = scratch / (f"{name}-library" if not more else f"{name}-{more}-library")
        with library_of(home, articles, encoder) as index:
            label = f"{len(articles):,} articles"
            for question in tqdm(questions, desc=f"{name}, {label}", unit="", mininterval=10):
                yield case_of(name, label, index, question, readers)


def _alone(
    name: str,
    suite: Suite,
    questions: Sequence[SuiteQuestion],
    scratch: Path,
    encoder: SentenceTransformerEncoder,
    readers: Sequence[Reader],
) -> Iterator[Case]:
    """Yield questions asked of a library of the one article that they are about."""
    articles = {article.id: article for article in suite.articles}
    with library_of(scratch / f"{name}-library", suite.articles, encoder) as index:
        about = [_about(index, question) for question in questions]
    for question, article in zip(questions, about, strict=True):
        with library_of(scratch / f"{name}-alone" / article, [articles[article]], encoder) as index:
            yield case_of(name, "one article", index, question, readers)


def _about(index: PassageIndex, question: SuiteQuestion) -> str:
    if question.evidence:
        return question.evidence[0].article_id
    vector = index.encoder.encode_query(question.question)
    return index.search(vector, question.question, Scope(), 1)[0].article.id


def case_of(name: str, library: str, index: PassageIndex, question: SuiteQuestion, readers: Sequence[Reader]) -> Case:
    """Measure a question as answering does."""
    asked = read_question(question.question)
    vector = index.encoder.encode_query(asked.text)
    candidates = index.search(vector, asked.text, Scope(as_of=question.as_of), CANDIDATES)
    reader = readers[fold_of(name, cluster_of(question, candidates))]
    found = extract_features(index, asked, vector, candidates, reader)
    return Case(name, library, question, found, labels_of(question, found.sentences))


def fit(cases: Sequence[Case], without: frozenset[str], threshold: float) -> Calibration:
    """Return the regressions over all inputs but some; each library's questions weigh the same together."""
    cases = [case for case in cases if case.measured.sentences]
    share = _shares(cases)
    names = [name for name in SENTENCE if name not in without]
    rows, labels, weights = [], [], []
    for case, weight in zip(cases, share, strict=True):
        table = np.column_stack([case.measured.inputs[name] for name in names])
        looked = _looked_at(case)
        rows.append(table[looked])
        labels.append(case.labels[looked])
        weights.append(np.full(len(looked), weight))
    sentence = _logistic(names, np.concatenate(rows), np.concatenate(labels), np.concatenate(weights))
    names = [name for name in ANSWERED if name not in without]
    views = [question_inputs(case.measured, sentence.log_odds(case.measured.inputs)) for case in cases]
    table = np.array([[float(view[name]) for name in names] for view in views])
    answerable = np.array([float(case.question.answerable) for case in cases])
    return Calibration(sentence, _logistic(names, table, answerable, np.array(share)), threshold)


def _looked_at(case: Case) -> Matrix:
    likely = case.measured.inputs["read"] + 8 * case.measured.inputs["similarity"]
    first = np.argsort(-likely, kind="stable")[:_LOOKED_AT]
    return np.union1d(first, np.flatnonzero(case.labels))


def _shares(cases: Sequence[Case]) -> list[float]:
    sizes: dict[tuple[str, str], int] = {}
    for case in cases:
        sizes[case.suite, case.library] = sizes.get((case.suite, case.library), 0) + 1
    return [len(cases) / len(sizes) / sizes[case.suite, case.library] for case in cases]


def _logistic(names: Sequence[str], rows: Matrix, labels: Matrix, weights: Matrix) -> Logistic:
    """Fit by Newton's steps on standardised inputs, with a small ridge."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    table = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    ridge = np.diag([_PENALTY * weights.sum() / len(names) / 10] * len(names) + [0.0])
    found = np.zeros(len(names) + 1)
    for _ in range(30):
        p = sigmoid(table @ found)
        slope = table.T @ (weights * (labels - p)) - ridge @ found
        curve = (table * (weights * p * (1 - p))[:, None]).T @ table + ridge
        found += np.linalg.solve(curve, slope)
    raw = found[:-1] / scale
    return Logistic(dict(zip(names, raw.tolist(), strict=True)), float(found[-1] - raw @ mean))


# --- the report ---


_TITLE = """# The reader and its calibration

`make reader` trains the reader, fits the calibration, and writes this page. Each suite is judged by regressions that
were fitted on the other suites, and read by a reader that has seen none of its articles: the reader is trained on two
halves of the articles of gold, plain, wikinews and clapnq-dev in turn, and never on typed and squad2-dev. "First by
similarity" is the simplest thing that could work: the sentence of the highest mean of its own and its passage's cosine.
"""


def report(cases: Sequence[Case], own: Calibration) -> str:
    """Return the page: a table of each library, judged by regressions fitted without its suite, and the weights."""
    threshold = own.threshold
    cases = [case for case in cases if case.measured.sentences]
    rows = []
    for suite in dict.fromkeys(case.suite for case in cases):
        calibration = fit([case for case in cases if case.suite != suite], frozenset(), threshold)
        for library in dict.fromkeys(case.library for case in cases if case.suite == suite):
            some = [case for case in cases if (case.suite, case.library) == (suite, library)]
            rows.append([suite, library, str(len(some)), *map(number, _row(some, calibration))])
    head = [
        *("suite", "library", "questions", "right first", "first by similarity", "F1, nothing declined", "AUROC"),
        *("AUROC by similarity", "calibration error", "given to unanswerable", "over-refusal", "words marked, F1"),
    ]
    weights = [["regression", "input", "weight"]]
    for name, each in (("sentence", own.sentence), ("answered", own.answered)):
        weights += [[name, key, f"{w:.3f}"] for key, w in {**each.weights, "bias": each.bias}.items()]
    declines = f"A question is declined below {threshold:.2f}."
    return "\n".join([_TITLE, *md_table([head, *rows]), "", declines, "", *md_table(weights), ""])


def _row(cases: Sequence[Case], calibration: Calibration) -> list[float]:
    scores = [calibration.sentence.log_odds(case.measured.inputs) for case in cases]
    views = [question_inputs(case.measured, each) for case, each in zip(cases, scores, strict=True)]
    sure = [float(sigmoid(calibration.answered.log_odds(view))) for view in views]
    known = [case.question.answerable for case in cases]
    yes = [n for n, answerable in enumerate(known) if answerable]
    given = [n for n, p in enumerate(sure) if p >= calibration.threshold]
    marked = [_marked_f1(cases[n], int(scores[n].argmax())) for n in yes if cases[n].question.answers]
    quoted = [_citation_f1(cases[n], chosen(scores[n])) for n in yes]
    return [
        float(np.mean([cases[n].labels[int(scores[n].argmax())] for n in yes])),
        float(np.mean([cases[n].labels[int(_similarity(cases[n]).argmax())] for n in yes])),
        float(np.mean(quoted)),
        auroc(Outcomes(sure, known).tally()),
        auroc(Outcomes([float(view["similarity"]) for view in views], known).tally()),
        calibration_error(Outcomes(sure, known).tally()),
        sum(not known[n] for n in given) / max(1, len(given)),
        sum(sure[n] < calibration.threshold for n in yes) / max(1, len(yes)),
        float(np.mean(marked or [np.nan])),
    ]


def _similarity(case: Case) -> Matrix:
    return case.measured.inputs["similarity"] + case.measured.inputs["chunk_similarity"]


def _marked_f1(case: Case, best: int) -> float:
    """Return the token F1 of the words marked in the likeliest sentence, against the accepted answers."""
    span = case.measured.spans[best]
    text = case.measured.sentences[best].text
    return token_f1(text[span.start : span.end], case.question.answers) if span else 0.0


def _citation_f1(case: Case, quoted: Sequence[int]) -> float:
    sentences = [case.measured.sentences[n] for n in quoted]
    return citation_agreement([GoldSpan(s.article.id, s.start, s.end) for s in sentences], case.question).f1


def chosen(log_odds: Matrix) -> list[int]:
    """Return the sentences that would be quoted."""
    order = np.argsort(-log_odds, kind="stable")
    return [int(n) for n in order[: how_many(sigmoid(log_odds[order]))]]


if __name__ == "__main__":
    sys.exit(main())
