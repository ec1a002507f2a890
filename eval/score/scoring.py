"""Score one question: every measure that applies to it, each with its reason, and where it went wrong.

A question that failed to run is scored as neither answered nor rightly declined, so it never helps.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from footnote.corpus.article import Article
from footnote.eval.record import Record, Score, Spans, Stage, Status
from footnote.eval.score import measures
from footnote.eval.score.retrieval import article_measures, passage_measures
from footnote.eval.score.support import support_of, verifier
from footnote.eval.subject import Answered
from footnote.eval.suite import GoldSpan, SuiteQuestion
from footnote.qa.answer import Answer, Quote
from footnote.qa.events import RankedPassage
from footnote.qa.llm.verify import QueryEncoder

WRITTEN = "llm:"
"""What the name of an answerer begins with where a language model wrote."""


def score_trace(
    question: SuiteQuestion, trace: Answered, articles: Mapping[str, Article], encoder: QueryEncoder
) -> Record:
    """Return the record of a question that was answered or declined; ``encoder`` is what verifying may need."""
    answer = trace.answer
    cited = [citation.source for citation in answer.citations]
    spans = [tuple(map(span_of, found)) for found in (cited, trace.draft, trace.passages)]
    said = json.loads(answer.to_json())
    del said["timings_ms"]
    return record_of(
        question,
        answer.status,
        support_scores(answer, articles, encoder) | answer_scores(question, answer),
        *spans,
        confidence=round(answer.confidence, 6),
        answer=said,
        stage=failed_stage(question, answer.status, *spans),
        violations=tuple(violations(answer, articles)),
    )


def score_failure(question: SuiteQuestion, error: Exception) -> Record:
    """Return the record of a question that raised an error: nothing found, nothing said, all of it wrong."""
    said = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return record_of(question, "failed", answer_scores(question, None), confidence=0.0, stage="error", error=said)


def record_of(
    question: SuiteQuestion,
    status: Status,
    of_words: dict[str, Score],
    cited: Spans = (),
    draft: Spans = (),
    passages: Spans = (),
    **fields: Any,  # noqa: ANN401 - those of a record
) -> Record:
    """Return the record of a question: ``of_words`` are the scores of what was said, to which the others are added."""
    scores = outcome_scores(question, status) | of_words
    if question.answerable and question.evidence:
        scores |= gold_scores(question, status, cited, draft) | retrieval_scores(question, passages)
    return Record(
        id=question.id,
        question=question.question,
        answerable=question.answerable,
        status=status,
        cluster=question.cluster,
        tags=question.tags,
        accepted=question.answers,
        gold=question.evidence,
        cited=cited,
        draft=draft,
        passages=passages,
        scores=scores,
        **fields,
    )


def span_of(quote: Quote | RankedPassage | GoldSpan) -> GoldSpan:
    """Return where a quote or a passage stands."""
    return GoldSpan(quote.article_id, quote.start, quote.end)


def outcome_scores(question: SuiteQuestion, status: Status) -> dict[str, Score]:
    """Score whether answering, or declining, was right."""
    answered, abstained = float(status == "answered"), float(status == "abstained")
    reason = f"{'answerable' if question.answerable else 'not answerable'}, {status}"
    values = {"answered": answered}
    if question.answerable:
        values["over_refusal"] = 1 - answered
    else:
        values |= {"right": abstained, "wrong_on_unanswerable": answered, "abstain_recall": abstained}
    if status != "failed":
        values["wrong_share" if answered else "abstain_precision"] = float(not question.answerable)
    return {name: Score(value, reason) for name, value in values.items()}


def support_scores(answer: Answer, articles: Mapping[str, Article], encoder: QueryEncoder) -> dict[str, Score]:
    """Score how far the citations support the sentences, as ALCE does, where a language model wrote them.

    The articles' own sentences have that support by construction, which says nothing.
    """
    if answer.status != "answered" or not answer.sentences or not answer.answerer.startswith(WRITTEN):
        return {}
    found = support_of(answer.sentences, verifier(answer, articles, encoder))
    return {
        "alce_recall": Score(found.recall, f"{found.supported} of {found.sentences} sentences supported"),
        "alce_precision": Score(found.precision, f"{found.right} of {found.citations} citations right and needed"),
    }


def answer_scores(question: SuiteQuestion, answer: Answer | None) -> dict[str, Score]:
    """Score the answer's words against the accepted answers; an abstention, or a failure, has none of them right."""
    if not question.answerable or not question.answers:
        return {}
    if answer is None or answer.status != "answered":
        reason = "abstained" if answer else "the question failed"
        return dict.fromkeys(("exact_match", "token_f1", "answer_in_quote"), Score(0.0, reason))
    said = " ".join(sentence.text for sentence in answer.sentences)
    inside = measures.answer_in_quotes((citation.source.quote for citation in answer.citations), question.answers)
    where = "an accepted answer stands in a cited quote" if inside else "no cited quote holds one"
    return {
        "exact_match": Score(measures.exact_match(said, question.answers), "the whole answer against each accepted"),
        "token_f1": Score(measures.token_f1(said, question.answers), "the closest of the accepted answers"),
        "answer_in_quote": Score(inside, where),
    }


