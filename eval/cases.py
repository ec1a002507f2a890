"""What the scorer is fitted from: the questions of some suites, answered up to the features of their sentences.

The halves named ``test`` are never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from corpus.article import Article
from corpus.found import Found
from corpus.settings import Settings
from eval.importers import write_suite
from eval.qamr import read_qamr
from eval.selection import Selection
from eval.suite import Question, Span, load_suite
from eval.typed import PART, read_typed
from eval.wikinews import read_wikinews
from index.encoder import Encoder
from index.passages import PassageIndex
from index.scope import Scope
from qa.evidence import Where
from qa.measured import encoded_question, measured
from qa.premise import doubt
from qa.question import Question as Asked
from qa.question import read_question
from qa.retriever import CANDIDATES
from qa.trees import Matrix

FOLDS = 5
FEW = ", few articles"
_FEW = (1, 2, 3, 5, 8)
"""How many articles a library of few may hold."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its sentences' features, shape (n, features), and which of them are evidence, shape (n,).

    ``weight`` and ``judged`` are its share of what its pool weighs; ``doubt`` is what its unknown names take from the
    log odds of an answer (`qa.premise`).
    """

    pool: str
    cluster: str
    answerable: bool
    features: Matrix
    labels: Matrix
    spans: tuple[Span, ...]
    question: Question
    weight: float = 1.0
    judged: float = 1.0
    doubt: float = 0.0

    @property
    def asked(self) -> Asked:
        """The question as it is read to answer it."""
        return read_question(self.question.question)

    @property
    def places(self) -> list[Where]:
        """Where each sentence stands."""
        return [(span.article_id, span.start) for span in self.spans]


@dataclass(frozen=True, slots=True)
class Pool:
    """A suite to fit from: how many of its questions at most, and what all of them together weigh.

    ``weight`` is for ranking sentences, ``judged`` for judging whether a question is answered. As many as ``again`` are
    asked a second time of libraries of few articles, and share the weight. With ``strangers``, the questions of that
    other suite are asked of this one's articles, which do not answer them. Pools over the same articles have one
    ``collection``, so that no article is in two folds.
    """

    name: str
    folder: Path
    sample: int
    weight: float
    judged: float
    half: str = ""
    again: int = 0
    strangers: Path | None = None
    collection: str = ""


def pools(shared: Path, scratch: Path) -> list[Pool]:
    """Return what to fit from; what is no suite is put into the form of one in ``scratch``."""
    training, squad = shared / "training" / "qamr", shared / "suites" / "squad2-dev"
    write_suite(read_qamr(training), scratch / "qamr")
    write_suite(read_wikinews(training), scratch / "wikinews")
    write_suite(read_typed(squad), scratch / "typed")
    own = Path(__file__).resolve().parent
    gold, plain = own / "gold", own / "plain"
    return [
        # over the same few articles, so together they weigh no more than another suite; when judging, questions in
        # other words than the articles' count more than the plain ones, or most of them would be declined
        Pool("gold-dev", gold, 10_000, 0.75, 1.0, half="dev", again=10_000, collection="briefs"),
        Pool("plain-dev", plain, 10_000, 0.75, 0.375, half="dev", again=10_000, collection="briefs"),
        # what people typed weighs most, then questions on news of all sorts in the asker's own words
        Pool("clapnq-dev", shared / "suites" / "clapnq-dev", 10_000, 2.0, 6.0, again=10_000),
        Pool("wikinews", scratch / "wikinews", 10_000, 1.2, 2.0, again=400, collection="qamr"),
        Pool("typed", scratch / "typed", 10_000, 0.5, 0.3, collection="squad2-dev"),
        # in the words of their articles, mostly, or written to mislead
        Pool("squad2-dev", squad, 900, 0.6, 1.0, again=250),
        Pool("qamr", scratch / "qamr", 900, 0.5, 0.7, again=250),
        Pool("far-off", gold, 200, 0.3, 0.3, strangers=shared / "suites" / "clapnq-dev", collection="briefs"),
        Pool("far-off-qamr", scratch / "qamr", 200, 0.3, 0.3, strangers=squad, collection="qamr"),
    ]


def collect(pool: Pool, scratch: Path, encoder: Encoder) -> Iterator[Case]:
    """Answer a pool's questions up to the features, over libraries of its own. Follow-ups are left out."""
    suite = load_suite(pool.folder)
    asked = load_suite(pool.strangers).questions if pool.strangers else suite.questions
    chosen = Selection(half=pool.half, sample=pool.sample).choose(asked)
    if pool.strangers:
        chosen = tuple(replace(question, answerable=False, evidence=(), answers=()) for question in chosen)
    questions = [question for question in chosen if not question.turns]
    whole = 0.5 if pool.again else 1.0
    with _library(scratch / pool.name, suite.articles, encoder) as index:
        index.derived.sync()
        cases = [
            _case(index, pool, question, whole * 1_000 / len(questions))
            for question in tqdm(questions, desc=pool.name, unit="", mininterval=5)
        ]
    yield from cases
    if not pool.again:
        return
    once_more = [case for case in cases[: pool.again] if len(_homes(case)) == 1]
    few = replace(pool, name=f"{pool.name}{FEW}", weight=pool.weight * (1 - whole), judged=pool.judged * (1 - whole))
    yield from _of_few(few, suite.articles, once_more, scratch / few.name, encoder)


