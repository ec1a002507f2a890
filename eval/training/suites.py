"""The development suites as training and calibration see them: passages that a library puts forward for each question.

Half of the articles (of everyday, a twelfth) are kept from this, with all questions over them, so that the reader is
calibrated and judged on what it has not seen; everyday's passages it has read before, with other questions. Nothing
here reads a suite that is kept blind.
"""

import hashlib
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from footnote.corpus.article import Article
from footnote.corpus.result import SourcedArticle
from footnote.corpus.settings import Settings
from footnote.eval.suite import GoldSpan, Suite, SuiteQuestion, load_suite
from footnote.eval.training.everyday import OVER, everyday_rows, read_everyday
from footnote.eval.training.questions import TrainingQuestion, near_passages
from footnote.eval.training.typed import PART, read_typed
from footnote.eval.training.wikinews import read_wikinews
from footnote.index.embedding.encoder import Encoder, Vectors
from footnote.index.passages import Candidate, PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.interpret.question import read_question
from footnote.qa.rank.candidates import Sentence, sentences_of
from footnote.qa.rank.reader import Matrix
from footnote.qa.retriever import CANDIDATES

Item = TypeVar("Item")

ADAPTED = ("wikinews", "clapnq-dev", "gold", "plain")
"""The suites that the reader is adapted to, half of each."""
_OWN = Path(__file__).resolve().parent.parent
_PASSAGES = 3
"""So many passages are read of each question, those that answer among them."""
_KEPT = {"everyday": 12}
"""One article in so many is kept from adapting; of a suite in `ADAPTED`, one in two, and of others all."""
_OTHERS = 4
"""One answered question of everyday in so many is read with a near passage of another, too."""


def suites(shared: Path) -> dict[str, Suite]:
    """Return the development suites by name."""
    squad = shared / "suites" / "squad2-dev"
    return {
        "wikinews": read_wikinews(shared / "training" / "qamr"),
        "clapnq-dev": load_suite(shared / "suites" / "clapnq-dev"),
        "gold": load_suite(_OWN / "gold"),
        "plain": load_suite(_OWN / "plain"),
        "typed": read_typed(squad),
        "everyday": read_everyday(shared / "training"),
        "squad2-dev": load_suite(squad),
    }


def asked_alone(suite: Suite) -> list[SuiteQuestion]:
    """Return a suite's questions without follow-ups."""
    return [question for question in suite.questions if not question.turns]


def kept_apart(suite: str, cluster: str) -> bool:
    """Tell whether an article's questions are not adapted to; gold and plain are over the same articles."""
    collection = "briefs" if suite in ("gold", "plain") else suite
    key = f"{collection} {cluster.partition(PART)[0]}"
    share = _KEPT.get(suite, 2 if suite in ADAPTED else 1)
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % share == 0


def cluster_of(question: SuiteQuestion, candidates: Sequence[Candidate]) -> str:
    """Return the article that a question is about: that of its evidence, else the one it is over, or the nearest."""
    if question.evidence:
        return question.cluster
    said = [tag.removeprefix(OVER) for tag in question.tags if tag.startswith(OVER)]
    return f"article {said[0] if said else candidates[0].article.id if candidates else ''}"


@contextmanager
def library_of(home: Path, articles: Iterable[Article], encoder: Encoder) -> Iterator[PassageIndex]:
    """Open a library of some articles; it is made once for a ``home``, and again for other articles."""
    articles, mark = list(articles), home / "made"
    digest = digest_of(articles)
    if not mark.exists() or mark.read_text("utf-8") != digest:
        shutil.rmtree(home, ignore_errors=True)
    with closing(PassageIndex(Settings(home), encoder)) as index:
        if not mark.exists():
            list(index.add(SourcedArticle(article, named=True) for article in articles))
            mark.write_text(digest, "utf-8")
        yield index


def query(index: PassageIndex, question: SuiteQuestion) -> tuple[Vectors, str, Scope]:
    """Return what a library is searched by for a question: its vector, its words, and its day."""
    text = read_question(question.question).text
    return index.encoder.encode_query(text), text, Scope(as_of=question.as_of)


def remembered(file: Path, make: Callable[[], Iterable[Item]]) -> list[Item]:
    """Return what ``make`` gave when it was first asked; it takes long, and is kept in a file of our own."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(list(make())))
    items: list[Item] = pickle.loads(file.read_bytes())
    return items


def digest_of(items: Iterable[object]) -> str:
    """Return what tells some items, by all that they hold, from others."""
    return hashlib.sha256("\n".join(map(repr, items)).encode("utf-8", "surrogatepass")).hexdigest()


def labels_of(question: SuiteQuestion, sentences: Sequence[Sentence]) -> Matrix:
    """Return 1 for each sentence that is evidence, shape (n,)."""
    spans = [GoldSpan(s.article.id, s.start, s.end) for s in sentences]
    return np.array([any(each.hit_by(span) for each in question.evidence) for span in spans], dtype=np.float64)


def adapting(found: Mapping[str, Suite], encoder: Encoder, scratch: Path) -> Iterator[TrainingQuestion]:
    """Yield the passages that the suites to adapt to show."""
    for name in ADAPTED:
        suite = found[name]
        with library_of(scratch / f"{name}-library", suite.articles, encoder) as index:
            for question in tqdm(asked_alone(suite), desc=name, unit="", mininterval=10):
                vector, text, scope = query(index, question)
                candidates = index.search(vector, text, scope, CANDIDATES)
                if not kept_apart(name, cluster_of(question, candidates)):
                    sentences = sentences_of(candidates, vector, index.text)
                    yield from _passages(question, sentences, labels_of(question, sentences))


def adapting_everyday(training: Path) -> list[TrainingQuestion]:
    """Return everyday's questions with their own passages, and some with another that is near and does not answer."""
    rows = [row for row in everyday_rows(training) if not kept_apart("everyday", f"article {row.source}")]
    answered = [row for row in rows if row.evidence]
    near = near_passages(answered[::_OTHERS], rows)
    return [*rows, *(others[0] for others in near if others)]


def _passages(question: SuiteQuestion, sentences: Sequence[Sentence], labels: Matrix) -> Iterator[TrainingQuestion]:
    """Yield the best passage that answers, and the best of those that do not, `_PASSAGES` in all."""
    of_passage: dict[int, list[int]] = {}
    for n, sentence in enumerate(sentences):
        of_passage.setdefault(sentence.passage, []).append(n)
    answering = [own for own in of_passage.values() if labels[own].any()]
    others = [own for own in of_passage.values() if not labels[own].any()]
    for own in [*answering[:1], *others][:_PASSAGES]:
        texts = tuple(sentences[n].text for n in own)
        evidence = frozenset(k for k, n in enumerate(own) if labels[n])
        if not evidence and any(answer.lower() in " ".join(texts).lower() for answer in question.answers):
            continue  # it may answer, too
        answers = (question.answers or None) if evidence else ()
        title = sentences[own[0]].article.title
        yield TrainingQuestion(question.question, title, texts, evidence, answers, "suite")
