"""What a browser shows of the chat before Gradio's script has made the page: its name, what it is for, what to ask.

The questions are links that ask them, so they work at once. ``first.js`` takes all of it away when the page is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from footnote.page import frame, strings
from footnote.page.desk.offered_questions import Offering
from footnote.page.markup import Html, h, join

STYLE, SCRIPT = "first.css", "first.js"


class FirstLook:
    """The first look at the chat. Safe to use from several threads."""

    def __init__(self, offering: Offering) -> None:
        self._offering = offering

    def __call__(self) -> Html:
        """Return the HTML; without questions where there are none, or the library cannot be read."""
        try:
            return first_look(self._offering.questions())
        except Exception:  # the page itself will say so
            return first_look(())


def first_look(questions: Sequence[str]) -> Html:
    """Return what is seen first, with its style and its script."""
    links = [h.li(h.a(each, href=f"./?{urlencode({'q': each})}", dir="auto")) for each in questions]
    name = h.p(strings.NAME, h.sup("1", aria_hidden="true"), class_="fn-first-name")
    talk = [
        h.h2(strings.WELCOME),
        h.p(strings.WELCOME_TEXT),
        *([h.h3(strings.SUGGESTIONS), h.ul(*links)] if links else []),
    ]
    return join(
        [
            h.style(Html(frame.asset(STYLE))),
            h.div(h.header(name, h.p(strings.TAGLINE), class_="fn-masthead"), h.main(*talk), id="fn-first"),
            h.script(Html(frame.asset(SCRIPT))),
        ]
    )
