"""The table of articles, and what one finds them with."""

from collections.abc import Mapping, Sequence
from typing import get_args

from footnote.index.listing import PAGE_ROWS, ArticlePage, ArticleRow, ListingQuery, Order
from footnote.page import strings
from footnote.page.markup import NONE, Html, counted, h, labelled, options, search

MAX_PUBLISHERS = 300  # how many publishers the filter offers
_MOST_AUTHORS = 3
Counts = Sequence[tuple[str, int]]


def tools(publishers: Counts, wanted: ListingQuery, edits: bool, draft: str = "", tags: Counts = ()) -> Html:
    """Return the heading, the search and the filters as ``wanted`` has them; with ``edits``, the way to add articles.

    ``draft`` is the id under which this page sends what is to be added.
    """
    add = h.button(strings.LIBRARY_ADD, class_="fn-primary", data_do="adding") if edits else ""
    return h.section(
        h.div(h.h2(strings.LIBRARY, class_="fn-shelf-title"), add, class_="fn-shelf-head"),
        _search(publishers, wanted, edits, tags),
        _together(edits),
        class_="fn-tools",
        id="fn-content",
        tabindex="-1",
        data_draft=draft,
        aria_label=strings.LIBRARY_FILTERS,
    )


def _together(edits: bool) -> Html:
    """Return what can be done with the rows that are chosen; ``library.js`` shows it once there are some."""
    doings = [("tag", strings.TAG), ("untag", strings.LIBRARY_UNTAG), ("withdraw", strings.LIBRARY_WITHDRAW)]
    buttons = [
        h.button(words, class_="fn-second", data_do="together", data_doing=doing)
        for doing, words in [*(doings if edits else ()), ("export", strings.LIBRARY_EXPORT)]
    ]
    none = h.button(strings.LIBRARY_CHOOSE_NONE, data_do="unchoose")
    return h.div(h.span(class_="fn-chosen"), *buttons, none, class_="fn-together", hidden=True)


def _search(publishers: Counts, wanted: ListingQuery, edits: bool, tags: Counts) -> Html:
    names = counted(publishers[:MAX_PUBLISHERS], strings.LIBRARY_ANY_PUBLISHER)
    kinds = options(counted(tags[:MAX_PUBLISHERS], strings.ANY_TAG), wanted.tag)
    order = f"{wanted.order} {'descending' if wanted.descending else 'ascending'}"
    words = search(strings.LIBRARY_SEARCH, name_="words", value=wanted.words)
    filters = [
        labelled(strings.LIMIT_PUBLISHER, h.select(*options(names, wanted.publisher), name_="publisher")),
        labelled(strings.LIMIT_TAG, h.select(*kinds, name_="tag")) if tags or wanted.tag else "",
        labelled(strings.LIBRARY_AFTER, h.input(type="date", name_="after", value=wanted.after)),
        labelled(strings.LIBRARY_BEFORE, h.input(type="date", name_="before", value=wanted.before)),
        labelled(strings.LIBRARY_ORDER, h.select(*options(strings.LIBRARY_ORDERS.items(), order), name_="order")),
    ]
    if edits:
        check = h.input(type="checkbox", name_="withdrawn", value="1", checked=wanted.withdrawn)
        filters.append(h.label(check, h.span(strings.LIBRARY_WITHDRAWN_ONLY), class_="fn-check"))
    summary, fields = h.summary(strings.LIBRARY_MORE_FILTERS), h.div(*filters, class_="fn-filters")
    more = h.details(summary, fields, class_="fn-more", open=True)
    return h.form(words, more, class_="fn-search", role="search")


