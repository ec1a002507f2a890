"""The library page: the table of articles, one of them, and adding more.

It is plain HTML, made by the functions of `page.markup`; its script asks for parts of it again when something
changes. Whoever may ask may read it. Each request that adds or changes something is checked here, whatever the page
showed: see `page.signin.access`.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from footnote.corpus.errors import FootnoteError, NotFoundError, RefusedError, UsageError
from footnote.corpus.intake import MAX_FILE_BYTES, read_address, read_pasted, read_sent
from footnote.corpus.result import Refusal, SourcedArticle
from footnote.corpus.text import one_line
from footnote.index.database.tags import tags
from footnote.index.listing import ListingQuery
from footnote.index.passages import PassageIndex
from footnote.index.search.full_text import Finder
from footnote.page import frame, strings
from footnote.page.chat.conversations import Key
from footnote.page.library import events as library_events
from footnote.page.library.actions import ActionResult, LibraryActions
from footnote.page.library.adding import MAX_FILES, MEGABYTES, adding, staged
from footnote.page.library.article import article_pane, message_pane, nothing
from footnote.page.library.events import Open
from footnote.page.library.table import table, tools
from footnote.page.markup import Html, h, join
from footnote.page.ports import Answerer
from footnote.page.server.caller import caller
from footnote.page.server.guard import MAX_SENT, SENDING
from footnote.page.server.rate_limits import Limit
from footnote.page.server.request_bodies import parsed
from footnote.page.server.statuses import line_of, status_of
from footnote.page.signin.access import Access, ForbiddenError

STYLESHEET = "library.css"
SCRIPT = "library.js"

_AT_ONCE = 2
_KEY_CHARS = 32
_LASTING = {"cache-control": "public, max-age=31536000, immutable"}
_FRESH = {"cache-control": "no-store"}
_LOG = logging.getLogger("footnote.app")


def add_library(
    web: FastAPI,
    engine: Answerer,
    access: Access,
    adds: Limit,
    evaluation: Callable[[], bool] = lambda: False,
    finder: Finder | None = None,
) -> Callable[[], None]:
    """Put the page into the application, where the engine has a library; returns what ends it, before that is closed.

    Another engine has none, and no page. ``adds`` is how often a client may add what waits, or have an address
    read. ``evaluation`` tells whether there is anything on the evaluation page.
    """
    index = getattr(engine, "index", None)
    if not isinstance(index, PassageIndex):
        return lambda: None
    desk = LibraryActions(index, finder=finder)
    routes = _Routes(desk, access, adds, evaluation)
    web.get("/library", response_class=HTMLResponse)(routes.page)
    web.get("/library/table", response_class=HTMLResponse)(routes.table)
    web.get("/library/article", response_class=HTMLResponse)(routes.article)
    web.get("/library/draft", response_class=HTMLResponse)(routes.draft)
    web.post("/library/change")(routes.change)
    web.post("/library/together")(routes.together)
    web.post(SENDING)(routes.stage)
    web.post("/library/waiting")(routes.waiting)
    web.post("/library/add")(routes.add)
    for name, kind in ((STYLESHEET, "text/css"), (SCRIPT, "text/javascript")):
        web.get(f"/{name}")(_asset(name, kind))
    return desk.close


def _asset(name: str, kind: str) -> Callable[[], Response]:
    def answer() -> Response:
        return Response(frame.asset(name), media_type=kind, headers=_LASTING)

    return answer


class _Routes:
    """The answers to the page's requests."""

    def __init__(self, desk: LibraryActions, access: Access, adds: Limit, evaluation: Callable[[], bool]) -> None:
        self.desk = desk
        self.access = access
        self.adds = adds
        self.evaluation = evaluation
        self._reading = threading.BoundedSemaphore(_AT_ONCE)

    # --- reading ---

    def page(self, request: Request) -> Response:
        """Answer with the whole page, as its address asks for it."""
        if self._is_stranger(request):
            return RedirectResponse(frame.ADDRESSES["chat"], status_code=303, headers=_FRESH)
        edits, user = self._edits(request), self.access.user_of(request)
        draft = self.desk.drafts.start(user or "").id if edits else ""
        try:
            opened = library_events.opened(request.query_params)
        except UsageError:
            opened = Open("")
        try:
            wanted = library_events.wanted(request.query_params)
        except UsageError:
            wanted = ListingQuery()
        wanted = replace(wanted, withdrawn=wanted.withdrawn and edits)
        content = _content(
            tools(self.desk.shelves.publishers(), wanted, edits, draft, tags(self.desk.index.library)),
            self._listing(wanted, edits),
            self._pane(opened, edits) if opened.article else nothing(),
            edits,
        )
        bar = frame.masthead("library", self.evaluation(), self.access.has_users)
        masthead = h.div(bar, id="fn-masthead")
        head = frame.own_head(strings.LIBRARY_TITLE, frame.stamped(STYLESHEET), frame.stamped(SCRIPT))
        page = h.html(head, h.body(masthead, content), lang="en")
        return HTMLResponse(f"<!doctype html>{page}", headers=_FRESH)

    def table(self, request: Request) -> Response:
        """Answer with a page of the table."""
        if self._is_stranger(request):
            return _refused(ForbiddenError(strings.LIBRARY_GONE))
        try:
            return _html(self._listing(library_events.wanted(request.query_params), self._edits(request)))
        except FootnoteError as error:
            said = line_of(error, self._edits(request))
            return _html(h.p(said, class_="fn-error", role="alert"))

    def article(self, request: Request) -> Response:
        """Answer with the pane that shows an article."""
        if self._is_stranger(request):
            return _refused(ForbiddenError(strings.LIBRARY_GONE))
        try:
            return _html(self._pane(library_events.opened(request.query_params), self._edits(request)))
        except UsageError as error:
            return _html(message_pane(str(error)))

    def draft(self, request: Request) -> Response:
        """Answer with what waits to be added, is being added, or was."""
        try:
            return _html(self._staged(self._key(request)))
        except UsageError as error:
            return _refused(error)

    # --- changing: each asks first whether it may ---

    async def change(self, request: Request) -> Response:
        """Edit, withdraw, restore or purge an article; answers what was done, and with the pane as it is now."""

        def work(data: object) -> Response:
            asked = library_events.change(data)
            told = self.desk.change(asked)
            shown = nothing() if asked.doing == "purge" else self._pane(Open(asked.article), edits=True)
            return _told(told, shown)

        return await self._worked(request, work)

    async def together(self, request: Request) -> Response:
        """Withdraw, tag or export several articles; whoever may read them may export them."""

        def work(data: object) -> Response:
            asked = library_events.bulk(data)
            if asked.doing != "export":
                self.access.require_edit(request)
                return _told(self.desk.together(asked), Html(""))
            text = self.desk.exported(asked.articles, self._edits(request))
            named = {"content-disposition": 'attachment; filename="footnote-articles.jsonl"'}
            return Response(text, media_type="application/jsonl", headers={**_FRESH, **named})

        if self._is_stranger(request):
            return _refused(ForbiddenError(strings.LIBRARY_GONE))
        return await self._worked(request, work, lambda _: None)

    async def waiting(self, request: Request) -> Response:
        """Leave out what waits, or set its details, and note files that were too large to be sent."""

        def work(data: object) -> Response:
            key, asked = self._key(request), library_events.waiting(data)
            if asked.clear:
                self.desk.drafts.clear(key)
            if asked.leave is not None:
                self.desk.drafts.leave(key, asked.leave)
            if asked.correct is not None:
                self.desk.drafts.correct(key, asked.correct, asked.fields, self.desk.index.library)
            self.desk.drafts.refuse(key, asked.refused, strings.LIBRARY_TOO_LARGE.format(size=MEGABYTES))
            return _html(self._staged(key))

        return await self._worked(request, work)

    async def add(self, request: Request) -> Response:
        """Begin to add what waits."""

        def work(_: object) -> Response:
            key = self._key(request)
            self._count(request)
            self.desk.add(key)
            return _html(self._staged(key))

        return await self._worked(request, work)

    async def stage(self, request: Request) -> Response:
        """Read a file, an address or pasted text, and put what it holds with what waits."""
        try:
            self.access.require_edit(request)
            key = self._key(request)
            if request.query_params.get("kind") == "address":
                self._count(request)
            data = await _body(request, MAX_SENT)
            await run_in_threadpool(self._read, key, dict(request.query_params), data)
            return _html(self._staged(key))
        except ClientDisconnect:
            return Response(status_code=400)
        except FootnoteError as error:
            return _refused(error)

    def _read(self, key: Key, asked: Mapping[str, str], data: bytes) -> None:
        kind, name = asked.get("kind", ""), asked.get("name", "")[:1_000]
        with self._reading:
            try:
                items = read_sent(data, name) if kind == "file" else _typed(kind, _parsed(data))
                self.desk.drafts.put(key, items, self.desk.index.library)
            except RefusedError as error:
                self.desk.drafts.refuse(key, [one_line(name) or strings.LIBRARY_PASTE], str(error))
            except FootnoteError:
                raise
            except Exception:
                _LOG.exception("a source could not be read")
                self.desk.drafts.refuse(key, [one_line(name) or strings.LIBRARY_PASTE], strings.LIBRARY_UNREADABLE)

    # --- inside ---

    def _is_stranger(self, request: Request) -> bool:
        return self.access.has_users and self.access.user_of(request) is None

    def _edits(self, request: Request) -> bool:
        return self.access.may_edit(self.access.user_of(request))

    def _count(self, request: Request) -> None:
        who = caller(self.access, request)
        self.adds.count(who.address, who.user)

    def _key(self, request: Request) -> Key:
        """Return the draft that a request is about: its owner is whoever sends it. Raises ``UsageError``."""
        self.access.require_edit(request)
        given = request.query_params.get("draft", "")
        if len(given) != _KEY_CHARS:
            raise UsageError(strings.LIBRARY_GONE)
        return Key(given, self.access.user_of(request) or "")

    def _listing(self, wanted: ListingQuery, edits: bool) -> Html:
        if wanted.withdrawn and not edits:
            raise ForbiddenError(strings.LIBRARY_EDITORS_ONLY)
        listed, snippets = self.desk.listed(wanted)
        return table(listed, wanted, not self.desk.shelves.rows(), edits, snippets)

    def _pane(self, request: Open, edits: bool) -> Html:
        try:
            return article_pane(self.desk.shown(request, edits))
        except NotFoundError:
            return message_pane(strings.GONE)
        except FootnoteError as error:
            return message_pane(line_of(error, edits))

    def _staged(self, key: Key) -> Html:
        return staged(*self.desk.drafts.state(key))

    async def _worked(
        self, request: Request, work: Callable[[object], Response], check: Callable[[Request], None] | None = None
    ) -> Response:
        """Answer with what ``work`` makes of a request's JSON, if who sent it may edit; else why not."""
        try:
            (check or self.access.require_edit)(request)
            data = _parsed(await _body(request, MAX_SENT))
            return await run_in_threadpool(work, data)
        except ClientDisconnect:
            return Response(status_code=400)
        except FootnoteError as error:
            return _refused(error)
        except Exception:
            _LOG.exception("a change failed")
            return JSONResponse({"error": strings.LIBRARY_FAILED}, 500, _FRESH)


