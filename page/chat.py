"""What happens on the page, turned into calls, and what comes back into HTML."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from corpus.errors import FootnoteError, NotFoundError, UsageError
from page import events, frame, source, strings, talk
from page.conversations import MAX_QUESTION, Conversations, Key, Turn
from page.ports import Asked
from page.takeaway import conversation_as_json, conversation_as_markdown
from qa.answer import Answer
from qa.asked import turn_of
from qa.query_engine import Event, Growing, Step, Traced
from qa.retriever import ScopedQuery

Change = Callable[[Turn], Turn]

_LOG = logging.getLogger("footnote.app")


class Chat:
    """The handlers of the page. A browser session holds the key of its conversation, and nothing else.

    ``ready`` is set once the model is loaded.
    """

    def __init__(self, engine: Asked, ready: threading.Event, kept: Conversations | None = None) -> None:
        self.engine = engine
        self.ready = ready
        self.kept = kept or Conversations()
        self._tokens = itertools.count(1)

    def start(self, conversation: object, request: gr.Request) -> tuple[str, str, Key]:
        """Return the conversation, the pane and the key, as they are when the page is opened or reloaded.

        ``conversation`` is the id that the browser kept, if it did; it opens that user's own conversation only.
        """
        key = self.kept.resume(conversation, str(getattr(request, "username", None) or ""))
        return self._talk(key, resumed=True), self.contents(), key

    def ask(self, typed: object, key: Key | None) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer as it grows: yields conversation, question box, key."""
        key = key or self.kept.start()
        try:
            question = events.question(typed)
        except UsageError as error:
            if str(error) == strings.EMPTY_QUESTION:  # without a yield, Gradio would empty all three
                yield gr.skip(), gr.skip(), gr.skip()
                return
            self.kept.ask(key, Turn(str(typed)[:MAX_QUESTION], error=str(error)))
            yield self._talk(key), gr.skip(), key
            return
        turn = self.kept.ask(key, Turn(question, waiting=self._waiting()))
        yield self._talk(key), "", key
        for shown in self._answered(key, turn):
            yield shown, gr.skip(), gr.skip()

    def again(self, event: gr.EventData, key: Key | None) -> Iterator[Any]:
        """Ask a turn again, in its place, without what the user took back of how it was understood."""
        yield gr.skip()
        try:
            request = events.again_request(event._data)
        except UsageError:
            return
        turn = self.kept.turn(key, request.turn) if key else None
        if key is None or turn is None or turn.answer is None:
            return
        blank = replace(turn, answer=None, said=(), waiting=self._waiting())
        anew = replace(blank, carry=False) if request.drop == "carry" else replace(blank, read_dates=False)
        if self.kept.change(key, turn.number, lambda _: anew):
            yield self._talk(key)
            yield from self._answered(key, anew)

    def _waiting(self) -> str:
        return strings.READING if self.ready.is_set() else strings.WARMING

    def _answered(self, key: Key, turn: Turn) -> Iterator[str]:
        """Yield the conversation as the answer of a turn comes about; whatever goes wrong is a line in it."""
        number = turn.number
        ended = _failed(strings.INTERRUPTED)
        try:
            for event in self.engine.events(self._query(key, turn), lambda: self.kept.stopped(key, number)):
                change = _progress(event)
                if isinstance(event, Traced):
                    ended = change
                elif change is not _same and self.kept.change(key, number, change):
                    yield self._talk(key)
        except FootnoteError as error:
            ended = _failed(str(error))
        except Exception:
            _LOG.exception("an answer failed")
            ended = _failed(strings.UNEXPECTED)
        finally:
            there = self.kept.change(key, number, ended)
        if there:
            yield self._talk(key)

    def _query(self, key: Key, turn: Turn) -> ScopedQuery:
        earlier = [t.answer for t in self.kept.turns(key) if t.number < turn.number and t.answer]
        history = tuple(turn_of(answer) for answer in earlier)
        return ScopedQuery(turn.question, history=history, read_dates=turn.read_dates, carry=turn.carry)

    def stop(self, key: Key | None) -> None:
        """End what is being answered; what there is of it stays."""
        if key:
            self.kept.stop(key)

    def feedback(self, event: gr.EventData, key: Key | None) -> tuple[Any, str]:
        """Keep what somebody says about an answer: the conversation, and a line that says that it was kept."""
        try:
            message = self._said(events.feedback_request(event._data), key)
        except FootnoteError as error:
            return gr.skip(), self._told(str(error))
        return self._talk(key) if key else gr.skip(), self._told(message)

    def _said(self, request: events.FeedbackRequest, key: Key | None) -> str:
        turn = self.kept.turn(key, request.turn) if key else None
        if key is None or turn is None or turn.answer is None:
            raise UsageError(strings.NOT_THERE)
        if not _fits(request, turn.answer):
            raise UsageError(strings.BAD_REQUEST)
        said = (request.kind, request.citation)
        if said in turn.said:
            return strings.SAID_BEFORE
        record = turn.answer.to_dict()
        self.engine.library.add_feedback(request.kind, record, request.citation or None, request.note)
        self.kept.change(key, turn.number, lambda now: replace(now, said=(*now.said, said)))
        return strings.THANKS

    def take(self, event: gr.EventData, key: Key | None) -> str:
        """Return an answer or the conversation as a file, which the page's script saves."""
        try:
            request = events.take_request(event._data)
        except UsageError as error:
            return self._told(str(error))
        turns = [turn for turn in (self.kept.turns(key) if key else ()) if request.turn in (None, turn.number)]
        answers = [turn.answer for turn in turns if turn.answer]
        if not answers:
            return self._told(strings.NOT_THERE)
        if request.form == "markdown":
            name, text = "footnote.md", conversation_as_markdown(answers)
        elif request.turn is None:
            name, text = "footnote-conversation.json", conversation_as_json(answers)
        else:
            name, text = f"footnote-{answers[0].id[:16]}.json", answers[0].to_json() + "\n"
        return frame.download(name, text, next(self._tokens))

    def _told(self, message: str) -> str:
        return frame.told(message, next(self._tokens))

    def _talk(self, key: Key, resumed: bool = False) -> str:
        turns = self.kept.turns(key)
        if turns:
            shown = [_interrupted(turn) for turn in turns] if resumed else turns
            return talk.conversation(shown, key=key.id)
        articles = self.engine.library.articles()
        return talk.conversation((), self.engine.suggestions() if articles else (), empty=not articles, key=key.id)

    def open(self, event: gr.EventData) -> str:
        """Return the pane with the article that was asked for; without one, the list of articles."""
        try:
            request = events.open_request(event._data)
        except UsageError as error:
            return source.gone(str(error))
        try:
            return self._source(request) if request.article else self.contents(request.token)
        except NotFoundError:
            return source.gone(strings.GONE, request.token)
        except FootnoteError as error:
            return source.gone(str(error), request.token)

    def _source(self, request: events.OpenRequest) -> str:
        article = self.engine.library.article(request.article, request.version)
        notice = ""
        try:
            live = self.engine.library.article(request.article)
            notice = "" if live.version == article.version else strings.CITED_VERSION
        except NotFoundError:
            notice = strings.WITHDRAWN
        return source.source(article, request, notice)

    def contents(self, token: int = 0) -> str:
        """Return the pane with the list of articles."""
        return source.contents(self.engine.library.articles(), token)

    def fresh(self, key: Key | None) -> tuple[str, str, Key]:
        """Forget the conversation and begin a new one: the conversation, the pane, the key."""
        if key:
            self.kept.forget(key)
        new = self.kept.start(key.owner if key else "")
        return self._talk(new), self.contents(), new


def _progress(event: Event) -> Change:
    """Return what an event makes of its turn: nothing for a step that has begun anyway."""
    if isinstance(event, Traced):
        return lambda turn: replace(turn, answer=event.answer, growing=None, stopping=False)
    if isinstance(event, Growing):
        return lambda turn: replace(turn, growing=event.answer)
    if isinstance(event, Step) and event.name == "writing":
        return lambda turn: replace(turn, waiting=strings.WRITING)
    return _same


def _failed(why: str) -> Change:
    return lambda turn: replace(turn, error=why, growing=None, stopping=False)


def _same(turn: Turn) -> Turn:
    return turn


def _interrupted(turn: Turn) -> Turn:
    """Return a turn as a page shows it that will not hear of its answer."""
    return Turn(turn.question, turn.number, error=strings.INTERRUPTED) if turn.pending else turn


def _fits(request: events.FeedbackRequest, answer: Answer) -> bool:
    """Tell whether this can be said about that answer."""
    if request.kind == "wrong citation":
        return request.citation in {citation.n for citation in answer.citations}
    refused = request.kind == "should have answered"
    return request.citation == 0 and refused == (answer.status == "abstained")
