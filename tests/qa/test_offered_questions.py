"""What is offered to be asked: made of one sentence, of the kind that a newsroom asks, and asked beforehand."""

from dataclasses import replace

import pytest
from scripted import abstained, answered, passage

from footnote.corpus.article import Article
from footnote.eval.benchmarks.offered import main as benchmark
from footnote.eval.engine import engine_over
from footnote.eval.suite import GOLD, load_suite
from footnote.qa.answer import Disagreement, Side
from footnote.qa.offered_questions import SURE, articles_own, holds, offered
from footnote.qa.suggest import in_turn, questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee, the finance minister, spoke.", ["Who is Ann Lee?"]),
        ("Rain fell on Bay Town on 4 May 2020, as everybody knows.", ["What happened on 4 May 2020?"]),
        (
            "Officials said 34 people were injured in Bay Town.",
            ["How did the number of people injured in Bay Town change?", "How many people were injured in Bay Town?"],
        ),
        ("The ferry to Old Port was late because the bridge had closed.", ["Why was the ferry to Old Port late?"]),
        ("The port of Bay Town was closed on 4 May 2020.",
         ["When was the port of Bay Town closed?", "What happened on 4 May 2020?"]),
        ("Mayor Ann Lee rejected the plan of Old Port, the paper said.", ["Who rejected the plan of Old Port?"]),
        ("Captain Moss denied having steered the Star.", ["Who denied having steered the Star?"]),
        ("All 17 people aboard Ferry 9 were killed.", ["How many people aboard Ferry 9 were killed?"]),
        ("The number of U.S. sailors in Bay Town has risen to 34, they said.",
         ["How did the number of U.S. sailors in Bay Town change?"]),
        ("Three cases in Bay Town were closed because they lacked proof.",
         ["Why were three cases in Bay Town closed?"]),
        ("He should not be confused with Ann Lee, the finance minister.", []),
        ("The second season premiered on 4 May 2020.", []),
        ("“It will last,” said Bob Stone.", []),  # what somebody said is no question of a newsroom
        ("Quay Street said that it would close.", []),
        ("He rejected the plan of Old Port.", []),
        ("34 people were injured in the storm.", []),  # which storm?
        ("34 people were injured by early December.", []),
        ("Mayor Ann Lee rejected the plan.", []),
    ],
)  # fmt: skip
def test_questions_of_a_sentence(text, expected):
    assert [each.question for each in questions(text, "")] == expected


def candidate(text, kind):
    return next(each for each in questions(text, "", "a") if each.kind == kind)


def answer(text, *said, confidence=0.9):
    article = Article("a", text, "A")
    return replace(answered("?", *(passage(article, each) for each in said)), confidence=confidence)


def test_only_a_sure_answer_of_the_kind_that_was_asked_passes():
    text = "Mayor Ann Lee rejected the plan of Old Port. Bob Stone liked it."
    asked = candidate(text, "actor")
    first, second = "Mayor Ann Lee rejected the plan of Old Port.", "Bob Stone liked it."
    assert holds(asked, answer(text, first))
    assert not holds(asked, answer(text, second, first)), "the sentence that answers comes second"
    assert not holds(asked, answer(text, first, confidence=SURE - 0.01))
    assert not holds(asked, abstained("?"))


def test_a_day_is_answered_by_what_names_it():
    text = "On 4 May 2020 it rained on Bay Town. It was wet."
    assert holds(candidate(text, "day"), answer(text, "On 4 May 2020 it rained on Bay Town."))
    assert not holds(candidate(text, "day"), answer(text, "It was wet.", "On 4 May 2020 it rained on Bay Town."))


def test_a_count_that_did_not_change_is_not_said_to_have():
    text = "In all, 34 people were injured in Bay Town. By May 50 people were."
    first, later = "In all, 34 people were injured in Bay Town.", "By May 50 people were."
    change = candidate(text, "change")
    assert not holds(change, answer(text, first))
    assert holds(change, answer(text, first, later))
    told = replace(answer(text, first), disagreements=(Disagreement("later update", "x", (Side("34", "", 1),)),))
    assert holds(change, told)
    assert holds(candidate(text, "number"), answer(text, first))


def test_kinds_and_articles_take_turns():
    one = questions("Ann Lee, the mayor minister, spoke. On 4 May 2020 it rained on Bay Town.", "", "one")
    two = questions("Bob Stone, an analyst, spoke. On 5 May 2020 it snowed on Bay Town.", "", "two")
    assert [(each.article_id, each.kind) for each in in_turn([one, two])] == [
        ("one", "who"), ("two", "day"), ("one", "day"), ("two", "who"),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_articles_that_ship_offer_questions_of_several_kinds(capsys):
    assert benchmark(["--others", str(GOLD / "articles.jsonl")]) == 1, "nothing is left beside the shipped"
    with engine_over(load_suite(GOLD).articles) as subject:
        found = list(offered(subject.engine.library, articles_own(subject.engine), 12, lambda: False))
    assert len(found) == 12
    assert len({each.kind for each in found}) >= 4
