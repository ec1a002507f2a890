"""What stands around the conversation: the document's head, the masthead, and the limits on questions."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import Response

from footnote.page import markup, strings
from footnote.page.chat.conversations import MAX_QUESTION
from footnote.page.chat.events import MAX_NOTE
from footnote.page.markup import Attribute, Html, counted, h, join, options

ADDRESSES: dict[strings.Place, str] = {"chat": "./", "library": "library", "evaluation": "evaluation"}
"""Where the pages are, from each of them."""

MOST_PUBLISHERS = 500  # how many publishers there are to choose from
STYLESHEETS = ("page.css", "desk.css")
SCRIPTS = ("common.js", "page.js", "list.js", "keys.js")  # the chat's script, in parts that run as one
PANE_SCRIPT = "watch('value', () => document.dispatchEvent(new CustomEvent('footnote:pane')));"
REPLY_SCRIPT = "watch('value', () => document.dispatchEvent(new CustomEvent('footnote:reply')));"
ADDRESS_SCRIPT = "() => [location.search]"  # gives the query of the page's address: see `page.chat.events.address`
ASK_SCRIPT = "(typed, sent, key) => [typed, window.footnoteOptions?.(typed) ?? null, key]"
"""Shows a question, and sends with it what is set beside it: see `page.chat.events.options`."""
FAILED_SCRIPT = "() => { window.footnoteFailed?.(); }"
"""Puts a question that did not reach the server back into its box."""
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%238a2b2b'/%3E"
    "%3Cpath d='M8 7h13v3.4h-9v4.2h7.6V18H12v7H8z' fill='%23fff'/%3E"
    "%3Ccircle cx='24' cy='10' r='3' fill='%23ffd873'/%3E%3C/svg%3E"
)


_KINDS = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}


@cache
def asset(name: str) -> str:
    """Return the text of a file of this package: ``page.css`` or ``page.js``."""
    return files("footnote.page").joinpath("static", name).read_text(encoding="utf-8")


def serve(web: FastAPI, name: str, content: str | bytes = "", lasts: bool = True) -> None:
    """Put a file of this package, or another content, at ``/name``.

    One that ``lasts`` is asked for by an address that changes with it, and need not be asked for again.
    """
    content = content or asset(name)
    kind = _KINDS[name.rpartition(".")[2]]
    caching = "public, max-age=31536000, immutable" if lasts else "no-cache"
    web.add_api_route(f"/{name}", lambda: Response(content, media_type=kind, headers={"cache-control": caching}))


def stamped(name: str, text: str = "") -> str:
    """Return the address of a file of this package, or one made of ``text``; it changes when the text does."""
    return f"{name}?v={hashlib.sha256((text or asset(name)).encode()).hexdigest()[:12]}"


@cache
def head(title: str = strings.NAME) -> Html:
    """Return what goes into the document's head on every page."""
    return join(
        [
            h.title(title),
            h.meta(name_="description", content=strings.TAGLINE),
            h.meta(name_="color-scheme", content="light dark"),
            h.link(rel="icon", href=ICON),
            h.link(rel="manifest", href="manifest.webmanifest", crossorigin="use-credentials"),
            h.meta(name_="theme-color", content="#faf8f4"),
            *(h.link(rel="stylesheet", href=stamped(name)) for name in STYLESHEETS),
        ]
    )


def own_head(title: str, stylesheet: str, script: str) -> Html:
    """Return the whole head of a page that Gradio does not make; takes the addresses of what is its own."""
    return h.head(
        h.meta(charset="utf-8"),
        h.meta(name_="viewport", content="width=device-width, initial-scale=1"),
        head(title),
        h.link(rel="stylesheet", href=stylesheet),
        h.script(src=script),
    )


def words(names: str, **others: str | int) -> str:
    """Return strings of the interface for a script, as JSON by their names, and ``others``."""
    return json.dumps({**{name: getattr(strings, name) for name in names.split()}, **others})


def script() -> str:
    """Return the page's script, with the words of the interface that it shows."""
    shown = words(
        "AWAY CANCEL CLOSE COMMAND COMMANDS COMMAND_ASK COMMAND_OPEN CONVERSATION_NAME COPIED COPY_FAILED DELETED"
        " EDITING EMPTY_QUESTION FEEDBACK HELP KEYS LIMIT_NAMES NOTE OWN QUESTION_OVER READING REMOVE_LIMIT SAVE SEND"
        " SETTINGS STOP_EDITING UNDO WATCHED",
        MAX_NOTE=MAX_NOTE,
        MAX_QUESTION=MAX_QUESTION,
    )
    return "\n".join([f"const words = {shown};", *map(asset, SCRIPTS)])


