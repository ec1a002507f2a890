"""Questions to ask next: about what was not quoted, and not asked before."""

from scripted import answered, passage

from footnote.corpus.article import Article
from footnote.qa.next_questions import follow_ups

TEXT = (
    "Oil fell by a third. Ann Lee, a senior analyst, blamed the glut. On May 4, 2020, gas from Old Town rose. "
    "On 6 June 2020 coal of Old Town fell. Prices recovered on July 9. Bob Stone closed the mines of Old Town."
)
STORY = Article("story", TEXT, "Story", published="2020-06-07")
OTHER = Article("other", "Oil fell too. Eve Moss, the finance minister, resigned.", "Other")
LEE, MAY, STONE = "Who is Ann Lee?", "What happened on May 4, 2020?", "Who closed the mines of Old Town?"


def asked(*quotes, question="What fell?", before=(), articles=(STORY,)):
    answer = answered(question, *(passage(article, words) for article, words in quotes))
    return [each.question for each in follow_ups(articles, answer, before)]


def test_the_nearest_come_first_and_only_one_asks_for_a_day():
    assert asked((STORY, "Oil fell by a third.")) == [LEE, MAY, STONE]
    near_the_end = asked((STORY, "Prices recovered on July 9."))
    assert near_the_end == ["What happened on 6 June 2020?", STONE, LEE]


def test_what_was_quoted_or_asked_about_is_not_offered():
    assert asked((STORY, "Ann Lee, a senior analyst, blamed the glut.")) == [MAY, STONE]
    assert LEE not in asked((STORY, "Oil fell by a third."), question="What does Lee blame?")
    assert STONE not in asked((STORY, "Oil fell by a third."), before=["Why were the mines of Old Town closed?"])
    assert MAY not in asked((STORY, "Oil fell by a third."), before=["What was on May 4, 2020?"])


def test_every_cited_article_is_read():
    further = asked((STORY, "Oil fell by a third."), (OTHER, "Oil fell too."), articles=(STORY, OTHER))
    assert {LEE, "Who is Eve Moss?"} <= set(further)
    assert asked(articles=()) == []
