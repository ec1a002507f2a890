"""What happens on the page, turned into calls, and what comes back into HTML."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError, NotFoundError, UsageError
from footnote.page import frame, strings
from footnote.page.chat import events, limits, passages_read, source_pane, transcript, versions
from footnote.page.chat.asking import Asking, Change
from footnote.page.chat.background_answers import BackgroundAnswers
from footnote.page.chat.clipboard import conversation_as_json, conversation_as_markdown
from footnote.page.chat.conversations import MAX_QUESTION, Conversations, Key, ShownTurn, erased
from footnote.page.ports import Answerer
from footnote.page.server.article_access import readable
from footnote.page.server.caller import caller
from footnote.page.server.statuses import line_of
from footnote.page.signin.access import Access
from footnote.qa.answer import Answer

_LOG = logging.getLogger("footnote.app")
_LOOK = 0.25
"""So often, in seconds, a page that was reloaded looks how far an answer is."""


class Chat:
    """The handlers of the page. A browser session holds the key of its conversation, and nothing else.

    ``ready`` is set once the model is loaded; ``partial`` tells whether the first articles are still being added.
    """

    def __init__(
        self,
        engine: Answerer,
        ready: threading.Event,
        kept: Conversations | None = None,
        partial: Callable[[], bool] = lambda: False,
        access: Access | None = None,
    ) -> None:
        self.engine = engine
        self._access = access or Access()
        self.ready = ready
        self.kept = kept or Conversations()
        self._asking = Asking(engine, partial=partial)
        self._unheard = BackgroundAnswers(self.kept)
        self._tokens = itertools.count(1)

    def start(self, conversation: object, request: gr.Request) -> tuple[str, str, str, Key]:
        """Return the conversation, the pane, the limits and the key, as they are when the page is opened or reloaded.

        ``conversation`` is the id that the browser kept, if it did; it opens that user's own conversation only.
        """
        key = self.kept.resume(conversation, str(getattr(request, "username", None) or ""))
        chosen = limits.fields(self._asking.publishers())
        return self._talk(key, resumed=True), self.contents(), chosen, key

    def ask(self, typed: object, sent: object, key: Key | None) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer as it grows: yields conversation and key.

        ``sent`` is what goes with the question, as in `events.options`.
        """
        key = key or self.kept.start()
        try:
            question, options = events.question(typed), events.options(sent)
        except UsageError as error:
            if str(error) == strings.EMPTY_QUESTION:  # without a yield, Gradio would empty both
                yield gr.skip(), gr.skip()
                return
            self.kept.ask(key, ShownTurn(str(typed)[: MAX_QUESTION + 1], error=str(error)))
            yield self._talk(key), key
            return
        asked = ShownTurn(question, waiting=self._waiting(), scope=options.scope)
        turn = self.kept.ask(key, asked, options.replaces)
        named: Any = key
        for shown in self._answered(key, turn):
            yield shown, named
            named = gr.skip()

    def answer(self, typed: object, sent: object, key: Key | None) -> tuple[Any, ...]:
        """Do what `ask` does, and return once there is an answer: conversation and key.

        For answers that come soon: the page shows the question by itself, and each message costs time.
        """
        (shown, named), *later = self.ask(typed, sent, key)
        return later[-1][0] if later else shown, named

    def again(self, event: gr.EventData, key: Key | None) -> Iterator[Any]:
        """Ask a turn again, in its place, without what the user took back of how it was understood or limited.

        One that is being answered is not asked again: a page that was reloaded meanwhile watches it to its end.
        """
        yield gr.skip()
        try:
            request = events.again_request(event._data)
        except UsageError:
            return
        turn = self._turn(key, request.turn)
        if key is None or turn is None or not transcript.can_be_asked(turn):
            return
        if turn.pending:
            yield from self._followed(key, turn.number)
            return
        anew = _without(turn.anew(self._waiting()), request.drop)
        if self.kept.change(key, turn.number, lambda _: anew):
            yield from self._answered(key, anew)

    def _followed(self, key: Key, number: int) -> Iterator[Any]:
        """Yield the conversation as an answer comes about that another page began."""
        shown = None
        while (turn := self.kept.turn(key, number)) is not None and turn.pending:
            self._unheard.watched(key, number)
            yield gr.skip() if turn is shown else self._talk(key)
            shown = turn
            time.sleep(_LOOK)
        yield self._talk(key)

    def _waiting(self) -> str:
        return strings.READING if self.ready.is_set() else strings.WARMING

    def _answered(self, key: Key, turn: ShownTurn) -> Iterator[str]:
        """Yield the conversation at once, and then as the answer of a turn comes about.

        Where the page goes away meanwhile, the answer is finished for when it is back.
        """
        making = self._made(key, turn)
        try:
            yield self._talk(key)
            for changed in making:
                if changed:
                    yield self._talk(key)
        except GeneratorExit:
            if not self._unheard.finish(key, turn.number, making):
                self.kept.change(key, turn.number, ShownTurn.interrupted)
            raise

    def _made(self, key: Key, turn: ShownTurn) -> Generator[bool, None, None]:
        """Answer a turn, and yield at each step whether there is something new; whatever goes wrong is a line in it."""
        number = turn.number
        ended: Change = ShownTurn.interrupted
        earlier = [before for before in self._turns(key) if before.number < number]
        try:
            for progress in self._asking.progress(turn, earlier, lambda: self.kept.stopped(key, number)):
                if progress.last:
                    ended = progress.change
                else:
                    yield self.kept.change(key, number, progress.change)
        except FootnoteError as error:
            ended = _failed(self._line(error))
        except Exception:
            _LOG.exception("an answer failed")
            ended = _failed(strings.UNEXPECTED)
        finally:
            there = self.kept.change(key, number, ended)
        yield there

    def stop(self, key: Key | None) -> None:
        """End what is being answered; what there is of it stays."""
        if key:
            self.kept.stop(key)

    def feedback(self, event: gr.EventData, key: Key | None) -> tuple[Any, str]:
        """Keep what somebody says about an answer: the conversation, and a line that says that it was kept."""
        try:
            message = self._said(events.feedback_request(event._data), key)
        except FootnoteError as error:
            return gr.skip(), self._told(self._line(error))
        return self._talk(key) if key else gr.skip(), self._told(message)

    def _said(self, request: events.FeedbackRequest, key: Key | None) -> str:
        turn = self._turn(key, request.turn)
        if key is None or turn is None or turn.answer is None:
            raise UsageError(strings.NOT_THERE)
        if not _fits(request, turn.answer):
            raise UsageError(strings.BAD_REQUEST)
        said = (request.kind, request.citation)
        if said in turn.said:
            return strings.SAID_BEFORE
        record = turn.answer.to_dict()
        if turn.answer.standalone_question != turn.question:  # it may hold words of earlier answers: purging knows so
            before = [each.answer for each in self._turns(key) if each.answer and each.number < turn.number]
            named = {(quote.article_id, quote.version) for answer in before for quote in answer.quotes}
            record["carried_from"] = [{"article_id": article, "version": version} for article, version in sorted(named)]
        self.engine.library.add_feedback(request.kind, record, request.citation or None, request.note)
        self.kept.change(key, turn.number, lambda now: replace(now, said=(*now.said, said)))
        return strings.THANKS

    def take(self, event: gr.EventData, key: Key | None) -> str:
        """Return an answer or the conversation as a file, which the page's script saves."""
        try:
            request = events.take_request(event._data)
        except UsageError as error:
            return self._told(str(error))
        turns = [turn for turn in (self._turns(key) if key else ()) if request.turn in (None, turn.number)]
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

    def _readable(self, article: str, version: str) -> Article:
        return readable(self.engine.library, self._edits(), article, version)

    def _edits(self) -> bool:
        return self._access.may_edit(caller(self._access).user)

    def _line(self, error: FootnoteError) -> str:
        return line_of(error, self._edits())

    def _told(self, message: str) -> str:
        return frame.told(message, next(self._tokens))

    def _talk(self, key: Key, resumed: bool = False, before: Key | None = None) -> str:
        turns = self._turns(key)
        waiting = "" if self.ready.is_set() else strings.WARMING
        if turns:
            stale = {turn.number for turn in turns if resumed and turn.answer and self._is_stale(turn.answer)}
            return transcript.conversation(turns, key=key.id, stale=stale, waiting=waiting)
        articles = self.engine.library.articles()
        suggestions = self.engine.suggestions() if articles else ()
        back = before.id if before else ""
        return transcript.conversation((), suggestions, len(articles), key.id, back, waiting=waiting)

    def _turns(self, key: Key) -> Sequence[ShownTurn]:
        """Return the turns of a conversation, without the answers that rest on what was erased for good since."""
        turns = self.kept.turns(key)
        for number in erased([turn for turn in turns if turn.answer or turn.growing], self._is_held):
            self.kept.change(key, number, ShownTurn.erased)
        return self.kept.turns(key)

    def _turn(self, key: Key | None, number: int) -> ShownTurn | None:
        return next((turn for turn in self._turns(key) if turn.number == number), None) if key else None

    def _is_held(self, article: str, version: str) -> bool:
        try:
            return any(each.version == version for each in self.engine.library.history(article))
        except NotFoundError:
            return False

    def _is_stale(self, answer: Answer) -> bool:
        """Tell whether an answer cites a version of an article that is not the live one any more."""
        cited = {citation.source.article_id: citation.source.version for citation in answer.citations}
        return any(self.engine.library.version_of(article) != version for article, version in cited.items())

    def open(self, event: gr.EventData, key: Key | None) -> str:
        """Return the pane with what was asked for; without an article, the list of articles."""
        try:
            request = events.open_request(event._data)
        except UsageError as error:
            return source_pane.gone(str(error))
        try:
            return self._opened(request, key)
        except NotFoundError:
            return source_pane.gone(strings.GONE, request.token)
        except FootnoteError as error:
            return source_pane.gone(self._line(error), request.token)

    def _opened(self, request: events.OpenRequest, key: Key | None) -> str:
        if request.view == "read":
            return self._read(request, key)
        if not request.article:
            return self.contents(request.token)
        return self._changes(request) if request.view == "changes" else self._source(request)

    def _source(self, request: events.OpenRequest) -> str:
        library = self.engine.library
        article = self._readable(request.article, request.version)
        live = library.version_of(request.article)
        notice = "" if live == article.version else strings.CITED_VERSION if live else strings.WITHDRAWN
        return source_pane.source(article, request, notice, library.history(request.article))

    def _changes(self, request: events.OpenRequest) -> str:
        """Return what changed up to ``request.version``, or since it where ``request.n`` is not 0."""
        known = self.engine.library.history(request.article)
        at = next((n for n, each in enumerate(known) if each.version == request.version), None)
        if at is None:
            raise NotFoundError(strings.GONE)
        old, new = (known[at], known[-1]) if request.n else (known[max(0, at - 1)], known[at])
        before, after = (self._readable(request.article, each.version) for each in (old, new))
        return source_pane.beside(versions.changes(old, new, before, after), strings.BACK_TO_ARTICLE, request.token)

    def _read(self, request: events.OpenRequest, key: Key | None) -> str:
        turn = self._turn(key, request.turn)
        if turn is None or turn.answer is None:
            return source_pane.gone(strings.NOT_THERE, request.token)
        listed = passages_read.listed(turn.answer, turn.read, turn.unread, self._readable)
        return source_pane.beside(listed, strings.ALL_ARTICLES, request.token)

    def contents(self, token: int = 0) -> str:
        """Return the pane with the list of articles."""
        return source_pane.contents(self.engine.library.articles(), token)

    def fresh(self, event: gr.EventData, key: Key | None) -> tuple[str, str, Key]:
        """Begin a new conversation, or go back to an earlier one that is named: the conversation, the pane, the key."""
        owner = key.owner if key else ""
        earlier = self.kept.resume(events.conversation(event._data), owner)
        if self.kept.turns(earlier):
            return self._talk(earlier, resumed=True), self.contents(), earlier
        away = self.kept.put_away(key) if key else None
        new = self.kept.start(owner)
        return self._talk(new, before=away), self.contents(), new


def _without(turn: ShownTurn, drop: events.Drop) -> ShownTurn:
    """Return the turn without a part of how it was understood or limited."""
    if drop == "carry":
        return replace(turn, carry=False)
    if drop == "dates":
        return replace(turn, read_dates=False)
    if drop == "outlet":
        return replace(turn, read_outlet=False)
    return replace(turn, scope=replace(turn.scope, **{drop: ""})) if drop else turn


def _failed(why: str) -> Change:
    return lambda turn: replace(turn, error=why, growing=None, stopping=False)


def _fits(request: events.FeedbackRequest, answer: Answer) -> bool:
    """Tell whether this can be said about that answer."""
    if request.kind == "wrong citation":
        return request.citation in {citation.n for citation in answer.citations}
    refused = request.kind == "should have answered"
    return request.citation == 0 and refused == (answer.status == "abstained")