def _typed(kind: str, data: object) -> Iterable[SourcedArticle | Refusal]:
    """Return what an address holds, or pasted text. Raises ``UsageError`` or ``RefusedError``."""
    fields = data if isinstance(data, Mapping) else {}
    if kind == "address" and isinstance(url := fields.get("address"), str):
        return read_address(url)
    if kind == "text" and isinstance(text := fields.get("text"), str):
        return [read_pasted(text, library_events.metadata(fields.get("fields", {})))]
    raise UsageError(strings.BAD_REQUEST)


async def _body(request: Request, most: int) -> bytes:
    """Return a request's body. Raises ``UsageError`` when it is over ``most`` bytes."""
    data = bytearray()
    async for part in request.stream():
        data.extend(part)
        if len(data) > most:
            raise UsageError(strings.LIBRARY_TOO_LARGE.format(size=MEGABYTES))
    return bytes(data)


def _parsed(data: bytes) -> object:
    try:
        return parsed(data)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _html(content: Html) -> Response:
    return HTMLResponse(content, headers=_FRESH)


def _told(told: ActionResult, shown: Html) -> Response:
    return JSONResponse({"told": told.words, "undo": told.undo, "pane": shown}, headers=_FRESH)


def _refused(error: FootnoteError) -> Response:
    status = status_of(error)
    return JSONResponse({"error": str(error)}, status.code, {**_FRESH, **status.headers})


