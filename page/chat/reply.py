"""One answer as HTML, with all that a reader must know to rely on it; or an abstention with the nearest passages.

A footnote is a button with its article, version and span in ``data-`` attributes; ``page.js`` reads them. The
text of a sentence is only ever text: a ``[7]`` in an article stays as it is and leads nowhere.

An answer is running text, dated lines, a list under its heading, or a card of who somebody is. Every shape has the same
sentences, word for word, each with its footnotes; only their order and their frame differ.
"""

import itertools
import re
from collections.abc import Sequence
from datetime import date

from footnote.corpus.dates import MONTHS, first_day
from footnote.index.search.query_words import content_words
from footnote.page import strings
from footnote.page.chat.clipboard import doubt
from footnote.page.markup import NONE, Html, h, join, marked, reference
from footnote.qa.answer import Answer, AnswerSentence, Citation, Disagreement, Quote, Side, Verdict
from footnote.qa.text.mentions import speaker
from footnote.qa.text.written_dates import days_and_months

_JOINER = "\u2060"  # keeps a footnote on the line where its sentence ends

_SURE, _LIKELY = 0.85, 0.6
_TIMELINE = re.compile(
    r"^(?:what|which events?) (?:has |have |had )?(?:happened|took place|occurred)\b.*"
    rf"\b(?:(?:19|20)\d\d|{'|'.join(MONTHS)}|weeks?|weekend|months?|years?|days?|spring|summer|autumn|winter)\b"
    r"|\btime ?line\b|\bchronolog"
    r"|\b(?:sequence|course) of events\b|\bhow did .+ (?:unfold|develop)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"^who (?:is|was|are|were) (?P<name>[^?]{2,80}?)\??$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-•■*–]|\(?\d{1,2}[.)])\s+")


def answered(answer: Answer, actions: Html = NONE) -> Html:
    """Return an answer: notices, sentences, what the articles do not agree on, sources, and what can be done."""
    disputes = [_disagreement(each, answer) for each in answer.disagreements]
    return join([so_far(answer), *disputes, _sources(answer.citations), _summary(answer), actions])


def so_far(answer: Answer) -> Html:
    """Return what there is of an answer that is still being made."""
    return join([*_notices(answer), body(answer)])


def body(answer: Answer) -> Html:
    """Return the sentences with their footnotes, in the shape that the question asks for."""
    cited = {citation.n: citation for citation in answer.citations}
    written = [_sentence(each, cited) for each in answer.sentences]
    question = " ".join(answer.standalone_question.split())
    if len(written) > 1 and _TIMELINE.search(question):
        return _timeline(answer, written)
    if written and (match := _WHO.match(question)) and match["name"][0].isupper():
        said = h.ul(*map(h.li, written))
        return h.div(h.h3(match["name"], dir="auto"), said, class_="fn-answer fn-card-who")
    return _listed(answer, written) or h.p(join(written, " "), class_="fn-answer")


def _timeline(answer: Answer, written: Sequence[Html]) -> Html:
    """Return the sentences by the day that each tells of; those of one day keep their order."""
    days = [_day_of(sentence, answer) for sentence in answer.sentences]
    order = sorted(range(len(written)), key=lambda n: days[n] or "9999")
    rows = []
    before = ""
    for n in order:
        said = strings.date(days[n]) if days[n] else strings.UNDATED
        rows += [h.dt(said if said != before else h.span(said, class_="fn-unseen")), h.dd(written[n])]
        before = said
    return h.dl(*rows, class_="fn-answer fn-timeline")


def _day_of(sentence: AnswerSentence, answer: Answer) -> str:
    """Return the day or month that a sentence names, or else that of its article; empty where neither is known.

    A day without a year is taken to be of the year that brings it nearest to the article's own date.
    """
    source = _quoted(sentence, answer)
    published = source.published if source else ""
    known = date.fromisoformat(first_day(published)) if published else None
    for written in days_and_months(sentence.text):
        days = written.in_year(written.year) if written.year else written.nearest(known) if known else None
        if days:
            return days[0].isoformat() if written.day else days[0].isoformat()[:7]
    return published


def _listed(answer: Answer, written: Sequence[Html]) -> Html | None:
    """Return the sentences with those that are a list's items as a list under what announces it; None without one."""
    sentences = answer.sentences
    is_item = [_is_item(n, answer) for n in range(len(sentences))]
    if not any(is_item):
        return None
    parts: list[Html] = []
    for items, numbers in itertools.groupby(range(len(sentences)), is_item.__getitem__):
        if items:
            parts.append(h.ul(*(h.li(written[n]) for n in numbers)))
            continue
        for n in numbers:
            heads = sentences[n].text.rstrip().endswith(":")
            parts.append(h.p(written[n], class_="fn-announces" if heads else None))
    return h.div(*parts, class_="fn-answer fn-listed")


def _is_item(n: int, answer: Answer) -> bool:
    """Tell whether a sentence is an item of a list: it has a bullet, or follows what announces one in its article."""
    sentence = answer.sentences[n]
    if _ITEM.match(sentence.text):
        return True
    for before in range(n - 1, -1, -1):
        announcing = answer.sentences[before]
        here, there = _quoted(sentence, answer), _quoted(announcing, answer)
        if here is None or there is None or here.article_id != there.article_id or here.start < there.end:
            return False
        if announcing.text.rstrip().endswith(":"):
            return True
    return False


def _quoted(sentence: AnswerSentence, answer: Answer) -> Quote | None:
    return next((c.source for c in answer.citations if c.n in sentence.citations), None)


def abstention(answer: Answer, actions: Html = NONE, instead: Sequence[str] = ()) -> Html:
    """Return what is missing, the passages that come nearest, what can be asked ``instead``, and what can be done."""
    reason = answer.missing or strings.NO_ANSWER_TEXT
    asked = {word for word in content_words(answer.standalone_question) if not word.isdigit()}  # a year is not enough
    near = any(asked & set(content_words(f"{quote.title} {quote.quote}")) for quote in answer.nearest)
    passages = [_passage(quote, n) for n, quote in enumerate(answer.nearest, 1)] if near else []
    about, listed = h.p(strings.NEAREST_TEXT, class_="fn-quiet"), h.ol(*passages, class_="fn-passages")
    nearest = h.details(h.summary(strings.NEAREST), about, listed, class_="fn-nearest", open=True)
    said = h.p(strings.NO_ANSWER, class_="fn-none"), h.p(reason, class_="fn-reason", dir="auto")
    others = offered(strings.INSTEAD, instead)
    return join([*_notices(answer), *said, others, nearest if passages else "", actions])


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
    words = h.span(*marked(sentence.text, sentence.marks), class_=looks, dir="auto")
    return join([words, *markers, h.span(doubted, class_="fn-doubt", dir="auto") if doubted else ""])


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
    day = strings.date(side.published) if side.published else strings.UNDATED
    who = (speaker(source.quote) or source.publisher or source.title or source.article_id) if source else ""
    return h.tr(
        h.th(side.value, scope="row", dir="auto"), h.td(who, dir="auto"), h.td(day), h.td(_number(side.citation, day))
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
    return h.ul(*rows, class_="fn-sources", aria_label=strings.FOOTNOTES) if rows else NONE


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
    level = "high" if answer.confidence >= _SURE else "fair" if answer.confidence >= _LIKELY else "low"
    sure = h.span(strings.CONFIDENCE_WORDS[level], title=exactly, class_="fn-sure")
    return h.p(f"{told} · ", sure, class_="fn-summary")


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
