"""What happens on the page, turned into calls, and what comes back into HTML."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import gradio as gr

from footnote.corpus.article import Article
from footnote.corpus.errors import FootnoteError, NotFoundError, UsageError
from footnote.index.database.connection import Database
from footnote.index.database.conversations import ConversationStore
from footnote.index.database.tags import tags
from footnote.page import frame, strings
from footnote.page.chat import events, pane, passages_read, source_pane, transcript
from footnote.page.chat.asking import Asking, BackgroundAnswers, Change
from footnote.page.chat.clipboard import conversation_as_json, conversation_as_markdown
from footnote.page.chat.conversations import MAX_QUESTION, Conversations, Key, ShownTurn, erased, with_number
from footnote.page.desk.offered_questions import Offering
from footnote.page.desk.owners import Owners
from footnote.page.ports import Answerer, readable
from footnote.page.server.caller import caller
from footnote.page.server.statuses import line_of
from footnote.page.signin.access import Access
from footnote.page.web import validated
from footnote.qa.answer import Answer

_LOG = logging.getLogger("footnote.app")
_LOOK = 0.25  # so often, in seconds, a page that was reloaded looks how far an answer is


class Chat:
    """The handlers of the page. A browser session holds the key of its conversation, and nothing else.

    ``ready`` is set once the model is loaded; ``partial`` tells whether the first articles are still being added;
    ``as_of`` is the date that questions are limited by to begin with.
    """

    def __init__(
        self,
        engine: Answerer,
        ready: threading.Event,
        partial: Callable[[], bool] = lambda: False,
        owners: Owners | None = None,
        offering: Offering | None = None,
        as_of: Callable[[], str] = lambda: "",
    ) -> None:
        self.engine = engine
        self.owners = owners or Owners(Access())
        self._access = self.owners.access
        self._as_of = as_of
        self.ready = ready
        library = engine.library
        self.kept = Conversations(ConversationStore(library) if isinstance(library, Database) else None)
        self.offering = offering or Offering(engine)
        self._asking = Asking(engine, self.offering, partial=partial)
        self._unheard = BackgroundAnswers(self.kept)
        self._tokens = itertools.count(1)
        self._left: set[tuple[Key, int]] = set()

    def start(self, address: object, request: gr.Request) -> tuple[str, str, str, Key]:
        """Return the conversation, the pane, the limits and the key, as they are when the page is opened or reloaded.

        ``address`` is the query of the page's address: it names the user's own conversation, or a single answer.
        """
        conversation, link = events.address(address)
        key = self.kept.resume(conversation, self.owners.of(request))
        library = self.engine.library
        named = tags(library) if isinstance(library, Database) else ()
        chosen = frame.limits(self._asking.publishers(), named, self._as_of())
        shown = self._linked(link, request) if link else self._talk(key, resumed=True)
        return shown, self.contents(), chosen, key

    def _linked(self, link: str, request: gr.Request) -> str:
        """Return the answer that a link names, as it was given; of another's, what this user may read of it."""
        named = self.kept.linked(link)
        if named is None:
            return transcript.linked(None)
        whose, turn = named
        if turn.answer and erased([turn], self._is_held):
            turn = turn.erased()
        quoted = turn.answer.quotes if turn.answer else ()
        live = all(self.engine.library.version_of(quote.article_id) for quote in quoted)
        edits = self._access.may_edit(self._access.user_of(request))
        if not (live or edits or whose == self.owners.of(request)):
            turn = replace(turn.erased(), error=strings.LINK_WITHDRAWN)
        return transcript.linked(turn, stale=turn.answer is not None and self._is_stale(turn.answer))

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
            self.kept.ask(key, ShownTurn(str(typed)[: MAX_QUESTION + 1], error=str(error), token=events.token(sent)))
            yield self._talk(key), key
            return
        limit = options.scope.article
        within = next((each.label for each in self.engine.library.articles() if each.id == limit), "") if limit else ""
        asked = ShownTurn(question, waiting=self._waiting(), scope=options.scope, within=within, token=options.token)
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

    def reply(self, typed: object, sent: object, key: Key | None) -> Iterator[tuple[Any, ...]]:
        """Answer as `ask` does where answers come slowly, and else as `answer` does."""
        if self.engine.streams:
            yield from self.ask(typed, sent, key)
        else:
            yield self.answer(typed, sent, key)

    def sides(self, key: Key, number: int) -> tuple[Answer, ...]:
        """Return the answer that a language model wrote for a turn, and what the articles' own sentences say to it."""
        turn = self._turn(key, number)
        own = self.offering.own(turn.answer.standalone_question, turn.scope) if turn and turn.answer else None
        return (turn.answer, own) if turn and turn.answer and own else ()

    def again(self, event: gr.EventData, key: Key | None) -> Iterator[Any]:
        """Ask a turn again, in its place, without what the user took back of how it was understood or limited.

        One that is being answered is not asked again: a page that was reloaded meanwhile watches it to its end.
        """
        yield gr.skip()
        try:
            request = validated(events.AgainRequest, event._data)
        except UsageError:
            return
        turn = self._turn(key, request.turn)
        if key is None or turn is None or not transcript.can_be_asked(turn):
            return
        if turn.pending:
            yield from self._followed(key, turn.number)
            return
        anew, drop = turn.anew(self._waiting()), request.drop
        if reading := {"carry": "carry", "dates": "read_dates", "outlet": "read_outlet"}.get(drop):
            anew = replace(anew, **{reading: False})  # type: ignore[arg-type]
        elif drop:
            anew = replace(anew, scope=replace(anew.scope, **{drop: ""}))  # type: ignore[arg-type]
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

        Where the page goes away meanwhile, or on to another conversation, the answer is finished for when it is back.
        """
        making = self._made(key, turn)
        heard = False
        try:
            yield self._talk(key)
            for changed in making:
                if (key, turn.number) in self._left:
                    return
                if changed:
                    yield self._talk(key)
            heard = True
        finally:
            self._left.discard((key, turn.number))
            if not heard and not self._unheard.finish(key, turn.number, making):
                self.kept.change(key, turn.number, ShownTurn.interrupted)

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

    def further(self, key: Key, number: int) -> tuple[str, ...]:
        """Return what to ask after a turn, and keep it there; takes a while, as each question is tried first."""
        turns = self._turns(key)
        turn = with_number(turns, number)
        if turn is None or turn.answer is None or turn.further is not None:
            return (turn.further or ()) if turn else ()
        further = self.offering.further(turn.answer, [each.question for each in turns])
        self.kept.change(key, number, lambda now: replace(now, further=further) if now.answer is turn.answer else now)
        return further

    def stop(self, key: Key | None) -> None:
        """End what is being answered; what there is of it stays."""
        if key:
            self.kept.stop(key)

    def feedback(self, event: gr.EventData, key: Key | None) -> tuple[Any, str]:
        """Keep what somebody says about an answer: the conversation, and a line that says that it was kept."""
        try:
            message = self._said(validated(events.FeedbackRequest, event._data), key)
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
        if turn.carried:  # it may hold words of earlier answers: purging knows so
            record["carried_from"] = [asdict(each) for each in turn.carried]
        self.engine.library.add_feedback(request.kind, record, request.citation or None, request.note)
        self.kept.change(key, turn.number, lambda now: replace(now, said=(*now.said, said)))
        return strings.THANKS

    def take(self, event: gr.EventData, key: Key | None) -> str:
        """Return an answer or the conversation as a file, which the page's script saves."""
        try:
            request = validated(events.TakeRequest, event._data)
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

    def _edits(self) -> bool:
        return self._access.may_edit(caller(self._access).user)

    def _readable(self, article: str, version: str) -> Article:
        return readable(self.engine.library, self._edits(), article, version)

    def _line(self, error: FootnoteError) -> str:
        return line_of(error, self._edits())

    def _told(self, message: str) -> str:
        return frame.told(message, next(self._tokens))

    def _talk(self, key: Key, resumed: bool = False) -> str:
        turns = self._turns(key)
        waiting = "" if self.ready.is_set() else strings.WARMING
        if turns:
            stale = {turn.number for turn in turns if resumed and turn.answer and self._is_stale(turn.answer)}
            return transcript.conversation(turns, key=key.id, stale=stale, waiting=waiting)
        count = len(self.engine.library.articles())
        suggestions = self.offering.questions() if count else ()
        return transcript.conversation((), suggestions, count, key.id, waiting=waiting)

    def _turns(self, key: Key) -> Sequence[ShownTurn]:
        """Return the turns of a conversation, without the answers that rest on what was erased for good since."""
        turns = self.kept.turns(key)
        for number in erased([turn for turn in turns if turn.answer or turn.growing], self._is_held):
            self.kept.change(key, number, ShownTurn.erased)
        return self.kept.turns(key)

    def _turn(self, key: Key | None, number: int) -> ShownTurn | None:
        return with_number(self._turns(key), number) if key else None

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
            request = validated(events.OpenRequest, event._data)
        except UsageError as error:
            return source_pane.gone(str(error))
        try:
            if request.view == "read":
                return self._read(request, key)
            if not request.article:
                return self.contents(request.token)
            return self._changes(request) if request.view == "changes" else self._source(request)
        except FootnoteError as error:
            why = strings.GONE if isinstance(error, NotFoundError) else self._line(error)
            return source_pane.gone(why, request.token)

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
        return source_pane.beside(pane.changes(old, new, before, after), strings.BACK_TO_ARTICLE, request.token)

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
        """Begin a new conversation, or go on with one that is named: the conversation, the pane, the key.

        What is being answered in the one that is left is finished there.
        """
        if key:
            self._left.update((key, turn.number) for turn in self.kept.turns(key) if turn.pending)
        new = self.kept.resume(events.conversation(event._data), key.owner if key else "")
        return self._talk(new, resumed=True), self.contents(), new


def _failed(why: str) -> Change:
    return lambda turn: replace(turn, error=why, growing=None, stopping=False)


def _fits(request: events.FeedbackRequest, answer: Answer) -> bool:
    """Tell whether this can be said about that answer."""
    if request.kind == "wrong citation":
        return request.citation in {citation.n for citation in answer.citations}
    refused = request.kind == "should have answered"
    return request.citation == 0 and refused == (answer.status == "abstained")
