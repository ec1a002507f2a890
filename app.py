"""The web chat: turns what happens on the page into calls, and what comes back into widgets.

``build`` makes the page, ``application`` puts it behind the guard, ``serve`` runs it until it is stopped.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.middleware.cors import CORSMiddleware

from corpus.errors import FootnoteError, UsageError
from page import frame, strings
from page.chat import Chat
from page.conversations import MAX_QUESTION
from page.guard import Guard
from page.ports import Asked
from page.server import run
from page.theme import theme

_LOG = logging.getLogger("footnote.app")
_QUEUE = 64
_AT_ONCE = 4
_DAY = 86_400
_HEAD_START = 1.0


def build(engine: Asked, ready: threading.Event | None = None) -> gr.Blocks:
    """Return the page. ``ready`` is set once the model is loaded; without it, it counts as loaded."""
    if ready is None:
        ready = threading.Event()
        ready.set()
    chat = Chat(engine, ready)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    with gr.Blocks(
        title=strings.PAGE_TITLE, analytics_enabled=False, fill_width=True, delete_cache=(_DAY, _DAY)
    ) as page:
        gr.HTML(frame.masthead(), elem_id="fn-masthead", js_on_load=None, apply_default_css=False)
        with gr.Row(elem_id="fn-desk"):
            with gr.Column(elem_id="fn-talk"):
                conversation = gr.HTML(elem_id="fn-conversation", js_on_load=frame.script(), apply_default_css=False)
                with gr.Row(elem_id="fn-composer"):
                    box = gr.Textbox(
                        label=strings.QUESTION_LABEL,
                        placeholder=strings.QUESTION_PLACEHOLDER,
                        elem_id="fn-question",
                        max_length=MAX_QUESTION,
                        lines=1,
                        max_lines=6,
                        container=False,
                    )
                    button = gr.Button(strings.ASK, elem_id="fn-ask")
                    halt = gr.Button(strings.STOP, elem_id="fn-stop")
            pane = gr.HTML(elem_id="fn-pane", js_on_load=frame.PANE_SCRIPT, apply_default_css=False)
        reply = gr.HTML(elem_id="fn-reply", js_on_load=frame.REPLY_SCRIPT, apply_default_css=False)
        key = gr.State(None, time_to_live=_DAY)
        # A question asked before the last one is answered waits for it, so that both stay in the conversation.
        ask = {"trigger_mode": "always_last", **quiet}
        gr.on([box.submit, button.click], chat.ask, [box, key], [conversation, box, key], **ask)
        halt.click(chat.stop, key, None, trigger_mode="multiple", **quiet)
        conversation.retry(chat.again, key, conversation, trigger_mode="once", **quiet)
        conversation.select(chat.open, None, pane, trigger_mode="multiple", **quiet)
        conversation.clear(chat.fresh, key, [conversation, pane, key], **quiet)
        conversation.like(chat.feedback, key, [conversation, reply], trigger_mode="multiple", **quiet)
        conversation.download(chat.take, key, reply, trigger_mode="multiple", **quiet)
        page.load(chat.start, box, [conversation, pane, key], js=frame.KEPT_SCRIPT, **quiet)
    page.queue(max_size=_QUEUE, default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def application(engine: Asked, host: str = "127.0.0.1", auth: Sequence[tuple[str, str]] | None = None) -> FastAPI:
    """Return the application that serves the page; once it runs, it loads the model in the background."""
    ready = threading.Event()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Loading takes seconds of processor time: the page, which whoever started this is waiting for, goes first.
        loading = threading.Timer(_HEAD_START, _warm_up, (engine, ready))
        loading.daemon = True
        loading.start()
        yield
        loading.cancel()

    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @web.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok", "ready": ready.is_set()})

    @web.get(f"/{frame.STYLESHEET}")
    def stylesheet() -> Response:
        caching = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(frame.asset(frame.STYLESHEET), media_type="text/css", headers=caching)

    gr.mount_gradio_app(
        web,
        build(engine, ready),
        path="/",
        server_name=host,
        auth=list(auth) if auth else None,
        theme=theme(),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    web.add_middleware(CORSMiddleware, allow_origins=[])
    web.state.ended = asyncio.Event()
    web.add_middleware(Guard, bound=host, head=frame.head(), ended=web.state.ended)
    return web


def _warm_up(engine: Asked, ready: threading.Event) -> None:
    """Load the model; a failure is logged here and told to whoever asks first."""
    try:
        engine.warm_up()
    except FootnoteError as error:
        _LOG.error("%s", error)
    except Exception:
        _LOG.exception("the model could not be loaded")
    finally:
        ready.set()


def serve(
    engine: Asked,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: Sequence[tuple[str, str]] | None = None,
) -> None:
    """Serve the page until SIGINT or SIGTERM, then close the engine; port 0 takes a free one.

    Says on stderr where the page is. Raises ``UsageError`` when the address cannot be used.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        engine.close()
        raise UsageError(strings.CANNOT_LISTEN.format(host=host, port=port, why=error)) from error
    try:
        address = f"[{host}]" if ":" in host else host
        sys.stderr.write(strings.SERVING.format(address=address, port=listener.getsockname()[1]) + "\n")
        sys.stderr.flush()
        run(application(engine, host, auth), listener)
    finally:
        listener.close()
        engine.close()
