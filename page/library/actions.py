"""What the library page does with the library: shows articles, changes them, and adds what waits."""

import json
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import takewhile

from footnote.corpus.errors import FootnoteError, NotFoundError, UsageError
from footnote.index.database.tags import tag_articles, tags_of
from footnote.index.listing import PAGE_ROWS, ArticlePage, ArticleTable, ListingQuery
from footnote.index.passages import PassageIndex
from footnote.index.search.full_text import Finder, Hits
from footnote.page import strings
from footnote.page.chat.conversations import Key
from footnote.page.desk.finding import snippets
from footnote.page.library.article import Shown, seen
from footnote.page.library.drafts import Drafts, Item
from footnote.page.library.events import Bulk, Change, Open
from footnote.page.markup import Html
from footnote.page.ports import readable

_LOG = logging.getLogger("footnote.app")


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What was done, in a line for the user; ``undo`` is the article that can be restored to undo it."""

    words: str
    undo: str = ""


class LibraryActions:
    """A library as the page uses it. Safe to use from several threads; close it before the library.

    It does not ask who calls: whoever calls what changes something has to.
    """

    def __init__(self, index: PassageIndex, finder: Finder | None = None) -> None:
        self.index = index
        self.shelves = ArticleTable(index.library)
        self.finder = finder or index.finder
        self.drafts = Drafts()
        self._closing = threading.Event()
        self._worker = ThreadPoolExecutor(1, "adding articles")

    def close(self) -> None:
        """Stop adding, once the articles at hand are finished."""
        self._closing.set()
        self._worker.shutdown(cancel_futures=True)

    def shown(self, request: Open, edits: bool) -> Shown:
        """Return an article as the pane shows it; a withdrawn one only to those who may edit.

        Raises ``NotFoundError``: there is none, or no such version.
        """
        library = self.index.library
        versions = library.history(request.article)
        names = [each.version for each in versions]
        wanted = request.version or (names[-1] if names else "")
        withdrawn = library.version_of(request.article) is None
        article = readable(library, edits, request.article, wanted)
        earlier = names.index(wanted) - 1
        compared = request.view == "changes" and earlier >= 0
        row = self.shelves.row(request.article)
        return Shown(
            article,
            versions,
            withdrawn,
            self.shelves.of_origin(row.origin) if row and not withdrawn else (),
            tuple(library.edited(request.article)),
            library.article(request.article, names[earlier]) if compared else None,
            edits,
        )

    def change(self, request: Change) -> ActionResult:
        """Edit, withdraw, restore or purge an article; raises ``FootnoteError`` with a line for the user."""
        try:
            return self._changed(request)
        except NotFoundError:
            raise NotFoundError(strings.GONE) from None

    def _changed(self, request: Change) -> ActionResult:
        index, article = self.index, request.article
        if request.doing == "purge":
            purged = index.purge([article])
            forms = strings.LIBRARY_COUNTS.items()
            counts = {name: strings.plural(form, getattr(purged, name)) for name, form in forms}
            return ActionResult(strings.LIBRARY_PURGED.format(**counts))
        if request.doing == "restore":
            index.restore([article])
            index.derived.sync()
            return ActionResult(strings.LIBRARY_RESTORED.format(title=index.library.article(article).label))
        known = index.library.article(article)
        if request.doing == "withdraw":
            index.library.withdraw([article])
            return ActionResult(strings.LIBRARY_WITHDRAWN.format(title=known.label), undo=article)
        if seen(known) != request.seen:
            raise UsageError(strings.LIBRARY_CHANGED_MEANWHILE)
        edited = index.edit(article, request.fields)
        index.derived.sync()
        return ActionResult(strings.LIBRARY_UNCHANGED if edited == known else strings.LIBRARY_SAVED)

    def listed(self, wanted: ListingQuery) -> tuple[ArticlePage, dict[str, Html]]:
        """Return a page of the table, and for each article found by its text the sentence that was found."""
        hits = self.finder.find(wanted.words, PAGE_ROWS) if wanted.words and not wanted.withdrawn else Hits()
        return self.shelves.listed(wanted, found=hits.ids), snippets(hits, wanted.words)

    def together(self, request: Bulk) -> ActionResult:
        """Withdraw or tag several articles; raises ``FootnoteError`` with a line for the user."""
        library = self.index.library
        if request.doing == "withdraw":
            there = [article for article in request.articles if library.version_of(article)]
            library.withdraw(there)
            return ActionResult(strings.plural(strings.LIBRARY_WITHDRAWN_MANY, len(there)))
        done = tag_articles(library, request.articles, request.tag, request.doing == "tag")
        forms = strings.LIBRARY_TAGGED if request.doing == "tag" else strings.LIBRARY_UNTAGGED
        return ActionResult(strings.plural(forms, done))

    def exported(self, articles: Sequence[str], edits: bool) -> str:
        """Return articles as JSON lines, as ``footnote add`` reads them."""
        found = (readable(self.index.library, edits, article, "") for article in articles)
        lines = [{**asdict(article), "tags": tags_of(self.index.library, article.id)} for article in found]
        for line in lines:
            del line["source"]  # a path on the server, perhaps
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def add(self, key: Key) -> None:
        """Begin to add what waits in a draft, page or no page; `Drafts.state` tells how far it is."""
        waiting = self.drafts.begin(key)
        if waiting is None:
            return
        try:
            self._worker.submit(self._add, key, waiting)
        except RuntimeError:  # the server is stopping
            self.drafts.end(key, strings.LIBRARY_STOPPED)

    def _add(self, key: Key, waiting: Sequence[Item]) -> None:
        error = ""
        try:
            # an outcome for each that was taken, in order; fewer than wait when the server is stopped
            found = takewhile(lambda _: not self._closing.is_set(), (item.found for item in waiting if item.found))
            for added, item in zip(self.index.add(found), waiting, strict=False):
                self.drafts.done(key, item.number, added, self.index.library)
            self.index.derived.sync()
            error = strings.LIBRARY_STOPPED if self._closing.is_set() else ""
        except FootnoteError as failure:
            error = str(failure)
        except Exception:
            _LOG.exception("articles could not be added")
            error = strings.LIBRARY_FAILED
        finally:
            self.drafts.end(key, error)
