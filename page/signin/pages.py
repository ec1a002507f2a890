"""The pages on which somebody signs in and out; they have no script."""

import re
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers
from starlette.types import Scope

from footnote.page import frame, strings
from footnote.page.markup import Html, h

STYLESHEET = "signin.css"
_LONGEST_NEXT = 4000
_NEXT = re.compile(r"/(?:library|evaluation)?(?:\?[A-Za-z0-9%&=_.~+-]*)?")


def address(root_path: str, scope: Scope) -> str:
    """Return where to sign in, to come back afterwards to what was asked for."""
    asked = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope.get("query_string") else "")
    back = coming_back(asked)
    return f"{root_path}/login" + (f"?{urlencode({'next': back}, quote_via=quote)}" if back != "/" else "")


def coming_back(asked: object) -> str:
    """Return the page of this server that ``asked`` names, with its query; else that of the chat."""
    good = isinstance(asked, str) and len(asked) <= _LONGEST_NEXT and _NEXT.fullmatch(asked)
    return str(asked) if good else "/"


def wants_page(headers: Headers) -> bool:
    """Tell whether a browser asks, and not a program."""
    return "text/html" in headers.get("accept", "")


def sign_in_page(root_path: str, back: str = "/", wrong: str = "", name: str = "") -> Html:
    """Return the page with the form; ``wrong`` says what was not right about the last try, of ``name``."""
    form = h.form(
        h.p(wrong, class_="fn-wrong", role="alert") if wrong else h.p(strings.SIGN_IN_TEXT),
        _field(strings.USER_NAME, "username", "text", "username", name),
        _field(strings.PASSWORD, "password", "password", "current-password"),
        h.input(type="hidden", name_="next", value=back),
        h.button(strings.SIGN_IN, type="submit"),
        method="post",
        action=f"{root_path}/login",
    )
    return _page(root_path, strings.SIGN_IN, form)


def sign_out_page(root_path: str, name: str) -> Html:
    """Return the page that asks whether to sign out: a link from elsewhere must not do it."""
    asked, leave = h.p(strings.SIGNED_IN_AS.format(name=name)), h.button(strings.SIGN_OUT, type="submit")
    form = h.form(asked, leave, method="post", action=f"{root_path}/logout")
    return _page(root_path, strings.SIGN_OUT, form, h.p(h.a(strings.BACK_TO_CHAT, href=f"{root_path}/")))


def _field(label: str, name: str, kind: str, filled: str, value: str = "") -> Html:
    entry = h.input(type=kind, name_=name, autocomplete=filled, autocapitalize="none", spellcheck="false",
        maxlength=1000, required=True, value=value or None, autofocus=(kind == "password") == bool(value),
    )  # fmt: skip
    return h.label(label, entry)


def _page(root_path: str, title: str, *parts: Html) -> Html:
    head = h.head(
        h.meta(charset="utf-8"),
        h.meta(name_="viewport", content="width=device-width, initial-scale=1"),
        h.title(f"{title} - {strings.NAME}"),
        h.link(rel="icon", href=frame.ICON),
        *(h.link(rel="stylesheet", href=f"{root_path}/{name}") for name in (*frame.STYLESHEETS, STYLESHEET)),
    )
    body = h.body(h.main(h.h1(strings.NAME, h.sup("1", aria_hidden="true")), *parts, class_="fn-door"))
    return Html(f"<!doctype html>{h.html(head, body, lang='en')}")
