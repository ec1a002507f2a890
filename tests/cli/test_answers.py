"""An answer in a terminal: what a reader must know stands there in words."""

from footnote.cli.ask import as_text
from footnote.qa.answer import Answer, AnswerSentence, Citation, Disagreement, Inferred, Quote, Side


def quote(article_id, text="It was 34.", published="2020-01-24"):
    return Quote(article_id, "v", "A title", "The Paper", published, "", 0, len(text), text)


def answer(**fields):
    given = {"question": "How many?", "standalone_question": "How many?", "status": "answered", **fields}
    return Answer(id="1", confidence=0.5, **given)


def test_a_plain_answer_has_its_sources_and_nothing_else():
    shown = as_text(
        answer(
            sentences=(AnswerSentence("It was 34.", (1,)),),
            citations=(Citation(1, quote("a")),),
            origins=1,
            newest="2020-01-24",
        )
    )
    assert shown.splitlines() == [
        "It was 34. [1]",
        "",
        "[1] A title, The Paper, 2020-01-24 (a:0-10)",
        "",
        "confidence 0.50, answered, newest article used: 2020-01-24",
    ]


def test_everything_that_a_reader_must_know_is_said():
    shown = as_text(
        answer(
            standalone_question="How many were hurt?",
            sentences=(AnswerSentence("It was 50.", (1, 2), "not confirmed", ("answer 50, source 34",)),),
            citations=(Citation(1, quote("a")), Citation(2, quote("b"))),
            origins=1,
            inferred=(
                Inferred("last week", "2020-01-20", "2020-01-26"),
                Inferred("since May", "2019-05-01", "", "2020-01-28"),
            ),
            notices=("The language model did not reply.",),
            disagreements=(
                Disagreement("later update", "were hurt", (Side("34", "2020-01-24", 1), Side("50", "2020-01-28", 2))),
                Disagreement("conflict", "were lost", (Side("3", "2020-01-24", 1), Side("4", "2020-01-24", 2))),
            ),
        )
    )
    for line in (
        "Asked as: How many were hurt?",
        "“last week” taken as: from 2020-01-20 to 2020-01-26; articles of then first",
        "“since May” taken as: from 2019-05-01 (the newest article is of 2020-01-28); articles of then",
        "Note: The language model did not reply.",
        "Sentence 1 is not confirmed by its source: answer 50, source 34",
        "A later update on “were hurt”: 34 [1], 2020-01-24; 50 [2], 2020-01-28",
        "The articles differ on “were lost”: 3 [1]; 4 [2]",
        "2 articles, 1 origin",
    ):
        assert line in shown


def test_an_abstention_shows_the_nearest_passages():
    shown = as_text(answer(status="abstained", missing="No sentence says it.", nearest=(quote("a"),)))
    assert "The nearest passages:" in shown
    assert "“It was 34.”" in shown
