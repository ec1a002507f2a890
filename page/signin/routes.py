"""The addresses at which people and programs sign in and out."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from footnote.page import strings
from footnote.page.server.rate_limits import TooOftenError
from footnote.page.server.scopes import REFUSED
from footnote.page.server.statuses import status_of
from footnote.page.signin.access import MAX_NAME
from footnote.page.signin.pages import coming_back, sign_in_page, sign_out_page, wants_page
from footnote.page.signin.sessions import Authenticator
from footnote.page.web import fresh_html

_MOST_FIELDS = 8


def attach(web: FastAPI, desk: Authenticator) -> None:
    """Add the addresses to an application, before Gradio's own that are called the same."""

    @web.get("/login")
    async def form(request: Request) -> Response:
        if not desk.access.has_users or desk.access.user_of(request):
            return RedirectResponse(f"{desk.root_path}/", 303)
        return fresh_html(sign_in_page(desk.root_path, coming_back(request.query_params.get("next"))))

    @web.post("/login")
    async def sign_in(request: Request) -> Response:
        if not desk.access.has_users:
            return RedirectResponse(f"{desk.root_path}/", 303)
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
            name, password, back = str(sent.get("username", "")), str(sent.get("password", "")), sent.get("next")
        client = request.client.host if request.client else ""
        try:
            token = await desk.sign_in(name.strip(), password, client)
        except TooOftenError as error:
            request.scope[REFUSED] = "too many sign-ins"
            answer = _wrong(desk, request, coming_back(back), str(error), 429, name)
            answer.headers.update(status_of(error).headers)
            return answer
        if not token:
            return _wrong(desk, request, coming_back(back), strings.WRONG_PASSWORD, 401, name)
        there = f"{desk.root_path}{coming_back(back)}"
        welcome = RedirectResponse(there, 303) if wants_page(request.headers) else JSONResponse({"success": True})
        desk.sign_out(request.scope)
        desk.set_cookie(welcome, token, request.scope)
        return welcome

    @web.get("/logout")
    async def leaving(request: Request) -> Response:
        name = desk.access.user_of(request)
        if not name:
            return RedirectResponse(f"{desk.root_path}/login", 303)
        return fresh_html(sign_out_page(desk.root_path, name))

    @web.post("/logout")
    async def sign_out(request: Request) -> Response:
        desk.sign_out(request.scope)
        gone = RedirectResponse(f"{desk.root_path}/login", 303)
        desk.set_cookie(gone, "", request.scope)
        return gone


def _wrong(desk: Authenticator, request: Request, back: str, why: str, status: int, name: str) -> Response:
    if wants_page(request.headers):
        return fresh_html(sign_in_page(desk.root_path, back, why, name[:MAX_NAME]), status)
    return JSONResponse({"detail": why}, status)
