"""A small reverse proxy on a free port, which adds a path and says who asked: what a deployed server stands behind."""

import asyncio
import socket
import threading
from contextlib import asynccontextmanager, contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

OWN = {"connection", "keep-alive", "transfer-encoding", "date", "server", "content-length"}


def proxy(target: str, prefix: str) -> Starlette:
    """An application that passes on what is below ``prefix``, without it, and nothing else."""
    client = httpx.AsyncClient(base_url=target, timeout=60)

    async def forward(request: Request) -> Response:
        if not request.url.path.startswith(f"{prefix}/"):
            return PlainTextResponse("nothing here", 404)
        headers = [(name, value) for name, value in request.headers.raw if name not in (b"host", b"accept-encoding")]
        headers += [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"http"),
                    (b"x-forwarded-host", request.headers["host"].encode())]  # fmt: skip
        url = httpx.URL(target).copy_with(raw_path=request.url.path[len(prefix) :].encode() + query(request))
        sent = client.build_request(request.method, url, headers=headers, content=await request.body())
        answer = await client.send(sent, stream=True)
        passed = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        passed.raw_headers = [(name, value) for name, value in answer.headers.raw if name.decode().lower() not in OWN]
        return passed

    @asynccontextmanager
    async def lifespan(_: Starlette):
        async with client:
            yield

    routes = [Route("/{path:path}", forward, methods=["GET", "POST", "HEAD", "OPTIONS"])]
    return Starlette(routes=routes, lifespan=lifespan)


def query(request: Request) -> bytes:
    return b"?" + request.scope["query_string"] if request.scope["query_string"] else b""


@contextmanager
def proxied(target: str, prefix: str):
    """Serve the proxy; gives the address with the prefix."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(proxy(target, prefix), log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{prefix}"
        finally:
            server.should_exit = True
            thread.join(30)