def told(message: str, token: int) -> Html:
    """Return a line that is shown for a while; ``token`` makes the same line new."""
    return h.p(message, class_="fn-toast", data_token=token)


def download(name: str, content: str, token: int) -> Html:
    """Return a file for the page's script to save."""
    return h.div(class_="fn-file", hidden=True, data_name=name, data_content=content, data_token=token)


def masthead(here: strings.Place = "chat", evaluation: bool = False, signed_in: bool = False) -> Html:
    """Return the bar on top: the name, the pages, and on the chat's own a new conversation.

    ``evaluation`` tells whether there is anything on the evaluation page, ``signed_in`` whether one can sign out.
    Addresses are relative, so that they hold behind a proxy that adds a path. A page other than the chat has its
    content in an element ``fn-content``.
    """
    links = [
        h.a(name, href=ADDRESSES[place], aria_current="page" if place == here else None)
        for place, name in strings.PAGES.items()
        if place != "evaluation" or evaluation or here == place
    ]
    skip = h.a(strings.SKIP_TO_CONTENT, href="#fn-content", class_="fn-skip")
    drawer, tools, fresh = "", [], ""
    if here == "chat":
        skip = h.a(strings.SKIP, href="#fn-question", class_="fn-skip", data_do="skip")
        drawer = _tool("list", strings.CONVERSATIONS, "drawer", class_="fn-drawer")
        # the keyboard has keys for these
        keyed = [("search", strings.COMMAND_OPEN, "palette"), ("help", strings.HELP, "help")]
        tools = [_tool(*each, class_="fn-tool") for each in keyed]
        rest = h.span(f" {strings.NEW_REST}", class_="fn-roomy")
        fresh = h.button(strings.NEW, rest, data_do="fresh", aria_label=strings.NEW_CONVERSATION)
    return h.header(
        skip,
        drawer,
        h.h1(strings.NAME, h.sup("1", aria_hidden="true"), class_="fn-name"),
        h.p(strings.TAGLINE, class_="fn-tagline"),
        *tools,
        h.nav(*links, aria_label=strings.NAVIGATION),
        h.form(h.button(strings.SIGN_OUT, type="submit"), method="post", action="logout") if signed_in else "",
        fresh,
        class_="fn-masthead",
    )


def _tool(icon: str, label: str, do: str, class_: str) -> Html:
    return h.button(markup.icon(icon), data_do=do, class_=class_, aria_label=label, title=label)


def manifest() -> str:
    """Return what a browser has to know to install the page as a program of its own."""
    return json.dumps({
        "name": strings.NAME, "short_name": strings.NAME, "description": strings.TAGLINE, "start_url": "./",
        "scope": "./", "display": "standalone", "background_color": "#faf8f4", "theme_color": "#faf8f4",
        "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    })  # fmt: skip


def limits(publishers: Sequence[str], tags: Sequence[tuple[str, int]] = (), as_of: str = "") -> Html:
    """Return the fields of the limits that a user may set for the questions that follow, folded away.

    ``page.js`` shows what was set as chips, and sends it with each question; ``as_of`` is set to begin with.
    """
    shown = [
        _limit("after", strings.LIMIT_AFTER, type="date"),
        _limit("before", strings.LIMIT_BEFORE, type="date"),
        _limit("as_of", strings.LIMIT_AS_OF, type="date", value=as_of or None),
    ]
    if publishers:
        names = [("", strings.ANY_PUBLISHER), *((name, name) for name in publishers[:MOST_PUBLISHERS])]
        shown.append(_limit("publisher", strings.LIMIT_PUBLISHER, *options(names)))
    if tags:
        shown.append(_limit("tag", strings.LIMIT_TAG, *options(counted(tags[:MOST_PUBLISHERS], strings.ANY_TAG))))
    shown.append(h.input(type="hidden", id="fn-article", name_="article"))
    fields = h.div(*shown, h.p(strings.LIMITS_HELP, class_="fn-quiet"), class_="fn-fields")
    folded = h.details(h.summary(strings.LIMITS), fields, class_="fn-limits")
    return join([folded, h.ul(class_="fn-chips fn-set", aria_label=strings.LIMITS_SET)])


def _limit(name: str, label: str, *choices: Html, **attributes: Attribute) -> Html:
    """Return a labelled field: one of these choices, or else what the attributes say."""
    control = (h.select if choices else h.input)(*choices, id=f"fn-{name}", name_=name, **attributes)
    return h.div(h.label(label, for_=f"fn-{name}"), control)
