"""One answer as HTML, with all that a reader must know to rely on it; or an abstention with the nearest passages.

A footnote is a button with its article, version and span in ``data-`` attributes; ``page.js`` reads them. The
text of a sentence is only ever text: a ``[7]`` in an article stays as it is and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footnote.page import strings
from footnote.page.chat.clipboard import as_markdown, doubt
from footnote.page.markup import Html, element, join, reference
from footnote.qa.answer import Answer, AnswerSentence, Citation, Disagreement, Quote, Side, Verdict

Said = Sequence[tuple[str, int]]

NONE = Html("")
_JOINER = "\u2060"
"""Keeps a footnote on the line where its sentence ends."""


def answered(answer: Answer, said: Said = (), tools: Sequence[Html] = (), link: Html = NONE) -> Html:
    """Return an answer: notices, sentences, disagreements, sources, and what can be done: ``tools``, and a ``link``."""
    copy = element("button", strings.COPY_ANSWER, type="button", data_do="copy", data_copy=as_markdown(answer))
    return join(
        [
            *_notices(answer),
            body(answer),
            *(_disagreement(each) for each in answer.disagreements),
            _sources(answer.citations),
            element("p", _summary(answer), class_="fn-summary"),
            element("div", was_read(), copy, link, evidence(), class_="fn-actions"),
            _feedback(("helpful", "not helpful"), said, tools),
        ]
    )


def so_far(answer: Answer) -> Html:
    """Return what there is of an answer that is still being made."""
    return join([*_notices(answer), body(answer)])


def body(answer: Answer) -> Html:
    """Return the sentences with their footnotes."""
    cited = {citation.n: citation for citation in answer.citations}
    return element("p", join([_sentence(each, cited) for each in answer.sentences], " "), class_="fn-answer")


def abstention(answer: Answer, said: Said = (), tools: Sequence[Html] = (), link: Html = NONE) -> Html:
    """Return what is missing, the passages that come nearest, and what can be done: ``tools``, and a ``link``."""
    reason = answer.missing or strings.NO_ANSWER_TEXT
    passages = [_passage(quote, n) for n, quote in enumerate(answer.nearest, 1)]
    introduced = reason.rstrip().endswith(":")
    heading = [
        element("h3", strings.NEAREST),
        element("p", strings.NEAREST_TEXT, class_="fn-quiet"),
    ]
    nearest = join([*([] if introduced else heading), element("ol", *passages, class_="fn-passages")])
    return join(
        [
            *_notices(answer),
            element("p", strings.NO_ANSWER, class_="fn-none"),
            element("p", reason, class_="fn-reason", dir="auto"),
            nearest if passages else "",
            element("div", was_read(), link, class_="fn-actions"),
            _feedback(("should have answered",), said, tools),
        ]
    )


def was_read() -> Html:
    """Return the button that shows what was read for an answer."""
    return element("button", strings.WHAT_IT_READ, type="button", data_do="read")


def evidence() -> Html:
    """Return the button that saves an answer as JSON, for ``footnote verify``."""
    return element("button", strings.EVIDENCE, type="button", data_do="take", data_form="evidence")


def percent(confidence: float) -> int:
    """Return a probability in whole per cent, never 0 or 100: nothing here is certain."""
    return min(99, max(1, round(100 * confidence)))


def _notices(answer: Answer) -> list[Html]:
    return [element("p", notice, class_="fn-notice", dir="auto") for notice in answer.notices]


def _sentence(sentence: AnswerSentence, cited: dict[int, Citation]) -> Html:
    doubted = doubt(sentence)
    markers = [_marker(cited[n], sentence.verdict) for n in sentence.citations if n in cited]
    looks = "fn-sentence fn-unsure" if doubted else "fn-sentence"
    words = element("span", *_marked(sentence), class_=looks, dir="auto")
    return join([words, *markers, element("span", doubted, class_="fn-doubt", dir="auto") if doubted else ""])


def _marked(sentence: AnswerSentence) -> Iterator[Html]:
    """Yield a sentence's text with the words that answer marked; spans that overlap or lie outside are not."""
    at = 0
    for start, end in sorted(sentence.marks):
        if at <= start < end <= len(sentence.text):
            yield element("span", sentence.text[at:start])
            yield element("mark", sentence.text[start:end])
            at = end
    yield element("span", sentence.text[at:])


