"""Runs for the tests of the evaluation page: two over one hostile suite, one over another, and folders in trouble."""

import json
import shutil

from articles import write_jsonl
from browser import ATTACK
from evidence import WordOverlap

from footnote.corpus.settings import Settings
from footnote.eval.run import run_suite

COUNT = 60


def suite(folder, name="harbour", extra=()):
    """A suite of `COUNT` questions, one in three of them without an answer."""
    folder.mkdir(parents=True)
    text = f"The bridge opened in May. It cost four million. {ATTACK} was written on it."
    rows = [
        {
            "id": f"q{n}",
            "question": f"When was the bridge opened, number {n}?" if n else f"Was {ATTACK} written on the bridge?",
            "answerable": n % 3 > 0,
            "evidence": [{"article_id": f"a{ATTACK}", "quote": "The bridge opened in May."}] if n % 3 else [],
            "tags": ["odd" if n % 2 else "even", *([ATTACK] if not n else [])],
        }
        for n in range(COUNT)
    ]
    write_jsonl(folder / "articles.jsonl", [{"id": f"a{ATTACK}", "title": f"Title {ATTACK}", "text": text}, *extra])
    write_jsonl(folder / "questions.jsonl", rows)
    (folder / "suite.json").write_text(json.dumps({"name": name}))
    return folder


def run(made_of, out, least):
    """Measure the simplest subject, which declines below ``least``."""
    run_suite(made_of, out, Settings(home=out / "home"), opener=lambda _: WordOverlap(least), progress=False,
              resamples=60)  # fmt: skip
    return out


def runs(root):
    """Make a folder of runs, and return it."""
    harbour = suite(root.parent / "harbour")
    run(harbour, root / "careful", 0.9)
    run(harbour, root / "later" / "bold", 0.1)
    other = suite(root.parent / "other", f"other {ATTACK}", [{"id": "b", "text": "Another article."}])
    run(other, root / "other", 0.1)
    shutil.copytree(root / "careful", root / "broken")
    (root / "broken" / "report.json").write_text('{"questions": "many"}')
    shutil.copytree(root / "careful", root / "unfinished")
    (root / "unfinished" / "report.json").unlink()
    (root / "notes").mkdir()
    (root / "notes" / "run.txt").write_text("not a run")
    return root
