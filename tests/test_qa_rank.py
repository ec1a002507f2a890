"""A question's candidates, measured: how often its words occur is told for words that the full text stems otherwise."""

from conftest import found
from qa.measured import encoded_question, measured

from index.scope import Scope
from qa.question import read_question, stem


def test_words_that_full_text_stems_or_cuts_in_another_way_are_counted(exact):
    list(exact.add([found("a", "Macron spoke at the U.N. General Assembly. He met Rouhani there.")]))
    question = read_question("Who spoke at the U.N. Assembly in Lyon?")
    asked = encoded_question(exact.encoder, question)
    counts = measured(exact, question, asked, exact.search(asked.chunk, question.text, Scope(), 5)).frequencies
    assert {word: counts.get(stem(word), 0) for word in ("spoke", "un", "assembly", "lyon")} == {
        "spoke": 1,
        "un": 1,
        "assembly": 1,
        "lyon": 0,
    }
