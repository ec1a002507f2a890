"""What a question asks for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.corpus.errors import UsageError
from footnote.qa.interpret.question import MAX_QUESTION_CHARS, kind_of, numbers, read_question, stem


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who replaced the general?", "who"),
        ("Which minister resigned?", "other"),
        ("When did the talks start?", "when"),
        ("In what year was the deal signed?", "when"),
        ("Where was the forum held?", "where"),
        ("How many troops are there?", "number"),
        ("How close may boats come?", "number"),
        ("Why did the talks stall?", "why"),
        ("How did the commander die?", "how"),
        ("Did the officials confirm it?", "yes-no"),
        ("Tell me about the waiver", "other"),
    ],
)
def test_the_kind_is_read_from_the_question_word(text, kind):
    assert kind_of(text) == kind


def test_terms_names_and_numbers():
    question = read_question("What did Macron tell the 2,500 guests on Jan. 5?")
    assert question.terms == tuple(map(stem, ["macron", "2,500", "guests", "jan", "5"])) or "macron" in question.terms
    assert "macron" in question.names
    assert question.numbers == ("2500", "5")


def test_the_first_word_is_not_a_name_and_capitals_throughout_are_none():
    assert read_question("Waivers for whom?").names == ()
    assert read_question("WHO REPLACED HIM").names == ()


def test_look_alike_characters_are_folded_before_matching():
    assert read_question("Who is Ｍａｃｒｏｎ\u200b?").text == "Who is Macron?"


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u200b"])
def test_an_empty_question_is_refused(text):
    with pytest.raises(UsageError, match="empty"):
        read_question(text)


def test_a_long_question_is_refused_before_it_is_read():
    with pytest.raises(UsageError, match="2,000"):
        read_question("a" * (MAX_QUESTION_CHARS + 1))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        question = read_question(text)
    except UsageError:
        return
    assert len(set(question.terms)) == len(question.terms)
    assert set(question.names) <= set(question.terms) | {stem(name) for name in question.names}


def test_figures_lose_their_commas():
    assert numbers("60,000 troops, 3.5 percent, in 2020.") == ["60000", "3.5", "2020"]


def test_stems_are_the_same_from_many_threads():
    words = [f"running{n}ies" for n in range(400)] + ["assemblies", "generations", "relational", "conditional"] * 50
    alone = [stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [stem.__wrapped__(word) for word in words], range(16)))
    assert all(each == alone for each in together)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("What did President Trump say about Iran?", ("presid", "trump")),
        ("what does the Central Bank's governor think of it?", ("central", "bank", "governor")),
        ("In May, what else had Hook told reporters?", ("hook",)),
        ("What did he say?", ()),
        ("What did the mayor buy?", ()),
        ("Who said what?", ()),
    ],
)
def test_whose_words_are_asked_for(text, speaker):
    assert read_question(text).speaker == speaker