def _of_few(
    pool: Pool, articles: Sequence[Article], cases: Sequence[Case], scratch: Path, encoder: Encoder
) -> Iterator[Case]:
    """Ask again of libraries of one article, or a few: what most has, and is rare, differs with a library's size."""
    at_home: dict[str, list[Case]] = {}
    for case in cases:
        at_home.setdefault(next(iter(_homes(case))), []).append(case)
    known = {article.id: article for article in articles}
    random = np.random.default_rng(0)
    left = [str(each) for each in random.permutation(sorted(at_home))]
    with tqdm(total=len(cases), desc=pool.name, unit="", mininterval=5) as bar:
        while left:
            held, left = left[: (size := int(random.choice(_FEW)))], left[size:]
            with _library(scratch / held[0], [known[each] for each in held], encoder) as index:
                for case in (case for each in held for case in at_home[each]):
                    again = _case(index, pool, case.question, 1_000 / len(cases))
                    yield replace(again, cluster=case.cluster)
                    bar.update()


def _homes(case: Case) -> set[str]:
    """Return the articles that hold a question's evidence; where there is none, the one that comes closest."""
    found = {evidence.article_id for gold in case.question.gold_sets for evidence in gold}
    return found or {span.article_id for span in case.spans[:1]}


@contextmanager
def _library(home: Path, articles: Iterable[Article], encoder: Encoder) -> Iterator[PassageIndex]:
    # not an engine, which would need the scorer that is made here
    index = PassageIndex(Settings(home), encoder)
    try:
        for _ in index.add(Found(article, named=True) for article in articles):
            pass
        yield index
    finally:
        index.close()


def _case(index: PassageIndex, pool: Pool, question: Question, share: float) -> Case:
    asked = read_question(question.question)
    encoded = encoded_question(index.encoder, asked)
    candidates = index.search(encoded.chunk, asked.text, Scope(as_of=question.as_of), CANDIDATES)
    found = measured(index, asked, encoded, candidates)
    spans = tuple(Span(s.article.id, s.start, s.end) for s in found.sentences)
    labels = [any(evidence.hit_by(span) for evidence in question.evidence) for span in spans]
    cluster = question.cluster if question.evidence else f"article {spans[0].article_id if spans else ''}"
    features = found.features.astype(np.float64)
    return Case(
        pool.name,
        f"{pool.collection or pool.name} {cluster.partition(PART)[0]}",
        question.answerable,
        features,
        np.array(labels, float),
        spans,
        question,
        pool.weight * share,
        pool.judged * share,
        doubt(asked, found.frequencies),
    )


def folds_of(cases: Sequence[Case], cut: int = 0) -> list[int]:
    """Return each case's fold: all cases of one article are in the same. Another ``cut`` makes other folds."""
    clusters = sorted({case.cluster for case in cases})
    order = np.random.default_rng(cut).permutation(len(clusters))
    fold_of = {cluster: int(order[n]) % FOLDS for n, cluster in enumerate(clusters)}
    return [fold_of[case.cluster] for case in cases]


def citation_f1(case: Case, chosen: Iterable[int]) -> float:
    """Return citation F1 over the best of the gold sets, 0 to 1."""
    spans = [case.spans[n] for n in chosen]
    best = 0.0
    for gold in case.question.gold_sets:
        right = sum(any(evidence.hit_by(span) for evidence in gold) for span in spans)
        found = sum(any(evidence.hit_by(span) for span in spans) for evidence in gold)
        if right and found:
            precision, recall = right / len(spans), found / len(gold)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best
