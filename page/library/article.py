"""One article on the library page: its text, its details, its versions, its origin, and where it came from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from footnote.corpus.article import Article
from footnote.corpus.intake import PASTED, SENT
from footnote.index.database.version_table import Version
from footnote.index.library import METADATA
from footnote.index.listing import ArticleRow
from footnote.page import strings
from footnote.page.chat.pane import bar, changes, choice, head, message, pane, text
from footnote.page.library.events import MAX_FIELD
from footnote.page.markup import NONE, Attribute, Html, h, join, labelled, reference


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pane shows: an article with the text of one of its versions, and what is known of it.

    ``versions`` are all, the current one last. ``copies`` are the live articles that share its origin, itself among
    them, the first added first. ``edited`` names the fields that a person has set. ``before`` is the version that
    the shown one is compared with, where that was asked for. ``edits`` tells whether who looks at it may change it.
    """

    article: Article
    versions: Sequence[Version]
    withdrawn: bool = False
    copies: Sequence[ArticleRow] = ()
    edited: Sequence[str] = ()
    before: Article | None = None
    edits: bool = False

    @property
    def current(self) -> bool:
        """Whether the version that is shown is the current one."""
        return self.article.version == self.versions[-1].version

    @property
    def version(self) -> Version:
        """The version that is shown."""
        return next(each for each in self.versions if each.version == self.article.version)


def seen(article: Article) -> str:
    """Return a mark of an article's metadata and version, to tell later whether it has been changed meanwhile."""
    fields = [article.version, *(getattr(article, name) for name in METADATA)]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def article_pane(shown: Shown) -> Html:
    """Return the pane with an article."""
    if shown.before is not None:
        old = next(each for each in shown.versions if each.version == shown.before.version)
        changed = changes(old, shown.version, shown.before, shown.article)
        return _pane(join([changed, choice(shown.versions, shown.article.version)]))
    body = []
    if shown.withdrawn:
        body.append(h.p(strings.LIBRARY_WITHDRAWN_NOTE, class_="fn-notice"))
    elif not shown.current:
        current = h.button(strings.LIBRARY_CURRENT, data_do="article", data_article=shown.article.id)
        body.append(h.p(strings.LIBRARY_EARLIER_NOTE, " ", current, class_="fn-notice"))
    body.append(h.header(*head(shown.article, shown.article.label), class_="fn-article"))
    if shown.edits:
        about: dict[str, Attribute] = {"class_": "fn-second", "data_article": shown.article.id}
        do, words = ("restore", strings.LIBRARY_RESTORE) if shown.withdrawn else ("withdraw", strings.LIBRARY_WITHDRAW)
        purge = h.button(strings.LIBRARY_PURGE, data_do="purge", data_title=shown.article.label, **about)
        body.append(h.div(h.button(words, data_do=do, **about), purge, class_="fn-article-actions"))
    if shown.edits and shown.current and not shown.withdrawn:
        body.append(_editor(shown.article))
    body.append(h.div(*text(shown.article), class_="fn-text fn-article"))
    body += [choice(shown.versions, shown.article.version), _origin(shown), _provenance(shown)]
    return _pane(join(body))


def message_pane(words: str) -> Html:
    """Return the pane with nothing but a line."""
    return _pane(message(words))


def _pane(body: Html) -> Html:
    return pane(bar(strings.LIBRARY, "close"), body, strings.LIBRARY_TEXT)


def _editor(article: Article) -> Html:
    form = h.form(
        form_fields(written(article), "fn-edit"),
        h.button(strings.SAVE, type="submit", class_="fn-primary"),
        class_="fn-edit",
        data_form="edit",
        data_article=article.id,
        data_seen=seen(article),
    )
    return h.details(h.summary(strings.LIBRARY_EDIT), form, class_="fn-section")


def written(article: Article) -> dict[str, str]:
    """Return an article's metadata as the fields of a form hold it: authors are a line each."""
    return {**{name: getattr(article, name) for name in METADATA}, "authors": "\n".join(article.authors)}


def form_fields(values: Mapping[str, str], name: str) -> Html:
    """Return the labelled fields of an article's metadata; ``name`` tells the forms of a page apart."""
    fields = []
    for field, label in strings.LIBRARY_FIELDS.items():
        value = values.get(field, "")
        if field == "authors":
            entry = h.textarea(value, name_=field, rows=2, maxlength=MAX_FIELD * 5)
        else:
            hint = strings.LIBRARY_DATE_FORM if field == "published" else None
            entry = h.input(type="text", name_=field, value=value, maxlength=MAX_FIELD, placeholder=hint,
                            autocomplete="off", dir="auto")  # fmt: skip
        fields.append(labelled(label, entry, class_=f"fn-field-{field}"))
    return h.div(*fields, class_=f"fn-fields {name}-fields")


def _origin(shown: Shown) -> Html:
    if len(shown.copies) < 2:
        return NONE
    rows = []
    for n, article in enumerate(row.article for row in shown.copies):
        where = reference(article.publisher, article.published), strings.LIBRARY_FIRST if n == 0 else ""
        other = article.id != shown.article.id
        name = h.button(article.label, data_do="article", data_article=article.id) if other else article.label
        rows.append(h.li(h.span(name, dir="auto"), h.span(" · ".join(filter(None, where)), class_="fn-quiet")))
    about = h.p(strings.LIBRARY_ORIGINS_TEXT, class_="fn-quiet")
    title = h.summary(f"{strings.LIBRARY_ORIGINS} ({len(rows) - 1})")
    return h.details(title, about, h.ul(*rows, class_="fn-copies"), class_="fn-section")


def _provenance(shown: Shown) -> Html:
    kept = shown.version.provenance
    facts = {
        "source": source_name(kept.source, shown.edits),
        "reader": kept.reader,
        "read_at": strings.moment(kept.read_at),
        "bytes_sha256": kept.bytes_sha256,
        "version": shown.article.version,
        "id": shown.article.id,
        "edited": ", ".join(strings.LIBRARY_FIELDS[name].partition(",")[0] for name in shown.edited),
    }
    rows = [h.div(h.dt(strings.LIBRARY_FACTS[name]), h.dd(value, dir="auto")) for name, value in facts.items() if value]
    return h.details(h.summary(strings.LIBRARY_PROVENANCE), h.dl(*rows, class_="fn-facts"), class_="fn-section")


def source_name(source: str, edits: bool = False) -> str:
    """Return where an article came from, in words; a folder on the server is for who may edit."""
    if source.startswith(f"{SENT}:"):
        return strings.LIBRARY_SENT.format(name=source.partition("/")[2] or source)
    if source.startswith(f"{PASTED}:"):
        return strings.LIBRARY_PASTED
    return source if edits or "://" in source else PurePath(source).name
