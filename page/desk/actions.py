"""What can be done with a question and its answer: a group of small buttons, and a menu for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.page import strings
from footnote.page.chat.clipboard import as_markdown
from footnote.page.chat.conversations import MAX_QUESTION, ShownTurn
from footnote.page.markup import Html, h
from footnote.qa.answer import Answer


def can_be_asked(turn: ShownTurn) -> bool:
    """Tell whether a turn holds a question that the engine takes."""
    return bool(turn.question.strip()) and len(turn.question) <= MAX_QUESTION


def actions(turn: ShownTurn, frozen: bool = False) -> Html:
    """Return the buttons of a turn that has an answer; one that is shown by itself has fewer."""
    answer = turn.answer
    assert answer is not None
    answered = answer.status == "answered"
    shown = []
    if not frozen:
        shown.append(button("read", strings.WHAT_IT_READ, "read"))
    if answered:
        shown.append(button("copy", strings.COPY_ANSWER, "copy", data_copy=as_markdown(answer)))
    if turn.link:
        shown.append(button("link", strings.COPY_LINK, "link", data_link=turn.link))
    if not frozen:
        kinds = ("helpful", "not helpful") if answered else ("should have answered",)
        shown += [_feedback(kind, turn) for kind in kinds if kind not in {said for said, _ in turn.said}]
        shown.append(menu(f"fn-more-{turn.number}", strings.MORE_ACTIONS, _more(turn, answer)))
    said = [strings.SAID[kind].format(n=n) for kind, n in turn.said]
    told = h.span(strings.KEPT.format(what=", ".join(said)), class_="fn-kept") if said else ""
    return h.div(*shown, told, class_="fn-actions", role="group", aria_label=strings.ACTIONS)


def retry(turn: ShownTurn) -> Html:
    """Return the buttons under an error: ask again, if that can be, and edit."""
    again = button("again", strings.ASK_AGAIN, "again", data_drop="") if can_be_asked(turn) else ""
    return h.div(again, _edit(turn), class_="fn-actions")


def again() -> Html:
    """Return the button that asks a turn again."""
    return h.button(strings.ASK_AGAIN, class_="fn-inline", data_do="again", data_drop="")


def button(icon: str, words: str, do: str, bare: bool = False, **more: str | int | None) -> Html:
    """Return a button with an icon of the stylesheet and its label; a ``bare`` one shows its label as a hint."""
    label = h.span(words, class_="fn-unseen" if bare else "fn-label")
    mark = h.span(class_=f"fn-icon fn-icon-{icon}", aria_hidden="true")
    return h.button(mark, label, data_do=do, title=words if bare else None, **more)


def menu(name: str, label: str, entries: Sequence[Html]) -> Html:
    """Return a button with a menu that it opens; ``name`` is the menu's id on the page."""
    mark = h.span(class_="fn-icon fn-icon-more", aria_hidden="true")
    opens = h.button(mark, h.span(label, class_="fn-label"), popovertarget=name)
    return h.span(opens, h.div(*entries, id=name, popover=True, class_="fn-menu"), class_="fn-more")


def _more(turn: ShownTurn, answer: Answer) -> list[Html]:
    entries = [button("read", strings.OWN, "own")] if answer.answerer.startswith("llm:") else []
    entries.append(_edit(turn))
    if can_be_asked(turn):
        entries.append(button("again", strings.ASK_AGAIN, "again", data_drop=""))
        entries.append(button("watch", strings.WATCH, "watch", data_question=answer.standalone_question))
    if answer.status == "answered":
        entries.append(button("save", strings.EVIDENCE, "take", data_form="evidence"))
    return entries


def _edit(turn: ShownTurn) -> Html:
    return button("edit", strings.EDIT_QUESTION, "edit", data_question=turn.question)


def _feedback(kind: str, turn: ShownTurn) -> Html:
    icon = {"helpful": "yes", "not helpful": "no"}.get(kind, "flag")
    return button(icon, strings.FEEDBACK[kind], "feedback", bare=icon != "flag", data_kind=kind)
