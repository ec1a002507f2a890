"""Watched questions: asked again when articles come in; what has changed, in the page and as an Atom feed."""

import json
import logging
import textwrap
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from footnote.corpus.errors import FootnoteError
from footnote.index.database.connection import Database
from footnote.index.database.tags import resolved
from footnote.index.database.watches import News, WatchedQuestion, Watches
from footnote.index.search.scope import Scope
from footnote.page import strings
from footnote.page.chat import events
from footnote.page.desk.owners import Owners
from footnote.page.markup import Html, h, join
from footnote.page.ports import Answerer
from footnote.page.web import FRESH, fresh_html, sent_json, validated
from footnote.qa.events import last_of
from footnote.qa.retriever import ScopedQuery

ADDRESS, FEED, COUNT = "/watches", "/watches.atom", "/watches/news"
_RECENT = timedelta(days=7)  # what has changed for so long is news
_LOOK = 3.0  # so often, in seconds, it is looked whether articles have come in; the library has to rest for so long
_LIMITS = ("after", "before", "publisher", "tag", "article")
_LOG = logging.getLogger("footnote.app")
_SHORT = 280


@dataclass(frozen=True, slots=True)
class _Change(events.QuestionOptions):
    """A question to watch, within its limits, or the id of one to ``leave``."""

    question: str = ""
    leave: str = ""


class Watching:
    """Asks the watched questions of an engine again. Safe to use from several threads."""

    def __init__(self, engine: Answerer, database: Database) -> None:
        self._engine = engine
        self._database = database
        self.kept = Watches(database)
        self._ended = threading.Event()

    def keep(self) -> None:
        """Ask what is due whenever the library has changed, until `end`; for a thread of its own."""
        while not self._ended.wait(_LOOK):
            try:
                self.look()
            except FootnoteError as error:
                _LOG.warning("watched questions could not be asked: %s", error)
            except Exception:
                if not self._ended.is_set():  # the library is closed then
                    _LOG.exception("watched questions could not be asked")

    def end(self) -> None:
        """Ask no more."""
        self._ended.set()

    def look(self, rest: float = _LOOK) -> None:
        """Ask what was not asked since the library became as it is, once it has rested."""
        generation = self._database.generation()
        due = self.kept.due(generation)
        if not due or self._ended.wait(rest) or self._database.generation() != generation:
            return
        for watch in due:
            if self._ended.is_set():
                return
            self._ask(watch, generation)

    def _ask(self, watch: WatchedQuestion, generation: int) -> None:
        scope = resolved(Scope(**json.loads(watch.scope)), self._database)
        now = last_of(self._engine.events(ScopedQuery(watch.question, scope=scope))).answer.to_dict()
        before = json.loads(watch.record)["answer"] if watch.record else None
        news = json.dumps({"before": before, "now": now}, ensure_ascii=False) if before and changed(before, now) else ""
        self.kept.asked(watch, json.dumps({"answer": now}, ensure_ascii=False), generation, news)


def changed(before: dict[str, object], now: dict[str, object]) -> bool:
    """Tell whether two answers say something else: that there is one, what they quote, or what articles differ on."""

    def said(answer: dict[str, object]) -> object:
        quotes = {each["quote"] for each in answer["citations"]}  # type: ignore[attr-defined]
        return answer["status"], quotes, json.dumps(answer["disagreements"])

    return said(before) != said(now)


def add_watching(web: FastAPI, watching: Watching, owners: Owners) -> None:
    """Put the watched questions at their address, as HTML for the page and as an Atom feed."""
    kept = watching.kept

    def sees_all(request: Request) -> bool:
        return owners.access.has_users and owners.access.may_edit(owners.access.user_of(request))

    @web.get(ADDRESS)
    def shown(request: Request) -> Response:
        owner = owners.of(request)
        own = brief(kept.of(owner), kept.news(owner))
        everybodys = morning(recent(kept.news(None))) if sees_all(request) else ""
        return fresh_html(join([own, everybodys]))

    @web.get(COUNT)
    def counted(request: Request) -> Response:
        news = kept.news(None if sees_all(request) else owners.of(request))
        return PlainTextResponse(told(recent(news)), headers=FRESH)

    @web.get(FEED)
    def atom(request: Request, everybody: bool = False) -> Response:
        news = kept.news(None if everybody and sees_all(request) else owners.of(request))
        return Response(feed(news, str(request.base_url)), media_type="application/atom+xml", headers=FRESH)

    @web.post(ADDRESS)
    async def change(request: Request) -> Response:
        asked, owner = validated(_Change, await sent_json(request)), owners.of(request)
        if asked.leave:
            kept.remove(asked.leave, owner)
        else:
            limits = {name: value for name in _LIMITS if (value := getattr(asked, name))}
            kept.add(owner, events.question(asked.question), json.dumps(limits))
        return JSONResponse({"told": strings.WATCHING}, headers=FRESH)


