"""Adding articles: what to give, what will be added, and what became of it."""

from collections.abc import Sequence

from footnote.corpus.article import Article
from footnote.corpus.file_types import SUFFIXES
from footnote.corpus.intake import MAX_FILE_BYTES
from footnote.corpus.text import MAX_ARTICLE_CHARS
from footnote.page import strings
from footnote.page.chat.pane import authors
from footnote.page.library.article import form_fields, written
from footnote.page.library.drafts import Item
from footnote.page.markup import NONE, Html, h, labelled, reference

MAX_FILES = 200  # how many files a page sends at a time
MAX_SHOWN = 100  # how many of the articles that wait are shown; the rest are counted
MEGABYTES = MAX_FILE_BYTES // 1_000_000


def adding() -> Html:
    """Return the three ways to give articles: files, an address, text."""
    picker = h.input(type="file", multiple=True, id="fn-files", class_="fn-unseen", tabindex="-1",
                     accept=",".join(SUFFIXES), aria_label=strings.LIBRARY_ADD_FILES)  # fmt: skip
    address = h.input(
        type="url", name_="address", maxlength=2_000, required=True, inputmode="url", autocomplete="off",
        placeholder=strings.LIBRARY_ADDRESS_HINT,
    )  # fmt: skip
    read = h.button(strings.LIBRARY_READ_ADDRESS, type="submit", class_="fn-second")
    text = h.textarea(name_="text", rows=6, required=True, maxlength=MAX_ARTICLE_CHARS)
    paste = h.form(
        form_fields({}, "fn-paste"),
        labelled(strings.LIBRARY_PASTED_TEXT, text),
        h.button(strings.LIBRARY_PREVIEW, type="submit", class_="fn-second"),
        class_="fn-paste",
        data_form="text",
    )
    return h.section(
        h.div(
            h.h2(strings.LIBRARY_ADD, class_="fn-side-title", tabindex="-1"),
            h.button("×", class_="fn-close", data_do="close", aria_label=strings.CLOSE),
            class_="fn-side-head",
        ),
        h.div(
            h.p(strings.LIBRARY_DROP),
            h.button(strings.LIBRARY_PICK, class_="fn-second", data_do="pick"),
            picker,
            h.p(strings.LIBRARY_KINDS.format(size=MEGABYTES, count=MAX_FILES), class_="fn-quiet"),
            class_="fn-drop",
        ),
        h.form(labelled(strings.LIBRARY_ADDRESS, address), read, class_="fn-address", data_form="address"),
        h.details(h.summary(strings.LIBRARY_PASTE), paste),
        h.p(class_="fn-sending", role="status"),
        class_="fn-adding",
        aria_label=strings.LIBRARY_ADD,
    )


def staged(items: Sequence[Item], adding: bool = False, error: str = "") -> Html:
    """Return what waits to be added, or is being added, or what became of it; nothing where there is nothing."""
    if not items and not error:
        return NONE
    finished = not adding and any(item.done for item in items)
    left = max(0, len(items) - MAX_SHOWN)
    title = strings.LIBRARY_RESULT if finished else strings.LIBRARY_WAITING
    return h.section(
        h.h3(title, class_="fn-side-title", tabindex="-1"),
        h.p(error, class_="fn-error", role="alert") if error else "",
        h.ol(*(_item(item, adding or finished) for item in items[:MAX_SHOWN]), class_="fn-items"),
        h.p(strings.MORE.format(count=left), class_="fn-quiet") if left else "",
        _foot(items, adding, finished),
        class_="fn-staged",
        aria_label=title,
        data_state="adding" if adding else "done" if finished else "waiting",
    )


def _item(item: Item, fixed: bool) -> Html:
    about, where = item.about, ""
    if about:
        words = strings.plural(strings.LIBRARY_WORDS, item.words) if item.words else ""
        parts = (reference(about.publisher, about.published), authors(about.authors), words)
        where = h.span(" · ".join(filter(None, parts)), class_="fn-item-where", dir="auto")
    label = strings.LIBRARY_LEAVE.format(title=item.name)
    if item.outcome is None:
        state, outcome = "refused", strings.LIBRARY_REFUSED.format(reason=item.reason)
    else:
        forms = strings.LIBRARY_DONE if item.done else strings.LIBRARY_OUTCOMES
        outcome = forms[item.outcome.outcome].format(other=item.other)
        state = "done" if item.done else "there" if item.outcome.outcome == "unchanged" else "new"
    return h.li(
        h.div(
            h.span(item.name, class_="fn-item-title", dir="auto"),
            where,
            h.span(outcome, class_="fn-outcome", dir="auto"),
            h.span(item.caution, class_="fn-outcome", dir="auto") if item.caution else "",
            _correct(item, about) if about and item.addable and not fixed else "",
        ),
        "" if fixed else h.button("×", data_do="leave", data_number=item.number, aria_label=label),
        class_=f"fn-is-{state}",
    )


def _correct(item: Item, about: Article) -> Html:
    """Return the fields of an article that waits, folded: what a source says of itself may be wrong."""
    form = h.form(
        form_fields(written(about), "fn-correct"),
        h.button(strings.SAVE, type="submit", class_="fn-second"),
        class_="fn-paste",
        data_form="correct",
        data_number=item.number,
    )
    return h.details(h.summary(strings.LIBRARY_EDIT), form, class_="fn-correct")


def _foot(items: Sequence[Item], adding: bool, finished: bool) -> Html:
    done = sum(item.done and item.outcome is not None and item.outcome.outcome != "unchanged" for item in items)
    left = sum(item.addable for item in items)
    clear = h.button(strings.LIBRARY_CLEAR, class_="fn-second", data_do="clear")
    if adding:
        words = strings.LIBRARY_ADDING.format(done=done, count=done + left)
        bar = h.progress(value=done, max=max(done + left, 1), aria_label=words)
        return h.div(h.p(words), bar, class_="fn-add-foot")
    add = h.button(strings.plural(strings.LIBRARY_ADD_COUNT, left), class_="fn-primary", data_do="add") if left else ""
    if not finished:
        return h.div(clear, add, class_="fn-add-foot")
    words = strings.plural(strings.LIBRARY_ADDED, done) if done else strings.LIBRARY_NONE_ADDED
    ask = h.a(strings.LIBRARY_ASK, href="./") if done else ""
    return h.div(h.p(words, " ", ask), clear, add, class_="fn-add-foot")
