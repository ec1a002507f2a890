"""The conversation as HTML: questions and how they were understood, replies, and what is being done."""

from __future__ import annotations

from collections.abc import Sequence

from page import strings
from page.conversations import MAX_QUESTION, MAX_TURNS, Turn
from page.markup import Html, element, join
from page.reply import abstention, answered, body, edit
from qa.answer import Answer, Inferred


def conversation(turns: Sequence[Turn], suggestions: Sequence[str] = (), empty: bool = False, key: str = "") -> Html:
    """Return the whole conversation; the welcome with its example questions when nothing was asked yet.

    ``key`` is the id by which the page asks for the conversation again after a reload.
    """
    if turns:
        dropped = element("p", strings.EARLIER_DROPPED, class_="fn-quiet") if len(turns) > MAX_TURNS else ""
        shown = join([dropped, *(_turn(turn) for turn in turns[-MAX_TURNS:]), _take_all(turns)])
    else:
        shown = nothing_here() if empty else _welcome(suggestions)
    return element(
        "div", shown, class_="fn-log", role="log", aria_live="off", aria_label=strings.CONVERSATION,
        data_conversation=key,
    )  # fmt: skip


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
    return element(
        "article",
        element(
            "h2",
            element("span", strings.YOU_ASKED, class_="fn-unseen"),
            element("span", " " + turn.question, dir="auto"),
            class_="fn-question",
        ),
        _chips(turn, turn.answer) if turn.answer else "",
        _reply(turn),
        class_="fn-turn",
        data_turn=turn.number,
        aria_busy="true" if turn.pending else None,
    )


def _reply(turn: Turn) -> Html:
    if turn.error:
        return _error(turn)
    if turn.answer is None:
        return _waiting(turn)
    return (abstention if turn.answer.status == "abstained" else answered)(turn.answer, turn.said)


def _waiting(turn: Turn) -> Html:
    doing = strings.STOPPING if turn.stopping else turn.waiting
    dots = element("span", class_="fn-dots", aria_hidden="true")
    return join(
        [
            body(turn.growing) if turn.growing else "",
            element("p", doing, dots, class_="fn-waiting"),
        ]
    )


def _chips(turn: Turn, answer: Answer) -> Html:
    """Return how the question was understood where that is not what was typed; each part can be taken back."""
    chips = []
    if answer.standalone_question.casefold() != " ".join(turn.question.split()).casefold():
        drop = "carry" if turn.carry and turn.number else ""
        said = strings.ASKED_AS.format(question=answer.standalone_question)
        chips.append(_chip(said, drop, strings.DROP_CARRY))
    chips += [_chip(_limit(limit), "dates", strings.DROP_DATES) for limit in answer.inferred]
    return element("ul", *chips, class_="fn-chips", aria_label=strings.UNDERSTOOD) if chips else Html("")


def _limit(limit: Inferred) -> str:
    return strings.TAKEN_AS.format(phrase=limit.phrase, period=strings.period(limit.after, limit.before))


def _chip(words: str, drop: str, label: str) -> Html:
    remove = element("button", "×", type="button", data_do="again", data_drop=drop, aria_label=label, title=label)
    return element("li", element("span", words, dir="auto"), remove if drop else "")


def _error(turn: Turn) -> Html:
    again = element("button", strings.ASK_AGAIN, type="button", data_do="ask", data_question=turn.question)
    actions = [edit(turn.question)]
    if turn.question.strip() and len(turn.question) <= MAX_QUESTION:
        actions.insert(0, again)
    return join(
        [
            element("p", turn.error, class_="fn-error"),
            element("div", *actions, class_="fn-actions"),
        ]
    )


def _take_all(turns: Sequence[Turn]) -> Html:
    """Return the ways to take the whole conversation along, once there is an answer in it."""
    if turns[-1].pending or not any(turn.answer for turn in turns):
        return Html("")
    return element(
        "div",
        element("span", strings.TAKE_ALL),
        element("button", strings.TAKE_MARKDOWN, type="button", data_do="take", data_form="markdown"),
        element("button", strings.TAKE_EVIDENCE, type="button", data_do="take", data_form="evidence"),
        element("button", strings.PRINT, type="button", data_do="print"),
        class_="fn-actions fn-take",
    )
