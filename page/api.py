"""What other programs can call: ``ask``, ``search`` and ``show``, over HTTP and as tools of the Model Context Protocol.

Gradio serves both from the same three functions; nothing else is named in its API.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from typing import Any, TypeVar

import gradio as gr
from mcp.types import GetPromptRequest, ReadResourceRequest, TextContent

from footnote.corpus.dates import partial_date
from footnote.corpus.errors import FootnoteError, UsageError
from footnote.corpus.text import storable
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat.conversations import MAX_QUESTION
from footnote.page.ports import Answerer, readable
from footnote.page.server.caller import caller, tell_status
from footnote.page.server.rate_limits import RateLimits, ServerBusyError
from footnote.page.server.statuses import line_of, status_of
from footnote.page.signin.access import Access
from footnote.qa.events import last_of
from footnote.qa.passage_search import FoundPassage
from footnote.qa.retriever import ScopedQuery

ARTICLE_SCHEMA = "footnote.article/1"
MAX_NAME = 1000  # the longest id or publisher, in characters
MOST_PASSAGES = 50
AT_ONCE = 4
_PATIENCE = 20.0

_LOG = logging.getLogger("footnote.app")
Result = TypeVar("Result")


class CallError(gr.Error):
    """What is wrong with a call, in one line for who made it."""

    def __init__(self, line: str) -> None:
        super().__init__(line, print_exception=False)

    def __str__(self) -> str:  # Gradio's own has quotes around it, which clients would be shown
        return str(self.message)


class ApiFunctions:
    """The functions; they raise ``FootnoteError``."""

    def __init__(self, engine: Answerer, access: Access, limits: RateLimits) -> None:
        self._engine = engine
        self._access = access
        self._limits = limits
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def ask(
        self, question: str, after: str = "", before: str = "", publisher: str = "", as_of: str = ""
    ) -> dict[str, Any]:
        """Answer a question from the collection of news articles, or decline to.

        Every sentence of the answer is backed by citations: exact quotes with their place in a stored article. The
        status is "answered" or "abstained"; an abstention lists the nearest passages instead.

        Args:
            question: The question, in English, up to 2,000 characters.
            after: Only articles published on this day or later: YYYY, YYYY-MM or YYYY-MM-DD.
            before: Only articles published on this day or earlier.
            publisher: Only articles whose publisher's name holds this.
            as_of: As if nothing later than this day had been published.

        Returns:
            The answer record, of schema footnote.answer/1.
        """
        asked = _text("question", question, MAX_QUESTION, needed=True)
        days = [_day("after", after), _day("before", before), _day("as_of", as_of)]
        scope = Scope(days[0], days[1], _text("publisher", publisher, MAX_NAME), days[2])
        query = ScopedQuery(asked, scope=scope)
        with self._turn():
            return last_of(self._engine.events(query)).answer.to_dict()

    def search(self, query: str, limit: int = 10) -> list[dict[str, Any]]:
        """Find the passages of the articles that are nearest to a question or a few words, nearest first.

        Args:
            query: What to look for, up to 2,000 characters.
            limit: How many passages at most, 1 to 50.

        Returns:
            Passages: article_id, version, title, publisher, published, url, start, end, quote and score.
        """
        words = _text("query", query, MAX_QUESTION, needed=True)
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_PASSAGES:
            raise UsageError(strings.BAD_LIMIT.format(most=MOST_PASSAGES))
        who = caller(self._access)
        self._limits.questions.count(who.address, who.user)
        engine: Any = self._engine  # only a `qa.engine.Engine` can search
        with self._turn():
            passages: Sequence[FoundPassage] = engine.search(words, limit)
        return [{**asdict(passage.source), "score": round(passage.score, 4)} for passage in passages]

    def show(self, article: str, version: str = "") -> dict[str, Any]:
        """Return a stored article with its whole text, in which the offsets of citations count.

        Args:
            article: The article's id, as in a citation's article_id.
            version: An earlier version, by the SHA-256 that a citation has; empty for the current one.

        Returns:
            The article: id, version, title, authors, publisher, published, url and text.
        """
        wanted = _text("article", article, MAX_NAME, needed=True)
        who = caller(self._access)
        self._limits.questions.count(who.address, who.user)
        stored = readable(self._engine.library, self.edits, wanted, _text("version", version, MAX_NAME))
        fields = asdict(stored)
        del fields["source"]  # a path on the server, perhaps
        return {"schema": ARTICLE_SCHEMA, **fields, "version": stored.version}

    @property
    def edits(self) -> bool:
        """Whether who calls right now may edit."""
        return self._access.may_edit(caller(self._access).user)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until fewer than `AT_ONCE` calls are worked on; raises ``ServerBusyError`` when that takes long."""
        if not self._turns.acquire(timeout=_PATIENCE):
            raise ServerBusyError(strings.TOO_BUSY, _PATIENCE)
        try:
            yield
        finally:
            self._turns.release()


def attach(programs: ApiFunctions) -> None:
    """Name the functions in the API of the page that is being built."""
    for function in (programs.ask, programs.search, programs.show):
        gr.api(_told(function, programs), api_name=function.__name__, queue=False)


def inputs_of(page: gr.Blocks) -> dict[object, int]:
    """Return how many values each function of a page takes, by its name and by its number; not those of its script."""
    called = {number: function for number, function in page.fns.items() if function.fn}
    counts = {number: len(function.inputs) for number, function in called.items()}
    return counts | {function.api_name: counts[number] for number, function in called.items() if function.api_name}


def speak_json(page: gr.Blocks) -> None:
    """Let the page's MCP server answer in JSON, where it would write a dictionary of Python, and call nobody."""

    def content(data: Sequence[object], root_url: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(each, ensure_ascii=False)) for each in data]

    server = page.mcp_server_obj
    server.postprocess_output_data = content
    for asked in (GetPromptRequest, ReadResourceRequest):  # there are none, and to say so it would call its own Host
        del server.mcp_server.request_handlers[asked]
    logging.getLogger("mcp.server").setLevel(logging.ERROR)  # it warns in the words of whoever calls


def _told(function: Callable[..., Result], programs: ApiFunctions) -> Callable[..., Result]:
    """Return the function with its name, types and description, and its errors as Gradio tells them to clients."""

    @wraps(function)
    def told(*args: Any, **kwargs: Any) -> Result:  # noqa: ANN401
        try:
            return function(*args, **kwargs)
        except FootnoteError as error:
            tell_status(status_of(error))
            raise CallError(line_of(error, programs.edits)) from None
        except Exception as error:
            _LOG.exception("a call failed")
            tell_status(status_of(error))
            raise CallError(strings.UNEXPECTED) from error

    return told


def _text(name: str, value: object, most: int, needed: bool = False) -> str:
    if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
        raise UsageError(strings.BAD_TEXT.format(name=name, least=1 if needed else 0, most=most))
    return storable(value.strip())


def _day(name: str, value: object) -> str:
    text = _text(name, value, 40)
    day = partial_date(text) if text else ""
    if text and not day:
        raise UsageError(strings.BAD_DAY.format(name=name))
    return day
