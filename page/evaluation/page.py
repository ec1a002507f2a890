"""The evaluation page: the last run's measures, plots and questions, and two runs compared.

It is plain HTML, made for each request: what is chosen is in the address, and nothing is kept. Who may ask may read it.
What it needs of the runs that were made is said in its own words; `eval.report.runs` has it.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from footnote.corpus.errors import FootnoteError, NotFoundError
from footnote.page import frame, strings
from footnote.page.markup import MAX_WORDS, Html, h, join, options, search
from footnote.page.signin.access import Access
from footnote.page.web import fresh_html

STYLESHEET = "evaluation.css"
SCRIPT = "evaluation.js"
_LOG = logging.getLogger("footnote.app")
_MOST = 10**6
_PLACE = "#questions"


class _Run(Protocol):
    """A run, or what stands where one should be.

    ``name`` is what it is asked for by, ``suite`` the name of its questions, and ``over`` what two runs have in common
    that are over the same questions and articles; ``finished`` is when, in words. ``questions`` is how many it has, and
    ``figures`` are its main measures, in the order of the headings. ``trouble`` says in a line why it cannot be opened,
    and is empty when it can; of one in trouble there is nothing else but a name.
    """

    @property
    def name(self) -> str: ...
    @property
    def suite(self) -> str: ...
    @property
    def over(self) -> str: ...
    @property
    def finished(self) -> str: ...
    @property
    def questions(self) -> int: ...
    @property
    def figures(self) -> Sequence[str]: ...
    @property
    def trouble(self) -> str: ...


class _Questions(Protocol):
    """Some of a run's questions: ``shown`` from the ``first`` on, counted from 0, of those ``matching``, of ``total``.

    ``html`` are the questions, all text in them escaped; ``outcomes`` what they can be narrowed to, and what that is
    called, of which the first, empty, is all of them; ``tags`` the tags that occur.
    """

    @property
    def html(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def shown(self) -> int: ...
    @property
    def matching(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def outcomes(self) -> Sequence[tuple[str, str]]: ...
    @property
    def tags(self) -> Sequence[str]: ...


class Runs(Protocol):
    """The runs that are there. HTML from here is finished: all text in it is escaped, and it has no script."""

    @property
    def style(self) -> str:
        """The style sheet of the HTML."""

    @property
    def headings(self) -> Sequence[str]:
        """What the figures of a run are."""

    def runs(self) -> Sequence[_Run]:
        """Return the runs, newest first, and then those in trouble."""

    def report(self, name: str, /) -> str:
        """Return a run's measures and plots as HTML.

        Raises ``NotFoundError`` for a name that is not listed, and ``FootnoteError`` for a run that cannot be shown.
        """

    def questions(self, name: str, words: str, outcome: str, tag: str, first: int, /) -> _Questions:
        """Return a page of the questions that hold the words and have the outcome and the tag, where they are given.

        It is the page that the one at the place ``first`` is on, the last page when there are not so many. Raises as
        `report`.
        """

    def comparison(self, before: str, after: str, /) -> str:
        """Return two runs compared as HTML; raises as `report`, and for runs that cannot be compared."""


def add_evaluation(web: FastAPI, runs: Runs | None, access: Access) -> None:
    """Put the page into the application; ``runs`` of None is a server that was not told where runs are."""
    styles = (runs.style if runs else "") + frame.asset(STYLESHEET)
    script = frame.asset("dark.js") + frame.asset(SCRIPT)
    head = frame.own_head(strings.EVALUATION_TITLE, frame.stamped(STYLESHEET, styles), frame.stamped(SCRIPT, script))

    @web.get("/evaluation", response_class=HTMLResponse)
    def evaluation(request: Request) -> Response:
        if access.has_users and access.user_of(request) is None:
            return RedirectResponse(frame.ADDRESSES["chat"], status_code=303)
        status, content = respond(runs, request.query_params)
        bar = h.div(frame.masthead("evaluation", True, access.has_users), id="fn-masthead")
        main = h.main(content, id="fn-content", class_="fn-evaluation", tabindex=-1)
        page = h.html(head, h.body(bar, main), lang="en")
        return fresh_html(Html(f"<!doctype html>{page}"), status)

    frame.serve(web, STYLESHEET, styles)
    frame.serve(web, SCRIPT, script)


def there_are(runs: Runs | None) -> bool:
    """Tell whether there is anything to show."""
    return runs is not None and bool(runs.runs())


def respond(runs: Runs | None, asked: Mapping[str, str]) -> tuple[int, Html]:
    """Return status and content for what is asked for in an address; whatever goes wrong is a line in it."""
    listed: Sequence[_Run] = ()
    try:
        listed = runs.runs() if runs else ()
        if runs and listed:
            return 200, _content(runs, listed, asked)
        about = h.h2(strings.NO_RUNS), h.p(strings.NO_RUNS_HELP), h.p(h.code(strings.NO_RUNS_COMMAND))
        return 200, h.div(*about, class_="fn-welcome")
    except NotFoundError:
        return 404, _trouble(listed, asked, strings.RUN_GONE)
    except FootnoteError as error:
        return 422, _trouble(listed, asked, strings.RUN_TROUBLE.format(why=error))
    except Exception:
        _LOG.exception("the evaluation page failed")
        return 500, _trouble(listed, asked, strings.RUN_UNEXPECTED)


def _content(runs: Runs, listed: Sequence[_Run], asked: Mapping[str, str]) -> Html:
    before, after = asked.get("before", ""), asked.get("after", "")
    if before or after:
        found = Html(runs.comparison(before, after))
        return join([_choices(listed, asked), _listing(listed, runs.headings), h.div(found, class_="fn-run")])
    name = asked.get("run", "") or next((run.name for run in listed if not run.trouble), "")
    if not name:
        return join([_choices(listed, asked), _listing(listed, runs.headings, unfolded=True)])
    filters = {field: asked.get(field, "")[:MAX_WORDS] for field in ("find", "outcome", "tag")}
    report, start = Html(runs.report(name)), asked.get("from", "")
    first = min(int(start), _MOST) if start.isascii() and start.isdigit() and len(start) < 10 else 0
    questions = runs.questions(name, filters["find"], filters["outcome"], filters["tag"], first)
    finished = next((run.finished for run in listed if run.name == name), "")
    which = h.p(strings.RUN_SHOWN.format(name=name, finished=finished), class_="fn-quiet fn-which")
    above = _choices(listed, {"run": name}), _listing(listed, runs.headings), which
    return join([*above, h.div(report, class_="fn-run"), _questions(questions, name, filters)])


def _trouble(listed: Sequence[_Run], asked: Mapping[str, str], why: str) -> Html:
    return join([_choices(listed, asked), h.p(why, class_="fn-error", role="alert")])


# ---- Which run, and which two


def _choices(listed: Sequence[_Run], asked: Mapping[str, str]) -> Html:
    """Return the forms to choose a run, or two to compare; those in trouble cannot be chosen."""
    good = [run for run in listed if not run.trouble]
    if not good:
        return Html("")
    runs = _select("run", strings.RUN, options([(run.name, run.name) for run in good], asked.get("run", "")))
    one = _form(runs, h.button(strings.SHOW_RUN, type="submit"), class_="fn-choice")
    return h.div(one, _two(good, asked), class_="fn-choices")


def _two(good: Sequence[_Run], asked: Mapping[str, str]) -> Html:
    """Return the form to choose two runs to compare, or why there is none."""
    after, before = pair(good, asked.get("after", ""), asked.get("before", ""), asked.get("run", ""))
    if not before:
        return h.p(strings.NO_PAIR, class_="fn-quiet fn-no-pair")
    return _form(
        _select("before", strings.BEFORE_RUN, _by_suite(good, before)),
        _select("after", strings.AFTER_RUN, _by_suite(good, after)),
        h.button(strings.COMPARE_RUNS, type="submit"),
        class_="fn-choice",
        aria_label=strings.COMPARE_RUNS,
    )


def pair(good: Sequence[_Run], after: str, before: str, shown: str) -> tuple[str, str]:
    """Return the runs to propose for a comparison, the later one first; two empty names where no two can be compared.

    ``good`` are newest first. Two that were chosen stay; else it is the run that is ``shown``, or the newest that can
    be compared, with the one before it over the same questions.
    """
    if after and before:
        return after, before
    names = [run.name for run in good]
    for name in (each for each in (after, shown, *names) if each in names):
        if other := _companion(good, name):
            return name, other
    return "", ""


def _companion(good: Sequence[_Run], name: str) -> str:
    """Return the run before this one over the same questions, or the one after it where it is the first."""
    over = {run.name: run.over for run in good}
    same = [each for each in over if over[each] == over[name]]
    older = same[same.index(name) + 1 :]
    return next(iter(older), next((each for each in reversed(same) if each != name), ""))


def _by_suite(good: Sequence[_Run], chosen: str) -> Sequence[Html]:
    """Return the runs to choose from, those that can be compared together."""
    suites = {run.over: run.suite for run in good}
    return [
        h.optgroup(*options([(run.name, run.name) for run in good if run.over == over], chosen), label=suite)
        for over, suite in suites.items()
    ]


def _form(*parts: str, place: str = "", **attributes: str) -> Html:
    """Return a form that asks for this page; ``place`` is where on it one lands."""
    return h.form(*parts, method="get", action=frame.ADDRESSES["evaluation"] + place, **attributes)


def _select(name: str, label: str, items: Sequence[Html]) -> Html:
    field = f"fn-{name}"
    return h.div(h.label(label, for_=field), h.select(*items, name_=name, id=field), class_="fn-field")


def _address(**fields: str | int) -> str:
    return f"{frame.ADDRESSES['evaluation']}?{urlencode({name: value for name, value in fields.items() if value})}"


def _listing(listed: Sequence[_Run], headings: Sequence[str], unfolded: bool = False) -> Html:
    """Return the table of all runs, folded up."""
    good = [run for run in listed if not run.trouble]
    bad = [run for run in listed if run.trouble]
    count = strings.plural(strings.RUNS, len(good))
    if bad:
        count = f"{count}, {strings.plural(strings.BAD_RUNS, len(bad))}"
    columns = [strings.RUN, strings.SUITE, strings.FINISHED, strings.QUESTIONS, *headings]
    head = h.tr(*(h.th(text, scope="col") for text in columns))
    rows = []
    for run in good:
        texts = [h.td(text) for text in (run.suite, run.finished)]
        numbers = [h.td(text, class_="n") for text in (f"{run.questions:,}", *run.figures)]
        rows.append(h.tr(h.td(h.a(run.name, href=_address(run=run.name))), *texts, *numbers))
    rows += [h.tr(h.td(run.name), h.td(run.trouble, colspan=len(columns) - 1, class_="fn-bad")) for run in bad]
    table = h.table(h.thead(head), h.tbody(*rows))
    return h.details(
        h.summary(strings.ALL_RUNS, " ", h.span(count, class_="soft")),
        h.div(table, class_="scroll", tabindex=0, role="region", aria_label=strings.ALL_RUNS),
        class_="fold fn-runs",
        open=unfolded,
    )


# ---- The questions of a run


def _questions(found: _Questions, run: str, filters: Mapping[str, str]) -> Html:
    """Return the questions under the controls that narrow them."""
    tags = [("", strings.EVERY_TAG), *((tag, tag) for tag in found.tags)]
    form = _form(
        h.input(type="hidden", name_="run", value=run),
        search(strings.FIND_QUESTIONS, name_="find", value=filters["find"]),
        _select("outcome", strings.OUTCOME, options(found.outcomes, filters["outcome"])),
        _select("tag", strings.TAG, options(tags, filters["tag"])) if found.tags else "",
        h.button(strings.FIND_IN_RUN, type="submit"),
        h.output(_which(found)),
        class_="filters",
        place=_PLACE,
    )
    empty = h.p(strings.NO_QUESTIONS, class_="fn-quiet") if not found.shown else ""
    steps = _steps(found, run, filters)
    heading = h.h2(strings.QUESTIONS, id="questions")
    return join([heading, form, empty, h.div(Html(found.html), class_="fn-run"), steps])


def _which(found: _Questions) -> str:
    if found.shown == found.total:
        return strings.ALL_QUESTIONS.format(total=found.total)
    if found.shown == found.matching:
        return strings.SOME_QUESTIONS.format(matching=found.matching, total=found.total)
    last = found.first + found.shown
    return strings.PAGE_QUESTIONS.format(first=found.first + 1, last=last, matching=found.matching, total=found.total)


def _steps(found: _Questions, run: str, filters: Mapping[str, str]) -> Html:
    """Return the links to the questions before and after those shown."""
    end, links = found.first + found.shown, []
    if found.first:
        links.append((strings.EARLIER_QUESTIONS, found.first - 1, "prev"))
    if end < found.matching:
        links.append((strings.LATER_QUESTIONS, end, "next"))
    shown = [
        h.a(text, href=_address(run=run, **filters, **{"from": start}) + _PLACE, rel=rel) for text, start, rel in links
    ]
    return h.nav(*shown, class_="fn-steps-between", aria_label=strings.QUESTIONS)
