"""The limits on dates and publishers that a user may set for the questions that follow."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.page import strings
from footnote.page.markup import Attribute, Html, h, join, options

MOST_PUBLISHERS = 500
"""How many publishers there are to choose from."""


def fields(publishers: Sequence[str], tags: Sequence[tuple[str, int]] = (), as_of: str = "") -> Html:
    """Return the fields, folded away; ``page.js`` shows what was set as chips, and sends it with each question.

    ``as_of`` is the date that is set to begin with.
    """
    shown = [
        _field("after", strings.LIMIT_AFTER, type="date"),
        _field("before", strings.LIMIT_BEFORE, type="date"),
        _field("as_of", strings.LIMIT_AS_OF, type="date", value=as_of or None),
    ]
    if publishers:
        names = [("", strings.ANY_PUBLISHER), *((name, name) for name in publishers[:MOST_PUBLISHERS])]
        shown.append(_field("publisher", strings.LIMIT_PUBLISHER, *options(names)))
    if tags:
        names = [("", strings.ANY_TAG), *((tag, f"{tag} ({count})") for tag, count in tags[:MOST_PUBLISHERS])]
        shown.append(_field("tag", strings.LIMIT_TAG, *options(names)))
    shown.append(h.input(type="hidden", id="fn-article", name_="article"))
    fields = h.div(*shown, h.p(strings.LIMITS_HELP, class_="fn-quiet"), class_="fn-fields")
    folded = h.details(h.summary(strings.LIMITS), fields, class_="fn-limits")
    return join([folded, h.ul(class_="fn-chips fn-set", aria_label=strings.LIMITS_SET)])


def _field(name: str, label: str, *choices: Html, **attributes: Attribute) -> Html:
    """Return a labelled field: one of these choices, or else what the attributes say."""
    control = (h.select if choices else h.input)(*choices, id=f"fn-{name}", name_=name, **attributes)
    return h.div(h.label(label, for_=f"fn-{name}"), control)
