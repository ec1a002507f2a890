"""The query engine with a language model that is told what to say, and in a conversation."""

from datetime import date

import pytest
from articles import found
from llm_script import Scripted

from footnote.corpus.settings import Settings
from footnote.index.passages import PassageIndex
from footnote.qa.events import FinalAnswer, Growing, Writing
from footnote.qa.interpret.answer_context import turn_of
from footnote.qa.llm.endpoint import EndpointError
from footnote.qa.llm.write import UNSURE
from footnote.qa.pipeline import MEANWHILE, Pipeline
from footnote.qa.rank.model_folder import open_model
from footnote.qa.retriever import PassageRetriever, ScopedQuery

QUAY = (
    "The port of Vardo opened its second quay on Tuesday, Mayor Ingrid Solheim said. The quay cost 42 million kroner"
    " and took three years to build."
)
QUESTION = "How much did the second quay in Vardo cost?"


class Failing:
    """A model that breaks off after its first words."""

    model = "failing"

    def stream(self, system, user, stop):
        yield "The quay cost 42 million kroner [2]. And"
        raise EndpointError("the language model broke off")


@pytest.fixture(scope="module")
def index(tmp_path_factory, encoder):
    opened = PassageIndex(Settings(home=tmp_path_factory.mktemp("home")), encoder)
    articles = [
        found("harbour", QUAY, title="Second quay in Vardo", published="2021-06-08"),
        found("ferry", "The ferry to Hamnes stopped in March because its engine failed.", published="2021-07-02"),
    ]
    assert [added.outcome for added in opened.add(articles)] == ["added", "added"]
    yield opened
    opened.close()


def events(index, question, model=None, threshold=0.05, **fields):
    today = date(2021, 7, 10)
    pipeline = Pipeline(index, PassageRetriever(index), open_model(), threshold, model=model, today=lambda: today)
    return list(pipeline.events(ScopedQuery(question, **fields)))


def answer(index, question, model=None, threshold=0.05, **fields):
    last = events(index, question, model, threshold, **fields)[-1]
    assert isinstance(last, FinalAnswer)
    return last.answer


def test_events_tell_what_is_done_and_end_with_the_answer(index):
    found_ = events(index, QUESTION, Scripted("The quay cost 42 million kroner [2]. It took three years to build [2]."))
    assert isinstance(found_[1], Writing)
    own, *growing = [event.answer for event in found_ if isinstance(event, Growing)]
    assert (own.answerer, own.notices) == ("extractive", (MEANWHILE,))
    assert [len(each.sentences) for each in growing] == list(range(1, len(growing) + 1))
    assert {each.answerer for each in growing} == {"llm:scripted"}
    assert isinstance(found_[-1], FinalAnswer)


def test_a_supported_sentence_has_its_footnote(index):
    made = answer(index, QUESTION, Scripted("The quay cost 42 million kroner [2]."))
    assert made.answerer == "llm:scripted"
    assert [s.verdict for s in made.sentences] == ["supported"]
    assert "42 million kroner" in made.citations[0].source.quote
    assert made.text == "The quay cost 42 million kroner. [1]"


def test_a_wrong_figure_beside_a_right_sentence_is_shown_as_not_confirmed(index):
    made = answer(
        index, QUESTION, Scripted("The quay cost 42 million kroner [2]. The quay cost 99 million kroner [2].")
    )
    assert [s.verdict for s in made.sentences] == ["supported", "not confirmed"]
    assert any("99" in mismatch for mismatch in made.sentences[1].mismatches)


def test_when_nothing_is_confirmed_the_articles_speak(index):
    made = answer(index, QUESTION, Scripted("The quay cost 99 million kroner [2]."))
    assert made.answerer == "extractive"
    assert all(s.verdict == "verbatim" for s in made.sentences)
    assert "confirmed" in made.notices[0]


def test_a_model_that_breaks_off_leaves_the_articles_answer_and_a_notice(index):
    made = answer(index, QUESTION, Failing())
    assert made.answerer == "extractive"
    assert "broke off" in made.notices[0]


def test_where_a_model_finds_no_answer_and_the_program_is_sure_both_are_told(index):
    made = answer(index, QUESTION, Scripted("NO ANSWER"))
    assert (made.status, made.answerer) == ("answered", "extractive")
    assert "42 million kroner" in made.text
    assert "scripted finds no answer" in made.notices[0]


