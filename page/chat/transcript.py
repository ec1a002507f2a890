"""The conversation as HTML: questions and how they were understood, replies, and what is being done."""

from collections.abc import Container, Sequence
from functools import lru_cache

from footnote.page import markup, strings
from footnote.page.chat.clipboard import as_markdown
from footnote.page.chat.conversations import MAX_QUESTION, MAX_TURNS, ShownTurn
from footnote.page.chat.reply import abstention, answered, offered, so_far
from footnote.page.markup import Attribute, Html, h, join
from footnote.qa.answer import Answer

LIMITS = ("after", "before", "publisher", "as_of", "tag", "article")
MAX_SHOWN = 512  # the HTML of so many turns is kept, 5 MB or so


def conversation(
    turns: Sequence[ShownTurn],
    suggestions: Sequence[str] = (),
    articles: int = 0,
    key: str = "",
    stale: Container[int] = (),
    waiting: str = "",
) -> Html:
    """Return the whole conversation; the welcome with its example questions when nothing was asked yet.

    ``articles`` says how many there are; ``key`` is the id by which the page asks for the conversation again; ``stale``
    are the numbers of the turns whose answers cite what is not there any more; ``waiting`` is what the page says of a
    question that it has sent.
    """
    if turns:
        dropped = h.p(strings.EARLIER_DROPPED, class_="fn-quiet") if len(turns) > MAX_TURNS else ""
        rows = []
        for turn in turns[-MAX_TURNS:]:
            how = turn.number in stale, turn is turns[-1]
            rows.append(_turn(turn, *how) if turn.pending else _kept(turn, *how))
        shown = join([dropped, *rows, _take_all(turns)])
    elif articles:
        shown = _welcome(suggestions, articles)
    else:
        empty = h.h2(strings.EMPTY), h.p(strings.EMPTY_HELP), h.p(h.code(strings.EMPTY_COMMAND))
        shown = h.div(*empty, class_="fn-welcome")
    return _log(shown, key=key, aria_live="off", data_asked=bool(turns), data_waiting=waiting or None)


def _log(*shown: Html, key: str = "", **attributes: Attribute) -> Html:
    label = strings.CONVERSATION
    return h.div(*shown, class_="fn-log", role="log", aria_label=label, data_conversation=key, **attributes)


def linked(turn: ShownTurn | None, stale: bool = False) -> Html:
    """Return one answer as it was given, by itself, with the way to ask its question now; or say that it is gone."""
    if turn is None:
        return _log(h.p(strings.LINK_GONE, class_="fn-notice"))
    limits = {f"data_{name}": getattr(turn.scope, name) or None for name in LIMITS}
    question = turn.answer.standalone_question if turn.answer else turn.question
    again = h.button(strings.ASK_NOW, class_="fn-primary", data_do="asknow", data_question=question, **limits)
    given = strings.ANSWERED_AT.format(date=strings.moment(turn.answered_at)) if turn.answered_at else strings.LINKED
    changed = f" {strings.LINK_STALE}" if stale else f" {strings.LINK_FRESH}" if turn.answer else ""
    about = h.div(h.p(f"{given}{changed}"), again, class_="fn-frozen", data_stale=stale)
    return _log(about, _turn(turn, False, False, frozen=True))


def _welcome(suggestions: Sequence[str], articles: int) -> Html:
    browse = h.button(strings.plural(strings.BROWSE, articles), data_do="contents")
    return h.div(
        h.h2(strings.WELCOME),
        h.p(strings.WELCOME_TEXT),
        h.div(offered(strings.SUGGESTIONS, suggestions), data_next=None if suggestions else -1),
        h.p(browse, class_="fn-browse"),
        class_="fn-welcome",
    )


def _turn(turn: ShownTurn, stale: bool, last: bool, frozen: bool = False) -> Html:
    """Return a turn, and under the ``last`` one what to ask next; one that is ``frozen`` cannot be asked again."""
    asked = h.span(turn.question, dir="auto")
    again = h.button(strings.ASK_AGAIN, class_="fn-inline", data_do="again", data_drop="")
    title = h.h2(h.span(strings.YOU_ASKED, class_="fn-unseen"), " ", asked, class_="fn-question")
    return h.article(
        title,
        _chips(turn, frozen),
        h.p(strings.STALE, " ", again, class_="fn-notice") if stale else "",
        _reply(turn, frozen),
        _further(turn) if last and not frozen else "",
        class_="fn-turn",
        data_turn=None if frozen else turn.number,
        data_token=turn.token or None,
        data_last=last,
        aria_busy="true" if turn.pending else None,
    )


_kept = lru_cache(maxsize=MAX_SHOWN)(_turn)
"""Does what `_turn` does, once for as long as a turn stays as it is: each question shows the earlier ones again."""


def _further(turn: ShownTurn) -> Html:
    """Return what to ask next; until that was tried, the place for it, which the page's script fills."""
    if turn.answer is None or turn.answer.status == "abstained" or turn.further == ():
        return Html("")
    untried = turn.number if turn.further is None else None
    return h.div(offered(strings.FURTHER, turn.further or ()), class_="fn-further", data_next=untried)


def _reply(turn: ShownTurn, frozen: bool) -> Html:
    if turn.error:
        return join([h.p(turn.error, class_="fn-error"), "" if frozen else _retry(turn)])
    if turn.answer is None:
        doing = strings.STOPPING if turn.stopping else turn.waiting
        dots = h.span(class_="fn-dots", aria_hidden="true")
        return join([so_far(turn.growing) if turn.growing else "", h.p(doing, dots, class_="fn-waiting")])
    if turn.answer.status == "abstained":
        return abstention(turn.answer, _actions(turn, turn.answer, frozen), turn.instead)
    return answered(turn.answer, _actions(turn, turn.answer, frozen))


