"""The conversation as HTML: questions and how they were understood, replies, and what is being done."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

from footnote.page import strings
from footnote.page.chat.conversations import MAX_QUESTION, MAX_TURNS, ShownTurn
from footnote.page.chat.reply import abstention, answered, so_far
from footnote.page.markup import Html, element, join
from footnote.qa.answer import Answer, Inferred

MAX_SHOWN = 512
"""The HTML of so many turns is kept, 5 MB or so."""


def conversation(
    turns: Sequence[ShownTurn],
    suggestions: Sequence[str] = (),
    articles: int = 0,
    key: str = "",
    before: str = "",
    stale: Container[int] = (),
    waiting: str = "",
) -> Html:
    """Return the whole conversation; the welcome with its example questions when nothing was asked yet.

    ``articles`` says how many there are; ``key`` is the id by which the page asks for the conversation again after a
    reload, and ``before`` that of the one that a new conversation leads back to; ``stale`` are the numbers of the turns
    whose answers cite what is not there any more; ``waiting`` is what the page says of a question that it has sent.
    """
    if turns:
        dropped = element("p", strings.EARLIER_DROPPED, class_="fn-quiet") if len(turns) > MAX_TURNS else ""
        *earlier, last = turns[-MAX_TURNS:]
        rows = [
            *(_shown(turn, turn.number in stale) for turn in earlier),
            _shown(last, last.number in stale, last=True),
        ]
        shown = join([dropped, *rows, _take_all(turns)])
    else:
        shown = _welcome(suggestions, articles, before) if articles else nothing_here()
    return element(
        "div", shown, class_="fn-log", role="log", aria_live="off", aria_label=strings.CONVERSATION,
        data_conversation=key, data_waiting=waiting or None,
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


def _welcome(suggestions: Sequence[str], articles: int, before: str) -> Html:
    back = element(
        "button", strings.LAST_CONVERSATION, type="button", data_do="return", data_conversation_before=before
    )
    browse = element("button", strings.plural(strings.BROWSE, articles), type="button", data_do="contents")
    return element(
        "div",
        element("h2", strings.WELCOME),
        element("p", strings.WELCOME_TEXT),
        _offered(strings.SUGGESTIONS, suggestions),
        element("p", browse, back if before else "", class_="fn-browse"),
        class_="fn-welcome",
    )


def _offered(title: str, questions: Sequence[str]) -> Html:
    """Return questions that can be asked by pressing them."""
    buttons = [
        element("li", element("button", question, type="button", data_do="ask", data_question=question))
        for question in questions
    ]
    return join([element("h3", title), element("ul", *buttons, class_="fn-suggestions")]) if buttons else Html("")


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A turn that equals itself alone: comparing all that is in two of them would cost more than their HTML."""

    turn: ShownTurn

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.turn is other.turn

    def __hash__(self) -> int:
        return id(self.turn)


def _shown(turn: ShownTurn, stale: bool, last: bool = False) -> Html:
    """Return a turn's HTML, kept for as long as the turn stays as it is: each question shows the earlier ones again."""
    return _turn(turn, stale, last) if turn.pending else _kept(_Same(turn), stale, last)


@lru_cache(maxsize=MAX_SHOWN)
def _kept(same: _Same, stale: bool, last: bool) -> Html:
    return _turn(same.turn, stale, last)


def _turn(turn: ShownTurn, stale: bool, last: bool) -> Html:
    return element(
        "article",
        element(
            "h2",
            element("span", strings.YOU_ASKED, class_="fn-unseen"),
            element("span", " " + turn.question, dir="auto"),
            class_="fn-question",
        ),
        _chips(turn),
        element("p", strings.STALE, class_="fn-notice") if stale else "",
        _reply(turn, last),
        element("div", _offered(strings.FURTHER, turn.further), class_="fn-further") if last and turn.further else "",
        class_="fn-turn",
        data_turn=turn.number,
        data_last=last,
        aria_busy="true" if turn.pending else None,
    )


def _reply(turn: ShownTurn, last: bool) -> Html:
    if turn.error:
        return _error(turn, last)
    if turn.answer is None:
        return _waiting(turn)
    show = abstention if turn.answer.status == "abstained" else answered
    return show(turn.answer, turn.said, _tools(turn, last), _link(turn, turn.answer))


def can_be_asked(turn: ShownTurn) -> bool:
    """Tell whether a turn holds a question that the engine takes."""
    return bool(turn.question.strip()) and len(turn.question) <= MAX_QUESTION


def _tools(turn: ShownTurn, last: bool) -> list[Html]:
    """Return the buttons for asking otherwise, and, of the last question, for asking it once more."""
    edit = element("button", strings.EDIT_QUESTION, type="button", data_do="edit", data_question=turn.question)
    again = element("button", strings.ASK_AGAIN, type="button", data_do="again", data_drop="")
    return [edit, again] if last and can_be_asked(turn) else [edit]


def _link(turn: ShownTurn, answer: Answer) -> Html:
    """Return the button that copies a link which asks the same question, inside the same limits."""
    return element(
        "button", strings.COPY_LINK, type="button", data_do="link", data_question=answer.standalone_question,
        data_after=turn.scope.after or None, data_before=turn.scope.before or None,
        data_publisher=turn.scope.publisher or None,
    )  # fmt: skip


def _waiting(turn: ShownTurn) -> Html:
    doing = strings.STOPPING if turn.stopping else turn.waiting
    dots = element("span", class_="fn-dots", aria_hidden="true")
    return join(
        [
            so_far(turn.growing) if turn.growing else "",
            element("p", doing, dots, class_="fn-waiting"),
        ]
    )


def _chips(turn: ShownTurn) -> Html:
    """Return the limits of a question, and how it was understood where that is not what was typed.

    Each part can be taken back, once there is an answer.
    """
    answer, scope = turn.answer, turn.scope
    set_ = {"after": strings.date(scope.after), "before": strings.date(scope.before), "publisher": scope.publisher}
    chips = [
        _chip(strings.LIMITED[name].format(value=value), "" if turn.pending else name, strings.DROP_LIMIT)
        for name, value in set_.items()
        if value
    ]
    if answer and answer.standalone_question.casefold() != " ".join(turn.question.split()).casefold():
        drop = "carry" if turn.carry and turn.number else ""
        said = strings.ASKED_AS.format(question=answer.standalone_question)
        chips.append(_chip(said, drop, strings.DROP_CARRY))
    if answer:
        chips += [_chip(_limit(limit), "dates", strings.DROP_DATES) for limit in answer.inferred]
    if turn.outlet:
        chips.append(_chip(strings.FROM_OUTLET.format(publisher=turn.outlet), "outlet", strings.DROP_OUTLET))
    return element("ul", *chips, class_="fn-chips", aria_label=strings.UNDERSTOOD) if chips else Html("")


def _limit(limit: Inferred) -> str:
    taken = strings.TAKEN_AS.format(phrase=limit.phrase, period=strings.period(limit.after, limit.before))
    return strings.COUNTED.format(taken=taken, newest=strings.date(limit.newest)) if limit.newest else taken


def _chip(words: str, drop: str, label: str) -> Html:
    remove = element("button", "×", type="button", data_do="again", data_drop=drop, aria_label=label, title=label)
    return element("li", element("span", words, dir="auto"), remove if drop else "")


def _error(turn: ShownTurn, last: bool) -> Html:
    return join(
        [
            element("p", turn.error, class_="fn-error"),
            element("div", *_tools(turn, last), class_="fn-actions"),
        ]
    )


def _take_all(turns: Sequence[ShownTurn]) -> Html:
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
