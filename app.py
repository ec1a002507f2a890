"""The web chat: turns what happens on the page into calls, and what comes back into widgets.

``build`` makes the page, ``application`` puts it behind the guard, ``serve`` runs it until it is stopped.
"""

import asyncio
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from typing import Any, cast
from urllib.parse import unquote

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.middleware.cors import CORSMiddleware

from footnote.corpus.errors import UsageError
from footnote.corpus.memory import PeriodicTask
from footnote.index.library import Library
from footnote.index.search.full_text import Finder
from footnote.page import api, frame, strings
from footnote.page.chat.chat import Chat
from footnote.page.chat.startup import First, StartupProgress, Watch
from footnote.page.desk import conversation_list
from footnote.page.desk.finding import add_find
from footnote.page.desk.offered_questions import Offering
from footnote.page.desk.owners import Browsers, Owners
from footnote.page.desk.settings import Chosen, add_settings
from footnote.page.desk.watching import Watching, add_watching
from footnote.page.evaluation.page import add_evaluation, there_are
from footnote.page.first_paint import first_look
from footnote.page.library.page import add_library
from footnote.page.markup import Html
from footnote.page.ports import Answerer
from footnote.page.server.caller import caller
from footnote.page.server.gradio_patches import keep_no_values, skip_plots
from footnote.page.server.guard import Guard
from footnote.page.server.metrics import CONTENT_TYPE, Metrics
from footnote.page.server.observed_engine import ObservedEngine
from footnote.page.server.options import ServerOptions
from footnote.page.server.proxy_headers import ProxyHeaders, networks, prefix
from footnote.page.server.rate_limits import is_local
from footnote.page.server.request_bodies import Bodies
from footnote.page.server.server import run
from footnote.page.server.traffic import Requests
from footnote.page.signin import pages as signin_pages
from footnote.page.signin import routes as signin_routes
from footnote.page.signin.access import Access
from footnote.page.signin.sessions import Authenticator, SignInMiddleware
from footnote.page.theme import theme
from footnote.page.web import answer_errors
from footnote.qa.engine import Engine

_QUEUE = 64
_AT_ONCE = 4
_SESSIONS = 512
"""Gradio remembers the conversation's key of so many pages; it never forgets one that was closed by itself."""
_TIDIED = 30.0  # so often, in seconds, the allocator gives back what is free
_DAY = 86_400
_HEAD_START = 1.0


