"""The list of somebody's conversations: searched, renamed, pinned, deleted and had back."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, Field

from footnote.index.database.conversations import MOST_LISTED, Listed
from footnote.page import markup, strings
from footnote.page.chat.chat import Chat
from footnote.page.chat.conversations import Key
from footnote.page.chat.reply import body, offered
from footnote.page.markup import MAX_WORDS, Html, h, join, search
from footnote.page.web import FRESH, fresh_html, sent_json, validated

ADDRESS = "/conversations"
MAX_NAME = 120  # the longest name, in characters
SHOWN = 100  # so many rows are listed at first
_MAX_ID = 100
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class ListChange:
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
        return fresh_html(shown, headers={"x-epoch": kept.store.epoch()} if kept.store else {})

    @web.post(ADDRESS)
    async def change(request: Request) -> Response:
        asked = validated(ListChange, await sent_json(request))
        key, store, doing = Key(asked.conversation, owners.of(request)), kept.store, asked.doing
        if store is None:
            done = False
        elif doing == "rename":
            done = store.rename(key.id, key.owner, asked.name)
        elif doing in ("pin", "unpin"):
            done = store.pin(key.id, key.owner, doing == "pin")
        else:
            done = kept.delete(key, doing == "delete")
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
        said = [body(answer) if answer.status == "answered" else h.p(strings.OWN_NONE) for answer in sides]
        titled = zip(strings.OWN_SIDES, said, strict=False)  # no answer, no sides
        return fresh_html(join(h.section(h.h3(title), side) for title, side in titled))


def frame() -> Html:
    """Return what stands around the list; ``list.js`` fills it."""
    close = h.button("×", class_="fn-list-close", data_do="drawer", aria_label=strings.HIDE_LIST)
    # one menu for all rows: it is told of which when it is opened
    doings = (("rename", strings.RENAME), ("pin", strings.PIN), ("unpin", strings.UNPIN), ("delete", strings.DELETE))
    changes = [h.button(words, data_do="conversation-change", data_doing=doing) for doing, words in doings]
    return h.nav(
        h.div(h.h2(strings.CONVERSATIONS), close, class_="fn-list-head"),
        search(strings.SEARCH_CONVERSATIONS, id="fn-conversation-search"),
        h.div(id="fn-rows"),
        _foot("watch", strings.WATCHED, "watched"),
        _foot("gear", strings.SETTINGS, "settings"),
        h.div(*changes, id="fn-row-menu", popover=True, class_="fn-menu"),
        aria_label=strings.CONVERSATIONS,
        class_="fn-list",
    )


def _foot(icon: str, words: str, do: str) -> Html:
    line = h.span(words, h.small(data_news=do), class_="fn-foot-words")
    return h.button(markup.icon(icon), line, data_do=do, class_="fn-list-foot")


def listed(rows: Sequence[Listed], words: str = "") -> Html:
    """Return the rows; a line in their place where there are none."""
    if not rows:
        nothing = strings.NO_CONVERSATION_FOUND if words.strip() else strings.NO_CONVERSATIONS
        return h.p(nothing, class_="fn-quiet")
    pinned, others = ([_row(row) for row in rows if row.pinned == first] for first in (True, False))
    parts = [h.h3(strings.PINNED), h.ul(*pinned)] if pinned else []
    parts += [h.h3(strings.RECENT)] if pinned and others else []
    return join([*parts, h.ul(*others) if others else ""])


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
