"""The list of somebody's conversations: searched, renamed, pinned, deleted and had back."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, Field

from footnote.index.database.conversations import MOST_LISTED, Listed
from footnote.page import strings
from footnote.page.chat.chat import Chat
from footnote.page.chat.conversations import Conversations, Key
from footnote.page.chat.reply import body, offered
from footnote.page.markup import Html, h, join, search
from footnote.page.web import FRESH, fresh_html, sent_json, validated
from footnote.qa.answer import Answer

ADDRESS = "/conversations"
MAX_NAME = 120
MAX_WORDS = 200
"""The longest name and search, in characters."""
SHOWN = 100
"""So many rows are listed at first."""

_MAX_ID = 100
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Change:
    """Something to do with a conversation; ``name`` is the new one of what is renamed."""

    doing: Literal["rename", "pin", "unpin", "delete", "restore"]
    conversation: Annotated[str, Field(min_length=1, max_length=_MAX_ID)]
    name: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(lambda name: " ".join(name.split()))] = ""


def add_list(web: FastAPI, chat: Chat) -> None:
    """Put the list at its address: the rows that are asked for, and changes to one; and what to ask next."""
    kept, owners = chat.kept, chat.owners
    trying = threading.BoundedSemaphore(_AT_ONCE)

    @web.get(ADDRESS)
    def rows(request: Request, words: str = "", most: int = SHOWN) -> Response:
        most = max(1, min(most, MOST_LISTED))
        found = kept.store.listed(owners.of(request), words[:MAX_WORDS], most + 1) if kept.store else []
        more = h.button(strings.ALL_CONVERSATIONS, data_do="list-all", data_most=MOST_LISTED)
        shown = join([listed(found[:most], words), more if len(found) > most else ""])
        epoch = {"x-epoch": kept.store.epoch()} if kept.store else {}
        return fresh_html(shown, **epoch)

    @web.post(ADDRESS)
    async def change(request: Request) -> Response:
        asked = validated(Change, await sent_json(request))
        done = _changed(kept, asked, Key(asked.conversation, owners.of(request)))
        return JSONResponse({"done": done}, 200 if done else 404, FRESH)

    @web.get("/next")
    def further(request: Request, c: str = "", n: int = 0) -> Response:
        if n < 0:  # what to begin with, where that was not tried yet when the page was made
            return fresh_html(offered(strings.SUGGESTIONS, chat.offering.questions()))
        with trying:
            found = chat.further(Key(c[:_MAX_ID], owners.of(request)), n)
        return fresh_html(offered(strings.FURTHER, found))

    @web.get("/own")
    def own(request: Request, c: str = "", n: int = 0) -> Response:
        with trying:
            sides = chat.sides(Key(c[:_MAX_ID], owners.of(request)), n)
        return fresh_html(join(map(_side, strings.OWN_SIDES, sides)))


def _side(title: str, answer: Answer) -> Html:
    said = body(answer) if answer.status == "answered" else h.p(strings.OWN_NONE)
    return h.section(h.h3(title), said)


def _changed(kept: Conversations, asked: Change, key: Key) -> bool:
    if kept.store is None:
        return False
    if asked.doing == "rename":
        return kept.store.rename(key.id, key.owner, asked.name)
    if asked.doing in ("pin", "unpin"):
        return kept.store.pin(key.id, key.owner, asked.doing == "pin")
    return kept.delete(key, asked.doing == "delete")


def frame() -> Html:
    """Return what stands around the list; ``list.js`` fills it."""
    close = h.button("×", class_="fn-list-close", data_do="drawer", aria_label=strings.HIDE_LIST)
    return h.nav(
        h.div(h.h2(strings.CONVERSATIONS), close, class_="fn-list-head"),
        search(strings.SEARCH_CONVERSATIONS, MAX_WORDS, id="fn-conversation-search"),
        h.div(id="fn-rows"),
        _foot("watch", strings.WATCHED, "watched"),
        _foot("gear", strings.SETTINGS, "settings"),
        _menu(),
        aria_label=strings.CONVERSATIONS,
        class_="fn-list",
    )


def _foot(icon: str, words: str, do: str) -> Html:
    mark = h.span(class_=f"fn-icon fn-icon-{icon}", aria_hidden="true")
    line = h.span(words, h.small(data_news=do), class_="fn-foot-words")
    return h.button(mark, line, data_do=do, class_="fn-list-foot")


def listed(rows: Sequence[Listed], words: str = "") -> Html:
    """Return the rows; a line in their place where there are none."""
    if not rows:
        nothing = strings.NO_CONVERSATION_FOUND if words.strip() else strings.NO_CONVERSATIONS
        return h.p(nothing, class_="fn-quiet")
    pinned = [row for row in rows if row.pinned]
    others = [row for row in rows if not row.pinned]
    parts = [h.h3(strings.PINNED), h.ul(*map(_row, pinned))] if pinned else []
    parts += [h.h3(strings.RECENT)] if pinned and others else []
    return join([*parts, h.ul(*map(_row, others)) if others else ""])


def _row(row: Listed) -> Html:
    link = h.a(
        h.span(row.name, class_="fn-row-name", dir="auto"),
        h.span(row.found, class_="fn-row-found", dir="auto") if row.found not in ("", row.name) else "",
        h.time(strings.moment(row.used_at), datetime=row.used_at),
        href=f"./?c={row.id}",
        data_do="conversation",
        data_id=row.id,
    )
    more = h.button("⋯", class_="fn-row-more", data_do="row-menu", data_id=row.id, data_name=row.name,
        data_pinned=row.pinned, aria_haspopup="true", aria_label=strings.CONVERSATION_MENU.format(name=row.name),
    )  # fmt: skip
    return h.li(link, more)


def _menu() -> Html:
    """Return the menu of a row, one for all of them: it is told of which when it is opened."""
    doings = (("rename", strings.RENAME), ("pin", strings.PIN), ("unpin", strings.UNPIN), ("delete", strings.DELETE))
    buttons = [h.button(words, data_do="conversation-change", data_doing=doing) for doing, words in doings]
    return h.div(*buttons, id="fn-row-menu", popover=True, class_="fn-menu")
