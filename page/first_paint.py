"""What a browser shows of the chat before Gradio's script has made the page: its name, what it is for, what to ask.

The questions are links that ask them, so they work at once. ``first.js`` takes all of it away when the page is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from footnote.page import frame, strings
from footnote.page.markup import Html, element, join
from footnote.page.ports import Answerer

STYLE, SCRIPT = "first.css", "first.js"
PATIENCE = 0.3
"""For so many seconds a page waits for the questions that are suggested; making them anew may take longer."""


class FirstLook:
    """The first look at the chat of an engine. Safe to use from several threads."""

    def __init__(self, engine: Answerer, patience: float = PATIENCE) -> None:
        self._engine = engine
        self._patience = patience
        self._maker = ThreadPoolExecutor(1, "first look")

    def __call__(self) -> Html:
        """Return the HTML; without questions where the library has none, or where making them takes too long."""
        making = self._maker.submit(self._questions)
        try:
            return first_look(making.result(self._patience))
        except Exception:  # it takes too long, or the library cannot be read: the page itself will say so
            making.cancel()
            return first_look(())

    def _questions(self) -> Sequence[str]:
        return self._engine.suggestions() if self._engine.library.articles() else ()


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
