"""What a browser shows of the chat before Gradio's script has made the page: its name, what it is for, what to ask.

The questions are links that ask them, so they work at once. ``first.js`` takes all of it away when the page is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from footnote.page import frame, strings
from footnote.page.desk.offered_questions import Offering
from footnote.page.markup import Html, element, join

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
    links = [element("li", element("a", each, href=f"./?{urlencode({'q': each})}", dir="auto")) for each in questions]
    name = element("p", strings.NAME, element("sup", "1", aria_hidden="true"), class_="fn-first-name")
    talk = [
        element("h2", strings.WELCOME),
        element("p", strings.WELCOME_TEXT),
        *([element("h3", strings.SUGGESTIONS), element("ul", *links)] if links else []),
    ]
    return join(
        [
            element("style", Html(frame.asset(STYLE))),
            element(
                "div",
                element("header", name, element("p", strings.TAGLINE), class_="fn-masthead"),
                element("main", *talk),
                id="fn-first",
            ),
            element("script", Html(frame.asset(SCRIPT))),
        ]
    )
