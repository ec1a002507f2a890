"""One answer as HTML, with all that a reader must know to rely on it; or an abstention with the nearest passages.

A footnote is a button with its article, version and span in ``data-`` attributes; ``page.js`` reads them. The
text of a sentence is only ever text: a ``[7]`` in an article stays as it is and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footnote.index.search.query_words import content_words
from footnote.page import strings
from footnote.page.chat.clipboard import doubt
from footnote.page.desk.answer_shapes import shaped
from footnote.page.markup import Html, h, join, reference
from footnote.qa.answer import Answer, AnswerSentence, Citation, Disagreement, Quote, Side, Verdict
from footnote.qa.text.mentions import speaker

NONE = Html("")
_JOINER = "\u2060"
"""Keeps a footnote on the line where its sentence ends."""

_SURE, _LIKELY = 0.85, 0.6


def answered(answer: Answer, actions: Html = NONE) -> Html:
    """Return an answer: notices, sentences, what the articles do not agree on, sources, and what can be done."""
    return join(
        [
            *_notices(answer),
            body(answer),
            *(_disagreement(each, answer) for each in answer.disagreements),
            _sources(answer.citations),
            _summary(answer),
            actions,
        ]
    )


def so_far(answer: Answer) -> Html:
    """Return what there is of an answer that is still being made."""
    return join([*_notices(answer), body(answer)])


def body(answer: Answer) -> Html:
    """Return the sentences with their footnotes, in the shape that the question asks for."""
    cited = {citation.n: citation for citation in answer.citations}
    written = [_sentence(each, cited) for each in answer.sentences]
    return shaped(answer, written)


def abstention(answer: Answer, actions: Html = NONE, instead: Sequence[str] = ()) -> Html:
    """Return what is missing, the passages that come nearest, what can be asked ``instead``, and what can be done."""
    reason = answer.missing or strings.NO_ANSWER_TEXT
    passages = [_passage(quote, n) for n, quote in enumerate(answer.nearest, 1)] if comes_near(answer) else []
    about, listed = h.p(strings.NEAREST_TEXT, class_="fn-quiet"), h.ol(*passages, class_="fn-passages")
    nearest = h.details(h.summary(strings.NEAREST), about, listed, class_="fn-nearest", open=True)
    return join(
        [
            *_notices(answer),
            h.p(strings.NO_ANSWER, class_="fn-none"),
            h.p(reason, class_="fn-reason", dir="auto"),
            offered(strings.INSTEAD, instead),
            nearest if passages else "",
            actions,
        ]
    )


def comes_near(answer: Answer) -> bool:
    """Tell whether the nearest passages of an abstention share a word with the question, and not a year alone."""
    asked = {word for word in content_words(answer.standalone_question) if not word.isdigit()}
    return any(asked & set(content_words(f"{quote.title} {quote.quote}")) for quote in answer.nearest)


def offered(title: str, questions: Sequence[str]) -> Html:
    """Return questions that can be asked by pressing them."""
    buttons = [h.li(h.button(question, data_do="ask", data_question=question)) for question in questions]
    return join([h.h3(title), h.ul(*buttons, class_="fn-suggestions")]) if buttons else NONE


def percent(confidence: float) -> int:
    """Return a probability in whole per cent, never 0 or 100: nothing here is certain."""
    return min(99, max(1, round(100 * confidence)))


def _notices(answer: Answer) -> list[Html]:
    return [h.p(notice, class_="fn-notice", dir="auto") for notice in answer.notices]


def _sentence(sentence: AnswerSentence, cited: dict[int, Citation]) -> Html:
    doubted = doubt(sentence)
    markers = [_marker(cited[n], sentence.verdict) for n in sentence.citations if n in cited]
    looks = "fn-sentence fn-unsure" if doubted else "fn-sentence"
    words = h.span(*_marked(sentence), class_=looks, dir="auto")
    return join([words, *markers, h.span(doubted, class_="fn-doubt", dir="auto") if doubted else ""])


def _marked(sentence: AnswerSentence) -> Iterator[Html]:
    """Yield a sentence's text with the words that answer marked; spans that overlap or lie outside are not."""
    at = 0
    for start, end in sorted(sentence.marks):
        if at <= start < end <= len(sentence.text):
            yield h.span(sentence.text[at:start])
            yield h.mark(sentence.text[start:end])
            at = end
    yield h.span(sentence.text[at:])


def _marker(citation: Citation, verdict: Verdict) -> Html:
    label = strings.FOOTNOTE_LABEL.format(n=citation.n, source=_described(citation.source))
    target = _target("footnote", citation.n, citation.source)
    said = strings.VERDICTS[verdict]
    return h.sup(_JOINER, h.button(str(citation.n), class_="fn-cite", data_verdict=said, aria_label=label, **target))


