"""The library page: the table of articles, one of them, and adding more.

It is plain HTML, made by the functions of `page.markup`; its script asks for parts of it again when something
changes. Whoever may ask may read it. Each request that adds or changes something is checked here, whatever the page
showed: see `page.signin.access`.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import cast

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

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
from footnote.page.library.article import article_pane, message_pane
from footnote.page.library.events import Bulk, Change, Open, Typed, Waiting
from footnote.page.library.table import table, tools
from footnote.page.markup import Html, h, join
from footnote.page.ports import Answerer
from footnote.page.server.caller import caller
from footnote.page.server.guard import SENDING
from footnote.page.server.rate_limits import Limit
from footnote.page.server.request_bodies import parsed
from footnote.page.server.statuses import line_of
from footnote.page.signin.access import Access, ForbiddenError
from footnote.page.web import FRESH, fresh_html, sent_json, validated

STYLESHEET = "library.css"
SCRIPT = "library.js"

_AT_ONCE = 2
_KEY_CHARS = 32
_LOG = logging.getLogger("footnote.app")
_NOTHING = h.p(strings.LIBRARY_CHOOSE, class_="fn-quiet fn-choose")  # the pane before an article is chosen


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
    script = "\n".join(map(frame.asset, ("dark.js", "common.js", SCRIPT)))
    head = frame.own_head(strings.LIBRARY_TITLE, frame.stamped(STYLESHEET), frame.stamped(SCRIPT, script))
    routes = _Routes(desk, access, adds, evaluation, head)
    readers, editors = [Depends(routes.require_user)], [Depends(access.require_edit)]
    web.get("/library")(routes.page)
    web.get("/library/table", dependencies=readers)(routes.table)
    web.get("/library/article", dependencies=readers)(routes.article)
    web.get("/library/draft")(routes.draft)
    web.post("/library/change", dependencies=editors)(routes.change)
    web.post("/library/together", dependencies=readers)(routes.together)
    web.post(SENDING, dependencies=editors)(routes.stage)
    web.post("/library/waiting", dependencies=editors)(routes.waiting)
    web.post("/library/add", dependencies=editors)(routes.add)
    frame.serve(web, STYLESHEET)
    frame.serve(web, SCRIPT, script)
    return desk.close


@dataclass(eq=False)
class _Routes:
    """The answers to the page's requests; they raise ``FootnoteError``."""

    desk: LibraryActions
    access: Access
    adds: Limit
    evaluation: Callable[[], bool]
    head: Html
    _reading: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE))

    # --- reading ---

    def require_user(self, request: Request) -> None:
        """Raise ``ForbiddenError`` for who has not signed in, where that is needed."""
        if self.access.has_users and self.access.user_of(request) is None:
            raise ForbiddenError(strings.LIBRARY_GONE)

    def page(self, request: Request) -> Response:
        """Answer with the whole page, as its address asks for it."""
        edits, user = self._edits(request), self.access.user_of(request)
        if self.access.has_users and user is None:
            return RedirectResponse(frame.ADDRESSES["chat"], status_code=303, headers=FRESH)
        draft = self.desk.drafts.start(user or "").id if edits else ""
        opened, wanted = Open(), ListingQuery()
        with suppress(UsageError):
            opened = validated(Open, dict(request.query_params))
        with suppress(UsageError):
            wanted = library_events.wanted(request.query_params)
        wanted = replace(wanted, withdrawn=wanted.withdrawn and edits)
        controls = tools(self.desk.shelves.publishers(), wanted, edits, draft, tags(self.desk.index.library))
        shown = self._pane(opened, edits) if opened.article else _NOTHING
        content = _content(controls, self._listing(wanted, edits), shown, edits)
        bar = frame.masthead("library", self.evaluation(), self.access.has_users)
        page = h.html(self.head, h.body(h.div(bar, id="fn-masthead"), content), lang="en")
        return fresh_html(Html(f"<!doctype html>{page}"))

    def table(self, request: Request) -> Response:
        """Answer with a page of the table."""
        try:
            return fresh_html(self._listing(library_events.wanted(request.query_params), self._edits(request)))
        except FootnoteError as error:
            return fresh_html(h.p(line_of(error, self._edits(request)), class_="fn-error", role="alert"))

    def article(self, request: Request) -> Response:
        """Answer with the pane that shows an article."""
        try:
            return fresh_html(self._pane(validated(Open, dict(request.query_params)), self._edits(request)))
        except UsageError as error:
            return fresh_html(message_pane(str(error)))

    def draft(self, request: Request) -> Response:
        """Answer with what waits to be added, is being added, or was."""
        return self._staged(self._key(request))

    # --- changing ---

    async def change(self, request: Request) -> Response:
        """Edit, withdraw, restore or purge an article; answers what was done, and with the pane as it is now."""
        asked = validated(Change, await sent_json(request))

        def work() -> Response:
            told = self.desk.change(asked)
            return _told(told, _NOTHING if asked.doing == "purge" else self._pane(Open(asked.article), edits=True))

        return await _worked(work)

    async def together(self, request: Request) -> Response:
        """Withdraw, tag or export several articles; whoever may read them may export them."""
        asked, edits = validated(Bulk, await sent_json(request)), self._edits(request)
        if asked.doing != "export":
            self.access.require_edit(request)

        def work() -> Response:
            if asked.doing != "export":
                return _told(self.desk.together(asked), Html(""))
            named = {"content-disposition": 'attachment; filename="footnote-articles.jsonl"'}
            lines = self.desk.exported(asked.articles, edits)
            return Response(lines, media_type="application/jsonl", headers={**FRESH, **named})

        return await _worked(work)

    async def waiting(self, request: Request) -> Response:
        """Leave out what waits, or set its details, and note files that were too large to be sent."""
        key, asked, drafts = self._key(request), validated(Waiting, await sent_json(request)), self.desk.drafts

        def work() -> Response:
            if asked.clear:
                drafts.clear(key)
            if asked.leave is not None:
                drafts.leave(key, asked.leave)
            if asked.correct is not None:
                drafts.correct(key, asked.correct, asked.fields, self.desk.index.library)
            drafts.refuse(key, asked.refused, strings.LIBRARY_TOO_LARGE.format(size=MEGABYTES))
            return self._staged(key)

        return await _worked(work)

    async def add(self, request: Request) -> Response:
        """Begin to add what waits."""
        key = self._key(request)
        self._count(request)
        self.desk.add(key)
        return self._staged(key)

    async def stage(self, request: Request) -> Response:
        """Read a file, an address or pasted text, and put what it holds with what waits."""
        key, asked = self._key(request), request.query_params
        if asked.get("kind") == "address":
            self._count(request)
        kind, name, data = asked.get("kind", ""), asked.get("name", "")[:1_000], await request.body()
        await run_in_threadpool(self._read, key, kind, name, data)
        return self._staged(key)

    def _read(self, key: Key, kind: str, name: str, data: bytes) -> None:
        with self._reading:
            try:
                items = read_sent(data, name) if kind == "file" else _typed(kind, data)
                self.desk.drafts.put(key, items, self.desk.index.library)
                return
            except RefusedError as error:
                reason = str(error)
            except FootnoteError:
                raise
            except Exception:
                _LOG.exception("a source could not be read")
                reason = strings.LIBRARY_UNREADABLE
            self.desk.drafts.refuse(key, [one_line(name) or strings.LIBRARY_PASTE], reason)

    # --- inside ---

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
        return table(listed, wanted, not self.desk.shelves.rows(), snippets)

    def _pane(self, request: Open, edits: bool) -> Html:
        try:
            return article_pane(self.desk.shown(request, edits))
        except FootnoteError as error:
            return message_pane(strings.GONE if isinstance(error, NotFoundError) else line_of(error, edits))

    def _staged(self, key: Key) -> Response:
        return fresh_html(staged(*self.desk.drafts.state(key)))