def gold_scores(question: SuiteQuestion, status: Status, cited: Spans, draft: Spans) -> dict[str, Score]:
    """Score the citations, and the draft's, against the gold quotes."""
    sentences, articles = measures.citation_agreement(cited, question), measures.article_agreement(cited, question)
    answered = agreement_scores("citation", sentences, "sentence") | agreement_scores("article", articles, "article")
    of_sentences, of_articles = (
        answered[name].reason if status == "answered" else status for name in ("citation_f1", "article_f1")
    )
    scores = {
        "right": Score(float(sentences.right > 0), of_sentences),
        "citation_f1_all": Score(sentences.f1, of_sentences),
        "article_f1_all": Score(articles.f1, of_articles),
    }
    if status == "answered":
        scores |= answered
    first = any(item.hit_by(span) for span in draft[:1] for item in question.evidence)
    scores["right_first"] = Score(float(first), "the sentence that would be quoted first")
    return scores | agreement_scores("draft", measures.citation_agreement(draft, question), "sentence")


def agreement_scores(prefix: str, found: measures.Agreement, unit: str) -> dict[str, Score]:
    """Return precision, recall and F1 under one prefix."""
    cited = f"{found.right} of {found.cited} cited {unit}s right"
    gold = f"{found.found} of {found.gold} gold {unit}s found"
    return {
        f"{prefix}_precision": Score(found.precision, cited),
        f"{prefix}_recall": Score(found.recall, gold),
        f"{prefix}_f1": Score(found.f1, f"{cited}; {gold}"),
    }


def retrieval_scores(question: SuiteQuestion, passages: Spans) -> dict[str, Score]:
    """Score the ranking of articles and of passages."""
    first = next((rank for rank, p in enumerate(passages, 1) if any(e.hit_by(p) for e in question.evidence)), None)
    reason = f"first gold passage at {first}" if first else f"no gold among {len(passages)} passages"
    levels = {"article": article_measures, "passage": passage_measures}
    found = {level: measured(passages, question.evidence) for level, measured in levels.items()}
    return {
        f"{level}_{name}": Score(value, reason) for level, values in found.items() for name, value in values.items()
    }


def failed_stage(question: SuiteQuestion, status: Status, *spans: Spans) -> Stage:
    """Name the first stage that lost the question; nothing when it was got right or cannot be judged."""
    if not question.answerable or not question.evidence:
        return "" if question.answerable == (status == "answered") else "abstention"
    cited, draft, passages = (measures.citation_agreement(found, question).right for found in spans)
    if cited:
        return ""
    if not passages:
        return "retrieval"
    if not draft:
        return "selection"
    return "abstention" if status == "abstained" else "verification"


def violations(answer: Answer, articles: Mapping[str, Article]) -> Iterable[str]:
    """Yield each promise that an answer breaks; there must never be one."""
    if answer.status == "abstained" and answer.citations:
        yield "an abstention with citations"
    for citation in answer.citations:
        source = citation.source
        article = articles.get(source.article_id)
        if article is None or article.version != source.version:
            yield f"citation {citation.n} does not resolve: {source.article_id}"
        elif article.text[source.start : source.end] != source.quote:
            yield f"citation {citation.n} is not verbatim"
    used = list(dict.fromkeys(n for sentence in answer.sentences for n in sentence.citations))
    listed = [citation.n for citation in answer.citations]
    if used != listed or listed != list(range(1, len(listed) + 1)):
        yield f"footnotes {used} in the text against citations {listed}"
