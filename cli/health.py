"""``doctor`` and ``verify``: is the library sound, and does a saved answer still hold."""

import argparse
from contextlib import closing

from footnote.cli.inputs import text_of
from footnote.cli.output import note, result
from footnote.corpus.settings import Settings
from footnote.index.doctor import problems, repair
from footnote.index.embedding.minilm import precision
from footnote.index.library import Library
from footnote.index.passages import PassageIndex
from footnote.page.chat.clipboard import answers_in
from footnote.qa.audit import verify as check_answer


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