def test_a_model_that_only_chooses_sentences_leaves_the_articles_answer(index):
    made = answer(index, QUESTION, Scripted("[1]"))
    assert made.answerer == "extractive"
    assert "42 million kroner" in made.sentences[0].text
    assert "scripted only chose sentences" in made.notices[0]


def test_where_nobody_is_sure_a_model_that_finds_no_answer_abstains(index):
    threshold = min(1.0, answer(index, QUESTION).confidence * 1.5)
    made = answer(index, QUESTION, Scripted("NO ANSWER"), threshold)
    assert made.status == "abstained"
    assert not made.citations
    assert made.nearest
    assert "scripted finds no answer" in made.missing


def test_below_the_threshold_all_that_a_model_says_must_be_confirmed(index):
    sure = answer(index, QUESTION).confidence
    threshold = min(1.0, sure * 1.5)
    good = answer(index, QUESTION, Scripted("The quay cost 42 million kroner [2]."), threshold)
    assert (good.status, good.notices) == ("answered", (UNSURE,))
    assert [s.verdict for s in good.sentences] == ["supported"]
    some = Scripted("The quay cost 42 million kroner [2]. It was paid by 3 banks [2].")
    assert answer(index, QUESTION, some, threshold).status == "abstained"
    unheard = Scripted("The quay cost 42 million kroner [2].")
    assert answer(index, "Who won the World Cup in Peru?", unheard, threshold).status == "abstained"
    assert not unheard.asked


def test_an_answer_that_rests_on_other_sentences_is_followed_by_the_articles_own(index):
    made = answer(index, QUESTION, Scripted("The port of Vardo opened its second quay on Tuesday [1]."))
    assert [s.verdict for s in made.sentences] == ["supported", "verbatim"]
    assert "42 million kroner" in made.sentences[1].text
    assert "the last sentence is the articles' own" in made.notices[0]


def test_the_model_is_sent_whole_passages_under_their_headings(index):
    model = Scripted("The quay cost 42 million kroner [2].")
    made = answer(index, QUESTION, model)
    _, user = model.asked[0]
    assert "Article: Second quay in Vardo. 2021-06-08\n[1] The port" in user
    assert "\n[2] The quay cost 42 million" in user
    assert made.notices == ()


def test_a_stopped_model_is_not_heard(index):
    model = Scripted("x " * 99)
    engine = Pipeline(index, PassageRetriever(index), open_model(), 0.05, model=model)
    last = list(engine.events(ScopedQuery(QUESTION), stop=lambda: True))[-1]
    assert (last.answer.status, last.answer.answerer) == ("answered", "extractive")
    assert last.answer.notices[0].startswith("Stopped before the language model wrote")
    assert model.said == 0


def test_a_follow_up_is_searched_with_its_subject_and_shown(index):
    first = answer(index, "Who said that the second quay in Vardo opened?")
    made = answer(index, "How much did it cost?", history=(turn_of(first),))
    assert made.question == "How much did it cost?"
    assert "quay" in made.standalone_question.lower()
    assert "42 million" in made.text


def test_a_model_may_say_what_a_follow_up_means(index):
    first = answer(index, "Who said that the second quay in Vardo opened?")
    model = Scripted("How long did the second quay in Vardo take to build?", "It took three years to build [2].")
    told = events(index, "How long did it take?", model, history=(turn_of(first),))
    assert "Vardo" in told[-1].answer.standalone_question
    assert len(model.asked) == 2


def test_words_about_time_are_shown_and_hide_no_article(index):
    made = answer(index, "Which ferry stopped last week?")
    assert [(limit.phrase, limit.newest) for limit in made.inferred] == [("last week", "2021-07-02")]
    free = answer(index, "Which ferry stopped last week?", read_dates=False)
    assert free.inferred == ()
    assert made.confidence == free.confidence


def test_the_newest_article_that_was_cited_is_named(index):
    assert answer(index, "Why did the ferry to Hamnes stop?").newest == "2021-07-02"


def test_a_misspelt_name_is_read_in_the_articles_spelling_and_it_says_so(index):
    found_ = answer(index, "What did Mayor Ingrid Solhiem say of Vardo?")
    assert found_.standalone_question == "What did Mayor Ingrid Solheim say of Vardo?"
    assert any("“Solhiem” as “Solheim”" in each for each in found_.notices)
