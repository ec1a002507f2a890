"""Full-text search beside the chat and in the library: articles with the sentences that have the words."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from footnote.index.search.full_text import Finder, Hits, marked
from footnote.page import markup, strings
from footnote.page.chat.pane import article_button
from footnote.page.markup import Attribute, Html, h, join
from footnote.page.server.caller import caller
from footnote.page.server.rate_limits import Limit, TooOftenError
from footnote.page.signin.access import Access
from footnote.page.web import fresh_html

ADDRESS = "/find"


def add_find(web: FastAPI, finder: Finder, access: Access, limit: Limit) -> None:
    """Put the search at its address; a client may search as often as it may ask, ten times over."""

    @web.get(ADDRESS, response_class=HTMLResponse)
    def find(request: Request, words: str = "") -> Response:
        who = caller(access, request)
        try:
            limit.count(who.address, who.user)
        except TooOftenError as error:
            return HTMLResponse(h.p(str(error), class_="fn-error"), 429)
        sought = words[: markup.MAX_WORDS]
        return fresh_html(found(finder.find(sought), sought))


def found(hits: Hits, sought: str) -> Html:
    """Return what a search found, best first; a line where that is nothing."""
    if not hits.hits:
        return h.p(strings.FIND_NOTHING, class_="fn-quiet", role="status")
    told = [strings.plural(strings.COUNT, len(hits.ids))]
    for word, spellings in hits.read_as.items():
        form = strings.FIND_READ_AS if word in spellings else strings.FIND_INSTEAD
        told.append(form.format(word=word, others=", ".join(each for each in spellings if each != word)))
    rows = []
    for hit in hits.hits:
        here: dict[str, Attribute] = {"data_article": hit.article.id, "data_version": hit.version}
        sentences = []
        for span, text in hit.sentences:
            words = markup.marked(text, marked(text, hits, sought))
            place = {**here, "data_from": span.start, "data_to": span.end}
            sentences.append(h.button(*words, class_="fn-found-words", dir="auto", data_do="found", **place))
        rows.append(h.li(article_button(hit.article), *sentences))
    line = h.p(" · ".join(told), class_="fn-quiet", role="status", dir="auto")
    return join([line, h.ul(*rows, class_="fn-contents")])


def snippets(hits: Hits, sought: str) -> dict[str, Html]:
    """Return for each article that was found its best sentence, with the words marked."""
    return {
        hit.article.id: h.span(*markup.marked(text, marked(text, hits, sought)), class_="fn-row-words", dir="auto")
        for hit in hits.hits
        for _, text in hit.sentences[:1]
    }
