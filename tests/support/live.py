"""A server in this process, on a free port, for tests with real clients; `browser.serving` takes a process each."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from footnote import app
from footnote.page.server.server import Server


async def made(engine, **options):
    """Build the application inside an event loop: where there is none, Gradio makes one and leaves it open."""
    return app.application(engine, **options)


@contextmanager
def live(engine, connections=None, loop="auto", **options):
    """Serve an engine; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with ThreadPoolExecutor(1) as apart:  # where Playwright runs there is an event loop already
            server = Server(apart.submit(asyncio.run, made(engine, **options)).result(), connections)
        server.config.loop = loop
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()