async def _worked(work: Callable[[], Response]) -> Response:
    """Do what takes a while in a thread."""
    try:
        return cast(Response, await run_in_threadpool(work))
    except FootnoteError:
        raise
    except Exception:
        _LOG.exception("a change failed")
        return JSONResponse({"error": strings.LIBRARY_FAILED}, 500, FRESH)


def _typed(kind: str, data: bytes) -> Iterable[SourcedArticle | Refusal]:
    """Return what an address holds, or pasted text. Raises ``UsageError`` or ``RefusedError``."""
    try:
        typed = validated(Typed, parsed(data))
    except ValueError as error:
        raise UsageError(str(error)) from None
    if kind == "address":
        return read_address(typed.address)
    if kind == "text":
        return [read_pasted(typed.text, typed.fields)]
    raise UsageError(strings.BAD_REQUEST)


def _told(told: ActionResult, shown: Html) -> Response:
    return JSONResponse({"told": told.words, "undo": told.undo, "pane": shown}, headers=FRESH)


def _content(tools: Html, listing: Html, shown: Html, edits: bool) -> Html:
    shelf = h.div(tools, h.div(listing, id="fn-listing"), id="fn-shelf")
    add = h.div(adding(), h.div(id="fn-staged"), id="fn-add") if edits else ""
    side = h.div(add, h.div(shown, id="fn-pane"), id="fn-side")
    words = frame.words(
        "CANCEL CLOSE LIBRARY_CHOSEN LIBRARY_NOT_SENT LIBRARY_PURGE LIBRARY_PURGE_ASK LIBRARY_PURGE_SURE"
        " LIBRARY_PURGE_TEXT LIBRARY_READING LIBRARY_SENDING TAG UNDO",
        LIBRARY_TOO_MANY=strings.LIBRARY_TOO_MANY.format(count=MAX_FILES),
        MAX_FILES=MAX_FILES,
        MAX_FILE_BYTES=MAX_FILE_BYTES,
    )
    told = h.div(id="fn-told", role="status", data_words=words)
    heard = h.p(id="fn-heard", class_="fn-unseen", role="status")
    return join([h.main(shelf, side, heard, id="fn-desk", class_="fn-library"), told])
