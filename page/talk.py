"""The conversation as HTML: questions, answers with their footnotes, abstentions and errors.

A footnote is a button with its article, version and span in ``data-`` attributes; ``page.js`` reads them. The
text of a sentence is only ever text: a ``[7]`` in an article stays as it is and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from page import strings
from page.markup import Html, element, join, reference
from page.takeaway import as_markdown
from qa.answer import Answer, AnswerSentence, Citation, Quote

MAX_QUESTION = 2000
"""The longest question, in characters."""

MAX_TURNS = 40
"""How many questions one conversation keeps."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it: an answer, an error for the user, or neither yet.

    ``number`` counts the questions of a conversation and stays when earlier ones are dropped.
    """

    question: str
    number: int = 0
    answer: Answer | None = None
    error: str = ""
    waiting: str = strings.READING


def conversation(turns: Sequence[Turn], suggestions: Sequence[str] = (), empty: bool = False) -> Html:
    """Return the whole conversation; the welcome with its example questions when nothing was asked yet."""
    if turns:
        dropped = element("p", strings.EARLIER_DROPPED, class_="fn-quiet") if len(turns) > MAX_TURNS else ""
        body = join([dropped, *(_turn(turn) for turn in turns[-MAX_TURNS:])])
    else:
        body = nothing_here() if empty else _welcome(suggestions)
    return element("div", body, class_="fn-log", role="log", aria_live="polite", aria_label=strings.CONVERSATION)


def nothing_here() -> Html:
    """Say that the library is empty, and what to do about it."""
    return element(
        "div",
        element("h2", strings.EMPTY),
        element("p", strings.EMPTY_HELP),
        element("p", element("code", strings.EMPTY_COMMAND)),
        class_="fn-welcome",
    )


def _welcome(suggestions: Sequence[str]) -> Html:
    buttons = [
        element("li", element("button", question, type="button", data_do="ask", data_question=question))
        for question in suggestions
    ]
    offered = join([element("h3", strings.SUGGESTIONS), element("ul", *buttons, class_="fn-suggestions")])
    return element(
        "div",
        element("h2", strings.WELCOME),
        element("p", strings.WELCOME_TEXT),
        offered if buttons else "",
        class_="fn-welcome",
    )


def _turn(turn: Turn) -> Html:
    if turn.error:
        reply = _error(turn)
    elif turn.answer is None:
        reply = element("p", turn.waiting, element("span", class_="fn-dots", aria_hidden="true"), class_="fn-waiting")
    elif turn.answer.status == "abstained":
        reply = _abstention(turn.answer)
    else:
        reply = _answer(turn.answer)
    return element(
        "article",
        element(
            "h2",
            element("span", strings.YOU_ASKED, class_="fn-unseen"),
            element("span", " " + turn.question, dir="auto"),
            class_="fn-question",
        ),
        reply,
        class_="fn-turn",
        data_turn=turn.number,
        aria_busy="true" if turn.answer is None and not turn.error else None,
    )


def _error(turn: Turn) -> Html:
    again = element("button", strings.ASK_AGAIN, type="button", data_do="ask", data_question=turn.question)
    actions = [_edit(turn.question)]
    if turn.question.strip() and len(turn.question) <= MAX_QUESTION:
        actions.insert(0, again)
    return join(
        [
            element("p", turn.error, class_="fn-error"),
            element("div", *actions, class_="fn-actions"),
        ]
    )


def _edit(question: str) -> Html:
    return element("button", strings.EDIT_QUESTION, type="button", data_do="edit", data_question=question)


def _answer(answer: Answer) -> Html:
    cited = {citation.n: citation for citation in answer.citations}
    sentences = [_sentence(sentence, cited) for sentence in answer.sentences]
    copy = element("button", strings.COPY_ANSWER, type="button", data_do="copy", data_copy=as_markdown(answer))
    return join(
        [
            element("p", strings.DISAGREE, class_="fn-notice") if answer.disagreements else "",
            element("p", join(sentences, " "), class_="fn-answer"),
            _sources(answer.citations),
            element("p", _summary(answer), class_="fn-summary"),
            element("div", copy, _edit(answer.question), class_="fn-actions"),
        ]
    )


def _sentence(sentence: AnswerSentence, cited: dict[int, Citation]) -> Html:
    notes = []
    if sentence.verdict == "not confirmed":
        notes.append(element("span", f" ({strings.NOT_CONFIRMED})", class_="fn-doubt"))
    if sentence.mismatches:
        details = strings.MISMATCH.format(details="; ".join(sentence.mismatches))
        notes.append(element("span", f" {details}", class_="fn-doubt"))
    markers = [_marker(cited[n]) for n in sentence.citations if n in cited]
    doubtful = " fn-unsure" if notes else ""
    words = element("span", " ".join(sentence.text.split()), class_="fn-sentence" + doubtful, dir="auto")
    return join([words, *markers, *notes])


def _marker(citation: Citation) -> Html:
    label = strings.FOOTNOTE_LABEL.format(n=citation.n, source=_described(citation.source))
    button = element(
        "button",
        str(citation.n),
        type="button",
        class_="fn-cite",
        data_do="open",
        data_kind="footnote",
        data_n=citation.n,
        aria_label=label,
        **_target(citation.source),
    )
    return element("sup", button)


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


def _sources(citations: Sequence[Citation]) -> Html:
    """List the cited articles once each, with the numbers of the footnotes that lead there."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.source.article_id, citation.source.version), []).append(citation)
    rows = [_source(group) for group in groups.values()]
    return element("ul", *rows, class_="fn-sources", aria_label=strings.FOOTNOTES) if rows else Html("")


def _source(group: Sequence[Citation]) -> Html:
    source = group[0].source
    numbers = [
        element("button", str(c.n), type="button", data_do="open", data_same=c.n,
                aria_label=strings.FOOTNOTE_LABEL.format(n=c.n, source=source.title or source.article_id))
        for c in group
    ]  # fmt: skip
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
    return f"{found} · {strings.CONFIDENCE.format(percent=percent(answer.confidence))}"


def percent(confidence: float) -> int:
    """Return a probability in whole per cent, never 0 or 100: nothing here is certain."""
    return min(99, max(1, round(100 * confidence)))


def _abstention(answer: Answer) -> Html:
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
            element("p", strings.NO_ANSWER, class_="fn-none"),
            element("p", reason, class_="fn-reason", dir="auto"),
            nearest if passages else "",
            element("div", _edit(answer.question), class_="fn-actions"),
        ]
    )


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
