"""What keeps a library in order: ``edit``, ``restore``, ``purge``, ``backup``, ``reindex``, ``doctor``, and more.

``verify`` tells whether a saved answer still holds, and ``feedback`` what people said about answers.
"""

import argparse
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from footnote.cli.inputs import text_of
from footnote.cli.output import note, record, result
from footnote.corpus.errors import UsageError
from footnote.corpus.settings import Settings, is_address
from footnote.index import shadow_index
from footnote.index.database.backup import backup as copy_library
from footnote.index.database.backup import copy_to_server
from footnote.index.doctor import problems, repair
from footnote.index.embedding.minilm import precision
from footnote.index.library import METADATA, Library
from footnote.index.passages import PassageIndex
from footnote.index.reindex import reindex as move
from footnote.page.chat.clipboard import answers_in
from footnote.qa.audit import verify as check_answer


def edit(args: argparse.Namespace, settings: Settings) -> int:
    """Set metadata of an article; what is not named stays, an empty value empties its field."""
    fields = {name: value for name in METADATA if (value := getattr(args, name)) is not None}
    if not fields:
        raise UsageError('name what to set, as in: footnote edit my-article --title "Oil falls"')
    if "authors" in fields:
        fields["authors"] = [name for name in fields["authors"] if name.strip()]
    with closing(PassageIndex(settings, notify=note, create=False)) as index:
        index.edit(args.id, fields)
        index.derived.sync()
    result(f"{args.id}\tedited")
    return 0


def restore(args: argparse.Namespace, settings: Settings) -> int:
    """Let withdrawn articles answer again: all that are named, or none."""
    with closing(PassageIndex(settings, notify=note, create=False)) as index:
        index.restore(args.ids)
        index.derived.sync()
    for article_id in dict.fromkeys(args.ids):
        result(f"{article_id}\trestored")
    return 0


def purge(args: argparse.Namespace, settings: Settings) -> int:
    """Forget articles for good, in every file of the library, and say what was erased."""
    with closing(PassageIndex(settings, notify=note, create=False)) as index:
        purged = index.purge(args.ids)
        elsewhere = not index.derived.owner
    for article_id in dict.fromkeys(args.ids):
        result(f"{article_id}\tpurged")
    note(
        f"erased {purged.articles} articles, {purged.versions} versions of them, {purged.chunks} chunks with their"
        f" vectors and words, and {purged.feedback} entries of feedback; copies and backups are yours to delete"
    )
    if elsewhere:
        note("another process has Chroma's files open; it builds them anew without these vectors within seconds")
    return 0


def backup(args: argparse.Namespace, settings: Settings) -> int:
    """Copy the library, also while others use it, to a file, folder or database that has none yet."""
    with (
        closing(Library(settings.home, settings.library, create=False, notify=note)) as library,
        tqdm(desc="copying", delay=2, disable=None) as bar,
    ):

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        if is_address(args.target):
            place = copy_to_server(library, args.target, progress)
        else:
            place = str(copy_library(library, Path(args.target), progress))
    result(place)
    return 0


def reindex(args: argparse.Namespace, settings: Settings) -> int:
    """Build anew what is derived from the articles; with another model (or ``--force``) their vectors, too."""
    with closing(PassageIndex(settings, notify=note, create=False)) as index:
        if (current := index.library.indexed_with()) is None:
            note(f"the library in {index.library.where} is empty; there is nothing to index")
            return 0
        if args.force or current != index.made_with():
            with tqdm(desc="indexing", unit=" articles", delay=2, disable=None) as bar:
                for left in move(index):
                    bar.total = bar.n + 1 + left
                    bar.update()
            index.derived.sync()
        else:
            shadow_index.abandon(index.library)
            index.library.repair()
            index.derived.rebuild()
        made = index.library.indexed_with()
        result(f"{len(index.library.versions())} articles are indexed with {made.model if made else 'nothing'}")
    return 0


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    """Check every invariant; 0 when all hold (after ``--repair``: now hold)."""
    with closing(PassageIndex(settings, notify=note, create=False)) as index:
        if args.repair:
            for line in repair(index):
                note(f"repaired: {line}")
        found, where = problems(index), index.library.where
    note(str(precision(note)))
    for problem in found:
        result(f"problem: {problem}")
    if found:
        note("run `footnote doctor --repair`; if that does not help, restore the library from a copy")
        return 1
    result(f"all is well: {where}")
    return 0


def verify(args: argparse.Namespace, settings: Settings) -> int:
    """Check the footnotes of a saved answer, or of all in a saved conversation.

    0 when each stands where its answer says, now or when it was given.
    """
    answers = answers_in(text_of(args.file, "the answer"))
    with closing(Library(settings.home, settings.library, create=False)) as library:
        checked = [(question, check_answer(answer, library)) for question, answer in answers]
    for question, checks in checked:
        if question:
            result(question)
        for check in checks:
            result(f"[{check.n}]\t{check.state}\t{check.detail}")
        if not checks:
            result("the answer is an abstention: it has no footnotes to check")
    return 0 if all(check.right for _, checks in checked for check in checks) else 1


def feedback(args: argparse.Namespace, settings: Settings) -> int:
    """Print what people said about answers, oldest first: one a line, or as JSON lines."""
    with closing(Library(settings.home, settings.library, create=False, notify=note)) as library:
        entries = library.feedback()
    for entry in entries:
        if args.json:
            record(asdict(entry))
            continue
        about = entry.kind if entry.citation is None else f"{entry.kind} [{entry.citation}]"
        result("\t".join([entry.created_at, about, _line(entry.answer.get("question")), _line(entry.note)]))
    if not entries:
        note("nobody has said anything about an answer yet")
    return 0


def _line(text: object) -> str:
    return " ".join(str(text or "").split())