def brief(watches: Sequence[WatchedQuestion], news: Sequence[News]) -> Html:
    """Return the watched questions, each with what has changed last, the latest first."""
    if not watches:
        return h.p(strings.WATCH_NONE, class_="fn-quiet")
    rows = [_watch(watch, [each for each in news if each.watch == watch.id]) for watch in watches]
    link = h.a(strings.WATCH_FEED, href=FEED.removeprefix("/"), class_="fn-feed")
    return join([_told(news), h.ul(*rows, class_="fn-watches"), h.p(link)])


def morning(news: Sequence[News]) -> Html:
    """Return what has changed for anybody, by question, for an editor."""
    latest: dict[str, News] = {}
    for each in news:
        latest.setdefault(each.watch, each)
    rows = []
    for each in latest.values():
        owner = h.p(strings.NEWS_FOR.format(owner=each.owner), class_="fn-quiet", dir="auto")
        rows.append(h.li(h.div(_ask(each.question), class_="fn-watch-head"), owner, _change(each)))
    link = h.a(strings.FEED_ALL, href=f"{FEED.removeprefix('/')}?everybody=1", class_="fn-feed")
    shown = h.ul(*rows, class_="fn-watches") if rows else h.p(strings.NEWS_ALL_NONE, class_="fn-quiet")
    return h.section(h.h3(strings.NEWS_ALL), _told(news), shown, h.p(link))


def recent(news: Sequence[News]) -> list[News]:
    """Return the news of the last days."""
    since = (datetime.now(UTC) - _RECENT).isoformat()
    return [each for each in news if each.told_at >= since]


def told(news: Sequence[News]) -> str:
    """Return how much is new in a line: "2 new answers since Monday"; nothing where nothing is."""
    if not news:
        return ""
    return strings.plural(strings.NEWS, len(news), date=strings.since(news[-1].told_at, datetime.now(UTC).date()))


def _told(news: Sequence[News]) -> Html:
    line = told(recent(news))
    return h.p(line, class_="fn-newest") if line else Html("")


def _ask(question: str) -> Html:
    return h.button(question, data_do="ask", data_question=question, dir="auto", class_="fn-contents-title")


def _watch(watch: WatchedQuestion, news: Sequence[News]) -> Html:
    label = strings.WATCH_LEAVE.format(question=watch.question)
    leave = h.button("×", data_do="unwatch", data_id=watch.id, aria_label=label)
    same = strings.WATCH_SAME.format(date=strings.moment(watch.asked_at)) if watch.record else strings.WATCH_WAITS
    said = join([_told(news), *map(_change, news[:3])]) if news else h.p(same, class_="fn-quiet")
    return h.li(h.div(_ask(watch.question), leave, class_="fn-watch-head"), said)


def _change(news: News) -> Html:
    before, now = said(news)
    return h.div(
        h.p(strings.moment(news.told_at), class_="fn-quiet"),
        h.p(strings.NEWS_NOW.format(said=now), dir="auto"),
        h.p(strings.NEWS_BEFORE.format(said=before), class_="fn-quiet", dir="auto"),
        class_="fn-news",
    )


def said(news: News) -> tuple[str, str]:
    """Return what was said before, and what is said now, in a line each."""
    record = json.loads(news.record)
    return _line(record["before"]), _line(record["now"])


def _line(answer: dict[str, object]) -> str:
    text = str(answer["text"]) if answer["status"] == "answered" else strings.NEWS_DECLINED
    return textwrap.shorten(text, _SHORT, placeholder="…")


def feed(news: Sequence[News], base: str) -> str:
    """Return what has changed as an Atom feed; ``base`` is the page's address."""
    updated = news[0].told_at if news else "1970-01-01T00:00:00+00:00"
    entries = []
    for each in news:
        before, now = said(each)
        body = f"{strings.NEWS_NOW.format(said=now)}\n{strings.NEWS_BEFORE.format(said=before)}"
        entries.append(
            f"<entry><id>{escape(base)}watches/{each.id}</id><title>{_xml(each.question)}</title>"
            f"<updated>{escape(each.told_at)}</updated><link href={quoteattr(base)}/>"
            f'<content type="text">{_xml(body)}</content></entry>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(base)}watches</id><title>{escape(strings.FEED_TITLE)}</title><updated>{escape(updated)}</updated>"
        f'<author><name>{strings.NAME}</name></author><link rel="self" href={quoteattr(base + "watches.atom")}/>'
        f"{''.join(entries)}</feed>\n"
    )


def _xml(text: str) -> str:
    """Return text for XML, without the control characters that it cannot hold."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\n\t"))