def table(listed: ArticlePage, wanted: ListingQuery, empty: bool, snippets: Mapping[str, Html]) -> Html:
    """Return a page of the table, with the sentences a search met; ``empty`` tells that there is no article at all."""
    if not listed.rows:
        words, more = strings.LIBRARY_NONE, strings.LIBRARY_NONE_HELP
        if empty:
            words, more = strings.EMPTY, strings.LIBRARY_NOTHING_HELP
        elif wanted.withdrawn and not wanted.words:
            words, more = strings.LIBRARY_NONE_WITHDRAWN, ""
        nothing = h.div(h.p(words, class_="fn-none-found fn-count"), h.p(more, class_="fn-quiet") if more else "")
        return h.div(nothing, class_="fn-found")
    said = strings.plural(strings.COUNT, listed.total)
    if listed.pages > 1:
        first = listed.page * PAGE_ROWS + 1
        said = strings.LIBRARY_RANGE.format(first=first, last=first + len(listed.rows) - 1, articles=said)
    columns = [_column(order, wanted) for order in get_args(Order)]
    # the roles are said, since a phone shows the table as a list of cards, which would take them away
    return h.div(
        h.p(said, class_="fn-quiet fn-count"),
        h.table(
            h.caption(strings.LIBRARY_TABLE, class_="fn-unseen"),
            h.thead(h.tr(*columns, role="row"), role="rowgroup"),
            h.tbody(*(_row(row, snippets.get(row.article.id, NONE)) for row in listed.rows), role="rowgroup"),
            class_="fn-table",
            role="table",
        ),
        _steps(listed),
        class_="fn-found",
    )


def _column(order: Order, wanted: ListingQuery) -> Html:
    sorting = ("descending" if wanted.descending else "ascending") if order == wanted.order else None
    arrow = {"descending": "↓", "ascending": "↑", None: ""}[sorting]
    # a new order starts where one looks first: the newest, or the letter A
    starts = "ascending" if order in ("title", "publisher") else "descending"
    following = {"descending": "ascending", "ascending": "descending", None: starts}[sorting]
    mark = h.span(arrow, aria_hidden="true")
    button = h.button(strings.LIBRARY_COLUMNS[order], mark, data_do="order", data_order=f"{order} {following}")
    return h.th(button, scope="col", role="columnheader", aria_sort=sorting, class_=f"fn-col-{order}")


def _row(row: ArticleRow, snippet: Html) -> Html:
    article = row.article
    names = [*article.authors[:_MOST_AUTHORS], *(["…"] if len(article.authors) > _MOST_AUTHORS else [])]
    marks = [strings.LIBRARY_VERSIONS_MARK.format(count=row.versions)] if row.versions > 1 else []
    marks += [strings.LIBRARY_WITHDRAWN_MARK] if row.withdrawn_at else []
    label = strings.LIBRARY_CHOOSE_ROW.format(title=article.label)
    title = [
        h.input(type="checkbox", class_="fn-pick", value=article.id, autocomplete="off", aria_label=label),
        h.button(article.label, class_="fn-row-title", data_do="article", data_article=article.id, dir="auto"),
        *(h.span(mark, class_="fn-mark") for mark in marks),
        h.span(strings.AUTHOR_SEPARATOR.join(names), class_="fn-row-authors", dir="auto") if names else "",
        snippet,
    ]
    return h.tr(
        h.th(*title, scope="row", role="rowheader"),
        h.td(article.publisher, role="cell", class_="fn-col-publisher", dir="auto"),
        h.td(strings.date(article.published), role="cell", class_="fn-col-published"),
        h.td(strings.date(row.added_at[:10]), role="cell", class_="fn-col-added"),
        role="row",
    )


def _steps(listed: ArticlePage) -> Html:
    if listed.pages == 1:
        return NONE
    at, last = listed.page, listed.pages - 1
    turn = {"data_do": "turn"}
    return h.nav(
        h.button("‹", **turn, data_page=at - 1, aria_label=strings.LIBRARY_PREVIOUS, disabled=at == 0),
        h.span(strings.LIBRARY_PAGE.format(page=at + 1, pages=listed.pages)),
        h.button("›", **turn, data_page=at + 1, aria_label=strings.LIBRARY_NEXT, disabled=at == last),
        class_="fn-steps",
        aria_label=strings.LIBRARY_PAGES,
    )