def _chips(turn: ShownTurn, frozen: bool = False) -> Html:
    """Return the limits of a question, and how it was understood where that is not what was typed.

    Each part can be taken back, once there is an answer that is not ``frozen``.
    """
    answer, scope = turn.answer, turn.scope
    set_ = {"after": strings.date(scope.after), "before": strings.date(scope.before), "publisher": scope.publisher,
            "as_of": strings.date(scope.as_of), "tag": scope.tag, "article": turn.within or scope.article}  # fmt: skip
    chips = [
        _chip(strings.LIMITED[name].format(value=value), "" if turn.pending or frozen else name, strings.DROP_LIMIT)
        for name, value in set_.items()
        if value
    ]
    if answer and answer.standalone_question.casefold() != " ".join(turn.question.split()).casefold():
        drop = "carry" if turn.carry and turn.number and not frozen else ""
        said = strings.ASKED_AS.format(question=answer.standalone_question)
        chips.append(_chip(said, drop, strings.DROP_CARRY))
    for limit in answer.inferred if answer else ():
        said = strings.TAKEN_AS.format(phrase=limit.phrase, period=strings.period(limit.after, limit.before))
        if limit.newest:
            said = strings.COUNTED.format(taken=said, newest=strings.date(limit.newest))
        chips.append(_chip(said, "" if frozen else "dates", strings.DROP_DATES))
    if turn.outlet:
        said = strings.FROM_OUTLET.format(publisher=turn.outlet)
        chips.append(_chip(said, "" if frozen else "outlet", strings.DROP_OUTLET))
    return h.ul(*chips, class_="fn-chips", aria_label=strings.UNDERSTOOD) if chips else Html("")


def _chip(words: str, drop: str, label: str) -> Html:
    remove = h.button("×", data_do="again", data_drop=drop, aria_label=label, title=label)
    return h.li(h.span(words, dir="auto"), remove if drop else "")


def _take_all(turns: Sequence[ShownTurn]) -> Html:
    """Return the ways to take the whole conversation along, once there is an answer in it."""
    if turns[-1].pending or not any(turn.answer for turn in turns):
        return Html("")
    entries = [
        _button("save", strings.TAKE_MARKDOWN, "take", data_form="markdown"),
        _button("save", strings.TAKE_EVIDENCE, "take", data_form="evidence"),
        _button("print", strings.PRINT, "print"),
    ]
    return h.div(_menu("fn-take", strings.TAKE_ALL, entries), class_="fn-actions fn-take")


def can_be_asked(turn: ShownTurn) -> bool:
    """Tell whether a turn holds a question that the engine takes."""
    return bool(turn.question.strip()) and len(turn.question) <= MAX_QUESTION


def _actions(turn: ShownTurn, answer: Answer, frozen: bool) -> Html:
    """Return the buttons of a turn that has an answer; one that is shown by itself has fewer."""
    given = answer.status == "answered"
    shown = []
    if not frozen:
        shown.append(_button("read", strings.WHAT_IT_READ, "read"))
    if given:
        shown.append(_button("copy", strings.COPY_ANSWER, "copy", data_copy=as_markdown(answer)))
    if turn.link:
        shown.append(_button("link", strings.COPY_LINK, "link", data_link=turn.link))
    if not frozen:
        icons = {"helpful": "yes", "not helpful": "no"} if given else {"should have answered": "flag"}
        for kind, icon in icons.items():
            if kind not in {said for said, _ in turn.said}:
                shown.append(_button(icon, strings.FEEDBACK[kind], "feedback", bare=icon != "flag", data_kind=kind))
        shown.append(_menu(f"fn-more-{turn.number}", strings.MORE_ACTIONS, _more(turn, answer)))
    said = [strings.SAID[kind].format(n=n) for kind, n in turn.said]
    told = h.span(strings.KEPT.format(what=", ".join(said)), class_="fn-kept") if said else ""
    return h.div(*shown, told, class_="fn-actions", role="group", aria_label=strings.ACTIONS)


def _retry(turn: ShownTurn) -> Html:
    """Return the buttons under an error: ask again, if that can be, and edit."""
    again = _button("again", strings.ASK_AGAIN, "again", data_drop="") if can_be_asked(turn) else ""
    return h.div(again, _edit(turn), class_="fn-actions")


def _button(icon: str, words: str, do: str, bare: bool = False, **more: str | int | None) -> Html:
    """Return a button with an icon of the stylesheet and its label; a ``bare`` one shows its label as a hint."""
    label = h.span(words, class_="fn-unseen" if bare else "fn-label")
    return h.button(markup.icon(icon), label, data_do=do, title=words if bare else None, **more)


def _menu(name: str, label: str, entries: Sequence[Html]) -> Html:
    """Return a button with a menu that it opens; ``name`` is the menu's id on the page."""
    opens = h.button(markup.icon("more"), h.span(label, class_="fn-label"), popovertarget=name)
    return h.span(opens, h.div(*entries, id=name, popover=True, class_="fn-menu"), class_="fn-more")


def _more(turn: ShownTurn, answer: Answer) -> list[Html]:
    entries = [_button("read", strings.OWN, "own")] if answer.answerer.startswith("llm:") else []
    entries.append(_edit(turn))
    if can_be_asked(turn):
        entries.append(_button("again", strings.ASK_AGAIN, "again", data_drop=""))
        entries.append(_button("watch", strings.WATCH, "watch", data_question=answer.standalone_question))
    if answer.status == "answered":
        entries.append(_button("save", strings.EVIDENCE, "take", data_form="evidence"))
    return entries


def _edit(turn: ShownTurn) -> Html:
    return _button("edit", strings.EDIT_QUESTION, "edit", data_question=turn.question)