def build(chat: Chat, programs: api.ApiFunctions, opening: StartupProgress, masthead: Html) -> gr.Blocks:
    """Return the page, with what other ``programs`` can call."""
    skip_plots()
    keep_no_values()
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    html = partial(gr.HTML, js_on_load=None, apply_default_css=False)
    with gr.Blocks(title=strings.NAME, analytics_enabled=False, fill_width=True, delete_cache=(_DAY, _DAY)) as page:
        api.attach(programs)  # first, so that the names of its functions are free
        html(masthead, elem_id="fn-masthead")
        with gr.Row(elem_id="fn-desk"):
            html(conversation_list.frame(), elem_id="fn-list")
            with gr.Column(elem_id="fn-talk"):
                conversation = html(elem_id="fn-conversation", js_on_load=frame.script())
                narrow = html(elem_id="fn-limits")
                with gr.Row(elem_id="fn-composer"):
                    box = gr.Textbox(
                        label=strings.QUESTION_LABEL,
                        placeholder=strings.QUESTION_PLACEHOLDER,
                        elem_id="fn-question",
                        lines=1,
                        max_lines=6,
                        container=False,
                    )
                    button = gr.Button(strings.ASK, elem_id="fn-ask")
                    halt = gr.Button(strings.STOP, elem_id="fn-stop")
            pane = html(elem_id="fn-pane", js_on_load=frame.PANE_SCRIPT)
        reply = html(elem_id="fn-reply", js_on_load=frame.REPLY_SCRIPT)
        key = gr.State(None, time_to_live=_DAY)
        sent = gr.JSON(visible=False)
        # A question asked before the last one is answered waits for it, so that both stay in the conversation.
        ask = {"trigger_mode": "always_last", "js": frame.ASK_SCRIPT, **quiet}
        asking = gr.on([box.submit, button.click], chat.reply, [box, sent, key], [conversation, key], **ask)
        asking.failure(None, js=frame.FAILED_SCRIPT, **quiet)
        halt.click(chat.stop, key, None, trigger_mode="multiple", **quiet)
        conversation.retry(chat.again, key, conversation, trigger_mode="once", **quiet)
        conversation.select(chat.open, key, pane, trigger_mode="multiple", **quiet)
        conversation.clear(chat.fresh, key, [conversation, pane, key], **quiet)
        conversation.like(chat.feedback, key, [conversation, reply], trigger_mode="multiple", **quiet)
        conversation.download(chat.take, key, reply, trigger_mode="multiple", **quiet)
        opened = [conversation, pane, narrow, key]
        if opening.adding:
            watch = Watch(opening, chat)
            page.load(watch.start, box, opened, js=frame.ADDRESS_SCRIPT, **quiet)
            notice = html(elem_id="fn-opening")
            clock = gr.Timer(1.0)
            clock.tick(watch.look, key, [notice, clock, *opened], **quiet)
        else:
            page.load(chat.start, box, opened, js=frame.ADDRESS_SCRIPT, **quiet)
    page.state_session_capacity = _SESSIONS
    page.queue(max_size=_QUEUE, default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def application(
    engine: Answerer, host: str = "127.0.0.1", options: ServerOptions | None = None, first: First | None = None
) -> FastAPI:
    """Return the application that serves the page.

    Once it runs, it loads the model in the background, and then lets ``first`` add the first articles.
    Raises ``UsageError`` when ``options`` are none.
    """
    options = options or ServerOptions()
    root_path, proxies = prefix(options.root_path), networks(options.proxies)
    access, limits, opening = options.access(host), options.limits(), StartupProgress(adds=first is not None)
    metrics = Metrics(lambda: _sizes(engine))
    offering = Offering(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Loading takes seconds of processor time: the page, which whoever started this is waiting for, goes first.
        loading = threading.Timer(_HEAD_START, opening.run, (engine, first, offering.keep))
        loading.daemon = True
        loading.start()
        if watching:
            threading.Thread(target=watching.keep, name="watched questions", daemon=True).start()
        tidying = PeriodicTask(_TIDIED)
        tidying.start()
        yield
        offering.end()
        if watching:
            watching.end()
        tidying.stop()
        loading.cancel()
        close_library()

    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    answer_errors(web)
    desk = Authenticator(access, root_path)
    signin_routes.attach(web, desk)
    _add_routes(web, opening, metrics, access, options.metrics_public)
    library = engine.library if isinstance(engine.library, Library) else None
    chosen = Chosen(engine) if isinstance(engine, Engine) else None
    watching = Watching(engine, library) if library else None
    finder = engine.index.finder if isinstance(engine, Engine) else Finder(library) if library else None
    if finder:
        add_find(web, finder, access, limits.searches)
    close_library = add_library(web, engine, access, limits.adds, lambda: there_are(options.runs), finder)
    add_evaluation(web, options.runs, access)
    if chosen:
        add_settings(web, chosen, access)
    own = cast(Answerer, chosen or engine)
    asked = cast(Answerer, ObservedEngine(own, access, limits, metrics, options.log_questions))
    owners = Owners(access, options.private(host))
    chat = Chat(
        asked, opening.ready, lambda: opening.adding, owners, offering=offering,
        as_of=lambda: chosen.choice.as_of if chosen else "",
    )  # fmt: skip
    conversation_list.add_list(web, chat)
    if watching:
        add_watching(web, watching, owners)
    bar = frame.masthead("chat", there_are(options.runs), access.has_users)
    page = build(chat, api.ApiFunctions(asked, access, limits), opening, bar)
    gr.mount_gradio_app(
        web,
        page,
        path="/",
        server_name=host,
        auth_dependency=access.user_of if access.has_users else None,
        root_path=root_path or None,
        theme=theme(),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=True,
    )
    api.speak_json(page)
    ended = web.state.ended = asyncio.Event()
    # The one that is added last is the first to see a request.
    web.add_middleware(CORSMiddleware, allow_origins=[])
    web.add_middleware(Bodies, inputs=api.inputs_of(page))
    web.add_middleware(SignInMiddleware, desk=desk)
    web.add_middleware(Browsers, owners=owners)
    web.add_middleware(
        Guard, bound=host, head=frame.head(), ended=ended, hosts=options.hosts, first=lambda: first_look(offering)
    )
    web.add_middleware(Requests, metrics=metrics)
    web.add_middleware(ProxyHeaders, trusted=proxies, root_path=root_path)
    return web


def _sizes(engine: Answerer) -> tuple[int, int]:
    """Return how many articles and chunks there are; 0 chunks where an engine has no index."""
    index: Any = getattr(engine, "index", None)
    if index is None:
        return len(engine.library.articles()), 0
    if not index.library.versions():  # an empty one would load the model to know how long its vectors are
        return 0, 0
    snapshot = index.snapshot()
    return len(snapshot.articles), len(snapshot.ids)


def _add_routes(web: FastAPI, opening: StartupProgress, metrics: Metrics, access: Access, metrics_public: bool) -> None:
    """Add what machines ask a server, the stylesheets and the typeface."""

    @web.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse(opening.state())

    @web.get("/metrics")
    def numbers(request: Request) -> Response:
        who = caller(access, request)
        editor = who.user is not None and access.may_edit(who.user)
        if not (metrics_public or editor or is_local(who.address)):
            return PlainTextResponse(strings.METRICS_SHUT, 403)
        return Response(metrics.read(), headers={"content-type": CONTENT_TYPE})

    for name in (*frame.STYLESHEETS, signin_pages.STYLESHEET):
        frame.serve(web, name)
    frame.serve(web, "sw.js", lasts=False)
    frame.serve(web, "manifest.webmanifest", frame.manifest(), lasts=False)
    frame.serve(web, "icon.svg", unquote(frame.ICON.partition(",")[2]), lasts=False)
    for file in files("footnote.page").joinpath("static", "fonts").iterdir():
        if file.name.endswith(".woff2"):
            frame.serve(web, f"fonts/{file.name}", file.read_bytes())


def serve(
    engine: Answerer,
    host: str = "127.0.0.1",
    port: int = 7860,
    options: ServerOptions | None = None,
    first: First | None = None,
) -> None:
    """Serve the page until SIGINT or SIGTERM, then close the engine; port 0 takes a free one.

    ``first`` adds the first articles once the page is up. Says on stderr where the page is.
    Raises ``UsageError`` when the address cannot be used, or ``options`` are none.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        engine.close()
        raise UsageError(strings.CANNOT_LISTEN.format(host=host, port=port, why=error)) from error
    try:
        web = application(engine, host, options, first)
        address = f"[{host}]" if ":" in host else host
        sys.stderr.write(strings.SERVING.format(address=address, port=listener.getsockname()[1]) + "\n")
        sys.stderr.flush()
        run(web, listener)
    finally:
        listener.close()
        engine.close()
