"""Questions to ask next: about what was not quoted, and not asked before."""

from footnote.corpus.article import Article
from footnote.page.scripted import answered, passage
from footnote.qa.next_questions import follow_ups

TEXT = (
    "Oil fell by a third. Ann Lee, a senior analyst, blamed the glut. On May 4, 2020, gas rose. "
    "On 6 June 2020 coal fell. Prices recovered on July 9. \u201cIt will last,\u201d said Bob Stone."
)
STORY = Article("story", TEXT, "Story", published="2020-06-07")
OTHER = Article("other", "Oil fell too. Eve Moss, the finance minister, resigned.", "Other")


def asked(*quotes, question="What fell?", before=(), limit=3, articles=(STORY,)):
    answer = answered(question, *(passage(article, words) for article, words in quotes))
    return follow_ups(articles, answer, before, limit)


def test_the_nearest_come_first_and_only_one_asks_for_a_day():
    expected = ["Who is Ann Lee?", "What happened on May 4, 2020?", "What did Bob Stone say?"]
    assert asked((STORY, "Oil fell by a third.")) == expected
    assert asked((STORY, "Oil fell by a third."), limit=1) == expected[:1]
    near_the_end = asked((STORY, "Prices recovered on July 9."))
    assert near_the_end == ["What did Bob Stone say?", "What happened on 6 June 2020?", "Who is Ann Lee?"]


def test_what_was_quoted_or_asked_about_is_not_offered():
    assert asked((STORY, "Ann Lee, a senior analyst, blamed the glut.")) == [
        "What happened on May 4, 2020?", "What did Bob Stone say?",
    ]  # fmt: skip
    assert "Who is Ann Lee?" not in asked((STORY, "Oil fell by a third."), question="What does Lee blame?")
    assert "What did Bob Stone say?" not in asked((STORY, "Oil fell by a third."), before=["Who is Stone?"])
    assert "What happened on May 4, 2020?" not in asked((STORY, "Oil fell by a third."), before=["Why May 4, 2020?"])


def test_every_cited_article_is_read():
    further = asked((STORY, "Oil fell by a third."), (OTHER, "Oil fell too."), articles=(STORY, OTHER))
    assert {"Who is Ann Lee?", "Who is Eve Moss?"} <= set(further)
    assert asked(articles=()) == []
