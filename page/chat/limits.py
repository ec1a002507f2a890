"""The limits on dates and publishers that a user may set for the questions that follow."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.page import strings
from footnote.page.markup import Html, h, join

MOST_PUBLISHERS = 500
"""How many publishers there are to choose from."""


def fields(publishers: Sequence[str], tags: Sequence[tuple[str, int]] = (), as_of: str = "") -> Html:
    """Return the fields, folded away; ``page.js`` shows what was set as chips, and sends it with each question.

    ``as_of`` is the date that is set to begin with.
    """
    options = [h.option(strings.ANY_PUBLISHER, value="")]
    options += [h.option(name, value=name) for name in publishers[:MOST_PUBLISHERS]]
    shown = [
        _field("after", strings.LIMIT_AFTER, h.input(type="date", id="fn-after", name_="after")),
        _field("before", strings.LIMIT_BEFORE, h.input(type="date", id="fn-before", name_="before")),
    ]
    day = h.input(type="date", id="fn-as_of", name_="as_of", value=as_of or None)
    shown.append(_field("as_of", strings.LIMIT_AS_OF, day))
    if publishers:
        chosen = h.select(*options, id="fn-publisher", name_="publisher")
        shown.append(_field("publisher", strings.LIMIT_PUBLISHER, chosen))
    if tags:
        names = [h.option(strings.ANY_TAG, value="")]
        names += [h.option(f"{tag} ({count})", value=tag) for tag, count in tags[:MOST_PUBLISHERS]]
        shown.append(_field("tag", strings.LIMIT_TAG, h.select(*names, id="fn-tag", name_="tag")))
    shown.append(h.input(type="hidden", id="fn-article", name_="article"))
    return join(
        [
            h.details(
                h.summary(strings.LIMITS),
                h.div(*shown, h.p(strings.LIMITS_HELP, class_="fn-quiet"), class_="fn-fields"),
                class_="fn-limits",
            ),
            h.ul(class_="fn-chips fn-set", aria_label=strings.LIMITS_SET),
        ]
    )


def _field(name: str, label: str, control: Html) -> Html:
    return h.div(h.label(label, for_=f"fn-{name}"), control)
