"""What our own addresses share: what is sent to them, checked, and errors as JSON."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect

from footnote.corpus.errors import FootnoteError, UsageError
from footnote.page import strings
from footnote.page.markup import Html
from footnote.page.server.request_bodies import parsed
from footnote.page.server.statuses import status_of

FRESH = {"cache-control": "no-store"}

Name = Annotated[str, Field(max_length=1000)]  # the id of something, or a name that somebody gave it
Number = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]

Record = TypeVar("Record")


def validated(kind: type[Record], data: object) -> Record:
    """Return what was sent as a record: a dataclass whose annotations say what it may hold.

    Raises ``UsageError`` for anything else. Validators of a field may raise it as well, with a line of their own.
    """
    try:
        return cast(Record, _adapter(kind).validate_python(data))
    except ValidationError:
        raise UsageError(strings.BAD_REQUEST) from None


_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


async def sent_json(request: Request) -> object:
    """Return the JSON that was sent. Raises ``UsageError`` where it is none."""
    try:
        return parsed(await request.body())
    except ValueError as error:
        raise UsageError(str(error)) from None


def fresh_html(content: Html, status: int = 200, headers: Mapping[str, str] = FRESH) -> Response:
    """Return HTML that is not kept."""
    return HTMLResponse(content, status, {**FRESH, **headers})


def answer_errors(web: FastAPI) -> None:
    """Answer each ``FootnoteError`` of an address with its line, as JSON, and nobody who has gone."""

    async def refused(_: Request, error: Exception) -> Response:
        status = status_of(error)
        return JSONResponse({"error": str(error)}, status.code, {**FRESH, **status.headers})

    async def gone(_: Request, error: Exception) -> Response:
        return Response(status_code=400)

    web.add_exception_handler(FootnoteError, refused)
    web.add_exception_handler(ClientDisconnect, gone)
