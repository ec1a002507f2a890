"""What a browser shows of the chat before Gradio's script has made the page: its name, what it is for, what to ask.

The questions are links that ask them, so they work at once. ``first.js`` takes all of it away when the page is there.
"""

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlencode

from footnote.page import frame, strings
from footnote.page.desk.offered_questions import Offering
from footnote.page.markup import Html, h, join

STYLE, SCRIPT = "first.css", "first.js"


def first_look(offering: Offering) -> Html:
    """Return what is seen first, with its style and its script.

    It has no questions where there are none, or the library cannot be read: the page itself will say so.
    """
    questions: Sequence[str] = ()
    with suppress(Exception):
        questions = offering.questions()
    links = [h.li(h.a(each, href=f"./?{urlencode({'q': each})}", dir="auto")) for each in questions]
    name = h.p(strings.NAME, h.sup("1", aria_hidden="true"), class_="fn-first-name")
    head = h.header(name, h.p(strings.TAGLINE), class_="fn-masthead")
    offered = [h.h3(strings.SUGGESTIONS), h.ul(*links)] if links else []
    shown = h.div(head, h.main(h.h2(strings.WELCOME), h.p(strings.WELCOME_TEXT), *offered), id="fn-first")
    return join([h.style(Html(frame.asset(STYLE))), shown, h.script(Html(frame.asset(SCRIPT)))])
