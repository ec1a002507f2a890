"""The blind suite is sound in itself. Nothing here asks the program a question of it."""

from pathlib import Path

from footnote.corpus.sources import SourcedArticle, read_sources
from footnote.eval.check import check_suite
from footnote.eval.suite import load_suite

ROOT = Path(__file__).resolve().parents[3]
BLIND = ROOT / "eval" / "blind"


def test_its_articles_are_the_briefs_and_its_own():
    folders = [str(ROOT / "corpus/articles"), str(BLIND / "articles")]
    written = {
        found.article.id: found.article.text for found in read_sources(folders) if isinstance(found, SourcedArticle)
    }
    assert load_suite(BLIND, blind=True).texts == written


def test_nothing_in_it_is_doubtful():
    assert check_suite(load_suite(BLIND, blind=True)) == []


def test_four_questions_in_ten_have_no_answer():
    questions = load_suite(BLIND, blind=True).questions
    assert len(questions) == 150
    assert sum(not question.answerable for question in questions) == 60


def test_half_of_it_is_about_other_subjects_than_the_briefs():
    own = {path.stem for path in (BLIND / "articles").glob("*.md")}
    questions = load_suite(BLIND, blind=True).questions
    assert len(own) == 12
    assert sum("other" in question.tags for question in questions) == 75
    for question in questions:
        assert {item.article_id in own for item in question.evidence} <= {"other" in question.tags}
