"""The engine under test, as a :class:`~eval.subject.Subject`, and the simplest answerers beside it.

Those quote the best sentence, or the best three, by similarity alone: what all else is worth is the difference. A
sentence's score is the mean of the cosines of its chunk and of its own late-pooled vector with the question; the
highest is the confidence, and nothing is ever declined. They read the candidates that the engine has read, so that they
cost one more pass of the question through the embedding model.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.eval.subject import Answered, Opener
from footnote.eval.suite import GoldSpan, SuiteQuestion
from footnote.index.passages import Added, Candidate, PassageIndex
from footnote.index.search.scope import Scope
from footnote.qa.answer import Answer, AnswerSentence, Citation
from footnote.qa.engine import Engine
from footnote.qa.rank.candidates import Sentence, sentences_of
from footnote.qa.retriever import PassageNode, ScopedQuery

THREE, ONE = "simplest-three", "simplest-one"
SIMPLEST: Mapping[str, int] = {THREE: 3, ONE: 1}
"""How many sentences each of the simplest answerers quotes."""

Scored = tuple[float, Sentence]


class EngineSubject:
    """A Footnote engine on the library in ``settings.home``, which is made if need be."""

    def __init__(self, settings: Settings) -> None:
        self.engine = Engine.open(settings)

    def add(self, articles: Iterable[Article]) -> Iterator[Added]:
        """Store articles, yielding each as it is stored."""
        yield from self.engine.add_many(articles)

    def answer(self, question: SuiteQuestion) -> Answered:
        """Answer one question of a suite, after the turns before it."""
        scope = Scope(as_of=question.as_of)
        history = tuple(self.engine.history(question.turns, scope))
        query = ScopedQuery(question.question, scope=scope, answer_id=question.id, history=history)
        found, nodes = self.engine.query_engine.final_answer(query)
        candidates = [each.node.candidate for each in nodes if isinstance(each.node, PassageNode)]
        baselines = partial(simplest, self.engine.index, found.answer, candidates)
        return Answered(found.answer, found.selected, found.passages, baselines)

    def stored_text(self, article_id: str) -> str:
        """Return an article's text as it was stored; raise NotFoundError when there is none."""
        return str(self.engine.library.article(article_id).text)

    def describe(self) -> Mapping[str, object]:
        """Return what answers depend on: each model and its digest, chunking, threshold."""
        return dict(self.engine.describe())

    def digest(self) -> str:
        """Return the digest of what is stored."""
        return str(self.engine.library.digest())

    def close(self) -> None:
        """Let go of files and locks."""
        self.engine.close()


open_engine: Opener = EngineSubject


@contextmanager
def engine_over(articles: Iterable[Article]) -> Iterator[EngineSubject]:
    """Open an engine over some articles, in a library of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, closing(EngineSubject(Settings(Path(folder)))) as subject:
        for _ in subject.add(articles):
            pass
        yield subject


def simplest(index: PassageIndex, asked: Answer, candidates: Sequence[Candidate]) -> dict[str, Answered]:
    """Return what each of :data:`SIMPLEST` says to the question that was ``asked``, out of the candidates read."""
    vector = index.encoder.encode_query(asked.standalone_question)
    ranked = by_similarity(sentences_of(candidates, vector, index.text), candidates)
    passages = in_order_of(ranked, candidates)
    return {
        name: Answered(answer_of(asked, ranked[:count], name), [s.quote() for _, s in ranked[:count]], passages)
        for name, count in SIMPLEST.items()
    }


def by_similarity(sentences: Iterable[Sentence], candidates: Sequence[Candidate]) -> list[Scored]:
    """Return each sentence once with its score, best first; one that two chunks hold has the better score."""
    best: dict[tuple[str, int], Scored] = {}
    for sentence in sentences:
        score = (sentence.similarity + candidates[sentence.passage].similarity) / 2
        if sentence.where not in best or score > best[sentence.where][0]:
            best[sentence.where] = score, sentence
    return sorted(best.values(), key=lambda item: (-item[0], item[1].where))


def in_order_of(ranked: Sequence[Scored], candidates: Sequence[Candidate]) -> list[GoldSpan]:
    """Return the passages in the order of their best sentences, then those whose sentences others hold, too."""
    order = dict.fromkeys([*(sentence.passage for _, sentence in ranked), *range(len(candidates))])
    chunks = (candidates[n].chunk for n in order)
    return [GoldSpan(chunk.article_id, chunk.start, chunk.end) for chunk in chunks]


def answer_of(asked: Answer, best: Sequence[Scored], name: str) -> Answer:
    """Return the answer that quotes some sentences; it declines where there is none."""
    return Answer(
        id=asked.id,
        question=asked.question,
        standalone_question=asked.standalone_question,
        status="answered" if best else "abstained",
        confidence=min(1.0, max(0.0, best[0][0])) if best else 0.0,
        sentences=tuple(AnswerSentence(sentence.text, (n,)) for n, (_, sentence) in enumerate(best, start=1)),
        citations=tuple(Citation(n, sentence.quote()) for n, (_, sentence) in enumerate(best, start=1)),
        answerer=name,
        library=asked.library,
    )