def _content(tools: Html, listing: Html, shown: Html, edits: bool) -> Html:
    shelf = h.div(tools, h.div(listing, id="fn-listing"), id="fn-shelf")
    add = h.div(adding(), h.div(id="fn-staged"), id="fn-add") if edits else ""
    side = h.div(add, h.div(shown, id="fn-pane"), id="fn-side")
    words: dict[str, Any] = {
        "sending": strings.LIBRARY_SENDING, "reading": strings.LIBRARY_READING, "failed": strings.LIBRARY_NOT_SENT,
        "many": strings.LIBRARY_TOO_MANY.format(count=MAX_FILES), "undo": strings.LIBRARY_UNDO,
        "dismiss": strings.CLOSE, "purge": strings.LIBRARY_PURGE, "purgeAsk": strings.LIBRARY_PURGE_ASK,
        "purgeText": strings.LIBRARY_PURGE_TEXT, "purgeSure": strings.LIBRARY_PURGE_SURE, "cancel": strings.CANCEL,
        "most": MAX_FILE_BYTES, "files": MAX_FILES, "chosen": strings.LIBRARY_CHOSEN, "tagAsk": strings.LIBRARY_TAG_ASK,
    }  # fmt: skip
    told = h.div(id="fn-told", role="status", data_words=json.dumps(words))
    heard = h.p(id="fn-heard", class_="fn-unseen", role="status")
    return join([h.main(shelf, side, heard, id="fn-desk", class_="fn-library"), told])
