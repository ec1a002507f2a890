"""The evaluation page: the last run's measures, plots and questions, and two runs compared.

It is plain HTML, made for each request: what is chosen is in the address, and nothing is kept. Who may ask may read it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from footnote.corpus.errors import FootnoteError, NotFoundError
from footnote.page import frame, strings
from footnote.page.evaluation.runs import Questions, Run, Runs
from footnote.page.markup import Html, h, join, options, search
from footnote.page.signin.access import Access

STYLESHEET = "evaluation.css"
SCRIPT = "evaluation.js"
MAX_WORDS = 200
"""The longest search, in characters."""

_LOG = logging.getLogger("footnote.app")
_MOST = 10**6
_PLACE = "#questions"


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
        body = join(
            [
                h.div(frame.masthead("evaluation", True, access.has_users), id="fn-masthead"),
                h.main(content, id="fn-content", class_="fn-evaluation", tabindex=-1),
            ]
        )
        page = h.html(head, h.body(body), lang="en")
        return HTMLResponse(f"<!doctype html>{page}", status_code=status, headers={"cache-control": "no-store"})

    frame.serve(web, STYLESHEET, styles)
    frame.serve(web, SCRIPT, script)


def there_are(runs: Runs | None) -> bool:
    """Tell whether there is anything to show."""
    return runs is not None and bool(runs.runs())


def respond(runs: Runs | None, asked: Mapping[str, str]) -> tuple[int, Html]:
    """Return status and content for what is asked for in an address; whatever goes wrong is a line in it."""
    listed: Sequence[Run] = ()
    try:
        listed = runs.runs() if runs else ()
        return 200, _content(runs, listed, asked) if runs and listed else _nothing()
    except NotFoundError:
        return 404, _trouble(listed, asked, strings.RUN_GONE)
    except FootnoteError as error:
        return 422, _trouble(listed, asked, strings.RUN_TROUBLE.format(why=error))
    except Exception:
        _LOG.exception("the evaluation page failed")
        return 500, _trouble(listed, asked, strings.RUN_UNEXPECTED)


def _content(runs: Runs, listed: Sequence[Run], asked: Mapping[str, str]) -> Html:
    before, after = asked.get("before", ""), asked.get("after", "")
    if before or after:
        found = Html(runs.comparison(before, after))
        return join([_choices(listed, asked), _listing(listed, runs.headings), h.div(found, class_="fn-run")])
    name = asked.get("run", "") or next((run.name for run in listed if not run.trouble), "")
    if not name:
        return join([_choices(listed, asked), _listing(listed, runs.headings, unfolded=True)])
    filters = {field: asked.get(field, "")[:MAX_WORDS] for field in ("find", "outcome", "tag")}
    report = Html(runs.report(name))
    first = _number(asked.get("from", ""))
    questions = runs.questions(name, filters["find"], filters["outcome"], filters["tag"], first)
    return join(
        [
            _choices(listed, {"run": name}),
            _listing(listed, runs.headings),
            h.p(_shown(listed, name), class_="fn-quiet fn-which"),
            h.div(report, class_="fn-run"),
            _questions(questions, name, filters),
        ]
    )


def _shown(listed: Sequence[Run], name: str) -> str:
    """Say which run is shown, and since when it is there."""
    finished = next((run.finished for run in listed if run.name == name), "")
    return strings.RUN_SHOWN.format(name=name, finished=finished)


def _number(text: str) -> int:
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _nothing() -> Html:
    return h.div(
        h.h2(strings.NO_RUNS), h.p(strings.NO_RUNS_HELP), h.p(h.code(strings.NO_RUNS_COMMAND)), class_="fn-welcome"
    )


def _trouble(listed: Sequence[Run], asked: Mapping[str, str], why: str) -> Html:
    return join([_choices(listed, asked), h.p(why, class_="fn-error", role="alert")])


# ---- Which run, and which two


def _choices(listed: Sequence[Run], asked: Mapping[str, str]) -> Html:
    """Return the forms to choose a run, or two to compare; those in trouble cannot be chosen."""
    good = [run for run in listed if not run.trouble]
    if not good:
        return Html("")
    one = [
        _select("run", strings.RUN, options([(run.name, run.name) for run in good], asked.get("run", ""))),
        h.button(strings.SHOW_RUN, type="submit"),
    ]
    return h.div(_form(*one, class_="fn-choice"), _two(good, asked), class_="fn-choices")


def _two(good: Sequence[Run], asked: Mapping[str, str]) -> Html:
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


def pair(good: Sequence[Run], after: str, before: str, shown: str) -> tuple[str, str]:
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


def _companion(good: Sequence[Run], name: str) -> str:
    """Return the run before this one over the same questions, or the one after it where it is the first."""
    over = {run.name: run.over for run in good}
    same = [each for each in over if over[each] == over[name]]
    older = same[same.index(name) + 1 :]
    return next(iter(older), next((each for each in reversed(same) if each != name), ""))


def _by_suite(good: Sequence[Run], chosen: str) -> Sequence[Html]:
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


def _listing(listed: Sequence[Run], headings: Sequence[str], unfolded: bool = False) -> Html:
    """Return the table of all runs, folded up."""
    good = [run for run in listed if not run.trouble]
    bad = [run for run in listed if run.trouble]
    count = strings.plural(strings.RUNS, len(good))
    if bad:
        count = f"{count}, {strings.plural(strings.BAD_RUNS, len(bad))}"
    columns = [strings.RUN, strings.SUITE, strings.FINISHED, strings.QUESTIONS, *headings]
    head = h.tr(*(h.th(text, scope="col") for text in columns))
    rows = [_row(run) for run in good]
    rows += [h.tr(h.td(run.name), h.td(run.trouble, colspan=len(columns) - 1, class_="fn-bad")) for run in bad]
    table = h.table(h.thead(head), h.tbody(*rows))
    return h.details(
        h.summary(strings.ALL_RUNS, " ", h.span(count, class_="soft")),
        h.div(table, class_="scroll", tabindex=0, role="region", aria_label=strings.ALL_RUNS),
        class_="fold fn-runs",
        open=unfolded,
    )


def _row(run: Run) -> Html:
    link = h.a(run.name, href=_address(run=run.name))
    cells = [h.td(text) for text in (run.suite, run.finished)]
    numbers = [h.td(text, class_="n") for text in (f"{run.questions:,}", *run.figures)]
    return h.tr(h.td(link), *cells, *numbers)


# ---- The questions of a run


def _questions(found: Questions, run: str, filters: Mapping[str, str]) -> Html:
    """Return the questions under the controls that narrow them."""
    tags = [("", strings.EVERY_TAG), *((tag, tag) for tag in found.tags)]
    form = _form(
        h.input(type="hidden", name_="run", value=run),
        search(strings.FIND_QUESTIONS, MAX_WORDS, name_="find", value=filters["find"]),
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


def _which(found: Questions) -> str:
    if found.shown == found.total:
        return strings.ALL_QUESTIONS.format(total=found.total)
    if found.shown == found.matching:
        return strings.SOME_QUESTIONS.format(matching=found.matching, total=found.total)
    last = found.first + found.shown
    return strings.PAGE_QUESTIONS.format(first=found.first + 1, last=last, matching=found.matching, total=found.total)


def _steps(found: Questions, run: str, filters: Mapping[str, str]) -> Html:
    """Return the links to the questions before and after those shown."""
    links = []
    if found.first:
        links.append((strings.EARLIER_QUESTIONS, found.first - 1, "prev"))
    if found.first + found.shown < found.matching:
        links.append((strings.LATER_QUESTIONS, found.first + found.shown, "next"))
    return h.nav(
        *(
            h.a(text, href=_address(run=run, **filters, **{"from": start}) + _PLACE, rel=rel)
            for text, start, rel in links
        ),
        class_="fn-steps-between",
        aria_label=strings.QUESTIONS,
    )