def _target(kind: str, n: int, quote: Quote) -> dict[str, str | int]:
    """Return the attributes by which ``page.js`` opens a passage and shows its card."""
    return {
        "data_do": "open",
        "data_kind": kind,
        "data_n": n,
        "data_article": quote.article_id,
        "data_version": quote.version,
        "data_start": quote.start,
        "data_end": quote.end,
        "data_quote": quote.quote,
        "data_source": _described(quote),
    }


def _described(quote: Quote) -> str:
    """Return publisher and date, or the best name there is."""
    return reference(quote.publisher, quote.published) or quote.title or quote.article_id


def _disagreement(dispute: Disagreement, answer: Answer) -> Html:
    """Return a table of what the articles do not agree on; what a newer value replaced is folded behind it."""
    title = strings.DISAGREEMENT[dispute.kind].format(about=dispute.about)
    cited = {citation.n: citation.source for citation in answer.citations}
    rows = [_side(side, cited.get(side.citation)) for side in dispute.sides]
    shown = [_values(rows)]
    if dispute.kind == "later update":
        newest, *older = reversed(rows)
        count = h.summary(strings.plural(strings.OLDER_VALUES, len(older)))
        shown = [_values([newest]), h.details(count, _values(older), class_="fn-older")]
    return h.section(h.h3(title, dir="auto"), *shown, class_="fn-dispute", aria_label=title)


def _values(rows: Sequence[Html]) -> Html:
    heads = [h.th(words, scope="col") for words in strings.SIDE_COLUMNS]
    return h.table(h.thead(h.tr(*heads)), h.tbody(*rows))


def _side(side: Side, source: Quote | None) -> Html:
    date = strings.date(side.published) if side.published else strings.UNDATED
    who = (speaker(source.quote) or source.publisher or source.title or source.article_id) if source else ""
    return h.tr(
        h.th(side.value, scope="row", dir="auto"), h.td(who, dir="auto"), h.td(date), h.td(_number(side.citation, date))
    )


def _number(n: int, source: str) -> Html:
    """Return a plain number that leads where the footnote leads."""
    label = strings.FOOTNOTE_LABEL.format(n=n, source=source)
    return h.button(str(n), class_="fn-number", data_do="open", data_same=n, aria_label=label)


def _sources(citations: Sequence[Citation]) -> Html:
    """List the cited articles once each, with the numbers of the footnotes that lead there."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.source.article_id, citation.source.version), []).append(citation)
    rows = [_source(group) for group in groups.values()]
    return h.ul(*rows, class_="fn-sources", aria_label=strings.FOOTNOTES) if rows else Html("")


def _source(group: Sequence[Citation]) -> Html:
    source = group[0].source
    numbers = [_number(c.n, source.title or source.article_id) for c in group]
    title = h.span(source.title or source.article_id, class_="fn-source-title", dir="auto")
    where = reference(source.publisher, source.published)
    about = h.span(title, h.span(f" {where}" if where else "", class_="fn-source-where"))
    return h.li(h.span(*numbers, class_="fn-numbers"), about)


def _summary(answer: Answer) -> Html:
    articles = len({citation.source.article_id for citation in answer.citations})
    found = strings.plural(strings.FOUND_IN, articles)
    if 0 < answer.origins < articles:
        found += ", " + strings.plural(strings.ORIGINS, answer.origins)
    newest = [strings.NEWEST.format(date=strings.date(answer.newest))] if answer.newest else []
    told = " · ".join([found, *newest, _verdict(answer.sentences)])
    exactly = strings.CONFIDENCE.format(percent=percent(answer.confidence))
    sure = h.span(confidence(answer.confidence), title=exactly, class_="fn-sure")
    return h.p(f"{told} · ", sure, class_="fn-summary")


def confidence(probability: float) -> str:
    """Return in words how likely it is that the library answers a question."""
    level = "high" if probability >= _SURE else "fair" if probability >= _LIKELY else "low"
    return strings.CONFIDENCE_WORDS[level]


def _verdict(sentences: Sequence[AnswerSentence]) -> str:
    """Return what checking the sentences showed, all together."""
    doubted = sum(sentence.verdict == "not confirmed" for sentence in sentences)
    if doubted:
        return strings.plural(strings.SOME_DOUBTED, doubted)
    verbatim = all(sentence.verdict == "verbatim" for sentence in sentences)
    return strings.ALL_VERBATIM if verbatim else strings.ALL_CHECKED


def _passage(quote: Quote, n: int) -> Html:
    button = h.button(
        h.span(quote.quote, class_="fn-passage-quote", dir="auto"),
        h.span(quote.title or quote.article_id, class_="fn-passage-title", dir="auto"),
        h.span(reference(quote.publisher, quote.published), class_="fn-passage-where"),
        **_target("passage", n, quote),
    )
    return h.li(button)