def _marker(citation: Citation, verdict: Verdict) -> Html:
    label = strings.FOOTNOTE_LABEL.format(n=citation.n, source=_described(citation.source))
    button = element(
        "button",
        str(citation.n),
        type="button",
        class_="fn-cite",
        data_do="open",
        data_kind="footnote",
        data_n=citation.n,
        data_verdict=strings.VERDICTS[verdict],
        aria_label=label,
        **_target(citation.source),
    )
    return element("sup", _JOINER, button)


def _target(quote: Quote) -> dict[str, str | int]:
    """Return the attributes by which ``page.js`` opens a passage and shows its card."""
    return {
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


def _disagreement(found: Disagreement) -> Html:
    """Return what the articles do not agree on: each value with its footnote, and its date where they differ."""
    title = strings.DISAGREEMENT[found.kind].format(about=found.about)
    return element(
        "div",
        element("p", title, dir="auto"),
        element("ul", *(_side(side, found.dated) for side in found.sides)),
        class_="fn-notice fn-dispute",
    )


def _side(side: Side, dated: bool) -> Html:
    date = strings.date(side.published) if side.published else strings.UNDATED
    return element(
        "li",
        element("strong", side.value, dir="auto"),
        f" {strings.SIDE.format(date=date)} " if dated else " ",
        _number(side.citation, date),
    )


def _number(n: int, source: str) -> Html:
    """Return a plain number that leads where the footnote leads."""
    label = strings.FOOTNOTE_LABEL.format(n=n, source=source)
    return element("button", str(n), type="button", class_="fn-number", data_do="open", data_same=n, aria_label=label)


def _sources(citations: Sequence[Citation]) -> Html:
    """List the cited articles once each, with the numbers of the footnotes that lead there."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.source.article_id, citation.source.version), []).append(citation)
    rows = [_source(group) for group in groups.values()]
    return element("ul", *rows, class_="fn-sources", aria_label=strings.FOOTNOTES) if rows else Html("")


def _source(group: Sequence[Citation]) -> Html:
    source = group[0].source
    numbers = [_number(c.n, source.title or source.article_id) for c in group]
    where = reference(source.publisher, source.published)
    return element(
        "li",
        element("span", *numbers, class_="fn-numbers"),
        element(
            "span",
            element("span", source.title or source.article_id, class_="fn-source-title", dir="auto"),
            element("span", f" {where}" if where else "", class_="fn-source-where"),
        ),
    )


def _summary(answer: Answer) -> str:
    articles = len({citation.source.article_id for citation in answer.citations})
    found = strings.plural(strings.FOUND_IN, articles)
    if 0 < answer.origins < articles:
        found += ", " + strings.plural(strings.ORIGINS, answer.origins)
    newest = [strings.NEWEST.format(date=strings.date(answer.newest))] if answer.newest else []
    sure = strings.CONFIDENCE.format(percent=percent(answer.confidence))
    return " · ".join([found, *newest, _verdict(answer.sentences), sure])


def _verdict(sentences: Sequence[AnswerSentence]) -> str:
    """Return what checking the sentences showed, all together."""
    doubted = sum(sentence.verdict == "not confirmed" for sentence in sentences)
    if doubted:
        return strings.plural(strings.SOME_DOUBTED, doubted)
    verbatim = all(sentence.verdict == "verbatim" for sentence in sentences)
    return strings.ALL_VERBATIM if verbatim else strings.ALL_CHECKED


def _feedback(kinds: Sequence[str], said: Said, tools: Sequence[Html]) -> Html:
    """Return the ``tools``, the buttons for what can be said about an answer as a whole, and what was."""
    kept = [strings.SAID[kind].format(n=n) for kind, n in said]
    about = {kind for kind, _ in said}
    buttons = [
        element("button", strings.FEEDBACK[kind], type="button", data_do="feedback", data_kind=kind)
        for kind in kinds
        if kind not in about
    ]
    told = element("span", strings.KEPT.format(what=", ".join(kept)), class_="fn-kept") if kept else ""
    return element("div", *tools, *buttons, told, class_="fn-actions fn-feedback")


def _passage(quote: Quote, n: int) -> Html:
    button = element(
        "button",
        element("span", quote.quote, class_="fn-passage-quote", dir="auto"),
        element("span", quote.title or quote.article_id, class_="fn-passage-title", dir="auto"),
        element("span", reference(quote.publisher, quote.published), class_="fn-passage-where"),
        type="button",
        data_do="open",
        data_kind="passage",
        data_n=n,
        **_target(quote),
    )
    return element("li", button)
