"""Whether citations support the sentences that they stand behind, as ALCE measures it (Gao et al. 2023).

Recall is the share of an answer's sentences whose cited text together supports them; a sentence without a citation
counts 0. Precision is the share of citations that are right: one is wrong when its sentence is unsupported, or when it
alone does not support and the others still do.

Support is what Footnote's own verifier says. A verbatim answer has it by construction, so these measures are read
beside the headline, never in its place.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from footnote.corpus.article import Article
from footnote.corpus.settings import Settings
from footnote.index.embedding.encoder import Encoder, Vectors
from footnote.index.embedding.minilm import open_encoder
from footnote.qa.answer import Answer, AnswerSentence, Quote
from footnote.qa.llm.verify import ClaimVerifier, QueryEncoder, WordRelation
from footnote.qa.rank.candidates import Sentence

CONFIRMED = ("verbatim", "supported")

Supports = Callable[[AnswerSentence, tuple[int, ...]], bool]
"""Tells whether the citations of these numbers together support a sentence."""


@dataclass(frozen=True, slots=True)
class Support:
    """What was counted in one answer: sentences, those that are supported, citations, and those that are right.

    A citation that two sentences share is counted with each.
    """

    sentences: int
    supported: int
    citations: int
    right: int

    @property
    def recall(self) -> float:
        """ALCE's citation recall, 0 to 1; 0 for an answer without a sentence."""
        return self.supported / self.sentences if self.sentences else 0.0

    @property
    def precision(self) -> float:
        """ALCE's citation precision, 0 to 1; 0 for an answer without a citation."""
        return self.right / self.citations if self.citations else 0.0


def support_of(sentences: Iterable[AnswerSentence], supports: Supports) -> Support:
    """Count what is supported and which citations are right."""
    total = supported = citations = right = 0
    for sentence in sentences:
        cited = tuple(dict.fromkeys(sentence.citations))
        held = bool(cited) and supports(sentence, cited)
        total, citations = total + 1, citations + len(cited)
        if held:
            supported += 1
            right += sum(needed(sentence, n, cited, supports) for n in cited)
    return Support(total, supported, citations, right)


def needed(sentence: AnswerSentence, n: int, cited: tuple[int, ...], supports: Supports) -> bool:
    """Return whether a citation of a supported sentence is right: it supports alone, or the others do not suffice."""
    others = tuple(m for m in cited if m != n)
    return not others or supports(sentence, (n,)) or not supports(sentence, others)


def verifier(answer: Answer, articles: Mapping[str, Article], encoder: QueryEncoder) -> Supports:
    """Return what tells whether an answer's citations support a sentence.

    All citations of a sentence together have the verdict that the answer gives it. Fewer are checked anew, as the
    answer's were: they support it when one of them holds its words, or `qa.llm.verify` confirms it by them alone.
    """
    sources = {citation.n: citation.source for citation in answer.citations}

    def supports(sentence: AnswerSentence, cited: tuple[int, ...]) -> bool:
        if set(cited) == set(sentence.citations):
            return sentence.verdict in CONFIRMED
        known = [sources[n] for n in cited if n in sources]
        if any(folded(sentence.text) in folded(source.quote) for source in known):
            return True
        offered = [as_sentence(source, articles) for source in known]
        confirmer = ClaimVerifier(answer.standalone_question, offered, WordRelation(encoder))
        return bool(known) and confirmer.confirm(sentence.text, range(1, len(known) + 1)).verdict in CONFIRMED

    return supports


def folded(text: str) -> str:
    """Return text with single spaces."""
    return " ".join(text.split())


def as_sentence(source: Quote, articles: Mapping[str, Article]) -> Sentence:
    """Return a cited span as the verifier takes it; what ranks sentences is not read there."""
    article = articles.get(source.article_id) or Article(source.article_id, "")
    return Sentence(article, source.version, source.start, source.end, source.quote, 0, 0, 0, 0.0)


@dataclass
class LazyEncoder:
    """The embedding model of some settings, loaded when it is first asked: most answers are verified without it."""

    settings: Settings

    @cached_property
    def encoder(self) -> Encoder:
        """The model; raises ModelError when it cannot be used."""
        return open_encoder(self.settings.model, self.settings.allow_download)

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a text, shape (d,); raise ModelError when the model cannot be used."""
        return self.encoder.encode_query(text)
